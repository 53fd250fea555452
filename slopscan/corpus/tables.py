"""A summary or a comparison as plain tables, shown on a terminal or written as one HTML page."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from slopscan.corpus.compare import FEATURES, Difference, FeatureDifference
from slopscan.corpus.plots import Line, histogram, line
from slopscan.corpus.statistics import Rate
from slopscan.corpus.summary import LENGTHS, LONGEST, Group, Summary, Tic

_TOP: Final = 15
_GROUPS: Final = 6
_STYLE: Final = """
:root { color-scheme: light dark; --ink: #1c1c1c; --paper: #fff; --line: #ccc; --bar: #35618f; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e6e6; --paper: #161616; --line: #444; --bar: #7fa9d4; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem;
  color: var(--ink); background: var(--paper); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; }
th, td { text-align: right; padding: .2rem .7rem; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { text-align: left; }
caption { text-align: left; font-weight: 600; padding: 1.5rem 0 .3rem; }
svg { display: block; max-width: 100%; height: auto; } svg text { fill: var(--ink); }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1rem; }
figure { margin: 0; } p.note { max-width: 44rem; }
"""


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as text; the first column names the row."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Tables and histograms under a title, with what the figures cannot say."""

    title: str
    tables: tuple[Table, ...]
    histograms: tuple[tuple[str, tuple[int, ...]], ...]
    notes: tuple[str, ...]
    lines: tuple[Line, ...] = ()


def summary_page(summary: Summary, name: str) -> Page:
    """Lay a summary out."""
    groups = [summary.whole, *summary.groups]
    tables = [_overview(groups, summary.by or "group"), _lengths(groups, summary.by or "group")]
    tables.append(_tics(summary.whole, summary))
    if summary.groups:
        tables.append(_tics_by_group(summary))
    for group in groups:
        over = summary.overused(group)
        if over:
            tables.append(_overused(group, over))
    if summary.periods:
        tables.append(_overview(list(summary.periods), summary.date or "period"))
    histograms = [(g.name, tuple(g.bins)) for g in groups if any(g.bins)]
    notes = (
        "Probabilities assume that prose by people and by models is equally common. They "
        "describe groups of texts; a share of flagged texts is not a share of texts written by "
        "models.",
        "Intervals are 95%. Those of rates treat whole documents as the units that vary. "
        "References are rates in the labelled texts that the rules were measured on, of other "
        "genres than yours.",
    )
    return Page(f"Scores of {name}", tuple(tables), tuple(histograms), notes, _drift(summary))


def _drift(summary: Summary) -> tuple[Line, ...]:
    """Return what changes over time, where there are times."""
    periods = [group for group in summary.periods if group.scored and group.name != "(none)"]
    if len(periods) < 2:
        return ()
    over = f"by {summary.date}"
    found = [_line(f"Findings per 1,000 words {over}", periods, lambda g: _rate(g.findings_rate))]
    judged = [group for group in periods if group.judged]
    if len(judged) > 1:
        shares = _line(f"Flagged texts, % {over}", judged, _flagged)
        found.insert(0, shares)
    return tuple(found)


def _line(
    title: str, groups: Sequence[Group], value: Callable[[Group], tuple[float, float, float]]
) -> Line:
    return Line(title, tuple(g.name for g in groups), tuple(value(g) for g in groups))


def _rate(found: Rate) -> tuple[float, float, float]:
    return found.value, found.low, found.high


def _flagged(group: Group) -> tuple[float, float, float]:
    share, low, high = group.flagged_share
    return 100 * share, 100 * low, 100 * high


def comparison_page(
    differences: Sequence[Difference],
    features: Sequence[FeatureDifference],
    names: tuple[str, str],
    *,
    limit: int = 30,
) -> Page:
    """Lay a comparison out: rules with q below 0.05, the surest first."""
    sure = [item for item in differences if item.q < 0.05]
    tables = [_more(sure, 1, names[0], limit), _more(sure, -1, names[1], limit)]
    tables.append(_figures(features, limit))
    rest = len(differences) - len(sure)
    notes = (
        f"A is {names[0]}, B is {names[1]}. {rest} rules do not differ surely (q >= 0.05).",
        "Log-odds with an informative Dirichlet prior; intervals are 95%, widened for tics that "
        "come in bunches; q is the false discovery rate over all rules. The example is the "
        "document with most findings of the rule.",
    )
    return Page(f"{names[0]} and {names[1]}", tuple(tables), (), notes)


def _figures(features: Sequence[FeatureDifference], limit: int) -> Table:
    """Lay out the figures that every table of scores has, and the surest of the others."""
    sure = [item for item in features if item.name in FEATURES or item.q < 0.05]
    rows = tuple(
        (
            item.name,
            _short(item.mean_a),
            _short(item.mean_b),
            f"{_short(item.low)} to {_short(item.high)}",
            f"{item.deviations:+.2f}",
            _q(item.q),
            item.example,
        )
        for item in sure[: limit + len(FEATURES)]
    )
    columns = (
        *("per document", "mean A", "mean B", "difference, 95%", "in deviations", "q"),
        "example",
    )
    return Table("Figures of documents", columns, rows)


