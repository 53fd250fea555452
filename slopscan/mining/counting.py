"""Counting in bounded memory: frequent patterns level by level, then exact sums of a short list.

A run of words is counted only where the run without its last word is frequent, so most of what
stands once is never held; what is held is pruned by lossy counting (Manku and Motwani 2002),
which never loses a pattern that stands in more texts than there were prunings.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from slopscan.corpus.statistics import Sums, Totals, likelihood_z
from slopscan.mining.patterns import MAX_LENGTH, Found, every, grown, is_candidate, pairs
from slopscan.mining.spool import Side, Spool
from slopscan.mining.texts import HUMAN, MODEL

MAX_KEYS: Final = 1_000_000
MAX_FREQUENT: Final = 250_000
SHORT_LIST: Final = 6_000
_EXAMPLES: Final = 12
# What differs less than by chance cannot pass a correction for thousands of tests.
_LEAST_Z: Final = 2.0

Step = Callable[[str], None]


class LossyCounter:
    """Counts in how many texts a key stands; forgets the rarest when there are too many.

    Parameters
    ----------
    max_keys : int
        As many are held at most.
    """

    def __init__(self, max_keys: int = MAX_KEYS) -> None:
        self._max = max_keys
        self._counts: dict[str, int] = {}
        # What a key may have been counted before it was forgotten.
        self._missed: dict[str, int] = {}
        self.prunings = 0

    def add(self, keys: Iterable[str]) -> None:
        """Count the different keys of one text."""
        counts = self._counts
        for key in set(keys):
            if key in counts:
                counts[key] += 1
            else:
                counts[key] = 1
                if self.prunings:
                    self._missed[key] = self.prunings
        while len(self._counts) > self._max:
            self._prune()

    def at_least(self, n: int, most: int = MAX_FREQUENT) -> dict[str, int]:
        """Return the keys that may stand in `n` texts or more, with their lowest counts.

        There are `most` of them at most, those with the highest counts.
        """
        missed = self._missed
        found = {key: c for key, c in self._counts.items() if c + missed.get(key, 0) >= n}
        if len(found) <= most:
            return found
        return dict(heapq.nlargest(most, found.items(), key=lambda item: (item[1], item[0])))

    def _prune(self) -> None:
        self.prunings += 1
        missed = self._missed
        self._counts = {
            key: count
            for key, count in self._counts.items()
            if count + missed.get(key, 0) > self.prunings
        }
        self._missed = {key: n for key, n in missed.items() if key in self._counts}


@dataclass(slots=True)
class Tally:
    """Exact sums of one pattern on one side.

    Attributes
    ----------
    sums : Sums
        Over prompts (or texts that have none).
    texts : int
    groups : mapping of str to set of str
        Prompts, sources and generators it stands in.
    examples : list of (str, str)
        Id of a text and the sentence, from different prompts first.
    """

    sums: Sums = field(default_factory=Sums)
    texts: int = 0
    groups: dict[str, set[str]] = field(default_factory=dict)
    examples: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Counted:
    """The short list with its sums on both sides, and the beginnings that lead to it."""

    tallies: dict[str, tuple[Tally, Tally]]
    frequent: Collection[str]
    totals: tuple[Totals, Totals]
    n_tested: int


def frequent_patterns(spool: Spool, min_texts: int, step: Step) -> dict[str, int]:
    """Return the patterns that stand in at least so many texts by models, all kinds."""
    frequent: dict[str, int] = {}
    for length in range(1, MAX_LENGTH + 1):
        step(f"counting patterns of {length} of {MAX_LENGTH} words")
        counter = LossyCounter()
        for text in spool.texts(MODEL):
            counter.add(found.key for found in grown(text, length, frequent))
            if length == 1:
                counter.add(found.key for found in pairs(text))
        frequent |= counter.at_least(min_texts)
    return frequent


def counted(spool: Spool, frequent: dict[str, int], step: Step) -> Counted:
    """Count the candidates on both sides; the short list exactly, with examples."""
    wanted = {key for key in frequent if is_candidate(key)}
    step(f"counting {len(wanted):,} candidates in the human texts")
    human: Counter[str] = Counter()
    for text in spool.texts(HUMAN):
        human.update({found.key for found in every(text, wanted, frequent)})
    totals = (spool.totals(MODEL), spool.totals(HUMAN))
    short = _short_list(wanted, (frequent, human), totals)
    beginnings = {start for key in short for start in _beginnings(key)}
    tallies = []
    for side in (MODEL, HUMAN):
        step(f"weighing {len(short):,} candidates in the {side} texts")
        tallies.append(_tallies(spool, side, short, beginnings))
    both = {key: (tallies[0][key], tallies[1][key]) for key in short}
    return Counted(both, beginnings, totals, len(wanted))


def _short_list(
    wanted: Collection[str],
    texts_with: tuple[Mapping[str, int], Mapping[str, int]],
    totals: tuple[Totals, Totals],
) -> set[str]:
    """Return the candidates that stand out most by the number of texts they stand in."""
    model, human = texts_with
    scored = []
    for key in wanted:
        z = likelihood_z(Sums(f=model[key]), Sums(f=human.get(key, 0)), *totals)
        if z > _LEAST_Z:
            scored.append((-z, key))
    return {key for _, key in sorted(scored)[:SHORT_LIST]}


def _beginnings(key: str) -> list[str]:
    places = [at for at, char in enumerate(key) if char == " "][1:]
    return [key[:at] for at in places] + [key]


def _tallies(
    spool: Spool, side: str, short: Collection[str], beginnings: Collection[str]
) -> dict[str, Tally]:
    tallies = {key: Tally() for key in short}
    for cluster in spool.clusters(side):
        counts: Counter[str] = Counter()
        seen: set[str] = set()
        for text in cluster:
            here: dict[str, Found] = {}
            for found in every(text, short, beginnings):
                counts[found.key] += 1
                here.setdefault(found.key, found)
            for key, found in here.items():
                tally = tallies[key]
                tally.texts += 1
                for name in ("prompt", "source", "generator"):
                    label = getattr(text, name)
                    if label:
                        tally.groups.setdefault(name, set()).add(label)
                if key not in seen and len(tally.examples) < _EXAMPLES:
                    start, end = found.ranges[0][0], found.ranges[-1][1]
                    tally.examples.append((text.id, text.around(start, end)))
            seen |= here.keys()
        words = sum(text.n_words for text in cluster)
        for key, n in counts.items():
            tallies[key].sums.add(n, words)
    return tallies


def evenness(seen: Collection[str], side: Side, name: str, texts: int) -> float | None:
    """Return in how many groups a pattern stands, as a share of what chance would give.

    Parameters
    ----------
    seen : collection of str
        The groups it stands in.
    side : Side
    name : str
        `prompt`, `source` or `generator`.
    texts : int
        In how many texts it stands.

    Returns
    -------
    float or None
        Up to 1; None where the side has fewer than two groups.
    """
    groups = side.groups[name]
    if len(groups) < 2 or not texts:
        return None
    total = sum(groups.values())
    expected = sum(1 - (1 - n / total) ** texts for n in groups.values())
    return min(len(seen) / expected, 1.0)
