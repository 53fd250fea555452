"""The runs of symbols that a model knows, found in a text by number instead of by name.

Spelling every run of a text out and looking it up took a tenth of a scan. Here each word becomes
one number in each view of `slopscan.features.ngrams`, and a run is one whole number made of those
of its symbols; all runs of a text are looked up at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from slopscan.features import ngrams
from slopscan.features.view import SentenceView

Numbers = npt.NDArray[np.int64]
# The two symbols that follow from a word and its tag share one number.
_BITS: Final = 24
_LOW: Final = (1 << _BITS) - 1
# The relation of the start of a sentence, after those that are not known.
_AT_START: Final = 2
# What stands between two stretches, and words that are left out; symbols are 0 and above.
_BREAK: Final = -1
_SKIPPED: Final = -2
_MAX_KEPT: Final = 200_000
_LONGEST: Final = max(view.most for view in ngrams.VIEWS)


@dataclass(frozen=True, eq=False)
class Found:
    """The known runs of a text, sentence by sentence, in the order of `ngrams.known`.

    Attributes
    ----------
    columns : numpy.ndarray of int, shape (n_found,)
        Number of each run in the vocabulary.
    sentences : numpy.ndarray of int, shape (n_found,)
        Number of the sentence.
    firsts, lasts : numpy.ndarray of int, shape (n_found,)
        First token in the sentence (-1: its start), and last.
    n_runs : int
        Runs of the text, known or not.
    """

    columns: Numbers
    sentences: Numbers
    firsts: Numbers
    lasts: Numbers
    n_runs: int


class GramIndex:
    """A vocabulary of runs by numbers.

    Parameters
    ----------
    vocabulary : sequence of str
        Runs as `ngrams.ngrams` spells them.

    Raises
    ------
    ValueError
        It has so many symbols that a run does not fit a number.
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        flat = " ".join(vocabulary).split(" ")
        symbols = list(dict.fromkeys(flat))
        number = {symbol: i for i, symbol in enumerate(symbols)}
        ids = np.array([number[symbol] for symbol in flat], dtype=np.int64)
        lengths = np.array([gram.count(" ") + 1 for gram in vocabulary], dtype=np.int64)
        starts = np.cumsum(lengths) - lengths
        views = np.array([ngrams.view_of(gram) for gram in vocabulary], dtype=np.int64)
        self._symbols: list[dict[str, int]] = []
        self._tables: list[list[tuple[Numbers, Numbers]]] = []
        for place, view in enumerate(ngrams.VIEWS):
            chosen = np.flatnonzero(views == place)
            own, renumbered = _numbered(symbols, ids, starts[chosen], lengths[chosen], view.mark)
            if (len(own) + 1) ** view.most >= 2**63 or len(own) > _LOW:
                raise ValueError("the vocabulary has too many symbols")
            self._symbols.append(own)
            self._tables.append(
                [
                    _table(chosen[lengths[chosen] == n], starts, renumbered[ids], len(own) + 1, n)
                    for n in range(1, view.most + 1)
                ]
            )
        self._start = self._code(ngrams.START, ngrams.START)
        self._codes: dict[tuple[str, str], int] = {}
        self._relations, self._relation = _relations(self._symbols[-1])

    def find(self, sentences: Sequence[SentenceView]) -> Found:
        """Find the known runs of parsed sentences."""
        codes = np.array(self._flat(sentences), dtype=np.int64)
        sizes = np.array([2 + len(sentence.tags) for sentence in sentences], dtype=np.int64)
        sentence_of = np.repeat(np.arange(len(sizes)), sizes)
        token_of = np.arange(len(codes)) - np.repeat(np.cumsum(sizes) - sizes, sizes) - 1
        kept = np.flatnonzero(codes != _SKIPPED)
        relations = self._relations_of(sentences, token_of)[kept]
        codes, sentence_of, token_of = codes[kept], sentence_of[kept], token_of[kept]
        breaks = np.flatnonzero(codes == _BREAK)
        # How many symbols there are from each to the end of its stretch.
        stretch = np.searchsorted(breaks, np.arange(len(codes)))
        room = breaks[stretch] - np.arange(len(codes)) if len(breaks) else codes
        parts: list[tuple[Any, ...]] = []
        n_runs = 0
        of_views = codes >> _BITS, codes & _LOW, relations
        for view, (symbols, tables) in enumerate(zip(of_views, self._tables, strict=True)):
            keys = symbols
            begins = np.flatnonzero((room >= 1) & (token_of >= 0))
            for longer, (known, columns) in enumerate(tables):
                if longer:
                    begins = np.flatnonzero(room > longer)
                    following = symbols[longer:] if longer < len(symbols) else symbols[:0]
                    keys = keys[: len(following)] * (len(self._symbols[view]) + 1) + following
                n_runs += len(begins)
                sought = keys[begins]
                places = np.searchsorted(known, sought)
                hits = np.flatnonzero(known[np.minimum(places, len(known) - 1)] == sought)
                at = begins[hits]
                order = (stretch[at] * len(self._tables) + view) * _LONGEST + longer
                parts.append((columns[places[hits]], at, at + longer, order))
        found, firsts, lasts, order = (np.concatenate(part) for part in zip(*parts, strict=True))
        sort = np.argsort(order, kind="stable")
        firsts, lasts = firsts[sort], lasts[sort]
        return Found(found[sort], sentence_of[firsts], token_of[firsts], token_of[lasts], n_runs)

    def _flat(self, sentences: Sequence[SentenceView]) -> list[int]:
        codes = self._codes
        if len(codes) > _MAX_KEPT:
            codes.clear()
        flat: list[int] = []
        for sentence in sentences:
            flat.append(self._start)
            try:
                flat += [codes[pair] for pair in zip(sentence.lower, sentence.tags, strict=False)]
            except KeyError:
                pairs = list(zip(sentence.lower, sentence.tags, strict=False))
                for pair in pairs:
                    if pair not in codes:
                        codes[pair] = self._of_word(*pair)
                flat += [codes[pair] for pair in pairs]
            flat.append(_BREAK)
        return flat

    def _of_word(self, lower: str, tag: str) -> int:
        symbols = ngrams.symbols_of(lower, tag)
        if symbols == ngrams.SKIPPED:
            return _SKIPPED
        return _BREAK if symbols == ngrams.BROKEN else self._code(*symbols)

    def _code(self, masked: str, spelled: str) -> int:
        of_masked, of_words, _ = self._symbols
        return of_masked.get(masked, 0) << _BITS | of_words.get(spelled, 0)

    def _relations_of(self, sentences: Sequence[SentenceView], token_of: Numbers) -> Numbers:
        """Return the number of every relation, sentence starts and ends included."""
        numbers, heads = [], []
        for sentence in sentences:
            deps, heads_of = ngrams.relations_of(sentence)
            numbers += [_AT_START, *(self._relations.get(dep, 0) for dep in deps), 0]
            heads += [-1, *heads_of, -1]
        sides = np.array(heads, dtype=np.int64) > token_of
        return self._relation[np.array(numbers, dtype=np.int64) + sides]


