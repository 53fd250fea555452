"""Kind `measure`: a number the code computes for the document, against a threshold."""

from __future__ import annotations

import math
from collections.abc import Mapping

from slopscan.catalogue.rule import MeasureMatch
from slopscan.findings import Measure


def beyond(
    match: MeasureMatch,
    measures: Mapping[str, float],
    n_words: int,
    *,
    short_texts_too: bool = False,
) -> Measure | None:
    """Return the measure when it is beyond the rule's threshold.

    Parameters
    ----------
    match : MeasureMatch
    measures : mapping of str to float
        Measures of the document; one that is missing or NaN is undefined and never beyond.
    n_words : int
        Words of the document.
    short_texts_too : bool
        Leave out `min_words`, as when the examples of a rule run.
    """
    value = measures.get(match.measure, math.nan)
    if math.isnan(value) or not (short_texts_too or n_words >= match.min_words):
        return None
    if match.below is not None and value < match.below:
        return Measure(round(value, 4), match.below, match.measure)
    if match.above is not None and value > match.above:
        return Measure(round(value, 4), match.above, match.measure)
    return None
