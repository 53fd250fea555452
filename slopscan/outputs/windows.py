"""Neighbouring sentences put together, so that the strip above a text can be read and tapped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from slopscan.report import FileReport
from slopscan.spans import SourceSpan, source_span
from slopscan.verdict import WindowScore

# More would be too narrow to tap on a phone; fewer words than this say too little.
_MOST: Final = 14
_FEWEST_WORDS: Final = 40
# Columns of the strip: more would be thinner than a pixel.
_COLUMNS: Final = 280
# Probabilities above which a stretch leans neither way, leans to model prose, and stands out.
EDGES: Final = (0.25, 0.6, 0.85)


@dataclass(frozen=True, slots=True)
class Window:
    """Sentences in a row.

    Attributes
    ----------
    span : SourceSpan
    first_word, n_words : int
        Counted from 1 over the sentences of running prose.
    probability : float
        Mean over its words of the probability around them.
    columns : tuple of (int, float)
        Words and probability of its sentences, very short ones together.
    """

    span: SourceSpan
    first_word: int
    n_words: int
    probability: float
    columns: tuple[tuple[int, float], ...]

    @property
    def level(self) -> int:
        """0 like people's prose, 1 no lean, 2 leans to model prose, 3 strongly so."""
        return level(self.probability)


def level(probability: float) -> int:
    """Return 0 for like people's prose, 1 for no lean, 2 and 3 for a lean to model prose."""
    return sum(probability >= edge for edge in EDGES)


def windows(report: FileReport) -> list[Window]:
    """Return at most fourteen windows of about equal length, in order; none without scores."""
    scores = (report.verdict.windows or ()) if report.verdict else ()
    total = sum(item.n_words for item in scores)
    found: list[Window] = []
    seen = 1
    for group in _groups(scores, max(_FEWEST_WORDS, -(-total // _MOST))):
        words = sum(item.n_words for item in group)
        span = source_span(group[0].span.start, group[-1].span.end)
        columns = tuple(
            (sum(item.n_words for item in part), _mean(part))
            for part in _groups(group, max(1, total // _COLUMNS))
        )
        found.append(Window(span, seen, words, _mean(group), columns))
        seen += words
    return found


def _groups(scores: Sequence[WindowScore], words: int) -> Iterator[Sequence[WindowScore]]:
    """Yield sentences in a row with at least so many words; the last may have fewer."""
    first = held = 0
    for place, item in enumerate(scores):
        held += item.n_words
        if held >= words or place == len(scores) - 1:
            yield scores[first : place + 1]
            first, held = place + 1, 0


def _mean(scores: Sequence[WindowScore]) -> float:
    words = sum(item.n_words for item in scores)
    if not words:
        return sum(item.probability for item in scores) / len(scores)
    return sum(item.probability * item.n_words for item in scores) / words
