"""The form of a text in which strings are looked for: case and white space do not matter."""

from __future__ import annotations

from typing import Final

Strings = frozenset[str]
NON_ASCII: Final = "\x80"  # stands for "any character outside ASCII"
# Without case, `i` also matches two letters of Turkish, `s` the long one, `k` the Kelvin sign.
ASCII_CASES: Final = {"\u0130": "i", "\u0131": "i", "\u017f": "s", "\u212a": "k"}


def normalised(text: str) -> str:
    """Return `text` without differences of case and of white space, a blank at each end."""
    if not text.isascii():
        for letter, plain in ASCII_CASES.items():
            text = text.replace(letter, plain)
    return f" {' '.join(text.lower().split())} "
