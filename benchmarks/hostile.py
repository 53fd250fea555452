"""Texts made to slow a scan down: the table of `speed.py`, and tests hold each to its bound."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Final

_WORDS: Final = (
    "a the of in on is was by for from with valve gauge wall dusk north door closed open read low "
    "high pump oil line clerk ledger rain boat noon seven nine paper coat road field stone"
)
BOUND: Final = 2.0  # CPU seconds

MAKERS: Final[Mapping[str, Callable[[float], str]]] = {
    "one line of 1 MB": lambda size: _line(int(1_000_000 * size)),
    "one sentence 33,000 times": lambda size: "It is not a plan, but a wish. " * int(33_000 * size),
    "1 MB without a blank": lambda size: "abcdefghij" * int(100_000 * size),
    "'not ' x 50,000": lambda size: "not " * int(50_000 * size),
    "a list of commas, 0.2 MB": lambda size: "red, green, " * int(17_000 * size),
    "100,000 quotation marks": lambda size: '"' * int(100_000 * size),
    "'it is not' and 200,000 blanks": lambda size: "it is not" + " " * int(200_000 * size) + "a b",
    "10,000 nested block quotes": lambda size: ">" * int(10_000 * size) + " a word",
    "50,000 unclosed emphasis marks": lambda size: "*a " * int(50_000 * size),
    "5,000 nested lists": lambda size: "- " * int(5_000 * size) + "a word",
    "20,000 nested links": lambda size: (
        "[" * int(20_000 * size) + "a" + "](b)" * int(20_000 * size)
    ),
    "NUL bytes": lambda size: "a word\0 " * int(20_000 * size),
    "lone surrogates": lambda size: "half \ud800 a \udfff pair. " * int(10_000 * size),
    "bidi controls": lambda size: "\u202eword\u202c \u2067it\u2069 " * int(20_000 * size),
    "zalgo": lambda size: ("a" + "\u0300\u0301\u0316\u0317" * 8) * int(6_000 * size),
    "emoji, 5 MB": lambda size: "\U0001f600\U0001f680" * int(625_000 * size),
    "a sentence of 100,000 words": lambda size: "word and " * int(50_000 * size) + "end.",
}


def _line(n_chars: int) -> str:
    rng = random.Random(7)
    words = rng.choices(_WORDS.split(), k=n_chars // 5)
    ends = rng.choices((" ", " ", " ", " ", " ", ", ", ". "), k=len(words))
    return "".join(word + end for word, end in zip(words, ends, strict=True))


def texts(size: float = 1.0) -> dict[str, str]:
    """Return every text by name; `size` 1 is what the name says."""
    return {name: make(size) for name, make in MAKERS.items()}
