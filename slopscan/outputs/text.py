"""The report for people: the prose with its tics marked in place, then what they add up to.

With colour, tics are underlined in the colour of their severity; without it, a row of carets
stands below them and no escape sequence is written. Severity is also a sign and heat also a
shape, so nothing is told by colour alone. Colours of text have a contrast of 4 to 1 or more
on black and on white.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from slopscan.findings import Finding, Severity
from slopscan.outputs import Options
from slopscan.outputs.prose import Gap, Notes, Row, hottest, is_about_whole, lay_out
from slopscan.outputs.safe import safe_line
from slopscan.outputs.words import (
    CAVEAT,
    FAMILY_CAVEAT,
    FAMILY_NAMES,
    family_in_words,
    in_words,
    interval_in_words,
    percent,
    rank_in_words,
)
from slopscan.report import Failure, FileReport, RunReport
from slopscan.verdict import Contribution, FamilyProfile, SentenceHeat, Verdict

_COLOR: Final = {
    Severity.ERROR: "color(161)",
    Severity.WARNING: "color(130)",
    Severity.NOTE: "color(31)",
}
_QUIET: Final = "color(243)"
_FOR: Final = "color(130)"
_AGAINST: Final = "color(30)"
_PLURAL: Final = {1: ""}
_BUSIEST: Final = 8
_REASONS: Final = 4
_NEAREST: Final = 3
_MAX_SLUG: Final = 30
# Log-odds of one sentence from which the bar in the gutter grows: about the 95th percentile of
# sentences in human prose, then about the 90th and the 99th in model prose.
_HEAT_STEPS: Final = (0.08, 0.25, 0.6)


@dataclass(frozen=True, slots=True)
class _Signs:
    """The drawing characters, which a terminal without Unicode gets in ASCII."""

    rule: str = "─"
    heat: tuple[str, str, str] = ("▏", "▎", "▌")
    severity: tuple[str, str, str] = ("•", "▲", "✖")
    corner: str = "╰"
    gap: str = "⋮"
    dot: str = "·"
    bar: str = "█"
    track: str = "░"
    inside: str = "▒"
    at_least: str = "≥"

    def of(self, severity: Severity) -> str:
        return self.severity[severity.rank]


_UNICODE: Final = _Signs()
_ASCII: Final = _Signs(
    rule="-",
    heat=(".", ":", "|"),
    severity=("-", "!", "X"),
    corner="`",
    gap=":",
    dot="-",
    bar="#",
    track=".",
    inside="=",
    at_least=">=",
)


def render(run: RunReport, stream: TextIO, options: Options) -> None:
    """Write every file's report, then a line of totals when there are several."""
    page = _Page(stream, options)
    measures = frozenset(rule for rule, card in run.cards.items() if card.kind == "measure")
    for place, report in enumerate(run.files):
        if place:
            page.line()
        page.file(report, measures)
    if len(run.files) > 1:
        page.line()
        page.totals(run.files)


