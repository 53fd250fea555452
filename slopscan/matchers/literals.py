"""Sets of strings of which a match of a regular expression must hold at least one each.

A sound reading of a part of the `regex` syntax: what is not understood gives no sets, and the
expression is then searched for everywhere. The text is compared in `normalised` form, in which
case and the amount of white space do not matter.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from slopscan.matchers.normal import ASCII_CASES, FOREIGN, NON_ASCII, TYPOGRAPHIC
from slopscan.matchers.parts import (
    ANYTHING,
    EMPTY,
    MAX_SET,
    NOTHING,
    START,
    Item,
    Joined,
    Lead,
    Part,
    either,
    plain,
    repeated,
    usable,
)

_MAX_CLASS: Final = 12  # members of a character class that are written out
_MAX_BEFORE: Final = 40  # strings before a match
_ZERO_WIDTH: Final = frozenset("bBAZmMG")
_ONE_CHAR: Final = frozenset("wWSdDN")
_CONTROLS: Final = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}
_CODE: Final = re.compile(r"x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})")
_REPEAT: Final = re.compile(r"\{(\d*)(,?)(\d*)\}")
_FLAGS: Final = re.compile(r"\?([ims]*)(?:-([ims]+))?([:)])")
_NAME: Final = re.compile(r"\?P?<([A-Za-z_]\w*)>")
_BACK: Final = re.compile(r"\?P=\w+(?=\))")
_LOOK: Final = re.compile(r"\?<?[=!]")
_LIST: Final = re.compile(r"L<(\w+)>")
_PROPERTY: Final = re.compile(r"[pP]\{[^}]*\}")
_CASELESS: Final = re.compile(r"\(\?[a-z]*i")
_BY_LINE: Final = re.compile(r"\(\?[a-z]*m")
# A class that `re` reads as `regex` does: no kinds of characters, nothing either may change.
_PLAIN_CLASS: Final = re.compile(
    r"\[(?P<not>\^?)(?:(?!--|&&|\|\||~~)[^\\\[\]]|\\[^a-zA-Z0-9]|\\x\w\w|\\u\w{4}|\\U\w{8})+\]"
)


class _NotUnderstoodError(Exception):
    """A part of the syntax this module does not read."""


def known_of(pattern: str, words: Callable[[str], Iterable[str]]) -> Part:
    """Return what is known of the matches of an expression, in the syntax of `regex`.

    `words` gives the entries of a named list. Nothing is known where any of it is not understood.
    """
    reader = _Reader(pattern, words)
    try:
        part = reader.alternatives()
    except (_NotUnderstoodError, IndexError, RecursionError):
        return ANYTHING
    if reader.at < len(pattern):
        return ANYTHING
    if _BY_LINE.search(pattern):
        part = replace(part, anchored=False, before=None)
    return replace(part, lead=None) if _CASELESS.search(pattern) else part


class _Reader:
    """Recursive descent; `at` is the place in the pattern."""

    def __init__(self, pattern: str, words: Callable[[str], Iterable[str]]) -> None:
        self.pattern = pattern
        self.at = 0
        self._words = words
        self._n_groups = 0

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
        return branches[0] if len(branches) == 1 else either(branches)

    def _sequence(self) -> Part:
        joined = Joined()
        while self._peek() not in ("", "|", ")"):
            start, group = self.at, self._n_groups + 1
            part = self._repeated(self._atom())
            joined.add(Item(part, self.pattern[start : self.at], group))
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
            return START if char == "^" else EMPTY
        if char == ".":
            return ANYTHING
        if char in "*+?" or (char == "{" and not _REPEAT.match(self.pattern, self.at - 1)):
            raise _NotUnderstoodError
        return _literal(char)

    def _escape(self) -> Part:
        code = self._taken(_CODE)
        if code:
            return _literal(_char(code))
        if named := self._taken(_LIST):
            entries = frozenset(plain(word) for word in self._words(named[1]))
            return Part(exact=entries) if len(entries) <= MAX_SET else ANYTHING
        if self._taken(_PROPERTY):
            return ANYTHING
        return _escaped(self._take())

    def _group(self) -> Part:
        zero_width = holds = behind = False
        self._n_groups += bool(self._peek() != "?" or _NAME.match(self.pattern, self.at))
        if self._peek() == "*":
            raise _NotUnderstoodError
        if self._peek() == "?":
            if look := self._taken(_LOOK):
                zero_width = True
                holds = look[0].endswith("=")
                behind = look[0] == "?<="
            elif flags := self._taken(_FLAGS):
                if flags[3] == ")":
                    return EMPTY
            elif self.pattern.startswith("?>", self.at):
                self.at += 2
            elif self._taken(_BACK):
                self.at += 1
                return ANYTHING
            elif not self._taken(_NAME):
                raise _NotUnderstoodError
        inner = self.alternatives()
        if self._take() != ")":
            raise _NotUnderstoodError
        if not zero_width:
            return inner
        around = (inner.needed, usable(inner.exact), *inner.further, *inner.around)
        return Part(
            exact=NOTHING,
            around=tuple(filter(None, around)) if holds else (),
            before=_before(inner) if behind else None,
        )

    def _class(self) -> Part:
        start = self.at - 1
        part = self._members()
        text = self.pattern[start : self.at]
        found = _PLAIN_CLASS.fullmatch(text)
        if found is None:
            return part
        return replace(part, text=text, lead=None if found["not"] else Lead(text))

    def _members(self) -> Part:
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
                members.update(plain(chr(c)) for c in range(ord(low), ord(high) + 1))
            else:
                members = None
        self.at += 1
        if negated:
            return ANYTHING
        if members is not None and len(members) <= _MAX_CLASS:
            return Part(exact=frozenset(members))
        return Part(needed=frozenset((token,))) if lowest >= 0x80 else ANYTHING

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
            part = repeated(part, low, high)

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


def _before(behind: Part) -> frozenset[str] | None:
    """Return what stands before a place for what looks back from it, where that is ASCII."""
    if behind.exact == NOTHING:
        return behind.before
    found = behind.exact or frozenset(("",))
    return found if len(found) <= _MAX_BEFORE and all(map(_is_told, found)) else None


def _is_told(text: str) -> bool:
    return bool(text) and text.isascii()


def _literal(char: str) -> Part:
    text = re.escape(char)
    return Part(exact=frozenset((plain(char),)), text=text, lead=Lead(text))


def _escaped(char: str) -> Part:
    if char in _ZERO_WIDTH:
        return START if char == "A" else EMPTY
    if char == "s":
        return Part(exact=frozenset(" "))
    if char in _ONE_CHAR or char.isdigit():
        return ANYTHING
    if char.isalpha() and char not in _CONTROLS:
        raise _NotUnderstoodError
    return _literal(_CONTROLS.get(char, char))


def _char(code: re.Match[str]) -> str:
    return chr(int(code[1] or code[2] or code[3], 16))
