"""Expressions without a rare string run where a word comes twice, or where a match may begin."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Iterable

import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from slopscan.matchers.base import Echo, Need
from slopscan.matchers.literals import known_of
from slopscan.matchers.needs import need
from slopscan.matchers.prefilter import Prefilter, echoes, needles

_ECHO = r"\b([a-z]{4,})(?:[.;,:]| \u2014) ?(?:and )?\1 \w+"


def no_lists(name: str) -> Iterable[str]:
    raise AssertionError(name)


@pytest.mark.parametrize(
    ("pattern", "least"),
    [
        (_ECHO, 4),
        (f"(?i){_ECHO}", 4),
        (r"\b([a-z]{4,}) ([a-z]{5,}), \2 \1 \w+", 5),
        (r"\b(?P<word>\w{6,}), (?P=word)\b", 6),
        (rf"(?:{_ECHO}|\b(\w{{9,}}) (?=now )\2 )", 4),
        (r"\b([a-z]{4,}) with \1 ", 0),  # a word as long stands between
        (r"\b([a-z]{4,})s, \1 ", 0),  # what comes again is not a whole word
        (r"\b([a-z]{4,}), \1s", 0),
        (r"([a-z]{4,}), \1 ", 0),
        (r"\b([a-z]{4,})\1 ", 0),
        (r"\b([a-z]{4,}) \w \1 ", 0),
        (r"\b([a-z]{4,}), \1", 0),
        (r"\b([a-z]+), \1 ", 0),
        (rf"(?:{_ECHO})?\w", 0),
    ],
)
def test_a_word_that_must_come_twice(pattern: str, least: int) -> None:
    echo = known_of(pattern, no_lists).echo
    assert (echo.least if echo else 0) == least


def test_an_echo_is_looked_for_in_each_text() -> None:
    found = need(f"(?i){_ECHO}", no_lists)
    joints = {
        mark + blank + word
        for mark in (*".;,:", " \u2014")
        for blank in ("", " ")
        for word in ("", "and ")
    }
    assert found == Need(echo=Echo(4, frozenset(joints)))
    chosen = Prefilter(needles([found]))
    texts = ["Trust is Trust.", "They need trust, and TRUST needs time.", "It is so, so it is."]
    assert list(chosen.look(texts).places(0)) == [(1, None)]
    assert list(chosen.look(["A trust.", "Trust."]).places(0)) == []
    assert list(chosen.look(["\u017ft\u0130ll, STILL so"]).places(0)) == [(0, None)]
    assert list(chosen.look(["Need it trust. It trust, so"]).places(0)) == []
    assert echoes([b"one", b"three", b"so", b"three"], 5)
    assert not echoes([b"three", b"other", b"three"], 5)


@pytest.mark.parametrize(
    ("pattern", "lead"),
    [
        (
            r"(?:^|(?<=\. ))(?:(?!Nothing)[A-Z][a-z]{2,}ing\b \w+\. ?){2,8}",
            r"(?:[A-Z])(?=(?:[a-z]){2,}ing\ )",
        ),
        (
            r"[\u2192\u21D2](?= ?\w)|[\U0001D400-\U0001D7FF]{2,40}",
            "[\u2192\u21d2]|[\U0001d400-\U0001d7ff]",
        ),
        (r"(?i)[A-Z][a-z]{2,}ing\b", ""),  # small letters too
        (r"[A-Z][A-Z]{2,}ing\b", ""),  # the same run again and again
        (r"[A-Z][a-z]*ing[a-z]*ed\b", ""),
        (r"[A-Z]\w+ing", ""),  # any capital
        (r"[A-Za-z][a-z]{2,}ing\b", ""),
        (r"(?:[A-Z][a-z]{2,}ing)?\w+ing", ""),
        (r"[^A-Z][a-z]{2,}ing", ""),
        (r"[\u2010-\u2050][a-z]ing", ""),  # a dash is common
        (r"[\u2009\u202F]x", ""),  # a blank, where strings are looked for
        (r"[\u2010\u212A]x", ""),  # and the letter k
        (r"[\W\u2192][a-z]ing", ""),
    ],
)
def test_where_a_match_may_begin(pattern: str, lead: str) -> None:
    assert need(pattern, no_lists).lead == lead


_BITS = [
    "Aing",
    "Being ",
    "Runninging ",
    "XY",
    "[",
    "ing",
    " ",
    "\n",
    "\u2192",
    "\u21d2",
    "Q",
    "a-b",
]
_PIECES = st.sampled_from(
    [
        *("[A-Z]", "[a-z]{1,3}", "[a-z]+", "ing", "X", r"(?:\b|^)", "(?=[A-Z])", r"\u2192", "Q?"),
        *(
            r"[\u2192\u21D2]",
            r"(?:X|\u21D2|Q)Y?",
            "(?:[A-Z]i|B)",
            r"[\[\]A]",
            "[a-]",
            r"(?:Be){1,2}",
        ),
    ]
)


@settings(max_examples=300, deadline=None)
@example(["[A-Z]", "[a-z]{1,3}", "[a-z]+"], 0)
@given(st.lists(_PIECES, min_size=1, max_size=5), st.integers(0, 2**32))
def test_every_match_begins_where_a_lead_says(pieces: list[str], seed: int) -> None:
    expression = regex.compile("".join(pieces))
    chosen = Prefilter(needles([need(expression.pattern, no_lists)]))
    rng = random.Random(seed)
    for _ in range(8):
        texts = ["".join(rng.choices(_BITS, k=8)) for _ in range(3)]
        places = dict(chosen.look(texts).places(0))
        for number, text in enumerate(texts):
            begins = {match.start() for match in expression.finditer(text) if match.group()}
            spans = places.get(number, [])
            assert spans is None or begins <= {start for start, _ in spans}


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32))
def test_no_echo_is_lost(seed: int) -> None:
    rng = random.Random(seed)
    expression = regex.compile(f"(?i){_ECHO}")
    chosen = Prefilter(needles([need(expression.pattern, no_lists)]))
    bits = [
        "trust",
        "Trust",
        "tru\u017ft",
        "s",
        ", ",
        " \u2014 ",
        ". ",
        "and ",
        " needs",
        "_",
        "\u00e9",
    ]
    texts = ["".join(rng.choices(bits, k=9)) for _ in range(60)]
    found = {number for number, _ in chosen.look(texts).places(0)}
    assert {n for n, text in enumerate(texts) if expression.search(text)} <= found


def test_a_word_with_other_letters_is_looked_for_in_each_text() -> None:
    chosen = Prefilter(needles([need(r"\b(\w{4,}); \1 ", no_lists)]))
    texts = ["Not here.", "Caf\u00e9; caf\u00e9 is it.", "Nor there."]
    assert list(chosen.look(texts).places(0)) == [(1, None)]


def test_many_echoes_take_time_in_step_with_the_text() -> None:
    chosen = Prefilter(needles([need(f"(?i){_ECHO}", no_lists)]))
    words = ["".join(letters) for letters in itertools.product("abcdefghijkl", repeat=4)]
    times = []
    for size in (4_000, 16_000):
        texts = [f"{word}, {word} is" for word in words[:size]]
        start = time.process_time()
        assert sum(1 for _ in chosen.look(texts).places(0)) == size
        times.append(time.process_time() - start)
    assert times[1] < 12 * times[0] + 0.1


def test_a_lead_takes_time_in_step_with_the_text() -> None:
    chosen = Prefilter(needles([need(r"[A-Z][a-z]{2,}ing\b.", no_lists)]))
    times = []
    for size in (100_000, 400_000):
        start = time.process_time()
        chosen.look(["A" * size + "Aa" * size + "A" + "a" * size])
        times.append(time.process_time() - start)
    assert times[1] < 20 * times[0] + 0.1


_AFTER_STOP = r"(?:^|(?<=[.!?] ))"


@pytest.mark.parametrize(
    ("pattern", "firsts", "before"),
    [
        (rf"{_AFTER_STOP}(?:Quartz|Zinc) vat", "QZ", {"\n", ". ", "! ", "? "}),
        (r"(?i)(?<=\")(?:quartz|zinc) vat", "", {'"'}),
        (r"(?m)^(?:Quartz|Zinc) vat", "QZ", set()),
        (r"(?<=\w)(?:Quartz|Zinc) vat", "QZ", set()),
        (r"(?<=\u00c9)(?:Quartz|[Zz]inc) vat", "QZz", set()),
        (r"(?<!\.)(?:Vat )?(?:Quartz|Zinc) vat", "", set()),
    ],
)
def test_what_a_match_begins_with_and_what_stands_before_it(
    pattern: str, firsts: str, before: set[str]
) -> None:
    found = need(pattern, no_lists)
    assert found.starts
    assert (found.firsts, found.before) == (firsts, before)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Zinc vat. Zinc vat, Zinc vat", [(0, 0), (10, 10)]),
        ("zinc vat. zinc vat. Quartz vat", [(20, 20)]),
        ("A zinc vat", None),
    ],
)
def test_an_expression_is_tried_where_it_may_begin(
    text: str, places: list[tuple[int, int]] | None
) -> None:
    chosen = Prefilter(needles([need(rf"{_AFTER_STOP}(?:Quartz|Zinc) vat", no_lists)]))
    assert list(chosen.look([text]).places(0)) == ([(0, places)] if places else [])


def test_many_strings_are_asked_for_by_what_they_begin_with() -> None:
    found = need(r"\bquartz \w+, (?:soft|hard|bright)(?:ness|ish|ly|er)\b", no_lists)
    assert found.sets[1] == {", soft", ", hard", ", brig"}
