"""Does one stretch of a text read unlike the rest of it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from statistics import fmean
from typing import TYPE_CHECKING, Final

from slopscan.features.located import Located, paragraphs
from slopscan.features.register import FUNCTION_WORDS
from slopscan.features.schema import Feature
from slopscan.spans import ProseSpan, prose_span

if TYPE_CHECKING:
    from slopscan.nlp.annotate import Annotated, AnnotatedBlock

FEATURES: Final = (
    Feature(
        "style.break",
        "how far the oddest stretch lies from the rest, in spreads of human prose",
        "spreads",
        (0, 10),
        "fewer than 5 stretches of 120 words",
        "intrinsic plagiarism detection: Stamatatos 2009",
        learned=False,
    ),
)

_WINDOW: Final = 120
_MIN_WINDOWS: Final = 5
# How much a stretch of human prose differs from the rest of its text, one standard deviation,
# measured on the training part of the human corpora (benchmarks/style_spreads.py).
_SPREADS: Final[Mapping[str, float]] = {
    "words per sentence": 6.0,
    "commas": 2.2,
    "dashes": 0.6,
    "function words": 0.05,
    "letters per word": 0.27,
    "contractions": 1.5,
}
NAMES: Final = tuple(_SPREADS)


@dataclass(frozen=True)
class _Stretch:
    span: ProseSpan
    values: tuple[float, ...]


def measure(annotated: Annotated) -> Mapping[str, Located]:
    """Return the measures of this family that are defined for a document."""
    stretches = _stretches(paragraphs(annotated))
    if len(stretches) < _MIN_WINDOWS:
        return {}
    best = max(
        (
            Located(_distance(stretch, [s for s in stretches if s is not stretch]), (stretch.span,))
            for stretch in stretches
        ),
        key=lambda found: found.value,
    )
    return {"style.break": best}


def residuals(annotated: Annotated) -> list[tuple[float, ...]]:
    """Return how far each stretch lies from the rest, by measure: what `_SPREADS` are made of."""
    stretches = _stretches(paragraphs(annotated))
    if len(stretches) < _MIN_WINDOWS:
        return []
    return [_differences(s, [t for t in stretches if t is not s]) for s in stretches]


def _differences(stretch: _Stretch, rest: list[_Stretch]) -> tuple[float, ...]:
    means = [fmean(column) for column in zip(*(other.values for other in rest), strict=True)]
    return tuple(value - mean for value, mean in zip(stretch.values, means, strict=True))


def _distance(stretch: _Stretch, rest: list[_Stretch]) -> float:
    differences = _differences(stretch, rest)
    squares = [(d / s) ** 2 for d, s in zip(differences, _SPREADS.values(), strict=True)]
    return sqrt(fmean(squares))


def _stretches(blocks: list[AnnotatedBlock]) -> list[_Stretch]:
    found: list[_Stretch] = []
    run: list[AnnotatedBlock] = []
    for block in blocks:
        run.append(block)
        if sum(len(b.words) for b in run) >= _WINDOW:
            found.append(_stretch(run))
            run = []
    return found


def _stretch(blocks: list[AnnotatedBlock]) -> _Stretch:
    words = [word.lower for block in blocks for word in block.words]
    text = " ".join(block.text for block in blocks)
    n_sentences = sum(len(block.sentences) for block in blocks)
    per_100 = 100 / len(words)
    values = (
        len(words) / max(n_sentences, 1),
        text.count(",") * per_100,
        (text.count("\u2014") + text.count("--")) * per_100,
        sum(word in FUNCTION_WORDS for word in words) / len(words),
        sum(map(len, words)) / len(words),
        sum("'" in word for word in words) * per_100,
    )
    first, last = blocks[0], blocks[-1]
    return _Stretch(prose_span(first.offset, last.offset + len(last.text)), values)
