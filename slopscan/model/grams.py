"""The runs of symbols that a model knows, found in a text by number instead of by name.

Spelling every run of a text out and looking it up took a tenth of a scan. Here each word becomes
two numbers, one for each view of `slopscan.features.ngrams`, and a run is one whole number made of
those of its symbols; all runs of a text are looked up at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from slopscan.features import ngrams
from slopscan.features.view import SentenceView

Numbers = npt.NDArray[np.int64]
_BITS: Final = 24
_LOW: Final = (1 << _BITS) - 1
# What stands between two stretches, and words that are left out; symbols are 0 and above.
_BREAK: Final = -1
_SKIPPED: Final = -2
_MAX_KEPT: Final = 200_000
# Of each view its length at most, in the order in which `ngrams` gives the runs of a stretch.
_VIEWS: Final = ((False, ngrams.MAX_N), (True, ngrams.MAX_WORDS))


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
        marked = np.array([symbol.startswith(ngrams.WORD) for symbol in symbols], dtype=np.bool_)
        are_words = marked[ids[starts]] if len(starts) else np.zeros(0, dtype=np.bool_)
        self._symbols: list[dict[str, int]] = []
        self._tables: list[list[tuple[Numbers, Numbers]]] = []
        for of_words, most in _VIEWS:
            chosen = np.flatnonzero(are_words == of_words)
            own, renumbered = _numbered(symbols, ids, starts[chosen], lengths[chosen])
            if (len(own) + 1) ** most >= 2**63 or len(own) > _LOW:
                raise ValueError("the vocabulary has too many symbols")
            self._symbols.append(own)
            self._tables.append(
                [
                    _table(chosen[lengths[chosen] == n], starts, renumbered[ids], len(own) + 1, n)
                    for n in range(1, most + 1)
                ]
            )
        self._start = self._code(ngrams.START, ngrams.START)
        self._codes: dict[tuple[str, str], int] = {}

    def find(self, sentences: Sequence[SentenceView]) -> Found:
        """Find the known runs of parsed sentences."""
        codes = np.array(self._flat(sentences), dtype=np.int64)
        sizes = np.array([2 + min(len(s.lower), len(s.tags)) for s in sentences], dtype=np.int64)
        sentence_of = np.repeat(np.arange(len(sizes)), sizes)
        token_of = np.arange(len(codes)) - np.repeat(np.cumsum(sizes) - sizes, sizes) - 1
        kept = np.flatnonzero(codes != _SKIPPED)
        codes, sentence_of, token_of = codes[kept], sentence_of[kept], token_of[kept]
        breaks = np.flatnonzero(codes == _BREAK)
        # How many symbols there are from each to the end of its stretch.
        stretch = np.searchsorted(breaks, np.arange(len(codes)))
        room = breaks[stretch] - np.arange(len(codes)) if len(breaks) else codes
        parts: list[tuple[Any, ...]] = []
        n_runs = 0
        for view, (of_words, _) in enumerate(_VIEWS):
            symbols = codes & _LOW if of_words else codes >> _BITS
            keys = symbols
            begins = np.flatnonzero((room >= 1) & (token_of >= 0))
            for longer, (known, columns) in enumerate(self._tables[view]):
                if longer:
                    begins = np.flatnonzero(room > longer)
                    following = symbols[longer:] if longer < len(symbols) else symbols[:0]
                    keys = keys[: len(following)] * (len(self._symbols[view]) + 1) + following
                n_runs += len(begins)
                sought = keys[begins]
                places = np.searchsorted(known, sought)
                hits = np.flatnonzero(known[np.minimum(places, len(known) - 1)] == sought)
                at = begins[hits]
                order = stretch[at] * (len(_VIEWS) * ngrams.MAX_N) + view * ngrams.MAX_N + longer
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
        masked, spelled = ngrams.symbols_of(lower, tag)
        if (masked, spelled) == ngrams.SKIPPED:
            return _SKIPPED
        return _BREAK if (masked, spelled) == ngrams.BROKEN else self._code(masked, spelled)

    def _code(self, masked: str, spelled: str) -> int:
        of_masked, of_words = self._symbols
        return of_masked.get(masked, 0) << _BITS | of_words.get(spelled, 0)


def _numbered(
    symbols: Sequence[str], ids: Numbers, starts: Numbers, lengths: Numbers
) -> tuple[dict[str, int], Numbers]:
    """Number the symbols of one view from 1 on; return also the numbers by those of all."""
    inside = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    own: dict[str, int] = {}
    renumbered = np.zeros(len(symbols), dtype=np.int64)
    for symbol in np.unique(ids[np.repeat(starts, lengths) + inside]).tolist():
        name = symbols[symbol].removeprefix(ngrams.WORD)
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
