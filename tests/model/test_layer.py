"""The hidden layer is, for one text, a linear score about the average text."""

from __future__ import annotations

import numpy as np
import pytest

from slopscan.model.layer import Layer, shapes

N_GRAMS, N_FACTORS, N_FEATURES, N_UNITS = 30, 4, 5, 12
VIEWS = np.arange(N_GRAMS) // 10


@pytest.fixture
def layer() -> Layer:
    rng = np.random.default_rng(3)
    drawn = {
        name: rng.normal(size=shape).astype(np.float32)
        for name, shape in shapes(N_FACTORS, N_FEATURES, N_UNITS).items()
    }
    return Layer(rng.integers(-127, 128, (N_GRAMS, N_FACTORS)).astype(np.int8), **drawn)


def test_one_text_scores_as_a_net_on_its_factors_and_measures(layer: Layer) -> None:
    columns, values = np.array([2, 7, 12, 29]), np.array([0.6, 0.8, 0.28, 0.96])
    measures = np.array([0.5, 0.0, -1.0, 2.0, 0.1])
    of_views = -layer.means.copy()
    for column, value, view in [(2, 0.6, 0), (7, 0.8, 0), (12, 0.28, 1), (29, 0.96, 2)]:
        of_views[view] += value * layer.factors[column] * layer.steps[view]
    inputs = np.concatenate([of_views.ravel(), measures])
    units = np.maximum(inputs @ layer.weights + layer.biases, 0)
    expected = units @ layer.outputs + layer.constant[0]

    factors = layer.project(columns, values, VIEWS[columns])
    assert layer.lean(factors, measures).score == pytest.approx(expected, rel=1e-4)
    many = layer.scores(factors.reshape(1, -1), measures[None].astype(np.float32))
    assert many == pytest.approx([expected], rel=1e-4)


def test_the_parts_of_a_text_add_up_to_its_score(layer: Layer) -> None:
    columns, values = np.array([0, 5, 18, 25]), np.array([0.8, 0.6, 0.6, 0.8])
    measures = np.array([-0.5, 1.0, 0.3, 0.0, 2.5])
    factors = layer.project(columns, values, VIEWS[columns])
    leaning = layer.lean(factors, measures)
    of_runs = layer.of_runs(columns, VIEWS[columns], leaning.of_factors)
    assert leaning.score == pytest.approx(
        leaning.average
        + float(values @ of_runs)
        - float((leaning.of_factors * layer.means).sum())
        + float(measures @ leaning.of_measures),
        rel=1e-4,
    )


def test_a_text_like_the_average_scores_its_average(layer: Layer) -> None:
    none = np.zeros_like(layer.means)
    leaning = layer.lean(none, np.zeros(N_FEATURES))
    assert leaning.score == pytest.approx(leaning.average)
