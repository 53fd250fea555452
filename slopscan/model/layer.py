"""The hidden layer beside the linear score: what runs and measures say together.

A linear score gives every run one weight for all texts. Here the runs of each view become a few
factors (truncated singular value decomposition), which with the measures enter one layer of
rectified units. Such a layer is linear for as long as the same units are on, so every text has
weights of its own, and its reasons add up as those of a linear score do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from slopscan.features import ngrams

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]
# The views in the order of the rows of `steps` and `means`.
N_VIEWS: Final = len(ngrams.VIEWS)
ARRAYS: Final = ("steps", "means", "weights", "biases", "outputs", "constant")


@dataclass(frozen=True, eq=False)
class Leaning:
    """What the layer says of one text, as a linear score about the average text.

    Attributes
    ----------
    score : float
        What the layer adds to the raw score.
    average : float
        What this text's own weights give the average text: the part of `score` that no single
        run or measure has.
    of_factors : numpy.ndarray of float, shape (n_views, n_factors)
        Weight of each factor, by view.
    of_measures : numpy.ndarray of float, shape (n_features,)
        Weight of each standardised measure.
    """

    score: float
    average: float
    of_factors: Floats
    of_measures: Floats


@dataclass(frozen=True, eq=False)
class Layer:
    """Factors and weights.

    Attributes
    ----------
    factors : numpy.ndarray of int8, shape (n_ngrams, n_factors)
        Loadings of each run on the factors of its view.
    steps : numpy.ndarray of float, shape (n_views, n_factors)
        What one step of a loading is worth.
    means : numpy.ndarray of float, shape (n_views, n_factors)
        Factors of the average training text.
    weights : numpy.ndarray of float, shape (n_views * n_factors + n_features, n_units)
        From the factors of every view and the measures to the units.
    biases, outputs : numpy.ndarray of float, shape (n_units,)
    constant : numpy.ndarray of float, shape (1,)
    """

    factors: npt.NDArray[np.int8]
    steps: Singles
    means: Singles
    weights: Singles
    biases: Singles
    outputs: Singles
    constant: Singles

    def project(self, columns: Numbers, values: Floats, views: Numbers) -> Singles:
        """Return the factors of a text, less those of the average text.

        Parameters
        ----------
        columns : numpy.ndarray of int, shape (n_runs,)
            Runs of the text.
        values : numpy.ndarray of float, shape (n_runs,)
            How much of each, every view of length 1.
        views : numpy.ndarray of int, shape (n_runs,)
            View of each.

        Returns
        -------
        numpy.ndarray of float32, shape (n_views, n_factors)
        """
        split = np.zeros((N_VIEWS, len(columns)), dtype=np.float32)
        split[views, np.arange(len(columns))] = values
        found = split @ self.factors[columns].astype(np.float32)
        return np.asarray(found * self.steps - self.means)

    def lean(self, factors: Singles, measures: Floats) -> Leaning:
        """Return what the layer says of a text.

        Parameters
        ----------
        factors : numpy.ndarray of float, shape (n_views, n_factors)
            As `project` gives them.
        measures : numpy.ndarray of float, shape (n_features,)
            Standardised, 0 where undefined.
        """
        inputs = np.concatenate([factors.ravel(), measures.astype(np.float32)])
        units = inputs @ self.weights + self.biases
        outputs = self.outputs * (units > 0)
        own = self.weights @ outputs
        average = float(self.biases @ outputs) + float(self.constant[0])
        n = self.means.size
        return Leaning(
            average + float(inputs @ own),
            average,
            own[:n].reshape(self.means.shape).astype(np.float64),
            own[n:].astype(np.float64),
        )

    def of_runs(self, columns: Numbers, views: Numbers, of_factors: Floats) -> Floats:
        """Return the weight of each run under the weights of the factors, shape (n_runs,)."""
        per_step = (of_factors * self.steps).astype(np.float32)
        by_view = self.factors[columns].astype(np.float32) @ per_step.T
        return np.asarray(by_view[np.arange(len(columns)), views], dtype=np.float64)

    def scores(self, factors: Singles, measures: Singles) -> Floats:
        """Return the score of many texts, shape (n_texts,); both inputs by text and column."""
        inputs = np.hstack([factors, measures])
        units = np.maximum(inputs @ self.weights + self.biases, 0.0)
        return np.asarray(units @ self.outputs + self.constant[0], dtype=np.float64)


def shapes(n_factors: int, n_features: int, n_units: int) -> dict[str, tuple[int, ...]]:
    """Return the shape of every array of `ARRAYS`."""
    return {
        "steps": (N_VIEWS, n_factors),
        "means": (N_VIEWS, n_factors),
        "weights": (N_VIEWS * n_factors + n_features, n_units),
        "biases": (n_units,),
        "outputs": (n_units,),
        "constant": (1,),
    }
