"""The one place where prose and its map to the source grow together.

A format module hands over blocks as lists of `Part`; nothing is ever searched for, so a
wrong map would have to come from a wrong part.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Final, NamedTuple

from slopscan.document import Block, BlockKind, Document, Region, RegionKind, Source
from slopscan.readers.quotations import find_quotations
from slopscan.spans import OffsetMap, Piece, ProseSpan, piece_of, prose_span, source_span

BLOCK_GAP = "\n\n"
_SPACE = " \t\r\n\f\v"
_ADDRESS = re.compile(
    r"(?P<url>(?:https?|ftp)://[^\s<>\"`]+|(?<![\w.@/-])www\.[^\s<>\"`]+)"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}",
    re.IGNORECASE,
)
_BREAK = re.compile(r"[ \t]*[\r\n\v\f\u0085\u2028\u2029]\s*")


class PartKind(Enum):
    """How a stretch of prose stands for its stretch of source."""

    TEXT = "text"  # the same characters
    ATOM = "atom"  # other characters, such as an entity or a line break
    PLACEHOLDER = "placeholder"  # a word for something that is not prose


_TEXT, _ATOM, _PLACEHOLDER = PartKind.TEXT, PartKind.ATOM, PartKind.PLACEHOLDER


class Part(NamedTuple):
    """Source `[start, end)` and the prose it gives; `prose` of a TEXT part is left empty."""

    kind: PartKind
    start: int
    end: int
    prose: str = ""


# The same in a third of the time: a text has a part for each line and more.
part_of: Final[Callable[[tuple[PartKind, int, int, str]], Part]] = partial(tuple.__new__, Part)


@dataclass(slots=True)
class Stretches:
    """Sorted, disjoint source ranges that are cut out of TEXT parts."""

    starts: list[int]
    ends: list[int]

    def cut(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield what is left of `[start, end)`."""
        index = bisect_right(self.ends, start)
        while index < len(self.starts) and self.starts[index] < end:
            if start < self.starts[index]:
                yield start, self.starts[index]
            start = max(start, self.ends[index])
            index += 1
        if start < end:
            yield start, end


class Builder:
    """Collects blocks, regions and mentions of one source, in source order."""

    def __init__(self, source: Source, *, dropped: Stretches | None = None) -> None:
        self._source = source
        self._text = source.text
        self._dropped = dropped if dropped is not None and dropped.starts else None
        self._has_addresses = _may_hold_address(source.text)
        self._chunks: list[str] = []
        self._length = 0
        self._pieces: list[Piece] = []
        self._blocks: list[Block] = []
        self._placeholders: list[ProseSpan] = []
        self._regions: list[Region] = []
        self._mentions: list[tuple[int, int]] = []

    def region(self, kind: RegionKind, start: int, end: int) -> None:
        """Record source text that is not prose."""
        if start < end:
            self._regions.append(Region(kind, source_span(start, end)))

    def is_code(self, at: int) -> bool:
        """Say whether a source offset lies in code recorded so far."""
        return any(
            region.span.start <= at < region.span.end
            for region in self._regions
            if region.kind is RegionKind.CODE
        )

    def mention(self, start: int, end: int) -> None:
        """Record a source range whose words are spoken of, not used."""
        self._mentions.append((start, end))

    def block(self, kind: BlockKind, parts: Sequence[Part], depth: int = 0) -> bool:
        """Append a block; say whether it held any prose of the author's."""
        ready = self._plain(parts)
        if not ready:
            ready = _trim(self._tidy(parts))
            if not any(part[0] is not _PLACEHOLDER and not part[3].isspace() for part in ready):
                return False
        if self._blocks:
            self._chunks.append(BLOCK_GAP)
            self._length += len(BLOCK_GAP)
        start = self._length
        for part in ready:
            self._append(part)
        self._blocks.append(Block(kind, prose_span(start, self._length), depth))
        return True

    def document(self) -> Document:
        """Return everything collected, checked."""
        prose = "".join(self._chunks)
        offsets = OffsetMap(tuple(self._pieces))
        spans = [offsets.to_prose(source_span(*mention)) for mention in self._mentions]
        mentions = [span for span in spans if span is not None]
        return Document(
            source=self._source,
            prose=prose,
            blocks=tuple(self._blocks),
            offsets=offsets,
            quotations=_disjoint(list(find_quotations(prose, self._blocks)), mentions),
            placeholders=tuple(self._placeholders),
            regions=_nested(self._regions),
        )

    def _append(self, part: Part) -> None:
        kind, start, end, prose = part
        length = len(prose)
        self._chunks.append(prose)
        self._pieces.append(piece_of((self._length, length, start, end - start, kind is not _TEXT)))
        if kind is _PLACEHOLDER:
            self._placeholders.append(prose_span(self._length, self._length + length))
        self._length += length

    def _plain(self, parts: Sequence[Part]) -> list[Part]:
        """Return what `_trim` and `_tidy` would of text that is all one line; else nothing."""
        if len(parts) != 1 or parts[0][0] is not _TEXT or self._dropped is not None:
            return []
        _, start, end, _ = parts[0]
        text = self._text[start:end]
        if not text.isprintable() or (self._has_addresses and _may_hold_address(text)):
            return []
        prose = text.lstrip()
        start = end - len(prose)
        prose = prose.rstrip()
        return [part_of((_TEXT, start, start + len(prose), prose))] if prose else []

    def _tidy(self, parts: Sequence[Part]) -> list[Part]:
        """Join neighbours, cut dropped stretches, replace addresses, never double a break.

        Parts returned carry their prose, those of kind TEXT too.
        """
        tidy: list[Part] = []
        start = end = -1
        for part in parts:
            kind, low, high, prose = part
            if kind is _TEXT and low == end:
                end = high
                continue
            if end >= 0:
                self._text_parts(start, end, tidy)
                end = -1
            if kind is _TEXT:
                start, end = low, high
            elif prose != " " or (tidy and not tidy[-1][3][-1].isspace()):
                tidy.append(part)
        if end >= 0:
            self._text_parts(start, end, tidy)
        return tidy

    def _text_parts(self, start: int, end: int, tidy: list[Part]) -> None:
        if self._dropped is None:
            self._addressed_parts(start, end, tidy)
            return
        for low, high in self._dropped.cut(start, end):
            self._addressed_parts(low, high, tidy)

    def _addressed_parts(self, start: int, end: int, tidy: list[Part]) -> None:
        text = self._text[start:end]
        if tidy and tidy[-1][3] == " " and tidy[-1][0] is _ATOM:
            text = text.lstrip(_SPACE)
            start = end - len(text)
        if not text:
            return
        if not self._has_addresses or not _may_hold_address(text):
            self._broken_parts(start, text, tidy)
            return
        done = 0
        for match in _ADDRESS.finditer(text):
            stop = match.end() - _trailing(match.group()) if match["url"] else match.end()
            if match.start() > done:
                self._broken_parts(start + done, text[done : match.start()], tidy)
            tidy.append(Part(_PLACEHOLDER, start + match.start(), start + stop, "link"))
            self.region(RegionKind.URL, start + match.start(), start + stop)
            done = stop
        if done < len(text):
            self._broken_parts(start + done, text[done:], tidy)

    def _broken_parts(self, start: int, text: str, tidy: list[Part]) -> None:
        # White space other than a blank is not printable, so this skips nearly all text.
        if text.isprintable() or not _BREAK.search(text):
            tidy.append(part_of((_TEXT, start, start + len(text), text)))
            return
        done = 0
        for match in _BREAK.finditer(text):
            if match.start() > done:
                tidy.append(_text_part(start, done, text[done : match.start()]))
            tidy.append(Part(_ATOM, start + match.start(), start + match.end(), " "))
            done = match.end()
        if done < len(text):
            tidy.append(_text_part(start, done, text[done:]))


