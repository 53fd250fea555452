"""Which runs of symbols are one reason to a reader, told for a whole vocabulary at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from slopscan.features import ngrams
from slopscan.features.view import word_set

_MARKS: Final = frozenset(",.;:!?()")
_PRONOUNS: Final = word_set(
    "i me my mine you your yours he him his she her hers it its we us our ours they "
    "them their theirs myself yourself himself herself itself ourselves themselves "
    "who whom whose"
)
_AUXILIARIES: Final = word_set(
    "be am is are was were been being 's 're 'm 've 'd 'll have has had having do "
    "does did not n't will would can could may might must shall should to"
)
# Identifier, label and which symbols make a run belong to it; the first group that has one counts.
_GROUPS: Final[tuple[tuple[str, str, Callable[[str], bool]], ...]] = (
    ("words.choice", "choice of words", lambda s: s.startswith(ngrams.WORDS.mark)),
    (
        "patterns.relations",
        "how sentences are built",
        lambda s: s.startswith(ngrams.RELATIONS.mark),
    ),
    (
        "patterns.punctuation",
        "what stands around commas and stops",
        _MARKS.__contains__,
    ),
    ("patterns.pronouns", "what stands around pronouns", _PRONOUNS.__contains__),
    (
        "patterns.auxiliaries",
        "what stands around auxiliaries and 'to'",
        _AUXILIARIES.__contains__,
    ),
    ("patterns.verbs", "verb patterns", lambda s: s.startswith("VB")),
    (
        "patterns.modifiers",
        "patterns of adjectives and adverbs",
        lambda s: s[:2] in {"JJ", "RB"},
    ),
    ("patterns.noun_phrases", "noun-phrase patterns", lambda s: s.startswith("NN")),
    ("patterns.function_words", "runs of function words", lambda _: True),
)
# Identifier and label, in the order of the numbers in `Groups.of_run`.
NAMES: Final = tuple((name, label) for name, label, _ in _GROUPS)


@dataclass(frozen=True, eq=False)
class Groups:
    """What a reader is told of each run of a vocabulary.

    Attributes
    ----------
    of_run : numpy.ndarray of int, shape (n_ngrams,)
        Number of the group in `NAMES`, by the most telling symbol of the run.
    telling : numpy.ndarray of bool, shape (n_ngrams,)
        Whether the words behind it tell a reader something: a bare tag does not.
    """

    of_run: npt.NDArray[np.int64]
    telling: npt.NDArray[np.bool_]


def groups_of(vocabulary: Sequence[str]) -> Groups:
    """Sort the runs of a vocabulary into groups."""
    flat = " ".join(vocabulary).split(" ")
    number: dict[str, int] = {}
    ids = np.array([number.setdefault(symbol, len(number)) for symbol in flat])
    first_of_symbol = np.array(
        [next(i for i, (_, _, has) in enumerate(_GROUPS) if has(symbol)) for symbol in number]
    )
    sizes = np.array([gram.count(" ") + 1 for gram in vocabulary])
    starts = np.cumsum(sizes) - sizes
    of_run = np.minimum.reduceat(first_of_symbol[ids], starts)
    is_start = ids == number.get(ngrams.START, -1)
    n_shown = sizes - np.add.reduceat(is_start.astype(np.int64), starts)
    return Groups(of_run, (n_shown > 1) | (of_run == 0))
