"""Lemmas from a table of exceptions and suffix rules, chosen by the fine part of speech.

Both were learnt from the treebanks (see `slopscan.training.pipeline.lemmas`) and are plain
JSON. A look-up costs under a microsecond; spaCy's edit-tree lemmatizer is a softmax over a
thousand trees and errs on words it has not seen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from slopscan.nlp.wordforms import folded_form

MAX_SUFFIX_CHARS = 6
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
        self._kept: dict[tuple[int, int], str] = {}

    def set_tables(self, tables: LemmaTables) -> None:
        """Use these tables from now on."""
        self.tables = tables
        self._kept.clear()

    def __call__(self, doc: Doc) -> Doc:
        """Set the lemma of every word."""
        kept = self._kept
        if len(kept) > 200_000:
            kept.clear()
        for token in doc:
            key = (token.orth, token.tag)
            lemma = kept.get(key)
            if lemma is None:
                lemma = kept[key] = lemma_of(token.text, token.tag_, self.tables)
            token.lemma_ = lemma
        return doc


@Language.factory(
    "slopscan_lemmatizer", assigns=["token.lemma"], requires=["token.tag"], default_config={}
)
def _create_lemmatizer(nlp: Language, name: str) -> Any:
    return Lemmatizer(name)
