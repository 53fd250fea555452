"""What the pipeline makes of sentences that rules depend on."""

import time
from typing import Any

import pytest

Found = dict[str, tuple[str, str, str]]


def parsed(nlp: Any, text: str) -> Found:
    """Relation, head and UPOS by word."""
    return {t.text: (t.dep_, t.head.text, t.pos_) for t in nlp(text)}


@pytest.mark.parametrize(
    ("text", "word", "relation", "head"),
    [
        ("The ground was cold and giving.", "giving", "conj", "cold"),
        ("The ground was cold and giving.", "ground", "nsubj", "cold"),
        ("The branch was giving way.", "giving", "ROOT", "giving"),
        ("The branch was giving way.", "was", "aux", "giving"),
        ("She closed the door, letting the cold in.", "letting", "advcl", "closed"),
        ("He sat by the window, his hands folded.", "sat", "ROOT", "sat"),
        ("The letter that she wrote was never sent.", "wrote", "acl:relcl", "letter"),
        ("The house built by her father still stands.", "built", "acl", "house"),
        ("When the rain stopped, they walked home.", "stopped", "advcl", "walked"),
        ("The old man carried a heavy bag.", "old", "amod", "man"),
        ("The old man carried a heavy bag.", "bag", "obj", "carried"),
        ("Maria's brother is a doctor.", "Maria", "nmod:poss", "brother"),
        ("The window was broken by the storm.", "window", "nsubj:pass", "broken"),
        ("I know that you are right.", "right", "ccomp", "know"),
        ("She wanted to leave early.", "leave", "xcomp", "wanted"),
        ("He bought bread, cheese and wine.", "wine", "conj", "bread"),
        ("It was not anger but grief.", "grief", "conj", "anger"),
        ("There was silence in the hall.", "There", "expl", "was"),
    ],
)
def test_relation(nlp: Any, text: str, word: str, relation: str, head: str) -> None:
    assert parsed(nlp, text)[word][:2] == (relation, head)


@pytest.mark.parametrize(
    ("text", "word", "pos"),
    [
        ("She did not answer.", "not", "PART"),
        ("The light was soft.", "soft", "ADJ"),
        ("They light the lamps at dusk.", "light", "VERB"),
        ("Elara whispered his name.", "Elara", "PROPN"),
        ("He ran quickly and quietly.", "quietly", "ADV"),
    ],
)
def test_part_of_speech(nlp: Any, text: str, word: str, pos: str) -> None:
    assert parsed(nlp, text)[word][2] == pos


@pytest.mark.parametrize(
    ("text", "word", "lemma"),
    [
        ("She wiped her hands.", "wiped", "wipe"),
        ("She wiped her hands.", "hands", "hand"),
        ("They were hoping for rain.", "hoping", "hope"),
        ("They were hopping over puddles.", "hopping", "hop"),
        ("The wolves fled.", "wolves", "wolf"),
        ("The wolves fled.", "fled", "flee"),
        ("The leaves clung to the glass.", "clung", "cling"),
        ("His memories faded.", "memories", "memory"),
        ("Elara's mother left.", "Elara", "Elara"),
        ("It isn\u2019t here.", "n\u2019t", "not"),
        ("The nights grew quieter.", "quieter", "quiet"),
    ],
)
def test_lemma(nlp: Any, text: str, word: str, lemma: str) -> None:
    assert {token.text: token.lemma_ for token in nlp(text)}[word] == lemma


@pytest.mark.parametrize(
    ("straight", "curly"),
    [
        ('"I don\'t know," she said.', "\u201cI don\u2019t know,\u201d she said."),
        ("Elara's hands weren't cold.", "Elara\u2019s hands weren\u2019t cold."),
        ("He waited... and waited.", "He waited\u2026 and waited."),
        ("The truth--all of it--hurt.", "The truth\u2014all of it\u2014hurt."),
    ],
)
def test_typography_changes_no_tag_and_no_tree(nlp: Any, straight: str, curly: str) -> None:
    a, b = nlp(straight), nlp(curly)
    assert [(t.tag_, t.pos_, t.dep_, t.head.i) for t in a] == [
        (t.tag_, t.pos_, t.dep_, t.head.i) for t in b
    ]


def test_sentences_end_where_they_should(nlp: Any) -> None:
    text = (
        "Mr. Hale paid $5.50. \u201cIs that all?\u201d he asked. She nodded.\n\n"
        "The next day it rained"
    )
    found = [sentence.text.strip() for sentence in nlp(text).sents]
    assert found[0] == "Mr. Hale paid $5.50."
    assert found[-2:] == ["She nodded.", "The next day it rained"]


def test_a_blank_line_always_ends_a_sentence(nlp: Any) -> None:
    found = [sentence.text.strip() for sentence in nlp("She left early\n\nNobody spoke").sents]
    assert found == ["She left early", "Nobody spoke"]


def test_relations_are_lower_case_ud(nlp: Any) -> None:
    labels = set(nlp.get_pipe("parser").labels)
    assert {"nsubj", "nsubj:pass", "acl:relcl", "advcl", "obl", "nmod:poss"} <= labels
    assert all(label == label.lower() for label in labels - {"ROOT"})


def test_streaming_and_single_calls_agree(nlp: Any) -> None:
    texts = ["She closed the door.", "", "   ", "He left; nobody spoke."]
    streamed = [[(t.text, t.tag_, t.dep_) for t in doc] for doc in nlp.pipe(texts)]
    assert streamed == [[(t.text, t.tag_, t.dep_) for t in nlp(text)] for text in texts]


def test_every_word_is_annotated(nlp: Any) -> None:
    for token in nlp("A  line\nwith odd \u200b space \u2014 \U0001f600 and 3.5%."):
        assert token.tag_
        assert token.pos_
        assert token.dep_
        assert token.lemma_


def test_hostile_text_is_parsed_in_bounded_time(nlp: Any) -> None:
    """A word of 500,000 letters, and 5,000 quotation marks."""
    started = time.process_time()
    assert len(nlp("a" * 500_000)) == 1
    assert len(nlp('"' * 5_000)) == 5_000
    assert time.process_time() - started < 8
