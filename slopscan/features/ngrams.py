"""Runs of one to four symbols, in three views of a sentence.

Masked (no mark): function words and punctuation stay; nouns, names, numbers, and other words of
content become their part-of-speech tag, so that "the weathered hands of the keeper" and "the broken
lock of the door" are one pattern.

Words (`=`): the words themselves, single and in pairs, with names and numbers masked. The training
keeps what many sources share: "crucial" and "whispered" are style, "programmable" is topic.

Relations (`~`): the relation of each word to its head, and on which side the head stands.

Quotation marks are left out, and a dash ends a run: both follow the platform rather than the
writer. Every view is scaled by itself, so that none drowns another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from slopscan.features.punctuation import DASHES
from slopscan.features.view import SentenceView, any_alnum, word_set


class View(NamedTuple):
    """How the runs of a view are marked, and how many symbols the longest has."""

    mark: str
    most: int


MASKED: Final = View("", 4)
WORDS: Final = View("=", 2)
RELATIONS: Final = View("~", 3)
VIEWS: Final = (MASKED, WORDS, RELATIONS)
START: Final = "^"
Run = tuple[str, int, int]
_VIEW_OF_MARK: Final = {view.mark: number for number, view in enumerate(VIEWS)}
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


def view_of(gram: str) -> int:
    """Return the number of the view in `VIEWS` that a run belongs to."""
    return _VIEW_OF_MARK.get(gram[:1], 0)


@lru_cache(maxsize=65536)
def symbols_of(lower: str, tag: str) -> tuple[str, str]:
    """Return the symbols of a word, masked and spelled; or `SKIPPED` or `BROKEN`."""
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


def relation(dep: str, head: int, index: int) -> str:
    """Return the symbol of a word's relation: "nsubj>" where the head follows, else "nsubj<"."""
    return f"{dep}{'>' if head > index else '<'}"


def relations_of(sentence: SentenceView) -> tuple[Sequence[str], Sequence[int]]:
    """Return relations and heads of every word; of a sentence without a parse, empty ones."""
    n_words = len(sentence.tags)
    return sentence.deps or ("",) * n_words, sentence.heads or (-1,) * n_words


def ngrams(sentence: SentenceView) -> list[Run]:
    """Return every run of all views with its first and last token (-1: the sentence start)."""
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
    for streams, tokens in _stretches(sentence):
        for symbols, (mark, most) in zip(streams, VIEWS, strict=True):
            n_runs += sum(max(len(symbols) - n, 0) for n in range(most)) - (tokens[:1] == [-1])
            for gram, first, last in _runs(symbols, most, mark, vocabulary):
                if tokens[last] >= 0:
                    found.append((gram, tokens[first], tokens[last]))
    return found, n_runs


def _stretches(sentence: SentenceView) -> Iterator[tuple[list[list[str]], list[int]]]:
    """Yield the symbols of every view and their tokens from one break to the next."""
    streams: list[list[str]] = [[START] for _ in VIEWS]
    tokens = [-1]
    rows = zip(sentence.lower, sentence.tags, *relations_of(sentence), strict=False)
    for index, (lower, tag, dep, head) in enumerate(rows):
        symbols = symbols_of(lower, tag)
        if symbols == SKIPPED:
            continue
        if symbols == BROKEN:
            yield streams, tokens
            streams, tokens = [[] for _ in VIEWS], []
            continue
        for stream, symbol in zip(streams, (*symbols, relation(dep, head, index)), strict=True):
            stream.append(symbol)
        tokens.append(index)
    yield streams, tokens


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
        for streams, _ in _stretches(sentence):
            for symbols, (mark, most) in zip(streams, VIEWS, strict=True):
                for grams in _grams(symbols, most, mark):
                    found.update(grams)
    # The start of a sentence is no run by itself.
    for view in VIEWS:
        found.pop(view.mark + START, None)
    return found
