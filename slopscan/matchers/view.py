"""Hits of one document, and their places in its source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import chain
from typing import Any, Final, NamedTuple

from slopscan.catalogue.rule import BLOCK_SCOPES, Rule
from slopscan.document import Block, BlockKind, Document
from slopscan.findings import Finding, Measure
from slopscan.lazy import lazy
from slopscan.matchers.base import Hit, sees
from slopscan.nlp.annotate import Annotated
from slopscan.spans import LineIndex, ProseSpan, SourceSpan, SpanIndex, joined

_MAX_SHOWN: Final = 60


class Place(NamedTuple):
    """Where a hit stands in the file, and what its message may name."""

    span: SourceSpan
    related: tuple[SourceSpan, ...]
    values: Mapping[str, str]


_place: Final[Callable[[tuple[object, ...]], Place]] = partial(tuple.__new__, Place)


def _longest_first(item: tuple[SourceSpan, Hit]) -> tuple[int, int]:
    return item[0].start, -item[0].end


class View:
    """A document with the look-ups that filtering and placing hits needs."""

    def __init__(self, document: Document) -> None:
        self.document = document

    @lazy
    def _quotations(self) -> SpanIndex[Any]:
        return SpanIndex(self.document.quotations)

    @lazy
    def _has_quotes(self) -> bool:
        return any(block.kind is BlockKind.BLOCK_QUOTE for block in self.document.blocks)

    @lazy
    def _placeholders(self) -> SpanIndex[Any]:
        return SpanIndex(self.document.placeholders)

    @lazy
    def _blocks(self) -> SpanIndex[Any]:
        return SpanIndex(block.span for block in self.document.blocks)

    @lazy
    def _block_at(self) -> dict[int, Block]:
        return {block.span.start: block for block in self.document.blocks}

    @lazy
    def lines(self) -> LineIndex:
        return LineIndex(self.document.source.text)

    @lazy
    def odd(self) -> SpanIndex[Any] | None:
        """The prose that is quoted or stands for something else; None without any."""
        document = self.document
        quotes = (block.span for block in document.blocks if block.kind is BlockKind.BLOCK_QUOTE)
        spans = joined(chain(document.quotations, document.placeholders, quotes))
        return SpanIndex(spans) if spans else None

    def is_placeholder(self, hit: Hit) -> bool:
        if hit.prose is None or not self.document.placeholders:
            return False
        around = self._placeholders.containing(hit.prose.start)
        return around is not None and hit.prose.end <= around.end

    def is_quoted(self, hit: Hit, rule: Rule) -> bool:
        if not self._has_quotes and not self.document.quotations:
            return False
        span = hit.prose or (hit.source and self.document.offsets.to_prose(hit.source))
        if not span:
            return False
        block = self._block_of(span) if self._has_quotes else None
        if block and block.kind is BlockKind.BLOCK_QUOTE and "block_quote" not in rule.scope:
            return True
        if not self._quotations.touches(span) or "quotation" in rule.scope:
            return False
        around = self._quotations.containing
        return around(span.start) is not None or around(span.end - 1) is not None

    def is_in_blocks(self, hit: Hit, rule: Rule) -> bool:
        """Say whether a source hit lies in a block kind the scope names beside `source`."""
        if hit.source is None or not rule.scope & BLOCK_SCOPES:
            return True
        span = self.document.offsets.to_prose(hit.source)
        block = self._block_of(span) if span else None
        return block is not None and sees(rule, block.kind)

    def places(self, hits: Iterable[Hit]) -> list[Place]:
        """Map hits to the source, in order, the first and longest of any that overlap."""
        mapped = [(span, hit) for hit in hits if (span := self._span_of(hit)) is not None]
        if len(mapped) > 1:
            mapped.sort(key=_longest_first)
        kept: list[Place] = []
        for span, hit in mapped:
            if not kept or span.start >= kept[-1].span.end:
                kept.append(self._placed(span, hit))
        return kept

    def finding(self, rule: Rule, place: Place, measure: Measure | None = None) -> Finding:
        matched = self.document.source.text[place.span.start : place.span.end]
        line, column = self.lines.position(place.span.start)
        return Finding(
            rule=rule.id,
            family=rule.family,
            severity=rule.shown_severity,
            span=place.span,
            line=line,
            column=column,
            matched=matched,
            message=_message(rule.message, matched, place, measure),
            related=place.related,
            measure=measure,
        )

    def n_distinct(self, places: Iterable[Place]) -> int:
        """Return how many different texts stand at places, cases and white space aside."""
        text = self.document.source.text
        spans = (place.span for place in places)
        return len({" ".join(text[span.start : span.end].casefold().split()) for span in spans})

    def first_sentence(self, rule: Rule, annotated: Annotated) -> Place | None:
        for block in annotated.blocks:
            if sees(rule, block.block.kind) and block.words:
                start, end = next(iter(block.sentences), (0, len(block.text)))
                return self.place_of(Hit(rule.id, block.prose(start, end)))
        return None

    def place_of(self, hit: Hit) -> Place | None:
        """Map a hit to the source; None where it stands for nothing in the file."""
        span = self._span_of(hit)
        return self._placed(span, hit) if span is not None else None

    def _span_of(self, hit: Hit) -> SourceSpan | None:
        span = self._to_source(hit.prose) if hit.prose else hit.source
        return span if span and span.start < span.end else None

    def _placed(self, span: SourceSpan, hit: Hit) -> Place:
        if not hit.related:
            return _place((span, (), hit.values))
        related = [at for item in hit.related if (at := self._to_source(item)) is not None]
        return Place(span, tuple(related), hit.values)

    def _to_source(self, span: ProseSpan) -> SourceSpan | None:
        # Prose that stands for nothing in the file (a separator a reader put in) has no place.
        try:
            return self.document.offsets.to_source(span)
        except ValueError:
            return None

    def _block_of(self, span: ProseSpan) -> Block | None:
        around = self._blocks.containing(span.start)
        return self._block_at[around.start] if around is not None else None


def _message(template: str, matched: str, place: Place, measure: Measure | None) -> str:
    values = {"match": _shown(matched), **{k: _shown(v) for k, v in place.values.items()}}
    if measure is not None:
        values |= {
            "value": f"{measure.value:.3g}",
            "threshold": f"{measure.threshold:g}",
            "unit": measure.unit,
        }
    return template.format_map(defaultdict(str, values))


def _shown(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _MAX_SHOWN else flat[: _MAX_SHOWN - 1].rstrip() + "…"
