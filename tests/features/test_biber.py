"""Biber's features on sentences of our own, through the shipped parser."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from slopscan.document import Source
from slopscan.features import biber, families
from slopscan.features.measures import measure
from slopscan.features.view import make_sentence, sentences_of
from slopscan.nlp.annotate import annotate
from slopscan.nlp.load import load_pipeline
from slopscan.readers import parse

Count = Callable[[str, str], int]


@pytest.fixture(scope="module")
def count() -> Count:
    nlp = load_pipeline()

    def of(name: str, text: str) -> int:
        sentences = list(sentences_of(nlp(text)))
        n_words = sum(sentence.n_words for sentence in sentences)
        return round(biber.measure(sentences)[f"biber.{name}"] * n_words / 1000)

    return of


def test_a_scan_does_not_count_them_unless_a_rule_asks() -> None:
    text = "The kettle has been moved, and nobody here knows why it was."
    (annotated,) = annotate([parse(Source("t.txt", text))], load_pipeline())
    assert not [name for name in measure(annotated, wanted=()).values if name[:6] == "biber."]
    wanted = measure(annotated, wanted=("biber.agentless_passives",)).values
    assert wanted["biber.agentless_passives"] > 0
    assert set(families.SCHEMA.names).isdisjoint(f.name for f in biber.FEATURES)


def test_there_are_67_and_their_names_are_his() -> None:
    names = [feature.name for feature in biber.FEATURES]
    assert len(names) == len(set(names)) == 67
    assert {"biber.pied_piping_relatives", "biber.pro_verb_do", "biber.downtoners"} <= set(names)


@pytest.mark.parametrize(
    ("name", "text", "n"),
    [
        ("past_tense", "She opened the gate and left.", 2),
        ("perfect_aspect", "They have painted the fence.", 1),
        ("present_tense", "The dog sleeps and the cat watches.", 2),
        ("place_adverbials", "He waited outside.", 1),
        ("time_adverbials", "We eventually found the key.", 1),
        ("first_person_pronouns", "I gave them my coat.", 1 + 1),
        ("second_person_pronouns", "You left your hat.", 2),
        ("pronoun_it", "It was raining when it broke.", 2),
        ("demonstrative_pronouns", "This is wrong.", 1),
        ("demonstratives", "This road is wet.", 1),
        ("indefinite_pronouns", "Somebody took everything.", 2),
        ("direct_wh_questions", "Where did you put the ladder?", 1),
        ("nominalizations", "The movement needs darkness.", 2),
        ("agentless_passives", "The bridge was repaired in May.", 1),
        ("by_passives", "The bridge was repaired by two brothers.", 1),
        ("be_as_main_verb", "The road was wet.", 1),
        ("existential_there", "There was a man in the yard.", 1),
        ("that_verb_complements", "She said that the train was late.", 1),
        ("that_deletion", "She said the train was late.", 1),
        ("infinitives", "He wanted to leave.", 1),
        ("split_infinitives", "He wanted to quietly leave.", 1),
        ("present_participial_clauses", "He sat by the fire, reading the paper.", 1),
        ("past_participial_whiz_deletions", "The letter written in pencil was hers.", 1),
        ("wh_relatives_subject", "The man who repaired the pump has left.", 1),
        ("that_relatives_object", "The pump that he repaired has failed.", 1),
        ("causative_subordinators", "We stayed because the road was wet.", 1),
        ("concessive_subordinators", "We left although the road was wet.", 1),
        ("conditional_subordinators", "If you call, he will come.", 1),
        ("attributive_adjectives", "The old brown dog slept.", 2),
        ("predicative_adjectives", "The dog was old.", 1),
        ("conjuncts", "However, the dog was old.", 1),
        ("amplifiers", "The dog was extremely old.", 1),
        ("downtoners", "The dog was almost blind.", 1),
        ("possibility_modals", "It might rain and we could stay.", 2),
        ("predictive_modals", "He will come and she would stay.", 2),
        ("necessity_modals", "You must go.", 1),
        ("public_verbs", "He admitted it and she denied it.", 2),
        ("private_verbs", "I thought he knew.", 2),
        ("suasive_verbs", "She recommended a dentist.", 1),
        ("seem_appear", "The dog seemed tired.", 1),
        ("contractions", "He didn't say he'd come.", 2),
        ("split_auxiliaries", "She has already left.", 1),
        ("phrasal_coordination", "Bread and butter were on the table.", 1),
        ("clausal_coordination", "The dog slept and the cat watched.", 1),
        ("synthetic_negation", "He had no money.", 1),
        ("analytic_negation", "He did not pay.", 1),
    ],
)
def test_counts(count: Count, name: str, text: str, n: int) -> None:
    assert count(name, text) == n


def test_needs_a_parse_and_400_words_for_the_ratio() -> None:
    assert biber.measure([make_sentence(["No", "parse"])]) == {}
    sentence = make_sentence(["a"] * 200, ["DT"] * 200, ["det"] * 200, [1] * 199 + [-1])
    assert "biber.type_token_ratio" not in biber.measure([sentence])
    assert biber.measure([sentence] * 2)["biber.type_token_ratio"] == pytest.approx(1 / 400)