def _text_part(base: int, into: int, text: str) -> Part:
    return Part(_TEXT, base + into, base + into + len(text), text)


def _may_hold_address(text: str) -> bool:
    if "://" in text or "@" in text:
        return True
    # To make a text lower takes longer than all that is asked for here.
    return any(pair in text for pair in ("ww", "WW", "Ww", "wW")) and "www." in text.lower()


def _trim(parts: list[Part]) -> list[Part]:
    """Take white space off both ends of a block."""
    first, last = 0, len(parts)
    while first < last and not parts[first].prose.strip():
        first += 1
    while last > first and not parts[last - 1].prose.strip():
        last -= 1
    kept = parts[first:last]
    if kept and kept[0].kind is _TEXT:
        _, _, end, prose = kept[0]
        prose = prose.lstrip()
        kept[0] = Part(_TEXT, end - len(prose), end, prose)
    if kept and kept[-1].kind is _TEXT:
        _, start, _, prose = kept[-1]
        prose = prose.rstrip()
        kept[-1] = Part(_TEXT, start, start + len(prose), prose)
    return kept


def _trailing(address: str) -> int:
    """Count the characters at the end of an address that belong to the sentence around it."""
    end = len(address)
    spare = address.count(")") - address.count("(")
    while end > 0:
        last = address[end - 1]
        if last == ")" and spare > 0:
            spare -= 1
        elif last not in ".,;:!?'*_\u2019\u201d]}":
            break
        end -= 1
    return len(address) - max(end, 1)


def _disjoint(quotations: list[ProseSpan], mentions: list[ProseSpan]) -> tuple[ProseSpan, ...]:
    if not mentions:
        return tuple(quotations)
    kept: list[ProseSpan] = []
    for span in sorted([*quotations, *mentions], key=lambda span: (span.start, span.end)):
        if kept and span.start < kept[-1].end:
            if span.end > kept[-1].end:
                kept[-1] = prose_span(kept[-1].start, span.end)
        else:
            kept.append(span)
    return tuple(kept)


def _nested(regions: list[Region]) -> tuple[Region, ...]:
    """Sort regions, leaving out those that would cross the one they begin in."""
    open_ends: list[int] = []
    kept: list[Region] = []
    for region in sorted(regions, key=lambda region: (region.span.start, -region.span.end)):
        while open_ends and open_ends[-1] <= region.span.start:
            open_ends.pop()
        if open_ends and region.span.end > open_ends[-1]:
            continue
        if kept and kept[-1].span == region.span:
            continue
        open_ends.append(region.span.end)
        kept.append(region)
    return tuple(kept)
