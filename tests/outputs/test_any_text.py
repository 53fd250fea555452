"""Whatever a text, a path or a message holds, every output stays valid and acts on nothing."""

from __future__ import annotations

import io
import json
import re
from html.parser import HTMLParser
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slopscan.disclosure import Disclosure, DisclosureKind
from slopscan.findings import Finding, Severity, Silenced, with_fingerprints
from slopscan.outputs import Options, render
from slopscan.report import Failure, FileReport, Provenance, RuleCard, RunReport
from slopscan.spans import LineIndex, source_span
from slopscan.stored import read_results
from slopscan.verdict import Contribution, FamilyProfile, SentenceHeat, Verdict, WindowScore

jsonschema = pytest.importorskip("jsonschema")
_SCHEMA = json.loads(
    files("slopscan.outputs").joinpath("result.schema.json").read_text(encoding="utf-8")
)
_NASTY = [
    *("\x00", "\x07", "\x1b[31m", "\x1b]0;x\x07", "\x9b2J", "\x7f", "\r", "\r\n", "\n", "\t"),
    *("\x85", "\u2028", "\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\ud800", "\udfff"),
    *("\U000e0041", "\U000e007f"),
    *("<script>", "</script>", "<b onclick=x>", "&lt;", '"', "'", "`", "</title>"),
    *("]]>", "<!--"),
    *("::error::", "%0A", "##[", "::set-output name=a::", ",", ":", "%", "|", "*a*", "# ", "> "),
    *("a\u0301", "\U0001f600", "\u05e9", "word", "not just a tool, but", " ", "\n\n", "- "),
    "```\n",
]  # fmt: skip
_TEXTS = st.lists(
    st.one_of(st.sampled_from(_NASTY), st.text(st.characters(), max_size=3)), max_size=14
).map("".join)
# What may act on a terminal, as the outputs promise not to write it.
_ACTING = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ud800-\udfff\U000e0001-\U000e007f]"
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@st.composite
def _runs(draw: st.DrawFn) -> RunReport:
    text = draw(_TEXTS)
    lines = LineIndex(text)
    edges = st.integers(0, len(text))

    def finding() -> Finding:
        start, end = sorted((draw(edges), draw(edges)))
        line, column = lines.position(start)
        return Finding(
            draw(st.sampled_from(["one", "two-words"])),
            "figures",
            draw(st.sampled_from(list(Severity))),
            source_span(start, end),
            line,
            column,
            text[start:end],
            draw(_TEXTS),
        )

    number = draw(st.integers(0, 3))
    findings = with_fingerprints(sorted((finding() for _ in range(number)), key=lambda f: f.span))
    whole = source_span(0, len(text))
    verdict = Verdict(
        draw(st.one_of(st.none(), st.floats(0, 1))),
        draw(_TEXTS),
        len(text),
        (0.1, 0.9),
        0.3,
        contributions=(Contribution("x", draw(_TEXTS), 0.4, 2.0, 1.0),),
        heat=(SentenceHeat(whole, 0.4),),
        windows=(WindowScore(whole, 0.6, 3),),
    )
    said = Disclosure(DisclosureKind.ASSISTANCE, whole, 1, draw(_TEXTS), (), (draw(_TEXTS),))
    report = FileReport(
        draw(_TEXTS) or "a.md",
        text,
        len(text),
        verdict,
        tuple(findings),
        suppressed=tuple(Silenced(item, draw(_TEXTS)) for item in findings[:1]),
        disclosures=(said,),
        family_profile=FamilyProfile(None, draw(_TEXTS), 3, ((draw(_TEXTS), 1.0),)),
    )
    failed = FileReport(draw(_TEXTS) or "b", error=Failure(draw(_TEXTS) or "x", "", draw(_TEXTS)))
    card = RuleCard("one", draw(_TEXTS), "figures", "note", "stable", draw(_TEXTS), draw(_TEXTS))
    return RunReport((report, failed), Provenance("0", "0"), {"one": card})


def _shown(name: str, run: RunReport, options: Options | None = None) -> str:
    stream = io.StringIO(newline="")
    render(name, run, stream, options)
    return stream.getvalue()


@settings(max_examples=50, deadline=None)
@given(run=_runs(), width=st.sampled_from([40, 80]), full=st.booleans())
def test_nothing_acts_on_a_terminal(run: RunReport, width: int, full: bool) -> None:
    plain = _shown("text", run, Options(width=width, full=full))
    assert not _ACTING.search(plain)
    colour = _shown("text", run, Options(width=width, full=full, color=True))
    assert not _ACTING.search(_COLOUR.sub("", colour))
    for name in ("concise", "github"):
        assert not _ACTING.search(_shown(name, run))


@settings(max_examples=50, deadline=None)
@given(run=_runs())
def test_a_line_is_a_finding_and_a_command_stays_one(run: RunReport) -> None:
    number = sum(len(file.findings) + (file.error is not None) for file in run.files)
    concise = _shown("concise", run).removesuffix("\n").split("\n")
    assert len(concise) == number
    commands = _shown("github", run).removesuffix("\n").split("\n")
    assert len(commands) == number
    for command in commands:
        head, _, _ = command.removeprefix("::").partition("::")
        assert re.fullmatch(r"(?:error|warning|notice) file=[^,:]*(?:,[a-zA-Z]+=[^,:]*)*", head)


@settings(max_examples=50, deadline=None)
@given(run=_runs(), include_text=st.booleans())
def test_results_are_valid_and_come_back(run: RunReport, include_text: bool) -> None:
    shown = _shown("json", run, Options(include_text=include_text))
    assert shown.isascii()
    result = json.loads(shown)
    jsonschema.Draft202012Validator(_SCHEMA).validate(result)
    text = run.files[0].text
    for item in result["files"][0]["findings"]:
        assert text[item["start"] : item["end"]] == item["matched"]
    assert read_results(shown, "r").files[0].findings == run.files[0].findings
    rows = _shown("jsonl", run, Options(include_text=include_text))
    assert rows.isascii()
    read = [json.loads(row) for row in rows.removesuffix("\n").split("\n")]
    assert [{k: v for k, v in row.items() if k != "schema"} for row in read] == result["files"]


@settings(max_examples=50, deadline=None)
@given(run=_runs())
def test_sarif_names_the_same_places(run: RunReport) -> None:
    shown = _shown("sarif", run)
    assert not _ACTING.search(shown)
    (made,) = json.loads(shown)["runs"]
    places = [
        result["locations"][0]["physicalLocation"]["region"]
        for result in made["results"]
        if not result.get("suppressions")
    ]
    spans = [(item.span.start, item.span.length) for item in run.files[0].findings]
    assert [(at["charOffset"], at.get("charLength", 0)) for at in places] == spans


class _Page(HTMLParser):
    """What a browser would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts = 0
        self.acting: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        if tag in {"iframe", "object", "embed", "base", "form", "img"}:
            self.acting.append(tag)
        for name, value in attrs:
            fine = (value or "").startswith(("#", "data:,"))
            if name.startswith("on") or name == "src" or (name == "href" and not fine):
                self.acting.append(f"{tag} {name}={value}")


@settings(max_examples=40, deadline=None)
@given(run=_runs())
def test_a_page_has_no_script_and_no_link_but_its_own(run: RunReport) -> None:
    shown = _shown("html", run)
    page = _Page()
    page.feed(shown)
    page.close()
    assert (page.scripts, page.acting) == (1, [])
    assert not _ACTING.search(shown)
    shown.encode("utf-8")
