"""What a text says twice: copied paragraphs, restated points, recaps of each section."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from math import log, sqrt
from statistics import fmean
from typing import TYPE_CHECKING, Final

from slopscan.document import BlockKind
from slopscan.features.located import Located, content_words, jaccard, paragraphs
from slopscan.features.schema import Feature
from slopscan.spans import ProseSpan

if TYPE_CHECKING:
    from slopscan.nlp.annotate import Annotated, AnnotatedBlock

FEATURES: Final = (
    Feature(
        "recurrence.copied_paragraphs",
        "paragraphs that are nearly the same as an earlier one",
        "paragraphs",
        (0, 100),
        "fewer than 2 paragraphs of 30 words",
        learned=False,
    ),
    Feature(
        "recurrence.restatement",
        "mean likeness of a paragraph to the earlier one most like it",
        "cosine",
        (0, 1),
        "fewer than 6 paragraphs of 30 words",
        "arXiv 2601.05693: circular reasoning",
        learned=False,
    ),
    Feature(
        "recurrence.section_recaps",
        "mean overlap of words between first and last paragraph of a section",
        "share",
        (0, 1),
        "fewer than 3 sections of 3 paragraphs",
        learned=False,
    ),
)

_MIN_WORDS: Final = 30
_SHINGLE: Final = 4
_COPY: Final = 0.6
_MIN_PARAGRAPHS: Final = 6
_MOST_PARAGRAPHS: Final = 400  # pairs grow with the square; a longer text is judged by its start


def measure(annotated: Annotated) -> Mapping[str, Located]:
    """Return the measures of this family that are defined for a document."""
    found: dict[str, Located] = {}
    long = [block for block in paragraphs(annotated) if len(block.words) >= _MIN_WORDS]
    long = long[:_MOST_PARAGRAPHS]
    if len(long) >= 2:
        copies = tuple(_copies(long))
        found["recurrence.copied_paragraphs"] = Located(len(copies), copies)
    if len(long) >= _MIN_PARAGRAPHS:
        found["recurrence.restatement"] = _restatement(long)
    recaps = [recap for section in _sections(annotated) if (recap := _recap(section))]
    if len(recaps) >= 3:
        value = fmean(recap.value for recap in recaps)
        found["recurrence.section_recaps"] = Located(
            value, tuple(place for recap in recaps for place in recap.places)
        )
    return found


def _shingles(block: AnnotatedBlock) -> frozenset[str]:
    words = [word.lower for word in block.words]
    return frozenset(" ".join(words[i : i + _SHINGLE]) for i in range(len(words) - _SHINGLE + 1))


def _copies(blocks: list[AnnotatedBlock]) -> Iterator[ProseSpan]:
    seen: list[frozenset[str]] = []
    for block in blocks:
        shingles = _shingles(block)
        if any(jaccard(shingles, earlier) > _COPY for earlier in seen):
            yield block.prose(0, len(block.text))
        seen.append(shingles)


def _restatement(blocks: list[AnnotatedBlock]) -> Located:
    counts = [Counter(content_words(block.text)) for block in blocks]
    documents = Counter(word for count in counts for word in count)
    # Words of every paragraph name the topic; words of some say what is said about it.
    idf = {word: log((1 + len(blocks)) / (1 + n)) for word, n in documents.items()}
    vectors = [{word: n * idf[word] for word, n in count.items()} for count in counts]
    norms = [sqrt(sum(weight**2 for weight in vector.values())) for vector in vectors]
    nearest = []
    for i in range(1, len(vectors)):
        nearest.append(max(_cosine(vectors[i], vectors[j], norms[i] * norms[j]) for j in range(i)))
    return Located(fmean(nearest))


def _cosine(first: dict[str, float], second: dict[str, float], norms: float) -> float:
    if not norms:
        return 0.0
    small, large = sorted((first, second), key=len)
    return sum(weight * large.get(word, 0.0) for word, weight in small.items()) / norms


def _sections(annotated: Annotated) -> Iterator[list[AnnotatedBlock]]:
    body: list[AnnotatedBlock] = []
    for block in annotated.blocks:
        if block.block.kind is BlockKind.HEADING:
            yield body
            body = []
        elif block.block.kind is BlockKind.PARAGRAPH:
            body.append(block)
    yield body


def _recap(section: list[AnnotatedBlock]) -> Located | None:
    if len(section) < 3:
        return None
    first, last = section[0], section[-1]
    opening = frozenset(content_words(first.text))
    closing = frozenset(content_words(last.text))
    smaller = min(len(opening), len(closing))
    if smaller < 5:
        return None
    share = len(opening & closing) / smaller
    return Located(share, (last.prose(0, len(last.text)),))
