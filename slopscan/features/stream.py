"""From an annotated document to the stream of sentences features are computed on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from slopscan.features.view import SentenceView, is_prose, make_sentence, sentences_in

if TYPE_CHECKING:
    from slopscan.nlp.annotate import Annotated, AnnotatedBlock

_KEPT: Final = "features.stream"


def sentences_of_text(annotated: Annotated) -> list[SentenceView]:
    """Return the sentences of the blocks that are running prose, in order.

    Without a parse they are those of the light splitter, and have words but no tags.
    """
    found: list[SentenceView] | None = annotated.kept.get(_KEPT)
    if found is None:
        found = annotated.kept[_KEPT] = [
            sentence
            for block in annotated.blocks
            if is_prose(block.block.kind, block.text)
            for sentence in _sentences(block)
        ]
    return list(found)


def _sentences(block: AnnotatedBlock) -> Iterator[SentenceView]:
    if block.columns is not None:
        yield from sentences_in(block.columns, block.offset)
        return
    for start, end in block.sentences:
        words = [word.lower for word in block.words if start <= word.start < end]
        span = block.prose(start, end)
        yield make_sentence(words, start=span.start, end=span.end)
