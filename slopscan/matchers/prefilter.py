"""One pass over a text that tells which searches can find anything in it, and where.

Every search gives sets of strings of which a match must hold one each (`literals`). Beginnings of
the strings of the rarest sets go into one automaton, so that the pass costs the same whatever the
number of rules; where one stands, the rest of its string and the other sets are asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from slopscan.matchers.normal import NON_ASCII, Strings, normalised

_CHUNK: Final = 65_536  # bytes; bounds the list of places found at once
_SHORT: Final = 2  # characters; a set of such strings is asked for as it is
_BEGINNING: Final = 8  # characters of a string that the automaton knows


class Needles(NamedTuple):
    """What a pass looks for.

    Attributes
    ----------
    keys : sequence of str
        Beginnings of strings.
    entries : sequence of sequence of (int, sequence of str)
        For each key, the searches that need a string which begins so, and these strings.
    always, non_ascii : sequence of int
        Searches that run everywhere, and wherever there is a character outside ASCII.
    short : mapping of int to tuple of str
        For each search left to them, strings too short and too common for the automaton.
    further : mapping of int to tuple of tuple of str
        For each search, the other sets of which its matches hold one string each.
    """

    keys: Sequence[str]
    entries: Sequence[Sequence[tuple[int, Sequence[str]]]]
    always: Sequence[int]
    non_ascii: Sequence[int]
    short: Mapping[int, Sequence[str]]
    further: Mapping[int, Sequence[Sequence[str]]]


class Place(NamedTuple):
    """A search that may match a text; `found` are strings of its first set that stand there."""

    text: int
    search: int
    found: frozenset[str]


def needles(needed: Sequence[Sequence[Strings]]) -> Needles:
    """Arrange what searches need, each given by its sets in normalised form (none: always)."""
    table: defaultdict[str, defaultdict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    always: list[int] = []
    non_ascii: list[int] = []
    short: dict[int, tuple[str, ...]] = {}
    further: dict[int, tuple[tuple[str, ...], ...]] = {}
    for number, sets in enumerate(needed):
        if not sets:
            always.append(number)
            continue
        texts = sorted(sets[0] - {NON_ASCII})
        if NON_ASCII in sets[0]:
            non_ascii.append(number)
        if max(map(len, texts), default=0) <= _SHORT:
            short[number] = tuple(texts)
            texts = []
        for text in texts:
            table[text[:_BEGINNING]][number].append(text)
        if sets[1:]:
            further[number] = tuple(tuple(sorted(found)) for found in sets[1:])
    entries = [[(n, tuple(texts)) for n, texts in entry.items()] for entry in table.values()]
    return Needles(tuple(table), entries, always, non_ascii, short, further)


class Prefilter:
    """Which of a number of searches may match which texts."""

    def __init__(self, sought: Needles) -> None:
        self._always = sought.always
        self._non_ascii = sought.non_ascii
        self._sought = sought.entries
        # Made when the first text holds the key: most never do.
        self._entries: list[list[tuple[int, tuple[bytes, ...]]] | None] = [None] * len(sought.keys)
        self._short = [(n, _encoded(texts)) for n, texts in sought.short.items()]
        self._further = {n: tuple(map(_encoded, sets)) for n, sets in sought.further.items()}
        keys = _encoded(sought.keys)
        self._overlap = max(map(len, keys), default=1) - 1
        self._automaton = None
        if keys:
            from ahocorasick_rs import BytesAhoCorasick  # noqa: PLC0415 - not for runs without rules

            self._automaton = BytesAhoCorasick(keys)

    def places(self, texts: Iterable[str]) -> Iterator[Place]:
        """Yield each search that may match one of the texts, ordered by text, then search."""
        batch: list[bytes] = []
        first = size = 0
        for text in texts:
            plain = normalised(text).encode("utf-8", "replace")
            if batch and size + len(plain) > _CHUNK:
                yield from self._places(batch, first)
                first += len(batch)
                batch, size = [], 0
            batch.append(plain)
            size += len(plain) + 1
        if batch:
            yield from self._places(batch, first)

    def _places(self, batch: list[bytes], first: int) -> Iterator[Place]:
        found: dict[tuple[int, int], set[bytes]] = {}
        for text, plain in enumerate(batch):
            for search in self._always:
                found[text, search] = set()
            if self._non_ascii and not plain.isascii():
                for search in self._non_ascii:
                    found[text, search] = set()
            for search, strings in self._short:
                for item in strings:
                    if item in plain:
                        found.setdefault((text, search), set()).add(item)
        # No string holds a line end, so none is found across the end of a text.
        data = b"\n".join(batch)
        if self._automaton is not None:
            self._look(data, _ends(batch), found)
        further = self._further
        for place in sorted(found):
            text, search = place
            others = further.get(search)
            if others is None or _holds_each(batch[text], others):
                here = frozenset([item.decode() for item in found[place]])
                yield Place(first + text, search, here)

    def _look(self, data: bytes, ends: list[int], found: dict[tuple[int, int], set[bytes]]) -> None:
        """Add each search a string of which stands in a text, and the string."""
        text = 0
        starts_with = data.startswith
        for key, at in self._beginnings(data):
            while at >= ends[text]:
                text += 1
            while text and at < ends[text - 1]:
                text -= 1
            for search, strings in self._entries[key] or self._entry(key):
                if starts_with(strings, at):
                    here = found.get((text, search))
                    if here is None:
                        here = found[text, search] = set()
                    if len(strings) == 1:
                        here.add(strings[0])
                    else:
                        here.update([item for item in strings if starts_with(item, at)])

    def _entry(self, key: int) -> list[tuple[int, tuple[bytes, ...]]]:
        made = [(search, _encoded(strings)) for search, strings in self._sought[key]]
        self._entries[key] = made
        return made

    def _beginnings(self, data: bytes) -> Iterable[tuple[int, int]]:
        """Return key and place of each beginning."""
        assert self._automaton is not None
        find = self._automaton.find_matches_as_indexes
        if len(data) <= _CHUNK + self._overlap:
            return [(key, at) for key, at, _ in find(data, overlapping=True)]
        return (
            (key, start + at)
            for start in range(0, len(data), _CHUNK)
            for key, at, _ in find(data[start : start + _CHUNK + self._overlap], overlapping=True)
        )


def _holds_each(plain: bytes, sets: tuple[tuple[bytes, ...], ...]) -> bool:
    for strings in sets:  # a loop in Python costs less here than two generators
        for item in strings:
            if item in plain:
                break
        else:
            return False
    return True


def _encoded(texts: Iterable[str]) -> tuple[bytes, ...]:
    return tuple(text.encode() for text in texts)


def _ends(batch: list[bytes]) -> list[int]:
    ends: list[int] = []
    end = 0
    for plain in batch:
        end += len(plain) + 1
        ends.append(end)
    return ends
