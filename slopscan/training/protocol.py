"""What a model does without a genre, without a family of models, and on mixed texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from slopscan.training.calibrate import Calibration
from slopscan.training.evaluate import MAIN, Progress, recall_at, rounded, table, with_intervals
from slopscan.training.fit import Settings, fit, raw_scores
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
            "recall_at_1pct": rounded(recall_at(both.labels, raw, 0.01))
        }
        progress(f"without {family}: {found[family]}")
    return found


def _main(counted: Counted) -> npt.NDArray[np.bool_]:
    return np.array([window.target == MAIN for window in counted.windows])
