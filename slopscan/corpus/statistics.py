"""Rates, intervals and tests over documents, with formulas small enough to read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

Z95: Final = 1.959963984540054


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
