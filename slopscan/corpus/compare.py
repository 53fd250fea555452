"""Which tics set two scored corpora apart.

Log-odds with an informative Dirichlet prior (`statistics.log_odds`); q-values correct for the
number of rules.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from slopscan.corpus.scored import ScoredRow
from slopscan.corpus.statistics import (
    Z95,
    Rate,
    Sums,
    Totals,
    false_discovery,
    log_odds,
    rate,
    two_sided,
)
from slopscan.errors import UsageError

FEATURES: Final[Mapping[str, Callable[[ScoredRow], float | None]]] = {
    "log-odds of the classifier": lambda row: None if row.abstained else row.log_odds,
    "findings per 1,000 words": lambda row: row.findings_per_1k,
    "words": lambda row: float(row.n_words),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One rule in both corpora.

    Attributes
    ----------
    log_odds, low, high : float
        Natural logarithm of the odds ratio A to B, shrunk by the prior, with 95% interval.
    q : float
        False discovery rate at which it passes as different.
    example_a, example_b : str
        Ids of the documents with most of it.
    """

    rule: str
    a: Rate
    b: Rate
    log_odds: float
    low: float
    high: float
    z: float
    q: float
    example_a: str
    example_b: str


@dataclass(frozen=True, slots=True)
class FeatureDifference:
    """One figure of documents in both corpora.

    Attributes
    ----------
    mean_a, mean_b : float
    low, high : float
        95% interval of the difference of the means (Welch).
    deviations : float
        The difference in standard deviations of documents (Cohen's d).
    q : float
        False discovery rate at which it passes as different.
    example : str
        Id of the document with most of it, in the corpus that has more.
    """

    name: str
    mean_a: float
    mean_b: float
    low: float
    high: float
    deviations: float
    q: float
    example: str


@dataclass(slots=True)
class Side:
    """Sums over one corpus."""

    rows: int = 0
    words: int = 0
    words_squared: float = 0.0
    rules: dict[str, Sums] = field(default_factory=lambda: defaultdict(Sums))
    most: dict[str, tuple[int, str]] = field(default_factory=dict)
    moments: dict[str, list[float]] = field(
        default_factory=lambda: defaultdict(lambda: [0.0, 0.0, 0.0])
    )
    highest: dict[str, tuple[float, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[ScoredRow]) -> Side:
        """Sum rows up; those with an error are left out."""
        side = cls()
        for row in rows:
            if not row.error:
                side.add(row)
        return side

    @property
    def totals(self) -> Totals:
        return Totals(self.rows, self.words, self.words_squared)

    def add(self, row: ScoredRow) -> None:
        """Count a row."""
        self.rows += 1
        self.words += row.n_words
        self.words_squared += float(row.n_words) ** 2
        for rule, count in row.rules.items():
            self.rules[rule].add(count, row.n_words)
            if count > self.most.get(rule, (0, ""))[0]:
                self.most[rule] = (count, row.id)
        for name, value_of in FEATURES.items():
            value = value_of(row)
            if value is not None:
                self._measure(name, value, row.id)
        for name, value in row.measures.items():
            self._measure(name, value, row.id)

    def _measure(self, name: str, value: float, identifier: str) -> None:
        moments = self.moments[name]
        moments[0] += 1
        moments[1] += value
        moments[2] += value * value
        if name not in self.highest or value > self.highest[name][0]:
            self.highest[name] = (value, identifier)


def compare(a: Side, b: Side) -> tuple[list[Difference], list[FeatureDifference]]:
    """Compare two corpora.

    Returns
    -------
    differences, features
        Both with the surest first.

    Raises
    ------
    UsageError
        One of them has no words.
    """
    if not a.words or not b.words:
        raise UsageError("a corpus without words cannot be compared", fix="score other texts")
    rules = sorted({*a.rules, *b.rules})
    found = [log_odds(a.rules[rule], b.rules[rule], a.totals, b.totals) for rule in rules]
    q_values = false_discovery([two_sided(item.z) for item in found])
    differences = [
        Difference(
            rule,
            rate(a.rules[rule], a.rows, a.words, a.words_squared),
            rate(b.rules[rule], b.rows, b.words, b.words_squared),
            *(values.value, values.low, values.high, values.z),
            q,
            a.most.get(rule, (0, ""))[1],
            b.most.get(rule, (0, ""))[1],
        )
        for rule, values, q in zip(rules, found, q_values, strict=True)
    ]
    return sorted(differences, key=lambda item: (-abs(item.z), item.rule)), _features(a, b)


def _features(a: Side, b: Side) -> list[FeatureDifference]:
    rows = []
    for name in sorted(a.moments.keys() & b.moments.keys()):
        (n_a, sum_a, square_a), (n_b, sum_b, square_b) = a.moments[name], b.moments[name]
        if n_a < 2 or n_b < 2:
            continue
        variances = _variance(n_a, sum_a, square_a), _variance(n_b, sum_b, square_b)
        spread = math.sqrt(variances[0] / n_a + variances[1] / n_b)
        deviation = math.sqrt((variances[0] + variances[1]) / 2)
        rows.append((name, sum_a / n_a, sum_b / n_b, spread, deviation))
    p_values = [
        two_sided((one - other) / spread) if spread else float(one == other)
        for _, one, other, spread, _ in rows
    ]
    found = [
        FeatureDifference(
            name,
            one,
            other,
            one - other - Z95 * spread,
            one - other + Z95 * spread,
            (one - other) / deviation if deviation else 0.0,
            q,
            (a if one >= other else b).highest[name][1],
        )
        for (name, one, other, spread, deviation), q in zip(
            rows, false_discovery(p_values), strict=True
        )
    ]
    return sorted(found, key=lambda item: (-abs(item.deviations), item.name))


def _variance(n: float, total: float, squares: float) -> float:
    return max(squares - total * total / n, 0.0) / (n - 1)
