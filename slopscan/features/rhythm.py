"""How long sentences are, and how much their length varies."""

from __future__ import annotations

from itertools import pairwise
from math import sqrt
from typing import Final

from slopscan.features.schema import Feature
from slopscan.features.view import SentenceView

_MODEL_UNIFORM: Final = "Herbold et al. 2023; Munoz-Ortiz et al. 2024: model prose varies less"

FEATURES: Final = (
    Feature("rhythm.sentence_length_mean", "words per sentence", "words", (3, 45), "no sentence"),
    Feature(
        "rhythm.sentence_length_cv",
        "variation of sentence length (standard deviation over mean)",
        "ratio",
        (0.1, 1.4),
        "fewer than 5 sentences",
        _MODEL_UNIFORM,
    ),
    Feature(
        "rhythm.short_sentences",
        "sentences of at most 6 words",
        "share",
        (0, 0.7),
        "fewer than 5 sentences",
    ),
    Feature(
        "rhythm.long_sentences",
        "sentences of at least 30 words",
        "share",
        (0, 0.7),
        "fewer than 5 sentences",
    ),
    Feature(
        "rhythm.length_step",
        "change of length from one sentence to the next, over the mean",
        "ratio",
        (0.1, 1.5),
        "fewer than 5 sentences",
        _MODEL_UNIFORM,
    ),
)


def measure(sentences: list[SentenceView]) -> dict[str, float]:
    """Return the features of this family that are defined for `sentences`."""
    lengths = [sentence.n_words for sentence in sentences if sentence.n_words]
    if not lengths:
        return {}
    n = len(lengths)
    mean = sum(lengths) / n
    found = {"rhythm.sentence_length_mean": mean}
    if n >= 5:
        spread = sqrt(sum((length - mean) ** 2 for length in lengths) / (n - 1))
        steps = [abs(a - b) for a, b in pairwise(lengths)]
        found["rhythm.sentence_length_cv"] = spread / mean
        found["rhythm.short_sentences"] = sum(length <= 6 for length in lengths) / n
        found["rhythm.long_sentences"] = sum(length >= 30 for length in lengths) / n
        found["rhythm.length_step"] = sum(steps) / len(steps) / mean
    return found
