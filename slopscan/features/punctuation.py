"""Punctuation per 1,000 words, capped: typing habits and platforms move these rates too."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import Final

from slopscan.features.schema import Feature
from slopscan.features.view import SentenceView

_PER_1K: Final = "per 1,000 words"
DASHES: Final = frozenset({"\u2014", "--", "---"})

FEATURES: Final = (
    Feature("punctuation.commas", "commas", _PER_1K, (0, 130)),
    Feature("punctuation.semicolons", "semicolons", _PER_1K, (0, 12)),
    Feature("punctuation.colons", "colons", _PER_1K, (0, 12)),
    Feature(
        "punctuation.dashes",
        "dashes",
        _PER_1K,
        (0, 6),
        source="capped low: the dash follows the platform and the year of a model",
    ),
    Feature("punctuation.brackets", "brackets", _PER_1K, (0, 20)),
    Feature("punctuation.exclamations", "exclamation marks", _PER_1K, (0, 12)),
    Feature("punctuation.questions", "question marks", _PER_1K, (0, 20)),
    Feature("punctuation.ellipses", "ellipses", _PER_1K, (0, 8)),
)


def measure(sentences: list[SentenceView]) -> dict[str, float]:
    """Return the features of this family that are defined for `sentences`."""
    n_words = sum(sentence.n_words for sentence in sentences)
    if not n_words:
        return {}
    every = Counter(chain.from_iterable(sentence.words for sentence in sentences))
    counts = Counter({word: n for word, n in every.items() if not word[0].isalnum()})
    scale = 1000 / n_words
    return {
        "punctuation.commas": counts[","] * scale,
        "punctuation.semicolons": counts[";"] * scale,
        "punctuation.colons": counts[":"] * scale,
        "punctuation.dashes": sum(counts[dash] for dash in DASHES) * scale,
        "punctuation.brackets": counts["("] * scale,
        "punctuation.exclamations": sum(n for w, n in counts.items() if "!" in w) * scale,
        "punctuation.questions": sum(n for w, n in counts.items() if "?" in w) * scale,
        "punctuation.ellipses": sum(n for w, n in counts.items() if _is_ellipsis(w)) * scale,
    }


def _is_ellipsis(word: str) -> bool:
    return word == "\u2026" or (len(word) > 2 and set(word) == {"."})
