"""Sets a source as a page: paragraphs, headings and lists, cut where a finding begins or ends.

The reader that made the text's prose says where its blocks are; nothing is parsed by a
language pipeline and nothing is searched for. Markup between the prose is left out, unless a
finding stands in it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final, NamedTuple

from slopscan.document import Block, BlockKind, Document, RegionKind, Source
from slopscan.errors import InputError
from slopscan.findings import Finding
from slopscan.outputs.prose import is_about_whole
from slopscan.readers import media_type, parse
from slopscan.report import FileReport
from slopscan.spans import Piece, SourceSpan, source_span

_SHOWN_REGIONS: Final = {
    RegionKind.CODE: "code",
    RegionKind.FRONT_MATTER: "front matter",
    RegionKind.COMMENT: "comment",
    RegionKind.MATH: "mathematics",
}
_TARGETS: Final = re.compile(r"\]\([^)]*\)|\]\[[^\]]*\]|<[^>]*>")
_EMPHASIS: Final = re.compile(r"[*_]+")
_EDGE: Final = re.compile(r"[*_]+\Z")
_HARD_BREAK: Final = re.compile(r"(?: {2,}|\\)(?:\r\n|\n|\r)")
_NUMBER: Final = re.compile(r"(\d{1,9}[.)])[ \t]*[*_]*\Z")
_EMPHATIC: Final = frozenset({"text/markdown", "text/mdx"})
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_NEW_LINE: Final = re.compile(r"[\r\n]")


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that look alike: one stretch of text under the same findings.

    Attributes
    ----------
    start : int
        Code points of the source before it.
    text : str
        What to show; where `style` has "break", a line ends here.
    style : frozenset of str
        Of "em", "strong", "code", "markup", "break".
    findings, related : tuple of int
        Places in `FileReport.findings` whose span, or one of whose further places, holds it.
    """

    start: int
    text: str
    style: frozenset[str] = frozenset()
    findings: tuple[int, ...] = ()
    related: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph, heading, list item, table row ... in a passage.

    `marker` is the bullet or number of a list item, empty for its further paragraphs; `cells`
    are the runs of each cell of a table row, and a single cell for everything else.
    """

    cells: tuple[tuple[Run, ...], ...]
    depth: int = 0
    marker: str = ""

    @property
    def runs(self) -> Iterator[Run]:
        for cell in self.cells:
            yield from cell


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines shown beside one list of notes: a paragraph, a list, a table.

    Attributes
    ----------
    kind : str
        A kind of block, or "aside" for code, comments and front matter.
    span : SourceSpan
    lines : tuple of Line
    notes : tuple of int
        Findings that begin here, in order of the text.
    label : str
        What an aside is.
    """

    kind: str
    span: SourceSpan
    lines: tuple[Line, ...]
    notes: tuple[int, ...] = ()
    label: str = ""


def set_text(
    report: FileReport, cuts: Iterable[int] = (), unmarked: Collection[str] = ()
) -> list[Passage]:
    """Return the passages of a file in order.

    Parameters
    ----------
    report : FileReport
        With its text.
    cuts : iterable of int
        Source offsets at which a run shall begin, such as those a reader may jump to.
    unmarked : collection of str
        Rules whose findings are about the whole text and mark no words.
    """
    document = _document(report)
    passages = [_plain(report.text)] if document is None else _grouped(document)
    marks = _Marks(report, cuts, unmarked)
    return _with_notes([_marked(passage, marks) for passage in passages], report)


def _document(report: FileReport) -> Document | None:
    # A stored result may hold half a surrogate pair, which no reader takes.
    text = _SURROGATE.sub("\ufffd", report.text)
    source = Source(report.path, text, media_type=media_type(report.path))
    try:
        document = parse(source)
    except InputError:
        return None
    return document if document.blocks or document.regions else None


def _plain(text: str) -> Passage:
    line = Line(((Run(0, text),),))
    return Passage("verse", source_span(0, len(text)), (line,))


# -- blocks to passages ------------------------------------------------------------------


class _Stretch(NamedTuple):
    """A block or a shown region, with where it stands in the source."""

    span: SourceSpan
    block: Block | None
    label: str = ""


