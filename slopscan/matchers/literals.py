"""Sets of strings of which a match of a regular expression must hold at least one each.

A sound reading of a part of the `regex` syntax: what is not understood gives no sets, and the
expression is then searched for everywhere. The text is compared in `normalised` form, in which
case and the amount of white space do not matter.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from slopscan.matchers.normal import (
    ASCII_CASES,
    FOREIGN,
    NON_ASCII,
    TYPOGRAPHIC,
    Strings,
    normalised,
)
from slopscan.matchers.rarity import cost

MAX_SET: Final = 6_000  # strings in one set
MAX_SETS: Final = 4  # for one expression
_MAX_PRODUCT: Final = 600  # strings made by joining sets
_MAX_CLASS: Final = 12  # members of a character class that are written out
_MAX_REPEATS: Final = 4
_ZERO_WIDTH: Final = frozenset("bBAZmMG")
_ONE_CHAR: Final = frozenset("wWSdDN")
_CONTROLS: Final = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}
_CODE: Final = re.compile(r"x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})")
_REPEAT: Final = re.compile(r"\{(\d*)(,?)(\d*)\}")
_FLAGS: Final = re.compile(r"\?([ims]*)(?:-([ims]+))?([:)])")
_NAME: Final = re.compile(r"\?P?<([A-Za-z_]\w*)>")
_BACK: Final = re.compile(r"\?P=\w+(?=\))")
_BLANKS: Final = re.compile("  +")
_LOOK: Final = re.compile(r"\?<?[=!]")
_LIST: Final = re.compile(r"L<(\w+)>")
_PROPERTY: Final = re.compile(r"[pP]\{[^}]*\}")
_NOTHING: Final[Strings] = frozenset(("",))


class _NotUnderstoodError(Exception):
    """A part of the syntax this module does not read."""


@dataclass(frozen=True, slots=True)
class Part:
    """What is known of an expression.

    `exact`: it matches these strings alone. `edge`: a match begins and ends with one of these.
    `head`: a match begins with one of these. `needed`: a match holds one of these; and one of each
    of `further`. `around`: the text, not the match, holds one of each.
    """

    exact: Strings | None = None
    needed: Strings | None = None
    edge: Strings | None = None
    further: tuple[Strings, ...] = ()
    head: Strings | None = None
    around: tuple[Strings, ...] = ()


_ANYTHING: Final = Part()
_EMPTY: Final = Part(exact=_NOTHING)


def known_of(pattern: str, words: Callable[[str], Iterable[str]]) -> Part:
    """Return what is known of the matches of an expression, in the syntax of `regex`.

    `words` gives the entries of a named list. Nothing is known where any of it is not understood.
    """
    reader = _Reader(pattern, words)
    try:
        part = reader.alternatives()
    except (_NotUnderstoodError, IndexError, RecursionError):
        return _ANYTHING
    return part if reader.at == len(pattern) else _ANYTHING


class _Reader:
    """Recursive descent; `at` is the place in the pattern."""

    def __init__(self, pattern: str, words: Callable[[str], Iterable[str]]) -> None:
        self.pattern = pattern
        self.at = 0
        self._words = words

    def _peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def _take(self) -> str:
        self.at += 1
        return self.pattern[self.at - 1]

    def _taken(self, expression: re.Pattern[str]) -> re.Match[str] | None:
        found = expression.match(self.pattern, self.at)
        if found:
            self.at = found.end()
        return found

    def alternatives(self) -> Part:
        branches = [self._sequence()]
        while self._peek() == "|":
            self.at += 1
            branches.append(self._sequence())
        return branches[0] if len(branches) == 1 else _either(branches)

    def _sequence(self) -> Part:
        joined = _Joined()
        while self._peek() not in ("", "|", ")"):
            joined.add(self._repeated(self._atom()))
        return joined.part()

    def _atom(self) -> Part:
        char = self._take()
        if char == "\\":
            return self._escape()
        if char == "[":
            return self._class()
        if char == "(":
            return self._group()
        if char in "^$":
            return _EMPTY
        if char == ".":
            return _ANYTHING
        if char in "*+?" or (char == "{" and not _REPEAT.match(self.pattern, self.at - 1)):
            raise _NotUnderstoodError
        return Part(exact=frozenset((_plain(char),)))

    def _escape(self) -> Part:
        code = self._taken(_CODE)
        if code:
            return Part(exact=frozenset((_plain(_char(code)),)))
        if named := self._taken(_LIST):
            entries = frozenset(_plain(word) for word in self._words(named[1]))
            return Part(exact=entries) if len(entries) <= MAX_SET else _ANYTHING
        if self._taken(_PROPERTY):
            return _ANYTHING
        return _escaped(self._take())

    def _group(self) -> Part:
        zero_width = holds = False
        if self._peek() == "*":
            raise _NotUnderstoodError
        if self._peek() == "?":
            if look := self._taken(_LOOK):
                zero_width = True
                holds = look[0].endswith("=")
            elif flags := self._taken(_FLAGS):
                if flags[3] == ")":
                    return _EMPTY
            elif self.pattern.startswith("?>", self.at):
                self.at += 2
            elif self._taken(_BACK):
                self.at += 1
                return _ANYTHING
            elif not self._taken(_NAME):
                raise _NotUnderstoodError
        inner = self.alternatives()
        if self._take() != ")":
            raise _NotUnderstoodError
        if not zero_width:
            return inner
        around = (inner.needed, usable(inner.exact), *inner.further, *inner.around)
        return Part(exact=_NOTHING, around=tuple(filter(None, around)) if holds else ())

    def _class(self) -> Part:
        negated = self._peek() == "^"
        self.at += negated
        members: set[str] | None = set()
        lowest, token = 0x110000, FOREIGN
        first = True
        while first or self._peek() != "]":
            first = False
            low = self._member()
            high = low
            if self._peek() == "-" and self.pattern[self.at + 1] != "]":
                self.at += 1
                high = self._member()
            if low is None or high is None:
                members, lowest = None, 0
                continue
            lowest = min(lowest, ord(low))
            if any(low <= char <= high for char in TYPOGRAPHIC):
                token = NON_ASCII
            if any(low <= letter <= high for letter in ASCII_CASES):
                lowest = 0
            if members is not None and ord(high) - ord(low) < _MAX_CLASS:
                members.update(_plain(chr(c)) for c in range(ord(low), ord(high) + 1))
            else:
                members = None
        self.at += 1
        if negated:
            return _ANYTHING
        if members is not None and len(members) <= _MAX_CLASS:
            return Part(exact=frozenset(members))
        return Part(needed=frozenset((token,))) if lowest >= 0x80 else _ANYTHING

    def _member(self) -> str | None:
        """Take one character of a class; None for one that stands for many."""
        char = self._take()
        if char == "[" and self._peek() in (":", "[", "."):
            raise _NotUnderstoodError
        if char != "\\":
            return char
        code = self._taken(_CODE)
        if code:
            return _char(code)
        if self._taken(_PROPERTY):
            return None
        char = self._take()
        if char == "b":
            return "\b"
        if char in _CONTROLS:
            return _CONTROLS[char]
        if char.isdigit() or (char.isalpha() and char not in "wWsSdD"):
            raise _NotUnderstoodError
        return None if char.isalpha() else char

    def _repeated(self, part: Part) -> Part:
        while True:
            low, high = self._repeats()
            if low < 0:
                return part
            part = _repeated(part, low, high)

    def _repeats(self) -> tuple[int, float]:
        char = self._peek()
        found = _REPEAT.match(self.pattern, self.at)
        low: int
        high: float
        if char in ("?", "*", "+") and char:
            self.at += 1
            low, high = {"?": (0, 1), "*": (0, math.inf), "+": (1, math.inf)}[char]
        elif found and (found[1] or found[3]):
            self.at = found.end()
            low = int(found[1] or 0)
            high = (int(found[3]) if found[3] else math.inf) if found[2] else low
        elif char == "{":
            raise _NotUnderstoodError
        else:
            return -1, 0
        if self._peek() in ("?", "+") and self._peek():  # lazy, possessive
            self.at += 1
        return low, high


class _Joined:
    """Parts one after another."""

    def __init__(self) -> None:
        self._current: Strings = _NOTHING
        self._whole = True
        self._best: Strings | None = None
        self._head: Strings | None = None
        self._offered: list[Strings] = []
        self._around: list[Strings] = []

    def add(self, part: Part) -> None:
        exact = part.exact
        self._offered += part.further
        self._around += part.around
        if part.needed and exact is None:
            self._offered.append(part.needed)
        if exact is not None and len(self._current) * len(exact) <= _MAX_PRODUCT:
            self._current = _product(self._current, exact)
            return
        if exact is not None and self._current == _NOTHING:
            self._current = exact
            return
        if self._whole:
            self._head = self._opening(part)
        if exact is not None:
            self._offer(self._current)
            self._offer(exact)
            self._current, self._whole = exact, False
            return
        if part.edge is not None and len(self._current) * len(part.edge) <= _MAX_PRODUCT:
            self._offer(_product(self._current, part.edge))
        self._offer(self._current)
        self._best = _better(self._best, part.needed)
        self._current, self._whole = part.edge or _NOTHING, False

    def _opening(self, part: Part) -> Strings | None:
        head = part.exact or part.head
        if self._current == _NOTHING:
            return head
        if head is not None and len(self._current) * len(head) <= _MAX_PRODUCT:
            return _product(self._current, head)
        return self._current

    def _offer(self, strings: Strings) -> None:
        found = usable(strings)
        if found is not None:
            self._offered.append(found)
        self._best = _better(self._best, found)

    def part(self) -> Part:
        if not self._whole:
            self._offer(self._current)
        exact = self._current if self._whole else None
        further = tuple(sorted(set(self._offered), key=cost)[:MAX_SETS])
        around = tuple(self._around)
        head = exact or self._head
        return Part(exact, self._best, further=further, head=head, around=around)


def _product(one: Strings, other: Strings) -> Strings:
    return frozenset(_flat(a + b) for a in one for b in other)


def _escaped(char: str) -> Part:
    if char in _ZERO_WIDTH:
        return _EMPTY
    if char == "s":
        return Part(exact=frozenset(" "))
    if char in _ONE_CHAR or char.isdigit():
        return _ANYTHING
    if char.isalpha() and char not in _CONTROLS:
        raise _NotUnderstoodError
    return Part(exact=frozenset((_plain(_CONTROLS.get(char, char)),)))


def _repeated(part: Part, low: int, high: float) -> Part:
    exact = part.exact
    if high == 0:
        return _EMPTY
    if low == 0:
        return Part(exact=exact | _NOTHING) if exact is not None and high == 1 else _blanks(exact)
    if low == high == 1:
        return part
    if exact == frozenset(" "):
        return part  # any amount of white space is one blank
    if exact is not None and low == high and low <= _MAX_REPEATS and len(exact) == 1:
        return Part(exact=frozenset(_flat(text * low) for text in exact))
    needed = _better(part.needed, usable(exact))
    return replace(part, exact=None, needed=needed, edge=exact, head=exact or part.head)


def _blanks(exact: Strings | None) -> Part:
    return Part(exact=frozenset((" ", ""))) if exact == frozenset(" ") else _ANYTHING


def _either(branches: list[Part]) -> Part:
    exact = _union(branch.exact for branch in branches)
    if exact is not None and len(exact) <= MAX_SET:
        return Part(exact=exact)
    needed = _union(_better(branch.needed, usable(branch.exact)) for branch in branches)
    head = _union(branch.exact or branch.head for branch in branches)
    return Part(needed=_bounded(needed), head=_bounded(head))


def _union(sets: Iterable[Strings | None]) -> Strings | None:
    """Return all strings of sets; None where one is unknown."""
    found: set[str] = set()
    for strings in sets:
        if strings is None:
            return None
        found |= strings
    return frozenset(found)


def _bounded(strings: Strings | None) -> Strings | None:
    return strings if strings and len(strings) <= MAX_SET else None


def _char(code: re.Match[str]) -> str:
    return chr(int(code[1] or code[2] or code[3], 16))


@lru_cache(maxsize=512)
def _plain(text: str) -> str:
    """Normalise a part of a pattern, blanks at its ends kept."""
    return _flat(normalised(f"x{text}x")[2:-2])


def _flat(text: str) -> str:
    return _BLANKS.sub(" ", text) if "  " in text else text


def usable(strings: Strings | None) -> Strings | None:
    """Return what can be looked for, one stretch of each string; None where one has none."""
    if not strings or len(strings) > MAX_SET:
        return None
    found = {_stretch(text) for text in strings}
    return None if "" in found else frozenset(found)


def _stretch(text: str) -> str:
    """Return the longest stretch of characters that have one form only."""
    if text.isascii():
        return text
    parts = "".join(char if has_one_form(char) else "\0" for char in text).split("\0")
    return max(parts, key=len)


def has_one_form(char: str) -> bool:
    if char.isascii():
        return True
    is_surrogate = "\ud800" <= char <= "\udfff"
    return char == char.lower() == char.upper() == char.casefold() and not is_surrogate


def _better(one: Strings | None, other: Strings | None) -> Strings | None:
    if one is None or other is None:
        return one or other
    return one if cost(one) <= cost(other) else other
