"""Scores on sources, genres and families of models that the scoring model has never seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from slopscan.training.fit import Settings, fit, score_parts
from slopscan.training.pieces import WHOLE, Counted
from slopscan.training.splits import Folds

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Progress = Callable[[str], None]
LENGTHS: Final = {"50": 50, "100": 100, "200": 200, "400": 400, "whole": WHOLE}
MAIN: Final = 200
# Texts of each label that a source needs to be shown alone.
_SHOWN: Final = 20
_RESAMPLES: Final = 200
SHARES: Final = (0.0, 0.25, 0.5, 0.75, 1.0)


def held_out_scores(
    trained_on: Counted,
    scored: Counted,
    settings: Settings,
    folds: Folds,
    progress: Progress = lambda _: None,
) -> Floats:
    """Score every window by a model whose training knew nothing of its fold.

    Returns
    -------
    numpy.ndarray, shape (2, n_windows)
        Uncalibrated log-odds: the linear score, and that of the hidden layer.
    """
    names = np.array([folds.of(window) for window in trained_on.windows])
    own_names = np.array([folds.of(window) for window in scored.windows])
    scores = np.full((2, len(scored.windows)), np.nan)
    for name in sorted(set(own_names.tolist())):
        held = own_names == name
        own = scored.subset(held)
        parts = score_parts(fit(trained_on.subset(names != name), settings), own)
        scores[:, held] = parts
        main = np.array([window.target == MAIN for window in own.windows])
        both = parts[0] + settings.layer_share * parts[1]
        progress(f"held out {name}: AUROC {auroc(own.labels[main], both[main]):.4f}")
    return scores


def best_share(scored: Counted, parts: Floats, folds: Folds) -> float:
    """Return the share of the hidden layer that serves the folds best, the worst one above all.

    The one with the largest sum of the mean and the worst AUROC of folds; the test split is not
    seen. A small corpus may do best without the layer.
    """
    names = np.array([folds.of(window) for window in scored.windows])
    main = np.array([w.split != "test" and w.target == MAIN for w in scored.windows])
    kept = [main & (names == name) for name in folds.names]

    def worth(share: float) -> float:
        scores = parts[0] + share * parts[1]
        areas = [auroc(scored.labels[keep], scores[keep]) for keep in kept]
        defined = [area for area in areas if not np.isnan(area)]
        return float(np.mean(defined) + min(defined)) if defined else 0.0

    return max(SHARES, key=worth)


def auroc(labels: npt.NDArray[np.int64], scores: Floats) -> float:
    """Area under the ROC curve; NaN without both labels.

    By ranks, which scikit-learn's checks of its input would make twenty times as slow for each of
    the many resamples.
    """
    n_model = int((labels == 1).sum())
    n_human = len(labels) - n_model
    if not n_model or not n_human:
        return float("nan")
    ranks = rankdata(scores)[labels == 1].sum()
    return float((ranks - n_model * (n_model + 1) / 2) / (n_model * n_human))


def recall_at(labels: npt.NDArray[np.int64], scores: Floats, false_positives: float) -> float:
    """Share of model windows above the threshold that so many human windows pass."""
    human = scores[labels == 0]
    model = scores[labels == 1]
    if not len(human) or not len(model):
        return float("nan")
    return float(np.mean(model > np.quantile(human, 1 - false_positives)))


def calibration_error(labels: npt.NDArray[np.int64], log_odds: Floats, bins: int = 10) -> float:
    """Expected calibration error under equal priors, in equal steps of probability."""
    if len(set(labels.tolist())) < 2:
        return float("nan")
    weights = np.where(labels == 1, 0.5 / (labels == 1).sum(), 0.5 / (labels == 0).sum())
    probabilities = 1 / (1 + np.exp(-np.clip(log_odds, -50, 50)))
    steps = np.minimum((probabilities * bins).astype(int), bins - 1)
    error = 0.0
    for step in range(bins):
        inside = steps == step
        error += abs(float(weights[inside] @ (probabilities[inside] - labels[inside])))
    return error


def interval(
    labels: npt.NDArray[np.int64],
    scores: Floats,
    texts: npt.NDArray[np.int64],
    measure: Callable[[npt.NDArray[np.int64], Floats], float],
    seed: int = 11,
) -> tuple[float, float]:
    """95% bootstrap interval of a measure, texts drawn with all their windows."""
    rng = np.random.default_rng(seed)
    order = np.argsort(texts, kind="stable")
    _, begins, sizes = np.unique(texts[order], return_index=True, return_counts=True)
    found = []
    for _ in range(_RESAMPLES):
        drawn = rng.integers(0, len(begins), len(begins))
        rows = np.concatenate([order[begins[i] : begins[i] + sizes[i]] for i in drawn])
        found.append(measure(labels[rows], scores[rows]))
    low, high = np.nanquantile(found, (0.025, 0.975))
    return float(low), float(high)


def table(
    counted: Counted, log_odds: Floats, keep: Mask, points: Mapping[str, float]
) -> dict[str, Any]:
    """Summarise one slice: AUROC, recall at 1% and 5% false positives, rates at the points."""
    labels, some = counted.labels[keep], log_odds[keep]
    human, model = some[labels == 0], some[labels == 1]
    found: dict[str, Any] = {
        "n_human": len(human),
        "n_model": len(model),
        "auroc": rounded(auroc(labels, some)),
        "recall_at_1pct": rounded(recall_at(labels, some, 0.01)),
        "recall_at_5pct": rounded(recall_at(labels, some, 0.05)),
        "calibration_error": rounded(calibration_error(labels, some)),
    }
    for name, threshold in points.items():
        found[name] = {
            "false_positives": rounded(_share(human > threshold)),
            "recall": rounded(_share(model > threshold)),
        }
    return found


def with_intervals(
    counted: Counted, log_odds: Floats, keep: Mask, points: Mapping[str, float]
) -> dict[str, Any]:
    """As `table`, with 95% intervals of AUROC and of recall at 1% false positives."""
    found = table(counted, log_odds, keep, points)
    labels, some, texts = counted.labels[keep], log_odds[keep], counted.texts[keep]
    if len(set(labels.tolist())) < 2:
        return found
    measures = {"auroc": auroc, "recall_at_1pct": lambda y, s: recall_at(y, s, 0.01)}
    for name, measure in measures.items():
        low, high = interval(labels, some, texts, measure)
        found[f"{name}_95"] = [rounded(low), rounded(high)]
    return found


def _share(mask: Mask) -> float:
    return float(np.mean(mask)) if len(mask) else float("nan")


def rounded(value: float) -> float | None:
    """Four decimals; None for NaN, which JSON lacks."""
    return None if np.isnan(value) else round(value, 4)


def means(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, float | None]:
    """Mean and worst AUROC, and mean recall at 1%, over folds that have both labels."""
    areas = [found["auroc"] for found in tables.values() if found["auroc"] is not None]
    recalls = [found["recall_at_1pct"] for found in tables.values() if found["auroc"] is not None]
    if not areas:
        return dict.fromkeys(("mean_auroc", "worst_auroc", "mean_recall_at_1pct"))
    return {
        "mean_auroc": rounded(float(np.mean(areas))),
        "worst_auroc": rounded(float(np.min(areas))),
        "mean_recall_at_1pct": rounded(float(np.mean(recalls))),
    }


def figures(
    counted: Counted, log_odds: Floats, points: Mapping[str, float], folds: Folds, *, test: bool
) -> dict[str, Any]:
    """Summarise held-out scores; choices were made on train and dev, never on `test`."""
    windows = counted.windows
    side = np.array([(window.split == "test") == test for window in windows])
    target = np.array([window.target for window in windows])
    corpora = np.array([window.corpus for window in windows])
    names = np.array([folds.of(window) for window in windows])
    genres = np.array([window.genre for window in windows])
    main = side & (target == MAIN)
    second_language = np.array([w.native is False and w.genre == "essay" for w in windows])
    by_fold = {
        f: with_intervals(counted, log_odds, main & (names == f), points) for f in folds.names
    }
    by_source = {
        name: with_intervals(counted, log_odds, main & (corpora == name), points)
        for name in _with_both_labels(counted, target == MAIN, corpora)
    }
    lengths = {
        name: {
            f: table(counted, log_odds, side & (target == words) & (names == f), points)
            for f in folds.names
        }
        for name, words in LENGTHS.items()
    }
    return {
        "all": with_intervals(counted, log_odds, main, points),
        "folds": {"summary": means(by_fold), **by_fold},
        "sources_with_both_labels": by_source,
        "lengths": {
            name: {
                "summary": means(tables),
                "all": table(counted, log_odds, side & (target == LENGTHS[name]), points),
            }
            for name, tables in lengths.items()
        },
        "genres": _by(counted, log_odds, main, points, genres),
        "second_language": table(counted, log_odds, main & second_language, points),
        "sources": _by(counted, log_odds, main, points, corpora),
    }


def _with_both_labels(counted: Counted, keep: Mask, corpora: npt.NDArray[np.str_]) -> list[str]:
    """Return the sources with enough texts of each label, of any split, to be shown alone."""
    labels = counted.labels
    return [
        str(name)
        for name in sorted(set(corpora[keep].tolist()))
        if min(np.bincount(labels[keep & (corpora == name)], minlength=2)) >= _SHOWN
    ]


def _by(
    counted: Counted,
    log_odds: Floats,
    keep: Mask,
    points: Mapping[str, float],
    names: npt.NDArray[np.str_],
) -> dict[str, Any]:
    return {
        str(name): table(counted, log_odds, keep & (names == name), points)
        for name in sorted(set(names[keep].tolist()))
    }


def whole_texts(counted: Counted, log_odds: Floats) -> tuple[Counted, Floats]:
    """Replace the chunks of each whole text by one row: their average by words."""
    chunk = np.array([window.target == WHOLE for window in counted.windows])
    mass = np.bincount(counted.texts[chunk], counted.n_words[chunk])
    total = np.bincount(counted.texts[chunk], (counted.n_words * log_odds)[chunk])
    first = np.zeros(len(chunk), dtype=bool)
    rows = np.flatnonzero(chunk)
    first[rows[np.unique(counted.texts[rows], return_index=True)[1]]] = True
    merged = log_odds.copy()
    merged[first] = (total / np.maximum(mass, 1))[counted.texts[first]]
    n_words = counted.n_words.copy()
    n_words[first] = mass[counted.texts[first]]
    keep = first | ~chunk
    return replace(counted, n_words=n_words).subset(keep), merged[keep]
