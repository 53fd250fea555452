"""Score a text with numpy alone: runs and measures, a sum and a hidden layer, one calibration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from typing import Final

import numpy as np
import numpy.typing as npt

from slopscan.features import families
from slopscan.features.view import SentenceView, chunks
from slopscan.model.artefact import Model
from slopscan.model.grams import Found
from slopscan.model.layer import N_VIEWS

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
CHUNK_WORDS: Final = 300
DENSE_CLIP: Final = 3.0
_Z90: Final = 1.645
_RANGES: Final = np.array([feature.range for feature in families.SCHEMA.features], dtype=float).T


@dataclass(frozen=True)
class Scored:
    """A text's uncalibrated score, and what it is made of.

    Attributes
    ----------
    raw : float
        Intercept, `joint`, `gram_parts` and `dense_parts` added up, less what the factors of the
        average training text have under `of_factors`.
    base : float
        Intercept and linear score of the average training text.
    joint : float
        What the weights that the hidden layer has for this text give the average text.
    columns : numpy.ndarray of int, shape (n_runs,)
        The different runs of the text, by their number in the vocabulary.
    gram_parts : numpy.ndarray, shape (n_runs,)
        What each adds, by the linear score and the layer.
    places : numpy.ndarray of int, shape (n_runs, 3)
        Where each occurs first: number of the sentence, first and last token in it.
    dense_parts : numpy.ndarray, shape (n_features,)
    of_factors : numpy.ndarray, shape (n_views, n_factors)
        Weights of the factors in this text, by view, times the share of the layer.
    values : mapping of str to float
        Features of the whole text that are defined.
    heat : tuple of float
        What the runs of each sentence add to `raw`, less the average for its length.
    novelty : float
        Share of the text's runs that are not in the vocabulary.
    """

    raw: float
    n_words: int
    base: float
    joint: float
    columns: Numbers
    gram_parts: Floats
    places: Numbers
    dense_parts: Floats
    of_factors: Floats
    values: Mapping[str, float]
    heat: tuple[float, ...]
    novelty: float


def score(model: Model, sentences: list[SentenceView], *, explained: bool = True) -> Scored:
    """Score the sentences of a text.

    Long texts are cut into runs of about 300 words, the length the model was trained on,
    and the runs are averaged by their words. Unless `explained`, the parts of single runs,
    values, heat and places are left empty.
    """
    n_words = sum(sentence.n_words for sentence in sentences)
    dense = np.zeros(len(families.SCHEMA.features))
    of_factors = np.zeros_like(model.layer.means, dtype=np.float64)
    heat: list[float] = []
    values: Mapping[str, float] = {}
    raw = joint = 0.0
    pieces = chunks(sentences, CHUNK_WORDS)
    places = [np.zeros((0, 4), dtype=np.int64)]
    by_run = [np.zeros(0)]
    n_known = n_runs = 0
    first = 0
    for piece in pieces:
        words = sum(sentence.n_words for sentence in piece)
        share = words / max(n_words, 1)
        found = model.grams.find(piece)
        n_known += len(found.columns)
        n_runs += found.n_runs
        known, inverse, counts = np.unique(found.columns, return_inverse=True, return_counts=True)
        values = families.measure(piece)
        weighed = weigh(model, known, counts, values)
        raw += share * weighed.raw
        if explained:
            parts = gram_parts(model, weighed)
            own = float((weighed.of_factors * model.layer.means).sum())
            dense += share * weighed.dense_parts
            of_factors += share * weighed.of_factors
            joint += share * weighed.joint
            by_run.append(share * parts)
            places.append(_first_places(found, first))
            each = np.bincount(found.sentences, (parts / counts)[inverse], len(piece))
            rest = (model.average + own) / max(words, 1)
            heat += [
                share * (of_sentence - rest * sentence.n_words)
                for of_sentence, sentence in zip(each.tolist(), piece, strict=True)
            ]
        first += len(piece)
    if explained and len(pieces) != 1:
        values = families.measure(sentences)
    columns, order, run_of = np.unique(
        np.concatenate(places)[:, 0], return_index=True, return_inverse=True
    )
    return Scored(
        raw,
        n_words,
        model.intercept + model.average,
        joint,
        columns,
        np.bincount(run_of, np.concatenate(by_run), len(columns)).astype(np.float64),
        np.concatenate(places)[order, 1:],
        dense,
        of_factors,
        values if explained else {},
        tuple(heat),
        1.0 - n_known / max(n_runs, 1),
    )


def _first_places(found: Found, number: int) -> Numbers:
    """Return where each different run occurs first, in sentences counted from `number` on.

    Returns
    -------
    numpy.ndarray of int, shape (n_different, 4)
        Run, sentence, first and last token; in the order of the runs.
    """
    known, at = np.unique(found.columns, return_index=True)
    return np.column_stack(
        (known, found.sentences[at] + number, np.maximum(found.firsts[at], 0), found.lasts[at])
    )


@dataclass(frozen=True, eq=False)
class Weighed:
    """What the linear score and the hidden layer make of a piece of text.

    Attributes
    ----------
    raw : float
        Uncalibrated log-odds.
    joint : float
        As in `Scored`.
    columns : numpy.ndarray of int, shape (n_runs,)
    values : numpy.ndarray, shape (n_runs,)
        How much of each run, every view of length 1.
    dense_parts : numpy.ndarray, shape (n_features,)
        What each measure adds.
    of_factors : numpy.ndarray, shape (n_views, n_factors)
        As in `Scored`.
    """

    raw: float
    joint: float
    columns: Numbers
    values: Floats
    dense_parts: Floats
    of_factors: Floats


def weigh(
    model: Model,
    columns: Numbers,
    counts: Numbers,
    measured: Mapping[str, float],
) -> Weighed:
    """Score a piece of text.

    Parameters
    ----------
    columns, counts : numpy.ndarray of int, shape (n_runs,)
        Different runs of the vocabulary, and how often the text has each.
    measured : mapping of str to float
        Features that are defined.
    """
    values = (1.0 + np.log(counts)) * model.arrays["idf"][columns]
    views = model.views[columns]
    lengths = np.sqrt(np.bincount(views, values**2, N_VIEWS))
    values /= np.maximum(lengths, 1e-12)[views]
    measures = standardised(model, measured)
    layer, share = model.layer, model.layer_share
    leaning = layer.lean(layer.project(columns, values, views), measures)
    dense_weights = model.arrays["dense_weights"]
    return Weighed(
        model.intercept
        + float(values @ model.arrays["gram_weights"][columns])
        + float(measures @ dense_weights)
        + share * leaning.score,
        share * leaning.average,
        columns,
        values,
        measures * (dense_weights + share * leaning.of_measures),
        share * leaning.of_factors,
    )


def gram_parts(model: Model, weighed: Weighed) -> Floats:
    """Return what each run of a piece adds to its raw score, shape (n_runs,)."""
    columns = weighed.columns
    own = model.layer.of_runs(columns, model.views[columns], weighed.of_factors)
    return np.asarray(weighed.values * (model.arrays["gram_weights"][columns] + own))


def standardised(model: Model, measured: Mapping[str, float]) -> Floats:
    """Return every feature in standard deviations from its mean, clipped; 0 where undefined."""
    arrays = model.arrays
    found = np.array([measured.get(name, np.nan) for name in families.SCHEMA.names])
    z = (np.clip(found, *_RANGES) - arrays["dense_means"]) / arrays["dense_scales"]
    return np.asarray(np.nan_to_num(np.clip(z, -DENSE_CLIP, DENSE_CLIP)))


def slope(model: Model, n_words: int) -> float:
    """Return the factor from raw to calibrated log-odds for a text of this length."""
    calibration = model.manifest["calibration"]
    return float(
        max(0.05, calibration["slope"] + calibration["slope_by_length"] * _length(n_words))
    )


def shift(model: Model, n_words: int) -> float:
    """Return what is added after the slope."""
    calibration = model.manifest["calibration"]
    return float(calibration["shift"] + calibration["shift_by_length"] * _length(n_words))


def spread(model: Model, n_words: int) -> float:
    """Return the standard deviation of calibrated log-odds among texts of this length."""
    spread_of = model.manifest["spread"]
    between, sampling = spread_of["between_sources"], spread_of["sampling_at_200_words"]
    return sqrt(between**2 + sampling**2 * 200 / max(n_words, 1))


def _length(n_words: int) -> float:
    return log(min(max(n_words, 50), 600) / 200)


def probability(log_odds: float) -> float:
    """Return the probability of log-odds without overflow."""
    if log_odds >= 0:
        return 1.0 / (1.0 + exp(-log_odds))
    return exp(log_odds) / (1.0 + exp(log_odds))


def above_humans(model: Model, log_odds: float, n_words: int, genre: str = "") -> float:
    """Return the share of human texts with lower log-odds, their sources unseen by the scorer.

    Of texts of the nearest length that was measured (100, 200 or 400 words), and of a genre where
    the model `ranks_in` it.
    """
    tables = model.manifest["human_log_odds"]
    of = tables["genres"][genre] if ranks_in(model, genre, n_words) else tables["lengths"]
    return share_below(of[_nearest_length(model, n_words)], log_odds)


def ranks_in(model: Model, genre: str, n_words: int) -> bool:
    """Say whether enough human texts of a genre and of about this length were measured."""
    genres = model.manifest["human_log_odds"]["genres"]
    return _nearest_length(model, n_words) in genres.get(genre, {})


def _nearest_length(model: Model, n_words: int) -> str:
    lengths = model.manifest["human_log_odds"]["lengths"]
    return str(min(lengths, key=lambda words: abs(log(int(words) / max(n_words, 1)))))


def share_below(percentiles: Sequence[float], value: float) -> float:
    """Return the share of a distribution, given by percentiles 0 to 100, that is below a value."""
    low = np.searchsorted(percentiles, value, side="left")
    high = np.searchsorted(percentiles, value, side="right")
    return float(min(max((low + high - 1) / 2, 0.0), 100.0)) / 100


def interval(model: Model, log_odds: float, n_words: int) -> tuple[float, float]:
    """Return the 90% interval of the probability."""
    width = _Z90 * spread(model, n_words)
    return probability(log_odds - width), probability(log_odds + width)
