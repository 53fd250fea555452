"""A parse as plain lists, read out of spaCy once for all who look at tokens.

One call of `Doc.to_array` and a table of strings cost a twentieth of asking each token for each
of its properties.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from spacy.attrs import DEP, HEAD, LEMMA, LOWER, MORPH, ORTH, POS, SENT_START, SPACY, TAG

from slopscan.nlp.known import Known

if TYPE_CHECKING:
    from spacy.strings import StringStore
    from spacy.tokens import Doc

_ATTRIBUTES: Final = [ORTH, LOWER, LEMMA, POS, TAG, MORPH, SPACY]
_OF_TREES: Final = [HEAD, DEP, SENT_START]
_MAX_KEPT: Final = 60_000


@dataclass(frozen=True)
class Columns:
    """The tokens of a parse, property by property; all lists but `sentences` are of one length.

    Attributes
    ----------
    words : list of str
        As spelled in the text.
    lower, lemmas : list of str
        In lower case.
    spelled_lemmas : list of str
        Lemmas as they are, names with capitals.
    pos, tags, deps : list of str
        UPOS, XPOS and relation; the root's is spaCy's "ROOT".
    morphs : list of str
        Features, as `Name=Value|Name=Value`.
    heads : array of int
        Index of each token's head; a root is its own head.
    starts : array of int
        Offset of each token in the text.
    sentences : list of tuple of int
        First token and the one after the last.
    """

    words: list[str]
    lower: list[str]
    lemmas: list[str]
    spelled_lemmas: list[str]
    pos: list[str]
    tags: list[str]
    deps: list[str]
    morphs: list[str]
    heads: array[int]
    starts: array[int]
    sentences: list[tuple[int, int]]

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def known(self) -> Known:
        """The values that occur, by property as rules name it; lemmas in lower case."""
        return Known(
            {
                "lemma": self.lemmas,
                "lower": self.lower,
                "dep": self.deps,
                "xpos": self.tags,
                "upos": self.pos,
            }
        )

    def children(self) -> list[list[int]]:
        """Return the indices of the tokens below each token, in order of the text."""
        below: list[list[int]] = [[] for _ in self.heads]
        for i, head in enumerate(self.heads):
            if head != i:
                below[head].append(i)
        return below

    def end(self, i: int) -> int:
        """Return the offset after a token, its blank left out."""
        return self.starts[i] + len(self.words[i])


class _Strings(dict[int, str]):
    """Strings by their key in spaCy, which is the same in every vocabulary."""

    def __init__(self, *, lower: bool = False) -> None:
        self.store: StringStore | None = None
        self._lower = lower

    def __missing__(self, key: int) -> str:
        assert self.store is not None
        text = self.store[key]
        self[key] = text.lower() if self._lower else text
        return self[key]

    def of(self, keys: list[int]) -> list[str]:
        return [self[key] for key in keys]


_STRINGS: Final = _Strings()
_LOWERED: Final = _Strings(lower=True)
_DEPS: Final = _Strings()


class Words(NamedTuple):
    """What is known of the words of several documents, one after the other, but their trees.

    `lengths` include the blank; the lists are those of `Columns`.
    """

    words: list[str]
    lower: list[str]
    lemmas: list[str]
    spelled_lemmas: list[str]
    pos: list[str]
    tags: list[str]
    morphs: list[str]
    lengths: npt.NDArray[np.intp]


def columns_of(doc: Doc) -> Columns:
    """Read a parse; one without sentences is a single sentence."""
    for strings in (_STRINGS, _LOWERED):
        strings.store = doc.vocab.strings
        if len(strings) > _MAX_KEPT:
            strings.clear()
    if not len(doc):
        none = array("i")
        return Columns([], [], [], [], [], [], [], [], none, none, [])
    table: Any = doc.to_array(_ATTRIBUTES).T
    orths, lowers, lemmas, *rest = (row.tolist() for row in table[:6])
    words = _STRINGS.of(orths)
    pos, tags, morphs = map(_STRINGS.of, rest)
    lengths = np.array(list(map(len, words))) + table[6].astype(np.int64)
    return columns_of_all(
        [doc],
        Words(
            words,
            _STRINGS.of(lowers),
            _LOWERED.of(lemmas),
            _STRINGS.of(lemmas),
            pos,
            tags,
            ["" if morph == "_" else morph for morph in morphs],
            lengths,
        ),
    )[0]


def columns_of_all(docs: Sequence[Doc], words: Words) -> list[Columns]:
    """Read several parses at once.

    Parameters
    ----------
    docs : sequence of spacy.tokens.Doc
        None is empty; relations, heads and sentences are read from them.
    words : Words
        What else is known of their words, one document after the other.
    """
    _DEPS.store = docs[0].vocab.strings
    ends = np.cumsum([len(doc) for doc in docs])
    begins = ends - [len(doc) for doc in docs]
    table: Any = np.concatenate([doc.to_array(_OF_TREES) for doc in docs])
    n = len(table)
    inside = np.arange(n) - np.repeat(begins, ends - begins)
    heads = (table[:, 0].astype(np.int64) + inside).astype(np.intc)
    deps = _DEPS.of(table[:, 1].tolist())
    shifted = np.cumsum(words.lengths) - words.lengths
    starts = (shifted - np.repeat(shifted[begins], ends - begins)).astype(np.intc)
    is_first = table[:, 2] == 1
    is_first[begins] = True
    firsts = np.flatnonzero(is_first)
    of_docs = np.searchsorted(firsts, [*begins.tolist(), n]).tolist()
    local = inside[firsts].tolist()
    found = []
    for number, (begin, end) in enumerate(zip(begins.tolist(), ends.tolist(), strict=True)):
        here = slice(begin, end)
        opens = local[of_docs[number] : of_docs[number + 1]]
        found.append(
            Columns(
                words.words[here],
                words.lower[here],
                words.lemmas[here],
                words.spelled_lemmas[here],
                words.pos[here],
                words.tags[here],
                deps[here],
                words.morphs[here],
                array("i", heads[here].tobytes()),
                array("i", starts[here].tobytes()),
                list(zip(opens, [*opens[1:], end - begin], strict=True)),
            )
        )
    return found
