"""Counting in bounded memory loses nothing that stands often enough."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from slopscan.mining.counting import LossyCounter, evenness
from slopscan.mining.patterns import is_candidate, is_slot, pair_of, pairs
from slopscan.mining.rank import known_to, readable
from slopscan.mining.spool import Side
from slopscan.mining.texts import Piece, Text


def test_frequent_keys_survive_pruning() -> None:
    rng = random.Random(3)
    counter, exact = LossyCounter(max_keys=200), Counter[str]()
    for _ in range(2000):
        keys = {f"k{int(rng.paretovariate(0.6))}" for _ in range(5)}
        counter.add(keys)
        exact.update(keys)
    assert counter.prunings > 0
    kept = counter.at_least(60)
    wanted = {key for key, n in exact.items() if n >= 60}
    assert wanted <= kept.keys()
    assert all(kept[key] <= exact[key] for key in kept)
    assert len(counter.at_least(0)) <= 200
    (first,) = counter.at_least(0, most=1)
    assert exact[first] == max(exact.values())


def test_the_spread_of_what_stands_in_one_group() -> None:
    side = Side(texts=100, groups={"prompt": {f"p{i}": 10 for i in range(10)}})
    expected = 10 * (1 - 0.9**10)
    assert evenness({"p1"}, side, "prompt", 10) == pytest.approx(1 / expected)
    assert evenness({f"p{i}" for i in range(10)}, side, "prompt", 40) == 1.0
    assert evenness({"p1"}, Side(groups={"prompt": {"p1": 3}}), "prompt", 3) is None


def test_what_may_be_shown() -> None:
    good = ("P sense of", "O here's the thing :", "T , VERBING the NOUN", "D hum<nsubj<silence")
    assert all(map(is_candidate, good))
    bad = ("P of ,", "P , and", "O the", "T NOUN NOUN NOUN", "T NOUN of", "T the NOUN ,")
    assert not any(map(is_candidate, bad))


def test_a_rule_knows_what_it_hits_more_than_elsewhere() -> None:
    places = [(0, ((10, 20),)), (1, ((0, 5),))]
    hits = {0: {"a": [(15, 30)], "wide": [(0, 100)]}, 1: {"a": [(4, 9)], "wide": [(0, 100)]}}
    assert known_to(places, hits, {"a": 0.1, "wide": 0.9}) == [("a", 1.0)]
    assert known_to(places, {0: {"a": [(20, 30)]}, 1: {}}, {}) == []


def test_a_rule_that_counts_words_does_not_know_what_holds_one() -> None:
    prose = {0: "She felt a surge of it.", 1: "The surge was new."}
    places = [(0, ((4, 19),))]
    hits = {0: {"list": [(11, 16)]}, 1: {"list": [(4, 9)]}}
    assert known_to(places, hits, {}) == [("list", 1.0)]
    assert known_to(places, hits, {}, {"list"}, prose) == []
    # "a surge of" has no other word of content.
    assert known_to([(0, ((9, 19),))], hits, {}, {"list"}, prose) == [("list", 1.0)]
    both = {0: {"list": [(4, 8), (11, 16), (11, 19)]}}
    assert known_to(places, both, {}, {"list"}, prose) == [("list", 1.0)]


def test_words_are_shown_as_prose_has_them() -> None:
    assert readable(["it", "'s", "not", ",", "is", "n't", "it"]) == "it's not, isn't it"


def test_letters_that_have_no_lower_case_are_no_slots() -> None:
    assert not is_slot("𝐀")
    assert is_slot("NOUN")
    assert not is_candidate("T the 𝐀 of")


def test_what_divides_a_key_is_in_no_pair() -> None:
    pieces = [
        Piece("a<b", 0, 3, "NOUN", "a<b", 1, "nsubj"),
        Piece("hums", 4, 8, "VERB", "hum", -1, "ROOT"),
        Piece("wires", 9, 14, "NOUN", "wire", 1, "nsubj"),
    ]
    text = Text(0, "t", "", "", "", "a<b hums wires", [pieces], [pieces], n_words=3)
    keys = [found.key for found in pairs(text)]
    assert keys == ["D wire<nsubj<hum", "D NOUN<nsubj<hum", "D wire<nsubj<VERB"]
    assert pair_of(keys[0]) == ("wire", "nsubj", "hum")
