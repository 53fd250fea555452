"""Comments at any place: what they silence is never reported, and nothing else is moved."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from slopscan.catalogue.load import Selection
from slopscan.document import Source
from slopscan.findings import Finding
from slopscan.scan import Scanner, Settings
from slopscan.suppression import RULES

_TIC = "It is not just a tool, but a way of thinking."
_OTHER = "The plan is a testament to patience."
_SCANNER = Scanner(
    Settings(
        Selection(select=("negative-parallelism", "significance-inflation")),
        parse=False,
    )
)
_BLOCKS = st.sampled_from(
    [_TIC, _OTHER, f"{_OTHER} {_TIC}", "Nothing here.", f"# {_TIC}", f"- {_TIC}\n- {_OTHER}",
     f"> {_TIC}", f"```\n{_TIC}\n```", "| a | b |\n|---|---|\n| It is so. | c |"]
)  # fmt: skip
_WORDS = st.sampled_from(
    ["ignore", "ignore[negative-parallelism]", "ignore[contrast] a reason", "ignore-file[nope]",
     "off", "on", "off[negative-parallelism]", "on[negative-parallelism]", "ignore[", "igno",
     "ignore-file[significance-inflation]", "off[significance-inflation, contrast]", ""]
)  # fmt: skip
_PARTS = st.lists(
    st.one_of(_BLOCKS, _WORDS.map(lambda words: f"<!-- slopscan: {words} -->")), max_size=12
)


@dataclass(frozen=True)
class _Scanned:
    kept: list[Finding]
    silenced: list[Finding]
    notes: list[Finding]


def _scan(text: str) -> _Scanned:
    report = _SCANNER.scan(Source("a.md", text))
    return _Scanned(
        [item for item in report.findings if item.rule not in RULES],
        [item.finding for item in report.suppressed],
        [item for item in report.findings if item.rule in RULES],
    )


def _without_comments(text: str) -> str:
    """The same text, its comments of no meaning, every place where it was."""
    return text.replace("slopscan:", "slopscam:")


@settings(max_examples=120, deadline=None)
@given(parts=_PARTS, ends=st.sampled_from(["\n\n", "\n", "\r\n\r\n", " "]))
def test_every_finding_is_reported_or_silenced_and_none_is_moved(
    parts: list[str], ends: str
) -> None:
    text = ends.join(parts) + "\n"
    found, plain = _scan(text), _scan(_without_comments(text))
    assert plain.silenced == plain.notes == []
    both = sorted([*found.kept, *found.silenced], key=_place)
    assert [_place(item) for item in both] == [_place(item) for item in plain.kept]
    for item in (*found.kept, *found.silenced, *found.notes):
        assert text[item.span.start : item.span.end] == item.matched


def _place(item: Finding) -> tuple[int, int, str]:
    return item.span.start, item.span.end, item.rule


@settings(max_examples=80, deadline=None)
@given(
    before=st.lists(_BLOCKS, max_size=4),
    inside=st.lists(_BLOCKS, max_size=4),
    after=st.lists(_BLOCKS, max_size=4),
    name=st.sampled_from(["", "[negative-parallelism]", "[contrast]", "[significance-inflation]"]),
)
def test_off_to_on_silences_what_stands_between_and_nothing_else(
    before: list[str], inside: list[str], after: list[str], name: str
) -> None:
    parts = [*before, f"<!-- slopscan: off{name} -->", *inside, f"<!-- slopscan: on{name} -->"]
    text = "\n\n".join([*parts, *after]) + "\n"
    off, on = text.index("<!-- slopscan: off"), text.index("<!-- slopscan: on")
    found = _scan(text)
    for item in _scan(_without_comments(text)).kept:
        meant = name.strip("[]") in ("", item.rule, item.family)
        is_silent = meant and off < item.span.start < on
        reported = _place(item) in map(_place, found.kept)
        assert reported != is_silent
        assert (_place(item) in map(_place, found.silenced)) == is_silent


@settings(max_examples=60, deadline=None)
@given(blocks=st.lists(_BLOCKS, min_size=1, max_size=6), at=st.integers(0, 6))
def test_ignore_file_holds_wherever_it_stands(blocks: list[str], at: int) -> None:
    comment = "<!-- slopscan: ignore-file[negative-parallelism] -->"
    text = "\n\n".join([*blocks[:at], comment, *blocks[at:]]) + "\n"
    found, plain = _scan(text), _scan(_without_comments(text))
    assert {item.rule for item in found.kept} <= {"significance-inflation"}
    tics = [item for item in plain.kept if item.rule == "negative-parallelism"]
    assert list(map(_place, found.silenced)) == list(map(_place, tics))
    assert [item.rule for item in found.notes] == ["unused-suppression"] * (not tics)
