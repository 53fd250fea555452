"""Neighbouring sentences put together, so that a strip of their heat can be read and tapped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from slopscan.report import FileReport
from slopscan.spans import SourceSpan, source_span
from slopscan.verdict import SentenceHeat

# More would be too narrow to tap on a phone; fewer words than this say too little.
_MOST: Final = 14
_FEWEST_WORDS: Final = 40
# Mean log-odds of a sentence above which a window leans to model prose, and stands out.
LEANS: Final = 0.08
STRONG: Final = 0.25


@dataclass(frozen=True, slots=True)
class Window:
    """Sentences in a row.

    Attributes
    ----------
    span : SourceSpan
    first_word, n_words : int
        Counted from 1 over the sentences that have a heat.
    log_odds : float
        Mean over its sentences, natural logarithm.
    """

    span: SourceSpan
    first_word: int
    n_words: int
    log_odds: float

    @property
    def level(self) -> int:
        """0 like people's prose, 1 no lean, 2 leans to model prose, 3 strongly so."""
        if self.log_odds >= LEANS:
            return 3 if self.log_odds >= STRONG else 2
        return 0 if self.log_odds <= -LEANS else 1


def windows(report: FileReport) -> list[Window]:
    """Return at most fourteen windows of about equal length, in order; none without heat."""
    heat = report.verdict.heat if report.verdict else ()
    counts = [_words(report.text, item) for item in heat]
    target = max(_FEWEST_WORDS, -(-sum(counts) // _MOST))
    found: list[Window] = []
    first = held = 0
    seen = 1
    for place, count in enumerate(counts):
        held += count
        if held < target and place < len(counts) - 1:
            continue
        group = heat[first : place + 1]
        mean = sum(item.log_odds for item in group) / len(group)
        span = source_span(group[0].span.start, group[-1].span.end)
        found.append(Window(span, seen, held, mean))
        seen, held, first = seen + held, 0, place + 1
    return found


def _words(text: str, item: SentenceHeat) -> int:
    return len(text[item.span.start : item.span.end].split())
