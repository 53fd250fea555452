"""Fit the classifier: a logistic regression on runs and dense features, and a hidden layer.

The vocabulary is chosen by how many windows and how many different sources have a run, never
by the label, so that topic words of one source cannot enter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from slopscan.features import families, ngrams
from slopscan.model.layer import Layer
from slopscan.model.manifest import PERCENTS
from slopscan.training.hidden import fit_layer, layer_scores
from slopscan.training.pieces import Counted
from slopscan.training.splits import sample_weights

Floats = npt.NDArray[np.float64]
CLIP: Final = 3.0
# The views that runs have weights of their own in; the others are read by the hidden layer alone.
LINEAR_VIEWS: Final = tuple(map(ngrams.VIEWS.index, (ngrams.MASKED, ngrams.WORDS)))
LEARNED: Final = np.array([float(feature.learned) for feature in families.SCHEMA.features])


@dataclass(frozen=True)
class Settings:
    """What was chosen on the training and development splits.

    Attributes
    ----------
    most_runs : tuple of int
        Of each view.
    layer_share : float
        What of the hidden layer's score is added to the linear one; `train` chooses it anew.
    """

    most_runs: tuple[int, ...] = (40_000, 40_000, 20_000)
    min_documents: int = 25
    min_sources: int = 10
    strength: float = 15.0
    dense_scale: float = 0.04
    weight_power: float = 0.5
    lengths_per_text: int = 3
    windows_per_length: int = 6
    layer_share: float = 0.5


@dataclass(frozen=True)
class Fitted:
    """Arrays of a trained model, before calibration."""

    vocabulary: list[str]
    idf: Floats
    gram_weights: Floats
    gram_means: Floats
    dense_means: Floats
    dense_scales: Floats
    dense_weights: Floats
    human_means: Floats
    model_means: Floats
    human_quantiles: Floats
    intercept: float
    layer: Layer
    layer_share: float


def choose_vocabulary(counted: Counted, settings: Settings) -> npt.NDArray[np.int64]:
    """Return the columns of the runs in most windows, if enough different sources have them."""
    present = counted.counts.sign()
    documents = np.asarray(present.sum(axis=0)).ravel()
    corpora = sorted({window.corpus for window in counted.windows})
    place = np.array([corpora.index(window.corpus) for window in counted.windows])
    n_rows = len(counted.windows)
    belongs = sparse.csr_matrix((np.ones(n_rows), (place, np.arange(n_rows))))
    n_sources = np.asarray((belongs @ present).sign().sum(axis=0)).ravel()
    # Of a few sources a quarter must do.
    least = min(settings.min_sources, max(1, len(corpora) // 4))
    enough = (documents >= settings.min_documents) & (n_sources >= least)
    views = views_of(counted.grams)
    chosen = []
    for view, most in enumerate(settings.most_runs):
        kept = np.flatnonzero(enough & (views == view))
        order = np.argsort(-documents[kept], kind="stable")
        chosen.append(kept[order[:most]])
    return np.sort(np.concatenate(chosen))


def views_of(grams: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return the view of each run."""
    return np.array([ngrams.view_of(gram) for gram in grams])


def sublinear(counts: Any) -> Any:
    """Return 1 + log(count) for counts above 0."""
    matrix = counts.astype(np.float32).tocsr()
    matrix.data = (1.0 + np.log(matrix.data)).astype(np.float32)
    return matrix


def weigh(matrix: Any, idf: Floats, views: npt.NDArray[np.int64]) -> Any:
    """Apply idf and scale each view of each row to length 1."""
    weighted = matrix.tocsr(copy=True)
    weighted.data = weighted.data * idf[weighted.indices].astype(weighted.dtype)
    n_views = len(ngrams.VIEWS)
    cells = np.repeat(np.arange(weighted.shape[0]) * n_views, np.diff(weighted.indptr))
    cells += views[weighted.indices]
    norms = np.sqrt(np.bincount(cells, weighted.data**2, weighted.shape[0] * n_views))
    weighted.data /= np.maximum(norms, 1e-12)[cells].astype(weighted.dtype)
    return weighted


