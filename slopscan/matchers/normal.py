"""The form of a text in which strings are looked for: case and white space do not matter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

Strings = frozenset[str]
_PART: Final = 50_000  # code points
NON_ASCII: Final = "\x80"  # stands for "any character outside ASCII"
# Without case, `i` also matches two letters of Turkish, `s` the long one, `k` the Kelvin sign.
ASCII_CASES: Final = {"\u0130": "i", "\u0131": "i", "\u017f": "s", "\u212a": "k"}


def normalised(text: str) -> str:
    """Return `text` without differences of case and of white space, a blank at each end."""
    if not text.isascii():
        for letter, plain in ASCII_CASES.items():
            text = text.replace(letter, plain)
    if len(text) <= _PART:
        return f" {' '.join(text.lower().split())} "
    parts = (" ".join(part.lower().split()) for part in _parts(text))
    return f" {' '.join(filter(None, parts))} "


def _parts(text: str) -> Iterator[str]:
    """Cut a long text at blanks: the words of all of it at once would take ten times its size."""
    start = 0
    while start < len(text):
        end = text.find(" ", start + _PART)
        end = len(text) if end < 0 else end
        yield text[start:end]
        start = end
