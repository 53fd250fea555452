"""Rates, intervals and tests for counts of events in clustered texts. Pure functions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

SMOOTHING: Final = 0.5
# With fewer events than this on a side, resampling says too little and the exact law is used too.
RARE: Final = 20
_TAIL: Final = 0.025
_EXACT_UP_TO: Final = 200


def poisson_interval(count: int) -> tuple[float, float]:
    """Return the exact 95% interval (Garwood 1936) of a Poisson mean, given one count.

    Above 200 it is Byar's approximation, which differs by less than one in a thousand.
    """
    if count > _EXACT_UP_TO:
        return _byar(count, -1.96), _byar(count + 1, 1.96)
    upper = _solve(lambda mean: _poisson_tail(count, mean) - _TAIL, count, 3 * count + 10)
    if count == 0:
        return 0.0, upper
    return _solve(lambda mean: 1 - _poisson_tail(count - 1, mean) - _TAIL, 0, count), upper


def _byar(count: int, z: float) -> float:
    return float(count * (1 - 1 / (9 * count) + z / (3 * math.sqrt(count))) ** 3)


def _poisson_tail(count: int, mean: float) -> float:
    """Return P(X <= count)."""
    if mean <= 0:
        return 1.0
    logs = (k * math.log(mean) - mean - math.lgamma(k + 1) for k in range(count + 1))
    return min(1.0, math.fsum(math.exp(value) for value in logs))


def _solve(function: Callable[[float], float], low: float, high: float) -> float:
    """Find the root of a monotone function by halving; `low` and `high` bracket it."""
    rising = function(high) > function(low)
    for _ in range(100):
        middle = (low + high) / 2
        if (function(middle) > 0) == rising:
            high = middle
        else:
            low = middle
    return (low + high) / 2


def exact_ratio_interval(
    events: int, exposure: float, base_events: int, base_exposure: float
) -> tuple[float, float]:
    """Return the exact 95% interval of a ratio of two Poisson rates.

    Given the sum of both counts, the first is binomial; its Clopper-Pearson limits are turned
    into limits of the ratio (Przyborowski and Wilenski 1940). Without events in the base the
    upper limit is infinite.
    """
    total = events + base_events
    if not total:
        return 0.0, math.inf
    scale = base_exposure / exposure
    low, high = _clopper_pearson(events, total)
    upper = math.inf if high >= 1 else high / (1 - high) * scale
    return low / (1 - low) * scale, upper


def _clopper_pearson(successes: int, n: int) -> tuple[float, float]:
    low = 0.0
    if successes:
        low = _solve(lambda p: _at_least(successes, n, p) - _TAIL, 0.0, successes / n)
    high = 1.0
    if successes < n:
        high = _solve(lambda p: _at_least(n - successes, n, 1 - p) - _TAIL, successes / n, 1.0)
    return low, high


def _at_least(k: int, n: int, p: float) -> float:
    """Return P(X >= k) of a binomial, summed over whichever side has fewer terms."""
    if p <= 0 or p >= 1:
        return 1.0 if p >= 1 or k == 0 else 0.0
    few_above = n - k < k
    terms = range(k, n + 1) if few_above else range(k)
    total = math.fsum(
        math.exp(
            math.lgamma(n + 1)
            - math.lgamma(i + 1)
            - math.lgamma(n - i + 1)
            + i * math.log(p)
            + (n - i) * math.log1p(-p)
        )
        for i in terms
    )
    return total if few_above else 1 - total


def resample(
    counts: Floats, exposure: Floats, clusters: Sequence[str], n_draws: int, seed: int
) -> tuple[Floats, Floats]:
    """Draw clusters with replacement.

    Parameters
    ----------
    counts : numpy.ndarray, shape (n_documents, n_rules)
        Events.
    exposure : numpy.ndarray, shape (n_documents,)
        Words or documents.
    clusters : sequence of str
        Documents of one prompt or author belong together.
    n_draws, seed : int

    Returns
    -------
    events : numpy.ndarray, shape (n_draws, n_rules)
    exposures : numpy.ndarray, shape (n_draws,)
    """
    names, index = np.unique(np.asarray(clusters, dtype=str), return_inverse=True)
    n_clusters = len(names)
    sums = np.zeros((n_clusters, counts.shape[1]))
    np.add.at(sums, index, counts)
    weight = np.bincount(index, weights=exposure, minlength=n_clusters)
    rng = np.random.default_rng(seed)
    draws = rng.multinomial(n_clusters, np.full(n_clusters, 1 / n_clusters), n_draws).astype(float)
    return draws @ sums, draws @ weight


def stratified_ratio(
    events: Floats, exposure: Floats, base_events: Floats, base_exposure: Floats
) -> Floats:
    """Return the Mantel-Haenszel ratio of rates over strata, the last axis but one.

    Parameters
    ----------
    events, base_events : numpy.ndarray, shape (n_strata, ..., n_rules)
    exposure, base_exposure : numpy.ndarray, shape (n_strata, ..., 1)

    Returns
    -------
    numpy.ndarray, shape (..., n_rules)
        Half an event, at the mean weight, is added on both sides.
    """
    both = exposure + base_exposure
    up, down = base_exposure / both, exposure / both
    above = (events * up).sum(axis=0) + SMOOTHING * up.mean(axis=0)
    below = (base_events * down).sum(axis=0) + SMOOTHING * down.mean(axis=0)
    ratio: Floats = above / below
    return ratio


def log_odds(
    events: float, exposure: float, base: float, base_exposure: float
) -> tuple[float, float]:
    """Return the log-odds ratio with Jeffreys smoothing and its z (Monroe et al. 2008)."""
    a, b = events + SMOOTHING, base + SMOOTHING
    delta = math.log(a / (exposure - events + SMOOTHING)) - math.log(
        b / (base_exposure - base + SMOOTHING)
    )
    return delta, delta / math.sqrt(1 / a + 1 / b)


def auc(model: Floats, human: Floats) -> Floats:
    """Return, for each column, how often a model text scores above a human one; ties half.

    Parameters
    ----------
    model, human : numpy.ndarray, shape (n_texts, n_rules)
    """
    n_model, n_human = len(model), len(human)
    both = np.concatenate([model, human])
    found = np.empty(both.shape[1])
    for column in range(both.shape[1]):
        _, index, sizes = np.unique(both[:, column], return_inverse=True, return_counts=True)
        ends = np.cumsum(sizes)
        ranks = (ends - (sizes - 1) / 2)[index]
        found[column] = (ranks[:n_model].sum() - n_model * (n_model + 1) / 2) / (n_model * n_human)
    return found


def two_sided(z: float) -> float:
    """Return the two-sided p-value of a standard normal deviate."""
    return math.erfc(abs(z) / math.sqrt(2))


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Return q-values: the false discovery rate at which each test would be let through."""
    order = sorted(range(len(p_values)), key=lambda i: p_values[i], reverse=True)
    found = [1.0] * len(p_values)
    least = 1.0
    for place, index in enumerate(order):
        least = min(least, p_values[index] * len(p_values) / (len(p_values) - place))
        found[index] = least
    return found