def _grouped(document: Document) -> list[Passage]:
    text = document.source.text
    passages: list[Passage] = []
    before = 0
    runs_of = _Runs(document)
    for stretch in _stretches(document):
        gap = text[before : stretch.span.start]
        before = max(before, stretch.span.end)
        if stretch.block is None:
            shown = text[stretch.span.start : stretch.span.end]
            if passages and passages[-1].span.end >= stretch.span.end:
                continue
            line = Line(((Run(stretch.span.start, shown, frozenset({"code"})),),))
            passages.append(Passage("aside", stretch.span, (line,), label=stretch.label))
            continue
        runs = runs_of(stretch.block)
        if runs:
            _add(passages, stretch.block, stretch.span, runs, gap)
    return passages


def _add(
    passages: list[Passage],
    block: Block,
    span: SourceSpan,
    runs: tuple[Run, ...],
    gap: str,
) -> None:
    kind = block.kind.value
    last = passages[-1] if passages and passages[-1].kind == kind else None
    whole = source_span(last.span.start if last else span.start, span.end)
    marker = _marker(gap) if kind == BlockKind.LIST_ITEM.value else ""
    if last and kind == BlockKind.LIST_ITEM.value:
        line = Line((runs,), block.depth, marker)
        passages[-1] = replace(last, span=whole, lines=(*last.lines, line))
    elif last and kind == BlockKind.TABLE_CELL.value and "\n\n" not in gap:
        *rows, row = last.lines
        if _NEW_LINE.search(gap):
            lines = (*last.lines, Line((runs,)))
        else:
            lines = (*rows, replace(row, cells=(*row.cells, runs)))
        passages[-1] = replace(last, span=whole, lines=lines)
    else:
        passages.append(Passage(kind, span, (Line((runs,), block.depth, marker),)))


def _marker(gap: str) -> str:
    if not gap.strip(" \t\r\n>"):
        return ""
    number = _NUMBER.search(gap)
    return number.group(1) if number else "\u2022"


def _stretches(document: Document) -> list[_Stretch]:
    found = [
        _Stretch(document.offsets.to_source(block.span), block)
        for block in document.blocks
        if block.span.length
    ]
    blocks = sorted((item.span.start, item.span.end) for item in found)
    starts = [start for start, _ in blocks]
    for region in document.regions:
        label = _SHOWN_REGIONS.get(region.kind)
        if label is None or not region.span.length:
            continue
        place = bisect_right(starts, region.span.start) - 1
        if place >= 0 and region.span.start < blocks[place][1]:
            continue  # inside a block: inline code, shown with its paragraph
        after = place + 1
        if after < len(blocks) and region.span.end > blocks[after][0]:
            continue
        found.append(_Stretch(region.span, None, label))
    return sorted(found, key=lambda item: (item.span.start, -item.span.end))


# -- runs of a block ---------------------------------------------------------------------


@dataclass(slots=True)
class _Runs:
    """Cuts the blocks of a document into runs by style."""

    document: Document
    _starts: list[int] = field(init=False)
    _placeholders: set[int] = field(init=False)
    _emphasis: bool = field(init=False)

    def __post_init__(self) -> None:
        self._starts = [piece.prose_start for piece in self.document.offsets.pieces]
        self._placeholders = {span.start for span in self.document.placeholders}
        self._emphasis = self.document.source.media_type in _EMPHATIC

    def __call__(self, block: Block) -> tuple[Run, ...]:
        return tuple(self._runs(block))

    def _runs(self, block: Block) -> Iterator[Run]:
        text = self.document.source.text
        style: frozenset[str] = frozenset()
        end = -1
        for piece in self._pieces(block):
            gap = text[max(end, 0) : piece.source_start] if end >= 0 else ""
            if end < 0:
                edge = _EDGE.search(text, max(0, piece.source_start - 3), piece.source_start)
                gap = edge.group() if edge else ""
            if gap:
                start = piece.source_start - len(gap)
                yield Run(start, gap, frozenset({"markup"}))
                style = self._toggled(style, gap)
            end = piece.source_start + piece.source_length
            yield self._run(piece, block, style)

    def _pieces(self, block: Block) -> Sequence[Piece]:
        pieces = self.document.offsets.pieces
        first = max(bisect_right(self._starts, block.span.start) - 1, 0)
        last = bisect_left(self._starts, block.span.end)
        return pieces[first:last]

    def _run(self, piece: Piece, block: Block, style: frozenset[str]) -> Run:
        start = piece.source_start
        source = self.document.source.text[start : start + piece.source_length]
        if piece.linear:
            return Run(start, source, style)
        if piece.prose_start in self._placeholders:
            return Run(start, source, style | {"code", "whole"})
        breaks = _HARD_BREAK.search(source) or (
            block.kind is BlockKind.VERSE and _NEW_LINE.search(source)
        )
        if breaks:
            return Run(start, "", style | {"break", "whole"})
        prose = self.document.prose[piece.prose_start : piece.prose_start + piece.prose_length]
        return Run(start, prose, style | {"whole"})

    def _toggled(self, style: frozenset[str], gap: str) -> frozenset[str]:
        if not self._emphasis:
            return style
        for match in _EMPHASIS.finditer(_TARGETS.sub("", gap)):
            length = len(match.group())
            style ^= {"strong"} if length == 2 else {"em"} if length == 1 else {"em", "strong"}
        return style