class _Page:
    """One report being written: where to, how wide, with which signs."""

    def __init__(self, stream: TextIO, options: Options) -> None:
        self._options = options
        self._width = max(40, options.width)
        self._signs = _UNICODE if options.unicode else _ASCII
        self._console = Console(
            file=stream,
            width=self._width,
            color_system="256" if options.color else None,
            force_terminal=options.color,
            no_color=not options.color,
            legacy_windows=False,
            highlight=False,
            markup=False,
            emoji=False,
        )

    def line(self, *parts: Text | str) -> None:
        """Write one row as it is; rows never wrap by themselves."""
        row = Text.assemble(*parts)
        row.rstrip()
        self._console.print(row, soft_wrap=True)

    def folded(self, *parts: Text | str, indent: int = 0) -> None:
        """Write a sentence on as many rows as it needs."""
        for row in Text.assemble(*parts).wrap(self._console, self._width - indent):
            self.line(" " * indent, row)

    def file(self, report: FileReport, measures: frozenset[str]) -> None:
        """Write one file; findings of `measures` mark no words."""
        self._title(report)
        if report.error:
            self._failure(report.error)
            return
        self._prose(report, measures)
        self._whole_text_notes(report, measures)
        self._busiest(report, measures)
        self._disclosures(report)
        self._verdict(report)
        if report.family_profile is not None:
            self._family_profile(report.family_profile)

    def totals(self, files: Sequence[FileReport]) -> None:
        counts = Counter(finding.severity for report in files for finding in report.findings)
        failed = sum(report.error is not None for report in files)
        said = [f"{len(files)} files", self._tally(counts)]
        if failed:
            said.append(f"{failed} could not be read")
        self._rule()
        self.folded(Text(f" {self._signs.dot} ".join(said), "bold"))

    # -- title ---------------------------------------------------------------------------

    def _title(self, report: FileReport) -> None:
        self.folded(Text(safe_line(report.path), "bold"))
        if not report.error:
            counts = Counter(finding.severity for finding in report.findings)
            words = f"{report.n_words:,} word{_PLURAL.get(report.n_words, 's')}"
            self.folded(Text(f"{words} {self._signs.dot} ", _QUIET), self._tally_in_color(counts))
        self._rule()

    def _tally(self, counts: Counter[Severity]) -> str:
        return self._tally_in_color(counts).plain

    def _tally_in_color(self, counts: Counter[Severity]) -> Text:
        total = sum(counts.values())
        tally = Text(f"{total} finding{_PLURAL.get(total, 's')}" if total else "no findings", "")
        for place, severity in enumerate(s for s in reversed(Severity) if counts[s]):
            number = counts[severity]
            tally.append(": " if place == 0 else ", ", _QUIET)
            tally.append(
                f"{self._signs.of(severity)} {number} {severity.value}{_PLURAL.get(number, 's')}",
                _COLOR[severity],
            )
        return tally

    def _rule(self, title: str = "") -> None:
        head = f"{self._signs.rule * 2} {title} " if title else ""
        self.line(Text(head + self._signs.rule * (self._width - len(head)), _QUIET))

    def _failure(self, error: Failure) -> None:
        body = self._width - 4
        sign = self._signs.of(Severity.ERROR)
        for place, row in enumerate(_fold_words(f"error: {safe_line(error.what)}", body)):
            self.line(Text(f"{sign if place == 0 else ' '} {row}", _COLOR[Severity.ERROR]))
        for row in _fold_words(safe_line(error.fix), body):
            self.line(f"  {row}")

    # -- prose ---------------------------------------------------------------------------

    def _prose(self, report: FileReport, measures: frozenset[str]) -> None:
        digits = len(str(report.text.count("\n") + 1))
        gutter = max(3, digits) + 3
        full = self._options.full
        items = lay_out(report, width=self._width - gutter - 1, full=full, unmarked=measures)
        if not report.text.strip():
            self.line(Text(f"{' ' * gutter}(nothing to read)", _QUIET))
        heat = sorted(report.verdict.heat if report.verdict else (), key=lambda s: s.span.start)
        after_notes = False
        for item in items if report.text.strip() else ():
            if isinstance(item, Row) and after_notes and not item.blank:
                self.line()
            after_notes = isinstance(item, Notes)
            if isinstance(item, Row):
                self._row(item, heat, gutter)
            elif isinstance(item, Gap):
                self._gap(item, gutter)
            else:
                self._notes(item, gutter)
        self.line()

    def _row(self, row: Row, heat: Sequence[SentenceHeat], gutter: int) -> None:
        number = "" if row.number is None else str(row.number)
        bar, style = self._heat(hottest(row, heat))
        head = (Text(f"{number:>{gutter - 3}} ", _QUIET), Text(f"{bar} ", style))
        self.line(*head, self._marked(row))
        if not self._options.color and row.marks:
            self.line(" " * gutter, _carets(row))

    def _heat(self, log_odds: float) -> tuple[str, str]:
        level = sum(log_odds >= step for step in _HEAT_STEPS)
        if level == 0:
            return " ", ""
        return self._signs.heat[level - 1], ("color(172)", "color(166)", "color(160)")[level - 1]

    def _marked(self, row: Row) -> Text:
        text = Text()
        for glyph in row.glyphs:
            mark = row.strongest(glyph) if row.marks else None
            if mark is None:
                text.append(glyph.shown)
            else:
                weight = "bold underline" if mark.main else "underline"
                text.append(glyph.shown, f"{weight} {_COLOR[mark.severity]}")
        return text

    def _gap(self, gap: Gap, gutter: int) -> None:
        lines = f" {gap.n_lines:,} line{_PLURAL.get(gap.n_lines, 's')}" if gap.n_lines else ""
        self.line(Text(f"{self._signs.gap:>{gutter - 3}}{lines}", _QUIET))

    def _notes(self, notes: Notes, gutter: int) -> None:
        longest = max(len(finding.rule) for finding in notes.findings)
        slug_width = min(longest, _MAX_SLUG)
        for finding in notes.findings:
            self._note(finding, gutter, slug_width)

    def _note(self, finding: Finding, gutter: int, slug_width: int) -> None:
        color = _COLOR[finding.severity]
        head = f"{self._signs.corner} {self._signs.of(finding.severity)} "
        message = self._message(finding)
        beside = gutter + len(head) + slug_width + 2
        narrow = self._width - beside < 30
        indent = gutter + len(head) if narrow else beside
        rows = _fold_words(message, self._width - indent - 1)
        slug = Text(f"{finding.rule:<{slug_width}}", f"bold {color}")
        lead = (" " * gutter, Text(f"{head[:2]}", _QUIET), Text(head[2:], color), slug)
        if narrow or len(finding.rule) > slug_width:
            self.line(*lead)
        else:
            self.line(*lead, "  ", rows.pop(0) if rows else "")
        for row in rows:
            self.line(" " * indent, row)

    def _message(self, finding: Finding) -> str:
        more = len(finding.related)
        tail = f" (and {more:,} more place{_PLURAL.get(more, 's')})" if more else ""
        return safe_line(finding.message) + tail

    def _whole_text_notes(self, report: FileReport, measures: frozenset[str]) -> None:
        text = report.text
        whole = tuple(item for item in report.findings if is_about_whole(item, text, measures))
        if whole:
            self._rule("The text as a whole")
            self._notes(Notes(whole), 2)
            self.line()

    # -- sums ----------------------------------------------------------------------------

    def _busiest(self, report: FileReport, measures: frozenset[str]) -> None:
        counted = _counted(report, measures)
        rows = counted[:_BUSIEST]
        if not rows:
            return
        self._rule("Busiest tics")
        slug_width = max(len(rule) for rule, _, _ in rows)
        most = max(number for _, number, _ in rows)
        rated = self._width - slug_width >= 40
        room = max(4, min(24, self._width - slug_width - (37 if rated else 13)))
        for rule, number, severity in rows:
            bar = self._signs.bar * max(1, round(number / most * room))
            rate = 1000 * number / report.n_words if report.n_words else 0.0
            self.line(
                f"  {rule:<{slug_width}}  ",
                f"{number:>5,}  ",
                Text(f"{rate:>6.1f} per 1,000 words  " if rated else "", _QUIET),
                Text(bar, _COLOR[severity]),
            )
        hidden = len(counted) - len(rows)
        if hidden:
            self.line(Text(f"  and {hidden} more rule{_PLURAL.get(hidden, 's')}", _QUIET))
        self.line()

    def _disclosures(self, report: FileReport) -> None:
        if not report.disclosures:
            return
        self._rule("The text about itself")
        for item in report.disclosures:
            said = f'line {item.line:,} {item.kind.words}: "{safe_line(item.quote)}"'
            number = len(item.findings)
            if number:
                said += f" ({number} finding{_PLURAL.get(number, 's')} inside, not counted)"
            self._paragraph(said)
        self._paragraph("Quoted as it stands; it changes no finding of the rest.", _QUIET)
        self.line()

    def _verdict(self, report: FileReport) -> None:
        self._rule("Verdict")
        verdict = report.verdict
        if verdict is None:
            self._paragraph("No probability: only the rules were run.")
        elif verdict.probability is None:
            self._paragraph(f"No probability: {safe_line(verdict.abstained or 'unknown')}.")
        else:
            self._probability(verdict, verdict.probability)
            self._reasons(verdict.contributions)
            self.line()
            self._paragraph(CAVEAT, _QUIET)

    def _family_profile(self, profile: FamilyProfile) -> None:
        self.line()
        self._rule("Habits of model families")
        self._paragraph(safe_line(family_in_words(profile)))
        nearest = [
            (FAMILY_NAMES.get(name, safe_line(name)), share)
            for name, share in profile.shares[:_NEAREST]
        ]
        widest = max((cell_len(name) for name, _ in nearest), default=0)
        room = max(4, min(24, self._width - widest - 14))
        for name, share in nearest:
            bar = self._signs.bar * max(1, round(share * room))
            self.line(f"  {name:<{widest}}  {share:>4.0%}  ", Text(bar, _QUIET))
        self._paragraph(FAMILY_CAVEAT, _QUIET)

    def _paragraph(self, words: str, style: str = "") -> None:
        for row in _fold_words(words, self._width - 3):
            self.line("  ", Text(row, style))

    def _probability(self, verdict: Verdict, probability: float) -> None:
        style = _FOR if verdict.flagged else _AGAINST if probability < 0.5 else ""
        number = Text(percent(probability), f"bold {style}")
        self.folded(number, Text(f"  {in_words(verdict, probability)}", "bold"), indent=2)
        room = min(40, self._width - 34) if self._width >= 70 else self._width - 4
        scale = self._scale(verdict, probability, room)
        if self._width >= 70:
            self.line("  ", scale, Text(f"  {interval_in_words(verdict)}", _QUIET))
        else:
            self.line("  ", scale)
            self.line("  ", Text(interval_in_words(verdict), _QUIET))
        if rank := rank_in_words(verdict):
            self._paragraph(rank, _QUIET)

    def _scale(self, verdict: Verdict, probability: float, room: int) -> Text:
        low, high = verdict.interval or (probability, probability)
        first, last = (round(edge * (room - 1)) for edge in (low, high))
        here = round(probability * (room - 1))
        scale = Text()
        for place in range(room):
            if place == here:
                scale.append(self._signs.bar, "bold")
            elif first <= place <= last:
                scale.append(self._signs.inside)
            else:
                scale.append(self._signs.track, _QUIET)
        return scale

    def _reasons(self, contributions: Sequence[Contribution]) -> None:
        speaking = [item for item in contributions if abs(item.log_odds) >= 0.05]
        pro = sorted((c for c in speaking if c.log_odds > 0), key=lambda c: -c.log_odds)
        con = sorted((c for c in speaking if c.log_odds < 0), key=lambda c: c.log_odds)
        for word, reasons, style in (("for", pro, _FOR), ("against", con, _AGAINST)):
            for place, reason in enumerate(reasons[:_REASONS]):
                if place == 0:
                    self.line()
                lead = word if place == 0 else ""
                rows = _fold_words(safe_line(reason.label), self._width - 19) or [reason.name]
                self.line(
                    Text(f"  {lead:<8}", _QUIET),
                    Text(f"{reason.log_odds:>+6.2f}  ", style),
                    rows[0],
                )
                for row in rows[1:]:
                    self.line(" " * 18, row)


