"""What is known of the parts of a regular expression, and of parts put together."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from slopscan.matchers.base import Echo
from slopscan.matchers.normal import Strings, normalised
from slopscan.matchers.rarity import cost

MAX_SET: Final = 6_000  # strings in one set
MAX_SETS: Final = 4  # for one expression
_MAX_PRODUCT: Final = 600  # strings made by joining sets
_MAX_REPEATS: Final = 4
_BLANKS: Final = re.compile("  +")
NOTHING: Final[Strings] = frozenset(("",))
_WORDS: Final = re.compile(r"\w+")
_WORD_GROUP: Final = re.compile(
    r"\((?:\?P?<(?P<name>\w+)>)?(?:\[a-z\]|\[A-Za-z\]|\\w)\{(?P<least>\d+),\d*\}\)"
)


class Lead(NamedTuple):
    """How a match begins: expressions for its first character, and for what comes next.

    They are for `re` of the standard library and for text as it is, and let more through.
    """

    first: str
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What is known of an expression.

    `exact`: it matches these strings alone. `edge`: a match begins and ends with one of these.
    `head`: a match begins with one of these. `needed`: a match holds one of these; and one of each
    of `further`. `around`: the text, not the match, holds one of each. `echo`: a match holds one.
    `lead`: how a match begins. `text`: the expression itself, where it is of one character.
    `anchored`: it begins where the text does. `before`: one of these stands before it, or a line
    end for the start of the text.
    """

    exact: Strings | None = None
    needed: Strings | None = None
    edge: Strings | None = None
    further: tuple[Strings, ...] = ()
    head: Strings | None = None
    around: tuple[Strings, ...] = ()
    echo: Echo | None = None
    lead: Lead | None = None
    text: str = ""
    anchored: bool = False
    before: Strings | None = None


class Item(NamedTuple):
    """A part, how it is written, and the number of its group if it is one."""

    part: Part
    text: str
    group: int


ANYTHING: Final = Part()
EMPTY: Final = Part(exact=NOTHING)
START: Final = Part(exact=NOTHING, anchored=True, before=frozenset("\n"))


class Joined:
    """Parts one after another."""

    def __init__(self) -> None:
        self._current: Strings = NOTHING
        self._whole = True
        self._best: Strings | None = None
        self._head: Strings | None = None
        self._offered: list[Strings] = []
        self._around: list[Strings] = []
        self._items: list[Item] = []
        self._lead: Lead | None = None
        self._leads_on = True
        self._anchored = False
        self._before: Strings | None = None

    def add(self, item: Item) -> None:
        part = item.part
        exact = part.exact
        self._follow(part)
        if all(before.part.exact == NOTHING for before in self._items):
            self._anchored = self._anchored or part.anchored
            self._before = self._before or part.before
        self._items.append(item)
        self._offered += part.further
        self._around += part.around
        if part.needed and exact is None:
            self._offered.append(part.needed)
        if exact is not None and len(self._current) * len(exact) <= _MAX_PRODUCT:
            self._current = product(self._current, exact)
            return
        if exact is not None and self._current == NOTHING:
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
            self._offer(product(self._current, part.edge))
        self._offer(self._current)
        self._best = _better(self._best, part.needed)
        self._current, self._whole = part.edge or NOTHING, False

    def _follow(self, part: Part) -> None:
        """Take a part into the lead, as long as each has a text."""
        if not self._leads_on or (part.exact == NOTHING and not part.text):
            return
        if self._lead is None:
            self._lead = part.lead
        elif part.text:
            self._lead = Lead(self._lead.first, self._lead.rest + part.text)
        self._leads_on = bool(self._lead and part.text)

    def _opening(self, part: Part) -> Strings | None:
        head = part.exact or part.head
        if self._current == NOTHING:
            return head
        if head is not None and len(self._current) * len(head) <= _MAX_PRODUCT:
            return product(self._current, head)
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
        inside = (item.part.echo for item in self._items)
        found = filter(None, (*inside, *_echoes(self._items)))
        echo = max(found, key=lambda one: one.least, default=None)
        return Part(
            exact,
            self._best,
            further=further,
            head=head,
            around=around,
            echo=echo,
            lead=self._lead,
            anchored=self._anchored,
            before=self._before,
        )


def product(one: Strings, other: Strings) -> Strings:
    return frozenset(_flat(a + b) for a in one for b in other)


