"""The same few devices over and over: what the hits of all rules say together."""

from __future__ import annotations

from collections.abc import Mapping
from math import log2
from typing import Final

from slopscan.features.located import Located
from slopscan.features.schema import Feature

FEATURES: Final = (
    Feature(
        "tricks.repeats",
        "repeated hits of the same rules, each repeat weighing more than the one before",
        "per 1,000 words",
        (0, 200),
        "no words",
        "nostalgebraist 2025: a trick is tolerable once",
        learned=False,
    ),
)


def measure(counts: Mapping[str, int], n_words: int) -> Mapping[str, Located]:
    """Weigh the hits of a document.

    Parameters
    ----------
    counts : mapping of str to int
        Hits by rule, of rules on prose.
    n_words : int

    Returns
    -------
    mapping of str to Located
        The i-th hit of a rule weighs log2(1 + i), so the first weighs 1; what goes beyond 1 for
        each hit is the cost of repeating. 0 where no rule has two hits.
    """
    if not n_words:
        return {}
    cost = sum(
        log2(1 + i) - 1 for n_hits in counts.values() for i in range(2, min(n_hits, 1000) + 1)
    )
    return {"tricks.repeats": Located(1000 * cost / n_words)}