# -- marks -------------------------------------------------------------------------------


class _Marks:
    """Which findings hold which stretch of source, by one sweep over their edges."""

    def __init__(self, report: FileReport, cuts: Iterable[int], unmarked: Collection[str]) -> None:
        edges: dict[int, list[tuple[int, bool, bool]]] = {cut: [] for cut in cuts}
        for number, finding in enumerate(report.findings):
            if is_about_whole(finding, report.text, unmarked):
                continue
            for span, main in [(finding.span, True), *((s, False) for s in finding.related)]:
                if span.length:
                    edges.setdefault(span.start, []).append((number, main, True))
                    edges.setdefault(span.end, []).append((number, main, False))
        self._edges = sorted(edges)
        self._active: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
        open_now: dict[tuple[int, bool], int] = {}
        for edge in self._edges:
            for number, main, opens in edges[edge]:
                key = (number, main)
                open_now[key] = open_now.get(key, 0) + (1 if opens else -1)
                if not open_now[key]:
                    del open_now[key]
            mains = {number for number, main in open_now if main}
            more = {number for number, main in open_now if not main} - mains
            self._active.append((tuple(sorted(mains)), tuple(sorted(more))))

    def at(self, offset: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        place = bisect_right(self._edges, offset) - 1
        return self._active[place] if place >= 0 else ((), ())

    def between(self, start: int, end: int) -> list[int]:
        """Return the edges strictly inside."""
        return self._edges[bisect_right(self._edges, start) : bisect_left(self._edges, end)]


def _marked(passage: Passage, marks: _Marks) -> Passage:
    lines = tuple(
        replace(line, cells=tuple(tuple(_split(cell, marks)) for cell in line.cells))
        for line in passage.lines
    )
    return replace(passage, lines=lines)


def _split(runs: Iterable[Run], marks: _Marks) -> Iterator[Run]:
    for run in runs:
        if "whole" in run.style:
            mains, more = marks.at(run.start)
            yield replace(run, style=run.style - {"whole"}, findings=mains, related=more)
            continue
        end = run.start + len(run.text)
        edges = [run.start, *marks.between(run.start, end), end]
        for start, stop in pairwise(edges):
            mains, more = marks.at(start)
            # Markup is only worth showing when a finding is about nothing else.
            if "markup" in run.style and not _only_markup(runs, mains, marks):
                continue
            text = run.text[start - run.start : stop - run.start]
            yield Run(start, text, run.style, mains, more)


def _only_markup(runs: Iterable[Run], mains: tuple[int, ...], marks: _Marks) -> bool:
    if not mains:
        return False
    prose = [run for run in runs if "markup" not in run.style]
    for run in prose:
        offsets = [run.start, *marks.between(run.start, run.start + len(run.text))]
        if any(number in marks.at(offset)[0] for offset in offsets for number in mains):
            return False
    return True


def _with_notes(passages: list[Passage], report: FileReport) -> list[Passage]:
    starts = [passage.span.start for passage in passages]
    notes: dict[int, list[int]] = {}
    for number, finding in enumerate(report.findings):
        if passages and not is_about_whole(finding, report.text):
            notes.setdefault(_home(finding, passages, starts), []).append(number)
    return [
        replace(passage, notes=tuple(notes.get(place, ())))
        for place, passage in enumerate(passages)
    ]


def _home(finding: Finding, passages: list[Passage], starts: Sequence[int]) -> int:
    place = max(bisect_right(starts, finding.span.start) - 1, 0)
    past = finding.span.start >= passages[place].span.end
    return place + 1 if past and place + 1 < len(passages) else place
