"""Kind `repetition`: the same words again, in units in a row or within a window of words.

A hit underlines the repeated words where they stand first; the other places are related.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, pairwise
from typing import Final

from slopscan.catalogue.lists import Lists
from slopscan.catalogue.rule import RepetitionMatch, Rule
from slopscan.matchers.base import Hit, Skip, blocks_in_scope, sees
from slopscan.nlp.annotate import Annotated, AnnotatedBlock, Word
from slopscan.spans import ProseSpan, prose_span

_OFTEN: Final = b"\1"
_MAX_HELD: Final = 5_000  # n-grams
_WINDOWS: Final = 8  # looked at together; bounds the n-grams held at once


@dataclass(frozen=True, slots=True)
class _Edge:
    """The words of a unit that may repeat; no words where the unit breaks any run."""

    words: tuple[str, ...]
    span: ProseSpan


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
            runs = (
                self._sentence_units(block)
                for most, block in annotated.sentence_blocks
                if most >= self._match.run and sees(rule, block.block.kind) and self._may_run(block)
            )
        for units in runs:
            for words, group in groupby(units, key=lambda edge: edge.words):
                members = list(group)
                if words and len(members) >= self._match.run:
                    yield self._hit([member.span for member in members])

    def _hit(self, spans: list[ProseSpan]) -> Hit:
        (rule,) = self.rules
        values = {"count": str(len(spans))}
        return Hit(rule.id, spans[0], related=tuple(spans[1:]), values=values)

    def _may_run(self, block: AnnotatedBlock) -> bool:
        """Say whether a block can hold a run of sentences, without the places of its words."""
        run, at_end = self._match.run, self._match.edge == "end"
        if (block.most_alike_last if at_end else block.most_alike_first) < run:
            return False
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
        starts = [word.start for word in block.words]
        for start, end in block.sentences:
            words = block.words[bisect_left(starts, start) : bisect_left(starts, end)]
            if words:
                yield self._edge(words, block)

    def _block_units(self, rule: Rule, annotated: Annotated) -> Iterator[Iterator[_Edge]]:
        """Yield the blocks between two that are out of scope, or of another kind, as one run."""
        for kind, group in groupby(annotated.blocks, key=lambda block: block.block.kind):
            if sees(rule, kind):
                yield (self._edge(block.words, block) for block in group if block.words)

    def _edge(self, words: Sequence[Word], block: AnnotatedBlock) -> _Edge:
        match = self._match
        chosen = words
        if match.edge != "whole":
            chosen = words[: match.words] if match.edge == "start" else words[-match.words :]
        span = block.prose(chosen[0].start, chosen[-1].end)
        return _Edge(tuple(self._words_at_edge([word.lower for word in words])), span)

    def _ngrams(self, annotated: Annotated) -> Iterator[Hit]:
        places: defaultdict[tuple[str, ...], list[tuple[int, ProseSpan]]] = defaultdict(list)
        before = 0
        parts = self._dense_parts(annotated) if self._may_recur(annotated.pieces) else []
        if not parts:
            return
        for block in blocks_in_scope(self.rules[0], annotated):
            end = before + len(block.lowered)
            if not any(low < end and before < high for low, high in parts):
                before = end
                continue
            for position, words, span in self._ngrams_of(block):
                found = places[words]
                # "very very very" is one place of "very very", not two.
                if not found or before + position >= found[-1][0] + self._match.words:
                    found.append((before + position, span))
            before = end
        for found in places.values():
            for spans in self._clusters(found):
                yield self._hit(spans)

    def _may_recur(self, pieces: Sequence[bytes]) -> bool:
        """Say whether some n-gram of words may come often enough: the pieces of it then do.

        Each piece comes as often; hardly ever do so many of these stand together.
        """
        n, run = self._match.words, self._match.run
        counts = Counter(pieces)
        often = {piece for piece, count in counts.items() if count >= run}
        flags = bytes(map(often.__contains__, pieces))
        grams: Counter[tuple[bytes, ...]] = Counter()
        at = flags.find(_OFTEN * n)
        while at >= 0:
            grams[tuple(pieces[at : at + n])] += 1
            if len(grams) > _MAX_HELD:
                return True
            at = flags.find(_OFTEN * n, at + 1)
        return max(grams.values(), default=0) >= run

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
        ngrams = Counter(zip(*(words[i:] for i in range(n)), strict=False))
        return max(ngrams.values(), default=0) >= run

    def _ngrams_of(self, block: AnnotatedBlock) -> Iterator[tuple[int, tuple[str, ...], ProseSpan]]:
        n = self._match.words
        for i in range(len(block.words) - n + 1):
            words = block.words[i : i + n]
            if words[0].lower not in self._not_starting:
                start, end = block.offset + words[0].start, block.offset + words[-1].end
                yield i, tuple(word.lower for word in words), prose_span(start, end)

    def _clusters(self, places: list[tuple[int, ProseSpan]]) -> Iterator[list[ProseSpan]]:
        """Yield the places that lie so close that each `run` of them fits in the window."""
        run, window = self._match.run, self._match.window_words
        first = 0
        while first + run <= len(places):
            last = first + run - 1
            if window is not None and places[last][0] - places[first][0] >= window:
                first += 1
                continue
            while last + 1 < len(places) and (
                window is None or places[last + 1][0] - places[last + 2 - run][0] < window
            ):
                last += 1
            yield [span for _, span in places[first : last + 1]]
            first = last + 1


def build(rules: Iterable[Rule], lists: Lists) -> Iterator[RepetitionMatcher]:
    """Make a matcher for each rule."""
    for rule in rules:
        if isinstance(rule.search, RepetitionMatch):
            yield RepetitionMatcher(rule, rule.search, lists)
