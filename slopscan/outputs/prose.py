"""Lays prose out on screen rows and says which columns are marked.

All places are code points of the source; nothing is searched for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len

from slopscan.findings import Finding, Severity
from slopscan.outputs.safe import TAB_STOP, safe_character
from slopscan.report import FileReport
from slopscan.spans import LineIndex, SourceSpan
from slopscan.verdict import SentenceHeat

# Below this many characters a text is laid out whole, so that blank lines and short
# paragraphs between findings can be shown; above it only lines near a finding are.
_WHOLE_CHARS: Final = 20_000
_WHOLE_ROWS: Final = 90
_PARAGRAPH_ROWS: Final = 16
_AROUND_ROWS: Final = 2
_AROUND_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked stretch of source; `main` is false for the further places of a finding."""

    span: SourceSpan
    severity: Severity
    main: bool = True


@dataclass(frozen=True, slots=True)
class Glyph:
    """One code point as shown: its offset, what stands for it, its columns."""

    offset: int
    shown: str
    width: int


@dataclass(frozen=True, slots=True)
class Row:
    """One screen row. `number` is the source line on its first row, None on later ones."""

    line: int
    number: int | None
    glyphs: tuple[Glyph, ...]
    marks: tuple[Mark, ...] = ()
    ending: tuple[Finding, ...] = ()

    @property
    def blank(self) -> bool:
        return not any(glyph.shown.strip() for glyph in self.glyphs)

    @property
    def marked(self) -> bool:
        return any(mark.main and self.touches(mark.span) for mark in self.marks)

    def touches(self, span: SourceSpan) -> bool:
        """Say whether the span has a character on this row."""
        if not self.glyphs:
            return False
        return span.start <= self.glyphs[-1].offset and self.glyphs[0].offset < span.end

    def strongest(self, glyph: Glyph) -> Mark | None:
        """Return the mark that decides how a character looks."""
        here = [m for m in self.marks if m.span.start <= glyph.offset < m.span.end]
        return max(here, key=lambda mark: (mark.main, mark.severity.rank), default=None)


@dataclass(frozen=True, slots=True)
class Gap:
    """Rows left out, counted in source lines."""

    n_lines: int


@dataclass(frozen=True, slots=True)
class Notes:
    """Findings to be told below the paragraph they end in."""

    findings: tuple[Finding, ...]


Item = Row | Gap | Notes


def is_about_whole(finding: Finding, text: str, unmarked: Collection[str] = ()) -> bool:
    """Say whether a finding has no place of its own: it measures the document.

    `unmarked` are rules whose findings never have one.
    """
    if finding.rule in unmarked:
        return True
    long = finding.span.length > len(text) // 2
    return finding.measure is not None and (long or finding.span.length == 0)


def lay_out(
    report: FileReport, *, width: int, full: bool, unmarked: Collection[str] = ()
) -> list[Item]:
    """Return rows, gaps and notes of one file in the order to show them.

    Parameters
    ----------
    report : FileReport
    width : int
        Columns of the prose, gutter excluded.
    full : bool
        Leave nothing out.
    unmarked : collection of str
        Rules whose findings are about the whole text.
    """
    index = LineIndex(report.text)
    placed = [item for item in report.findings if not is_about_whole(item, report.text, unmarked)]
    marks = _marks_by_line(placed, index)
    rows = list(
        _rows(report.text, index=index, marks=marks, findings=placed, width=width, full=full)
    )
    shown = _shown(rows, full or (len(report.text) <= _WHOLE_CHARS and len(rows) <= _WHOLE_ROWS))
    return list(_with_gaps(rows, shown, _last_line(report.text, index)))


def hottest(row: Row, heat: Sequence[SentenceHeat]) -> float:
    """Return the log-odds of the sentence that fills most of a row; 0 where there is none.

    `heat` is in the order of the text.
    """
    if not row.glyphs or not heat:
        return 0.0
    start, end = row.glyphs[0].offset, row.glyphs[-1].offset + 1
    first = bisect_right(heat, start, key=lambda item: item.span.start) - 1
    longest, log_odds = 0, 0.0
    for place in range(max(first, 0), len(heat)):
        item = heat[place]
        if item.span.start >= end:
            break
        shared = min(end, item.span.end) - max(start, item.span.start)
        if shared > longest:
            longest, log_odds = shared, item.log_odds
    return log_odds


def _last_line(text: str, index: LineIndex) -> int:
    """Count lines as editors do: a line end at the very end begins no further line."""
    return index.n_lines - 1 if index.n_lines > 1 and text.endswith(("\n", "\r")) else index.n_lines


def _marks_by_line(findings: Iterable[Finding], index: LineIndex) -> dict[int, list[Mark]]:
    marks: dict[int, list[Mark]] = defaultdict(list)
    for finding in findings:
        places = [(finding.span, True), *((span, False) for span in finding.related)]
        for span, main in places:
            mark = Mark(span, finding.severity, main)
            for line in range(_line(index, span.start), _line(index, span.end - 1) + 1):
                marks[line].append(mark)
    return marks


def _line(index: LineIndex, offset: int) -> int:
    return index.position(max(offset, 0))[0]


