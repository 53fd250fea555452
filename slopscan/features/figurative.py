"""How crammed with figures a text is, by what people do not say: for rules, not for the score.

A figure here is a pair of words that human prose avoids in a way that figures do: the act of a
person given to a thing, the state of a person given to a thing, a feeling that is handled, or
a simile. It needs no list of tricks, so it also counts new ones; it misses figures whose
words are rare, and takes some wrong parses for figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from slopscan.features.schema import Feature
from slopscan.features.view import is_prose, word_set
from slopscan.nlp.preferences import Pair, Preferences, load_preferences, pairs_of

if TYPE_CHECKING:
    from slopscan.nlp.annotate import Annotated, AnnotatedBlock
    from slopscan.nlp.columns import Columns

_SOURCE: Final = "nostalgebraist 2025, Hydrogen jukeboxes; Resnik 1996"
FEATURES: Final = (
    Feature(
        "figures.load",
        "personifications, collisions and similes for each hundred clauses",
        "per 100 clauses",
        (0, 60),
        "fewer than 20 clauses, or no parse",
        _SOURCE,
    ),
    Feature(
        "figures.longest_relief",
        "longest stretch of words without a figure",
        "words",
        (0, 2000),
        "fewer than 20 clauses, or no parse",
        _SOURCE,
    ),
    Feature(
        "figures.surprise",
        "mean avoidance of verbs, adjectives and their nouns in human prose",
        "bits",
        (-8, 4),
        "fewer than 20 pairs that can be judged, or no parse",
        _SOURCE,
    ),
    Feature(
        "figures.pet_vehicle",
        "times the commonest stock vehicle ('tapestry', 'symphony') comes",
        "times",
        (0, 30),
        "no words",
        "tropes.fyi: the dead metaphor that is ridden through a piece",
    ),
)
_MATTER: Final = frozenset({"thing", "ambient", "feeling", "abstract"})
_LIGHT_VERBS: Final = word_set("have do get find look feel see put tell leave give go say be make")
_VEHICLES: Final = word_set(
    "tapestry symphony mosaic kaleidoscope labyrinth beacon crucible orchestra choreography "
    "alchemy cathedral constellation tapestries symphonies mosaics beacons"
)
_FINITE: Final = frozenset({"VBD", "VBZ", "VBP", "MD"})
_MIN_CLAUSES: Final = 20
_MIN_PAIRS: Final = 20


def measure(annotated: Annotated) -> dict[str, float]:
    """Return the measures of this family that are defined for a document."""
    blocks = [block for block in annotated.blocks if is_prose(block.block.kind, block.text)]
    found = _pet_vehicle(blocks)
    parses = [block.columns for block in blocks if block.columns is not None]
    if not parses:
        return found
    preferences = load_preferences()
    bits: list[float] = []
    places: list[int] = []
    n_words = n_clauses = 0
    for parse in parses:
        pairs = [(pair, _bits(pair, preferences)) for pair in pairs_of(parse)]
        bits += [value for _, value in pairs if value is not None]
        places += [n_words + i for i in sorted(set(_figures(parse, pairs, preferences)))]
        n_words += len(parse)
        n_clauses += sum(tag in _FINITE for tag in parse.tags)
    if n_clauses >= _MIN_CLAUSES:
        found["figures.load"] = 100 * len(places) / n_clauses
        found["figures.longest_relief"] = float(
            max(after - before for before, after in pairwise([0, *places, n_words]))
        )
    if len(bits) >= _MIN_PAIRS:
        found["figures.surprise"] = sum(bits) / len(bits)
    return found


def _bits(pair: Pair, preferences: Preferences) -> float | None:
    return preferences.surprise(pair.relation, pair.governor, pair.dependent)


def _figures(
    parse: Columns, pairs: list[tuple[Pair, float | None]], preferences: Preferences
) -> Iterator[int]:
    """Yield the token a figure stands on."""
    for pair, bits in pairs:
        if bits is not None and _is_figure(pair, bits, preferences):
            yield pair.noun
    lower = parse.lower
    for i, word in enumerate(lower):
        if word == "like":
            if parse.deps[i] == "case" and parse.pos[parse.heads[i]] == "NOUN":
                yield i
        elif word in ("if", "though") and i > 0 and lower[i - 1] == "as":
            yield i


def _is_figure(pair: Pair, bits: float, preferences: Preferences) -> bool:
    kind = preferences.noun_class(pair.dependent)
    if kind not in _MATTER and kind != "body":
        return False
    if pair.relation == "subject":
        animate = preferences.animate_share("subject", pair.governor)
        return (
            bits >= 3 and kind != "body" and animate >= 0.85 and pair.governor not in _LIGHT_VERBS
        )
    if pair.relation == "modifier":
        animate = preferences.animate_share("modifier", pair.governor)
        return bits >= 4 if animate < 0.5 else bits >= 2
    return pair.relation in ("object", "of") and kind in ("feeling", "ambient") and bits >= 3


def _pet_vehicle(blocks: list[AnnotatedBlock]) -> dict[str, float]:
    counts = Counter(
        word.removesuffix("s") for block in blocks for word in block.lowered if word in _VEHICLES
    )
    if not any(block.lowered for block in blocks):
        return {}
    return {"figures.pet_vehicle": float(max(counts.values(), default=0))}
