"""Word embedding and other architectures of the pipeline, as spaCy registers them.

Every input of the embedding is a property of one word form (and of the blank after it), so the
embedded vector of a form is the same in every text. At run time it is computed once per form
and kept; only the convolutions over neighbours run for every word.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import ORTH, SPACY
from spacy.strings import StringStore, get_string_id
from spacy.tokens import Doc
from spacy.util import registry
from spacy.vectors import Vectors
from thinc.api import (
    HashEmbed,
    LayerNorm,
    Linear,
    Maxout,
    Model,
    NumpyOps,
    chain,
    concatenate,
)

from slopscan.nlp.parts import MAX_CHARS, has_short_parts, rows_of
from slopscan.nlp.wordforms import folded_form, vector_form, word_shape

# One table per property, in this order; the last is the blank after the word, which tells an
# opening quotation mark from a closing one.
PROPERTIES: Final = ("norm", "prefix1", "prefix3", "suffix2", "suffix3", "shape", "space")
MAX_KEPT_FORMS: Final = 50_000
_OPS: Final = NumpyOps()
# Beside its embedded row, a form seldom needs its properties again.
_MAX_BESIDE_ROWS: Final = 8_000
# Words whose vectors are summed together, so that the parts stay near the processor.
_TOGETHER: Final = 64
Properties = NDArray[np.uint64]
Floats = NDArray[np.float32]


def word_properties(word: str) -> list[int]:
    """Hashes of the properties of a form, without the blank.

    Parameters
    ----------
    word : str
        A word as the tokenizer cut it.

    Returns
    -------
    list of int
        One 64-bit hash per name of `PROPERTIES` except the last.
    """
    form = folded_form(word)
    low = form.lower()
    texts = (low, form[0], low[:3], low[-2:], low[-3:], word_shape(form))
    return [get_string_id(text) for text in texts]


class FormTable:
    """Properties and static vector of every word form seen so far; bounded.

    Parameters
    ----------
    vectors : spacy.vectors.Vectors
        floret table; holds no strings.
    """

    def __init__(self, vectors: Vectors) -> None:
        self.vectors = vectors
        self.embedded: dict[int, int] = {}
        self.rows: Floats = np.zeros((0, 0), dtype=np.float32)
        # Rows of the two tables after it, by spelling.
        self.known: dict[str, int] = {}
        self._properties: Properties = np.zeros((0, len(PROPERTIES) - 1), dtype=np.uint64)
        self._vectors: Floats = np.zeros((0, 0), dtype=np.float32)
        self._parts: dict[str, list[int]] = {}

    def _static(self, words: list[str]) -> Floats:
        """Vectors of words as `Vectors.get_batch` has them, each part of a word hashed once."""
        found = np.zeros((len(words), self.vectors.data.shape[1]), dtype=np.float32)
        short = [len(word) <= MAX_CHARS and word.isascii() and word != "" for word in words]
        fast = has_short_parts(self.vectors)
        for are_short in (True, False):
            chosen = [at for at, one in enumerate(short) if (one and fast) == are_short]
            for start in range(0, len(chosen), _TOGETHER):
                places = chosen[start : start + _TOGETHER]
                here = [words[at] for at in places]
                rows, lengths = rows_of(here, self.vectors) if are_short else self._rows(here)
                if len(rows):
                    parts = self.vectors.data.take(rows, axis=0)
                    found[places] = _OPS.reduce_mean(parts, np.array(lengths, dtype=np.int32))
        return found

    def _rows(self, words: list[str]) -> tuple[list[int], list[int]]:
        """Rows of all parts of words of any length, and how many each word has."""
        vectors, parts = self.vectors, self._parts
        if len(parts) > MAX_KEPT_FORMS:
            parts.clear()
        n_rows = vectors.data.shape[0]
        rows: list[int] = []
        lengths: list[int] = []
        for word in words:
            before = len(rows)
            for part in vectors._get_ngrams(word) if word else ():
                if part not in parts:
                    parts[part] = [key % n_rows for key in vectors._get_ngram_hashes(part)]
                rows += parts[part]
            lengths.append(len(rows) - before)
        return rows, lengths

    def lookup(self, keys: NDArray[np.uint64], strings: StringStore) -> tuple[Properties, Floats]:
        """Properties and vectors of words given as (n, 2) pairs of form and blank."""
        words = [strings[form] for form in keys[:, 0].tolist()]
        return self.inputs(words, [blank == 1 for blank in keys[:, 1].tolist()])

    def inputs(self, words: list[str], blanks: list[bool]) -> tuple[Properties, Floats]:
        """Properties and vectors of words, each with the fact that one blank follows."""
        known = self.known
        if len(known) > _MAX_BESIDE_ROWS:
            known.clear()
        fresh = [word for word in dict.fromkeys(words) if word not in known]
        if fresh:
            first = len(known)
            known.update(zip(fresh, range(first, first + len(fresh)), strict=True))
            table = np.array([word_properties(word) for word in fresh], dtype=np.uint64)
            self._properties = grown(self._properties, table, first)
            vectors = self._static([vector_form(word) for word in fresh])
            self._vectors = grown(self._vectors, vectors, first)
        rows = [known[word] for word in words]
        found = np.empty((len(words), len(PROPERTIES)), dtype=np.uint64)
        found[:, :-1] = self._properties[rows]
        found[:, -1] = blanks
        found[:, -1] += np.uint64(1)
        return found, self._vectors[rows]

    def forget(self) -> None:
        """Drop embedded rows; needed after the weights change."""
        self.embedded.clear()
        self.rows = np.zeros((0, 0), dtype=np.float32)


def _column(index: int) -> Model[Any, Any]:
    """Layer that takes one property out of the input pair."""

    def forward(
        model: Model[Any, Any], pair: Any, is_train: bool
    ) -> tuple[Any, Callable[..., Any]]:
        return np.ascontiguousarray(pair[0][:, index]), lambda gradient: pair

    return Model(f"property_{PROPERTIES[index]}", forward)


def _vector() -> Model[Any, Any]:
    """Layer that takes the static vectors out of the input pair."""

    def forward(
        model: Model[Any, Any], pair: Any, is_train: bool
    ) -> tuple[Any, Callable[..., Any]]:
        return pair[1], lambda gradient: pair

    return Model("static_vector", forward)


def _concatenated(
    width: int, rows: list[int], sizes: list[int], vector_dim: int
) -> Model[Any, Any]:
    tables: list[Model[Any, Any]] = [
        chain(_column(i), HashEmbed(nO=sizes[i], nV=rows[i], seed=i + 7, dropout=0.0))
        for i in range(len(PROPERTIES))
    ]
    static: Model[Any, Any] = chain(_vector(), Linear(width, vector_dim))
    joined = sum(sizes) + width
    return chain(
        concatenate(*tables, static),
        Maxout(width, joined, nP=3, normalize=False, dropout=None),
        LayerNorm(width),
    )


@registry.architectures("slopscan.FormEmbed.v1")  # type: ignore[untyped-decorator]
def build_form_embed(
    width: int, rows: list[int], sizes: list[int], vector_dim: int
) -> Model[list[Doc], list[Floats]]:
    """Embed words by hashed properties and floret vectors.

    Parameters
    ----------
    width : int
        Length of the output vectors.
    rows, sizes : list of int
        Rows and columns of each property's table, in the order of `PROPERTIES`.
    vector_dim : int
        Length of the floret vectors; the table itself is set with `set_vectors`.
    """
    inner = _concatenated(width, rows, sizes, vector_dim)
    return Model(
        "form_embed",
        _forward,
        init=_initialize,
        layers=[inner],
        dims={"nO": width},
        attrs={"table": None, "vector_dim": vector_dim},
    )


def set_vectors(model: Model[Any, Any], vectors: Vectors) -> None:
    """Give every form embedding under a model its floret table."""
    for node in model.walk():
        if node.name == "form_embed":
            node.attrs["table"] = FormTable(vectors)


def forget_forms(model: Model[Any, Any]) -> None:
    """Drop kept embeddings after the weights of a model changed."""
    for node in model.walk():
        if node.name == "form_embed" and node.attrs["table"] is not None:
            node.attrs["table"].forget()


def _initialize(model: Model[Any, Any], X: Any = None, Y: Any = None) -> Model[Any, Any]:  # noqa: N803
    sample = (
        np.ones((2, len(PROPERTIES)), dtype=np.uint64),
        np.ones((2, model.attrs["vector_dim"]), dtype=np.float32),
    )
    model.layers[0].initialize(X=sample)
    return model


def _word_keys(docs: list[Doc]) -> NDArray[np.uint64]:
    return np.vstack([doc.to_array([ORTH, SPACY]).reshape(-1, 2) for doc in docs])


def _forward(
    model: Model[Any, Any], docs: list[Doc], is_train: bool
) -> tuple[list[Floats], Callable[[list[Floats]], list[Doc]]]:
    lengths = [len(doc) for doc in docs]
    width = model.get_dim("nO")
    if not sum(lengths):
        return [np.zeros((0, width), dtype=np.float32) for _ in docs], lambda gradients: docs
    keys = _word_keys(docs)
    table: FormTable = model.attrs["table"]
    if not is_train:
        embedded = _kept(model.layers[0], table, keys, docs[0].vocab.strings)
        return _split(embedded, lengths), lambda gradients: docs
    pair = table.lookup(keys, docs[0].vocab.strings)
    output, backprop = model.layers[0](pair, is_train)

    def backward(gradients: list[Floats]) -> list[Doc]:
        backprop(np.vstack(gradients))
        return docs

    return _split(output, lengths), backward


def embedded(model: Model[Any, Any], words: list[str], blanks: list[bool]) -> Floats:
    """Embed forms.

    Parameters
    ----------
    model : thinc.model.Model
        A form embedding with its floret table.
    words : list of str
    blanks : list of bool
        Whether one blank follows each word.

    Returns
    -------
    numpy.ndarray, shape (n_forms, width)
    """
    rows: Floats = model.layers[0].predict(model.attrs["table"].inputs(words, blanks))
    return rows


def _kept(
    inner: Model[Any, Any], table: FormTable, keys: NDArray[np.uint64], strings: StringStore
) -> Floats:
    """Embedded rows, computed for forms that are new."""
    # Words that name a symbol of spaCy have small numbers, next to each other; all others are
    # hashes of 64 bits.
    codes = (keys[:, 0] * np.uint64(2) + keys[:, 1]).tolist()
    index = table.embedded
    fresh = {code: i for i, code in enumerate(codes) if code not in index}
    if fresh:
        if len(index) + len(fresh) > MAX_KEPT_FORMS:
            table.forget()
            index = table.embedded
            fresh = {code: i for i, code in enumerate(codes)}
        rows = inner.predict(table.lookup(keys[list(fresh.values())], strings))
        start = len(index)
        index.update((code, start + n) for n, code in enumerate(fresh))
        table.rows = grown(table.rows, rows, start)
    return table.rows[[index[code] for code in codes]]


def grown(kept: NDArray[Any], rows: NDArray[Any], start: int) -> NDArray[Any]:
    """Append rows after the first `start`; capacity doubles, so adding is cheap on average."""
    needed = start + len(rows)
    if needed > len(kept):
        larger = np.zeros((max(needed, 2 * len(kept), 4096), rows.shape[1]), dtype=rows.dtype)
        if start:
            larger[:start] = kept[:start]
        kept = larger
    kept[start:needed] = rows
    return kept


def _split(rows: Floats, lengths: list[int]) -> list[Floats]:
    return np.split(rows, np.cumsum(lengths)[:-1].tolist())
