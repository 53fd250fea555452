"""The filter in front of string rules loses nothing, and knows what it does not understand."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from slopscan.catalogue.load import Catalogue, Selection, load_catalogue, select
from slopscan.catalogue.rule import Rule
from slopscan.document import Source
from slopscan.matchers.engine import Engine
from slopscan.matchers.literals import needed_of_phrases, needed_strings
from slopscan.matchers.normal import NON_ASCII, normalised
from slopscan.matchers.phrase import phrase_regex, phrases_in
from slopscan.matchers.prefilter import Prefilter, needles
from slopscan.nlp.annotate import annotate
from slopscan.readers import parse
from slopscan.scan import is_string_rule

Paths = tuple[Engine, Engine]


def no_lists(name: str) -> Iterable[str]:
    raise AssertionError(name)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def rules(catalogue: Catalogue) -> tuple[Rule, ...]:
    everything = Selection(select=("all", "preview", "dormant", "folklore"), preview=True)
    return tuple(rule for rule in select(catalogue, everything) if is_string_rule(rule))


@pytest.fixture(scope="module")
def examples(rules: tuple[Rule, ...]) -> list[str]:
    return [example.text for rule in rules for example in (*rule.flags, *rule.passes)]


@pytest.fixture(scope="module")
def paths(rules: tuple[Rule, ...], catalogue: Catalogue) -> Paths:
    return Engine(rules, catalogue), Engine(rules, catalogue, filtered=False)


def assert_same(paths: Paths, text: str) -> int:
    (annotated,) = annotate([parse(Source(name="a.md", text=text, media_type="text/markdown"))])
    filtered, whole = (engine.hits(annotated) for engine in paths)
    assert filtered == whole
    return sum(map(len, whole.values()))


def test_every_example_gives_the_same_hits_with_and_without_the_filter(
    paths: Paths, examples: list[str]
) -> None:
    n_hits = 0
    for start in range(0, len(examples), 40):
        n_hits += assert_same(paths, "\n\n".join(examples[start : start + 40]))
    assert n_hits > len(examples) / 2


def _shouted(text: str) -> str:
    return text.upper()


def _spaced(text: str) -> str:
    return text.replace(" ", "  ").replace(", ", ",\n")


def _turkish(text: str) -> str:
    return text.replace("i", "\u0130").replace("k", "\u212a").replace("s", "\u017f")


def _typographic(text: str) -> str:
    return text.replace("'", "\u2019").replace(" - ", "\u2014").replace(" ", "\u00a0", 3)


@pytest.mark.parametrize("change", [_shouted, _spaced, _turkish, _typographic])
def test_case_white_space_and_typography_hide_nothing(
    paths: Paths, examples: list[str], change: Callable[[str], str]
) -> None:
    chosen = random.Random(7).sample(examples, 60)
    assert assert_same(paths, "\n\n".join(map(change, chosen))) > 0


def test_mixed_passages_give_the_same_hits(paths: Paths, examples: list[str]) -> None:
    rng = random.Random(11)
    words = " ".join(examples).split()
    for _ in range(6):
        parts = []
        for _ in range(12):
            at = rng.randrange(len(words) - 40)
            parts.append(" ".join(words[at : at + rng.randrange(3, 40)]))
        assert_same(paths, rng.choice((" ", "\n\n", "\n- ")).join(parts))


@pytest.mark.parametrize(
    ("pattern", "strings"),
    [
        (r"(?i)\bdelve(?:s|d)? into\b", {"delve into", "delves into", "delved into"}),
        (r"(?:a|b)?cd", {"cd", "acd", "bcd"}),
        (r"not +only", {"not only"}),
        (r"\w+ing the \d+", {"ing the "}),
        (r"[\u2014\u2015]{1,3}", {"\u2014", "\u2015"}),
        (r"[\U0001F300-\U0001FAFF]+", {NON_ASCII}),
        (r"(?<=x)(?=y)(?!z)water", {"water"}),
        (r"(?P<one>river)\w+(?P=one)", {"river"}),
        (r"(?>stone|brick)s?+", {"stone", "brick", "stones", "bricks"}),
        (r"(?:ha){2,5}", {"haha"}),
        ("caf\u00e9s", {"caf"}),
    ],
)
def test_the_strings_a_match_must_hold(pattern: str, strings: set[str]) -> None:
    found, *_ = needed_strings(pattern, no_lists)
    for text in strings:
        assert any(need == NON_ASCII or need in normalised(text) for need in found)
    assert all(any(need in text for text in strings) for need in found)


def test_named_lists_are_their_entries() -> None:
    found = needed_strings(
        r"(?i)\ba \L<cloths>\b", lambda name: {"cloths": ["silk", "tweed"]}[name]
    )
    assert found == ({"a silk", "a tweed"},)


@pytest.mark.parametrize(
    "pattern",
    [
        *(r"\w+", r".", r"(?:word)?", r"e", r"(?x) a b", r"(?:foo){e<=1}", r"(?R)abc", r"abc)"),
        *(r"(abc", r"[^a]", r"word|\w", r"\Kword", r"(?(1)a|b)word", r"[[:alpha:]]word", r"a**"),
    ],
)
def test_what_is_not_understood_or_too_common_runs_everywhere(pattern: str) -> None:
    assert needed_strings(pattern, no_lists) == ()


def test_phrases_are_looked_for_in_one_form() -> None:
    assert needed_of_phrases(["A  Testament to"]) == ({"a testament to"},)
    assert needed_of_phrases(["caf\u00e9", "tea"]) == ({"caf", "tea"},)
    assert needed_of_phrases(["\u00e9\u00e8"]) == ()


def test_no_other_letter_stands_for_an_ascii_one_without_case() -> None:
    anything = "".join(chr(code) for code in range(0x80, 0x30000) if not 0xD800 <= code < 0xE000)
    matched = regex.findall("(?i)[a-z]", anything)
    assert all(normalised(char).strip().isascii() for char in matched)
    assert {"\u017f", "\u212a"} <= set(matched)


_PIECES = st.sampled_from(
    [
        *(
            "a",
            "bc",
            "the ",
            r"\s",
            r"\s+",
            " +",
            r"\b",
            r"\w",
            r"\d*",
            "[xy]",
            "[^q]",
            "(?:on|off)",
        ),
        *("(?:up )?", "l{2}", "l{1,3}", "m+", "K", "(?=n)", "\u00e9", "\u2014", "z??", "i"),
        *("(?:ab|(?:cd)+)", "(?P<span>e f)", r"[\u2013\u2014]", "(?:ou){2,}", "[a-p]"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES, min_size=1, max_size=6), st.booleans(), st.integers(0, 2**32))
def test_every_match_of_a_made_pattern_holds_a_needed_string(
    pieces: list[str], ignore_case: bool, seed: int
) -> None:
    pattern = ("(?i)" if ignore_case else "") + "".join(pieces)
    try:
        expression = regex.compile(pattern)
    except regex.error:
        return
    found = needed_strings(pattern, no_lists)
    rng = random.Random(seed)
    bits = ["a", "bc", "the ", " ", "  ", "\t", "\u0130", "x", "on", "off", "up ", "ll", "mm", "K"]
    bits += ["\u212a", "n", "\u00e9", "\u2014", "z", "abcdcd", "e f", "ouou", "d", "7", "THE ", "I"]
    for _ in range(12):
        text = "".join(rng.choices(bits, k=24))
        match = expression.search(text)
        if match and match.group():
            near = normalised(text)
            for strings in found:
                assert any(t in near or (t == NON_ASCII and not text.isascii()) for t in strings)


@pytest.mark.parametrize(
    ("pattern", "sets"),
    [
        (r"\bgiven\w* \w+ (?:planning|training)", [{" planning", " training"}, {"given"}]),
        (r"(?:neither \w+|nought)\d+ valve", [{" valve"}, {"neither ", "nought"}]),
        (r"quartz\w+(?:opt|ion)?\d+ zinc", [{"quartz"}, {" zinc"}]),
        (r"(?:jazz|\w+)\d+zinc", [{"zinc"}]),
    ],
)
def test_a_match_must_hold_a_string_of_each_set(pattern: str, sets: list[set[str]]) -> None:
    assert list(map(set, needed_strings(pattern, no_lists))) == sets


def _searches(sought: Prefilter, *texts: str) -> list[tuple[int, int]]:
    return [(place.text, place.search) for place in sought.places(texts)]


def test_the_filter_names_searches_in_order_and_long_texts_are_read_in_parts() -> None:
    sets = [frozenset({"needle"})], [], [frozenset({NON_ASCII})], [frozenset({"hay"})]
    chosen = Prefilter(needles(sets))
    assert _searches(chosen, "nothing") == [(0, 1)]
    assert _searches(chosen, "\u00e9") == [(0, 1), (0, 2)]
    text = "x" * 65_530 + "NEEDLE" + "x" * 70_000 + "hay"
    assert _searches(chosen, text) == [(0, 0), (0, 1), (0, 3)]
    for shift in range(12):
        found = _searches(chosen, "x" * (65_528 + shift) + "needle" + "y" * 100)
        assert (0, 0) in found


def test_many_texts_are_kept_apart() -> None:
    chosen = Prefilter(
        needles([[frozenset({"red valve"})], [frozenset({"valve"}), frozenset({"oil"})]])
    )
    texts = ["a red", "valve", "a red valve", "", "oil valve oil", "oil", "x" * 70_000, "Red Valve"]
    assert _searches(chosen, *texts) == [(2, 0), (4, 1), (7, 0)]
    places = chosen.places(["a red valve"])
    assert [place.found for place in places] == [{"red valve"}]


def test_a_lone_surrogate_does_not_stop_the_filter() -> None:
    assert _searches(Prefilter(needles([[frozenset({"needle"})]])), "\ud800 needle") == [(0, 0)]


_WORDS = st.sampled_from(["a", "an", "testament", "to", "-", "'s", "an'", "x", "to,", "_", "ab"])


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.lists(_WORDS, min_size=1, max_size=3).map(" ".join), min_size=1, max_size=5),
    st.lists(st.tuples(_WORDS, st.sampled_from(["", " "])), max_size=12),
)
def test_phrases_are_found_as_by_their_expression(
    phrases: list[str], words: list[tuple[str, str]]
) -> None:
    text = "".join(word + blank for word, blank in words)
    found = [match.span() for match in regex.finditer(phrase_regex(phrases), text)]
    there = [phrase for phrase in phrases if phrase in text]
    assert list(phrases_in(text, there)) == found


def test_a_long_text_has_the_form_of_its_parts() -> None:
    words = ["Word", "\u00e9t\u00c9", "two  ", "\t", "\u03a3\u03a3", "a\u00a0b", "\n\n"] * 20_000
    text = " ".join(words)
    assert normalised(text) == f" {' '.join(text.lower().split())} "
    assert normalised("x" * 200_000) == f" {'x' * 200_000} "
