"""The parse of a block, indexed, for rules on trees."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from slopscan.nlp.columns import Columns

_NOT_WORDS: Final = frozenset({"PUNCT", "SPACE"})


class Tree:
    """The parse of a block as plain lists, indexed.

    Attributes
    ----------
    attributes : dict of str to list of str
        Value of each token for each name in the catalogue's `ATTRIBUTES`; lemmas are in lower case.
    heads : sequence of int
        Index of each token's head; a root is its own head.
    sentences : list of tuple of int
        First token and the one after the last.
    """

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.attributes: dict[str, list[str]] = {
            "lower": columns.lower,
            "lemma": columns.lemmas,
            "upos": columns.pos,
            "xpos": columns.tags,
            "dep": columns.deps,
        }
        self.heads = columns.heads
        self.sentences = columns.sentences
        self._index: dict[str, dict[str, list[int]]] = {}

    @cached_property
    def children(self) -> list[list[int]]:
        """Tokens below each token, in order of the text."""
        return self.columns.children()

    @cached_property
    def sentence_of(self) -> list[int]:
        """Number of each token's sentence."""
        return [number for number, span in enumerate(self.sentences) for _ in range(*span)]

    def __len__(self) -> int:
        return len(self.heads)

    def places(self, attribute: str) -> dict[str, list[int]]:
        """Return the tokens that have each value of an attribute."""
        if attribute not in self._index:
            self._index[attribute] = _places(self.attributes[attribute])
        return self._index[attribute]

    @cached_property
    def edges(self) -> list[tuple[int, int, int]]:
        """First token, last token and number of tokens of each token's subtree."""
        found = [(i, i, 1) for i in range(len(self))]
        for i in self._leaves_first():
            head = self.heads[i]
            if head != i:
                low, high, size = found[i]
                head_low, head_high, head_size = found[head]
                found[head] = (min(low, head_low), max(high, head_high), size + head_size)
        return found

    @cached_property
    def morphs(self) -> list[frozenset[str]]:
        """Features of each token, as `Name=Value`."""
        return [frozenset(morph.split("|")) for morph in self.columns.morphs]

    @cached_property
    def first_words(self) -> frozenset[int]:
        """The first word of each sentence, punctuation aside."""
        return frozenset(words[0] for words in self.words_of if words)

    @cached_property
    def last_words(self) -> frozenset[int]:
        """The last word of each sentence, punctuation aside."""
        return frozenset(words[-1] for words in self.words_of if words)

    @cached_property
    def words_of(self) -> list[list[int]]:
        """Tokens of each sentence, punctuation aside."""
        return [[i for i in range(*span) if self.is_word(i)] for span in self.sentences]

    def is_word(self, i: int) -> bool:
        return self.attributes["upos"][i] not in _NOT_WORDS

    def root_of(self, sentence: int) -> int | None:
        """Return the root of a sentence by number; None outside the block."""
        if not 0 <= sentence < len(self.sentences):
            return None
        return next((i for i in range(*self.sentences[sentence]) if self.heads[i] == i), None)

    def subtree(self, i: int) -> list[int]:
        """Return a token and all below it, sorted."""
        found, stack = [], [i]
        while stack:
            current = stack.pop()
            found.append(current)
            stack.extend(self.children[current])
        return sorted(found)

    def _leaves_first(self) -> list[int]:
        order = [i for i in range(len(self)) if self.heads[i] == i]
        for i in order:
            order.extend(self.children[i])
        return order[::-1]


def _places(values: list[str]) -> dict[str, list[int]]:
    places: defaultdict[str, list[int]] = defaultdict(list)
    for i, value in enumerate(values):
        places[value].append(i)
    return places
