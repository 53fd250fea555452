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
from collections.abc import Container, Iterator
from functools import lru_cache
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
SKIPPED: Final = ("", "skipped")
BROKEN: Final = ("", "broken")
_NAMES: Final = frozenset({"NNP", "NNPS", "CD"})


@lru_cache(maxsize=65536)
def symbols_of(lower: str, tag: str) -> tuple[str, str]:
    """Return the symbol of a word in either view, or that it is skipped or breaks a run."""
    if lower in _QUOTES:
        return SKIPPED
    symbol = _symbol(lower, tag)
    if not symbol:
        return BROKEN
    masked = tag in _NAMES or not lower.isascii() or any(map(str.isdigit, lower))
    return symbol, tag if masked else lower


def _symbol(lower: str, tag: str) -> str:
    if not any_alnum(lower):
        if lower in DASHES:
            return _BREAK
        return lower if lower in _MARKS else _BREAK
    if lower in _KEPT_WORDS and tag not in {"NNP", "NNPS"}:
        return lower
    return lower if tag in _KEPT_TAGS and lower.isascii() else tag


def ngrams(sentence: SentenceView) -> list[Run]:
    """Return every run of both views with its first and last token (-1: the sentence start)."""
    return known(sentence, None)


def known(sentence: SentenceView, vocabulary: Container[str] | None) -> list[Run]:
    """Return the runs of a sentence that a vocabulary has; None has all."""
    return known_of_all(sentence, vocabulary)[0]


def known_of_all(
    sentence: SentenceView, vocabulary: Container[str] | None
) -> tuple[list[Run], int]:
    """Return the runs of a sentence that a vocabulary has, and how many runs there are."""
    found: list[Run] = []
    n_runs = 0
    for masked, words, tokens in _stretches(sentence):
        for symbols, most, mark in ((masked, MAX_N, ""), (words, MAX_WORDS, WORD)):
            n_runs += sum(max(len(symbols) - n, 0) for n in range(most)) - (tokens[:1] == [-1])
            for gram, first, last in _runs(symbols, most, mark, vocabulary):
                if tokens[last] >= 0:
                    found.append((gram, tokens[first], tokens[last]))
    return found, n_runs


def _stretches(sentence: SentenceView) -> Iterator[tuple[list[str], list[str], list[int]]]:
    """Yield the symbols of both views and their tokens from one break to the next."""
    symbols = list(map(symbols_of, sentence.lower, sentence.tags))
    masked, words, tokens = [START], [START], [-1]
    if SKIPPED not in symbols and BROKEN not in symbols:
        masked += [symbol for symbol, _ in symbols]
        words += [spelled for _, spelled in symbols]
        yield masked, words, [-1, *range(len(symbols))]
        return
    for index, pair in enumerate(symbols):
        if pair == SKIPPED:
            continue
        if pair != BROKEN:
            masked.append(pair[0])
            words.append(pair[1])
            tokens.append(index)
            continue
        yield masked, words, tokens
        masked, words, tokens = [], [], []
    yield masked, words, tokens


def _runs(
    symbols: list[str], most: int, mark: str, vocabulary: Container[str] | None
) -> Iterator[Run]:
    for longer, grams in enumerate(_grams(symbols, most, mark)):
        for start, gram in enumerate(grams):
            if vocabulary is None or gram in vocabulary:
                yield gram, start, start + longer


def _grams(symbols: list[str], most: int, mark: str) -> Iterator[list[str]]:
    """Yield the runs of one symbol, of two, and so on, each list in the order of the text."""
    grams = [mark + symbol for symbol in symbols] if mark else symbols
    yield grams
    for longer in range(1, most):
        grams = [f"{gram} {symbol}" for gram, symbol in zip(grams, symbols[longer:], strict=False)]
        yield grams


def count(sentences: list[SentenceView]) -> Counter[str]:
    """Count the runs of a text."""
    found: Counter[str] = Counter()
    for sentence in sentences:
        for masked, words, _ in _stretches(sentence):
            for grams in _grams(masked, MAX_N, ""):
                found.update(grams)
            for grams in _grams(words, MAX_WORDS, WORD):
                found.update(grams)
    # The start of a sentence is no run by itself.
    for bare in (START, WORD + START):
        found.pop(bare, None)
    return found
