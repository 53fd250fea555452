"""Measures of a document's cadence and paragraphs."""

from __future__ import annotations

import pytest

from slopscan.document import Source
from slopscan.features import shape
from slopscan.features.measures import MEASURES, measures
from slopscan.features.view import make_sentence
from slopscan.nlp.annotate import Annotated, annotate
from slopscan.readers import parse


def _annotated(text: str) -> Annotated:
    return next(annotate([parse(Source(name="text.md", text=text))]))


def test_paragraph_lengths_and_short_lines() -> None:
    long = "The men loaded the last of the hay by noon and covered it well."
    found = measures(_annotated("\n\n".join([long, "She knew.", long, '"Go."', long, "A title"])))
    # 14 words three times, 2 twice and 1: speech and titles are no short lines.
    assert found["shape.one_line_paragraphs"] == pytest.approx(1000 / 47)
    assert found["shape.paragraph_length_cv"] == pytest.approx(
        shape.variation([14] * 3 + [2, 1, 2])
    )


def test_few_paragraphs_have_no_measure() -> None:
    assert not {name for name in measures(_annotated("One.\n\nTwo.")) if name.startswith("shape.")}


def test_parts_of_one_long_paragraph_are_one_paragraph() -> None:
    annotated = _annotated("The men loaded the last of the hay by noon. " * 4000)
    assert len(annotated.blocks) > 5
    assert "shape.paragraph_length_cv" not in measures(annotated)


def test_bimodality_tells_two_heaps_from_one() -> None:
    assert shape.bimodality([1.0, 5.0] * 20) > 0.8
    assert shape.bimodality([1.0, 2.0, 3.0, 3.0, 3.0, 4.0, 5.0] * 6) < 0.5
    assert shape.bimodality([2.0] * 20) == 0.0


def test_contractions_against_full_forms() -> None:
    rows = [("It", "PRP", "nsubj"), ("'s", "VBZ", "cop"), ("fine", "JJ", "ROOT")]
    full = [("It", "PRP", "nsubj"), ("is", "VBZ", "cop"), ("fine", "JJ", "ROOT")]
    owner = [("Tom", "NNP", "nmod:poss"), ("'s", "POS", "case"), ("hat", "NN", "ROOT")]
    sentences = [make_sentence(*zip(*r, strict=True), (0, 0, 0)) for r in (rows, full, owner)]
    found = shape._grammar(sentences * 6)
    assert found["shape.contracted"] == pytest.approx(0.5)


def test_measures_are_declared_once() -> None:
    assert {f.name for f in shape.FEATURES} <= set(MEASURES.names)
