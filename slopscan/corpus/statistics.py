"""Rates, intervals and tests over documents, with formulas small enough to read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

Z95: Final = 1.959963984540054
PRIOR_WORDS: Final = 10_000


@dataclass(slots=True)
class Sums:
    """Sums over documents of events f and words w; all that a rate's interval needs."""

    f: float = 0.0
    ff: float = 0.0
    fw: float = 0.0
    documents: int = 0

    def add(self, events: int, words: int) -> None:
        """Count a document with at least one event."""
        self.f += events
        self.ff += events * events
        self.fw += events * words
        self.documents += 1


@dataclass(frozen=True, slots=True)
class Rate:
    """Events per 1,000 words with a 95% interval."""

    value: float
    low: float
    high: float


def rate(sums: Sums, documents: int, words: float, words_squared: float) -> Rate:
    """Return a rate whose interval counts documents, not words, as the units that vary.

    The variance is that of a ratio estimator (Cochran, Sampling Techniques, 3rd ed., 6.4); an
    interval under ten events is Poisson (Garwood) where that is wider.

    Parameters
    ----------
    sums : Sums
    documents : int
        All documents, with events or without.
    words, words_squared : float
        Sum over documents of words and of squared words.
    """
    if not words:
        return Rate(0.0, 0.0, 0.0)
    share = sums.f / words
    spread = 0.0
    if documents > 1:
        residual = sums.ff - 2 * share * sums.fw + share * share * words_squared
        spread = math.sqrt(max(residual, 0.0) * documents / (documents - 1)) / words
    low, high = max(share - Z95 * spread, 0.0), share + Z95 * spread
    if sums.f < 10:
        poisson_low, poisson_high = poisson_interval(sums.f)
        low, high = min(low, poisson_low / words), max(high, poisson_high / words)
    return Rate(1000 * share, 1000 * low, 1000 * high)


@dataclass(frozen=True, slots=True)
class Totals:
    """The size of a corpus: units that vary (documents, prompts), words, sum of squared words."""

    units: int
    words: int
    words_squared: float


@dataclass(frozen=True, slots=True)
class LogOdds:
    """Natural logarithm of an odds ratio, shrunk by a prior, with 95% interval and z-score."""

    value: float
    low: float
    high: float
    z: float


def log_odds(
    one: Sums, other: Sums, a: Totals, b: Totals, *, prior_words: float = PRIOR_WORDS
) -> LogOdds:
    """Compare how often something stands in corpus `a` and in corpus `b`.

    Log-odds with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008, "Fightin'
    Words"): the prior is the two corpora together, scaled to `prior_words`, so that what is
    rare needs much evidence. The variance is widened by the design effect of the units, since
    what comes in bunches proves less than its count says.

    Parameters
    ----------
    one, other : Sums
        Of the events in `a` and in `b`.
    a, b : Totals
    """
    # An event may span words, but no text has more events of a kind than words.
    prior = min((one.f + other.f) / (a.words + b.words), 0.5) * prior_words
    value = variance = 0.0
    for size, sums, sign in ((a, one, 1), (b, other, -1)):
        yes = sums.f + prior
        no = max(size.words - sums.f, 0.0) + prior_words - prior
        value += sign * math.log(yes / no)
        effect = design_effect(sums, size.units, size.words, size.words_squared)
        variance += effect / yes + 1 / no
    spread = math.sqrt(variance)
    return LogOdds(value, value - Z95 * spread, value + Z95 * spread, value / spread)


def likelihood_z(one: Sums, other: Sums, a: Totals, b: Totals) -> float:
    """Return the signed root of the log-likelihood ratio of two rates (Dunning 1993).

    Holds where one of the counts is 0, as log-odds do not. Divided by the larger design effect.
    """
    share = (one.f + other.f) / (a.words + b.words)
    ratio = effect = 0.0
    for size, sums in ((a, one), (b, other)):
        expected = share * size.words
        if sums.f:
            ratio += 2 * sums.f * math.log(sums.f / expected)
        effect = max(effect, design_effect(sums, size.units, size.words, size.words_squared))
    sign = 1 if one.f * b.words >= other.f * a.words else -1
    return sign * math.sqrt(max(ratio, 0.0) / effect)


def poisson_interval(events: float) -> tuple[float, float]:
    """Return the 95% interval of a Poisson mean (Wilson-Hilferty form of Garwood's)."""
    low = 0.0
    if events > 0:
        low = events * (1 - 1 / (9 * events) - Z95 / (3 * math.sqrt(events))) ** 3
    more = events + 1
    return max(low, 0.0), more * (1 - 1 / (9 * more) + Z95 / (3 * math.sqrt(more))) ** 3


def design_effect(sums: Sums, documents: int, words: float, words_squared: float) -> float:
    """Return how many times the variance of a count exceeds Poisson's; at least 1."""
    if documents < 2 or not sums.f:
        return 1.0
    share = sums.f / words
    residual = sums.ff - 2 * share * sums.fw + share * share * words_squared
    return max(residual * documents / (documents - 1) / sums.f, 1.0)


def share_interval(hits: int, total: int) -> tuple[float, float]:
    """Return Wilson's 95% interval of a share."""
    if not total:
        return 0.0, 1.0
    share, square = hits / total, Z95 * Z95
    middle = share + square / (2 * total)
    reach = Z95 * math.sqrt(share * (1 - share) / total + square / (4 * total * total))
    return (
        max((middle - reach) / (1 + square / total), 0.0),
        min((middle + reach) / (1 + square / total), 1.0),
    )


def two_sided(z: float) -> float:
    """Return the probability of a normal value at least as far from 0."""
    return math.erfc(abs(z) / math.sqrt(2))


def false_discovery(p_values: Sequence[float]) -> list[float]:
    """Return q-values (Benjamini and Hochberg 1995), in the order given."""
    order = sorted(range(len(p_values)), key=lambda index: p_values[index], reverse=True)
    least = 1.0
    q_values = [1.0] * len(p_values)
    for place, index in enumerate(order):
        least = min(least, p_values[index] * len(p_values) / (len(p_values) - place))
        q_values[index] = least
    return q_values


def quantiles(values: Sequence[float], shares: Sequence[float]) -> list[float]:
    """Return quantiles of sorted values by linear interpolation."""
    if not values:
        return [math.nan] * len(shares)
    result = []
    for share in shares:
        place = share * (len(values) - 1)
        low = math.floor(place)
        high = min(low + 1, len(values) - 1)
        result.append(values[low] + (place - low) * (values[high] - values[low]))
    return result
