"""Byte offsets of UTF-8 to code points, by a table; free for plain ASCII."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

# One for each byte with which a character begins, nothing for those that go on with it.
_BEGINS: Final = bytes(not 0x80 <= byte < 0xC0 for byte in range(256))


def code_points(text: str) -> Sequence[int]:
    """Return the code point offset for each offset in the UTF-8 form of a text, its end too.

    An offset inside a character is told as that of the next one.
    """
    if text.isascii():
        return range(len(text) + 1)
    return array("I", accumulate(text.encode().translate(_BEGINS), initial=0))
