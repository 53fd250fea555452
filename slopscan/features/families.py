"""The declared schema: every family, in a fixed order."""

from __future__ import annotations

from typing import Final

from slopscan.features import biber, lexical, punctuation, rhythm, syntax
from slopscan.features.schema import FeatureSchema
from slopscan.features.view import SentenceView

_FAMILIES: Final = (rhythm, punctuation, lexical, syntax, biber)
SCHEMA: Final = FeatureSchema(tuple(f for family in _FAMILIES for f in family.FEATURES))


def measure(sentences: list[SentenceView]) -> dict[str, float]:
    """Return every feature that is defined for `sentences`, by name."""
    found: dict[str, float] = {}
    for family in _FAMILIES:
        found.update(family.measure(sentences))
    return found
