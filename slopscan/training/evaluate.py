"""Scores on sources the model has never seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from slopscan.features.view import chunks
from slopscan.training.calibrate import Calibration
from slopscan.training.dataset import Window
from slopscan.training.fit import Counted, Settings, fit, raw_scores, recount
from slopscan.training.splits import FOLD_OF, FOLDS

Floats = npt.NDArray[np.float64]
HALVED: Final = 6


def held_out_scores(
    counted: Counted,
    settings: Settings,
    progress: Callable[[str], None] = lambda _: None,
    *,
    halved: int = HALVED,
) -> tuple[Floats, tuple[Floats, Floats]]:
    """Score every window by a model trained without its fold (on the training split).

    Returns
    -------
    scores : numpy.ndarray, shape (n_windows,)
        Uncalibrated log-odds.
    halves : pair of numpy.ndarray, shape (n_windows,)
        The same for the first and the second half of every sixth window; NaN elsewhere.
    """
    folds = np.array([FOLD_OF[window.corpus] for window in counted.windows])
    train = np.array([window.split == "train" for window in counted.windows])
    scores, first, second = (np.full(len(counted.windows), np.nan) for _ in range(3))
    for fold in FOLDS:
        held = folds == fold
        if not held.any():
            continue
        fitted = fit(counted.subset(train & ~held), settings)
        own = counted.subset(held)
        scores[held] = raw_scores(fitted, own)
        progress(f"held out {fold}: AUROC {auroc(own.labels, scores[held]):.4f}")
        some = held & (np.arange(len(held)) % halved == halved - 1)
        if not some.any():
            continue
        for half, place in ((first, 0), (second, 1)):
            half[some] = raw_scores(fitted, count_halves(counted.subset(some), place))
    return scores, (first, second)


def count_halves(counted: Counted, place: int) -> Counted:
    """Count the features of the first (0) or second (1) half of each window."""
    return recount([_half(window, place) for window in counted.windows], counted.grams)


def _half(window: Window, place: int) -> Window:
    halves = chunks(window.sentences, max(1, window.n_words // 2))
    return replace(window, sentences=halves[-place])


def auroc(labels: npt.NDArray[np.int64], scores: Floats) -> float:
    """Area under the ROC curve; NaN without both labels."""
    if len(set(labels.tolist())) < 2:
        return float("nan")
    return float(roc_auc_score(labels, scores))


def recall_at(labels: npt.NDArray[np.int64], scores: Floats, false_positives: float) -> float:
    """Share of model windows above the threshold that so many human windows pass."""
    human = scores[labels == 0]
    model = scores[labels == 1]
    if not len(human) or not len(model):
        return float("nan")
    return float(np.mean(model > np.quantile(human, 1 - false_positives)))


def table(
    counted: Counted, scores: Floats, keep: npt.NDArray[np.bool_], threshold: float
) -> dict[str, Any]:
    """Summarise one slice: AUROC, recall at 1% false positives, rates at the threshold."""
    labels, some = counted.labels[keep], scores[keep]
    human, model = some[labels == 0], some[labels == 1]
    return {
        "n_human": len(human),
        "n_model": len(model),
        "auroc": _round(auroc(labels, some)),
        "recall_at_1pct": _round(recall_at(labels, some, 0.01)),
        "false_positives": _round(float(np.mean(human > threshold)) if len(human) else np.nan),
        "recall": _round(float(np.mean(model > threshold)) if len(model) else np.nan),
    }


def _round(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 4)


def mean_auroc(counted: Counted, scores: Floats, keep: npt.NDArray[np.bool_]) -> dict[str, float]:
    """AUROC of each fold, and `mean`."""
    folds = np.array([FOLD_OF[window.corpus] for window in counted.windows])
    found = {
        fold: auroc(counted.labels[keep & (folds == fold)], scores[keep & (folds == fold)])
        for fold in FOLDS
    }
    found["mean"] = float(np.nanmean(list(found.values())))
    return found


def figures(counted: Counted, log_odds: Floats, points: Mapping[str, float]) -> dict[str, Any]:
    """Summarise held-out scores by fold, length, genre and year; choices never saw `test`."""
    threshold = points["0.01"]
    windows = counted.windows
    test = np.array([window.split == "test" for window in windows])
    folds = np.array([FOLD_OF[window.corpus] for window in windows])
    genres = np.array([window.genre for window in windows])
    n_words = np.array([window.n_words for window in windows])
    bands = {
        name: (n_words >= low) & (n_words < high)
        for name, (low, high) in {
            "90-149": (90, 150),
            "150-249": (150, 250),
            "250-450": (250, 451),
        }.items()
    }

    def slices(keep: npt.NDArray[np.bool_]) -> dict[str, Any]:
        return {
            "all": table(counted, log_odds, keep, threshold),
            "by_fold": _by(counted, log_odds, keep, threshold, folds),
            "by_genre": _by(counted, log_odds, keep, threshold, genres),
            "by_length": {
                name: table(counted, log_odds, keep & band, threshold)
                for name, band in bands.items()
            },
        }

    return {
        "threshold_log_odds": threshold,
        "mean_auroc": {
            "train_dev": _rounded(mean_auroc(counted, log_odds, ~test)),
            "test": _rounded(mean_auroc(counted, log_odds, test)),
        },
        "train_dev": slices(~test),
        "test": slices(test),
    }


def short_texts(
    counted: Counted, halves: Floats, calibration: Calibration, threshold: float
) -> dict[str, Any]:
    """Summarise first halves of windows by their words: what justifies the lower limit."""
    known = np.flatnonzero(~np.isnan(halves))
    windows = [_half(counted.windows[i], 0) for i in known]
    n_words = np.array([float(window.n_words) for window in windows])
    log_odds = calibration.apply(halves[known], n_words)
    own = counted.subset(np.isin(np.arange(len(halves)), known))
    return {
        f"{low}-{high - 1}": table(own, log_odds, (n_words >= low) & (n_words < high), threshold)
        for low, high in ((30, 60), (60, 90), (90, 120), (120, 150), (150, 201))
    }


def _by(
    counted: Counted,
    scores: Floats,
    keep: npt.NDArray[np.bool_],
    threshold: float,
    names: npt.NDArray[np.str_],
) -> dict[str, Any]:
    return {
        str(name): table(counted, scores, keep & (names == name), threshold)
        for name in sorted(set(names[keep].tolist()))
    }


def _rounded(values: Mapping[str, float]) -> dict[str, float | None]:
    return {name: _round(value) for name, value in values.items()}
