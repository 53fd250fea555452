"""Lemmas from a table of exceptions and suffix rules, chosen by the fine part of speech.

Both were learnt from the treebanks (see `slopscan.training.pipeline.lemmas`) and are plain
JSON. A look-up costs under a microsecond; spaCy's edit-tree lemmatizer is a softmax over a
thousand trees and errs on words it has not seen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import LEMMA, ORTH, TAG
from spacy.strings import StringStore
from spacy.tokens import Doc

from slopscan.nlp.wordforms import folded_form

MAX_SUFFIX_CHARS = 6
MAX_KEPT = 200_000
# Names keep their case and, unless the table says otherwise, their form.
NAME_TAGS = frozenset({"NNP", "NNPS"})


@dataclass(slots=True)
class LemmaTables:
    """Exceptions and suffix rules, both by XPOS.

    `rules[tag][suffix]` is (characters to strip, text to append); "" is the tag's default.
    """

    exceptions: dict[str, dict[str, str]] = field(default_factory=dict)
    rules: dict[str, dict[str, tuple[int, str]]] = field(default_factory=dict)


def lemma_of(word: str, tag: str, tables: LemmaTables) -> str:
    """Lemma of a word form.

    Parameters
    ----------
    word : str
        Word as it stands in the text.
    tag : str
        XPOS of the word.
    tables : LemmaTables
        Exceptions and rules.

    Returns
    -------
    str
        UD lemma; never empty.
    """
    if word.isspace():
        return word
    form = folded_form(word)
    low = form.lower()
    lemma = tables.exceptions.get(tag, {}).get(low)
    if lemma is not None:
        return lemma
    rules = tables.rules.get(tag)
    if not rules:
        return form if tag in NAME_TAGS or not form[0].isalpha() else low
    base = form if tag in NAME_TAGS else low
    for length in range(min(MAX_SUFFIX_CHARS, len(low)), -1, -1):
        rule = rules.get(low[len(low) - length :])
        if rule is not None:
            strip, append = rule
            return (base[: len(base) - strip] + append) or base
    return base


class Lemmatizer:
    """spaCy component that sets `token.lemma_`; needs the tagger before it.

    Parameters
    ----------
    name : str
        Name in the pipeline.
    """

    def __init__(self, name: str = "lemmatizer") -> None:
        self.name = name
        self.tables = LemmaTables()
        self._kept: dict[tuple[int, int], int] = {}

    def set_tables(self, tables: LemmaTables) -> None:
        """Use these tables from now on."""
        self.tables = tables
        self.forget()

    def forget(self) -> None:
        """Drop kept lemmas; their keys may have left the vocabulary."""
        self._kept.clear()

    def lemmas(
        self, strings: StringStore, forms: NDArray[np.uint64], tags: NDArray[np.uint64]
    ) -> NDArray[np.uint64]:
        """Return the keys of the lemmas of words, given the keys of form and tag.

        Parameters
        ----------
        strings : spacy.strings.StringStore
            Where the keys are resolved and the lemmas added.
        forms, tags : numpy.ndarray, shape (n_words,)

        Returns
        -------
        numpy.ndarray, shape (n_words,)
        """
        kept = self._kept
        if len(kept) > MAX_KEPT:
            kept.clear()
        keys = list(zip(forms.tolist(), tags.tolist(), strict=True))
        for key in keys:
            if key not in kept:
                word, tag = strings[key[0]], strings[key[1]]
                kept[key] = strings.add(lemma_of(word, tag, self.tables))
        return np.array([kept[key] for key in keys], dtype=np.uint64)

    def __call__(self, doc: Doc) -> Doc:
        """Set the lemma of every word."""
        pairs: Any = doc.to_array([ORTH, TAG]).reshape(-1, 2)
        if len(pairs):
            lemmas: Any = self.lemmas(doc.vocab.strings, pairs[:, 0], pairs[:, 1])
            doc.from_array([LEMMA], lemmas.reshape(-1, 1))
        return doc
