"""Rows of a floret table for the parts of many words at once.

floret adds up one or more rows for each run of letters of a word and for the word itself, chosen
by MurmurHash3_x64_128 of its text. Runs of a short word are numbers of 64 bits, so that the
hashes of all runs of many words are a few operations on arrays.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from spacy.vectors import Vectors

# With its two marks a word must not fill the 16 bytes of a block of the hash.
MAX_CHARS: Final = 13
_BYTES: Final = 16
_C1: Final = np.uint64(0x87C37B91114253D5)
_C2: Final = np.uint64(0x4CF5AD432745937F)
_F1: Final = np.uint64(0xFF51AFD7ED558CCD)
_F2: Final = np.uint64(0xC4CEB9FE1A85EC53)
_LOW: Final = np.uint64(0xFFFFFFFF)
Hashes = npt.NDArray[np.uint64]


def has_short_parts(vectors: Vectors) -> bool:
    """Say whether `rows_of` knows how a table was made."""
    marks = vectors.bow + vectors.eow
    return vectors.hash_count == 2 and vectors.maxn <= 8 and marks.isascii() and len(marks) == 2


def rows_of(words: list[str], vectors: Vectors) -> tuple[npt.NDArray[np.int64], list[int]]:
    """Return the rows of all parts of words, and how many each word has.

    Parameters
    ----------
    words : list of str
        ASCII, of one to `MAX_CHARS` characters.
    vectors : spacy.vectors.Vectors
        A table that `has_short_parts`.

    Returns
    -------
    rows : numpy.ndarray of int
        In the order of spaCy: the word, its shortest runs, longer ones; two rows for each.
    lengths : list of int
    """
    keys = [f"{vectors.bow}{word}{vectors.eow}".encode() for word in words]
    packed = b"".join(key.ljust(_BYTES, b"\0") for key in keys)
    halves = np.frombuffer(packed, dtype="<u8").reshape(-1, 2).astype(np.uint64)
    low, high = halves[:, 0], halves[:, 1]
    sizes = np.array([len(key) for key in keys])
    parts, ends, lengths = [low], [np.ones_like(sizes)], [sizes.astype(np.uint64)]
    starting = [_from(low, high, start) for start in range(_BYTES - vectors.minn)]
    for size in range(vectors.minn, vectors.maxn + 1):
        mask = np.uint64((1 << 8 * size) - 1)
        for start in range(_BYTES - size):
            parts.append(starting[start] & mask)
            ends.append(np.full_like(sizes, start + size))
            lengths.append(np.full_like(low, size))
    second = np.zeros((len(keys), len(parts)), dtype=np.uint64)
    second[:, 0] = high
    there = np.stack(ends, axis=1) <= sizes[:, None]
    hashes = _hashed(
        np.stack(parts, axis=1)[there],
        second[there],
        np.stack(lengths, axis=1)[there],
        np.uint64(vectors.hash_seed),
    )
    n_rows = np.uint64(vectors.data.shape[0])
    rows = np.stack([(hashes & _LOW) % n_rows, (hashes >> np.uint64(32)) % n_rows], axis=1)
    return rows.reshape(-1).astype(np.int64), (2 * there.sum(axis=1)).tolist()


def _from(low: Hashes, high: Hashes, start: int) -> Hashes:
    """Return the eight bytes from a place on."""
    if start == 0:
        return low
    if start >= 8:
        return high >> np.uint64(8 * (start - 8))
    return (low >> np.uint64(8 * start)) | (high << np.uint64(64 - 8 * start))


def _hashed(first: Hashes, second: Hashes, lengths: Hashes, seed: np.uint64) -> Hashes:
    """Return the first 64 bits of the hashes of texts shorter than a block."""
    one = _rotated(first * _C1, 31) * _C2 ^ seed ^ lengths
    other = _rotated(second * _C2, 33) * _C1 ^ seed ^ lengths
    one += other
    other += one
    return _mixed(one) + _mixed(other)


def _rotated(values: Hashes, by: int) -> Hashes:
    return (values << np.uint64(by)) | (values >> np.uint64(64 - by))


def _mixed(values: Hashes) -> Hashes:
    shift = np.uint64(33)
    values = (values ^ (values >> shift)) * _F1
    values = (values ^ (values >> shift)) * _F2
    return values ^ (values >> shift)