def repeated(part: Part, low: int, high: float) -> Part:
    """Return what is known of so many of a part in a row."""
    found = _repeated(part, low, high)
    if high == 0:
        return found
    lead = part.lead if low else None
    if lead is None or not part.text:
        return replace(found, lead=lead, text=_times(part.text, low, high))
    lead = Lead(lead.first, lead.rest + _times(part.text, low - 1, high - 1))
    return replace(found, lead=lead, text=_times(part.text, low, high))


def _times(text: str, low: int, high: float) -> str:
    if not text:
        return ""
    return f"(?:{text}){{{low},{'' if high == math.inf else int(high)}}}"


def _repeated(part: Part, low: int, high: float) -> Part:
    exact = part.exact
    if high == 0:
        return EMPTY
    if low == 0:
        return Part(exact=exact | NOTHING) if exact is not None and high == 1 else _blanks(exact)
    if low == high == 1:
        return part
    if exact == frozenset(" "):
        return part  # any amount of white space is one blank
    if exact is not None and low == high and low <= _MAX_REPEATS and len(exact) == 1:
        return Part(exact=frozenset(_flat(text * low) for text in exact))
    needed = _better(part.needed, usable(exact))
    return replace(part, exact=None, needed=needed, edge=exact, head=exact or part.head)


def _blanks(exact: Strings | None) -> Part:
    return Part(exact=frozenset((" ", ""))) if exact == frozenset(" ") else ANYTHING


def either(branches: list[Part]) -> Part:
    """Return what is known of a choice of parts."""
    exact = _union(branch.exact for branch in branches)
    lead = _any_lead(branches)
    anchored = all(branch.anchored for branch in branches)
    before = _union(branch.before for branch in branches)
    if exact is not None and len(exact) <= MAX_SET:
        return Part(exact=exact, lead=lead, anchored=anchored, before=before)
    needed = _union(_better(branch.needed, usable(branch.exact)) for branch in branches)
    head = _union(branch.exact or branch.head for branch in branches)
    return Part(
        needed=_bounded(needed),
        head=_bounded(head),
        echo=_any_echo(branches),
        lead=lead,
        anchored=anchored,
        before=before,
    )


def _any_echo(branches: list[Part]) -> Echo | None:
    found = [branch.echo for branch in branches if branch.echo]
    if len(found) < len(branches):
        return None
    return Echo(min(one.least for one in found), frozenset().union(*(one.joints for one in found)))


def _any_lead(branches: list[Part]) -> Lead | None:
    firsts = []
    for branch in branches:
        if branch.lead is None:
            return None
        firsts.append(branch.lead.first)
    return Lead("|".join(dict.fromkeys(firsts)))


def _echoes(items: Sequence[Item]) -> Iterator[Echo]:
    """Yield for each word in items that stands again soon after how long it is at least."""
    for place in range(1, len(items)):
        word = _WORD_GROUP.fullmatch(items[place].text)
        before = items[place - 1]
        if word and (before.text == r"\b" or _are_marks(before.part.exact, at=-1)):
            least = int(word["least"])
            again = {rf"\{items[place].group}", f"(?P={word['name']})"}
            joints = _joints(items[place + 1 :], again)
            if not any(len(run) >= least for text in joints for run in _WORDS.findall(text)):
                yield from [Echo(least, joints)] if joints else ()


def _joints(items: Sequence[Item], again: set[str]) -> Strings:
    """Return what stands before the item that gives a word again as a whole; or nothing."""
    joints = NOTHING
    for item, after in pairwise(items):
        if item.text in again:
            ends = after.text == r"\b" or _are_marks(after.part.exact, at=0)
            bare = _are_marks(joints, at=0) and _are_marks(joints, at=-1)
            return joints if ends and bare else frozenset()
        exact = item.part.exact
        if exact is None or len(joints) * len(exact) > _MAX_PRODUCT:
            break
        joints = product(joints, exact)
    return frozenset()


def _are_marks(strings: Strings | None, *, at: int) -> bool:
    """Say whether each string has a character at an end, and it is none of a word."""
    return bool(strings) and all(
        text and not _WORDS.match(text[at]) and all(map(has_one_form, text))
        for text in strings or ()
    )


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


@lru_cache(maxsize=512)
def plain(text: str) -> str:
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
