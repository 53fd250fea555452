"""Features of a text in the order of the schema; undefined is a mask and NaN, never 0."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from slopscan.features import families
from slopscan.features.schema import FeatureSchema
from slopscan.features.stream import sentences_of_text

if TYPE_CHECKING:
    from slopscan.nlp.annotate import Annotated


@dataclass(frozen=True, eq=False)
class FeatureVector:
    """Dense features of one text.

    Attributes
    ----------
    values : numpy.ndarray, shape (n_features,)
        In the units of the schema; NaN where undefined.
    defined : numpy.ndarray of bool, shape (n_features,)
    schema : FeatureSchema
    rule_rates : mapping of str to float
        Raw hits per 1,000 words by rule, before gates and suppression. Not in the schema: a
        rule that is added or changed must not move the score of a model trained without it.
    """

    values: npt.NDArray[np.float64]
    defined: npt.NDArray[np.bool_]
    schema: FeatureSchema
    rule_rates: Mapping[str, float]


def featurise(
    annotated: Annotated, hits: Mapping[str, Sequence[Any]] | None = None
) -> FeatureVector:
    """Compute the features of an annotated text.

    Parameters
    ----------
    annotated : Annotated
        With a parse, or the features that need one are undefined.
    hits : mapping of rule id to hits, optional
        What the rules found, before gates.
    """
    sentences = sentences_of_text(annotated)
    found = families.measure(sentences)
    values = np.array([found.get(name, np.nan) for name in families.SCHEMA.names])
    n_words = sum(sentence.n_words for sentence in sentences)
    rates = (
        {rule: 1000 * len(of_rule) / n_words for rule, of_rule in (hits or {}).items()}
        if (n_words)
        else {}
    )
    return FeatureVector(values, ~np.isnan(values), families.SCHEMA, rates)
