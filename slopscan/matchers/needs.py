"""What a text must hold for a search to find something in it: a choice of rare strings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from slopscan.matchers.base import Need
from slopscan.matchers.literals import known_of
from slopscan.matchers.normal import ASCII_CASES, FOREIGN, NON_ASCII, TYPOGRAPHIC, Strings
from slopscan.matchers.parts import MAX_SET, MAX_SETS, Lead, Part, has_one_form, usable
from slopscan.matchers.rarity import cost

if TYPE_CHECKING:
    from typing import TypeGuard

# Strings in a set that is not the first: asking for many costs more than a search, and than trying
# an expression in one place.
_MAX_FURTHER: Final = 60
_MAX_FURTHER_AT: Final = 6
_MAX_COMPARED: Final = 400  # strings compared with each other
_TOO_COMMON: Final = 0.02  # expected occurrences for each character of text
_COMMON: Final = 0.003  # from here on a lead is cheaper
_USUAL: Final = "abcdefghijklmnopqrstuvwxyz0123456789 .,\n"
_ASCII: Final = "".join(map(chr, range(0x80)))
# No text is told to hold one of these, for being common or in `Form` like one in ASCII.
_FAMILIAR: Final = "".join(
    (
        *TYPOGRAPHIC,
        *ASCII_CASES,
        *(char for char in map(chr, range(0x80, 0x3001)) if char.isspace()),
    )
)
_UNBOUNDED: Final = re.compile(r"\(\?:((?:(?!\)\{\d).)+)\)\{\d+,\}")
_ESCAPED: Final = re.compile(r"\\(?:u(?!00)(\w{4})|U(?!0{6})(\w{8}))")
_CODE: Final = re.compile(r"\\[xuU]")
_LONGEST: Final = 12  # characters of the strings that stand for many
_TOKENS: Final = frozenset((NON_ASCII, FOREIGN))
_WORTH: Final = 6.0  # how much more often than the rarest string one that begins a match may stand


def need(pattern: str, words: Callable[[str], Iterable[str]]) -> Need:
    """Return what a text must hold for a match of an expression.

    Parameters
    ----------
    pattern : str
        Syntax of the `regex` package.
    words : callable
        Gives the entries of a named list.

    Returns
    -------
    Need
        Without sets where none is rare enough to help.
    """
    return _chosen(known_of(pattern, words))


def _chosen(part: Part) -> Need:
    inside = {found for found in (part.needed, usable(part.exact), *part.further) if found}
    head = _opening(part.exact or part.head)
    ordered = sorted(inside | ({head} if head else set()), key=_by_cost)
    rarest = cost(ordered[0]) if ordered else _TOO_COMMON
    if (rarest > _COMMON or ordered[0] & _TOKENS) and _tells(part.lead):
        return Need(lead=_expression(part.lead), before=part.before or frozenset())
    if rarest >= _TOO_COMMON:
        return Need(echo=part.echo, anchored=part.anchored and part.echo is None)
    starts = head is not None and cost(head) <= max(_WORTH * cost(ordered[0]), 1e-5)
    chosen = [_without_longer(head, at_start=True) if starts and head else ordered[0]]
    most = _MAX_FURTHER_AT if starts or part.anchored else _MAX_FURTHER
    further = {
        _shortened(_without_longer(found), most) for found in {*ordered, *part.around} - {chosen[0]}
    }
    for found in sorted(further, key=_by_cost):
        helps = cost(found) < _TOO_COMMON and len(found) <= most
        if helps and not found & _TOKENS and not any(_implies(own, found) for own in chosen):
            chosen.append(found)
    firsts, before = (_firsts(part.lead), part.before) if starts else ("", None)
    return Need(
        tuple(chosen[:MAX_SETS]),
        starts,
        anchored=part.anchored,
        firsts=firsts,
        before=before or frozenset(),
    )


def _firsts(lead: Lead | None) -> str:
    """Return the characters of ASCII a match begins with; none where there are others."""
    if lead is None or not lead.first.isascii() or _CODE.search(lead.first):
        return ""
    return "".join(re.findall(lead.first, _ASCII))


def _tells(lead: Lead | None) -> TypeGuard[Lead]:
    """Say whether a lead is rare, and takes no long time to look for in any text."""
    if lead is None or re.search(lead.first, _USUAL):
        return False
    firsts = re.findall(lead.first, _ASCII)
    if not firsts:
        return not re.search(lead.first, _FAMILIAR)
    unbounded = _UNBOUNDED.findall(lead.rest)
    # A run of such characters must not be read again from each place inside it.
    again = any(re.search(text, "".join(firsts)) for text in unbounded)
    return bool(lead.rest) and len(unbounded) <= 1 and not again


def _expression(lead: Lead) -> str:
    # Written out, characters show that no text in ASCII can hold one of them.
    first = _ESCAPED.sub(lambda code: chr(int(code[1] or code[2], 16)), lead.first)
    # One character is taken and the rest looked at, so that a lead inside another is found too.
    return f"(?:{first})(?={_in_ascii(lead.rest)})" if first.isascii() else first


def _in_ascii(expression: str) -> str:
    """Write characters as codes: an expression in ASCII is tried on every text."""
    return "".join(char if char.isascii() else f"\\U{ord(char):08x}" for char in expression)


def _by_cost(strings: Strings) -> tuple[float, list[str]]:
    return cost(strings), sorted(strings)


def _without_longer(strings: Strings, *, at_start: bool = False) -> Strings:
    """Return the strings that hold, or begin with, no other one: the same texts hold one."""
    if at_start:
        return frozenset(
            text
            for text in strings
            if not any(text[:end] in strings for end in range(1, len(text)))
        )
    if len(strings) > _MAX_COMPARED:
        return strings
    return frozenset(
        text for text in strings if not any(other in text for other in strings if other is not text)
    )


def _shortened(strings: Strings, most: int) -> Strings:
    """Return beginnings of strings, or ends, as long as there are no more of them than `most`."""
    if len(strings) <= most or strings & _TOKENS:
        return strings
    for size in range(_LONGEST, 1, -1):
        cut = (
            frozenset(text[:size] for text in strings),
            frozenset(text[-size:] for text in strings),
        )
        few = [found for found in cut if len(found) <= most]
        if few:
            return min(few, key=_by_cost)
    return strings


def _implies(one: Strings, other: Strings) -> bool:
    """Say whether a text that holds a string of one set surely holds one of the other."""
    return all(any(short in text for short in other) for text in one)


def need_of_phrases(phrases: Iterable[str], *, plain: bool = False) -> Need:
    """Return what `need` returns, for whole phrases; `plain` ones are ASCII, in any case."""
    found = usable(frozenset(" ".join(phrase.lower().split()) for phrase in phrases))
    return Need() if found is None else Need((found,), phrases=plain)


def _opening(strings: Strings | None) -> Strings | None:
    """Return what can be looked for, the first stretch of each string."""
    if not strings or len(strings) > MAX_SET or strings & _TOKENS:
        return None
    found = set()
    for text in strings:
        odd = (place for place, char in enumerate(text) if not has_one_form(char))
        found.add(text[: next(odd, len(text))])
    return None if "" in found else frozenset(found)
