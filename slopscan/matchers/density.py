"""Kind `density`: too many hits for the length of the text.

The hits themselves are found by the phrase, pattern or tokens matcher; here they are weighed.
"""

from __future__ import annotations

from typing import Final

from slopscan.catalogue.rule import DensityMatch
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
