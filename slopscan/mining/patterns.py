"""What recurs in sentences: phrases, openers, templates with slots, pairs of a parse.

A pattern is a string of its kind's letter and its elements, divided by blanks: words in lower
case, slots in capitals. `P a testament to`, `O here's the thing`, `T a NOUN of NOUN`,
`D silence<nsubj<hum`.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from slopscan.mining.texts import Piece, Text

PHRASE: Final = "P"
OPENER: Final = "O"
TEMPLATE: Final = "T"
PAIR: Final = "D"
KINDS: Final = {PHRASE: "phrase", OPENER: "opener", TEMPLATE: "template", PAIR: "dependency"}
MAX_LENGTH: Final = 6
SLOTS: Final = frozenset({"NOUN", "NAME", "ADJ", "ADV", "NUM", "VERB", "VERBING", "VERBED", "WORD"})
_MIN_TEMPLATE: Final = 3
# Relations between words of content; the others are grammar that no writer chooses.
_RELATIONS: Final = frozenset(
    {
        *("nsubj", "nsubj:pass", "obj", "iobj", "obl", "obl:agent", "nmod", "nmod:poss"),
        *("amod", "advmod", "compound", "conj", "appos", "parataxis", "vocative"),
        *("xcomp", "ccomp", "acl", "acl:relcl", "advcl"),
    }
)

Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A pattern at one place: its key and the stretches of prose it consists of."""

    key: str
    ranges: Ranges


def kind_of(key: str) -> str:
    """Return the kind of a pattern in words."""
    return KINDS[key[0]]


def elements_of(key: str) -> list[str]:
    """Return the elements of a phrase, an opener or a template."""
    return key[2:].split(" ")


def is_slot(element: str) -> bool:
    """Say whether an element stands for any word of a class."""
    return element in SLOTS


def grown(
    text: Text, length: int, frequent: Container[str], *, exact: bool = True
) -> Iterator[Found]:
    """Yield runs of words: those of `length` elements, or with `exact=False` of up to so many.

    Parameters
    ----------
    text : Text
    length : int
    frequent : container of str
        A pattern is yielded only when the one that lacks its last element is in here, and then
        (with `exact=False`) only when it is itself in here.
    """
    for sentence in text.sentences:
        yield from _runs(sentence, PHRASE, length, frequent, exact=exact)
        yield from _openers(sentence, length, frequent, exact=exact)
    for sentence in text.parsed:
        yield from _runs(sentence, TEMPLATE, length, frequent, exact=exact)


def _openers(
    sentence: Sequence[Piece], length: int, frequent: Container[str], *, exact: bool
) -> Iterator[Found]:
    key = OPENER
    for size, piece in enumerate(sentence[:length], start=1):
        key = f"{key} {piece.lower}"
        wanted = size == length if exact else key in frequent
        if wanted:
            yield Found(key, ((sentence[0].start, piece.end),))
        if size < length and key not in frequent:
            return


def _runs(
    sentence: Sequence[Piece], kind: str, length: int, frequent: Container[str], *, exact: bool
) -> Iterator[Found]:
    for first in range(len(sentence) if not exact else len(sentence) - length + 1):
        start = sentence[first].start
        # Key, slots, words of content given as they are.
        open_ends = [(kind, 0, 0)]
        for size, piece in enumerate(sentence[first : first + length], start=1):
            ends = []
            for key, slots, content in open_ends:
                for made in _extended(kind, key, slots, content, piece):
                    if exact and size == length:
                        yield Found(made[0], ((start, piece.end),))
                    elif made[0] in frequent:
                        ends.append(made)
                        if not exact:
                            yield Found(made[0], ((start, piece.end),))
            open_ends = ends
            if not open_ends:
                break


def _extended(
    kind: str, key: str, slots: int, content: int, piece: Piece
) -> Iterator[tuple[str, int, int]]:
    if kind == PHRASE:
        yield f"{key} {piece.lower}", 0, 0
        return
    if piece.slot:
        yield f"{key} {piece.slot}", slots + 1, content
        if content == 0:
            yield f"{key} {piece.lower}", slots, 1
    else:
        yield f"{key} {piece.lower}", slots, content


def pairs(text: Text) -> Iterator[Found]:
    """Yield governor and dependent, as lemmas, and with either as a slot."""
    for sentence in text.parsed:
        for piece in sentence:
            if piece.head < 0 or piece.relation not in _RELATIONS or not _is_plain(piece):
                continue
            head = sentence[piece.head]
            if not _is_plain(head):
                continue
            ranges = tuple(sorted(((head.start, head.end), (piece.start, piece.end))))
            for one, other in _names(head, piece):
                yield Found(f"{PAIR} {other}<{piece.relation}<{one}", ranges)


def _is_plain(piece: Piece) -> bool:
    # What divides the parts of a key is in no lemma that is a word.
    return piece.is_word and "<" not in piece.lemma


def _names(head: Piece, child: Piece) -> Iterator[tuple[str, str]]:
    yield head.lemma, child.lemma
    if child.slot:
        yield head.lemma, child.slot
    if head.slot:
        yield head.slot, child.lemma


def pair_of(key: str) -> tuple[str, str, str]:
    """Return dependent, relation and governor of a pair."""
    child, relation, head = key[2:].split("<")
    return child, relation, head


def is_candidate(key: str) -> bool:
    """Say whether a pattern can be shown: it begins and ends well and says something."""
    if key[0] == PAIR:
        return True
    elements = key[2:].split(" ")
    first, last = elements[0], elements[-1]
    if key[0] == OPENER:
        return len(elements) > 1 and last not in ",;"
    if not _is_word(last):
        return False
    if key[0] == PHRASE:
        return _is_word(first)
    slots = sum(is_slot(element) for element in elements)
    given = len(elements) - slots
    # Mostly slots is a matter of register, not a form of words.
    vague = slots > given + ("WORD" not in elements)
    if not slots or vague or len(elements) < _MIN_TEMPLATE:
        return False
    return (_is_word(first) or first in ",—") and any(
        _is_word(element) and not is_slot(element) for element in elements
    )


def _is_word(element: str) -> bool:
    return any(char.isalnum() for char in element)


def every(text: Text, wanted: Container[str], frequent: Container[str]) -> Iterator[Found]:
    """Yield each place of the wanted patterns.

    Parameters
    ----------
    text : Text
    wanted : container of str
    frequent : container of str
        Holds every beginning of a wanted pattern.
    """
    for found in grown(text, MAX_LENGTH, frequent, exact=False):
        if found.key in wanted:
            yield found
    for found in pairs(text):
        if found.key in wanted:
            yield found
