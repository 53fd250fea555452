"""Choose the runs of symbols and fit one regularised logistic regression over both views."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from slopscan.features import families, ngrams
from slopscan.features.view import SentenceView
from slopscan.training.dataset import Window
from slopscan.training.splits import sample_weights

Floats = npt.NDArray[np.float64]
CLIP: Final = 3.0


@dataclass(frozen=True)
class Settings:
    """What was chosen on the development split."""

    max_ngrams: int = 15000
    min_documents: int = 25
    min_sources: int = 15
    strength: float = 5.0
    dense_scale: float = 0.04
    weight_power: float = 0.5


@dataclass(frozen=True)
class Counted:
    """Raw features of windows.

    Attributes
    ----------
    counts : scipy.sparse.csr_matrix, shape (n_windows, n_grams)
        How often each run occurs; rare runs are left out.
    grams : list of str
        Names of the columns, sorted.
    dense : numpy.ndarray, shape (n_windows, n_features)
        In schema order, NaN where undefined.
    """

    windows: list[Window]
    counts: Any
    grams: list[str]
    dense: Floats

    def subset(self, keep: npt.NDArray[np.bool_]) -> Counted:
        rows = np.flatnonzero(keep)
        windows = [self.windows[i] for i in rows]
        return Counted(windows, self.counts[rows], self.grams, self.dense[rows])

    @property
    def labels(self) -> npt.NDArray[np.int64]:
        return np.array([int(window.is_model) for window in self.windows])


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
    dense_references: Floats
    intercept: float


def count_features(windows: Sequence[Window], min_documents: int = 25) -> Counted:
    """Compute both views; runs in fewer than `min_documents` training windows are dropped."""
    ids: dict[str, int] = {}
    columns, values, ends = array("i"), array("i"), [0]
    for window in windows:
        for gram, n in ngrams.count(window.sentences).items():
            columns.append(ids.setdefault(gram, len(ids)))
            values.append(n)
        ends.append(len(columns))
    everything = sparse.csr_matrix(
        (np.frombuffer(values, np.intc), np.frombuffer(columns, np.intc), np.array(ends)),
        shape=(len(windows), len(ids)),
    )
    train = np.flatnonzero([window.split == "train" for window in windows])
    documents = np.bincount(everything[train].indices, minlength=len(ids))
    frequent = [(g, i) for g, i in ids.items() if documents[i] >= min_documents]
    frequent.sort()
    return Counted(
        list(windows),
        everything[:, [column for _, column in frequent]].tocsr(),
        [gram for gram, _ in frequent],
        np.array([dense_row(window.sentences) for window in windows]),
    )


def recount(windows: Sequence[Window], grams: Sequence[str]) -> Counted:
    """Compute both views with given columns."""
    ids = {gram: column for column, gram in enumerate(grams)}
    columns, values, ends = array("i"), array("i"), [0]
    for window in windows:
        for gram, n in ngrams.count(window.sentences).items():
            column = ids.get(gram)
            if column is not None:
                columns.append(column)
                values.append(n)
        ends.append(len(columns))
    counts = sparse.csr_matrix(
        (np.array(values), np.array(columns), np.array(ends)), shape=(len(windows), len(ids))
    )
    dense = np.array([dense_row(window.sentences) for window in windows])
    return Counted(list(windows), counts, list(grams), dense)


def dense_row(sentences: list[SentenceView]) -> list[float]:
    """Return the dense features in schema order, clipped to their range, NaN if undefined."""
    found = families.measure(sentences)
    return [
        min(max(found[f.name], f.range[0]), f.range[1]) if f.name in found else float("nan")
        for f in families.SCHEMA.features
    ]


def choose_vocabulary(counted: Counted, settings: Settings) -> npt.NDArray[np.int64]:
    """Return the columns of the runs in most windows, if enough different sources have them."""
    present = counted.counts.sign()
    documents = np.asarray(present.sum(axis=0)).ravel()
    corpora = sorted({window.corpus for window in counted.windows})
    place = np.array([corpora.index(window.corpus) for window in counted.windows])
    n_rows = len(counted.windows)
    belongs = sparse.csr_matrix((np.ones(n_rows), (place, np.arange(n_rows))))
    n_sources = np.asarray((belongs @ present).sign().sum(axis=0)).ravel()
    enough = (documents >= settings.min_documents) & (n_sources >= settings.min_sources)
    kept = np.flatnonzero(enough)
    order = np.argsort(-documents[kept], kind="stable")
    return np.sort(kept[order[: settings.max_ngrams]])


def sublinear(counts: Any) -> Any:
    """Return 1 + log(count) for counts above 0."""
    matrix = counts.astype(float).tocsr()
    matrix.data = 1.0 + np.log(matrix.data)
    return matrix


def weigh(matrix: Any, idf: Floats) -> Any:
    """Apply idf and scale rows to length 1."""
    weighted = matrix @ sparse.diags(idf)
    norms = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    return sparse.diags(1.0 / np.maximum(norms, 1e-12)) @ weighted


def fit(counted: Counted, settings: Settings) -> Fitted:
    """Fit the model on windows."""
    columns = choose_vocabulary(counted, settings)
    vocabulary = [counted.grams[column] for column in columns]
    weights = sample_weights(counted.windows, settings.weight_power)
    matrix = sublinear(counted.counts[:, columns])
    n_documents = np.bincount(matrix.indices, minlength=len(vocabulary))
    idf = np.log((1 + len(counted.windows)) / (1 + n_documents)) + 1.0
    grams = weigh(matrix, idf)
    means, scales = _moments(counted.dense, weights)
    dense = standardise(counted.dense, means, scales)
    both = sparse.hstack([grams, dense * settings.dense_scale]).tocsr()
    model = LogisticRegression(C=settings.strength, max_iter=400, tol=1e-4)
    model.fit(both, counted.labels, sample_weight=weights)
    weights_of = model.coef_.ravel()
    human = counted.labels == 0
    return Fitted(
        vocabulary,
        idf,
        weights_of[: len(vocabulary)],
        np.asarray((weights / weights.sum()) @ grams).ravel(),
        means,
        scales,
        weights_of[len(vocabulary) :] * settings.dense_scale,
        _medians(counted.dense[human], weights[human]),
        float(model.intercept_[0]),
    )


def standardise(dense: Floats, means: Floats, scales: Floats) -> Floats:
    """Centre and scale, clip, and put the mean where a value is undefined."""
    return np.nan_to_num(np.clip((dense - means) / scales, -CLIP, CLIP), nan=0.0)


def _moments(dense: Floats, weights: Floats) -> tuple[Floats, Floats]:
    defined = ~np.isnan(dense)
    mass = (defined * weights[:, None]).sum(axis=0)
    means = np.nansum(dense * weights[:, None], axis=0) / mass
    spread = np.nansum((dense - means) ** 2 * weights[:, None], axis=0) / mass
    return means, np.sqrt(np.maximum(spread, 1e-9))


def _medians(dense: Floats, weights: Floats) -> Floats:
    found = []
    for column in dense.T:
        known = ~np.isnan(column)
        order = np.argsort(column[known])
        mass = np.cumsum(weights[known][order])
        found.append(column[known][order][np.searchsorted(mass, mass[-1] / 2)])
    return np.array(found)


def raw_scores(fitted: Fitted, counted: Counted) -> Floats:
    """Return uncalibrated log-odds, shape (n_windows,)."""
    place = {gram: column for column, gram in enumerate(counted.grams)}
    columns = [place[gram] for gram in fitted.vocabulary]
    grams = weigh(sublinear(counted.counts[:, columns]), fitted.idf)
    dense = standardise(counted.dense, fitted.dense_means, fitted.dense_scales)
    scores = grams @ fitted.gram_weights + dense @ fitted.dense_weights + fitted.intercept
    return np.asarray(scores)
