"""One pass over the texts of a document that tells which searches can find anything, and where.

Every search gives sets of strings of which the text must hold one each (`needs`). Beginnings of
the strings of the first sets go into one automaton, so that the pass costs the same whatever the
number of rules; where one stands, the rest of its string and the other sets are asked for.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, islice
from operator import eq
from typing import Final, NamedTuple

from slopscan.matchers.base import Need
from slopscan.matchers.look import Found, Look
from slopscan.matchers.normal import FOREIGN, NON_ASCII, Alphabet, Form
from slopscan.nlp.pieces import encoded, pieces

_read: Final = json.JSONDecoder().raw_decode  # a third of the time of `json.loads`
_CHUNK: Final = 65_536  # bytes; bounds the list of places found at once
_MAX_READ: Final = 4_000_000  # bytes read again and again for words that stand twice
_LINE_END: Final = "\n"
_SHORT: Final = 2  # characters; a set of such strings is asked for as it is
_FEW: Final = 500  # keys of which the fastest automaton is soon made
_BEGINNING: Final = 8  # characters of a string that the automaton knows

Entry = Sequence[tuple[int, Sequence[str]]]
# Search, strings, and whether these are but the key itself.
_Ready = list[tuple[int, tuple[bytes, ...], bool]]


class Needles(NamedTuple):
    """What a pass looks for.

    Attributes
    ----------
    keys : sequence of str
        Beginnings of strings.
    entries : sequence of sequence of (int, sequence of str), or of bytes
        For each key, the searches that need a string which begins so, and these strings; as JSON
        where they come from the cache.
    always, non_ascii, foreign : sequence of int
        Searches that run everywhere, wherever there is a character outside ASCII, and wherever
        there is one that is not even `TYPOGRAPHIC`.
    short : mapping of int to tuple of str
        For each search left to them, strings too short and too common for the automaton.
    further : mapping of int to tuple of tuple of str
        For each search, the other sets of which a text holds one string each.
    echoes : mapping of int to (int, sequence of str)
        Searches that need a word twice: how many letters it has at least, and what is between.
    leads : mapping of int to str
        Searches whose matches begin where these expressions match.
    starts, phrases, anchored : sequence of int
        Searches whose matches begin with their strings, are their strings as whole words, and
        begin where the text does.
    openings : mapping of int to (str, sequence of str)
        Of searches that are tried where matches may begin, what is known of `firsts` and `before`.
    letters : str
        The characters outside ASCII of all strings.
    """

    keys: Sequence[str]
    entries: Sequence[Entry | bytes]
    always: Sequence[int]
    non_ascii: Sequence[int]
    foreign: Sequence[int]
    short: Mapping[int, Sequence[str]]
    further: Mapping[int, Sequence[Sequence[str]]]
    echoes: Mapping[int, tuple[int, Sequence[str]]]
    leads: Mapping[int, str]
    starts: Sequence[int]
    phrases: Sequence[int]
    anchored: Sequence[int]
    openings: Mapping[int, tuple[str, Sequence[str]]]
    letters: str


def needles(needs: Sequence[Need]) -> Needles:
    """Arrange what searches need."""
    table: defaultdict[str, defaultdict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    always: list[int] = []
    of_token: dict[str, list[int]] = {NON_ASCII: [], FOREIGN: []}
    short: dict[int, tuple[str, ...]] = {}
    further: dict[int, tuple[tuple[str, ...], ...]] = {}
    echoes: dict[int, tuple[int, Sequence[str]]] = {}
    leads: dict[int, str] = {}
    for number, (sets, _, _, echo, lead, *_) in enumerate(needs):
        if not sets:
            if lead:
                leads[number] = lead
            elif echo:
                echoes[number] = (echo.least, sorted(echo.joints))
            else:
                always.append(number)
            continue
        texts = sorted(sets[0] - of_token.keys())
        for token in sets[0] & of_token.keys():
            of_token[token].append(number)
        if max(map(len, texts), default=0) <= _SHORT:
            short[number] = tuple(texts)
            texts = []
        for text in texts:
            table[text[:_BEGINNING]][number].append(text)
        if sets[1:]:
            further[number] = tuple(tuple(sorted(found)) for found in sets[1:])
    entries: list[Entry | bytes] = [
        [(n, tuple(texts)) for n, texts in entry.items()] for entry in table.values()
    ]
    every = "".join(text for need in needs for found in need.sets for text in found)
    every += "".join(text for _, joints in echoes.values() for text in joints)
    letters = sorted({char for char in every if not char.isascii()} - of_token.keys())
    return Needles(
        tuple(table),
        entries,
        always,
        of_token[NON_ASCII],
        of_token[FOREIGN],
        short,
        further,
        echoes,
        leads,
        [number for number, need in enumerate(needs) if need.starts],
        [number for number, need in enumerate(needs) if need.phrases],
        [number for number, need in enumerate(needs) if need.anchored],
        {
            number: (need.firsts, sorted(need.before))
            for number, need in enumerate(needs)
            if need.firsts or need.before
        },
        "".join(letters),
    )


class Prefilter:
    """Which of a number of searches may match which texts."""

    def __init__(self, sought: Needles) -> None:
        self.alphabet: Final = Alphabet(sought.letters)
        self.sought: Final = sought
        # Made when the first text holds the key: most never do.
        self._entries: list[_Ready | None] = [None] * len(sought.keys)
        self._short: defaultdict[bytes, list[int]] = defaultdict(list)
        for search, texts in sought.short.items():
            for text in self.alphabet.encoded_all(texts):
                self._short[text].append(search)
        self._leads: dict[int, re.Pattern[str]] = {}
        self._openings: dict[int, tuple[str, tuple[bytes, ...], bool]] = {}
        self._further: dict[int, tuple[tuple[bytes, ...], ...]] = {}
        # Each match of these holds such a character.
        self.only_foreign: Final = frozenset(
            n for n in sought.foreign if not sought.short.get(n, 1)
        )
        self.starts: Final = frozenset(sought.starts)
        self.phrases: Final = frozenset(sought.phrases)
        self.anchored: Final = frozenset(sought.anchored)
        keys = self.alphabet.encoded_all(sought.keys)
        self._overlap = max(map(len, keys), default=1) - 1
        self._automaton = None
        if keys:
            # Not for runs without rules.
            from ahocorasick_rs import BytesAhoCorasick, Implementation  # noqa: PLC0415

            kind = Implementation.DFA if len(keys) <= _FEW else None  # in a third of the time
            self._automaton = BytesAhoCorasick(keys, implementation=kind)

    def look(
        self, texts: Sequence[str], words: Sequence[bytes] | None = None, *, placed: bool = True
    ) -> Look:
        """Look for all strings in the texts of a document.

        Parameters
        ----------
        texts : sequence of str
        words : sequence of bytes, optional
            Their `pieces`, where they are known.
        placed : bool
            False: nobody asks for places, only for their number.
        """
        form = self.alphabet.form(texts)
        found: defaultdict[int, Found] = defaultdict(list)
        data = form.data
        for item, searches in self._short.items():
            strings = (item,)
            if placed:
                places = [(at, strings) for at in every_place(data, item)]
            else:
                places = [(0, strings)] * data.count(item)
            for search in searches if places else ():
                found[search] += places
        if self._automaton is not None:
            self._find(data, found)
        everywhere = self._everywhere(form, len(texts))
        if self.sought.echoes:
            everywhere |= self._echoing(form, texts, words)
        foreign = not data.isascii() and self.alphabet.n_foreign(data) > 0
        led = self._led(texts, form, foreign=foreign)
        return Look(self, texts, form, found, everywhere=everywhere, led=led)

    def further(self, search: int) -> tuple[tuple[bytes, ...], ...]:
        """Return the sets of which a text holds one string each, beside the first."""
        known = self._further.get(search)
        if known is None:
            sets = self.sought.further.get(search, ())
            known = self._further[search] = tuple(map(self.alphabet.encoded_all, sets))
        return known

    def opening(self, search: int) -> tuple[str, tuple[bytes, ...], bool]:
        """Return what a match begins with, what stands before it, and if it may open a text."""
        known = self._openings.get(search)
        if known is None:
            firsts, before = self.sought.openings.get(search, ("", ()))
            ends = tuple(self.alphabet.encoded(text) for text in before if text != _LINE_END)
            known = self._openings[search] = (firsts, ends, _LINE_END in before)
        return known

    def begun(self, search: int, places: list[int], data: bytes) -> list[int]:
        """Return those of the places in texts where what stands before a match does."""
        _, before, may_open = self.opening(search)
        if not (before or may_open):
            return places
        ends = (*before, b"\n") if may_open else before
        ends_with = data.endswith
        return [at for at in places if (ends_with(ends, 0, at) if at else may_open)]

    def _everywhere(self, form: Form, n_texts: int) -> dict[int, Sequence[int]]:
        """Return the texts in which searches run whatever strings there are."""
        where: dict[int, Sequence[int]] = dict.fromkeys(self.sought.always, range(n_texts))
        data = form.data
        if data.isascii() or not (self.sought.non_ascii or self.sought.foreign):
            return where
        ends = (*(start - 1 for start in form.starts[1:]), len(data))
        odd = [n for n in range(n_texts) if not data[form.starts[n] : ends[n]].isascii()]
        where |= dict.fromkeys(self.sought.non_ascii, odd)
        if self.sought.foreign and self.alphabet.n_foreign(data) > 0:
            n_foreign = self.alphabet.n_foreign
            foreign = [n for n in odd if n_foreign(data[form.starts[n] : ends[n]])]
            where |= dict.fromkeys(self.sought.foreign, foreign)
        return where

    def _echoing(
        self, form: Form, texts: Sequence[str], words: Sequence[bytes] | None
    ) -> dict[int, Sequence[int]]:
        """Return the texts in which a word that is long enough stands twice."""
        if words is None:
            words = pieces(encoded("\n".join(texts)))[0]
        where: dict[int, Sequence[int]] = {}
        known: dict[int, set[bytes]] = {}
        for search, (least, joints) in self.sought.echoes.items():
            if least not in known:
                known[least] = echoes(words, least)
            twice = known[least]
            is_plain = all(map(bytes.isascii, twice))  # another letter has its own byte in a form
            if is_plain and len(twice) * len(joints) * len(form.data) < _MAX_READ:
                between = self.alphabet.encoded_all(joints) if twice else ()
                found = form.holding_twice(twice, between)
            else:
                every = enumerate(texts)
                found = [n for n, text in every if echoes(pieces(encoded(text))[0], least)]
            if found:
                where[search] = found
        return where

    def _led(
        self, texts: Sequence[str], form: Form, *, foreign: bool
    ) -> dict[int, list[tuple[int, int]]]:
        """Return text and place where matches of searches may begin.

        A lead that is not ASCII has a first character that is not even `TYPOGRAPHIC`.
        """
        found: dict[int, list[tuple[int, int]]] = {}
        whole = "\n".join(texts)
        starts: list[int] = []
        for search, lead in self.sought.leads.items():
            if not (foreign or lead.isascii()):
                continue
            pattern = self._leads.get(search)
            if pattern is None:
                pattern = self._leads[search] = re.compile(lead)
            places = [match.start() for match in pattern.finditer(whole)]
            if not form.shifted:  # else a character may stand elsewhere in the form
                places = self.begun(search, places, form.data)
            if places:
                starts = starts or [0, *accumulate(len(text) + 1 for text in texts)]
                numbers = (bisect_right(starts, at) - 1 for at in places)
                found[search] = [(n, at - starts[n]) for n, at in zip(numbers, places, strict=True)]
        return found

    def _find(self, data: bytes, found: defaultdict[int, Found]) -> None:
        """Add each place where a string stands."""
        starts_with, entries = data.startswith, self._entries
        for key, at, _ in self._beginnings(data):
            for search, strings, is_whole in entries[key] or self._entry(key):
                if is_whole or starts_with(strings, at):
                    found[search].append((at, strings))

    def _entry(self, key: int) -> list[tuple[int, tuple[bytes, ...], bool]]:
        kept = self.sought.entries[key]
        entry: Entry = _read(kept.decode())[0] if isinstance(kept, bytes) else kept
        made = []
        for search, strings in entry:
            is_whole = list(strings) == [self.sought.keys[key]]
            made.append((search, self.alphabet.encoded_all(strings), is_whole))
        self._entries[key] = made
        return made

    def _beginnings(self, data: bytes) -> Iterable[tuple[int, int, int]]:
        """Return key, place and end of each beginning."""
        assert self._automaton is not None
        find = self._automaton.find_matches_as_indexes
        if len(data) <= _CHUNK + self._overlap:
            found: list[tuple[int, int, int]] = find(data, overlapping=True)
            return found
        return (
            (key, start + at, start + end)
            for start in range(0, len(data), _CHUNK)
            for key, at, end in find(data[start : start + _CHUNK + self._overlap], overlapping=True)
            if at < _CHUNK
        )


def every_place(data: bytes, item: bytes) -> list[int]:
    """Return where a string stands, overlapping ones included."""
    places = []
    at = data.find(item)
    while at >= 0:
        places.append(at)
        at = data.find(item, at + 1)
    return places


def echoes(words: Sequence[bytes], least: int) -> set[bytes]:
    """Return the words of so many letters that stand twice with only shorter ones between."""
    found = [word for word in words if len(word) >= least]
    if not any(map(eq, found, islice(found, 1, None))):
        return set()
    return {one for one, other in zip(found, islice(found, 1, None), strict=False) if one == other}
