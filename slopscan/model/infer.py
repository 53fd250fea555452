"""Score a text with numpy alone: two views, one sum, one calibration by length."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import exp, log, sqrt
from typing import Final

import numpy as np
import numpy.typing as npt

from slopscan.features import families, ngrams
from slopscan.features.view import SentenceView, chunks
from slopscan.model.artefact import Model

Floats = npt.NDArray[np.float64]
CHUNK_WORDS: Final = 300
DENSE_CLIP: Final = 3.0
_Z90: Final = 1.645


@dataclass(frozen=True)
class Scored:
    """A text's uncalibrated score, in parts that add up to `raw`.

    Attributes
    ----------
    raw : float
        `base + gram_parts.sum() + dense_parts.sum()`.
    gram_parts : dict of str to float
        By run of symbols; those of the text less those of the average training text.
    gram_base : float
        Share of the runs that the average training text has; part of every text.
    dense_parts : numpy.ndarray, shape (n_features,)
    values : mapping of str to float
        Dense features of the whole text that are defined.
    heat : tuple of float
        Sum over the runs of each sentence, centred on the text of average score.
    """

    raw: float
    n_words: int
    base: float
    gram_parts: Mapping[str, float]
    dense_parts: Floats
    values: Mapping[str, float]
    heat: tuple[float, ...] = ()
    examples: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)


def score(model: Model, sentences: list[SentenceView]) -> Scored:
    """Score the sentences of a text.

    Long texts are cut into runs of about 300 words, the length the model was trained on,
    and the runs are averaged by their words.
    """
    n_words = sum(sentence.n_words for sentence in sentences)
    gram_parts: defaultdict[str, float] = defaultdict(float)
    dense = np.zeros(len(families.SCHEMA.features))
    heat: list[float] = []
    for chunk in chunks(sentences, CHUNK_WORDS):
        share = sum(sentence.n_words for sentence in chunk) / max(n_words, 1)
        parts = _gram_parts(model, chunk)
        for gram, value in parts.items():
            gram_parts[gram] += share * value
        dense += share * dense_parts(model, families.measure(chunk))
        heat.extend(_heat(model, chunk, parts, share))
    mean_grams = float(model.arrays["gram_weights"] @ model.arrays["gram_means"])
    base = model.intercept + mean_grams
    raw = base - mean_grams + sum(gram_parts.values()) + float(dense.sum())
    return Scored(
        raw,
        n_words,
        base,
        dict(gram_parts),
        dense,
        families.measure(sentences),
        tuple(heat),
        _first_places(sentences),
    )


def _gram_parts(model: Model, chunk: list[SentenceView]) -> dict[str, float]:
    counts = ngrams.count(chunk)
    known = [(gram, n, model.index[gram]) for gram, n in counts.items() if gram in model.index]
    if not known:
        return {}
    columns = np.array([column for _, _, column in known])
    values = (1.0 + np.log([n for _, n, _ in known])) * model.arrays["idf"][columns]
    values /= sqrt(float(values @ values))
    weighted = values * model.arrays["gram_weights"][columns]
    return {gram: float(part) for (gram, _, _), part in zip(known, weighted, strict=True)}


def dense_parts(model: Model, values: Mapping[str, float]) -> Floats:
    """Return the share of every dense feature; 0 where it is undefined."""
    parts = np.zeros(len(families.SCHEMA.features))
    arrays = model.arrays
    for column, feature in enumerate(families.SCHEMA.features):
        if feature.name not in values:
            continue
        value = min(max(values[feature.name], feature.range[0]), feature.range[1])
        z = (value - arrays["dense_means"][column]) / arrays["dense_scales"][column]
        parts[column] = min(max(z, -DENSE_CLIP), DENSE_CLIP) * arrays["dense_weights"][column]
    return parts


def _heat(
    model: Model, chunk: list[SentenceView], parts: Mapping[str, float], share: float
) -> list[float]:
    counts = Counter(gram for s in chunk for gram, _, _ in ngrams.ngrams(s))
    n_words = max(sum(sentence.n_words for sentence in chunk), 1)
    mean = float(model.arrays["gram_weights"] @ model.arrays["gram_means"])
    found = []
    for sentence in chunk:
        own = sum(parts.get(g, 0.0) / counts[g] for g, _, _ in ngrams.ngrams(sentence))
        found.append(share * (own - mean * sentence.n_words / n_words))
    return found


def _first_places(sentences: list[SentenceView]) -> dict[str, tuple[int, int, int]]:
    places: dict[str, tuple[int, int, int]] = {}
    for number, sentence in enumerate(sentences):
        for gram, first, last in ngrams.ngrams(sentence):
            places.setdefault(gram, (number, max(first, 0), last))
    return places


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
    return log(min(max(n_words, 50), 400) / 200)


def probability(log_odds: float) -> float:
    """Return the probability of log-odds without overflow."""
    if log_odds >= 0:
        return 1.0 / (1.0 + exp(-log_odds))
    return exp(log_odds) / (1.0 + exp(log_odds))


def interval(model: Model, log_odds: float, n_words: int) -> tuple[float, float]:
    """Return the 90% interval of the probability."""
    width = _Z90 * spread(model, n_words)
    return probability(log_odds - width), probability(log_odds + width)
