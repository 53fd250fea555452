"""The words of a whole text cut as bytes and counted, many times faster than one by one."""

from __future__ import annotations

import codecs
import re
from typing import Final

_LETTER: Final = 0x80  # stands for any letter or digit outside ASCII
_MARK: Final = 0x81
_USUAL: Final = "\u2014\u2026"  # what folding leaves outside ASCII, and is common
_TABLE: Final = "".join(map(chr, range(0x80))) + "\ufffe\ufffe" + _USUAL
_MAP: Final = codecs.charmap_build(_TABLE + "\ufffe" * (256 - len(_TABLE)))
_MANY: Final = 50_000
_HANDLER: Final = "slopscan.pieces"
# Equal to an ASCII letter where case does not matter, in Python or in a regular expression.
_CASES: Final = {"\u0130": "i", "\u0131": "i", "\u017f": "s", "\u212a": "k"}
_IS_WORD: Final = frozenset(
    {_LETTER, *(byte for byte in range(0x80) if chr(byte).isalnum() or chr(byte) == "_")}
)
_PIECES: Final = bytes(
    ord(" ") if byte not in _IS_WORD else byte if byte == _LETTER else ord(chr(byte).lower())
    for byte in range(256)
)
_KINDS: Final = bytes(
    ord("w") if byte in _IS_WORD else ord("-") if chr(byte) in "'-" else ord(" ")
    for byte in range(256)
)
_JOINT: Final = re.compile(rb"-(?<=w-)w")


def pieces(text: str) -> tuple[list[bytes], int]:
    r"""Return the runs of `\w` of a text, and how many matches of `\w+(?:['-]\w+)*` there are.

    The runs are in lower case, with all letters outside ASCII the same one: words that are equal
    but for case have equal runs, one or more.
    """
    data = text.encode() if text.isascii() else codecs.charmap_encode(text, _HANDLER, _MAP)[0]
    found = data.translate(_PIECES).split()
    if len(found) > _MANY:  # one object a word, not one a place: a tenth of the memory
        known: dict[bytes, bytes] = {}
        found = list(map(known.setdefault, found, found))
    return found, len(found) - _n_joints(data.translate(_KINDS))


def _n_joints(kinds: bytes) -> int:
    """Count the marks that join two words; one letter may stand between two of them."""
    if b"-w-" in kinds:
        return len(_JOINT.findall(kinds))
    return kinds.count(b"w-w")


def _stand_in(error: UnicodeError) -> tuple[bytes, int]:
    assert isinstance(error, UnicodeEncodeError)
    return bytes(map(_other, error.object[error.start : error.end])), error.end


def _other(char: str) -> int:
    if char in _CASES:
        return ord(_CASES[char])
    return _LETTER if char.isalnum() else _MARK


codecs.register_error(_HANDLER, _stand_in)
