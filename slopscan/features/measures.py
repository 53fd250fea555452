"""Numbers about a document, for rules of kind `measure`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from slopscan.features import families
from slopscan.features.stream import sentences_of_text

if TYPE_CHECKING:
    from slopscan.nlp.annotate import Annotated


def measures(annotated: Annotated) -> Mapping[str, float]:
    """Return every measure that is defined for the running prose of a text, by name.

    Names, units and the reasons to be undefined are those of `families.SCHEMA`. Measures
    that need a parse are left out where there is none.
    """
    return families.measure(sentences_of_text(annotated))
