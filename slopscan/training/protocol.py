"""What a model does without a genre, without a family of models, and on sources it knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from slopscan.training.calibrate import Calibration
from slopscan.training.evaluate import MAIN, Progress, recall_at, rounded, table, with_intervals
from slopscan.training.fit import Fitted, Settings, fit, raw_scores
from slopscan.training.pieces import Counted

Floats = npt.NDArray[np.float64]
FEWEST: Final = 100


def without_genre(
    training: Counted,
    scored: Counted,
    settings: Settings,
    scale: tuple[Calibration, Mapping[str, float]],
    progress: Progress = lambda _: None,
) -> dict[str, Any]:
    """Hold out each genre with 100 human windows whole, and score its windows of 200 words."""
    calibration, points = scale
    trained_on = np.array([window.genre for window in training.windows])
    main = _main(scored)
    genres = np.array([window.genre for window in scored.windows])
    found = {}
    for genre in sorted(set(genres.tolist())):
        own = scored.subset(main & (genres == genre))
        if (own.labels == 0).sum() < FEWEST:
            continue
        fitted = fit(training.subset(trained_on != genre), settings)
        log_odds = calibration.apply(raw_scores(fitted, own), own.n_words)
        found[genre] = with_intervals(own, log_odds, np.ones(len(log_odds), dtype=bool), points)
        progress(f"without {genre}: {found[genre]['auroc']}")
    return found


def without_family(
    training: Counted,
    scored: Counted,
    settings: Settings,
    progress: Progress = lambda _: None,
) -> dict[str, Any]:
    """Hold out each family of models with 100 windows; human windows are those not trained on."""
    trained_on = np.array([window.family for window in training.windows])
    families = np.array([window.family for window in scored.windows])
    models = scored.labels == 1
    main = _main(scored)
    unseen = np.array([w.split != "train" for w in scored.windows]) & ~models & main
    found = {}
    for family in sorted(set(families[models].tolist()) - {""}):
        own = main & models & (families == family)
        if own.sum() < FEWEST:
            continue
        fitted = fit(training.subset((trained_on != family) | (training.labels == 0)), settings)
        both = scored.subset(own | unseen)
        raw = raw_scores(fitted, both)
        whole = table(both, raw, np.ones(len(raw), dtype=bool), {})
        found[family] = {key: whole[key] for key in ("n_human", "n_model", "auroc")} | {
            "recall_at_1pct": rounded(recall_at(both.labels, raw, 0.01)),
            "sources": _recall_by_source(both, raw),
        }
        progress(f"without {family}: {found[family]['recall_at_1pct']}")
    return found


def _recall_by_source(counted: Counted, scores: Floats) -> dict[str, Any]:
    """Return windows and recall of each model source, at the threshold of all human windows."""
    sources = np.array([window.corpus for window in counted.windows])
    models = counted.labels == 1
    of = {str(name): ~models | (sources == name) for name in np.unique(sources[models])}
    return {
        name: {
            "n_model": int((models & keep).sum()),
            "recall_at_1pct": rounded(recall_at(counted.labels[keep], scores[keep], 0.01)),
        }
        for name, keep in of.items()
    }


def known_sources(
    fitted: Fitted,
    scored: Counted,
    calibration: Calibration,
    points: Mapping[str, float],
) -> dict[str, Any]:
    """Score texts that were not trained on, of sources that were: windows of 200 words, by genre.

    What a reader of such sources may expect; `evaluate.figures` says what others may.
    """
    untrained = np.array([window.split != "train" for window in scored.windows])
    own = scored.subset(_main(scored) & untrained)
    log_odds = calibration.apply(raw_scores(fitted, own), own.n_words)
    genres = np.array([window.genre for window in own.windows])
    every = np.ones(len(log_odds), dtype=bool)
    return {
        "all": with_intervals(own, log_odds, every, points),
        "genres": {
            str(name): table(own, log_odds, genres == name, points)
            for name in sorted(set(genres.tolist()))
        },
    }


def _main(counted: Counted) -> npt.NDArray[np.bool_]:
    return np.array([window.target == MAIN for window in counted.windows])
