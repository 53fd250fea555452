"""Count once, cut often: texts as pieces of about 50 words that windows are sums of."""

from __future__ import annotations

import random
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from slopscan.features import families, ngrams
from slopscan.features.view import SentenceView, chunks
from slopscan.training.dataset import Window

Floats = npt.NDArray[np.float64]
PIECE_WORDS: Final = 50
TRAIN_PIECES: Final = (2, 3, 4, 5, 6, 8)
CHUNK_PIECES: Final = 6
WHOLE: Final = 0


@dataclass(frozen=True, slots=True)
class Cut:
    """Pieces `first` to `last` (exclusive) of a text; `target` in words, `WHOLE` for a chunk."""

    text: int
    first: int
    last: int
    target: int


@dataclass(frozen=True)
class Pieces:
    """Texts in pieces, with the runs of each piece.

    Attributes
    ----------
    texts : list of Window
    pieces : list of list of list of SentenceView
        The sentences of each piece of each text.
    starts : numpy.ndarray, shape (n_texts + 1,)
        Row of the first piece of each text.
    counts : scipy.sparse.csr_matrix, shape (n_pieces, n_grams)
    grams : list of str
        Names of the columns, sorted.
    """

    texts: list[Window]
    pieces: list[list[list[SentenceView]]]
    starts: npt.NDArray[np.int64]
    counts: Any
    grams: list[str]


@dataclass(frozen=True)
class Counted:
    """Raw features of windows.

    Attributes
    ----------
    windows : list of Window
        Without their sentences.
    texts : numpy.ndarray of int, shape (n_windows,)
        Which text each window is of.
    n_words : numpy.ndarray, shape (n_windows,)
    counts : scipy.sparse.csr_matrix, shape (n_windows, n_grams)
        How often each run occurs; rare runs are left out.
    grams : list of str
        Names of the columns, sorted.
    dense : numpy.ndarray, shape (n_windows, n_features)
        In schema order, NaN where undefined.
    cuts : list of Cut
        Where each window lies in its text.
    """

    windows: list[Window]
    texts: npt.NDArray[np.int64]
    n_words: Floats
    counts: Any
    grams: list[str]
    dense: Floats
    cuts: list[Cut]

    def subset(self, keep: npt.NDArray[np.bool_]) -> Counted:
        rows = np.flatnonzero(keep)
        return Counted(
            [self.windows[i] for i in rows],
            self.texts[rows],
            self.n_words[rows],
            self.counts[rows],
            self.grams,
            self.dense[rows],
            [self.cuts[i] for i in rows],
        )

    @property
    def labels(self) -> npt.NDArray[np.int64]:
        return np.array([int(window.is_model) for window in self.windows])


def count_pieces(texts: Sequence[Window], min_documents: int = 25) -> Pieces:
    """Cut texts into pieces; runs in fewer than `min_documents` training texts are dropped."""
    ids: dict[str, int] = {}
    columns, values, ends = array("i"), array("i"), [0]
    cut = [chunks(text.sentences, PIECE_WORDS) for text in texts]
    for pieces in cut:
        for piece in pieces:
            for gram, n in ngrams.count(piece).items():
                columns.append(ids.setdefault(gram, len(ids)))
                values.append(n)
            ends.append(len(columns))
    starts = np.concatenate([[0], np.cumsum([len(pieces) for pieces in cut])]).astype(np.int64)
    rows = np.array(ends, dtype=np.int64)
    every = sparse.csr_matrix(
        (np.frombuffer(values, np.intc), np.frombuffer(columns, np.intc), rows),
        shape=(len(rows) - 1, len(ids)),
    )
    owner = np.repeat(np.arange(len(texts)), np.diff(starts))
    of_train = np.array([text.split == "train" for text in texts])
    kept, names = _frequent(every, owner, of_train, ids, min_documents)
    return Pieces(list(texts), cut, starts, every[:, kept].tocsr(), names)