def fit(counted: Counted, settings: Settings) -> Fitted:
    """Fit the model on windows."""
    columns = choose_vocabulary(counted, settings)
    vocabulary = [counted.grams[column] for column in columns]
    weights = sample_weights(counted.windows, settings.weight_power)
    matrix = sublinear(counted.counts[:, columns])
    n_documents = np.bincount(matrix.indices, minlength=len(vocabulary))
    idf = np.log((1 + len(counted.windows)) / (1 + n_documents)) + 1.0
    views = views_of(vocabulary)
    grams = weigh(matrix, idf, views)
    means, scales = _moments(counted.dense, weights)
    dense = standardise(counted.dense, means, scales) * LEARNED
    linear = np.flatnonzero(np.isin(views, LINEAR_VIEWS))
    both = sparse.hstack([grams[:, linear], (dense * settings.dense_scale).astype(np.float32)])
    # At 1e-4 the solver stops after 22 steps of some 70, and sources not seen pay for it.
    model = LogisticRegression(C=settings.strength, max_iter=400, tol=2e-6)
    model.fit(both.tocsr(), counted.labels, sample_weight=weights.astype(np.float32))
    weights_of = model.coef_.ravel().astype(float)
    gram_weights = np.zeros(len(vocabulary))
    gram_weights[linear] = weights_of[: len(linear)]
    layer = fit_layer(grams, views, dense, counted.labels, weights)
    human, of_models = counted.labels == 0, counted.labels == 1
    return Fitted(
        vocabulary,
        idf,
        gram_weights,
        np.asarray((weights / weights.sum()) @ grams).ravel(),
        means,
        scales,
        weights_of[len(linear) :] * settings.dense_scale * LEARNED,
        _moments(counted.dense[human], weights[human])[0],
        _moments(counted.dense[of_models], weights[of_models])[0],
        quantiles(counted.dense[human], weights[human]),
        float(model.intercept_[0]),
        layer,
        settings.layer_share,
    )


def standardise(dense: Floats, means: Floats, scales: Floats) -> Floats:
    """Centre and scale, clip, and put the mean where a value is undefined."""
    return np.nan_to_num(np.clip((dense - means) / scales, -CLIP, CLIP), nan=0.0)


def _moments(dense: Floats, weights: Floats) -> tuple[Floats, Floats]:
    defined = ~np.isnan(dense)
    mass = np.maximum((defined * weights[:, None]).sum(axis=0), 1e-9)
    means = np.nansum(dense * weights[:, None], axis=0) / mass
    spread = np.nansum((dense - means) ** 2 * weights[:, None], axis=0) / mass
    return means, np.sqrt(np.maximum(spread, 1e-9))


def quantiles(dense: Floats, weights: Floats) -> Floats:
    """Return the weighted percentiles 0 to 100 of each column, shape (n_features, 101)."""
    found = []
    for values in dense.T:
        defined = np.flatnonzero(~np.isnan(values))
        order = defined[np.argsort(values[defined], kind="stable")]
        mass = np.cumsum(weights[order]) - weights[order] / 2
        levels = np.array(PERCENTS) / 100 * weights[order].sum()
        found.append(np.interp(levels, mass, values[order]) if len(order) else levels)
    return np.array(found)


def raw_scores(fitted: Fitted, counted: Counted) -> Floats:
    """Return uncalibrated log-odds, shape (n_windows,)."""
    linear, layer = score_parts(fitted, counted)
    return np.asarray(linear + fitted.layer_share * layer)


def score_parts(fitted: Fitted, counted: Counted) -> Floats:
    """Return the linear score and that of the layer, shape (2, n_windows)."""
    place = {gram: column for column, gram in enumerate(counted.grams)}
    columns = [place[gram] for gram in fitted.vocabulary]
    matrix = sublinear(counted.counts[:, columns])
    views = views_of(fitted.vocabulary)
    grams = weigh(matrix, fitted.idf, views)
    dense = standardise(counted.dense, fitted.dense_means, fitted.dense_scales)
    linear = grams @ fitted.gram_weights + dense @ fitted.dense_weights + fitted.intercept
    return np.array([linear, layer_scores(fitted.layer, grams, views, dense)])
