"""The benchmark of windows: passages as long as asked, hands in turn, boundaries where they are."""

from __future__ import annotations

import importlib.util
import random
import sys
from pathlib import Path
from types import ModuleType

import pytest

from slopscan.features.view import count_words, make_sentence

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "splicing.py"
BLOCKS = ["The boat came in at nine. Nobody had waited for it. We went home."] * 30


@pytest.fixture(scope="module")
def splicing() -> ModuleType:
    spec = importlib.util.spec_from_file_location("splicing", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["splicing"] = module
    spec.loader.exec_module(module)
    return module


def test_passages_are_whole_sentences_of_the_length_asked_for(splicing: ModuleType) -> None:
    for seed in range(20):
        text = splicing.passage(BLOCKS, random.Random(seed))
        assert splicing.FEWEST <= count_words(text) <= splicing.MOST + 6
        assert text.endswith(".")


def test_hands_alternate_and_places_know_their_part(splicing: ModuleType) -> None:
    found = list(splicing.splice({"essay": {False: [BLOCKS], True: [BLOCKS]}}, 8))
    assert len(found) == 8
    for document in found:
        assert all(a != b for a, b in zip(document.hands, document.hands[1:], strict=False))
        for number, start in enumerate(document.starts):
            assert document.part_at(start) == number
            assert document.text[start:].startswith(("The boat", "Nobody", "We went"))


def test_the_best_step_finds_a_clean_change(splicing: ModuleType) -> None:
    views = [make_sentence(["word"] * 10) for _ in range(10)]
    places = [0] * 3 + [1] * 7
    scores = [-2.0] * 3 + [2.0] * 7
    assert splicing.boundary_errors(views, places, scores) == (0.0, 20.0)
