"""From sums to a ranked list: what differs surely, folded, with the rules that know it."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from slopscan.catalogue.load import load_catalogue
from slopscan.catalogue.rule import Kind
from slopscan.corpus.statistics import (
    LogOdds,
    Rate,
    false_discovery,
    likelihood_z,
    log_odds,
    rate,
    two_sided,
)
from slopscan.features.register import FUNCTION_WORDS
from slopscan.mining.counting import Counted, Tally, evenness
from slopscan.mining.patterns import PAIR, Ranges, elements_of, every, is_slot, kind_of
from slopscan.mining.spool import LABELS, Spool
from slopscan.mining.texts import MODEL

# Folding and marking look at the places of this many candidates, in this many texts.
COMPARED: Final = 6_000
_TEXTS_COMPARED: Final = 2_000
_SURE: Final = 0.05
# Of all words, the weight of the prior: with less, what people never wrote has no known odds.
PRIOR_SHARE: Final = 0.1
# A candidate of which so large a part lies in another is a form of it.
_SAME: Final = 0.6
# A longer form with nearly the support of the shorter one says more.
_SUPPORT: Final = 0.8
# A narrower form whose log-odds are higher by this stays beside the wider one.
_MORE_MARKED: Final = 0.2
# A rule knows a candidate when it has hits at this share of its places, and far more often
# there than elsewhere.
KNOWN: Final = 0.5
_LIFT: Final = 5.0
# A rule on density counts words and reports none alone: it knows a candidate when it counts nearly
# all of its words of content, not when it counts one of several.
_COUNTED: Final = 0.8
_WORD: Final = re.compile(r"\w+(?:['-]\w+)*")
_BUCKET: Final = 64


@dataclass(frozen=True, slots=True)
class Standards:
    """What a candidate must show.

    Attributes
    ----------
    min_texts, min_prompts, min_sources, min_generators : int
        In how many it stands, where the input names them.
    min_ratio : float
        Lowest odds ratio, as shrunk by the prior.
    """

    min_texts: int = 5
    min_prompts: int = 3
    min_sources: int = 1
    min_generators: int = 2
    min_ratio: float = 2.0


@dataclass(slots=True)
class Candidate:
    """A pattern that may be a tic.

    Attributes
    ----------
    key : str
        See `patterns`.
    odds : LogOdds
        Of texts by models against texts by people.
    q : float
        False discovery rate over all patterns that were tested, by the likelihood ratio.
    spread : float
        0 to 1: the least of the shares of prompts, sources and generators that a pattern of so
        many texts would reach by chance.
    score : float
        Log-odds times `spread` times the logarithm of how sure they are; sorts the list.
    forms : list of str
        Patterns folded into this one.
    known : list of (str, float)
        Rules with hits at its places, and the share of places.
    places : int
        At how many places the shares were measured.
    """

    key: str
    odds: LogOdds
    q: float
    spread: float
    score: float
    model: Tally
    human: Tally
    rates: tuple[Rate, Rate]
    forms: list[str] = field(default_factory=list)
    known: list[tuple[str, float]] = field(default_factory=list)
    places: int = 0

    @property
    def kind(self) -> str:
        return kind_of(self.key)

    @property
    def label(self) -> str:
        """The pattern as shown: words in lower case, slots in capitals."""
        if self.key[0] == PAIR:
            return self.key[2:].replace("<", " < ")
        return readable(elements_of(self.key))

    def groups(self, name: str) -> int:
        """Return in how many prompts, sources or generators it stands."""
        return len(self.model.groups.get(name, ()))


def readable(elements: Sequence[str]) -> str:
    """Join words and marks as prose has them."""
    text = " ".join(elements)
    for mark in ",;:":
        text = text.replace(f" {mark}", mark)
    return text.replace(" n't", "n't").replace(" 's", "'s")


def weighed(counts: Counted, spool: Spool, standards: Standards) -> list[Candidate]:
    """Return the candidates that meet the standards, the best first."""
    prior = PRIOR_SHARE * sum(size.words for size in counts.totals)
    made, p_values = [], []
    for key, (model, human) in counts.tallies.items():
        odds = log_odds(model.sums, human.sums, *counts.totals, prior_words=prior)
        made.append((key, odds))
        p_values.append(two_sided(likelihood_z(model.sums, human.sums, *counts.totals)))
    # The patterns that were left out beforehand were tested too, and would have failed.
    q_values = false_discovery(p_values + [1.0] * max(counts.n_tested - len(made), 0))
    found = []
    for (key, odds), q in zip(made, q_values, strict=False):
        model, human = counts.tallies[key]
        if q >= _SURE or odds.value < math.log(standards.min_ratio):
            continue
        spread = _spread(model, spool, standards)
        if spread is None:
            continue
        rates = tuple(
            rate(tally.sums, size.units, size.words, size.words_squared)
            for tally, size in zip((model, human), counts.totals, strict=True)
        )
        found.append(
            Candidate(
                key, odds, q, spread, _score(odds, spread), model, human, (rates[0], rates[1])
            )
        )
    return sorted(found, key=lambda item: (-item.score, -item.model.texts, item.key))


def _score(odds: LogOdds, spread: float) -> float:
    # Log-odds alone would put what stands in six texts and never in the others before all else.
    return odds.value * spread * math.log1p(max(odds.z, 0.0))


def _spread(tally: Tally, spool: Spool, standards: Standards) -> float | None:
    """Return the least evenness; None where the pattern stands in too few groups."""
    side = spool.sides[MODEL]
    if tally.texts < standards.min_texts:
        return None
    least = 1.0
    for name in LABELS[1:]:
        seen = tally.groups.get(name, set())
        wanted = min(getattr(standards, f"min_{name}s"), len(side.groups[name]))
        if len(seen) < wanted:
            return None
        share = evenness(seen, side, name, tally.texts)
        least = least if share is None else min(least, share)
    return least


@dataclass
class _Places:
    """Where candidates stand in a sample of the texts by models."""

    of: dict[str, list[tuple[int, Ranges]]] = field(default_factory=lambda: defaultdict(list))
    hits: dict[int, Mapping[str, Sequence[tuple[int, int]]]] = field(default_factory=dict)
    prose: dict[int, str] = field(default_factory=dict)
    chars: int = 0

    @classmethod
    def find(cls, candidates: Sequence[Candidate], spool: Spool) -> _Places:
        places = cls()
        wanted = {item.key for item in candidates}
        starts = {key[:at] for key in wanted for at, char in enumerate(key) if char == " "}
        beginnings = starts | wanted
        n_texts = spool.sides[MODEL].texts
        every_nth = max(1, math.ceil(n_texts / _TEXTS_COMPARED))
        for number, text in enumerate(spool.texts(MODEL)):
            if number % every_nth:
                continue
            places.hits[text.number] = text.hits
            places.prose[text.number] = text.prose
            places.chars += len(text.prose)
            for found in every(text, wanted, beginnings):
                places.of[found.key].append((text.number, found.ranges))
        return places

    def base_rates(self) -> dict[str, float]:
        """Return which share of all prose lies in hits of each rule."""
        chars: Counter[str] = Counter()
        for hits in self.hits.values():
            for rule, spans in hits.items():
                chars[rule] += sum(end - start for start, end in spans)
        return {rule: n / max(self.chars, 1) for rule, n in chars.items()}


def refined(candidates: Sequence[Candidate], spool: Spool) -> list[Candidate]:
    """Fold forms of one thing together, and mark what rules know."""
    compared = list(candidates[:COMPARED])
    places = _Places.find(compared, spool)
    kept = _folded(compared, places)
    base = places.base_rates()
    counting = {rule.id for rule in load_catalogue().rules.values() if rule.kind is Kind.DENSITY}
    for item in kept:
        item.known = known_to(places.of[item.key], places.hits, base, counting, places.prose)
        item.places = len(places.of[item.key])
    return kept


def known_to(
    places: Sequence[tuple[int, Ranges]],
    hits: Mapping[int, Mapping[str, Sequence[tuple[int, int]]]],
    base: Mapping[str, float],
    counting: Collection[str] = (),
    prose: Mapping[int, str] | None = None,
) -> list[tuple[str, float]]:
    """Return the rules with hits at most of the places, the surest first.

    Parameters
    ----------
    places : sequence of (int, Ranges)
        Number of a text, and the stretches of its prose.
    hits : mapping
        Where the rules have hits, by number of text.
    base : mapping of str to float
        Share of all prose that lies in hits of a rule.
    counting : collection of str
        Rules that count words: their hits must hold nearly all words of content of a place.
    prose : mapping of int to str, optional
        The texts, by number.
    """
    counts: Counter[str] = Counter()
    for text, ranges in places:
        content = _content(ranges, prose[text] if prose else "")
        for rule, spans in hits[text].items():
            if all(any(a < end and start < b for a, b in spans) for start, end in ranges) and (
                rule not in counting or _share(content, spans) >= _COUNTED
            ):
                counts[rule] += 1
    shares = [(rule, n / len(places)) for rule, n in counts.items()]
    known = [
        (rule, share)
        for rule, share in shares
        if share >= KNOWN and share >= _LIFT * base.get(rule, 0.0)
    ]
    return sorted(known, key=lambda item: (-item[1], item[0]))


def _content(ranges: Ranges, prose: str) -> Ranges:
    """Return where the words of content stand, or the whole where there are none."""
    words = (hit for start, end in ranges for hit in _WORD.finditer(prose, start, end))
    found = tuple(hit.span() for hit in words if hit.group().lower() not in FUNCTION_WORDS)
    return found or ranges


def _share(ranges: Ranges, spans: Sequence[tuple[int, int]]) -> float:
    """Return which share of some stretches lies in spans, which may overlap one another."""
    held = sum(
        sum(any(a <= at < b for a, b in near) for at in range(start, end))
        for start, end in ranges
        if (near := [(a, b) for a, b in spans if a < end and start < b])
    )
    return held / sum(end - start for start, end in ranges)


class _Taken:
    """Which stretches of which texts belong to candidates that are kept."""

    def __init__(self) -> None:
        self._at: dict[tuple[int, int], list[tuple[int, int, str]]] = defaultdict(list)

    def add(self, key: str, places: Iterable[tuple[int, Ranges]]) -> None:
        for text, ranges in places:
            for start, end in ranges:
                for bucket in range(start // _BUCKET, (end - 1) // _BUCKET + 1):
                    self._at[text, bucket].append((start, end, key))

    def owners(self, places: Sequence[tuple[int, Ranges]]) -> Counter[str]:
        """Count, for each candidate kept, the places of which it holds at least half."""
        counts: Counter[str] = Counter()
        for text, ranges in places:
            shared: Counter[str] = Counter()
            length: dict[str, int] = {}
            own = sum(end - start for start, end in ranges)
            for start, end in ranges:
                buckets = range(start // _BUCKET, (end - 1) // _BUCKET + 1)
                near = {item for bucket in buckets for item in self._at.get((text, bucket), ())}
                for low, high, key in near:
                    shared[key] += max(0, min(high, end) - max(low, start))
                    length[key] = min(length.get(key, own), high - low)
            counts.update(key for key, n in shared.items() if 2 * n >= min(own, length[key]))
        return counts


def _folded(candidates: Sequence[Candidate], places: _Places) -> list[Candidate]:
    kept: dict[str, Candidate] = {}
    taken = _Taken()
    for item in candidates:
        own = places.of[item.key]
        owners = taken.owners(own)
        parent = next(
            (
                kept[key]
                for key, n in sorted(owners.items(), key=lambda pair: (-pair[1], pair[0]))
                if n >= _SAME * len(own) and not _stands_out(item, kept[key])
            ),
            None,
        )
        if parent is None:
            kept[item.key] = item
            taken.add(item.key, own)
        else:
            parent.forms.append(item.label)
            if _says_more(item, parent):
                _take_over(parent, item)
    return list(kept.values())


def _stands_out(item: Candidate, parent: Candidate) -> bool:
    """Say whether a form is more marked than the wider pattern it lies in."""
    narrower = item.model.texts < parent.model.texts
    return narrower and item.odds.value > parent.odds.value + _MORE_MARKED


def _says_more(item: Candidate, parent: Candidate) -> bool:
    if item.key[0] != parent.key[0] or item.key[0] == PAIR:
        return False
    longer = len(elements_of(item.key)) > len(elements_of(parent.key))
    slots = [sum(map(is_slot, elements_of(one.key))) for one in (item, parent)]
    less_vague = slots[0] <= slots[1]
    return longer and less_vague and item.model.texts >= _SUPPORT * parent.model.texts


def _take_over(parent: Candidate, item: Candidate) -> None:
    """Show the longer form in place of the shorter, which becomes one of its forms."""
    parent.forms[-1] = parent.label
    for name in ("key", "odds", "q", "model", "human", "rates"):
        setattr(parent, name, getattr(item, name))
