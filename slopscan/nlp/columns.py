"""A parse as plain lists, read out of spaCy once for all who look at tokens.

One call of `Doc.to_array` and a table of strings cost a twentieth of asking each token for each
of its properties.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from spacy.attrs import DEP, HEAD, LEMMA, LOWER, MORPH, ORTH, POS, SENT_START, SPACY, TAG

if TYPE_CHECKING:
    from spacy.strings import StringStore
    from spacy.tokens import Doc

_ATTRIBUTES: Final = [ORTH, LOWER, LEMMA, POS, TAG, DEP, MORPH, HEAD, SENT_START, SPACY]
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
    def known(self) -> dict[str, frozenset[str]]:
        """The values that occur, by property as rules name it; lemmas in lower case."""
        named = {
            "lemma": self.lemmas,
            "lower": self.lower,
            "dep": self.deps,
            "xpos": self.tags,
            "upos": self.pos,
        }
        return {name: frozenset(values) for name, values in named.items()}

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


def columns_of(doc: Doc, features: list[str] | None = None) -> Columns:
    """Read a parse; one without sentences is a single sentence.

    Parameters
    ----------
    doc : spacy.tokens.Doc
    features : list of str, optional
        Those of each token, where the document does not have them.
    """
    for strings in (_STRINGS, _LOWERED):
        strings.store = doc.vocab.strings
        if len(strings) > _MAX_KEPT:
            strings.clear()
    n = len(doc)
    if not n:
        none = array("i")
        return Columns([], [], [], [], [], [], [], [], none, none, [])
    table: Any = doc.to_array(_ATTRIBUTES).T
    orths, lowers, lemmas, *rest = (row.tolist() for row in table[:7])
    words = _STRINGS.of(orths)
    pos, tags, deps, morphs = map(_STRINGS.of, rest)
    heads = array("i", (table[7].astype(np.int64) + np.arange(n)).tolist())
    lengths = map(int.__add__, map(len, words), table[9].tolist())
    starts = array("i", accumulate(lengths, initial=0))
    starts.pop()
    firsts = np.flatnonzero(table[8] == 1).tolist()
    if not firsts or firsts[0]:
        firsts.insert(0, 0)
    return Columns(
        words,
        _STRINGS.of(lowers),
        _LOWERED.of(lemmas),
        _STRINGS.of(lemmas),
        pos,
        tags,
        deps,
        features or ["" if morph == "_" else morph for morph in morphs],
        heads,
        starts,
        list(zip(firsts, [*firsts[1:], n], strict=True)),
    )
