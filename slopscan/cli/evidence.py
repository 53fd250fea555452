"""The measured evidence of a rule, for `rules show` and `rules list`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.table import Table
from rich.text import Text

from slopscan.catalogue.cards import rates_of
from slopscan.catalogue.rates import measured
from slopscan.catalogue.readings import reading_of
from slopscan.report import short_number

if TYPE_CHECKING:
    from slopscan.catalogue.rates import Evidence
    from slopscan.catalogue.rule import Rule
    from slopscan.report import Rate

_BAR: Final = 8
_FAINT: Final = "color(244)"
_HUMAN: Final = "color(36)"
_MODEL: Final = "color(166)"


def evidence_cells(rule: Rule) -> tuple[str, ...]:
    """Return genre, human rate, model rate, ratio, lower and upper limit; empty if unknown.

    Of the genre where the difference is surest in training texts.
    """
    entry = measured(rule)
    best = entry.best() if entry else None
    if best is None:
        return ("",) * 6
    genre, found = best
    numbers = (found.human.value, found.model.value, found.ratio.value, found.ratio.low)
    return (genre, *(f"{number:.3g}" for number in numbers), f"{found.ratio.high:.3g}")


def evidence_panel(rule: Rule, *, unicode: bool) -> Group | None:
    """Return a table with a bar for each genre, then families, eras and careful groups."""
    entry = measured(rule)
    if entry is None:
        return None
    rates = rates_of(entry)
    if not rates:
        return None
    parts: list[Table | Text] = [
        Text(f"Measured, per {rates[0].unit}; ratio with 95% interval", "bold"),
        _table(rates, unicode=unicode),
    ]
    for head, prefix in (("Families", "/"), ("Years", "era/"), ("Careful with", "set/")):
        line = ", ".join(_groups(entry, prefix))
        if line:
            parts.append(Text(f"{head}  ", _FAINT).append(line, "default"))
    parts += map(Text, _reading(rule))
    if entry.container:
        parts.append(Text(f"Read with care: {entry.container}", _FAINT))
    return Group(*parts)


def _reading(rule: Rule) -> Iterator[str]:
    found = reading_of(rule)
    if found is not None:
        human, model = found.human, found.model
        yield (
            f"Read  {human[0] + model[0]} of {human[1] + model[1]} drawn hits are the tic "
            f"({human[0]} of {human[1]} by people, {model[0]} of {model[1]} by models): "
            f"{found.criterion}"
        )


def _table(rates: tuple[Rate, ...], *, unicode: bool) -> Table:
    table = Table(box=None, pad_edge=False, header_style=_FAINT)
    for name in ("genre", "people", "models", "ratio", "texts", ""):
        table.add_column(name, justify="left" if name in {"genre", ""} else "right", no_wrap=True)
    top = max(max(rate.human, rate.model) for rate in rates) or 1.0
    for rate in rates:
        table.add_row(
            rate.genre,
            short_number(rate.human),
            short_number(rate.model),
            _interval(rate),
            f"{rate.n_human} / {rate.n_model}" if rate.n_human else "",
            _bar(rate, top, unicode=unicode),
        )
    return table


def _interval(rate: Rate) -> str:
    if rate.ratio is None:
        return ""
    times, low, high = map(short_number, rate.ratio)
    return f"{times} ({low} to {high})"


def _bar(rate: Rate, top: float, *, unicode: bool) -> Text:
    """Draw people and models one after the other on one scale; a rate above 0 has a cell."""
    human, model = (
        max(round(value / top * _BAR), int(value > 0)) for value in (rate.human, rate.model)
    )
    marks = ("▒", "█") if unicode else ("-", "=")
    bar = Text(marks[0] * human, _HUMAN)
    return bar.append(" ").append(marks[1] * model, _MODEL)


def _groups(entry: Evidence, prefix: str) -> Iterator[str]:
    """Yield `name rate` for model families, years of generation or careful human groups."""
    events: dict[str, int] = {}
    sizes: dict[str, float] = {}
    for split in entry.splits:
        for cell, known in entry.cells.get(split, {}).items():
            name = _group_name(cell, prefix)
            if name is None:
                continue
            by_document = entry.unit == "documents"
            size = known.n_documents / 100 if by_document else known.n_words / 1_000
            sizes[name] = sizes.get(name, 0.0) + size
            events[name] = events.get(name, 0) + entry.counts[split].get(cell, (0, 0))[0]
    for name in sorted(sizes, key=lambda key: -events[key] / sizes[key]):
        yield f"{name} {short_number(events[name] / sizes[name])}"


def _group_name(cell: str, prefix: str) -> str | None:
    head, _, tail = cell.partition("/")
    if prefix != "/":
        return tail if f"{head}/" == prefix else None
    return tail if head not in {"era", "set"} and tail not in {"human", "model"} else None
