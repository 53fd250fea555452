"""The tokenizer spells every text exactly, makes UD words, and is linear in time."""

import time

import pytest

from slopscan.nlp.tokenizer import split_text
from slopscan.nlp.wordforms import folded_form, vector_form, word_shape

ODD_TEXTS = [
    "",
    " ",
    "\n\n\t ",
    "a  b   c",
    " leading and trailing ",
    "line one\r\nline two\u2028line three\u00a0end",
    "e\u0301te\u0301 nai\u0308ve \u200bzero\u200dwidth \ufeffmark",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1eb\U0001f1f7 \u263a\ufe0f",
    "\u202eright to left\u202c \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
    "\u6f22\u5b57\u304b\u306a mixed\u6f22",
    "\x00\x01\x7f control",
    "don\u2019t\u2014ever\u2026what?!",
    "www.. http:// @ # ' \" ` ``x''",
]


def words(text: str) -> list[str]:
    return [word for word, _ in split_text(text)]


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_every_character_comes_back_once(text: str) -> None:
    assert "".join(word + " " * space for word, space in split_text(text)) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't", ["Do", "n't"]),
        ("Elara\u2019s", ["Elara", "\u2019s"]),
        ("THEY'LL", ["THEY", "'LL"]),
        ("cannot gonna", ["can", "not", "gon", "na"]),
        ("a well-known fact", ["a", "well", "-", "known", "fact"]),
        ("non-profit e-mail", ["non-profit", "e-mail"]),
        ("cold\u2014giving", ["cold", "\u2014", "giving"]),
        ("cold--giving -- cold", ["cold", "--", "giving", "--", "cold"]),
        ("Wait...what?!", ["Wait", "...", "what", "?!"]),
        ("\u201cNo,\u201d she said.", ["\u201c", "No", ",", "\u201d", "she", "said", "."]),
        ("Mr. Hale met J. Finch.", ["Mr.", "Hale", "met", "J.", "Finch", "."]),
        ("So did I. He left.", ["So", "did", "I", ".", "He", "left", "."]),
        ("the dogs' bowl", ["the", "dogs", "'", "bowl"]),
        ("O'Brien's ma'am o'clock", ["O'Brien", "'s", "ma'am", "o'clock"]),
        ("$5.50 at 5:00pm, 10% off", ["$", "5.50", "at", "5:00", "pm", ",", "10", "%", "off"]),
        ("the 1990s, '90s, 21st", ["the", "1990s", ",", "'90s", ",", "21st"]),
        ("see https://a.org/b?c=1.", ["see", "https://a.org/b?c=1", "."]),
        ("and/or (x)", ["and", "/", "or", "(", "x", ")"]),
        ("U.S. troops, e.g. here", ["U.S.", "troops", ",", "e.g.", "here"]),
    ],
)
def test_words_are_those_of_the_treebanks(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_white_space_beyond_one_blank_is_a_word() -> None:
    assert list(split_text("a  b\nc")) == [
        ("a", True),
        (" ", False),
        ("b", False),
        ("\n", False),
        ("c", False),
    ]


@pytest.mark.parametrize(
    "unit",
    ["a", '"', "'", "\u2019", ".", "a.", "1/", "a-", "non-", "a'", "n't", "a@", "www.", "http://"],
)
def test_hostile_text_costs_linear_time(unit: str) -> None:
    """200,000 characters without a blank: under a second (about 0.5 s on one slow core)."""
    text = unit * (200_000 // len(unit))
    started = time.process_time()
    n_characters = sum(len(word) for word, _ in split_text(text))
    assert n_characters == len(text)
    assert time.process_time() - started < 3.0


def test_typography_is_folded_before_anything_is_looked_up() -> None:
    assert folded_form("\u2019s") == "'s"
    assert folded_form("\u201c") == folded_form("\u201d") == folded_form("''") == '"'
    assert folded_form("\u2014") == folded_form("---") == "--"
    assert folded_form("\u2026") == folded_form("....") == "..."
    assert vector_form("Route66") == "route00"
    assert word_shape("McKay77") == "XxXxxxdd"[:2] + word_shape("Kay77")
