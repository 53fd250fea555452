"""Plain text to prose: paragraphs by blank lines, hard-wrapped lines put together again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby, pairwise
from statistics import median
from typing import NamedTuple

from slopscan.document import BlockKind, Document, RegionKind, Source
from slopscan.readers.prose import Builder, Part, PartKind, Stretches

_LINE = re.compile(r"[^\r\n\f\u2028\u2029]*(?:\r\n|\n|\r|\f|\u2028|\u2029|\Z)")
_QUOTE = re.compile(r"[ \t]*(?:>[ \t]?)+")
_BULLET = re.compile(
    r"(?P<indent>[ \t]*)(?:[-*+\u2022\u25e6\u2023\u2013][ \t]+|\d{1,3}[.)][ \t]+)(?=\S)"
)
# Plain text has no comments; this one, to slopscan itself, is no prose.
_COMMENT = re.compile(r"<!--[ \t]*slopscan:[^\r\n]{0,400}?-->")
_SENTENCE_END = re.compile(r"[.!?:;\u2026][\"'\u2019\u201d)\]]*$")
_WRAP_WIDTHS = range(
    30, 121
)  # code points; nobody wraps narrower, and longer lines are not wrapped
_VERSE_LINE = 50
_MOST = 0.8


class _Line(NamedTuple):
    start: int
    end: int
    text: str
    quote_depth: int
    bullet: bool
    indent: int


def parse(source: Source) -> Document:
    """Read plain text. Indented lines are prose; `>` begins a quoted line, `-` a list item."""
    comments = [match.span() for match in _COMMENT.finditer(source.text)]
    dropped = Stretches([start for start, _ in comments], [end for _, end in comments])
    builder = Builder(source, dropped=dropped)
    for comment in comments:
        builder.region(RegionKind.COMMENT, *comment)
    paragraphs = list(_paragraphs(source.text))
    width = _usual_width(paragraphs)
    for lines in paragraphs:
        for kind, depth, block in _blocks(lines, width):
            builder.block(kind, list(_parts(block)), depth)
    return builder.document()


def _paragraphs(text: str) -> Iterator[list[_Line]]:
    lines: list[_Line] = []
    at = 1 if text.startswith("\ufeff") else 0
    for match in _LINE.finditer(text, at):
        raw = match.group()
        if _COMMENT.sub("", raw).strip():
            lines.append(_line(match.start(), raw))
        elif lines:
            yield lines
            lines = []
    if lines:
        yield lines


def _line(start: int, raw: str) -> _Line:
    quote = _QUOTE.match(raw)
    into = quote.end() if quote else 0
    bullet = None if quote else _BULLET.match(raw)
    into = bullet.end() if bullet else into
    body = raw[into:]
    text = body.strip()
    begin = start + into + len(body) - len(body.lstrip())
    indent = len(raw) - len(raw.lstrip(" \t"))
    depth = quote.group().count(">") if quote else 0
    return _Line(begin, begin + len(text), text, depth, bullet is not None, indent)


def _usual_width(paragraphs: list[list[_Line]]) -> int:
    """Return the width the text looks wrapped at, in code points, or 0."""
    widths = [max(len(line.text) for line in lines) for lines in paragraphs if len(lines) >= 3]
    wrapped = [width for width in widths if width in _WRAP_WIDTHS]
    return int(median(wrapped)) if wrapped and len(wrapped) * 2 >= len(widths) else 0


def _blocks(lines: list[_Line], width: int) -> Iterator[tuple[BlockKind, int, list[_Line]]]:
    for depth, group in groupby(lines, key=lambda line: line.quote_depth):
        block = [line for line in group if line.text]
        if depth:
            yield BlockKind.BLOCK_QUOTE, depth, block
        else:
            yield from _items(block, width)


def _items(lines: list[_Line], width: int) -> Iterator[tuple[BlockKind, int, list[_Line]]]:
    """Cut at bullets; lines after a bullet belong to it while they are indented or fit."""
    first = next((index for index, line in enumerate(lines) if line.bullet), len(lines))
    yield from _running(lines[:first], width)
    item: list[_Line] = []
    for line in lines[first:]:
        if line.bullet and item:
            yield BlockKind.LIST_ITEM, 1, item
            item = []
        item.append(line)
    if item:
        yield BlockKind.LIST_ITEM, 1, item


def _running(lines: list[_Line], width: int) -> Iterator[tuple[BlockKind, int, list[_Line]]]:
    if len(lines) == 1 or _is_wrapped(lines, width):
        yield BlockKind.PARAGRAPH, 0, lines
    elif _is_verse(lines):
        yield BlockKind.VERSE, 0, lines
    else:
        for line in lines:
            yield BlockKind.PARAGRAPH, 0, [line]


def _is_wrapped(lines: list[_Line], usual: int) -> bool:
    """Say whether most line ends are where a word no longer fitted, or inside a sentence."""
    if not lines or max(len(line.text) for line in lines) > _WRAP_WIDTHS[-1]:
        return False
    own = max(len(line.text) for line in lines)
    width = own if len(lines) >= 4 else max(own, usual)
    pairs = list(pairwise(lines))
    forced = sum(
        width in _WRAP_WIDTHS and len(above.text) + 1 + len(below.text.split(None, 1)[0]) > width
        for above, below in pairs
        if len(lines) > 2 or not _SENTENCE_END.search(above.text)
    )
    inside = sum(
        below.text[0].islower() and not _SENTENCE_END.search(above.text) for above, below in pairs
    )
    return max(forced, inside) >= _MOST * len(pairs)


def _is_verse(lines: list[_Line]) -> bool:
    ended = sum(_SENTENCE_END.search(line.text) is not None for line in lines)
    short = all(len(line.text) <= _VERSE_LINE for line in lines)
    return len(lines) >= 4 and short and ended * 2 <= len(lines)


def _parts(lines: list[_Line]) -> Iterator[Part]:
    before: _Line | None = None
    for line in lines:
        if before is not None:
            yield Part(PartKind.ATOM, before.end, line.start, " ")
        yield Part(PartKind.TEXT, line.start, line.end)
        before = line
