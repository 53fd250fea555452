"""Quotation marks of two kinds, missing exclamation marks, a text that stops too early."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from slopscan.document import BlockKind
from slopscan.features.located import Located
from slopscan.features.schema import Feature
from slopscan.spans import prose_span

if TYPE_CHECKING:
    from slopscan.nlp.annotate import Annotated

FEATURES: Final = (
    Feature(
        "typography.quote_mix",
        "share of the rarer kind among curly and straight quotation marks and apostrophes",
        "share",
        (0, 0.5),
        "fewer than 12 marks",
        learned=False,
    ),
    Feature(
        "typography.dialogue_exclamations",
        "exclamation marks in text with much dialogue",
        "per 1,000 words",
        (0, 30),
        "less than a fifth of the words in quotation marks",
        learned=False,
    ),
    Feature(
        "typography.broken_end",
        "1 where the last paragraph stops in mid-sentence, otherwise 0",
        "yes or no",
        (0, 1),
        "the text does not end in a paragraph or a list",
        learned=False,
    ),
)

_CURLY: Final = re.compile("[\u2018\u2019\u201c\u201d]")
_STRAIGHT: Final = re.compile(r"(?<=\w)'(?=\w)|(?<!\w)[\"'](?=\w)|(?<=[\w.,!?])\"(?!\w)")
_MIN_MARKS: Final = 12
_MIN_DIALOGUE: Final = 0.2
_LAST_WORDS: Final = 4
# A sentence cannot end on these.
_HANGING: Final = re.compile(
    r"(?:\b(?:the|a|an|and|or|their|its|my|our|your|because|than|but|if|while|which|will|would"
    r"|should|has|had|into|between|during|although|whose|very)|[a-z],|[a-z] [-\u2014])$"
)


def measure(annotated: Annotated) -> Mapping[str, Located]:
    """Return the measures of this family that are defined for a document."""
    found: dict[str, Located] = {}
    if (mix := _quote_mix(annotated)) is not None:
        found["typography.quote_mix"] = mix
    if (flat := _exclamations(annotated)) is not None:
        found["typography.dialogue_exclamations"] = flat
    if (end := _broken_end(annotated)) is not None:
        found["typography.broken_end"] = end
    return found


def _quote_mix(annotated: Annotated) -> Located | None:
    prose = annotated.document.prose
    curly = [match.start() for match in _CURLY.finditer(prose)]
    straight = [match.start() for match in _STRAIGHT.finditer(prose)]
    total = len(curly) + len(straight)
    if total < _MIN_MARKS:
        return None
    rarer = min(curly, straight, key=len)
    return Located(len(rarer) / total, tuple(prose_span(at, at + 1) for at in rarer))


def _exclamations(annotated: Annotated) -> Located | None:
    quoted = sum(span.length for span in annotated.document.quotations)
    prose = annotated.document.prose
    if not annotated.n_words or quoted < _MIN_DIALOGUE * len(prose):
        return None
    return Located(1000 * prose.count("!") / annotated.n_words)


def _broken_end(annotated: Annotated) -> Located | None:
    if not annotated.blocks:
        return None
    last = annotated.blocks[-1]
    if last.block.kind not in {BlockKind.PARAGRAPH, BlockKind.LIST_ITEM} or not last.words:
        return None
    text = last.text.rstrip()
    broken = len(last.words) > _LAST_WORDS and bool(_HANGING.search(text))
    start = last.words[-min(_LAST_WORDS, len(last.words))].start
    return Located(float(broken), (last.prose(start, len(text)),) if broken else ())
