"""A text put together from pieces of a file, read by another reader, mapped back to the file.

A notebook keeps Markdown inside JSON strings, Python keeps prose inside literals: the reader of
the inner format sees one plain text, and its document is moved onto the source piece by piece.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace

from slopscan.document import Document, Region, Source
from slopscan.spans import OffsetMap, Piece, source_span


class Virtual:
    """Grows by stretches of the source, in source order."""

    def __init__(self) -> None:
        self._chunks: list[str] = []
        self._length = 0
        self._pieces: list[tuple[int, int, int, int, bool]] = []
        self._starts: list[int] = []

    @property
    def text(self) -> str:
        return "".join(self._chunks)

    def same(self, text: str, start: int) -> None:
        """Append characters that stand in the source as they are."""
        self._add(text, start, start + len(text), True)

    def other(self, text: str, start: int, end: int) -> None:
        """Append characters that stand in the source in another form, such as an escape."""
        self._add(text, start, end, False)

    def gap(self, text: str) -> None:
        """Append characters that do not stand in the source, such as a blank line."""
        self._chunks.append(text)
        self._length += len(text)

    def rebase(self, document: Document, source: Source) -> Document:
        """Move a document of `text` onto the source."""
        pieces = tuple(piece for inner in document.offsets.pieces for piece in self._moved(inner))
        regions = []
        for region in document.regions:
            place = self._range(region.span.start, region.span.end)
            if place is not None:
                regions.append(Region(region.kind, source_span(*place)))
        return replace(document, source=source, offsets=OffsetMap(pieces), regions=tuple(regions))

    def _add(self, text: str, start: int, end: int, linear: bool) -> None:
        if text:
            self._pieces.append((self._length, len(text), start, end, linear))
            self._starts.append(self._length)
            self.gap(text)

    def _moved(self, inner: Piece) -> Iterator[Piece]:
        low, high = inner.source_start, inner.source_start + inner.source_length
        if not inner.linear:
            place = self._range(low, high)
            if place is not None:
                start, end = place
                yield Piece(inner.prose_start, inner.prose_length, start, end - start, True)
            return
        for at, length, start, end, linear in self._between(low, high):
            first, last = max(at, low), min(at + length, high)
            prose = inner.prose_start + first - low
            if linear:
                yield Piece(prose, last - first, start + first - at, last - first)
            else:
                yield Piece(prose, last - first, start, end - start, True)

    def _range(self, low: int, high: int) -> tuple[int, int] | None:
        inside = list(self._between(low, high))
        if not inside:
            return None
        at, _, start, _, linear = inside[0]
        begin = start + (max(low - at, 0) if linear else 0)
        at, _, start, end, linear = inside[-1]
        return begin, min(start + high - at, end) if linear else end

    def _between(self, low: int, high: int) -> Iterator[tuple[int, int, int, int, bool]]:
        first = max(bisect_right(self._starts, low) - 1, 0)
        for piece in self._pieces[first : bisect_left(self._starts, high)]:
            if piece[0] + piece[1] > low:
                yield piece
