"""Turn held-out scores into log-odds that mean what they say, by length of text."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from slopscan.features import ngrams
from slopscan.model.manifest import PERCENTS
from slopscan.training.pieces import Counted, Pieces
from slopscan.training.splits import Folds, sample_weights

NOVELTY_RATE: Final = 0.001
NOVELTY_WORDS: Final = 100
MAIN_WORDS: Final = 200
RANKED_LENGTHS: Final = (100, 200, 400)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """`log_odds = (slope + slope_by_length * L) * raw + shift + shift_by_length * L`.

    L is the logarithm of (words / 200), words between 50 and 600.
    """

    slope: float
    slope_by_length: float
    shift: float
    shift_by_length: float

    def apply(self, raw: Floats, n_words: Floats) -> Floats:
        length = np.log(np.clip(n_words, 50, 600) / 200)
        slope = np.maximum(self.slope + self.slope_by_length * length, 0.05)
        return np.asarray(slope * raw + self.shift + self.shift_by_length * length)


def calibrate(counted: Counted, raw: Floats) -> Calibration:
    """Fit on scores of sources the model had not seen; both labels weigh the same."""
    length = np.log(np.clip(counted.n_words, 50, 600) / 200.0)
    columns = np.column_stack([raw, raw * length, length])
    model = LogisticRegression(C=1e4, max_iter=1000)
    model.fit(columns, counted.labels, sample_weight=sample_weights(counted.windows))
    slope, slope_by_length, shift_by_length = (float(value) for value in model.coef_[0])
    return Calibration(slope, slope_by_length, float(model.intercept_[0]), shift_by_length)


def spread(counted: Counted, log_odds: Floats, folds: Folds) -> dict[str, float]:
    """Return how far calibrated log-odds move for reasons other than the writer's label.

    `between_sources` is the standard deviation of the mean of a fold and label about the mean
    of its label, at 200 words; `sampling_at_200_words` comes from two windows of 100 words of
    the same texts. Where no fold has 20 windows of a label all folds count, and where no text
    has two windows the spread of whole labels stands for both, which is too wide rather than
    too narrow.
    """
    target = np.array([window.target for window in counted.windows])
    names = np.array([folds.of(window) for window in counted.windows])
    shifts: list[float] = []
    widths: list[float] = []
    for label in (0, 1):
        cells = [
            log_odds[(names == name) & (counted.labels == label) & (target == MAIN_WORDS)]
            for name in sorted(set(names.tolist()))
        ]
        enough = [cell for cell in cells if len(cell) >= 20] or [
            cell for cell in cells if len(cell)
        ]
        of_label = [cell.mean() for cell in enough]
        shifts.extend(np.array(of_label) - np.mean(of_label))
        widths.append(float(np.std(log_odds[counted.labels == label])))
    rows = np.flatnonzero(target == 100)
    same = counted.texts[rows[:-1]] == counted.texts[rows[1:]]
    first, second = log_odds[rows[:-1][same]], log_odds[rows[1:][same]]
    at_200 = float(np.sqrt(np.var(first - second) / 2 * 100 / 200)) if same.any() else max(widths)
    between = float(np.std(shifts)) if shifts else max(widths)
    return {"between_sources": between, "sampling_at_200_words": at_200}


def operating_points(counted: Counted, log_odds: Floats) -> dict[str, float]:
    """Return the log-odds of each operating point on human windows of unseen sources.

    `strict` is passed by at most 1 in 100 human windows, and by at most 2 in 100 of any genre
    with at least 100; `sensitive` by 5 in 100. Each is the quantile that split-conformal
    prediction takes, so the promise holds for new windows like these.
    """
    human = counted.labels == 0
    genres = np.array([window.genre for window in counted.windows])
    strict = [conformal(log_odds[human], 0.01)]
    for genre in sorted(set(genres[human].tolist())):
        own = log_odds[human & (genres == genre)]
        if len(own) >= 100:
            strict.append(conformal(own, 0.02))
    return {"strict": max(strict), "sensitive": conformal(log_odds[human], 0.05)}


def human_log_odds(counted: Counted, log_odds: Floats) -> dict[str, dict[str, Any]]:
    """Return percentiles 0 to 100 of the log-odds of human windows of unseen sources.

    By length in words where there are texts of it, and by genre and length where there are 100
    windows.
    """
    human = counted.labels == 0
    target = np.array([window.target for window in counted.windows])
    genres = np.array([window.genre for window in counted.windows])

    def of(keep: npt.NDArray[np.bool_]) -> list[float]:
        return [round(float(v), 3) for v in np.percentile(log_odds[human & keep], PERCENTS)]

    return {
        "lengths": {
            str(n): of(target == n) for n in RANKED_LENGTHS if (human & (target == n)).any()
        },
        "genres": {
            genre: {str(n): of(own & (target == n)) for n in lengths}
            for genre, own in _by_genre(genres).items()
            if (
                lengths := [n for n in RANKED_LENGTHS if (human & own & (target == n)).sum() >= 100]
            )
        },
    }


def _by_genre(genres: npt.NDArray[np.str_]) -> dict[str, npt.NDArray[np.bool_]]:
    return {str(genre): genres == genre for genre in sorted(set(genres.tolist()))}


def novelty(pieces: Pieces, scored: Counted, vocabulary: Collection[str]) -> dict[str, float]:
    """Return the share of unknown runs that 1 in 1,000 human windows passes.

    Windows of 100 words and more of the dev split, none of which gave the vocabulary a run;
    where that has none so long, of the others.
    """
    known = set(vocabulary)
    shares = []
    of_people = [
        (window, cut)
        for window, cut in zip(scored.windows, scored.cuts, strict=True)
        if not window.is_model and window.target >= NOVELTY_WORDS
    ]
    for _, cut in [pair for pair in of_people if pair[0].split == "dev"] or of_people:
        inside = pieces.pieces[cut.text][cut.first : cut.last]
        grams = [g for piece in inside for s in piece for g, _, _ in ngrams.ngrams(s)]
        shares.append(1 - sum(gram in known for gram in grams) / max(len(grams), 1))
    return {"limit": conformal(np.array(shares), NOVELTY_RATE), "windows": len(shares)}


def conformal(scores: Floats, rate: float) -> float:
    """Return the split-conformal quantile: a new score like these passes it with <= `rate`."""
    ordered = np.sort(scores)
    place = int(np.ceil((len(ordered) + 1) * (1 - rate))) - 1
    return float(ordered[min(place, len(ordered) - 1)])
