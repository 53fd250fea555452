"""The form of a text in which strings are looked for: case and white space do not matter."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

Strings = frozenset[str]
_PART: Final = 50_000  # code points
NON_ASCII: Final = "\x80"  # stands for "any character outside ASCII"
FOREIGN: Final = "\x81"  # stands for "any outside ASCII and outside TYPOGRAPHIC"
TYPOGRAPHIC: Final = (
    "\u2014\u2013\u2026\u2018\u2019\u201c\u201d\u00b7\u00b0\u00e9\u00e8\u00e0\u00ef"
)
# Without case, `i` also matches two letters of Turkish, `s` the long one, `k` the Kelvin sign.
ASCII_CASES: Final = {"\u0130": "i", "\u0131": "i", "\u017f": "s", "\u212a": "k"}
_OTHER_LETTER: Final = 0x80
_OTHER_MARK: Final = 0x81
_OWN: Final = 0x82  # the first of the bytes that stand for one character each
_MAX_OWN: Final = 0x100 - _OWN
# As `\s` of the `regex` library: the separators of ASCII, 0x1c to 0x1f, are none.
_BLANKS: Final = b"\t\v\f\r"
_PLAIN: Final = bytes(
    ord(" ") if byte in _BLANKS else ord(chr(byte).lower()) if byte < 0x80 else byte
    for byte in range(256)
)
_ONE_LINE: Final = _PLAIN.replace(b"\n", b" ")
_BLANK_RUN: Final = re.compile(rb"  +")
_OTHER_SPACE: Final = re.compile(r"[^\S ]")
_HANDLER: Final = "slopscan.form"


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


class Gaps:
    """The way back to a text, in bytes, from the one with one blank for several in a row."""

    def __init__(self, text: bytes) -> None:
        self._starts, self._removed = [0], [0]
        for run in _BLANK_RUN.finditer(text):
            self._starts.append(run.start() + 1 - self._removed[-1])
            self._removed.append(self._removed[-1] + run.end() - run.start() - 1)

    def original(self, at: int) -> int:
        """Return where a character stood before."""
        return at + self._removed[bisect_right(self._starts, at) - 1]


class Form(NamedTuple):
    """Several texts in the form in which strings are looked for.

    Attributes
    ----------
    data : bytes
        The texts, a line end after each but the last; one byte for each character.
    starts : sequence of int
        Where each text begins.
    shifted : set of int
        Texts whose characters do not stand where they stood, or are not what they were.
    spaced : mapping of int to bytes
        Of these, those that only had several blanks in a row, as they were.
    """

    data: bytes
    starts: Sequence[int]
    shifted: frozenset[int]
    spaced: Mapping[int, bytes]

    def holding_twice(self, words: Iterable[bytes], joints: Sequence[bytes]) -> list[int]:
        """Return the texts that hold a word twice with one of the joints between."""
        found: set[int] = set()
        data = self.data
        for word in words:
            again = tuple([joint + word for joint in joints])
            size = len(word)
            at = data.find(word)
            while at >= 0:
                if data.startswith(again, at + size):
                    found.add(bisect_right(self.starts, at) - 1)
                at = data.find(word, at + 1)
        return sorted(found)


class Alphabet:
    """A byte for each character: small letters, one blank for each white space.

    Parameters
    ----------
    letters : str
        Characters outside ASCII that are told apart, as many as there are bytes for.
    """

    def __init__(self, letters: Iterable[str]) -> None:
        own = "".join(dict.fromkeys((*TYPOGRAPHIC, *letters)))[:_MAX_OWN]
        table = "".join(map(chr, range(128))) + "\ufffe" * (_OWN - 0x80) + own
        self._map = codecs.charmap_build(table + "\ufffe" * (256 - len(table)))
        kinds = [char.isalnum() or char == "_" for char in table[:0x80]]
        kinds += [True, False, *map(str.isalnum, own)]
        self.is_word: Final = bytes(kinds).ljust(256, b"\0")
        familiar = range(_OWN, _OWN + len(TYPOGRAPHIC))
        self._familiar = bytes((*range(0x80), *familiar))

    def encoded(self, text: str) -> bytes:
        """Return a text as one line, white space as it is but for its kind."""
        return self._bytes(text).translate(_ONE_LINE)

    def encoded_all(self, texts: Iterable[str]) -> tuple[bytes, ...]:
        """Return `encoded` of each text, all at once where none has a line end."""
        every = list(texts)
        made = self._bytes("\n".join(every)).translate(_PLAIN).split(b"\n")
        return tuple(made if len(made) == len(every) else map(self.encoded, every))

    def form(self, texts: Sequence[str]) -> Form:
        """Return the form of texts."""
        whole = "\n".join(texts)
        data = self._bytes(whole).translate(_PLAIN)
        starts = []
        start = 0
        for text in texts:
            starts.append(start)
            start += len(text) + 1
        odd = not whole.isascii() and any(letter in whole for letter in ASCII_CASES)
        if b"  " in data or data.count(b"\n") >= max(len(texts), 1):
            return _shifted(data, texts, starts, odd=odd)
        return Form(data, starts, frozenset(range(len(texts)) if odd else ()), {})

    def n_foreign(self, data: bytes) -> int:
        """Return how many characters are neither in ASCII nor `TYPOGRAPHIC`."""
        return len(data.translate(None, self._familiar))

    def _bytes(self, text: str) -> bytes:
        if text.isascii():
            return text.encode()
        return codecs.charmap_encode(text, _HANDLER, self._map)[0]


def _shifted(data: bytes, texts: Sequence[str], begins: Sequence[int], *, odd: bool) -> Form:
    """Return the form of texts with one blank for several in a row; `odd`: see ASCII_CASES."""
    parts: list[bytes] = []
    starts: list[int] = []
    shifted: set[int] = set()
    spaced: dict[int, bytes] = {}
    start = 0
    for number, text in enumerate(texts):
        at = begins[number]
        part = data[at : at + len(text)].replace(b"\n", b" ")
        is_odd = odd and any(letter in text for letter in ASCII_CASES)
        if is_odd or b"  " in part:
            shifted.add(number)
            if not is_odd and not _OTHER_SPACE.search(text):
                spaced[number] = part
            part = _BLANK_RUN.sub(b" ", part)
        parts.append(part)
        starts.append(start)
        start += len(part) + 1
    return Form(b"\n".join(parts), starts, frozenset(shifted), spaced)


def _stand_in(error: UnicodeError) -> tuple[bytes, int]:
    assert isinstance(error, UnicodeEncodeError)
    return bytes(map(_other, error.object[error.start : error.end])), error.end


def _other(char: str) -> int:
    if char in ASCII_CASES:
        return ord(ASCII_CASES[char])
    if char.isspace():
        return ord(" ")
    return _OTHER_LETTER if char.isalnum() else _OTHER_MARK


codecs.register_error(_HANDLER, _stand_in)
