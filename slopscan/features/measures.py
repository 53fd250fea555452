"""Numbers about a document, for rules of kind `measure`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from slopscan.features import families, shape
from slopscan.features.schema import FeatureSchema
from slopscan.features.stream import sentences_of_text

if TYPE_CHECKING:
    from slopscan.nlp.annotate import Annotated

# What rules can name: the features of the learned score, and those a window cannot show.
MEASURES: Final = FeatureSchema((*families.SCHEMA.features, *shape.FEATURES))


def measures(annotated: Annotated) -> Mapping[str, float]:
    """Return every measure that is defined for the running prose of a text, by name.

    Names, units and the reasons to be undefined are those of `MEASURES`. Measures that need a
    parse are left out where there is none.
    """
    return {**families.measure(sentences_of_text(annotated)), **shape.measure(annotated)}
