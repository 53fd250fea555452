"""One pass over a text that tells which searches can find anything in it.

Every search gives strings of which a match must hold at least one (`literals`); all of them go into
one automaton, so that the pass costs the same whatever the number of rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from slopscan.matchers.literals import NON_ASCII, Strings, normalised

_CHUNK = 65_536  # bytes; bounds the list of places found at once


class Prefilter:
    """Which of a number of searches may match a text.

    Parameters
    ----------
    needed : sequence of (frozenset of str or None)
        For each search, strings in normalised form of which any match holds one; None for a
        search that must always run.
    """

    def __init__(self, needed: Sequence[Strings | None]) -> None:
        searches: defaultdict[str, list[int]] = defaultdict(list)
        for number, strings in enumerate(needed):
            for text in strings or ():
                searches[text].append(number)
        self._always = [number for number, strings in enumerate(needed) if strings is None]
        self._non_ascii = searches.pop(NON_ASCII, [])
        texts = [text.encode() for text in searches]
        self._searches = [tuple(numbers) for numbers in searches.values()]
        self._overlap = max(map(len, texts), default=1) - 1
        self._automaton = None
        if texts:
            from ahocorasick_rs import BytesAhoCorasick  # noqa: PLC0415 - not for runs without rules

            self._automaton = BytesAhoCorasick(texts)

    def __call__(self, text: str) -> list[int]:
        """Return the numbers of the searches that may match, in order."""
        numbers = set(self._always)
        if self._non_ascii and not text.isascii():
            numbers.update(self._non_ascii)
        for found in self._found(normalised(text).encode("utf-8", "replace")):
            numbers.update(self._searches[found])
        return sorted(numbers)

    def _found(self, data: bytes) -> Iterable[int]:
        if self._automaton is None:
            return ()
        find = self._automaton.find_matches_as_indexes
        if len(data) <= _CHUNK:
            return {place[0] for place in find(data, overlapping=True)}
        found: set[int] = set()
        for start in range(0, len(data), _CHUNK):
            chunk = data[start : start + _CHUNK + self._overlap]
            found.update(place[0] for place in find(chunk, overlapping=True))
        return found
