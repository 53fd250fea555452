"""A pipeline that forgets words parses as before, and does not grow."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import TYPE_CHECKING

from slopscan.nlp import columns
from slopscan.nlp.forgetting import Forgetting
from slopscan.nlp.inference import read

if TYPE_CHECKING:
    from spacy.language import Language

    from slopscan.nlp.columns import Columns

_SYLLABLES = ["ba", "ke", "lo", "mi", "nu", "ra", "se", "to", "vi", "zu"]
_FRAMES = ("The {} had {} two {}s.", "We {}ed it, and {} said that {}ing helps.")


def pipeline() -> Language:
    from slopscan.nlp.load import load_pipeline

    return load_pipeline()


def texts(n: int) -> Iterator[str]:
    """Yield sentences of words that nobody has written before."""
    rng = random.Random(4)
    for index in range(n):
        words = ("".join(rng.choices(_SYLLABLES, k=4)) for _ in range(3))
        yield _FRAMES[index % 2].format(*words)


def in_batches(nlp: Language, forgetting: Forgetting | None) -> list[Columns]:
    given = list(texts(240))
    found: list[Columns] = []
    for start in range(0, len(given), 20):
        if forgetting is not None:
            forgetting.between_texts()
            # These would hide what the vocabulary has lost.
            columns._STRINGS.clear()
            columns._LOWERED.clear()
        found += read(nlp, given[start : start + 20])
    return found


def test_words_are_dropped_and_parses_stay_as_they_were() -> None:
    nlp, fresh = pipeline(), pipeline()
    expected = in_batches(nlp, None)
    before = len(fresh.vocab.strings)
    found = in_batches(fresh, Forgetting(fresh, max_new=150))
    assert found == expected
    # Those kept, those since the last time, and one batch more.
    assert len(fresh.vocab.strings) - before < 150 + 150 + 2 * 100
    assert len(nlp.vocab.strings) - before > 600


def test_nothing_is_dropped_below_the_limit() -> None:
    fresh = pipeline()
    forgetting = Forgetting(fresh, max_new=100_000)
    in_batches(fresh, forgetting)
    kept = len(fresh.vocab.strings)
    forgetting.between_texts()
    assert len(fresh.vocab.strings) == kept
