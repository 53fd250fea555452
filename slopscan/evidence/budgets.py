"""How often a rule may flag people: events per 10,000 words of human prose, only ever lowered.

An event is what `slopscan rules measure` counts: a place after gates, as a scan shows it, or the
text for a rule that weighs a whole one. Rules on trial are held to what `--preview` shows.

A budget is a rate in one set of human texts. It is the rate that was measured, and not under one
finding in all the words of the set, since a set without a finding does not promise none. A rule is
over its budget when even the lower end of the exact interval of its rate is above it.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from slopscan.catalogue.rates import Rates
from slopscan.catalogue.rule import Rule
from slopscan.errors import InputError
from slopscan.evidence.counting import Counted
from slopscan.evidence.statistics import poisson_interval
from slopscan.evidence.windows import Window

PER: Final = 10_000
_HARD: Final[Mapping[str, str]] = {
    "set/second-language": "hard/second-language",
    "set/before-1966": "hard/before-1966",
}
_ABSTRACTS: Final = "LIAAD/KeywordExtractor-Datasets"
_SEPARATOR: Final = ',\n"rules":{\n'


@dataclass(frozen=True)
class Tally:
    """Events of every rule in sets of human windows.

    Attributes
    ----------
    words : mapping of str to int
        By set.
    findings : mapping of str to mapping of str to int
        By rule, then set; sets without any are left out.
    """

    words: Mapping[str, int]
    findings: Mapping[str, Mapping[str, int]]

    def rate(self, rule: str, name: str) -> float:
        """Return findings per 10,000 words."""
        return PER * self.findings.get(rule, {}).get(name, 0) / self.words[name]

    def floor(self, name: str) -> float:
        """Return the rate of one finding in all words of a set."""
        return PER / self.words[name]


@dataclass(frozen=True)
class Budgets:
    """Budgets by rule and set, per 10,000 words.

    Attributes
    ----------
    floors : mapping of str to float
        By set: the budget of a rule that has none of its own there.
    rules : mapping of str to mapping of str to float
    run : mapping of str to object
        How they were measured.
    """

    floors: Mapping[str, float] = field(default_factory=dict)
    rules: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    run: Mapping[str, Any] = field(default_factory=dict)

    def of(self, rule: str, name: str) -> float | None:
        """Return the budget of a rule in a set; None if either has none."""
        if rule not in self.rules or name not in self.floors:
            return None
        return self.rules[rule].get(name, self.floors[name])


@dataclass(frozen=True, slots=True)
class Excess:
    """A rule over its budget: where, findings, their rate, the budget."""

    rule: str
    name: str
    findings: int
    rate: float
    budget: float


def sets_of(window: Window) -> Iterator[str]:
    """Yield the sets a human window counts in: its genre, and groups that are easily wronged."""
    if window.is_model:
        return
    yield f"genre/{window.genre}"
    for cell in window.cells:
        if cell in _HARD:
            yield _HARD[cell]
            if cell == "set/before-1966" and window.genre == "fiction":
                yield "hard/fiction-before-1966"
            if cell == "set/second-language" and window.genre == "essay":
                yield "hard/second-language-essays"
    if window.genre == "academic" and window.source.startswith(_ABSTRACTS):
        yield "hard/abstracts"


def tally(windows: Sequence[Window], counted: Sequence[Counted]) -> Tally:
    """Count events by rule and set; windows by models are passed over."""
    words: Counter[str] = Counter()
    findings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for window, found in zip(windows, counted, strict=True):
        for name in sets_of(window):
            words[name] += found.n_words
            for rule, n in found.events.items():
                findings[rule][name] += n
    return Tally(words, findings)


def tally_of(rates: Rates, rules: Iterable[Rule]) -> tuple[Tally, list[str]]:
    """Read the events of human windows from a measurement of the catalogue.

    Returns
    -------
    Tally
        Of genres and of the hard sets that are measured for every rule.
    list of str
        Rules that are not measured as they are now.
    """
    words: Counter[str] = Counter()
    for cells in rates.cells.values():
        for cell, amount in cells.items():
            if name := _set_of(cell):
                words[name] += amount.n_words
    findings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    missing = []
    for rule in rules:
        entry = rates.of(rule)
        if entry is None:
            missing.append(rule.id)
            continue
        findings[rule.id] = Counter()
        for counts in entry.counts.values():
            for cell, (n_events, _) in counts.items():
                if name := _set_of(cell):
                    findings[rule.id][name] += n_events
    return Tally(words, findings), missing


def _set_of(cell: str) -> str | None:
    if cell in _HARD:
        return _HARD[cell]
    genre, _, label = cell.partition("/")
    return f"genre/{genre}" if label == "human" else None


def exceeded(found: Tally, budgets: Budgets) -> list[Excess]:
    """Return where rules are over their budgets, the worst first.

    A rule or a set without budgets cannot be.
    """
    over = []
    for rule, sets in found.findings.items():
        for name, n in sets.items():
            budget = budgets.of(rule, name)
            low = PER * poisson_interval(n)[0] / found.words[name]
            if budget is not None and low > budget:
                over.append(Excess(rule, name, n, found.rate(rule, name), budget))
    return sorted(over, key=lambda item: -item.rate / item.budget)


def lowered(
    found: Tally, budgets: Budgets, rules: Iterable[str], run: Mapping[str, Any]
) -> Budgets:
    """Return the budgets of some rules, none above what it was; new rules get what was found."""
    # A floor is not lowered with more texts: it would raise no budget, and move all the others.
    floors = {name: round(found.floor(name), 3) for name in found.words} | dict(budgets.floors)
    made: dict[str, dict[str, float]] = {}
    for rule in sorted(rules):
        made[rule] = dict(budgets.rules.get(rule, {}))
        for name in found.words:
            rate = max(round(found.rate(rule, name), 3), floors[name])
            old = budgets.of(rule, name)
            budget = rate if old is None else min(old, rate)
            if budget > floors[name]:
                made[rule][name] = budget
            else:
                made[rule].pop(name, None)
    ordered = {rule: dict(sorted(sets.items())) for rule, sets in made.items()}
    return Budgets(dict(sorted(floors.items())), ordered, dict(run))


def read_budgets(path: Path) -> Budgets:
    """Read what `write_budgets` wrote.

    Raises
    ------
    InputError
        It is no such file.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return Budgets(data["floors"], data["rules"], data["run"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"no file of budgets ({error})", where=str(path), fix="write it with --write"
        ) from error


def write_budgets(budgets: Budgets, path: Path) -> None:
    """Write budgets as JSON, one rule a line."""
    head = json.dumps({"run": budgets.run, "floors": budgets.floors})
    lines = (f"{json.dumps(rule)}: {json.dumps(sets)}" for rule, sets in budgets.rules.items())
    body = head[:-1] + _SEPARATOR + ",\n".join(lines) + "\n}}\n"
    path.write_text(body, encoding="utf-8")
