"""Kind `pattern`: regular expressions over each block, or over the file as it is.

Every search has a budget of processor time. A text on which a pattern overruns it is skipped for
that rule, and the skip is reported: hostile input must not stop a scan.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from slopscan.catalogue.lists import Lists
from slopscan.catalogue.rulefile import (
    REGION_SCOPES,
    PatternMatch,
    Rule,
    named_lists,
)
from slopscan.document import Document
from slopscan.matchers.base import (
    BLOCK_SECONDS,
    Hit,
    Skip,
    blocks_in_scope,
    compiled,
    is_excused,
)
from slopscan.nlp.annotate import Annotated
from slopscan.spans import LineIndex, SpanIndex, source_span

if TYPE_CHECKING:
    import regex

FILE_SECONDS: Final = 2.0


class PatternMatcher:
    """Finds the expressions of one rule."""

    def __init__(self, rule: Rule, match: PatternMatch, lists: Lists) -> None:
        self.rules = (rule,)
        self._patterns = [self._compile(rule, text, lists) for text in match.regexes]
        self._unless = self._compile(rule, match.unless, lists) if match.unless else None

    def find(self, annotated: Annotated) -> Iterator[Hit | Skip]:
        """Yield a hit for each match: its group `span`, or all of it."""
        (rule,) = self.rules
        if "source" in rule.scope:
            yield from self._in_source(rule, annotated.document)
        else:
            yield from self._in_blocks(rule, annotated)

    @staticmethod
    def _compile(rule: Rule, text: str, lists: Lists) -> regex.Pattern[str]:
        named = {
            name: frozenset(lists.words(list_name)) for name, list_name in named_lists(text).items()
        }
        return compiled(rule, text, **named)

    def _in_blocks(self, rule: Rule, annotated: Annotated) -> Iterator[Hit | Skip]:
        for block in blocks_in_scope(rule, annotated):
            try:
                for start, end in self.spans(block.text, BLOCK_SECONDS):
                    if not is_excused(self._unless, block.sentence_around(start, end)):
                        yield Hit(rule.id, block.prose(start, end))
            except TimeoutError:
                begin = annotated.document.offsets.to_source(block.prose(0, len(block.text)))
                yield self._skip(rule, annotated.document, begin.start, BLOCK_SECONDS)

    def _in_source(self, rule: Rule, document: Document) -> Iterator[Hit | Skip]:
        text = document.source.text
        hidden = hidden_regions(rule, document)
        try:
            for start, end in self.spans(text, FILE_SECONDS):
                if hidden.containing(start) or hidden.containing(end - 1):
                    continue
                if not is_excused(self._unless, _line_around(text, start, end)):
                    yield Hit(rule.id, source=source_span(start, end))
        except TimeoutError:
            yield self._skip(rule, document, 0, FILE_SECONDS)

    def spans(self, text: str, seconds: float) -> Iterator[tuple[int, int]]:
        """Yield start and end of each match that is not empty.

        Raises
        ------
        TimeoutError
            One expression took more than `seconds` of processor time on the text.
        """
        for pattern in self._patterns:
            group = "span" if "span" in pattern.groupindex else 0
            for found in pattern.finditer(text, timeout=seconds):
                start, end = found.span(group)
                if start < end:
                    yield start, end

    @staticmethod
    def _skip(rule: Rule, document: Document, offset: int, seconds: float) -> Skip:
        line, _ = LineIndex(document.source.text).position(offset)
        return Skip(rule.id, f"{document.source.name}:{line}", f"more than {seconds} s")


def build(rules: Iterable[Rule], lists: Lists) -> Iterator[PatternMatcher]:
    """Make a matcher for each rule."""
    for rule in rules:
        if isinstance(rule.search, PatternMatch):
            yield PatternMatcher(rule, rule.search, lists)


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


def _line_around(text: str, start: int, end: int) -> str:
    opening = text.rfind("\n", 0, start) + 1
    closing = text.find("\n", end)
    return text[opening : len(text) if closing < 0 else closing]
