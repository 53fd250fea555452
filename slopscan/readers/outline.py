"""The text of office files and e-books: one paragraph per line, its kind marked at its start.

The extractors (`docx`, `odt`, `epub`) write it with `Outline`; `parse` reads it, so that a stored
result can be shown again without the file. `# ` begins a heading, `- ` a list item (two blanks per
level before it), `> ` a quotation, `| ` a table cell, `^ ` a note, a tab a line of code; inline
code and mathematics stand between backticks. A line break inside a paragraph is U+2028.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, TypeAlias

from slopscan.document import BlockKind, Document, LinePlace, RegionKind, Source
from slopscan.readers.prose import Builder, Part, PartKind, Stretches

LINE_BREAK: Final = "\u2028"
# Text of a run, whether it is code or mathematics, and its number in the paragraph (0: none).
Run: TypeAlias = tuple[str, bool, int]
# Where each begins is worked out one by one; nobody writes so many.
_MAX_RUNS: Final = 500
_COMMENT: Final = re.compile(r"<!--(?: slopscan:[^\n]*?|[^\n]*?(?=-->$))-->", re.MULTILINE)
_MARK: Final = re.compile(r"(?P<hashes>#{1,6}) |(?P<indent>(?:  ){0,8})- |(?P<other>[>|^]) ")
_CODE: Final = re.compile(r"`[^`\n]+`")
_OTHERS: Final = {
    ">": (BlockKind.BLOCK_QUOTE, 1),
    "|": (BlockKind.TABLE_CELL, 0),
    "^": (BlockKind.FOOTNOTE, 0),
}
_MARKS: Final = {BlockKind.TABLE_CELL: "| ", BlockKind.FOOTNOTE: "^ "}
_LINE_ENDS: Final = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2029]+")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0e-\x1f\ud800-\udfff]")


class Outline:
    """Collects the paragraphs of a file."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._places: list[LinePlace] = []
        self._part, self._paragraph = "", 0

    @property
    def places(self) -> tuple[LinePlace, ...]:
        """Where each line comes from."""
        return tuple(self._places)

    def at(self, part: str, paragraph: int) -> None:
        """Say where what is added next comes from: paragraphs count from 1 in their part."""
        self._part, self._paragraph = part, paragraph

    def add(self, kind: BlockKind, runs: Sequence[Run], depth: int = 0) -> None:
        """Append a paragraph of runs."""
        text = _clean(_joined(runs))
        if text:
            mark = _mark(kind, depth)
            self._append(mark + text, tuple(_starts(runs, len(mark))))

    def code(self, text: str) -> None:
        """Append a paragraph of code."""
        if text.strip():
            self._append("\t" + _clean(text))

    def comment(self, words: str) -> None:
        """Append a line that is no prose."""
        self._append(comment(words))

    def _append(self, line: str, runs: tuple[tuple[int, int], ...] = ()) -> None:
        self._lines.append(line)
        self._places.append(LinePlace(self._part, self._paragraph, runs))

    def text(self) -> str:
        """Return everything collected."""
        return "".join(f"{line}\n" for line in self._lines)


def comment(words: str) -> str:
    """Return a comment as it stands in an outline."""
    return f"<!-- {' '.join(words.replace('-->', '').split())} -->"


def parse(source: Source) -> Document:
    """Read an outline; each line is a block."""
    text = source.text
    comments = [match.span() for match in _COMMENT.finditer(text)]
    dropped = Stretches([start for start, _ in comments], [end for _, end in comments])
    builder = Builder(source, dropped=dropped)
    for span in comments:
        builder.region(RegionKind.COMMENT, *span)
    at = 0
    for line in text.split("\n"):
        end = at + len(line)
        if line.startswith("\t"):
            builder.region(RegionKind.CODE, at, end)
        elif line.strip():
            _block(builder, text, at, end)
        at = end + 1
    return builder.document()


def _block(builder: Builder, text: str, start: int, end: int) -> None:
    kind, depth = BlockKind.PARAGRAPH, 0
    mark = _MARK.match(text, start, end)
    if mark is not None:
        if mark["hashes"]:
            kind, depth = BlockKind.HEADING, len(mark["hashes"])
        elif mark["other"]:
            kind, depth = _OTHERS[mark["other"]]
        else:
            kind, depth = BlockKind.LIST_ITEM, 1 + len(mark["indent"]) // 2
        builder.region(RegionKind.MARKUP, start, mark.end())
        start = mark.end()
    parts: list[Part] = []
    for match in _CODE.finditer(text, start, end):
        parts.append(Part(PartKind.TEXT, start, match.start()))
        parts.append(Part(PartKind.PLACEHOLDER, match.start(), match.end(), "code"))
        builder.region(RegionKind.CODE, *match.span())
        start = match.end()
    parts.append(Part(PartKind.TEXT, start, end))
    builder.block(kind, [part for part in parts if part.start < part.end], depth)


def _mark(kind: BlockKind, depth: int) -> str:
    if kind is BlockKind.HEADING:
        return "#" * min(max(depth, 1), 6) + " "
    if kind is BlockKind.LIST_ITEM:
        return "  " * min(depth - 1, 8) + "- "
    return "> " if kind is BlockKind.BLOCK_QUOTE else _MARKS.get(kind, "")


def _starts(runs: Sequence[Run], column: int) -> Iterator[tuple[int, int]]:
    """Yield the column where each numbered run begins; blanks between two may go to either."""
    if len(runs) > _MAX_RUNS:
        return
    last = 0
    for place, (text, _, number) in enumerate(runs):
        if number and number != last and text:
            yield column + len(_clean(_joined(runs[:place]))), number
            last = number


def _joined(runs: Iterable[Run]) -> str:
    made = []
    for is_code, group in groupby(runs, key=lambda run: run[1]):
        text = "".join(text for text, _, _ in group)
        inner = text.replace("`", "'").strip()
        made.append(f"`{inner}`" if is_code and inner else text)
    return "".join(made)


def _clean(text: str) -> str:
    return _UNPRINTABLE.sub("\ufffd", _LINE_ENDS.sub(" ", text)).strip(" \t" + LINE_BREAK)
