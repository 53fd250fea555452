"""Byte offsets of UTF-8 to code points, by a table; free for plain ASCII."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Final

# One for each byte with which a character begins, nothing for those that go on with it.
_BEGINS: Final = bytes(not 0x80 <= byte < 0xC0 for byte in range(256))
_MARK: Final = b"\x01\0\0"  # one character of three bytes
_FOREIGN: Final = re.compile(rb"[\x80-\xff]+")
_COUNTED: Final = 1 << 16  # numbers that are at hand in a row
_SPARSE: Final = 8  # bytes for each that goes on with a character, from which on runs pay


def code_points(text: str) -> Sequence[int]:
    """Return the code point offset for each offset in the UTF-8 form of a text, its end too.

    An offset inside a character is told as that of the next one.
    """
    if text.isascii():
        return range(len(text) + 1)
    data = text.encode()
    if len(data) >= _COUNTED or (len(data) - len(text)) * _SPARSE > len(data):
        return array("I", accumulate(data.translate(_BEGINS), initial=0))
    table = array("I")
    numbers = _numbers()
    done = at = 0  # a byte, and its code point
    for run in _FOREIGN.finditer(data):
        start, end = run.span()
        table += numbers[at : at + start - done]
        at += start - done
        begins = data[start:end].translate(_BEGINS)
        if begins == _MARK:  # a quotation mark or a dash
            table.extend((at, at + 1, at + 1))
            at += 1
        else:
            table.extend(accumulate(begins[:-1], initial=at))
            at += sum(begins)
        done = end
    return table + numbers[at : at + len(data) - done + 1]


@lru_cache(maxsize=1)
def _numbers() -> array[int]:
    return array("I", range(_COUNTED + 1))
