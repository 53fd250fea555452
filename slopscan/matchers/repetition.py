"""Kind `repetition`: the same words again, in units in a row or within a window of words.

A hit underlines the repeated words where they stand first; the other places are related.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, groupby, pairwise
from operator import attrgetter, itemgetter
from typing import Any, Final, NamedTuple, TypeVar, overload

from slopscan.catalogue.lists import Lists
from slopscan.catalogue.rule import RepetitionMatch, Rule
from slopscan.matchers.base import Hit, Skip, blocks_in_scope, sees
from slopscan.nlp.annotate import Annotated, AnnotatedBlock
from slopscan.spans import ProseSpan

_T = TypeVar("_T")
_MAX_COUNTED: Final = 100  # places; each is counted in the whole text
_WINDOWS: Final = 8  # looked at together; bounds the n-grams held at once


class _Spans(Sequence[ProseSpan]):
    """The spans of places, made when they are asked for: most hits of a long run are dropped."""

    def __init__(self, places: Sequence[_T], span_of: Callable[[_T], ProseSpan]) -> None:
        self._places: Sequence[Any] = places
        self._span_of: Callable[[Any], ProseSpan] = span_of

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, at: int) -> ProseSpan: ...
    @overload
    def __getitem__(self, at: slice) -> _Spans: ...
    def __getitem__(self, at: int | slice) -> ProseSpan | _Spans:
        if isinstance(at, slice):
            return _Spans(self._places[at], self._span_of)
        return self._span_of(self._places[at])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))


class _Edge(NamedTuple):
    """The words of a unit that may repeat; no words where the unit breaks any run.

    `first` and `last` are the numbers of words in the block.
    """

    words: tuple[str, ...]
    block: AnnotatedBlock
    first: int
    last: int

    @property
    def span(self) -> ProseSpan:
        """From the first of its words to the last one."""
        return _span(self.block, self.first, self.last)


_edge_of: Final[Callable[[tuple[object, ...]], _Edge]] = partial(tuple.__new__, _Edge)


class RepetitionMatcher:
    """Finds the repetitions of one rule."""

    by_block = False

    def __init__(self, rule: Rule, match: RepetitionMatch, lists: Lists) -> None:
        self.rules = (rule,)
        self._match = match
        self._not_starting = frozenset(lists.expand(match.not_starting))

    def find(self, annotated: Annotated) -> Iterator[Hit | Skip]:
        """Yield one hit for each run, or for each n-gram that is dense enough."""
        if self._match.unit == "ngram":
            yield from self._ngrams(annotated)
            return
        (rule,) = self.rules
        runs = self._block_units(rule, annotated)
        if self._match.unit == "sentence":
            runs = map(self._sentence_units, self._blocks_with_runs(rule, annotated))
        for units in runs:
            for words, group in groupby(units, key=itemgetter(0)):
                if words:
                    edges = list(group)
                    if len(edges) >= self._match.run:
                        yield self._hit(_Spans(edges, attrgetter("span")))

    def _hit(self, spans: _Spans) -> Hit:
        (rule,) = self.rules
        values = {"count": str(len(spans))}
        return Hit(rule.id, spans[0], related=spans[1:], values=values)

    def _blocks_with_runs(self, rule: Rule, annotated: Annotated) -> Iterator[AnnotatedBlock]:
        """Yield the blocks that may hold a run of sentences."""
        run, at_end = self._match.run, self._match.edge == "end"
        for block, most_first, most_last in annotated.sentence_blocks:
            most = most_last if at_end else most_first
            if most >= run and sees(rule, block.block.kind) and self._may_run(block):
                yield block

    def _may_run(self, block: AnnotatedBlock) -> bool:
        """Say whether a block can hold a run of sentences, without the places of its words."""
        run, at_end = self._match.run, self._match.edge == "end"
        if block.longest_runs[at_end] < run:
            return False
        edges = (self._words_at_edge(words) for words in block.sentence_words)
        return any(words and len(list(group)) >= run for words, group in groupby(edges))

    def _words_at_edge(self, words: Sequence[str]) -> Sequence[str]:
        match = self._match
        too_long = match.max_unit_words is not None and len(words) > match.max_unit_words
        if too_long or len(words) < match.words:
            return ()
        if match.edge != "whole":
            words = words[: match.words] if match.edge == "start" else words[-match.words :]
        return () if words[0] in self._not_starting else words

    def _sentence_units(self, block: AnnotatedBlock) -> Iterator[_Edge]:
        for first, last in block.sentence_ranges:
            yield self._edge(block, first, last)

    def _block_units(self, rule: Rule, annotated: Annotated) -> Iterator[Iterator[_Edge]]:
        """Yield the blocks between two that are out of scope, or of another kind, as one run."""
        for kind, group in groupby(annotated.blocks, key=lambda block: block.block.kind):
            if sees(rule, kind):
                yield (self._edge(block, 0, len(block.lowered)) for block in group if block.lowered)

    def _edge(self, block: AnnotatedBlock, first: int, last: int) -> _Edge:
        match = self._match
        words = tuple(self._words_at_edge(block.lowered[first:last]))
        if match.edge == "start":
            last = min(last, first + match.words)
        elif match.edge == "end":
            first = max(first, last - match.words)
        return _edge_of((words, block, first, last - 1))

    def _ngrams(self, annotated: Annotated) -> Iterator[Hit]:
        places: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        n, before = self._match.words, 0
        parts = self._dense_parts(annotated) if self._may_recur(annotated.pieces) else []
        if not parts:
            return
        blocks = list(blocks_in_scope(self.rules[0], annotated))
        begins = []
        for block in blocks:
            begins.append(before)
            end = before + len(block.lowered)
            if any(low < end and before < high for low, high in parts):
                for place, words in enumerate(_ngrams_of(block.lowered, n), start=before):
                    if words[0] in self._not_starting:
                        continue
                    found = places[words]
                    # "very very very" is one place of "very very", not two.
                    if not found or place >= found[-1] + n:
                        found.append(place)
            before = end

        def span_of(place: int) -> ProseSpan:
            number = bisect_right(begins, place) - 1
            first = place - begins[number]
            return _span(blocks[number], first, first + n - 1)

        for found in places.values():
            for close in self._clusters(found):
                yield self._hit(_Spans(close, span_of))

    def _may_recur(self, pieces: Sequence[bytes]) -> bool:
        """Say whether some n-gram of words may come often enough: the pieces of it then do.

        Of as many places as are wanted, two have the same remainder when divided by a smaller
        number. From its next multiple on, what is left of the n-gram stands there twice.
        """
        n, run = self._match.words, self._match.run
        step = min(run - 1, max(n // 2, 1))
        if step < 1:
            return len(pieces) >= n
        size = n - step + 1
        hashes = list(map(hash, zip(*(pieces[at::step] for at in range(size)), strict=False)))
        if len(set(hashes)) == len(hashes):
            return False
        whole = b" ".join(pieces)
        again = Counter(hashes)
        places = [at * step for at, found in enumerate(hashes) if again[found] > 1]
        grams = {b" ".join(pieces[at : at + size]) for at in places[:_MAX_COUNTED]}
        return len(places) > _MAX_COUNTED or any(whole.count(gram) >= run for gram in grams)

    def _dense_parts(self, annotated: Annotated) -> list[tuple[int, int]]:
        """Return the ranges of words in which some n-gram comes often enough, whatever the blocks.

        Only there are the places of words needed, which take a hundred times the memory.
        """
        found: list[tuple[int, int]] = []
        n, window = self._match.words, self._match.window_words
        blocks = blocks_in_scope(self.rules[0], annotated)
        words = list(chain.from_iterable(block.lowered for block in blocks))
        # Places count from the first word to the first word, so the last n-gram sticks out.
        step = len(words) if window is None else _WINDOWS * window
        for start in range(0, len(words), max(step, 1)):
            part = words[start : start + step + (window or 0) + n]
            if self._repeats(part):
                found.append((start, start + len(part)))
        return found

    def _repeats(self, words: Sequence[str]) -> bool:
        """Say whether some n-gram comes often enough."""
        n, run = self._match.words, self._match.run
        if n > 2:
            # Each of its words comes as often; hardly ever do so many of these stand together.
            counts = Counter(words)
            rare = [place for place, word in enumerate(words) if counts[word] < run]
            if all(after - before <= n for before, after in pairwise((-1, *rare, len(words)))):
                return False
        ngrams = Counter(_ngrams_of(words, n))
        return max(ngrams.values(), default=0) >= run

    def _clusters(self, places: list[int]) -> Iterator[list[int]]:
        """Yield the places that lie so close that each `run` of them fits in the window."""
        run, window = self._match.run, self._match.window_words
        first = 0
        while first + run <= len(places):
            last = first + run - 1
            if window is not None and places[last] - places[first] >= window:
                first += 1
                continue
            while last + 1 < len(places) and (
                window is None or places[last + 1] - places[last + 2 - run] < window
            ):
                last += 1
            yield places[first : last + 1]
            first = last + 1


def _span(block: AnnotatedBlock, first: int, last: int) -> ProseSpan:
    return block.prose(block.words[first].start, block.words[last].end)


def _ngrams_of(words: Sequence[str], n: int) -> Iterator[tuple[str, ...]]:
    return zip(*(words[i:] for i in range(n)), strict=False)


def build(rules: Iterable[Rule], lists: Lists) -> Iterator[RepetitionMatcher]:
    """Make a matcher for each rule."""
    for rule in rules:
        if isinstance(rule.search, RepetitionMatch):
            yield RepetitionMatcher(rule, rule.search, lists)