def _rows(
    text: str,
    *,
    index: LineIndex,
    marks: dict[int, list[Mark]],
    findings: Sequence[Finding],
    width: int,
    full: bool,
) -> Iterator[Row]:
    ending: dict[int, list[Finding]] = defaultdict(list)
    for finding in findings:
        ending[_line(index, max(finding.span.start, finding.span.end - 1))].append(finding)
    last = _last_line(text, index)
    if full or len(text) <= _WHOLE_CHARS:
        lines: Iterable[int] = range(1, last + 1)
    else:
        lines = _near(marks, ending, last)
    for line in lines:
        span = index.line_span(line)
        pieces = wrap(_glyphs(text, span.start, span.end), width)
        yield from _rows_of_line(line, pieces, marks.get(line, []), ending.get(line, []))


def _near(marks: dict[int, list[Mark]], ending: dict[int, list[Finding]], last: int) -> list[int]:
    centres = {line for line, here in marks.items() if any(mark.main for mark in here)}
    near = {
        line + step
        for line in centres | set(ending)
        for step in range(-_AROUND_LINES, _AROUND_LINES + 1)
    }
    return sorted(line for line in near if 1 <= line <= last)


def _rows_of_line(
    line: int, pieces: list[tuple[Glyph, ...]], marks: list[Mark], ending: list[Finding]
) -> Iterator[Row]:
    # Both queues are used up from their ends, so a line of a megabyte takes linear time.
    coming = sorted(marks, key=lambda mark: -mark.span.start)
    left = sorted(ending, key=lambda item: (item.span.end, item.span.start), reverse=True)
    open_marks: list[Mark] = []
    for place, glyphs in enumerate(pieces):
        is_last = place == len(pieces) - 1
        start, past = (glyphs[0].offset, glyphs[-1].offset + 1) if glyphs else (0, 0)
        while coming and coming[-1].span.start < past:
            open_marks.append(coming.pop())
        open_marks = [mark for mark in open_marks if start < mark.span.end]
        here: list[Finding] = []
        while left and (is_last or left[-1].span.end <= past):
            here.append(left.pop())
        yield Row(line, line if place == 0 else None, glyphs, tuple(open_marks), tuple(here))


def _glyphs(text: str, start: int, end: int) -> list[Glyph]:
    plain = text[start:end]
    if plain.isascii() and plain.isprintable():
        return [Glyph(start + place, char, 1) for place, char in enumerate(plain)]
    glyphs = []
    column = 0
    for offset in range(start, end):
        shown = _shown_as(text[offset], offset, column)
        width = cell_len(shown)
        column += width
        glyphs.append(Glyph(offset, shown, width))
    return glyphs


def _shown_as(char: str, offset: int, column: int) -> str:
    if char == "\t":
        return " " * (TAB_STOP - column % TAB_STOP)
    if char == "\ufeff" and offset == 0:
        return ""
    return safe_character(char)


def wrap(glyphs: list[Glyph], width: int) -> list[tuple[Glyph, ...]]:
    """Break one line into rows of at most `width` columns, at blanks where there are any."""
    rows: list[tuple[Glyph, ...]] = []
    start = 0
    while start < len(glyphs):
        stop = _break_at(glyphs, start, width)
        rows.append(tuple(glyphs[start:stop]))
        start = stop
    return rows or [()]


def _break_at(glyphs: list[Glyph], start: int, width: int) -> int:
    used = 0
    blank = 0
    for place in range(start, len(glyphs)):
        glyph = glyphs[place]
        if glyph.shown.isspace():
            blank = place + 1
        elif used + glyph.width > width:
            return blank if blank > start else max(place, start + 1)
        used += glyph.width
    return len(glyphs)


def _shown(rows: list[Row], whole: bool) -> list[bool]:
    if whole:
        return [True] * len(rows)
    shown = [False] * len(rows)
    for first, past in _paragraphs(rows):
        hits = [place for place in range(first, past) if rows[place].marked or rows[place].ending]
        if hits and past - first <= _PARAGRAPH_ROWS:
            shown[first:past] = [True] * (past - first)
        for place in hits:
            low = max(first, place - _AROUND_ROWS)
            high = min(past, place + _AROUND_ROWS + 1)
            shown[low:high] = [True] * (high - low)
    return _without_small_gaps(rows, shown)


def _without_small_gaps(rows: list[Row], shown: list[bool]) -> list[bool]:
    """Show what would cost as many rows as the sign that it was left out."""
    filled = list(shown)
    for place in range(1, len(rows) - 1):
        lone = not shown[place] and shown[place - 1] and shown[place + 1]
        filled[place] = shown[place] or lone
    return filled


def _paragraphs(rows: list[Row]) -> Iterator[tuple[int, int]]:
    first = 0
    for place, row in enumerate(rows):
        apart = place > 0 and row.line > rows[place - 1].line + 1
        if row.blank or apart:
            if first < place:
                yield first, place
            first = place + 1 if row.blank else place
    if first < len(rows):
        yield first, len(rows)


def _with_gaps(rows: list[Row], shown: list[bool], last_line: int) -> Iterator[Item]:
    waiting: list[Finding] = []
    at_line = 0
    for place, row in enumerate(rows):
        if not shown[place]:
            continue
        before = rows[place - 1] if place else None
        follows = before is not None and shown[place - 1] and row.line <= before.line + 1
        if not follows:
            if waiting:
                yield Notes(tuple(waiting))
                waiting = []
            missing = row.line - at_line - 1
            if missing > 0 or (row.number is None and place > 0):
                yield Gap(max(missing, 0))
        if row.blank and waiting:
            yield Notes(tuple(waiting))
            waiting = []
        yield row
        waiting.extend(row.ending)
        at_line = row.line
    if waiting:
        yield Notes(tuple(waiting))
    if last_line > at_line:
        yield Gap(last_line - at_line)
