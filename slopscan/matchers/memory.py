"""Hits of blocks that were searched before, for a text that is edited.

Matchers that look at each block on its own (`by_block`) find in a block what they found there the
last time; only its place in the text may have moved.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from slopscan.document import BlockKind
from slopscan.matchers.base import Hit, Matcher, Skip
from slopscan.nlp.annotate import Annotated
from slopscan.spans import ProseSpan, prose_span

_Key = tuple[int, str, BlockKind]
_Found = tuple[int, tuple[Hit | Skip, ...]]


class Memory:
    """What the last run over a text found, by matcher and words of the block.

    One memory is for one engine, and for one text at a time.
    """

    def __init__(self) -> None:
        self._last: dict[_Key, _Found] = {}
        self._now: dict[_Key, _Found] = {}

    def find(self, number: int, matcher: Matcher, annotated: Annotated) -> Iterator[Hit | Skip]:
        """Yield what a matcher finds; `number` tells matchers of the engine apart."""
        for block in annotated.blocks:
            key = (number, block.text, block.block.kind)
            known = self._now.get(key) or self._last.get(key)
            if known is None:
                alone = replace(annotated, blocks=(block,))
                known = (block.offset, tuple(matcher.find(alone)))
            self._now[key] = known
            offset, found = known
            by = block.offset - offset
            yield from (_moved(item, by) for item in found) if by else found

    def forget_old(self) -> None:
        """End a run: blocks it did not see are forgotten."""
        self._last, self._now = self._now, {}


def _moved(item: Hit | Skip, by: int) -> Hit | Skip:
    if isinstance(item, Skip) or item.prose is None:
        return item
    related = tuple(_shifted(span, by) for span in item.related)
    return item._replace(prose=_shifted(item.prose, by), related=related)


def _shifted(span: ProseSpan, by: int) -> ProseSpan:
    return prose_span(span.start + by, span.end + by)
