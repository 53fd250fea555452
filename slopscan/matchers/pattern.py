"""Kind `pattern`: regular expressions over each block, or over the file as it is.

Every search has a budget of processor time. A text on which a pattern overruns it is skipped for
that rule, and the skip is reported: hostile input must not stop a scan.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from slopscan.catalogue.lists import Lists
from slopscan.catalogue.rule import REGION_SCOPES, PatternMatch, Rule, named_lists
from slopscan.document import Document
from slopscan.lazy import lazy
from slopscan.matchers.base import (
    BLOCK_SECONDS,
    Hit,
    Need,
    SearchPlace,
    Skip,
    Spans,
    compiled,
    holds_in,
    is_excused,
    plain_hit,
)
from slopscan.matchers.prepared import Prepared
from slopscan.nlp.annotate import Annotated
from slopscan.spans import LineIndex, SpanIndex, source_span

if TYPE_CHECKING:
    import regex

FILE_SECONDS: Final = 2.0
_MAX_STARTS: Final = 32  # of one block; each has its share of the time


class PatternMatcher:
    """Finds the expressions of one rule."""

    def __init__(
        self, rule: Rule, match: PatternMatch, lists: Lists, prepared: Prepared | None = None
    ) -> None:
        self.rules = (rule,)
        self._match = match
        self._lists = lists
        self._prepared = prepared if prepared and rule.id in prepared.codes else None
        self._patterns: list[regex.Pattern[str] | None] = [None] * len(match.regexes)
        self._groups: list[str | int] = [0] * len(match.regexes)  # what is underlined
        if self._prepared is None:
            for number, need in enumerate(self.needed):
                # It will run on every text, or is no expression at all.
                if need in (Need(), Need(anchored=True)):
                    self._pattern(number)

    @lazy
    def needed(self) -> tuple[Need, ...]:
        """For each expression, what a text must hold."""
        from slopscan.matchers.needs import need  # noqa: PLC0415 - not when prepared

        return tuple(need(text, _words_of(text, self._lists)) for text in self._match.regexes)

    def compile_all(self) -> list[regex.Pattern[str]]:
        """Return every expression, that of `unless` last where there is one."""
        patterns = [self._pattern(number) for number in range(len(self._patterns))]
        return [*patterns, self._unless] if self._unless is not None else patterns

    def find_at(self, annotated: Annotated, places: Iterable[SearchPlace]) -> Iterator[Hit | Skip]:
        """Yield a hit for each match: its group `span`, or all of it."""
        (rule,) = self.rules
        for block, number, at in places:
            try:
                for start, end in self._spans(number, block.text, BLOCK_SECONDS, at):
                    unless = self._unless
                    if unless is None or not is_excused(unless, block, start, end):
                        yield plain_hit(rule.id, block.prose(start, end))
            except TimeoutError:
                begin = annotated.document.offsets.to_source(block.prose(0, len(block.text)))
                yield self._skip(rule, annotated.document, begin.start, BLOCK_SECONDS)

    def find_in_source(
        self, annotated: Annotated, searches: Iterable[tuple[int, Spans | None]]
    ) -> Iterator[Hit | Skip]:
        """Yield a hit for each match outside the regions the rule does not see."""
        (rule,) = self.rules
        document = annotated.document
        text, dropped = _plain_line_ends(document.source.text)
        hidden: SpanIndex[Any] | None = None
        try:
            for number, at in searches:
                for begin, close in self._spans(number, text, FILE_SECONDS, at):
                    if hidden is None:
                        hidden = hidden_regions(rule, document)
                    start = begin + bisect_left(dropped, begin)
                    end = close + bisect_left(dropped, close)
                    if hidden.containing(start) or hidden.containing(end - 1):
                        continue
                    unless = self._unless
                    if unless is None or not holds_in(unless, _line_around(text, begin, close)):
                        yield Hit(rule.id, source=source_span(start, end))
        except TimeoutError:
            yield self._skip(rule, document, 0, FILE_SECONDS)

    def spans(self, text: str, seconds: float) -> Iterator[tuple[int, int]]:
        """Yield start and end of each match of any expression that is not empty.

        Raises
        ------
        TimeoutError
            One expression took more than `seconds` of processor time on the text.
        """
        for number in range(len(self._patterns)):
            yield from self._spans(number, text, seconds)

    def _spans(
        self, number: int, text: str, seconds: float, at: Sequence[tuple[int, int]] | None = None
    ) -> Iterator[tuple[int, int]]:
        pattern = self._patterns[number] or self._pattern(number)
        group = self._groups[number]
        if at is None or len(at) > _MAX_STARTS:
            matches = pattern.finditer(text, timeout=seconds)
        else:
            matches = _matches_at(pattern, text, at, seconds)
        for found in matches:
            start, end = found.span(group)
            if start < end:
                yield start, end

    def _pattern(self, number: int) -> regex.Pattern[str]:
        # Compiling all of them takes longer than scanning an essay, which needs a few.
        pattern = self._patterns[number]
        if pattern is None:
            pattern = (
                self._ready[number] if self._ready else self._compile(self._match.regexes[number])
            )
            self._patterns[number] = pattern
            self._groups[number] = "span" if "span" in pattern.groupindex else 0
        return pattern

    @lazy
    def _ready(self) -> tuple[regex.Pattern[str], ...] | None:
        return self._prepared.patterns(self.rules[0].id) if self._prepared else None

    @lazy
    def _unless(self) -> regex.Pattern[str] | None:
        if self._ready:
            return self._ready[-1] if self._match.unless else None
        return self._compile(self._match.unless) if self._match.unless else None

    def _compile(self, text: str) -> regex.Pattern[str]:
        words = _words_of(text, self._lists)
        named = {name: frozenset(words(name)) for name in named_lists(text)}
        return compiled(self.rules[0], text, **named)

    @staticmethod
    def _skip(rule: Rule, document: Document, offset: int, seconds: float) -> Skip:
        line, _ = LineIndex(document.source.text).position(offset)
        return Skip(rule.id, f"{document.source.name}:{line}", f"more than {seconds} s")


def _matches_at(
    pattern: regex.Pattern[str], text: str, at: Sequence[tuple[int, int]], seconds: float
) -> Iterator[regex.Match[str]]:
    """Yield what `finditer` does, the places where matches may begin being known."""
    done = 0
    for start, _ in at:
        if start >= done:
            found = pattern.match(text, start, timeout=seconds / len(at))
            if found is not None:
                done = found.end()
                yield found


def _words_of(text: str, lists: Lists) -> Callable[[str], Iterable[str]]:
    names = named_lists(text)
    return lambda name: lists.words(names[name])


def build(
    rules: Iterable[Rule], lists: Lists, prepared: Prepared | None = None
) -> Iterator[PatternMatcher]:
    """Make a matcher for each rule."""
    for rule in rules:
        if isinstance(rule.search, PatternMatch):
            yield PatternMatcher(rule, rule.search, lists, prepared)


def hidden_regions(rule: Rule, document: Document) -> SpanIndex[Any]:
    """Return the regions of the source a rule does not look into, nested ones merged."""
    hidden = REGION_SCOPES - rule.scope
    merged: list[tuple[int, int]] = []
    for region in document.regions:
        start, end = region.span.start, region.span.end
        if region.kind.value not in hidden or (merged and end <= merged[-1][1]):
            continue
        merged.append((max(start, merged[-1][1]) if merged else start, end))
    return SpanIndex(source_span(start, end) for start, end in merged)


@lru_cache(maxsize=1)
def _plain_line_ends(text: str) -> tuple[str, tuple[int, ...]]:
    """Return a text with LF at the end of each line, and where in it a CR before one is gone.

    `$` and `\\n` of a pattern know LF alone.
    """
    if "\r" not in text:
        return text, ()
    dropped = (match.start() - number for number, match in enumerate(re.finditer("\r\n", text)))
    return text.replace("\r\n", "\n").replace("\r", "\n"), tuple(dropped)


def _line_around(text: str, start: int, end: int) -> str:
    opening = text.rfind("\n", 0, start) + 1
    closing = text.find("\n", end)
    return text[opening : len(text) if closing < 0 else closing]
