"""How often a rule may flag people: findings per 10,000 words of human prose, only ever lowered.

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

from slopscan.catalogue.rule import Rule
from slopscan.errors import InputError
from slopscan.evidence.counting import Counted, is_whole
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
    """Findings of every rule in sets of human windows.

    Attributes
    ----------
    words, documents : mapping of str to int
        By set.
    findings : mapping of str to mapping of str to int
        By rule, then set; sets without any are left out.
    """

    words: Mapping[str, int]
    documents: Mapping[str, int]
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


def tally(windows: Sequence[Window], counted: Sequence[Counted], rules: Iterable[Rule]) -> Tally:
    """Count findings by rule and set.

    Parameters
    ----------
    windows, counted : sequences of equal length
        Windows by models are passed over.
    rules : iterable of Rule
        Those that were counted.
    """
    whole = {rule.id for rule in rules if is_whole(rule)}
    words: Counter[str] = Counter()
    documents: Counter[str] = Counter()
    findings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for window, found in zip(windows, counted, strict=True):
        places = Counter(place[0] for place in found.places)
        for name in sets_of(window):
            words[name] += found.n_words
            documents[name] += 1
            for rule in found.events:
                findings[rule][name] += 1 if rule in whole else places[rule]
    return Tally(words, documents, findings)


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
    floors = {name: _least(budgets.floors.get(name), found.floor(name)) for name in found.words}
    made: dict[str, dict[str, float]] = {}
    for rule in sorted(rules):
        made[rule] = {}
        for name in sorted(found.words):
            rate = max(found.rate(rule, name), found.floor(name))
            budget = _least(budgets.of(rule, name), rate)
            if budget > floors[name]:
                made[rule][name] = budget
    return Budgets(dict(sorted(floors.items())), made, dict(run))


def _least(old: float | None, new: float) -> float:
    rounded = round(new, 3)
    return rounded if old is None else min(old, rounded)


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
