"""Which nouns people give to a verb, an adjective or another noun: selectional preferences.

The shipped counts come from parsed human prose (`benchmarks/derive_preferences.py`). They hold
words and figures, of pairs only those that two documents or more share, and nothing else of
the texts.

    manifest.json    format, relations, classes, sources, totals, SHA-256 of the other files
    vocabulary.tsv   one word a line with its class (nouns), in the order of the arrays
    counts.npz       for each relation: totals, types, classes, pairs (allow_pickle=False)

The surprise of a pair is the number of bits by which people avoid it:
log2 of P(noun) / P(noun | governor). The conditional probability is interpolated as Witten and
Bell do (1991), and backs off to the class of the noun, as selectional preference models since
Resnik (1996) do: a verb whose subjects are always people makes any unseen thing surprising.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import log2
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from slopscan.catalogue.rule import PREFERENCE_RELATIONS
from slopscan.errors import ArtefactError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from slopscan.nlp.columns import Columns

FORMAT: Final = 1
DATA: Final = Path(__file__).parent / "data" / "preferences"
RELATIONS: Final = PREFERENCE_RELATIONS
CLASSES: Final = (
    "person",
    "name",
    "animal",
    "group",
    "body",
    "ambient",
    "feeling",
    "abstract",
    "thing",
    "other",
)
WORD_BITS: Final = 16
_ANIMATE: Final = tuple(CLASSES.index(name) for name in ("person", "name", "animal", "group"))
_CLASS_WEIGHT: Final = 5.0
_MIN_GOVERNOR: Final = 12
_PERSON_PRONOUNS: Final = frozenset(
    ["i", "you", "he", "she", "we", "who", "me", "him", "her", "us", "somebody", "everyone"]
)
_FIX: Final = "reinstall slopscan: pip install --force-reinstall slopscan-prose"


@dataclass(frozen=True, slots=True)
class Pair:
    """A governor and its noun in one relation; `head` and `noun` are tokens of the parse."""

    relation: str
    governor: str
    dependent: str
    head: int
    noun: int


def pairs_of(parse: Columns) -> Iterator[Pair]:
    """Yield the pairs of a parse that preferences are counted on.

    `subject` and `object` (of a verb, a passive subject being an object), `modifier`
    (an adjective, before the noun or predicated of it), `of` (a noun and the noun after its
    "of"), `compound` (a noun and the noun before it). Verbs and adjectives that are
    coordinated share their subject. Persons' pronouns are the word "person", names "name".
    """
    pos, lemmas, below = parse.pos, parse.lemmas, parse.children()
    for i, dep in enumerate(parse.deps):
        if dep not in _PAIRED:
            continue
        head = parse.heads[i]
        if dep in _SUBJECTS:
            if noun := _noun(parse, i):
                relation = "object" if dep == "nsubj:pass" else "subject"
                yield from _predicated(parse, below, (head, i), noun, relation)
        elif dep == "obj":
            if pos[head] == "VERB" and (noun := _noun(parse, i)):
                yield Pair("object", _verb(parse, below, head), noun, head, i)
        elif pos[head] != "NOUN":
            continue
        elif dep == "amod":
            if pos[i] == "ADJ":
                yield Pair("modifier", parse.lower[i], lemmas[head], i, head)
        elif pos[i] == "NOUN":
            if dep == "compound":
                yield Pair("compound", lemmas[head], lemmas[i], head, i)
            elif any(child < i and parse.lower[child] == "of" for child in below[i]):
                yield Pair("of", lemmas[head], lemmas[i], head, i)


_SUBJECTS: Final = frozenset({"nsubj", "nsubj:pass"})
_PAIRED: Final = _SUBJECTS | {"obj", "amod", "nmod", "compound"}


def _predicated(
    parse: Columns, below: list[list[int]], pair: tuple[int, int], noun: str, relation: str
) -> Iterator[Pair]:
    head, token = pair
    joined = (
        child
        for child in below[head]
        if child > head and parse.deps[child] == "conj" and not _has_subject(parse, below, child)
    )
    for member in (head, *joined):
        if parse.pos[member] == "VERB":
            yield Pair(relation, _verb(parse, below, member), noun, member, token)
        elif parse.pos[member] == "ADJ":
            yield Pair("modifier", parse.lower[member], noun, member, token)


def _has_subject(parse: Columns, below: list[list[int]], i: int) -> bool:
    return any(
        child < i and parse.deps[child].startswith(("nsubj", "csubj", "expl")) for child in below[i]
    )


def _noun(parse: Columns, i: int) -> str:
    """Return the word a nominal is counted as; nothing for a pronoun that could be any noun."""
    if parse.pos[i] == "NOUN":
        return parse.lemmas[i]
    if parse.pos[i] == "PROPN":
        return "name"
    return "person" if parse.lower[i] in _PERSON_PRONOUNS else ""


def _verb(parse: Columns, below: list[list[int]], i: int) -> str:
    particles = (c for c in below[i] if parse.deps[c] == "compound:prt")
    particle = next((parse.lower[c] for c in particles), "")
    return f"{parse.lemmas[i]} {particle}" if particle else parse.lemmas[i]


@dataclass(frozen=True, eq=False)
class _Relation:
    """Counts of one relation, by number of the word in the vocabulary."""

    totals: npt.NDArray[np.uint32]  # (n_words,) tokens of each governor
    types: npt.NDArray[np.uint32]  # (n_words,) different nouns of each governor
    classes: npt.NDArray[np.uint32]  # (n_words, n_classes)
    nouns: npt.NDArray[np.uint32]  # (n_words,) tokens of each noun
    keys: npt.NDArray[np.uint32]  # (n_pairs,) governor << 16 | noun, ascending
    counts: npt.NDArray[np.uint16]  # (n_pairs,)

    def seen(self, governor: int, noun: int) -> int:
        key = governor << WORD_BITS | noun
        place = int(self.keys.searchsorted(key))
        there = place < len(self.keys) and int(self.keys[place]) == key
        return int(self.counts[place]) if there else 0


class Preferences:
    """Counts of governors and their nouns in human prose.

    Parameters
    ----------
    words : mapping of str to int
        Number of each word.
    class_of : list of int
        Class of each word, as a place in `CLASSES`; `other` where it is no noun.
    arrays : mapping
        `RELATION.FIELD` for every relation and every field of the counts.
    """

    def __init__(
        self, words: Mapping[str, int], class_of: list[int], arrays: Mapping[str, Any]
    ) -> None:
        self._words = words
        self._class_of = class_of
        fields = _Relation.__dataclass_fields__
        self._relations = {
            name: _Relation(**{field: arrays[f"{name}.{field}"] for field in fields})
            for name in RELATIONS
        }
        self._shares = {
            name: [float(share) for share in (of.classes.sum(axis=0) + 1) / (of.classes.sum() + 1)]
            for name, of in self._relations.items()
        }
        self._nouns = {name: int(of.nouns.sum()) for name, of in self._relations.items()}

    def noun_class(self, noun: str) -> str | None:
        """Return the class of a noun by its lemma; None for an unknown word."""
        number = self._words.get(noun)
        return None if number is None else CLASSES[self._class_of[number]]

    def seen(self, relation: str, governor: str, noun: str) -> int:
        """Return how often a pair was counted; 0 also when only one document has it."""
        numbers = self._words.get(governor), self._words.get(noun)
        if numbers[0] is None or numbers[1] is None:
            return 0
        return self._relations[relation].seen(numbers[0], numbers[1])

    def animate_share(self, relation: str, governor: str) -> float:
        """Return the share of a governor's nouns that are persons, animals or groups.

        0 for a governor that is unknown or too rare to tell.
        """
        number = self._words.get(governor)
        of = self._relations[relation]
        if number is None or int(of.totals[number]) < _MIN_GOVERNOR:
            return 0.0
        animate = sum(int(of.classes[number, place]) for place in _ANIMATE)
        return animate / int(of.totals[number])

    def surprise(self, relation: str, governor: str, noun: str) -> float | None:
        """Return by how many bits people avoid a pair; negative when they seek it.

        None when either word is unknown or the governor too rare to tell.
        """
        known = self._known(relation, governor, noun)
        if known is None:
            return None
        of, number, place = known
        total, types = int(of.totals[number]), int(of.types[number])
        noun_class = self._class_of[place]
        share = self._shares[relation][noun_class]
        alone = (int(of.nouns[place]) + 0.5) / (self._nouns[relation] + 0.5)
        by_class = self._class_share(relation, of, number, noun_class) * alone / share
        together = (of.seen(number, place) + types * by_class) / (total + types)
        return log2(alone / together)

    def _class_share(self, relation: str, of: _Relation, number: int, place: int) -> float:
        prior = self._shares[relation][place]
        count = int(of.classes[number, place])
        return (count + _CLASS_WEIGHT * prior) / (int(of.totals[number]) + _CLASS_WEIGHT)

    def _known(self, relation: str, governor: str, noun: str) -> tuple[_Relation, int, int] | None:
        number, place = self._words.get(governor), self._words.get(noun)
        of = self._relations[relation]
        if number is None or place is None or int(of.totals[number]) < _MIN_GOVERNOR:
            return None
        return of, number, place


@cache
def load_preferences(folder: Path = DATA) -> Preferences:
    """Read the counts and check them against their digests.

    Raises
    ------
    ArtefactError
        A file is missing, altered, or of another format.
    """
    import numpy as np  # noqa: PLC0415

    manifest = _manifest(folder)
    for name, digest in manifest["files"].items():
        path = folder / name
        try:
            found = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            raise ArtefactError(
                "a file of the selectional preferences is missing", where=str(path), fix=_FIX
            ) from error
        if found != digest:
            raise ArtefactError(
                "the file is altered: its SHA-256 differs", where=str(path), fix=_FIX
            )
    rows = [
        line.split("\t")
        for line in (folder / "vocabulary.tsv").read_text(encoding="utf8").splitlines()
    ]
    words = {row[0]: number for number, row in enumerate(rows)}
    with np.load(folder / "counts.npz", allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    for name in RELATIONS:
        arrays[f"{name}.keys"] = np.cumsum(arrays.pop(f"{name}.steps"), dtype=np.uint32)
    return Preferences(words, [CLASSES.index(row[1]) for row in rows], arrays)


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf8"))
    except (OSError, ValueError) as error:
        what = f"the selectional preferences have no readable manifest ({error})"
        raise ArtefactError(what, where=str(path), fix=_FIX) from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ArtefactError(f"the format is not {FORMAT}", where=str(path), fix=_FIX)
    return manifest
