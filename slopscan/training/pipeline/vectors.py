"""Train floret vectors on unlabelled prose.

floret (Boyd & Warmerdam 2022) hashes words and their character n-grams into one small table,
so every word has a vector and 20,000 rows serve any vocabulary.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopscan.nlp.tokenizer import split_text
from slopscan.nlp.wordforms import vector_form
from slopscan.training.pipeline.corpora import Prose


@dataclass(frozen=True, slots=True)
class VectorSettings:
    """Hyperparameters of the vector table."""

    dim: int
    buckets: int
    min_ngram: int
    max_ngram: int
    hash_count: int
    window: int
    epochs: int
    min_count: int


def write_words(documents: Iterable[Prose], path: Path) -> int:
    """Write one paragraph per line, words separated by blanks; return the number of words."""
    n_words = 0
    with path.open("w", encoding="utf8") as out:
        for document in documents:
            for paragraph in document.text.split("\n"):
                words = [vector_form(w) for w, _ in split_text(paragraph) if not w.isspace()]
                if len(words) > 3:
                    n_words += len(words)
                    out.write(" ".join(w.replace(" ", "_") for w in words) + "\n")
    return n_words


def train_vectors(words: Path, settings: VectorSettings) -> NDArray[np.float32]:
    """Train the table; one thread, because several make the result depend on timing.

    floret's own random seed is fixed (0) for unsupervised training.

    Parameters
    ----------
    words : Path
        Output of `write_words`.
    settings : VectorSettings
        Sizes and schedule.

    Returns
    -------
    ndarray of shape (buckets, dim)
        Rows in the order of floret's hashes, scaled to unit mean norm.
    """
    import floret  # noqa: PLC0415  (an extra; only this stage needs it)

    model = floret.train_unsupervised(
        str(words),
        model="skipgram",
        mode="floret",
        hashCount=settings.hash_count,
        bucket=settings.buckets,
        minn=settings.min_ngram,
        maxn=settings.max_ngram,
        minCount=settings.min_count,
        dim=settings.dim,
        ws=settings.window,
        epoch=settings.epochs,
        neg=10,
        thread=1,
        verbose=1,
    )
    table = words.with_suffix(".floret")
    model.save_floret_vectors(str(table))
    return read_table(table)


def read_table(path: Path) -> NDArray[np.float32]:
    """Read floret's text table."""
    with path.open(encoding="utf8") as lines:
        buckets, dim = (int(field) for field in next(lines).split()[:2])
        table = np.zeros((buckets, dim), dtype=np.float32)
        for line in lines:
            fields = line.rstrip().split(" ")
            table[int(fields[0])] = np.array(fields[1 : dim + 1], dtype=np.float32)
    return table / np.float32(np.linalg.norm(table, axis=1).mean())


def hash_settings(path: Path) -> dict[str, Any]:
    """How floret hashed n-grams into the table, from the table's first line."""
    with path.open(encoding="utf8") as lines:
        minn, maxn, hash_count, hash_seed, bow, eow = next(lines).split()[2:8]
    return {
        "minn": int(minn),
        "maxn": int(maxn),
        "hash_count": int(hash_count),
        "hash_seed": int(hash_seed),
        "bow": bow,
        "eow": eow,
    }
