"""Runs found by number are the runs found by name."""

from __future__ import annotations

import random

import numpy as np
import pytest

from slopscan.features import ngrams
from slopscan.features.view import SentenceView, make_sentence
from slopscan.model.artefact import load_model
from slopscan.model.grams import GramIndex

_WORDS = (
    ("the", "DT"),
    ("keeper", "NN"),
    ("Anna", "NNP"),
    ("was", "VBD"),
    ("42", "CD"),
    (",", ","),
    ('"', "``"),
    ("\u2014", ":"),
    ("na\u00efve", "JJ"),
    (".", "."),
    ("^", "SYM"),
    ("=", "SYM"),
)


def _sentences(seed: int) -> list[SentenceView]:
    draw = random.Random(seed)
    found = []
    for _ in range(draw.randint(0, 6)):
        pairs = [draw.choice(_WORDS) for _ in range(draw.randint(0, 12))]
        deps = [draw.choice(("nsubj", "root", "punct", "obl")) for _ in pairs]
        heads = [draw.randint(-1, len(pairs) - 1) for _ in pairs]
        words, tags = [word for word, _ in pairs], [tag for _, tag in pairs]
        parsed = draw.random() < 0.9
        found.append(make_sentence(words, tags, deps * parsed, heads * parsed))
    return found


@pytest.mark.parametrize("seed", range(60))
def test_numbers_find_what_names_find(seed: int) -> None:
    sentences = _sentences(seed)
    every = [gram for sentence in sentences for gram, _, _ in ngrams.ngrams(sentence)]
    draw = random.Random(seed)
    some = {gram for gram in every if draw.random() < 0.5}
    vocabulary = sorted({*some, "of NN VBD IN", "=keeper", "=not here", "NN", "^", "~nsubj<"})
    draw.shuffle(vocabulary)
    _same(sentences, vocabulary)


def test_shipped_vocabulary_and_odd_ones() -> None:
    sentences = [sentence for seed in range(20) for sentence in _sentences(seed)]
    _same(sentences, load_model().vocabulary)
    _same(sentences, ["=the keeper"])
    _same(sentences, ["DT NN"])
    _same(sentences, [])
    _same([], ["the NN"])


def _same(sentences: list[SentenceView], vocabulary: list[str] | tuple[str, ...]) -> None:
    found = GramIndex(vocabulary).find(sentences)
    rows = [ngrams.known_of_all(sentence, set(vocabulary)) for sentence in sentences]
    named = zip(
        found.sentences.tolist(),
        [vocabulary[column] for column in found.columns],
        found.firsts.tolist(),
        found.lasts.tolist(),
        strict=True,
    )
    assert list(named) == [(i, *run) for i, (row, _) in enumerate(rows) for run in row]
    assert found.n_runs == sum(n for _, n in rows)
    assert np.all(np.diff(found.sentences) >= 0)


def test_more_symbols_than_fit_a_number_are_refused() -> None:
    with pytest.raises(ValueError, match="too many symbols"):
        GramIndex([f"w{number}" for number in range(60_000)])
