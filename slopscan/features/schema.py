"""What a feature is: name, unit, range, when it is undefined, where the idea comes from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Final

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Feature:
    """One number about a text.

    Attributes
    ----------
    name : str
        `family.measure`; never reused for another meaning.
    label : str
        The same in a reader's words, lower case.
    unit : str
        What one unit of the value is.
    range : tuple of float
        Values outside are clipped before the model sees them.
    undefined : str
        When there is no value; the model then uses the mean.
    source : str
        Who described the measure, or why it is here.
    learned : bool
        False for a measure that rules may use and the model does not.
    """

    name: str
    label: str
    unit: str
    range: Range
    undefined: str = "no words"
    source: str = ""
    learned: bool = True


@dataclass(frozen=True)
class FeatureSchema:
    """An ordered set of features."""

    features: tuple[Feature, ...]

    def __post_init__(self) -> None:
        if len(set(self.names)) != len(self.features):
            raise ValueError("two features share a name")

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(feature.name for feature in self.features)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over everything that changes a value."""
        rows = [
            {key: value for key, value in asdict(feature).items() if key in _MEANING}
            for feature in self.features
        ]
        return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()

    def __getitem__(self, name: str) -> Feature:
        return self.features[self.names.index(name)]


_MEANING: Final = {"name", "unit", "range", "undefined", "learned"}


def is_wanted(features: Iterable[Feature], wanted: Collection[str] | None) -> bool:
    """Say whether any of these features is among the wanted names; None wants all."""
    return wanted is None or any(feature.name in wanted for feature in features)
