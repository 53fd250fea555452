"""The page holds the whole text and nothing that acts; its links and ids agree."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Final

import pytest

from slopscan import scan_text
from slopscan.catalogue.cards import rule_cards
from slopscan.catalogue.load import load_catalogue
from slopscan.catalogue.rule import FAMILIES as ALL_FAMILIES
from slopscan.outputs import render
from slopscan.outputs.html import FAMILIES
from slopscan.outputs.setting import set_text
from slopscan.outputs.windows import windows
from slopscan.report import FileReport, Provenance, Rate, RunReport
from slopscan.spans import source_span
from slopscan.verdict import Verdict, WindowScore
from tests.outputs.hostile import TEXT, hostile_run

_VOID: Final = {"meta", "link", "input", "br"}


class Page(HTMLParser):
    """Tags, attributes and text of a page; fails on a tag closed out of order."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: dict[str, list[str]] = {}
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self.feed(content)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self._open.append((tag, dict(attrs)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for _, attributes in self._open:
            for name in (attributes.get("class") or "").split():
                self.words.setdefault(name, []).append(data)
        if self._open:
            self.words.setdefault(f"<{self._open[-1][0]}>", []).append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def page_of(run: RunReport) -> tuple[str, Page]:
    stream = io.StringIO(newline="")
    render("html", run, stream)
    return stream.getvalue(), Page(stream.getvalue())


def test_nothing_of_the_text_becomes_markup() -> None:
    content, page = page_of(hostile_run())
    assert len(page.all("script")) == len(page.all("style")) == 1
    names = {name for _, attributes in page.tags for name in attributes}
    assert not {name for name in names if name.startswith("on") or name in ("style", "src")}
    links = {attributes.get("href") or "" for attributes in page.all("a")}
    assert {link for link in links if not link.startswith("#")} == {"https://example.org/?a&b"}
    assert {tag for tag, _ in page.tags} & {"img", "b", "i", "u", "iframe", "object"} <= {"b"}
    assert "".join(page.words["<b>"]) == "Instead."
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e\ud800\U000e0041]", content)


def test_the_policy_allows_the_pages_own_script_and_style_alone() -> None:
    content, page = page_of(hostile_run())
    (policy,) = [
        meta["content"] or ""
        for meta in page.all("meta")
        if meta.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        inside = re.search(f"<{tag}>(.*?)</{tag}>", content, re.DOTALL)
        assert inside
        digest = base64.b64encode(hashlib.sha256(inside.group(1).encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_ids_are_unique_and_every_inner_link_leads_to_one() -> None:
    run = RunReport((*hostile_run().files, *hostile_run().files))
    _, page = page_of(run)
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    led_to = {link["href"] for link in page.all("a") if (link["href"] or "").startswith("#")}
    described = {f"#{link['aria-describedby']}" for link in page.all("a") if "data-n" in link}
    assert {target for target in led_to | described if target} <= {f"#{name}" for name in ids}


@pytest.fixture(scope="module")
def essay() -> FileReport:
    text = (
        "# Steam\r\n\r\nIt is *not just* a kettle, but a [way](https://example.org) of\r\nlife. "
        "It is a **testament to** steam &amp; tea.\r\n\r\n1. First, in today's fast-paced world\r\n"
        "2. second\r\n\r\n   still the second\r\n\r\nThe end.\r\n"
    )
    return scan_text(text, name="steam.md", preview=True, parse=False)


def test_every_finding_has_its_note_and_its_words_underlined(essay: FileReport) -> None:
    cards = rule_cards(load_catalogue(), (finding.rule for finding in essay.findings))
    _, page = page_of(RunReport((essay,), cards=cards))
    notes = {item["data-n"] for item in page.all("li") if "data-n" in item}
    marked = {n for link in page.all("a") for n in (link.get("data-n") or "").split()}
    assert len(essay.findings) >= 3
    assert notes == marked == {str(number) for number in range(len(essay.findings))}
    tabbed = [link for link in page.all("a") if "data-n" in link and "tabindex" not in link]
    assert len(tabbed) == len({link["href"] for link in tabbed})
    assert cards["negative-parallelism"].advice in "".join(page.words["why"])


def test_the_text_is_set_without_its_markup(essay: FileReport) -> None:
    _, page = page_of(RunReport((essay,)))
    shown = " ".join("".join(page.words["block"]).split())
    assert shown == (
        "SteamIt is not just a kettle, but a way of life. It is a testament to steam & tea."
        "1. First, in today's fast-paced world2. secondstill the secondThe end."
    )
    assert "".join(page.words["<h2>"]).startswith("Steam")


def test_runs_of_a_passage_carry_exactly_the_findings_over_them(essay: FileReport) -> None:
    seen: dict[int, str] = {}
    for passage in set_text(essay):
        for line in passage.lines:
            for run in line.runs:
                for number in run.findings:
                    seen[number] = seen.get(number, "") + run.text
    for number, finding in enumerate(essay.findings):
        plain = re.sub(r"[*]|\]\([^)]*\)|\[", "", finding.matched)
        assert " ".join(seen[number].split()) == " ".join(plain.split())


def test_a_finding_in_markup_alone_shows_the_markup() -> None:
    text = "A **bold** word.\n"
    found = scan_text(text, parse=False, select=["negative-parallelism"])
    from slopscan.findings import Severity
    from tests.outputs.conftest import finding as make

    marked = FileReport(
        found.path, text, 3, None, (make(text, "bold", 2, 4, Severity.NOTE, "bold"),)
    )
    runs = [run for item in set_text(marked) for line in item.lines for run in line.runs]
    assert [run.text for run in runs] == ["A ", "**", "bold", " word."]
    assert runs[1].findings == (0,)


def test_hostile_text_is_shown_whole() -> None:
    _, page = page_of(hostile_run())
    shown = "".join(page.words["block"])
    for words in (
        "<script>window.pwned = 6</script>",
        " ${x}.",
        "<not> &amp;",
        "\u2400",
    ):
        assert words in shown
    assert "javascript:window.pwned=4" not in shown


def test_evidence_of_people_and_models_is_drawn_where_it_was_measured(essay: FileReport) -> None:
    cards = dict(rule_cards(load_catalogue(), ["negative-parallelism"]))
    (card,) = cards.values()
    from dataclasses import replace

    cards[card.id] = replace(card, rates=(Rate("essay", 0.21, 1.94, 900, 800),))
    _, page = page_of(RunReport((essay,), cards=cards))
    said = "".join(page.words["evidence"])
    assert "people 0.21" in said
    assert "models 1.9" in said


def test_families_have_their_colours_in_the_sheet() -> None:
    assert set(FAMILIES) == set(ALL_FAMILIES)
    content, _ = page_of(RunReport(()))
    assert all(f".fam{number} {{" in content for number in range(len(FAMILIES)))


@pytest.mark.parametrize("text", ["", " \n", "***", "plain \u2028 words", "```\ncode\n```\n"])
def test_odd_texts_still_make_a_page(text: str) -> None:
    content, page = page_of(RunReport((FileReport("odd.md", text),), Provenance("1")))
    assert page.all("article")
    assert "Nothing to look at again" in content


def test_windows_split_a_long_text_evenly_and_keep_every_word() -> None:
    text = "Seven small words stand in this line.\n" * 300
    spans = [source_span(at, at + 38) for at in range(0, len(text), 38)]
    scores = tuple(WindowScore(span, 0.9 if n > 150 else 0.1, 7) for n, span in enumerate(spans))
    found = windows(FileReport("x", text, verdict=Verdict(0.5, None, 2100, windows=scores)))
    assert len(found) == 14
    assert sum(n for window in found for n, _ in window.columns) == 2100
    assert sum(window.n_words for window in found) == 2100
    assert [window.first_word for window in found][:2] == [1, 155]
    assert {window.level for window in found} == {0, 3} | {found[7].level}


def test_the_strip_says_the_probability_of_each_stretch() -> None:
    text = "Seven small words stand in this line.\n" * 20
    spans = [source_span(at, at + 38) for at in range(0, len(text), 38)]
    scores = tuple(WindowScore(span, 0.2 if n < 12 else 0.9, 7) for n, span in enumerate(spans))
    report = FileReport("x", text, verdict=Verdict(0.5, None, 140, windows=scores))
    _, page = page_of(RunReport((report,), Provenance("1")))
    labels = [link["aria-label"] for link in page.all("a") if "aria-label" in link]
    assert labels[0] == "Words 1 to 42: 20%, reads like people's prose"
    assert labels[-1] == "Words 127 to 140: 90%, reads much like model prose"
    bare = replace(report, verdict=Verdict(0.5, None, 140))
    assert 'class="strip"' not in page_of(RunReport((bare,), Provenance("1")))[0]


def test_set_text_of_the_hostile_document_keeps_order() -> None:
    passages = set_text(hostile_run().files[0])
    starts = [passage.span.start for passage in passages]
    assert starts == sorted(starts)
    assert max(passage.span.end for passage in passages) <= len(TEXT)


def test_a_measure_of_the_whole_text_marks_no_words(essay: FileReport) -> None:
    rule = essay.findings[0].rule
    passages = set_text(essay, unmarked={rule})
    seen = {
        n for item in passages for line in item.lines for run in line.runs for n in run.findings
    }
    assert {essay.findings[n].rule for n in seen} == {f.rule for f in essay.findings} - {rule}


def test_what_a_text_says_of_its_making_is_quoted() -> None:
    from slopscan.disclosure import Disclosure, DisclosureKind

    said = Disclosure(DisclosureKind.ASSISTANCE, source_span(0, 3), 1, "I <b>asked</b> a model")
    _, page = page_of(RunReport((FileReport("a.md", "I am.\n", 2, disclosures=(said,)),)))
    assert "I <b>asked</b> a model" in "".join(page.words["about-itself"])