def _relations(symbols: Mapping[str, int]) -> tuple[dict[str, int], Numbers]:
    """Number the relations of a vocabulary by twos, for a head before and one that follows.

    Returns
    -------
    dict
        Number of every relation; 0 stands for one that is not in the vocabulary.
    numpy.ndarray of int
        Number of the symbol by that of the relation and the side.
    """
    names = dict.fromkeys(symbol[:-1] for symbol in symbols if symbol != ngrams.START)
    numbers = {name: _AT_START + 2 * place for place, name in enumerate(names, start=1)}
    of_side = np.zeros(_AT_START + 2 * len(names) + 2, dtype=np.int64)
    of_side[_AT_START] = symbols.get(ngrams.START, 0)
    for name, number in numbers.items():
        for side, head in enumerate((-1, 1)):
            of_side[number + side] = symbols.get(ngrams.relation(name, head, 0), 0)
    return numbers, of_side


def _numbered(
    symbols: Sequence[str], ids: Numbers, starts: Numbers, lengths: Numbers, mark: str
) -> tuple[dict[str, int], Numbers]:
    """Number the symbols of one view from 1 on; return also the numbers by those of all."""
    inside = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    own: dict[str, int] = {}
    renumbered = np.zeros(len(symbols), dtype=np.int64)
    for symbol in np.unique(ids[np.repeat(starts, lengths) + inside]).tolist():
        name = symbols[symbol].removeprefix(mark)
        renumbered[symbol] = own.setdefault(name, len(own) + 1)
    return own, renumbered


def _table(
    chosen: Numbers, starts: Numbers, ids: Numbers, base: int, length: int
) -> tuple[Numbers, Numbers]:
    """Return the sorted numbers of runs of one length, and their columns."""
    if not len(chosen):
        return np.array([-1], dtype=np.int64), np.zeros(1, dtype=np.int64)
    keys = np.zeros(len(chosen), dtype=np.int64)
    for place in range(length):
        keys = keys * base + ids[starts[chosen] + place]
    order = np.argsort(keys)
    return keys[order], chosen[order]
