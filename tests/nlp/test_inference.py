"""Tests of parsing many texts at once."""

from typing import Any

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc

from slopscan.nlp import embedding
from slopscan.nlp.columns import columns_of
from slopscan.nlp.inference import parsed, read

TEXTS = [
    "The lamp in the hall had been out since March, and nobody had thought to change it.",
    "",
    " ",
    "Who?",
    '"I don\'t know," she said. "Ask him -- he was there."\n\nThe next morning it rained.',
    "Stop.",
    "Results were mixed: three of the sites, all in the north, reported losses of 4.5%, but the "
    "fourth, which had been closed for repairs, did not report at all; its manager, Ms. Ortiz, "
    "said that the forms had never come. " * 6,
    "A  line\nwith odd \u200b space \u2014 \U0001f600 and so on.",
    *(
        f"Number {n} is {'very ' * n}long and it keeps {'growing and ' * n}growing."
        for n in range(9)
    ),
]


def _rows(doc: Any) -> list[tuple[Any, ...]]:
    return [
        (t.text, t.tag_, t.pos_, str(t.morph), t.lemma_, t.dep_, t.head.i, t.is_sent_start)
        for t in doc
    ]


@pytest.mark.parametrize("size", [1, 3, len(TEXTS)])
def test_annotates_as_the_components_do(nlp: Any, size: int) -> None:
    expected = [_rows(doc) for doc in nlp.pipe(TEXTS)]
    batches = [TEXTS[i : i + size] for i in range(0, len(TEXTS), size)]
    found = [doc for batch in batches for doc in parsed(nlp, batch)]
    assert [doc.text for doc in found] == TEXTS
    assert [_rows(doc) for doc in found] == expected


@pytest.mark.parametrize("size", [1, len(TEXTS)])
def test_reads_the_same_parses_without_the_documents(nlp: Any, size: int) -> None:
    expected = [columns_of(doc) for doc in nlp.pipe(TEXTS)]
    batches = [TEXTS[i : i + size] for i in range(0, len(TEXTS), size)]
    assert [columns for batch in batches for columns in read(nlp, batch)] == expected
    assert read(spacy.blank("en"), ["No parse."])[0].words == ["No", "parse", "."]


def test_texts_share_a_batch_in_groups(nlp: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = [_rows(doc) for doc in parsed(nlp, TEXTS)]
    monkeypatch.setattr("slopscan.nlp.transitions._GROUP_WORDS", 40)
    monkeypatch.setattr("slopscan.nlp.transitions._MIN_GROUP", 2)
    monkeypatch.setattr("slopscan.nlp.convolution._WINDOW", 16)
    monkeypatch.setattr("slopscan.nlp.convolution._KEPT_FORMS", 20)
    assert [_rows(doc) for doc in parsed(nlp, TEXTS)] == expected


def test_forms_are_forgotten_when_there_are_many(nlp: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = read(nlp, TEXTS)
    monkeypatch.setattr("slopscan.nlp.inference.MAX_KEPT", 30)
    monkeypatch.setattr("slopscan.nlp.convolution._KEPT_FORMS", 20)
    for size in (4, 7):
        batches = [TEXTS[i : i + size] for i in range(0, len(TEXTS), size)]
        assert [columns for batch in batches for columns in read(nlp, batch)] == expected


def test_words_and_sentence_starts_that_are_given_are_kept(nlp: Any) -> None:
    words = ["Wait", "here", "I", "will", "come", "back"]
    doc = Doc(nlp.vocab, words=words, sent_starts=[True, None, True, None, None, None])
    (found,) = parsed(nlp, [doc])
    assert found is doc
    assert [sentence.text for sentence in found.sents] == ["Wait here", "I will come back"]


def test_another_pipeline_is_asked_itself() -> None:
    (doc,) = parsed(spacy.blank("en"), ["No parse here."])
    assert [token.text for token in doc] == ["No", "parse", "here", "."]


def test_static_vectors_are_those_of_spacy(nlp: Any) -> None:
    table = nlp.get_pipe("tok2vec").model.layers[0].attrs["table"]
    words = ["singing", "sing", "", "s", "\u00fcber", "ringing", "sing", "a-b_c'd0", "x" * 14]
    words += ["".join(chr(97 + n * n % 26) for n in range(length)) for length in range(1, 30)]
    for chosen in (words, [""], words * 3):
        assert np.array_equal(table._static(chosen), table.vectors.get_batch(chosen))


def test_words_that_name_symbols_of_spacy_are_told_apart(nlp: Any) -> None:
    strings = nlp.vocab.strings
    assert strings["neg"] == strings["meta"] + 1  # whatever is added to a number, none is another
    embed = nlp.get_pipe("tok2vec").model.layers[0]
    alone = embed.predict([Doc(nlp.vocab, words=["neg"], spaces=[False])])[0]
    embedding.forget_forms(embed)
    both = embed.predict([Doc(nlp.vocab, words=["meta", "neg"], spaces=[True, False])])[0]
    assert np.allclose(both[1], alone[0], atol=1e-5)
    assert not np.allclose(both[0], alone[0], atol=0.1)
    assert np.allclose(embedding.embedded(embed, ["neg"], [False]), alone, atol=1e-5)
