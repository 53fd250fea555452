"""Fit the hidden layer: factors of each view, then a few small nets on factors and measures."""

from __future__ import annotations

import warnings
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sklearn.decomposition import TruncatedSVD
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from slopscan.model.layer import N_VIEWS, Layer

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]

N_FACTORS: Final = 64
N_NETS: Final = 8
UNITS: Final = 48
# Windows whose runs the factors are made of: more of them make no better factors.
MOST_ROWS: Final = 20_000
EPOCHS: Final = 6
LEARNING_RATE: Final = 3e-3
PENALTY: Final = 1e-2
# Inputs of half a standard deviation: the solver's first steps are sized for such.
_INPUT_SCALE: Final = 0.5
_STEPS: Final = 127
_SEED: Final = 20261123


def fit_layer(
    grams: Any, views: Numbers, dense: Floats, labels: npt.NDArray[np.int64], weights: Floats
) -> Layer:
    """Fit factors and nets on windows.

    Parameters
    ----------
    grams : scipy.sparse.csr_matrix, shape (n_windows, n_ngrams)
        Every view of every row of length 1.
    views : numpy.ndarray of int, shape (n_ngrams,)
        View of each column.
    dense : numpy.ndarray, shape (n_windows, n_features)
        Standardised, 0 for what is not to be learned from.
    labels : numpy.ndarray of int, shape (n_windows,)
    weights : numpy.ndarray, shape (n_windows,)
        How often to draw each window.
    """
    chances = weights / weights.sum()
    factors, steps = _factors(grams, views, chances)
    projected = project(grams, views, factors, steps)
    average = chances @ projected
    spread = np.sqrt(np.maximum(chances @ (projected - average) ** 2, 1e-12))
    n_factors = projected.shape[1]
    # A net begins with weights at random; what it never sees would keep them.
    seen = np.concatenate([np.ones(n_factors), dense.any(axis=0)])
    spreads = np.concatenate([spread, np.ones(dense.shape[1])])
    inputs = (np.hstack([projected - average, dense]) / spreads * _INPUT_SCALE).astype(np.float32)
    nets = [_net(inputs, labels, chances, seed) for seed in range(N_NETS)]
    folded = np.hstack([net.coefs_[0] for net in nets]) * (seen * _INPUT_SCALE / spreads)[:, None]
    return Layer(
        factors,
        steps,
        average.reshape(N_VIEWS, n_factors // N_VIEWS).astype(np.float32),
        folded.astype(np.float32),
        np.concatenate([net.intercepts_[0] for net in nets]).astype(np.float32),
        (np.concatenate([net.coefs_[1].ravel() for net in nets]) / N_NETS).astype(np.float32),
        np.array([np.mean([net.intercepts_[1] for net in nets])], dtype=np.float32),
    )


def project(grams: Any, views: Numbers, factors: npt.NDArray[np.int8], steps: Singles) -> Singles:
    """Return the factors of many windows, view after view.

    Returns
    -------
    numpy.ndarray of float32, shape (n_windows, n_views * n_factors)
        Not centred.
    """
    found = []
    for view, scale in enumerate(steps):
        columns = np.flatnonzero(views == view)
        found.append((grams[:, columns] @ factors[columns].astype(np.float32)) * scale)
    return np.hstack(found).astype(np.float32)


def layer_scores(layer: Layer, grams: Any, views: Numbers, dense: Floats) -> Floats:
    """Return what the layer says of many windows, shape (n_windows,)."""
    projected = project(grams, views, layer.factors, layer.steps) - layer.means.ravel()
    return layer.scores(projected, dense.astype(np.float32))


def _factors(grams: Any, views: Numbers, chances: Floats) -> tuple[npt.NDArray[np.int8], Singles]:
    """Decompose each view by itself; loadings are kept in 8 bits."""
    rng = np.random.default_rng(_SEED)
    n_rows = min(MOST_ROWS, int(np.count_nonzero(chances)))
    rows = np.sort(rng.choice(grams.shape[0], n_rows, replace=False, p=chances))
    sizes = np.bincount(views, minlength=N_VIEWS)
    n_factors = max(1, min(N_FACTORS, n_rows - 1, int(sizes[sizes > 0].min()) - 1))
    factors = np.zeros((grams.shape[1], n_factors), dtype=np.int8)
    steps = np.zeros((N_VIEWS, n_factors), dtype=np.float32)
    for place in range(N_VIEWS):
        columns = np.flatnonzero(views == place)
        if not len(columns):
            continue
        found = TruncatedSVD(n_factors, n_iter=2, random_state=_SEED).fit(grams[rows][:, columns])
        largest = np.abs(found.components_).max(axis=1)
        steps[place] = np.maximum(largest, 1e-12) / _STEPS
        factors[columns] = np.rint(found.components_ / steps[place][:, None]).T
    return factors, steps


def _net(
    inputs: Singles, labels: npt.NDArray[np.int64], chances: Floats, seed: int
) -> MLPClassifier:
    """Fit one net on windows drawn by their weights, others for every seed."""
    rows = np.random.default_rng([_SEED, seed]).choice(len(labels), len(labels), p=chances)
    net = MLPClassifier(
        (UNITS,),
        alpha=PENALTY,
        batch_size=min(256, len(labels)),
        learning_rate_init=LEARNING_RATE,
        max_iter=EPOCHS,
        random_state=seed,
    )
    with warnings.catch_warnings():
        # The number of epochs was chosen, on sources left out.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return net.fit(inputs[rows], labels[rows])
