"""Turn held-out scores into log-odds that mean what they say, by length of text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from slopscan.training.dataset import Window
from slopscan.training.splits import FOLD_OF, sample_weights

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """`log_odds = (slope + slope_by_length * L) * raw + shift + shift_by_length * L`.

    L is the logarithm of (words / 200), words between 50 and 400.
    """

    slope: float
    slope_by_length: float
    shift: float
    shift_by_length: float

    def apply(self, raw: Floats, n_words: Floats) -> Floats:
        length = np.log(np.clip(n_words, 50, 400) / 200)
        slope = np.maximum(self.slope + self.slope_by_length * length, 0.05)
        return np.asarray(slope * raw + self.shift + self.shift_by_length * length)


def calibrate(windows: Sequence[Window], raw: Floats) -> Calibration:
    """Fit on scores of sources the model had not seen; both labels weigh the same."""
    length = np.log(np.clip([window.n_words for window in windows], 50, 400) / 200.0)
    labels = np.array([int(window.is_model) for window in windows])
    columns = np.column_stack([raw, raw * length, length])
    model = LogisticRegression(C=1e4, max_iter=1000)
    model.fit(columns, labels, sample_weight=sample_weights(windows))
    slope, slope_by_length, shift_by_length = (float(value) for value in model.coef_[0])
    return Calibration(slope, slope_by_length, float(model.intercept_[0]), shift_by_length)


def spread(
    windows: Sequence[Window], log_odds: Floats, halves: tuple[Floats, Floats]
) -> dict[str, float]:
    """Return how far calibrated log-odds move for reasons other than the writer's label.

    `between_sources` is the standard deviation of the mean of a fold and label about the mean
    of its label; `sampling_at_200_words` comes from the two halves of the same windows.
    """
    folds = np.array([FOLD_OF[window.corpus] for window in windows])
    labels = np.array([window.is_model for window in windows])
    shifts = []
    for label in (True, False):
        of_label = [
            log_odds[(folds == fold) & (labels == label)].mean()
            for fold in sorted(set(folds))
            if ((folds == fold) & (labels == label)).sum() >= 20
        ]
        shifts.extend(np.array(of_label) - np.mean(of_label))
    first, second = halves
    words = np.array([window.n_words for window in windows])
    known = ~np.isnan(first) & ~np.isnan(second)
    per_half = np.var(first[known] - second[known]) / 2
    at_200 = float(np.sqrt(per_half * np.mean(words[known] / 2) / 200))
    return {"between_sources": float(np.std(shifts)), "sampling_at_200_words": at_200}


def operating_points(
    windows: Sequence[Window], log_odds: Floats, rates: Sequence[float] = (0.005, 0.01, 0.05)
) -> dict[str, float]:
    """Return the log-odds that such shares of held-out human windows pass.

    Sources weigh alike per square root of their size, so that no large one sets the point.
    """
    human = np.array([not window.is_model for window in windows])
    weights = sample_weights(windows)[human]
    order = np.argsort(log_odds[human])
    values, mass = log_odds[human][order], np.cumsum(weights[order]) / weights.sum()
    return {str(rate): float(values[np.searchsorted(mass, 1 - rate)]) for rate in rates}
