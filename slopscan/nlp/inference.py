"""Parse many blocks at once: the shipped pipeline's components, without their machinery.

`nlp.pipe` keeps what training needs: call-backs for gradients, lists of arrays for each block,
a listener for each component, the context vectors on each `Doc`. Here the same weights are laid
out once for prediction, and a batch of blocks is one array from the embedding to the tags. The
parser's states go on in step, a move of every block at a time; spaCy's own classes hold the
states and decide what is legal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

import numpy as np
from spacy.attrs import LEMMA, ORTH, POS, SPACY, TAG
from spacy.ml.parser_model import ParserStepModel

from slopscan.nlp.architecture import fast_ops
from slopscan.nlp.columns import Columns, columns_of
from slopscan.nlp.convolution import Encoder, Floats
from slopscan.nlp.embedding import embedded_rows

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

COMPONENTS: Final = ("tok2vec", "tagger", "morphologizer", "senter", "parser", "lemmatizer")
# What the parser keeps for a word is 13 KB; so many words stay near the processor.
_GROUP_WORDS: Final = 3_000
# A step of the parser costs the same for one block as for a few: more of them share it.
_MIN_GROUP: Final = 4
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
        With the components of `COMPONENTS`; its weights are copied.
    """

    def __init__(self, nlp: Language) -> None:
        # Not kept: the cache of `parsed` lives as long as the pipeline does.
        self._tokenizer: Any = nlp.tokenizer
        self._vocab = nlp.vocab
        pipes: dict[str, Any] = dict(nlp.pipeline)
        self._morphologizer, self._senter = pipes["morphologizer"], pipes["senter"]
        self._lemmatizer = pipes["lemmatizer"]
        self._embed = pipes["tok2vec"].model.layers[0]
        self._encoder = Encoder(pipes["tok2vec"].model.layers[1])
        self._heads = _Heads([pipes[name] for name in ("tagger", "morphologizer", "senter")])
        self._tags = np.array([nlp.vocab.strings.add(x) for x in pipes["tagger"].labels], "uint64")
        self._parser = _Parser(pipes["parser"])
        settings, labels = self._morphologizer.cfg, self._morphologizer.labels
        self._morphs = [settings["labels_morph"].get(label) or "" for label in labels]
        self._pos = np.array([settings["labels_pos"].get(label, 0) for label in labels], "uint64")

    def docs(self, texts: Iterable[str | Doc]) -> list[Doc]:
        """Parse texts, or documents that have words and nothing else."""
        docs = self._cut(texts)
        filled = _by_length(docs)
        if filled:
            self._morphologizer.set_annotations(filled, self._annotate(filled))
        return docs

    def columns(self, texts: Iterable[str | Doc]) -> list[Columns]:
        """Parse texts and read the parses out; the features of words never go through spaCy."""
        docs = self._cut(texts)
        filled = _by_length(docs)
        labels = self._annotate(filled) if filled else []
        morphs = {
            id(doc): [self._morphs[label] for label in of_doc.tolist()]
            for doc, of_doc in zip(filled, labels, strict=True)
        }
        return [columns_of(doc, morphs.get(id(doc))) for doc in docs]

    def _cut(self, texts: Iterable[str | Doc]) -> list[Doc]:
        return [self._tokenizer(text) if isinstance(text, str) else text for text in texts]

    def _annotate(self, docs: list[Doc]) -> list[Any]:
        """Set all but the features of words; return the number of each word's."""
        keys = [doc.to_array([ORTH, SPACY]).reshape(-1, 2) for doc in docs]
        rows, numbers = embedded_rows(self._embed, np.vstack(keys), self._vocab.strings)
        lengths = [len(doc) for doc in docs]
        vectors = self._encoder(rows, numbers, lengths)
        tags, morphs, starts = (
            np.split(found, np.cumsum(lengths)[:-1]) for found in self._heads(vectors)
        )
        self._senter.set_annotations(docs, starts)
        for doc, tag, morph, key in zip(docs, tags, morphs, keys, strict=True):
            named = self._tags[tag]
            lemmas = self._lemmatizer.lemmas(self._vocab.strings, key[:, 0], named)
            found: Any = np.column_stack([named, self._pos[morph], lemmas])
            doc.from_array([TAG, POS, LEMMA], found)
        self._parser(docs, vectors)
        return morphs


