"""The transition-based parser: the states of many texts go on in step.

spaCy's own classes hold the states and decide what is legal; what the network makes of a state is
computed here for all of them at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from spacy.ml.parser_model import ParserStepModel

from slopscan.nlp.convolution import Floats

if TYPE_CHECKING:
    from spacy.tokens import Doc

# What the parser keeps for a word is 13 KB; so many words stay near the processor.
_GROUP_WORDS: Final = 3_000
# A step of the parser costs the same for one block as for a few: more of them share it.
_MIN_GROUP: Final = 4


class _StateWidth:
    """What `ParserStepModel.get_token_ids` asks of its object: words looked at in a state."""

    def __init__(self, n_words: int) -> None:
        self.state2vec = self
        self.nF = n_words


class Parser:
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
        self._picked = np.empty((0, n_hidden * n_pieces), dtype=np.float32)

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
        if len(self._picked) < len(going) * n_words:
            self._picked = np.empty((len(going) * n_words, table.shape[1]), dtype=np.float32)
        weights, bias = self._upper
        while going:
            # A word that is not there is -1, the padding, the first row.
            rows = ParserStepModel.get_token_ids(self._reader, going) * n_words + places
            picked = self._picked[: rows.size]
            table.take(rows.reshape(-1), axis=0, out=picked, mode="clip")
            hidden = np.add.reduce(picked.reshape(len(rows), n_words, -1), axis=1)
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