def _frequent(
    every: Any,
    owner: npt.NDArray[np.int64],
    of_train: npt.NDArray[np.bool_],
    ids: dict[str, int],
    min_documents: int,
) -> tuple[npt.NDArray[np.int64], list[str]]:
    # A run needs as many pieces as texts, so most columns fall to this cheap test.
    n_pieces = np.bincount(every.indices, minlength=len(ids))
    candidates = np.flatnonzero(n_pieces >= min_documents)
    rows = np.flatnonzero(of_train[owner])
    belongs = sparse.csr_matrix((np.ones(len(rows)), (owner[rows], np.arange(len(rows)))))
    present = (belongs @ every[rows][:, candidates]).sign()
    documents = np.asarray(present.sum(axis=0)).ravel()
    names = np.array(list(ids), dtype=object)[candidates]
    found = sorted(
        (str(names[i]), int(candidates[i])) for i in np.flatnonzero(documents >= min_documents)
    )
    return np.array([column for _, column in found], dtype=np.int64), [gram for gram, _ in found]


def training_cuts(
    pieces: Pieces, texts: Iterable[int], most: int, lengths: int = 1, seed: int = 7
) -> list[Cut]:
    """Cut windows of lengths drawn from `TRAIN_PIECES`.

    Of each text at most `most` windows of each of `lengths` lengths; those of one length do not
    overlap.
    """
    found = []
    for text in texts:
        rng = random.Random(f"{seed}{pieces.texts[text].doc_id}")
        room = len(pieces.pieces[text])
        left = list(TRAIN_PIECES)
        for _ in range(lengths):
            if not left:
                break
            length = min(rng.choice(left), room)
            left = [n for n in left if min(n, room) != length]
            begin = rng.randint(0, room % length)
            places = sorted(rng.sample(range(room // length), min(most, room // length)))
            for place in places:
                first = begin + place * length
                found.append(Cut(text, first, first + length, length * PIECE_WORDS))
    return found


def evaluation_cuts(pieces: Pieces, text: int, seed: int = 7) -> list[Cut]:
    """Cut one text at about 50, 100 (twice), 200 and 400 words, and into chunks of the whole.

    The shorter windows lie inside the one of 200 words, so the halves of one text compare.
    """
    room = len(pieces.pieces[text])
    rng = random.Random(f"{seed}e{pieces.texts[text].doc_id}")
    found = [
        Cut(text, first, last, WHOLE)
        for first, last in _even_parts(room, max(1, round(room / CHUNK_PIECES)))
    ]
    begin = rng.randint(0, max(0, room - 4))
    found.append(Cut(text, begin, begin + 1, 50))
    found += [Cut(text, first, first + 2, 100) for first in (begin, begin + 2) if first + 2 <= room]
    if room >= 3:
        found.append(Cut(text, begin, min(begin + 4, room), 200))
    if room >= 7:
        wide = rng.randint(0, max(0, room - 8))
        found.append(Cut(text, wide, min(wide + 8, room), 400))
    return found


def _even_parts(room: int, n: int) -> list[tuple[int, int]]:
    edges = [round(room * i / n) for i in range(n + 1)]
    return list(pairwise(edges))


def count_cuts(pieces: Pieces, cuts: Sequence[Cut]) -> Counted:
    """Sum the runs of each window's pieces, and compute its dense features."""
    spans = [(pieces.starts[cut.text] + cut.first, cut.last - cut.first) for cut in cuts]
    columns = np.concatenate([np.arange(first, first + n) for first, n in spans])
    ends = np.concatenate([[0], np.cumsum([n for _, n in spans])])
    sums = sparse.csr_matrix(
        (np.ones(len(columns), dtype=np.int32), columns, ends),
        shape=(len(cuts), pieces.counts.shape[0]),
    )
    windows, dense, n_words = [], [], []
    for cut in cuts:
        inside = pieces.pieces[cut.text][cut.first : cut.last]
        sentences = [sentence for piece in inside for sentence in piece]
        windows.append(replace(pieces.texts[cut.text], target=cut.target, sentences=[]))
        dense.append(dense_row(sentences))
        n_words.append(sum(sentence.n_words for sentence in sentences))
    return Counted(
        windows,
        np.array([cut.text for cut in cuts]),
        np.array(n_words, dtype=float),
        (sums @ pieces.counts).tocsr(),
        pieces.grams,
        np.array(dense),
        list(cuts),
    )


def dense_row(sentences: list[SentenceView]) -> list[float]:
    """Return the dense features in schema order, clipped to their range, NaN if undefined."""
    found = families.measure(sentences)
    return [
        min(max(found[f.name], f.range[0]), f.range[1]) if f.name in found else float("nan")
        for f in families.SCHEMA.features
    ]
