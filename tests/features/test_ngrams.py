"""Runs of symbols: the topic is masked, typography has no part."""

from __future__ import annotations

from collections import Counter

from slopscan.features import ngrams
from slopscan.features.view import make_sentence


def _grams(words: str, tags: str) -> set[str]:
    return {gram for gram, _, _ in ngrams.ngrams(make_sentence(words.split(), tags.split()))}


def test_content_words_become_tags() -> None:
    found = _grams("The weathered keeper of Mirrorwick slept .", "DT JJ NN IN NNP VBD .")
    assert "^ the JJ NN" in found
    assert "NN of NNP VBD" in found
    assert not any("keeper" in gram for gram in found if not gram.startswith("="))


def test_names_that_look_like_function_words_are_masked() -> None:
    assert not {"will", "=will"} & _grams("Will slept", "NNP VBD")


def test_quotation_marks_have_no_part() -> None:
    assert _grams('" Go , " she said', "`` VB , '' PRP VBD") == _grams(
        "Go , she said", "VB , PRP VBD"
    )


def test_a_dash_ends_a_run() -> None:
    found = _grams("he slept \u2014 and she left", "PRP VBD : CC PRP VBD")
    assert "VBD and" not in found
    assert found == _grams("he slept -- and she left", "PRP VBD : CC PRP VBD")


def test_runs_name_their_tokens() -> None:
    sentence = make_sentence(["He", "slept"], ["PRP", "VBD"])
    assert ("he VBD", 0, 1) in set(ngrams.ngrams(sentence))


def test_words_are_a_view_of_their_own() -> None:
    found = _grams("The quiet keeper of Mirrorwick slept 3 times .", "DT JJ NN IN NNP VBD CD NNS .")
    assert {"=quiet", "=quiet keeper", "=of NNP", "=slept CD", "=^ the"} <= found
    assert not any("mirrorwick" in gram.lower() for gram in found)


def test_known_runs_are_those_of_the_vocabulary() -> None:
    sentence = make_sentence(
        ["He", "slept", ",", "and", "she", "left", "."],
        ["PRP", "VBD", ",", "CC", "PRP", "VBD", "."],
    )
    everything = ngrams.ngrams(sentence)
    assert ("^ he", -1, 0) in everything
    assert not any(gram in {"^", "=^"} for gram, _, _ in everything)
    vocabulary = {"he VBD", "=left", "^", "VBD , and she", "VBD , and she VBD"}
    assert sorted(ngrams.known(sentence, vocabulary)) == [
        ("=left", 5, 5),
        ("VBD , and she", 1, 4),
        ("he VBD", 0, 1),
    ]


def test_counts_are_those_of_the_runs() -> None:
    words, tags = "He slept -- and she , she slept .", "PRP VBD : CC PRP , PRP VBD ."
    sentence = make_sentence(words.split(), tags.split())
    expected = Counter(gram for gram, _, _ in ngrams.ngrams(sentence) * 2)
    assert ngrams.count([sentence] * 2) == expected
    assert expected["she VBD"] == 2


def test_all_runs_are_counted_whatever_the_vocabulary() -> None:
    sentence = make_sentence(
        ["So", "--", '"', "he", "left", "(", "at", "6", ")", "&", "ran", "."],
        ["RB", ":", "``", "PRP", "VBD", "-LRB-", "IN", "CD", "-RRB-", "CC", "VBD", "."],
    )
    every, n_runs = ngrams.known_of_all(sentence, None)
    assert n_runs == len(every) > 20
    assert ngrams.known_of_all(sentence, {"he"}) == ([("he", 3, 3)], n_runs)
