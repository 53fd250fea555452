"""Dense features: what they count, and when they are undefined."""

from __future__ import annotations

import random
from array import array

import pytest

from slopscan.features import families
from slopscan.features.schema import Feature, FeatureSchema
from slopscan.features.view import (
    SentenceView,
    chunks,
    count_words,
    is_framing,
    make_sentence,
    sentences_in,
)
from slopscan.nlp.columns import Columns

_PLAIN = [
    ("We", "PRP", "nsubj", 3),
    ("did", "VBD", "aux", 3),
    ("n't", "RB", "advmod", 3),
    ("stop", "VB", "ROOT", -1),
    (",", ",", "punct", 5),
    ("leaving", "VBG", "advcl", 3),
    ("pots", "NNS", "obj", 5),
    (",", ",", "punct", 8),
    ("pans", "NNS", "conj", 6),
    ("and", "CC", "cc", 10),
    ("old", "JJ", "amod", 11),
    ("tins", "NNS", "conj", 6),
    (".", ".", "punct", 3),
]


def _sentence(rows: list[tuple[str, str, str, int]]) -> SentenceView:
    return make_sentence(*zip(*rows, strict=True))


@pytest.fixture(scope="module")
def measured() -> dict[str, float]:
    return families.measure([_sentence(_PLAIN)] * 5)


def test_counts_words_without_clitics_and_marks() -> None:
    assert _sentence(_PLAIN).n_words == 9
    assert count_words("a well-known fact -- isn't it?") == 5


@pytest.mark.parametrize(
    ("name", "per_sentence"),
    [
        ("lexical.contractions", 1),
        ("lexical.first_plural", 1),
        ("lexical.negations", 1),
        ("lexical.nouns", 3),
        ("lexical.adjectives", 1),
        ("syntax.participial_codas", 1),
        ("syntax.coordinations", 1),
        ("punctuation.commas", 2),
    ],
)
def test_rates_are_per_1k_words(measured: dict[str, float], name: str, per_sentence: int) -> None:
    assert measured[name] == pytest.approx(1000 * per_sentence / 9)


def test_counts_coordinations_of_three(measured: dict[str, float]) -> None:
    assert measured["syntax.triples"] == 1.0


def test_equal_sentences_do_not_vary(measured: dict[str, float]) -> None:
    assert measured["rhythm.sentence_length_cv"] == 0.0
    assert measured["rhythm.sentence_length_mean"] == 9.0


def test_few_sentences_leave_variation_undefined() -> None:
    found = families.measure([_sentence(_PLAIN)] * 4)
    assert "rhythm.sentence_length_cv" not in found
    assert "lexical.mattr" not in found


def test_no_words_define_nothing() -> None:
    assert families.measure([]) == {}


def test_every_measure_is_declared(measured: dict[str, float]) -> None:
    long = families.measure([_sentence(_PLAIN)] * 45)
    assert set(long) == set(families.SCHEMA.names)


def test_without_a_parse_only_string_features_are_defined() -> None:
    words = [row[0] for row in _PLAIN]
    found = families.measure([make_sentence(words)] * 6)
    assert "syntax.passives" not in found
    assert "lexical.nouns" not in found
    assert found["lexical.first_plural"] > 0


def test_schema_digest_follows_units_not_labels() -> None:
    one = Feature("a.b", "label", "words", (0, 1))
    other_label = Feature("a.b", "other", "words", (0, 1))
    other_unit = Feature("a.b", "label", "share", (0, 1))
    assert FeatureSchema((one,)).digest == FeatureSchema((other_label,)).digest
    assert FeatureSchema((one,)).digest != FeatureSchema((other_unit,)).digest


def test_schema_refuses_a_name_used_twice() -> None:
    one = Feature("a.b", "label", "words", (0, 1))
    with pytest.raises(ValueError, match="share a name"):
        FeatureSchema((one, one))


@pytest.mark.parametrize(
    "text",
    [
        "Sure, here is a short story about a fox:",
        "Word count: 141",
        "Title: The Fox",
        "(250 words)",
    ],
)
def test_framing_is_left_out(text: str) -> None:
    assert is_framing(text)


@pytest.mark.parametrize(
    "text",
    [
        "Sure enough, the fox came back that night, and this time it brought its whole family, who "
        "sat down on the lawn as if they had paid for it and would not be moved by shouting, or by "
        "water, or by the dog, which hid.",
        "Title deeds are kept at the bank.",
        "Here is where we turned back.",
    ],
)
def test_prose_is_not_framing(text: str) -> None:
    assert not is_framing(text)


def test_chunks_keep_every_sentence_and_are_alike() -> None:
    sentences = [_sentence(_PLAIN)] * 100
    found = chunks(sentences, 300)
    assert [len(chunk) for chunk in found] == [34, 33, 33] or sum(map(len, found)) == 100
    assert len(found) == 3


def test_variety_of_words_is_the_mean_over_all_runs() -> None:
    draw = random.Random(7)
    words = [draw.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(180)]
    runs = [words[i : i + 50] for i in range(len(words) - 49)]
    expected = sum(len(set(run)) for run in runs) / (50 * len(runs))
    found = families.measure([make_sentence(words)])["lexical.mattr"]
    assert found == pytest.approx(expected)


@pytest.mark.parametrize(
    ("heads", "depth"),
    [((-1,), 0), ((-1, -1), 0), ((1, -1), 1), ((1, 2, 3, -1), 3), ((2, 0, -1, 2), 2)],
)
def test_depth_counts_the_steps_to_the_root(heads: tuple[int, ...], depth: int) -> None:
    n = len(heads)
    sentence = make_sentence(["word"] * n, ["NN"] * n, ["dep"] * n, heads)
    assert families.measure([sentence])["syntax.tree_depth"] == depth
    chain = make_sentence(["word"] * 90, ["NN"] * 90, ["dep"] * 90, range(-1, 89))
    assert families.measure([chain])["syntax.tree_depth"] == 60


def test_white_space_is_no_word_of_a_sentence() -> None:
    columns = Columns(
        words=["The", "  ", "end", "."],
        lower=["the", "  ", "end", "."],
        lemmas=["the", "  ", "end", "."],
        spelled_lemmas=["the", "  ", "end", "."],
        pos=["DET", "SPACE", "NOUN", "PUNCT"],
        morphs=["", "", "", ""],
        heads=array("i", [2, 0, 2, 2]),
        starts=array("i", [0, 4, 6, 9]),
        sentences=[(0, 4)],
        tags=["DT", "_SP", "NN", "."],
        deps=["det", "dep", "ROOT", "punct"],
    )
    (found,) = sentences_in(columns, 10)
    assert found.words == ("The", "end", ".")
    assert found.heads == (1, -1, 1)
    assert (found.start, found.end) == (10, 20)