def _more(differences: Sequence[Difference], sign: int, name: str, limit: int) -> Table:
    items = [item for item in differences if sign * item.log_odds > 0][:limit]
    columns = ("rule", "A per 1,000 words", "B per 1,000 words", "log-odds", "q", "example")
    rows = tuple(
        (
            item.rule,
            _with_interval(item.a),
            _with_interval(item.b),
            f"{item.log_odds:+.2f} ({item.low:+.2f} to {item.high:+.2f})",
            _q(item.q),
            item.example_a if sign > 0 else item.example_b,
        )
        for item in items
    )
    return Table(f"More in {name}", columns, rows)


def _overview(groups: Sequence[Group], label: str) -> Table:
    columns = (
        *(label, "texts", "words", "errors", "no probability", "flagged", "(95%)"),
        *("median log-odds", "findings per 1,000 words"),
    )
    rows = tuple(
        (
            group.name,
            f"{group.rows:,}",
            f"{group.words:,}",
            f"{group.errors:,}",
            f"{group.abstained:,}",
            f"{100 * group.flagged_share[0]:.1f}%" if group.judged else "",
            _percents(group.flagged_share[1:]) if group.judged else "",
            _short(group.log_odds_quartiles[1]),
            _with_interval(group.findings_rate),
        )
        for group in groups
    )
    return Table(f"Texts by {label}", columns, rows)


def _lengths(groups: Sequence[Group], label: str) -> Table:
    labels = (*(name for _, name in LENGTHS), LONGEST)
    rows = tuple(
        (
            group.name,
            *(f"{100 * group.lengths[name] / max(group.scored, 1):.0f}%" for name in labels),
        )
        for group in groups
    )
    return Table("Words of the texts", (label, *labels), rows)


def _tics(group: Group, summary: Summary) -> Table:
    columns = ("rule", "findings", "in texts", "per 1,000 words", "people", "models")
    tics = group.tics(summary.references)[:_TOP]
    return Table("The commonest tics", columns, tuple(_tic(tic) for tic in tics))


def _tics_by_group(summary: Summary) -> Table:
    """Lay out how often the commonest tics stand in each of the largest groups."""
    shown = summary.groups[:_GROUPS]
    rates = [{tic.rule: tic.rate for tic in group.tics({})} for group in shown]
    columns = ("per 1,000 words", *(group.name for group in shown), "people", "models")
    rows = []
    for tic in summary.whole.tics(summary.references)[:_TOP]:
        cells = (_with_interval(of[tic.rule]) if tic.rule in of else "0" for of in rates)
        known = tic.reference
        references = (known.human, known.model) if known else ()
        told = [_with_interval(found) for found in references] or ["", ""]
        rows.append((tic.rule, *cells, *told))
    return Table(f"Tics by {summary.by}", columns, tuple(rows))


def _overused(group: Group, tics: Sequence[Tic]) -> Table:
    columns = (
        *("rule", "findings", "in texts", "per 1,000 words", "people", "models"),
        "times people's",
    )
    rows = tuple(
        (*_tic(tic), f"{tic.times_human or 0:.1f} (at least {tic.at_least or 0:.1f})")
        for tic in tics
    )
    return Table(f"Most over-used: {group.name}", columns, rows)


def _tic(tic: Tic) -> tuple[str, ...]:
    known = tic.reference
    return (
        tic.rule,
        f"{tic.count:,}",
        f"{100 * tic.documents:.1f}%",
        _with_interval(tic.rate),
        _with_interval(known.human) if known else "",
        _with_interval(known.model) if known else "",
    )


def _with_interval(found: Rate) -> str:
    return f"{_short(found.value)} ({_short(found.low)} to {_short(found.high)})"


def _short(value: float) -> str:
    if math.isnan(value):
        return ""
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def _q(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _percents(shares: Sequence[float]) -> str:
    return " to ".join(f"{100 * share:.1f}" for share in shares)


def to_terminal(page: Page, console: Any) -> None:
    """Print a page with rich."""
    from rich.table import Table as RichTable  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console.print(Text(page.title, style="bold"))
    for table in page.tables:
        shown = RichTable(title=Text(table.title), title_justify="left", box=None, pad_edge=False)
        for index, column in enumerate(table.columns):
            shown.add_column(Text(column), justify="right" if index else "left")
        for row in table.rows:
            shown.add_row(*(Text(cell) for cell in row))
        console.print()
        console.print(shown)
        if not table.rows:
            console.print(Text("none"))
    for name, bins in page.histograms:
        console.print()
        console.print(Text(f"Probabilities, {name}: 0 {_sparkline(bins)} 1"))
    console.print()
    for note in page.notes:
        console.print(Text(note))


def _sparkline(bins: Sequence[int]) -> str:
    most = max(bins)
    return "".join(" ▁▂▃▄▅▆▇█"[math.ceil(8 * count / most)] for count in bins)


def to_html(page: Page) -> str:
    """Return a page that needs no other file, script or network."""
    parts = [f"<h1>{html.escape(page.title)}</h1>"]
    parts += [f'<p class="note">{html.escape(note)}</p>' for note in page.notes]
    plots = [*map(line, page.lines), *(histogram(*found) for found in page.histograms)]
    if plots:
        parts.append(f'<div class="plots">{"".join(plots)}</div>')
    parts += [_html_table(table) for table in page.tables]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(page.title)}</title><style>{_STYLE}</style></head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body></html>\n"
    )


def _html_table(table: Table) -> str:
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in table.columns)
    body = "\n".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
        for row in table.rows
    )
    body = body or "<tr><td>none</td></tr>"
    caption = html.escape(table.title)
    return (
        f'<div class="scroll"><table><caption>{caption}</caption>'
        f"<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>"
    )
