"""Runs are sorted into the groups a reader is told of."""

from __future__ import annotations

import pytest

from slopscan.features import ngrams
from slopscan.model.groups import NAMES, groups_of

WORD, START = ngrams.WORDS.mark, ngrams.START


@pytest.mark.parametrize(
    ("run", "group", "telling"),
    [
        (f"{WORD}tapestry", "words.choice", True),
        (f"{WORD}rich {WORD}tapestry", "words.choice", True),
        ("~nsubj> root<", "patterns.relations", True),
        ("~nsubj>", "patterns.relations", False),
        (", VBG the", "patterns.punctuation", True),
        ("she had VBN", "patterns.pronouns", True),
        ("had VBN", "patterns.auxiliaries", True),
        ("VBG NNS", "patterns.verbs", True),
        ("JJ NN", "patterns.modifiers", True),
        ("of NN", "patterns.noun_phrases", True),
        ("in the", "patterns.function_words", True),
        ("NN", "patterns.noun_phrases", False),
        (f"{START} NN", "patterns.noun_phrases", False),
        (f"{START} in the", "patterns.function_words", True),
    ],
)
def test_a_run_belongs_to_its_most_telling_symbol(run: str, group: str, telling: bool) -> None:
    # With neighbours on both sides, since all runs are sorted at once.
    found = groups_of(["of the NN NN", run, "CD , CD"])
    assert NAMES[found.of_run[1]][0] == group
    assert found.telling[1] == telling
