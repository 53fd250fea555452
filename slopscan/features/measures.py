"""Numbers about a document, for rules of kind `measure`.

They are the features of the model and, beside them, measures that only rules use: those may
look at headings, lists and quotation marks, which the learned score must not see.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from slopscan.features import (
    biber,
    breaks,
    families,
    figurative,
    layout,
    recurrence,
    register,
    shape,
    tricks,
    typography,
)
from slopscan.features.located import Located
from slopscan.features.schema import FeatureSchema, is_wanted
from slopscan.features.stream import sentences_of_text
from slopscan.spans import ProseSpan

if TYPE_CHECKING:
    from slopscan.nlp.annotate import Annotated

_FAMILIES: Final = (layout, recurrence, register, typography, breaks)
# What rules can name: the features of the learned score, and those a window cannot show.
MEASURES: Final = FeatureSchema(
    (
        *families.SCHEMA.features,
        *biber.FEATURES,
        *shape.FEATURES,
        *figurative.FEATURES,
        *(feature for family in _FAMILIES for feature in family.FEATURES),
        *tricks.FEATURES,
    )
)
NEED_HITS: Final = frozenset(feature.name for feature in tricks.FEATURES)
Places = Mapping[str, tuple[ProseSpan, ...]]


@dataclass(frozen=True, slots=True)
class Measured:
    """The measures that are defined for a document, and the places of those that have some."""

    values: Mapping[str, float]
    places: Places


def measures(annotated: Annotated) -> Mapping[str, float]:
    """Return every measure that is defined for a text, by name.

    Names, units and the reasons to be undefined are those of `MEASURES`. Measures that need a
    parse are left out where there is none, those that count hits of rules always.
    """
    return measure(annotated).values


def measure(
    annotated: Annotated,
    hits: Mapping[str, Sequence[Any]] | None = None,
    wanted: Collection[str] | None = None,
) -> Measured:
    """Return every measure that is defined for a text, with its places.

    Parameters
    ----------
    annotated : Annotated
    hits : mapping of rule id to hits, optional
        Of the rules that count for `tricks.repeats`; without them it is undefined.
    wanted : collection of str, optional
        Names that somebody will read; families that hold none of them are left out.
    """
    values: dict[str, float] = {}
    if is_wanted(families.SCHEMA.features, wanted):
        values.update(families.measure(sentences_of_text(annotated), wanted))
    if is_wanted(biber.FEATURES, wanted):
        values.update(biber.measure(sentences_of_text(annotated)))
    if is_wanted(shape.FEATURES, wanted):
        values.update(shape.measure(annotated, wanted))
    if is_wanted(figurative.FEATURES, wanted):
        values.update(figurative.measure(annotated))
    located: dict[str, Located] = {}
    for family in _FAMILIES:
        if is_wanted(family.FEATURES, wanted):
            located.update(family.measure(annotated))
    if hits is not None and is_wanted(tricks.FEATURES, wanted):
        counts = {rule: len(of_rule) for rule, of_rule in hits.items()}
        located.update(tricks.measure(counts, annotated.n_words))
    values.update({name: found.value for name, found in located.items()})
    places = {name: found.places for name, found in located.items() if found.places}
    return Measured({k: v for k, v in values.items() if not math.isnan(v)}, places)
