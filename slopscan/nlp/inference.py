"""Parse many blocks at once: the shipped pipeline's components, without their machinery.

`nlp.pipe` keeps what training needs: call-backs for gradients, lists of arrays for each block,
a listener for each component, the context vectors on each `Doc`. Here the same weights are laid
out once for prediction, and a batch of blocks is one array from the embedding to the tags. The
parser's states go on in step, a move of every block at a time; spaCy's own classes hold the
states and decide what is legal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from spacy.attrs import LEMMA, ORTH, POS, TAG
from spacy.tokens import Doc

from slopscan.nlp.columns import Columns, Words, columns_of, columns_of_all
from slopscan.nlp.convolution import Encoder, Floats
from slopscan.nlp.embedding import embedded, grown
from slopscan.nlp.forms import MAX_KEPT, Forms, Lemmas, Numbers
from slopscan.nlp.tokenizer import forced_starts
from slopscan.nlp.transitions import Parser

if TYPE_CHECKING:
    from spacy.language import Language

COMPONENTS: Final = ("tok2vec", "tagger", "morphologizer", "senter", "parser", "lemmatizer")
# Words whose labels are chosen together, so that their scores stay near the processor.
_ROWS: Final = 512
_kept: WeakKeyDictionary[Language, Inference] = WeakKeyDictionary()


def parsed(nlp: Language, texts: Iterable[str | Doc]) -> list[Doc]:
    """Parse texts, or documents that have words and nothing else.

    Parameters
    ----------
    nlp : spacy.language.Language
        One with other components than the shipped pipeline is asked itself.
    texts : iterable of str or spacy.tokens.Doc
        Held in memory together with their parses.

    Returns
    -------
    list of spacy.tokens.Doc
        As `nlp.pipe` makes them but for `Doc.tensor`, which stays empty.
    """
    inference = _inference(nlp)
    return list(nlp.pipe(texts)) if inference is None else inference.docs(texts)


def read(nlp: Language, texts: Iterable[str | Doc]) -> list[Columns]:
    """Parse texts as `parsed` does, and read the parses out; takes less time than both."""
    inference = _inference(nlp)
    if inference is None:
        return [columns_of(doc) for doc in nlp.pipe(texts)]
    return inference.columns(texts)


def _inference(nlp: Language) -> Inference | None:
    if tuple(nlp.pipe_names) != COMPONENTS:
        return None
    if nlp not in _kept:
        _kept[nlp] = Inference(nlp)
    return _kept[nlp]


class Inference:
    """The weights of a pipeline, laid out for prediction.

    Parameters
    ----------
    nlp : spacy.language.Language
        With the components of `COMPONENTS`; its weights and its lemmas are copied.
    """

    def __init__(self, nlp: Language) -> None:
        # The pipeline is not kept: the cache of `parsed` lives as long as it does.
        self._vocab = nlp.vocab
        strings = nlp.vocab.strings
        pipes: dict[str, Any] = dict(nlp.pipeline)
        self._morphologizer, self._senter = pipes["morphologizer"], pipes["senter"]
        self._lemmatizer = pipes["lemmatizer"]
        self._embed = pipes["tok2vec"].model.layers[0]
        self._encoder = Encoder(pipes["tok2vec"].model.layers[1])
        self._heads = _Heads([pipes[name] for name in ("tagger", "morphologizer", "senter")])
        self._parser = Parser(pipes["parser"])
        self._tags = list(pipes["tagger"].labels)
        self._tag_keys = np.array([strings.add(tag) for tag in self._tags], dtype=np.uint64)
        settings, labels = self._morphologizer.cfg, self._morphologizer.labels
        self._morphs = [settings["labels_morph"].get(label) or "" for label in labels]
        pos = [settings["labels_pos"].get(label, 0) for label in labels]
        self._pos_keys = np.array(pos, dtype=np.uint64)
        self._pos = [strings[key] for key in pos]
        self._forms = Forms()
        self._lemmas = Lemmas(self._forms, self._tags, pipes["lemmatizer"].tables)
        # One for each form, after a row of zeros for no word.
        self._rows: Floats = np.zeros((1, self._encoder.width), dtype=np.float32)
        self._n_embedded = 0

    def docs(self, texts: Iterable[str | Doc]) -> list[Doc]:
        """Parse texts, or documents that have words and nothing else."""
        every, order = self._cut(texts)
        if order:
            docs = [cut.doc for cut in order]
            found = self._scored(order)
            lengths = np.cumsum([len(doc) for doc in docs])[:-1]
            pairs = zip(docs, *(np.split(x, lengths) for x in found[1:]), strict=True)
            for doc, tags, morphs in pairs:
                named = self._tag_keys[tags]
                words: Any = doc.to_array(ORTH)
                lemmas = self._lemmatizer.lemmas(self._vocab.strings, words, named)
                columns: Any = np.column_stack([named, self._pos_keys[morphs], lemmas])
                doc.from_array([TAG, POS, LEMMA], columns)
            self._parser(docs, found[0])
            self._morphologizer.set_annotations(docs, np.split(found[2], lengths))
        return [cut.doc for cut in every]

    def columns(self, texts: Iterable[str | Doc]) -> list[Columns]:
        """Parse texts and read the parses out; only trees and sentences go through spaCy."""
        every, order = self._cut(texts)
        found: dict[int, Columns] = {}
        if order:
            vectors, tags, morphs = self._scored(order)
            docs = [cut.doc for cut in order]
            self._parser(docs, vectors)
            read_out = columns_of_all(docs, self._words(order, tags, morphs))
            found = {id(cut): columns for cut, columns in zip(order, read_out, strict=True)}
        return [found[id(cut)] if id(cut) in found else columns_of(cut.doc) for cut in every]

    def _words(self, cuts: list[_Cut], tags: Numbers, morphs: Numbers) -> Words:
        forms, numbers = self._forms, _joined(cuts)
        each, by_label = numbers.tolist(), morphs.tolist()
        spelled, lower = self._lemmas.of(numbers, tags)
        return Words(
            [forms.words[number] for number in each],
            [forms.lower[number] for number in each],
            lower,
            spelled,
            [self._pos[label] for label in by_label],
            [self._tags[tag] for tag in tags.tolist()],
            [self._morphs[label] for label in by_label],
            forms.lengths(numbers),
        )

    def _cut(self, texts: Iterable[str | Doc]) -> tuple[list[_Cut], list[_Cut]]:
        """Cut texts into words; return also those that have any, the longest first."""
        forms = self._forms
        if len(forms) > MAX_KEPT:
            forms.forget()
            self._lemmas.forget()
            self._encoder.forget()
            self._n_embedded = 0
        every = []
        for text in texts:
            if isinstance(text, str):
                numbers = forms.cut(text)
                words = [forms.words[number] for number in numbers]
                blanks = [forms.blanks[number] for number in numbers]
                starts = forced_starts(words) if text.count("\n") > 1 else None
                every.append(_Cut(numbers, Doc(self._vocab, words, blanks, sent_starts=starts)))
            else:
                numbers = forms.numbers([t.text for t in text], [bool(t.whitespace_) for t in text])
                every.append(_Cut(numbers, text))
        filled = [cut for cut in every if cut.numbers]
        return every, sorted(filled, key=lambda cut: len(cut.numbers), reverse=True)

    def _scored(self, cuts: list[_Cut]) -> tuple[Floats, Numbers, Numbers]:
        """Set starts of sentences; return vectors, number of tag, and of features of each word."""
        lengths = [len(cut.numbers) for cut in cuts]
        vectors = self._encoder(self._embedded(), _joined(cuts) + 1, lengths)
        tags, morphs, starts = self._heads(vectors)
        split = np.split(starts, np.cumsum(lengths)[:-1])
        self._senter.set_annotations([cut.doc for cut in cuts], split)
        return vectors, tags, morphs

    def _embedded(self) -> Floats:
        """Return the embedded rows of all forms; only new ones are computed."""
        forms, known = self._forms, self._n_embedded
        if len(forms) > known:
            rows = embedded(self._embed, forms.words[known:], forms.blanks[known:])
            self._rows = grown(self._rows, rows, 1 + known)
            self._n_embedded = len(forms)
        return self._rows[: 1 + self._n_embedded]


class _Cut(NamedTuple):
    """A text cut into words, by the numbers of their forms."""

    numbers: list[int]
    doc: Doc


def _joined(cuts: list[_Cut]) -> Numbers:
    return np.array([number for cut in cuts for number in cut.numbers], dtype=np.intp)


class _Heads:
    """The linear layers that choose among labels, side by side in one product."""

    def __init__(self, pipes: Sequence[Any]) -> None:
        outputs = [pipe.model.layers[-1].layers[0] for pipe in pipes]
        self._weights = np.vstack([layer.get_param("W") for layer in outputs]).T.copy()
        self._bias = np.hstack([layer.get_param("b") for layer in outputs])
        ends = np.cumsum([len(layer.get_param("b")) for layer in outputs]).tolist()
        self._columns = [slice(*pair) for pair in zip([0, *ends], ends, strict=False)]

    def __call__(self, vectors: Floats) -> list[Any]:
        """Return the number of the best label of each word, for each layer."""
        best = [np.empty(len(vectors), dtype=np.intp) for _ in self._columns]
        scores = np.empty((_ROWS, len(self._bias)), dtype=np.float32)
        for start in range(0, len(vectors), _ROWS):
            rows = vectors[start : start + _ROWS]
            here = np.matmul(rows, self._weights, out=scores[: len(rows)])
            here += self._bias
            for columns, found in zip(self._columns, best, strict=True):
                here[:, columns].argmax(axis=1, out=found[start : start + _ROWS])
        return best
