"""A value of a document with the places where a reader can see it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from slopscan.document import BlockKind
from slopscan.features.view import word_set
from slopscan.spans import ProseSpan

if TYPE_CHECKING:
    from slopscan.nlp.annotate import Annotated, AnnotatedBlock

_LETTERS: Final = re.compile(r"[a-z]+(?:'[a-z]+)?")
_MIN_CONTENT: Final = 4
# Words too common to say that two passages are about the same thing.
_COMMON: Final = word_set(
    """about above across after again against almost along already also although always among
    another
    anything around away back because become been before began being between both came come
    comes could does doesn't doing done down each else enough even ever every everyone
    everything find first found from gave getting give given goes going gone good have having
    here himself herself into itself just keep kept knew know known last least left less like
    little long look looked looking made make makes making many maybe might more most much
    must need never next nothing often once only other others over part people perhaps quite
    rather really right said same says seem seemed seems self several shall should since some
    someone something sometimes soon still such take taken than that that's their them
    themselves then there there's these they they're thing things think this those though
    thought three through time times today together told took toward towards turn turned under
    until upon used using very want wanted wants well went were what what's when where whether
    which while whole whom whose will with within without would year years your yourself can't
    don't didn't isn't it's wasn't won't couldn't wouldn't shouldn't hadn't hasn't haven't
    aren't weren't i'll i've you're you'll we're we've they've he'd she'd they'd i'd you'd"""
)


@dataclass(frozen=True, slots=True)
class Located:
    """A value, and where in the prose it comes from; no place for a value of the whole text."""

    value: float
    places: tuple[ProseSpan, ...] = ()


def paragraphs(annotated: Annotated) -> list[AnnotatedBlock]:
    """Return the blocks that are paragraphs."""
    return [block for block in annotated.blocks if block.block.kind is BlockKind.PARAGRAPH]


def content_words(text: str) -> Iterator[str]:
    """Yield words that carry a topic: four letters or more, common ones left out, no plural s."""
    for found in _LETTERS.finditer(text.lower()):
        word = found.group()
        if len(word) >= _MIN_CONTENT and word not in _COMMON:
            yield word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def jaccard(first: frozenset[str], second: frozenset[str]) -> float:
    """Return the share of members that two sets have in common; 0 for two empty ones."""
    union = len(first | second)
    return len(first & second) / union if union else 0.0
