"""What the readers of line-based markup (Org, AsciiDoc) share: lines, paragraphs, inline marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from slopscan.document import BlockKind, Document, RegionKind, Source
from slopscan.readers.mentions import announces_mention
from slopscan.readers.prose import Builder, Part, PartKind

_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_REGIONS: Final = {
    "code": RegionKind.CODE,
    "math": RegionKind.MATH,
    "link": RegionKind.URL,
    "image": RegionKind.MARKUP,
}
_DEEPEST: Final = 20


class Line(NamedTuple):
    """One line: where it stands, and its text without line end."""

    start: int
    end: int
    text: str


def lines(text: str) -> Iterator[Line]:
    """Yield the lines of a text, a byte-order mark left out."""
    at = 1 if text.startswith("\ufeff") else 0
    for match in _LINE.finditer(text, at):
        body = match.group().rstrip("\r\n")
        yield Line(match.start(), match.start() + len(body), body)


class LineReader:
    """Collects paragraphs; a format says what a line is and what inline marks are.

    Groups of `inline` that count: `code`, `math`, `link`, `image` become a placeholder; `drop` and
    `comment` go; of a match with `text` only that is prose; `pair` is emphasis.
    """

    inline: re.Pattern[str]
    quotes: Final = {'"`': "\u201c", '`"': "\u201d", "'`": "\u2018", "`'": "\u2019"}

    def __init__(self, source: Source) -> None:
        self.text = source.text
        self.out = Builder(source)
        self._span: tuple[int, int] | None = None
        self._kind: tuple[BlockKind, int] = (BlockKind.PARAGRAPH, 0)

    def document(self) -> Document:
        """Return everything collected."""
        self.flush()
        return self.out.document()

    def open(self, kind: BlockKind, depth: int, start: int, end: int) -> None:
        """Begin a block."""
        self.flush()
        self._kind, self._span = (kind, depth), (start, end)

    def extend(self, line: Line, kind: BlockKind = BlockKind.PARAGRAPH, depth: int = 0) -> None:
        """Add a line to the block, or begin one."""
        if self._span is None:
            self.open(kind, depth, line.start, line.end)
        else:
            self._span = (self._span[0], line.end)

    @property
    def filling(self) -> bool:
        return self._span is not None

    def single(self, kind: BlockKind, depth: int, start: int, end: int) -> None:
        """Append a block that ends with its line."""
        self.open(kind, depth, start, end)
        self.flush()

    def region(self, kind: RegionKind, line: Line) -> None:
        """Record a whole line, and end the block before it."""
        self.flush()
        self.out.region(kind, line.start + len(line.text) - len(line.text.lstrip()), line.end)

    def flush(self) -> None:
        """End the block."""
        if self._span is not None:
            parts = list(self._parts(*self._span, 0))
            self.out.block(self._kind[0], parts, self._kind[1])
        self._span = None

    def _parts(self, start: int, end: int, depth: int) -> Iterator[Part]:
        at = start
        for match in self.inline.finditer(self.text, start, end):
            if match.start() < at or depth > _DEEPEST:
                continue
            if at < match.start():
                yield Part(PartKind.TEXT, at, match.start())
            yield from self._marked(match, depth)
            at = match.end()
        if at < end:
            yield Part(PartKind.TEXT, at, end)

    def _marked(self, match: re.Match[str], depth: int) -> Iterator[Part]:
        groups = {name for name, value in match.groupdict().items() if value is not None}
        low, high = match.span()
        word = next((name for name in _REGIONS if name in groups), "")
        if word:
            yield Part(PartKind.PLACEHOLDER, low, high, word)
            self.out.region(_REGIONS[word], low, high)
        elif "quote" in groups:
            yield Part(PartKind.ATOM, low, high, self.quotes[match["quote"]])
        elif "text" in groups:
            yield from self._parts(*match.span("text"), depth + 1)
            self.out.region(RegionKind.URL, low, match.start("text"))
        elif "pair" in groups:
            if announces_mention(self.text[max(0, low - 20) : low]):
                self.out.mention(low, high)
            width = len(match["mark"])
            yield from self._parts(low + width, high - width, depth + 1)
        else:
            kind = RegionKind.COMMENT if "comment" in groups else RegionKind.MARKUP
            self.out.region(kind, low, high)
