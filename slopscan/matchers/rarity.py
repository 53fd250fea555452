"""How rare strings are in English text, estimated from their letters."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

from slopscan.matchers.normal import NON_ASCII, Strings

_LETTERS: Final = " etaoinshrdlcumwfgypbvkxjqz"
_SHARES: Final = (
    *(0.18, 0.1, 0.074, 0.065, 0.062, 0.057, 0.057, 0.052, 0.05, 0.049, 0.034, 0.033, 0.023),
    *(0.023, 0.02, 0.019, 0.018, 0.016, 0.016, 0.012, 0.008, 0.006, 0.0015, 0.0015, 0.001, 0.001),
)
_RARE: Final = 0.002
_FOREIGN: Final = 0.0005
_JUDGED: Final = 10  # characters of a string that say how rare it is
# Letters do not tell how common these are.
_COMMON_WORDS: Final = """
    a about all an and any are as at be because but by can do for from had has have he her here
    his how i if in into is it its just let like may me more most my need never new no not of on
    one only or our out over she so some something that the their them there these they this those
    time to very want was way we what when where which while who will with would you your
"""
_COMMON: Final = frozenset(_COMMON_WORDS.split())
_COMMON_SHARE: Final = 0.0015
_MARKS: Final = {". ": 0.008, ", ": 0.01, "? ": 0.001, ": ": 0.002, "; ": 0.001, "- ": 0.004}


class _Shares(dict[str, float]):
    """How often a character stands in English text, for each character of it."""

    def __missing__(self, char: str) -> float:
        return _RARE if char.isascii() else _FOREIGN


_SHARE: Final = _Shares(zip(_LETTERS, _SHARES, strict=False))
_SHARE.update({".": 0.01, ",": 0.01, "\n": 0.02, NON_ASCII: 0.005})


@lru_cache(maxsize=256)
def cost(strings: Strings) -> float:
    """Estimate how often a set is found for each character of text, from the first letters."""
    return sum(map(_share, strings))


def _share(text: str) -> float:
    if text in _MARKS:
        return _MARKS[text]
    if text.strip(" ,") in _COMMON:
        return _COMMON_SHARE
    return math.prod(map(_SHARE.__getitem__, text[:_JUDGED]))
