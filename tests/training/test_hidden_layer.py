"""The hidden layer learns what no sum of weights can, and repeats itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from slopscan.training import hidden
from slopscan.training.evaluate import auroc

VIEWS = np.arange(24) // 12


@pytest.fixture(scope="module")
def combined() -> tuple[Any, npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Texts of two habits; a model has both or neither, a person one of them."""
    rng = np.random.default_rng(0)
    n = 3000
    first, second = rng.integers(0, 2, n), rng.integers(0, 2, n)
    table = np.abs(rng.normal(0.0, 0.2, (n, 24)))
    table[:, :6] += first[:, None]
    table[:, 6:12] += 1 - first[:, None]
    table[:, 12:18] += second[:, None]
    table[:, 18:] += 1 - second[:, None]
    for view in (0, 1):
        own = view == VIEWS
        table[:, own] /= np.linalg.norm(table[:, own], axis=1, keepdims=True)
    dense = np.zeros((n, 3))
    dense[:, 0] = rng.normal(size=n)
    return sparse.csr_matrix(table.astype(np.float32)), dense, (first == second).astype(np.int64)


def test_a_combination_is_learned_that_a_linear_score_cannot_have(
    combined: tuple[Any, npt.NDArray[np.float64], npt.NDArray[np.int64]],
) -> None:
    grams, dense, labels = combined
    weights = np.ones(len(labels))
    layer = hidden.fit_layer(grams, VIEWS, dense, labels, weights)
    scores = hidden.layer_scores(layer, grams, VIEWS, dense)
    linear = LogisticRegression().fit(grams, labels).decision_function(grams)
    assert auroc(labels, scores) > 0.95
    assert auroc(labels, linear) < 0.6


def test_the_average_text_stands_at_the_means(
    combined: tuple[Any, npt.NDArray[np.float64], npt.NDArray[np.int64]],
) -> None:
    grams, dense, labels = combined
    weights = np.random.default_rng(1).random(len(labels))
    layer = hidden.fit_layer(grams[:300], VIEWS, dense[:300], labels[:300], weights[:300])
    average = np.asarray((weights[:300] / weights[:300].sum()) @ grams[:300]).ravel()
    columns = np.arange(24)
    assert layer.project(columns, average, VIEWS) == pytest.approx(0, abs=1e-4)
    assert not layer.means[2:].any(), "a view without runs says nothing"


def test_fitting_twice_gives_the_same_layer_and_unseen_measures_no_weight(
    combined: tuple[Any, npt.NDArray[np.float64], npt.NDArray[np.int64]],
) -> None:
    grams, dense, labels = (part[:400] for part in combined)
    weights = np.ones(len(labels))
    one, two = (hidden.fit_layer(grams, VIEWS, dense, labels, weights) for _ in range(2))
    assert (one.factors == two.factors).all()
    assert (one.weights == two.weights).all()
    assert one.weights[-3].any()
    assert not one.weights[-2:].any()