def _by_length(docs: list[Doc]) -> list[Doc]:
    """Return documents that have words, the longest first."""
    return sorted((doc for doc in docs if len(doc)), key=len, reverse=True)


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
        scores = vectors @ self._weights
        scores += self._bias
        return [scores[:, columns].argmax(axis=1) for columns in self._columns]


class _StateWidth:
    """What `ParserStepModel.get_token_ids` asks of its object: words looked at in a state."""

    def __init__(self, n_words: int) -> None:
        self.state2vec = self
        self.nF = n_words


class _Parser:
    """The arc-eager parser, all blocks of a group one move at a time."""

    def __init__(self, pipe: Any) -> None:
        self._pipe = pipe
        tok2vec, lower, upper = pipe.model.layers
        linear = tok2vec.layers[-1]
        self._linear: tuple[Floats, Floats] = (
            linear.get_param("W").T.copy(),
            linear.get_param("b"),
        )
        weights = lower.get_param("W")
        n_words, n_hidden, n_pieces, width = weights.shape
        # Pieces side by side, so that their maximum runs over whole rows.
        self._lower = weights.swapaxes(1, 2).reshape(-1, width).T.copy()
        self._padding = lower.get_param("pad")[0].swapaxes(1, 2).reshape(-1).copy()
        self._bias = lower.get_param("b").T.reshape(-1).copy()
        self._upper: tuple[Floats, Floats] = (upper.get_param("W").T.copy(), upper.get_param("b"))
        self._shape = (n_words, n_hidden, n_pieces)
        self._reader = _StateWidth(n_words)
        self._table = np.empty((0, len(self._padding)), dtype=np.float32)
        self._ops = fast_ops()

    def __call__(self, docs: list[Doc], vectors: Floats) -> None:
        """Set heads, relations and sentences of documents sorted by length, longest first."""
        first = 0
        for group in _groups(docs):
            last = first + sum(map(len, group))
            self._pipe.set_annotations(group, self._parse(group, vectors[first:last]))
            first = last

    def _parse(self, docs: list[Doc], vectors: Floats) -> list[Any]:
        states = going = self._pipe.moves.init_batch(docs)
        going = [state for state in going if not state.is_final()]
        n_words, n_hidden, n_pieces = self._shape
        table = self._filled(vectors).reshape(-1, n_hidden * n_pieces)
        places = np.arange(n_words, dtype=np.int32) + n_words
        weights, bias = self._upper
        while going:
            # A word that is not there is -1, the padding, the first row.
            rows = ParserStepModel.get_token_ids(self._reader, going) * n_words + places
            hidden = self._ops.gather_add(table, rows)
            hidden += self._bias
            best = np.maximum(hidden[:, :n_hidden], hidden[:, n_hidden : 2 * n_hidden])
            for piece in range(2, n_pieces):
                np.maximum(best, hidden[:, piece * n_hidden :][:, :n_hidden], out=best)
            scores = best @ weights
            scores += bias
            going = self._pipe.transition_states(going, scores)
        return list(states)

    def _filled(self, vectors: Floats) -> Floats:
        """What each word adds to a state in each of its places; the padding is row 0."""
        needed = len(vectors) + 1
        if len(self._table) < needed:
            self._table = np.empty((max(needed, _GROUP_WORDS), len(self._padding)), np.float32)
        table = self._table[:needed]
        weights, bias = self._linear
        np.matmul(vectors @ weights + bias, self._lower, out=table[1:])
        table[0] = self._padding
        return table


def _groups(docs: list[Doc]) -> Iterator[list[Doc]]:
    """Cut a list sorted by length into groups of few words, but not of very few documents."""
    group: list[Doc] = []
    n_words = 0
    for doc in docs:
        if len(group) >= _MIN_GROUP and n_words + len(doc) > _GROUP_WORDS:
            yield group
            group, n_words = [], 0
        group.append(doc)
        n_words += len(doc)
    yield group
