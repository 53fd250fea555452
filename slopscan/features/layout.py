"""Headings, lists and sections: how a page is laid out, measured on its blocks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import fmean, pstdev
from typing import TYPE_CHECKING, Final

from slopscan.document import BlockKind
from slopscan.features.located import Located, content_words, jaccard
from slopscan.features.schema import Feature
from slopscan.spans import ProseSpan

if TYPE_CHECKING:
    from slopscan.nlp.annotate import Annotated, AnnotatedBlock

FEATURES: Final = (
    Feature(
        "layout.words_per_heading",
        "words of prose for each heading",
        "words",
        (0, 2000),
        "fewer than 3 headings",
        learned=False,
    ),
    Feature(
        "layout.list_share",
        "share of the words that stand in list items",
        "share",
        (0, 1),
        "fewer than 5 list items",
        learned=False,
    ),
    Feature(
        "layout.heading_echoes",
        "headings that the next sentence repeats",
        "headings",
        (0, 100),
        "no heading",
        learned=False,
    ),
    Feature(
        "layout.section_spread",
        "variation of section length (standard deviation over mean)",
        "ratio",
        (0, 3),
        "not 4 to 7 sections, or none called introduction or conclusion",
        learned=False,
    ),
)

_ECHO: Final = 0.5
_MAX_ECHO_WORDS: Final = 12
_MIN_LIST_ITEMS: Final = 5
_SECTIONS: Final = range(4, 8)
_FRAME: Final = re.compile(
    r"(?i)^\W*(?:[ivx\d]+[.:)] *)?(?:introduction|overview|conclusions?|final thoughts|summary|"
    r"closing thoughts|wrapping up|in conclusion|looking ahead|the (?:road|path|way) ahead"
    r"|the (?:path|way) forward|moving forward|the bottom line)\b"
)


@dataclass(frozen=True)
class _Section:
    heading: AnnotatedBlock
    body: tuple[AnnotatedBlock, ...]

    @property
    def n_words(self) -> int:
        return sum(len(block.words) for block in self.body)


def measure(annotated: Annotated) -> Mapping[str, Located]:
    """Return the measures of this family that are defined for a document."""
    found: dict[str, Located] = {}
    sections = list(_sections(annotated))
    items = [b for b in annotated.blocks if b.block.kind is BlockKind.LIST_ITEM]
    n_words = sum(len(b.words) for b in annotated.blocks if b.block.kind is not BlockKind.HEADING)
    if len(sections) >= 3:
        places = tuple(_whole(section.heading) for section in sections)
        found["layout.words_per_heading"] = Located(n_words / len(sections), places)
    if len(items) >= _MIN_LIST_ITEMS and n_words:
        share = sum(len(block.words) for block in items) / n_words
        found["layout.list_share"] = Located(share, tuple(_whole(block) for block in items))
    if sections:
        echoes = tuple(place for section in sections for place in _echo(section))
        found["layout.heading_echoes"] = Located(len(echoes), echoes)
    spread = _spread(sections)
    if spread is not None:
        found["layout.section_spread"] = spread
    return found


def _whole(block: AnnotatedBlock) -> ProseSpan:
    return block.prose(0, len(block.text))


def _sections(annotated: Annotated) -> Iterator[_Section]:
    heading: AnnotatedBlock | None = None
    body: list[AnnotatedBlock] = []
    for block in annotated.blocks:
        if block.block.kind is not BlockKind.HEADING:
            body.append(block)
            continue
        if heading is not None:
            yield _Section(heading, tuple(body))
        heading, body = block, []
    if heading is not None:
        yield _Section(heading, tuple(body))


def _echo(section: _Section) -> Iterator[ProseSpan]:
    if not section.body or section.body[0].block.kind is not BlockKind.PARAGRAPH:
        return
    first = section.body[0]
    if not first.sentences:
        return
    start, end = first.sentences[0]
    sentence = first.text[start:end]
    if len(sentence.split()) > _MAX_ECHO_WORDS or not sentence.rstrip().endswith((".", "!", "?")):
        return
    wanted = frozenset(content_words(section.heading.text))
    if wanted and jaccard(wanted, frozenset(content_words(sentence))) >= _ECHO:
        yield first.prose(start, start + len(sentence.rstrip()))


def _spread(sections: list[_Section]) -> Located | None:
    levels = Counter(section.heading.block.depth for section in sections)
    # A page title stands alone on its level; the sections are the first level that has several.
    level = next((depth for depth in sorted(levels) if levels[depth] > 1), None)
    tops: list[list[_Section]] = []
    for section in sections:
        if section.heading.block.depth == level:
            tops.append([section])
        elif tops:
            tops[-1].append(section)
    names = [top[0].heading for top in tops]
    if len(tops) not in _SECTIONS or not any(_FRAME.match(name.text) for name in names):
        return None
    inner = [sum(s.n_words for s in top) for top in tops if not _FRAME.match(top[0].heading.text)]
    if len(inner) < 3 or not fmean(inner):
        return None
    return Located(pstdev(inner) / fmean(inner), tuple(_whole(name) for name in names))
