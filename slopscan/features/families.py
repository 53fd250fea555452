"""The declared schema of the learned score: every family, in a fixed order.

The features of Biber (1988) are measures for rules and not here: beside runs of function words
and tags they gave nothing on unseen sources, and computing them took a tenth of a scan.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from slopscan.features import lexical, punctuation, rhythm, syntax
from slopscan.features.schema import FeatureSchema, is_wanted
from slopscan.features.view import SentenceView

_FAMILIES: Final = (rhythm, punctuation, lexical, syntax)
SCHEMA: Final = FeatureSchema(tuple(f for family in _FAMILIES for f in family.FEATURES))


def measure(
    sentences: list[SentenceView], wanted: Collection[str] | None = None
) -> dict[str, float]:
    """Return every feature that is defined for `sentences`, by name.

    Parameters
    ----------
    sentences : list of SentenceView
    wanted : collection of str, optional
        Families that hold none of these names are left out.
    """
    found: dict[str, float] = {}
    for family in _FAMILIES:
        if is_wanted(family.FEATURES, wanted):
            found.update(family.measure(sentences))
    return found
