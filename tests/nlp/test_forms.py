"""Words by number are those of the tokenizer, whatever was seen before."""

import random

import pytest

from slopscan.nlp import forms as module
from slopscan.nlp.forms import Forms, Lemmas
from slopscan.nlp.lemmatizer import LemmaTables, lemma_of
from slopscan.nlp.tokenizer import split_text

_PIECES = (
    *("no.", "No.", "pp.", "p.", "5", "J.", "A.", "Smith", "U.S.", "e.g.", "etc.", "1990s", "'90s"),
    *("word.", "approx.", "MRS.", "Messrs.", "so?", "dont.", "thats!", "note:", "mailto:"),
    *("dont", "don't", "cannot", "im", "thats", "you're", "is", "nt", "'s", "\u2019s", "o'clock"),
    *(" ", " ", " ", "  ", "\n", "\t", "\u00a0", "\u200b", '"', "(", ")", ",", ".", "...", "--"),
    *("http://a.org/b", "x@y.org", "non-", "well-known", ":)", ":", "/", "#a", "_a_", "\u4e2d"),
)


def _cut(forms: Forms, text: str) -> list[tuple[str, bool]]:
    return [(forms.words[number], forms.blanks[number]) for number in forms.cut(text)]


def test_stretches_seen_before_are_cut_as_the_text_is() -> None:
    forms, rng = Forms(), random.Random(7)
    for _ in range(4000):
        text = "".join(rng.choice(_PIECES) for _ in range(rng.randrange(1, 12)))
        assert _cut(forms, text) == list(split_text(text))


@pytest.mark.parametrize(
    ("first", "second"),
    [("No. 5", "No. No."), ("pp. 3", "pp. x"), ("A. Smith", "A. smith"), ("a\tb", "a b")],
)
def test_what_follows_a_stretch_decides_anew(first: str, second: str) -> None:
    forms = Forms()
    for text in (first, second, first):
        assert _cut(forms, text) == list(split_text(text))


def test_few_stretches_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_KEPT", 10)
    forms = Forms()
    for start in range(0, 60, 6):
        forms.cut(" ".join(f"w{n}" for n in range(start, start + 6)))
        assert len(forms._stretches) <= 10 + 6
    forms.cut("x" * 1000)
    assert "x" * 1000 not in forms._stretches


def test_lemmas_are_those_of_the_tables() -> None:
    tables = LemmaTables({"VBD": {"went": "go"}}, {"NNS": {"s": (1, "")}, "VBD": {"ed": (2, "")}})
    tags = ["VBD", "NNS", "NNP"]
    forms = Forms()
    lemmas = Lemmas(forms, tags, tables)
    import numpy as np

    for words in (["went", "Cats", "Went"], ["Paris", "walked", "cats"]):
        numbers = np.array(forms.numbers(words, [True] * 3))
        for chosen in ([0, 1, 2], [2, 0, 1]):
            spelled, lower = lemmas.of(numbers, np.array(chosen))
            pairs = zip(words, chosen, strict=True)
            assert spelled == [lemma_of(word, tags[tag], tables) for word, tag in pairs]
            assert lower == [lemma.lower() for lemma in spelled]
    forms.forget()
    lemmas.forget()
    assert len(forms) == 0
    spelled, _ = lemmas.of(np.array(forms.numbers(["dogs"], [False])), np.array([1]))
    assert spelled == ["dog"]
