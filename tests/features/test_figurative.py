"""Measures of figures, from selectional preferences."""

from __future__ import annotations

import pytest

from slopscan.document import Source
from slopscan.features.measures import measures
from slopscan.nlp.annotate import annotate
from slopscan.nlp.load import load_pipeline
from slopscan.readers import parse

_CRAMMED = (
    "Evening listened at the sill. The kettle forgave him. The door remembered the storm. "
    "The curtains dreamed like a widow. The garden waited. The roof sighed. "
) * 5
_PLAIN = (
    "He shut the door. His brother read the letter. She drank the tea. The rain fell. "
    "The boy opened the window. Nobody spoke. "
) * 5


def _measures(text: str) -> dict[str, float]:
    (annotated,) = annotate([parse(Source(name="text.md", text=text))], load_pipeline())
    return dict(measures(annotated))


def test_figures_make_the_load() -> None:
    crammed, plain = _measures(_CRAMMED), _measures(_PLAIN)
    assert crammed["figures.load"] > 60
    assert plain["figures.load"] < 10
    assert crammed["figures.surprise"] > plain["figures.surprise"] + 2
    assert crammed["figures.longest_relief"] < plain["figures.longest_relief"]


def test_short_texts_have_no_load() -> None:
    assert "figures.load" not in _measures("The kettle forgave him.")


def test_the_vehicle_that_comes_most() -> None:
    assert _measures("A tapestry of sounds, a symphony, tapestries.")["figures.pet_vehicle"] == 1
    text = "A tapestry here, a tapestry there, a symphony."
    assert _measures(text)["figures.pet_vehicle"] == pytest.approx(2)
