"""Quoted speech and quoted words, found per block in one pass over the quote marks.

Quotations never nest: the outermost pair counts. A mark that opens a second time before it
was closed shows that the first opening was none. Speech that runs on over paragraphs, each
opening with a quote mark again, is quoted up to the end of each paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from slopscan.document import Block, BlockKind
from slopscan.spans import ProseSpan, prose_span

# An apostrophe between letters neither opens nor closes anything, and most marks are such.
_MARK = re.compile(
    "[\"\u201c\u201d\u201e\u201f\u00ab\u00bb\u2018\u2019'](?!(?<=[^\\W_][\u2019'])[^\\W_])"
)
_BEFORE_OPENING = " \t\u00a0\u202f\u2009([{<-\u2010\u2011\u2012\u2013\u2014\u2015/*_\"'\u201c\u2018"
_ELISION = re.compile(
    r"['\u2018](?:t(?:is|was|were|will|il|ill)|em|cause|cos|coz|bout|round|n|til|ere|e|im|er"
    r"|\d0s|\d\d)\b",
    re.IGNORECASE,
)
_OPENS = {
    '"': '"',
    "\u201c": "\u201c",
    "\u201e": "\u201e",
    "\u201f": "\u201c",
    "\u00ab": "\u00ab",
    "\u2018": "\u2018",
    "'": "'",
}
_CLOSES = {  # the families a mark may close
    '"': '"',
    "\u201d": "\u201c\u201e",
    "\u201c": "\u201e",
    "\u00bb": "\u00ab",
    "\u2019": "\u2018",
    "'": "'",
}
_SINGLE = "'\u2018"
_MAX_BARE_SINGLE = 60  # code points between single marks that no punctuation confirms


class _Open(NamedTuple):
    family: str
    start: int


class _Mark(NamedTuple):
    """A quote mark, where it is, and its neighbours (a blank at the ends of a block)."""

    char: str
    at: int
    before: str
    after: str


def find_quotations(prose: str, blocks: Sequence[Block]) -> Iterator[ProseSpan]:
    """Yield quoted spans, marks included, in order and disjoint."""
    mark = _MARK.search(prose)
    for index, block in enumerate(blocks):
        start, end = block.span.start, block.span.end
        if mark is None:
            return
        if mark.start() >= end:
            continue
        mark = _MARK.search(prose, end)
        left: _Open | None = None
        for found in _pairs(prose, start, end):
            if found[1] < 0:
                left = _Open(prose[found[0]], found[0])
            else:
                yield prose_span(*found)
        if left is not None and _goes_on(prose, blocks, index, left):
            yield prose_span(left.start, end)


def _goes_on(prose: str, blocks: Sequence[Block], index: int, left: _Open) -> bool:
    if index + 1 == len(blocks) or blocks[index].kind is not BlockKind.PARAGRAPH:
        return False
    following = blocks[index + 1]
    return following.kind is BlockKind.PARAGRAPH and prose[following.span.start] == left.family


def _pairs(prose: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield (start, end) per closed pair, last (start, -1) when one is left open."""
    opened: _Open | None = None
    for match in _MARK.finditer(prose, start, end):
        at = match.start()
        before = prose[at - 1] if at > start else " "
        mark = _Mark(match.group(), at, before, prose[at + 1] if at + 1 < end else " ")
        if opened is not None and _closes(opened, mark):
            yield opened.start, at + 1
            opened = None
        elif _opens(prose, opened, mark):
            opened = _Open(_OPENS[mark.char], at)
    if opened is not None:
        yield opened.start, -1


def _closes(opened: _Open, mark: _Mark) -> bool:
    if opened.family not in _CLOSES.get(mark.char, "") or mark.at == opened.start + 1:
        return False
    if mark.char == '"':
        return not mark.before.isspace() or mark.after.isspace()
    if opened.family not in _SINGLE:
        return True
    if mark.after.isalnum() or mark.before.isspace():
        return False
    confirmed = mark.before in ".,!?;:\u2026\u2014-"
    return confirmed or mark.at - opened.start <= _MAX_BARE_SINGLE


def _opens(prose: str, opened: _Open | None, mark: _Mark) -> bool:
    family = _OPENS.get(mark.char)
    if family is None or mark.after.isspace():
        return False
    if family in _SINGLE:
        if opened is not None and opened.family not in _SINGLE:
            return False
        return mark.before in _BEFORE_OPENING and not _ELISION.match(prose, mark.at)
    if opened is not None and opened.family not in (family, *_SINGLE):
        return False
    return family != '"' or mark.before in _BEFORE_OPENING