def _counted(report: FileReport, measures: frozenset[str]) -> list[tuple[str, int, Severity]]:
    """Places of each rule, further ones included, most first; the whole text is no place."""
    numbers: Counter[str] = Counter()
    severities: dict[str, Severity] = {}
    for finding in report.findings:
        if is_about_whole(finding, report.text, measures):
            continue
        numbers[finding.rule] += 1 + len(finding.related)
        severities[finding.rule] = max(
            finding.severity, severities.get(finding.rule, finding.severity)
        )
    ordered = sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(rule, number, severities[rule]) for rule, number in ordered]


def _carets(row: Row) -> str:
    """Return `^` below findings and `~` below their further places."""
    signs: list[str] = []
    for glyph in row.glyphs:
        mark = row.strongest(glyph)
        sign = " " if mark is None else "^" if mark.main else "~"
        signs.append(sign * glyph.width)
    return "".join(signs)


def _fold_words(words: str, width: int) -> list[str]:
    """Break text into rows of at most `width` columns, at blanks."""
    rows: list[str] = []
    row = ""
    for word in _short_words(words.split(), width):
        if row and cell_len(row) + 1 + cell_len(word) > width:
            rows.append(row)
            row = word
        else:
            row = f"{row} {word}" if row else word
    return [*rows, row] if row else rows


def _short_words(words: Iterable[str], width: int) -> Iterator[str]:
    for word in words:
        rest = word
        while cell_len(rest) > width:
            yield rest[: width // 2]
            rest = rest[width // 2 :]
        yield rest
