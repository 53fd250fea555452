"""Whether hits are enough for a finding: kind `density`, and the gate of any rule.

The hits themselves are found by the matchers; here they are weighed against the length of the text.
"""

from __future__ import annotations

from typing import Final

from slopscan.catalogue.rule import DensityMatch, Rule
from slopscan.findings import Measure

UNIT: Final = "per 1,000 words"


def rate_per_1k_words(n_hits: int, n_words: int) -> float:
    """Return hits per 1,000 words; infinite for hits in a text without words."""
    if n_words:
        return 1_000 * n_hits / n_words
    return float("inf") if n_hits else 0.0


def density(
    match: DensityMatch, n_hits: int, n_words: int, *, short_texts_too: bool = False
) -> Measure | None:
    """Return the rate when it is above the threshold and rests on enough text.

    Parameters
    ----------
    match : DensityMatch
    n_hits, n_words : int
        In the document.
    short_texts_too : bool
        Leave out `min_words`, as when the examples of a rule run.
    """
    if n_hits < max(match.min_hits, 1) or not (short_texts_too or n_words >= match.min_words):
        return None
    value = rate_per_1k_words(n_hits, n_words)
    threshold = match.above_per_1k_words
    return Measure(round(value, 2), threshold, UNIT) if value > threshold else None


def passes_gate(rule: Rule, n_hits: int, n_words: int) -> bool:
    """Say whether a rule has the hits, and the text the length, that its gate wants."""
    gate = rule.gate
    enough = n_hits >= gate.min_hits and n_words >= gate.min_words
    return enough and rate_per_1k_words(n_hits, n_words) >= gate.min_per_1k_words


def least_hits(rule: Rule, *, n_words: int) -> float:
    """Return how many hits a finding takes at least, in a text of so many words."""
    match = rule.match
    if not isinstance(match, DensityMatch):
        return rule.gate.min_hits
    if n_words < match.min_words:
        return float("inf")
    least = max(match.min_hits, 1)
    threshold = match.above_per_1k_words
    if rate_per_1k_words(least, n_words) <= threshold:
        least = max(least, int(threshold * n_words / 1_000) - 1)
        while rate_per_1k_words(least, n_words) <= threshold:
            least += 1
    return least
