"""Runs of one to four symbols, with the topic masked.

Function words and punctuation stay; nouns, names, numbers, and other words of content become
their part-of-speech tag, so that "the weathered hands of the keeper" and "the broken lock of
the door" are one pattern. Quotation marks are left out, and a dash ends a run: both follow
the platform rather than the writer.

A second view, marked `=`, has the words themselves, single and in pairs, with names and numbers
masked. The training keeps what many sources share: "crucial" and "whispered" are style,
"programmable" is topic. The two views are scaled apart, so that neither drowns the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from slopscan.features.punctuation import DASHES
from slopscan.features.view import SentenceView, any_alnum, word_set

MAX_N: Final = 4
MAX_WORDS: Final = 2
START: Final = "^"
WORD: Final = "="
Run = tuple[str, int, int]
_KEPT_TAGS: Final = word_set("DT IN PRP PRP$ CC TO MD WDT WP WP$ WRB EX RP PDT POS")
_KEPT_WORDS: Final = word_set(
    "be am is are was were been being 's 're 'm 've 'd 'll have has had having do "
    "does did done doing not n't no never so too very just also even still only yet "
    "then now here there again already always often perhaps maybe really quite rather "
    "almost once ever away back more most less least much many few other such own "
    "same as than like more well however instead finally thus therefore moreover "
    "furthermore first second let please yes oh"
)
_QUOTES: Final = frozenset({'"', "``", "''", "'", "`"})
_MARKS: Final = frozenset({",", ".", ";", ":", "!", "?", "(", ")", "..."})
_BREAK: Final = ""
_NAMES: Final = frozenset({"NNP", "NNPS", "CD"})


def symbols(sentence: SentenceView) -> list[tuple[str, int]]:
    """Return the symbols of a sentence with the token each stands for; "" breaks a run."""
    found: list[tuple[str, int]] = [(START, -1)]
    for index, (word, lower, tag) in enumerate(
        zip(sentence.words, sentence.lower, sentence.tags, strict=True)
    ):
        if word in _QUOTES:
            continue
        found.append((_symbol(lower, tag), index))
    return found


def _symbol(lower: str, tag: str) -> str:
    if not any_alnum(lower):
        if lower in DASHES:
            return _BREAK
        return lower if lower in _MARKS else _BREAK
    if lower in _KEPT_WORDS and tag not in {"NNP", "NNPS"}:
        return lower
    return lower if tag in _KEPT_TAGS and lower.isascii() else tag


def ngrams(sentence: SentenceView) -> Iterator[Run]:
    """Yield every run of both views with its first and last token (-1: the sentence start)."""
    masked = symbols(sentence)
    yield from _runs(masked, MAX_N, "")
    yield from _runs([(_word(sentence, symbol, at), at) for symbol, at in masked], MAX_WORDS, WORD)


def _word(sentence: SentenceView, symbol: str, token: int) -> str:
    if token < 0 or not symbol:
        return symbol
    lower, tag = sentence.lower[token], sentence.tags[token]
    masked = tag in _NAMES or not lower.isascii() or any(map(str.isdigit, lower))
    return tag if masked else lower


def _runs(row: list[tuple[str, int]], most: int, mark: str) -> Iterator[Run]:
    for start, (_, first) in enumerate(row):
        gram = mark
        for place, (symbol, token) in enumerate(row[start : start + most]):
            if not symbol:
                break
            gram = f"{gram} {symbol}" if place else f"{mark}{symbol}"
            if token >= 0:
                yield gram, first, token


def count(sentences: list[SentenceView]) -> Counter[str]:
    """Count the runs of a text."""
    return Counter(gram for sentence in sentences for gram, _, _ in ngrams(sentence))
