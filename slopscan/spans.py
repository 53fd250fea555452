"""Where text is: half-open spans of code points, the prose-to-source map, line numbers.

Two coordinate systems exist. A *source* offset counts code points of the file as it was
read; a *prose* offset counts code points of the text left after a reader took the markup
out. They are distinct types, so that mypy refuses to mix them; `OffsetMap` is the only way
from one to the other, and nothing is ever searched for again.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import accumulate
from typing import Any, Final, Generic, NamedTuple, NewType, TypeVar, cast

SourceOffset = NewType("SourceOffset", int)
ProseOffset = NewType("ProseOffset", int)
_LINE_END = re.compile(r"\r\n|\n|\r")
Offset = TypeVar("Offset", SourceOffset, ProseOffset)


@dataclass(frozen=True, slots=True, order=True, init=False)
class Span(Generic[Offset]):
    """Half-open range `[start, end)` of code points."""

    start: Offset
    end: Offset

    def __init__(self, start: Offset, end: Offset) -> None:
        if not 0 <= start <= end:
            raise ValueError(f"span [{start}, {end}) is not ordered")
        _set_start(self, start)
        _set_end(self, end)

    @property
    def length(self) -> int:
        return self.end - self.start

    def overlaps(self, other: Span[Offset]) -> bool:
        """Say whether the two share at least one code point."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span[Offset]) -> bool:
        """Say whether `other` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end


# Half the time of what a frozen dataclass does by itself, and a scan makes tens of thousands.
_set_start: Final = cast(Any, Span).start.__set__
_set_end: Final = cast(Any, Span).end.__set__
SourceSpan = Span[SourceOffset]
ProseSpan = Span[ProseOffset]


# A span in the file as it was read, and one in the prose a reader returned.
source_span: Final = cast(Callable[[int, int], SourceSpan], Span)
prose_span: Final = cast(Callable[[int, int], ProseSpan], Span)


def joined(spans: Iterable[ProseSpan]) -> list[ProseSpan]:
    """Return disjoint spans that hold the same code points, in order."""
    found: list[list[int]] = []
    for start, end in sorted((span.start, span.end) for span in spans):
        if found and start <= found[-1][1]:
            found[-1][1] = max(found[-1][1], end)
        else:
            found.append([start, end])
    return [prose_span(start, end) for start, end in found]


class SpanIndex(Generic[Offset]):
    """Answers "which of these disjoint spans touches this one" in logarithmic time."""

    def __init__(self, spans: Iterable[Span[Offset]]) -> None:
        self._spans: list[Span[Offset]] = sorted(spans, key=lambda span: (span.start, span.end))
        self._starts: list[int] = [span.start for span in self._spans]
        self._ends: list[int] = [span.end for span in self._spans]

    def __len__(self) -> int:
        return len(self._spans)

    def containing(self, offset: int) -> Span[Offset] | None:
        """Return the span that holds `offset`, or None."""
        position = bisect_right(self._starts, offset) - 1
        found = position >= 0 and offset < self._ends[position]
        return self._spans[position] if found else None

    def touches(self, span: Span[Offset]) -> bool:
        """Say whether a span shares a code point with `span`."""
        first = bisect_right(self._ends, span.start)
        return first < len(self._starts) and self._starts[first] < span.end

    def overlapping(self, span: Span[Offset]) -> list[Span[Offset]]:
        """Return the spans that share a code point with `span`, in order."""
        first = bisect_right(self._ends, span.start)
        last = bisect_left(self._starts, span.end)
        return self._spans[first:last]


class Piece(NamedTuple):
    """One stretch of the map: `prose_length` code points that stand for `source_length`.

    Equal lengths map one to one. Unequal lengths are atomic: an entity, a line break with
    its indentation, a placeholder for inline code; `atomic` says so where such a stretch
    happens to have equal lengths. A prose length of zero is not allowed; dropped markup is
    simply a gap between pieces.
    """

    prose_start: int
    prose_length: int
    source_start: int
    source_length: int
    atomic: bool = False

    @property
    def linear(self) -> bool:
        return self.prose_length == self.source_length and not self.atomic


# The same in a third of the time.
piece_of: Final[Callable[[tuple[int, int, int, int, bool]], Piece]] = partial(tuple.__new__, Piece)


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """Piecewise map from prose to source; checked when built.

    Prose without a piece (the blank line between two blocks) belongs to no source text;
    spans may cross it but should neither begin nor end in it.
    """

    pieces: tuple[Piece, ...]
    _starts: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _source_starts: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        prose_end = source_end = 0
        for piece in self.pieces:
            prose_start, prose_length, source_start, source_length, _ = piece
            if prose_length <= 0 or source_length < 0:
                raise ValueError(f"{piece} has no prose")
            if prose_start < prose_end or source_start < source_end:
                raise ValueError(f"{piece} overlaps the piece before it")
            prose_end = prose_start + prose_length
            source_end = source_start + source_length
        prose_starts = tuple([piece[0] for piece in self.pieces])
        source_starts = tuple([piece[2] for piece in self.pieces])
        object.__setattr__(self, "_starts", prose_starts)
        object.__setattr__(self, "_source_starts", source_starts)

    def to_source(self, span: ProseSpan) -> SourceSpan:
        """Map a prose span to the source span from its first to its last character.

        Parameters
        ----------
        span : ProseSpan
            Not empty, at least one code point inside a piece.

        Returns
        -------
        SourceSpan
            Begins where the first mapped code point begins and ends where the last one ends.

        Raises
        ------
        ValueError
            When no code point of the span has a source.
        """
        start, end = span.start, span.end
        first = max(bisect_right(self._starts, start) - 1, 0)
        if self.pieces:
            prose_start, prose_length, source_start, source_length, atomic = self.pieces[first]
            is_linear = prose_length == source_length and not atomic
            if is_linear and prose_start <= start < end <= prose_start + prose_length:
                by = source_start - prose_start  # nearly always
                return source_span(start + by, end + by)
        last = bisect_left(self._starts, end) - 1
        while first < len(self.pieces) and self._end_at(first) <= span.start:
            first += 1
        if last < 0 or first > last:
            raise ValueError(f"prose {span} has no source")
        return source_span(
            self._start_of(self.pieces[first], span.start),
            self._end_of(self.pieces[last], span.end),
        )

    def to_prose(self, span: SourceSpan) -> ProseSpan | None:
        """Map a source span to the prose it holds, or None where it holds none."""
        first = max(bisect_right(self._source_starts, span.start) - 1, 0)
        inside: list[tuple[int, int]] = []
        for index in range(first, len(self.pieces)):
            piece = self.pieces[index]
            if piece.source_start >= span.end:
                break
            if piece.source_start + piece.source_length <= span.start:
                continue
            low, high = 0, piece.prose_length
            if piece.linear:
                low = max(span.start - piece.source_start, 0)
                high = min(span.end - piece.source_start, piece.prose_length)
            inside.append((piece.prose_start + low, piece.prose_start + high))
        return prose_span(inside[0][0], inside[-1][1]) if inside else None

    def _end_at(self, index: int) -> int:
        piece = self.pieces[index]
        return piece.prose_start + piece.prose_length

    @staticmethod
    def _start_of(piece: Piece, prose_offset: int) -> int:
        into = max(prose_offset - piece.prose_start, 0)
        return piece.source_start + (into if piece.linear else 0)

    @staticmethod
    def _end_of(piece: Piece, prose_offset: int) -> int:
        into = min(prose_offset - piece.prose_start, piece.prose_length)
        return piece.source_start + (into if piece.linear else piece.source_length)


class LineIndex:
    """Offset to (line, column) and back, in code points, UTF-16 or UTF-8 units.

    Lines end at LF, CR LF or CR, as editors count them. Lines and columns start at 1.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts: Sequence[int] = _line_starts(text)

    @property
    def n_lines(self) -> int:
        return len(self._starts)

    def position(self, offset: int, *, unit: str = "code_point") -> tuple[int, int]:
        """Return (line, column) of an offset.

        Parameters
        ----------
        offset : int
            Code points from the start of the text, 0 to its length.
        unit : {"code_point", "utf-16", "utf-8"}
            What a column counts.
        """
        line = bisect_right(self._starts, offset) - 1
        start = self._starts[line]
        if unit == "code_point":  # one long line: no copy of it for each position
            return line + 1, 1 + min(offset, len(self._text)) - start
        return line + 1, 1 + _length(self._text[start:offset], unit)

    def line_span(self, line: int) -> SourceSpan:
        """Return the span of a line (1-based) without its line end."""
        start = self._starts[line - 1]
        end = self._starts[line] if line < len(self._starts) else len(self._text)
        return source_span(start, start + len(self._text[start:end].rstrip("\r\n")))


def _line_starts(text: str) -> list[int]:
    if "\r" in text:
        return [0, *[match.end() for match in _LINE_END.finditer(text)]]
    lengths = map(len, text.split("\n"))
    return [0, *accumulate(map((1).__add__, lengths))][:-1]


def _length(text: str, unit: str) -> int:
    if unit == "utf-16":
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    if unit == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    raise ValueError(f"unknown unit {unit!r}")
