"""The filter in front of string rules loses nothing, and knows what it does not understand."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable

import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from slopscan.catalogue.load import Catalogue, Selection, load_catalogue, select
from slopscan.catalogue.rule import RepetitionMatch, Rule
from slopscan.document import Source
from slopscan.matchers.base import Need
from slopscan.matchers.engine import Engine, prose_hits
from slopscan.matchers.needs import need, need_of_phrases
from slopscan.matchers.normal import FOREIGN, NON_ASCII, TYPOGRAPHIC, Alphabet, Gaps, normalised
from slopscan.matchers.phrase import phrase_regex
from slopscan.matchers.prefilter import Prefilter, needles
from slopscan.matchers.repetition import RepetitionMatcher
from slopscan.nlp.annotate import annotate
from slopscan.readers import parse
from slopscan.scan import is_string_rule

Paths = tuple[Engine, Engine]


_ANYWHERE = float("inf")


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
    reported = paths[0].hits(annotated, reported=True)
    paths[0].look([annotated])
    assert paths[0].hits(annotated, reported=True) == reported
    assert not any(annotated.kept.values())
    assert prose_hits(paths[0].rules, reported) == prose_hits(paths[0].rules, whole)
    assert paths[0].findings(annotated, reported) == paths[0].findings(annotated, whole)
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


def test_separators_of_ascii_are_no_white_space_for_either(paths: Paths) -> None:
    # They are for `str.split` and for the standard library, not for the library of the patterns.
    assert assert_same(paths, "Her words\x1fhung in the air.") > 0
    assert_same(paths, "Her words\x1chung in\x1dthe\x1eair.\x0bHer\x0cwords hung in the air.")


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
        (r"(?i)[\U0001F300-\U0001FAFF]+", {FOREIGN}),
        (r"[\u2010-\u2050]+", {NON_ASCII}),
        (r"(?<=x)(?=y)(?!z)water", {"water"}),
        (r"(?P<one>river)\w+(?P=one)", {"river"}),
        (r"(?>stone|brick)s?+", {"stone", "brick", "stones", "bricks"}),
        (r"(?:ha){2,5}", {"haha"}),
        ("caf\u00e9s", {"caf"}),
    ],
)
def test_the_strings_a_match_must_hold(pattern: str, strings: set[str]) -> None:
    found, *_ = need(pattern, no_lists).sets
    for text in strings:
        assert any(n in (NON_ASCII, FOREIGN) or n in normalised(text) for n in found)
    assert all(any(n in text for text in strings) for n in found)


def test_named_lists_are_their_entries() -> None:
    found = need(r"(?i)\ba \L<cloths>\b", lambda name: {"cloths": ["silk", "tweed"]}[name])
    assert found == Need((frozenset({"a silk", "a tweed"}),), starts=True)


@pytest.mark.parametrize(
    "pattern",
    [
        *(r"\w+", r".", r"(?:word)?", r"e", r"(?x) a b", r"(?:foo){e<=1}", r"(?R)abc", r"abc)"),
        *(r"(abc", r"[^a]", r"word|\w", r"\Kword", r"(?(1)a|b)word", r"[[:alpha:]]word", r"a**"),
    ],
)
def test_what_is_not_understood_or_too_common_runs_everywhere(pattern: str) -> None:
    assert need(pattern, no_lists) == Need()


def test_phrases_are_looked_for_in_one_form() -> None:
    assert need_of_phrases(["A  Testament to"]).sets == ({"a testament to"},)
    assert need_of_phrases(["caf\u00e9", "tea"]).sets == ({"caf", "tea"},)
    assert need_of_phrases(["\u00e9\u00e8"]) == Need()


def test_no_other_letter_stands_for_an_ascii_one_without_case() -> None:
    anything = "".join(chr(code) for code in range(0x80, 0x30000) if not 0xD800 <= code < 0xE000)
    matched = regex.findall("(?i)[a-z]", anything)
    assert all(normalised(char).strip().isascii() for char in matched)
    assert all(Alphabet("").encoded(char).isascii() for char in matched)
    assert {"\u017f", "\u212a"} <= set(matched)


def test_the_form_of_a_text_has_a_byte_for_each_character() -> None:
    alphabet = Alphabet("\u2192")
    everything = "".join(map(chr, range(0x30000)))
    data = alphabet.encoded(everything)
    assert len(data) == len(everything)
    for place, char in enumerate(everything):
        byte = data[place]
        if char.isascii():
            assert chr(byte) == (" " if regex.match(r"\s", char) else char.lower())
        elif char.isspace():
            assert byte == ord(" ")
        else:
            assert bool(alphabet.is_word[byte]) == (char.isalnum() or char == "_")
    assert alphabet.encoded("\u2192") != alphabet.encoded("\u2193")
    assert alphabet.n_foreign(alphabet.encoded(f"a {TYPOGRAPHIC}")) == 0
    assert alphabet.n_foreign(alphabet.encoded("\u2192 a \u2192")) == 2


def test_texts_in_their_form_are_kept_apart() -> None:
    alphabet = Alphabet("")
    assert alphabet.form(["A b", "", "C"]) == (b"a b\n\nc", [0, 4, 5], frozenset(), {})
    form = alphabet.form(["A  b   c d", "c\nd", "\u212a", "e \tf"])
    assert form[:3] == (b"a b c d\nc d\nk\ne f", [0, 8, 12, 14], {0, 2, 3})
    assert form.spaced == {0: b"a  b   c d"}
    assert list(map(Gaps(form.spaced[0]).original, range(7))) == [0, 1, 3, 4, 7, 8, 9]
    assert alphabet.form([]) == (b"", [], frozenset(), {})


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
@example(["K", "\u00e9"], False, 0)
def test_every_match_of_a_made_pattern_holds_a_needed_string(
    pieces: list[str], ignore_case: bool, seed: int
) -> None:
    pattern = ("(?i)" if ignore_case else "") + "".join(pieces)
    try:
        expression = regex.compile(pattern)
    except regex.error:
        return
    found = need(pattern, no_lists)
    rng = random.Random(seed)
    bits = ["a", "bc", "the ", " ", "  ", "\t", "\u0130", "x", "on", "off", "up ", "ll", "mm", "K"]
    bits += ["\u212a", "n", "\u00e9", "\u2014", "z", "abcdcd", "e f", "ouou", "d", "7", "THE ", "I"]
    bits += ["\u4e00", "\u2026"]
    chosen = Prefilter(needles([found]))
    for _ in range(12):
        text = "".join(rng.choices(bits, k=24))
        matches = [match for match in expression.finditer(text) if match.group()]
        look = chosen.look([text])
        assert len(matches) <= look.most(0)
        for _, spans in look.places(0) if matches else ():
            begins = [start for start, _ in spans or ()]
            assert spans is None or {match.start() for match in matches} <= set(begins)
            break
        else:
            assert not matches


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
    found = need(pattern, no_lists).sets
    assert sorted(map(sorted, found)) == sorted(map(sorted, sets))


@pytest.mark.parametrize(
    ("pattern", "head"),
    [
        (r"(?:^|(?<=[.!?] ))Quartz \w+ing", {"quartz "}),
        (r"(?:big )?zinc\w+", {"big zinc", "zinc"}),
        (r"(?P<span>zinc|quartz)(?:,| and) \d+", None),
        (r"\s?zinc\d", {" zinc", "zinc"}),
        (r"(?:zinc \w+|quartz \d+)!", {"zinc ", "quartz "}),
        (r"(?:zinc){2,}\w", {"zinc"}),
    ],
)
def test_strings_that_begin_a_match_are_preferred(pattern: str, head: set[str] | None) -> None:
    found = need(pattern, no_lists)
    assert found.starts
    assert head is None or found.sets[0] == head


@pytest.mark.parametrize("pattern", [r"\w+ zinc", r"(?:zinc)?\d quartz", r"the \w+ly zinc"])
def test_a_match_that_begins_anyhow_is_looked_for_in_the_whole_text(pattern: str) -> None:
    assert not need(pattern, no_lists).starts


def test_what_stands_around_a_match_must_be_in_the_text() -> None:
    assert need(r"(?<=\")zinc(?= valve)", no_lists).sets == ({"zinc"}, {" valve"}, {'"'})
    assert need(r"(?<!\")zinc(?! valve)", no_lists).sets == ({"zinc"},)


def _searches(sought: Prefilter, *texts: str) -> list[tuple[int, int]]:
    look = sought.look(texts)
    return sorted((text, search) for search in look.searches for text, _ in look.places(search))


def _needs(*sets: Iterable[str]) -> Need:
    return Need(tuple(map(frozenset, sets)))


def test_the_filter_names_texts_and_long_ones_are_read_in_parts() -> None:
    needs = [_needs(["needle"]), Need(), _needs([NON_ASCII]), _needs(["hay"]), _needs([FOREIGN])]
    chosen = Prefilter(needles(needs))
    assert _searches(chosen, "nothing") == [(0, 1)]
    assert _searches(chosen, "\u00e9", "a") == [(0, 1), (0, 2), (1, 1)]
    assert _searches(chosen, "a", "\u4e00") == [(0, 1), (1, 1), (1, 2), (1, 4)]
    text = "x" * 65_530 + "NEEDLE" + "x" * 70_000 + "hay"
    assert _searches(chosen, text) == [(0, 0), (0, 1), (0, 3)]
    for shift in range(12):
        look = chosen.look(["x" * (65_528 + shift) + "needle" + "y" * 100])
        assert look.most(0) == 1
        assert look.most(1) == _ANYWHERE


def test_many_texts_are_kept_apart() -> None:
    chosen = Prefilter(needles([_needs(["red valve"]), _needs(["valve"], ["oil"])]))
    texts = ["a red", "valve", "a red valve", "", "oil valve oil", "oil", "x" * 70_000, "Red Valve"]
    assert _searches(chosen, *texts) == [(2, 0), (4, 1), (7, 0)]


def test_a_lone_surrogate_does_not_stop_the_filter() -> None:
    assert _searches(Prefilter(needles([_needs(["needle"])])), "\ud800 needle") == [(0, 0)]


def test_a_search_runs_where_its_matches_begin() -> None:
    chosen = Prefilter(needles([Need((frozenset({"zinc", "quartz"}),), starts=True)]))
    assert list(chosen.look(["zinc, Quartz", "tin", "a zinc"]).places(0)) == [
        (0, [(0, 0), (6, 6)]),
        (2, [(2, 2)]),
    ]
    assert list(chosen.look(["a  zinc", "zinc"]).places(0)) == [(0, None), (1, [(0, 0)])]


_WORDS = st.sampled_from(
    [
        "a",
        "an",
        "testament",
        "to",
        "-",
        "'s",
        "an'",
        "x",
        "to,",
        "_",
        "ab",
        "A",
        "\u00e9",
        "\u2019s",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.lists(_WORDS, min_size=1, max_size=3).map(" ".join), min_size=1, max_size=5),
    st.lists(st.tuples(_WORDS, st.sampled_from(["", " ", "   "])), max_size=12),
)
def test_phrases_are_found_as_by_their_expression(
    phrases: list[str], words: list[tuple[str, str]]
) -> None:
    phrases = [phrase for phrase in phrases if phrase.isascii()] or ["a"]
    texts = ["".join(word + blank for word, blank in words), "an x", "to"]
    chosen = Prefilter(needles([need_of_phrases(phrases, plain=True)]))
    found = dict(chosen.look(texts).places(0))
    for number, text in enumerate(texts):
        matches = regex.finditer(phrase_regex(phrases), text.lower())
        assert found.get(number, []) == [match.span() for match in matches]


def test_a_long_text_has_the_form_of_its_parts() -> None:
    words = ["Word", "\u00e9t\u00c9", "two  ", "\t", "\u03a3\u03a3", "a\u00a0b", "\n\n"] * 20_000
    text = " ".join(words)
    assert normalised(text) == f" {' '.join(text.lower().split())} "
    assert normalised("x" * 200_000) == f" {'x' * 200_000} "


@pytest.mark.parametrize(
    "text",
    [
        "We ran. We hid. We slept. They saw it all, and so did we.",
        'He left home. "I went home." We all went home! Nobody stayed',
        "It was a. b. c. It was Mr. Smith. It was \u2026 _it_. It was.",
        "One? Two! Three. \u00c9t\u00e9. \u00c9t\u00e9? \u00e9t\u00e9. I\u3002I\uff01I",
    ],
)
def test_runs_of_sentences_are_no_longer_than_sentences_are_alike(text: str) -> None:
    (annotated,) = annotate([parse(Source(name="a.md", text=text))])
    assert annotated.sentence_blocks
    for block, *most_alike in annotated.sentence_blocks:
        assert all(map(int.__le__, block.longest_runs, most_alike))
        assert max(block.longest_runs) >= 2


_CATALOGUE = load_catalogue()
_SENTENCES = st.lists(
    st.sampled_from(
        [
            "We ran",
            "we hid.",
            "Mr. Fox",
            "it-is",
            "It\u2026",
            " ",
            "!",
            "?) ",
            "_we_",
            "\u00c9t\u00e9\u3002",
        ]
    ),
    min_size=4,
).map(" ".join)


@given(_SENTENCES)
def test_runs_of_any_sentences_are_no_longer_than_these_are_alike(text: str) -> None:
    (annotated,) = annotate([parse(Source(name="a.md", text=text))])
    counted = {block: most for block, *most in annotated.sentence_blocks}
    for block in annotated.blocks:
        assert all(map(int.__le__, block.longest_runs, counted.get(block, (1, 1))))


@given(st.lists(st.sampled_from("abc"), max_size=40), st.integers(2, 6), st.integers(2, 5))
def test_what_may_not_recur_does_not(letters: list[str], words: int, run: int) -> None:
    match = RepetitionMatch(unit="ngram", edge="whole", words=words, run=run, window_words=30)
    matcher = RepetitionMatcher(next(iter(_CATALOGUE.rules.values())), match, _CATALOGUE.lists)
    if any(
        list(matcher._clusters(_apart(letters, gram, words)))
        for gram in set(_grams(letters, words))
    ):
        assert matcher._may_recur([letter.encode() for letter in letters])


def _grams(letters: list[str], n: int) -> list[tuple[str, ...]]:
    return list(zip(*(letters[at:] for at in range(n)), strict=False))


def _apart(letters: list[str], gram: tuple[str, ...], n: int) -> list[int]:
    places: list[int] = []
    for place, found in enumerate(_grams(letters, n)):
        if found == gram and (not places or place >= places[-1] + n):
            places.append(place)
    return places


def test_an_ngram_is_dense_only_where_its_words_are() -> None:
    found = RepetitionMatch(unit="ngram", edge="whole", words=3, run=3, window_words=20)
    rule = next(iter(load_catalogue().rules.values()))
    matcher = RepetitionMatcher(rule, found, load_catalogue().lists)
    words = ["a", "b", "c", "d", "e", "f", "g", "h"]
    assert matcher._repeats(["x", "y", "z"] * 3)
    assert matcher._repeats([*words, "x", "y", "z", "a", "x", "y", "z", "b", "x", "y", "z"])
    assert not matcher._repeats([*words, "x", "y", "z", "a", "x", "y", "z", "b", "x", "y"])
    assert not matcher._repeats([])
