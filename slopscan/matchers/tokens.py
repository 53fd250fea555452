"""Kind `tokens`: runs of neighbouring tokens.

A run is looked for where its rarest token stands: a block without that token costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from slopscan.catalogue.lists import Lists
from slopscan.catalogue.rule import Rule, TokensMatch, TokenSpec
from slopscan.document import BlockKind
from slopscan.matchers.base import Hit, Skip, compiled, is_excused, kinds_in, sees
from slopscan.nlp.annotate import Annotated, AnnotatedBlock
from slopscan.nlp.known import Known

if TYPE_CHECKING:
    import regex

    from slopscan.nlp.columns import Columns

_ATTRIBUTES: Final = ("lower", "lemma", "upos", "xpos", "dep")
_REPEATED: Final = ("*", "+")
Values = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class _Token:
    """What one token of a run must be, with its lists expanded.

    Attributes
    ----------
    allowed, refused : tuple of (str, frozenset of str)
        Property, and its values.
    morphs : tuple of frozenset of str
        Sets of features, one of which a token must have.
    op : str or None
        How often: `?`, `*`, `+`; `!` is one token that is another.
    """

    allowed: tuple[tuple[str, frozenset[str]], ...]
    refused: tuple[tuple[str, frozenset[str]], ...]
    morphs: tuple[frozenset[str], ...]
    regex: regex.Pattern[str] | None
    op: str | None

    def holds(self, values: Values, i: int) -> bool:
        return self._is(values, i) != (self.op == "!")

    def _is(self, values: Values, i: int) -> bool:
        if any(values[name][i] not in wanted for name, wanted in self.allowed):
            return False
        if any(values[name][i] in unwanted for name, unwanted in self.refused):
            return False
        if self.morphs:
            features = set(values["morph"][i].split("|"))
            if not any(morph <= features for morph in self.morphs):
                return False
        return self.regex is None or bool(self.regex.search(values["lower"][i]))

    def ends(self, values: Values, starts: set[int], n: int) -> set[int]:
        """Return where this token can end when it begins at one of some places."""
        ends = {i + 1 for i in starts if i < n and self.holds(values, i)}
        if self.op in _REPEATED:
            fresh = ends
            while fresh:
                fresh = {i + 1 for i in fresh if i < n and self.holds(values, i)} - ends
                ends |= fresh
        return ends | starts if self.op in ("?", "*") else ends


@dataclass(frozen=True)
class _Run:
    """Neighbouring tokens of a rule."""

    tokens: tuple[_Token, ...]

    @cached_property
    def _needed(self) -> list[tuple[str, frozenset[str]]]:
        """Properties and values of tokens that cannot be left out."""
        given = {one for token in self.tokens if token.op in (None, "+") for one in token.allowed}
        return sorted(given, key=lambda one: len(one[1]))

    def find(
        self, values: Values, known: Mapping[str, frozenset[str]]
    ) -> Iterator[tuple[int, int]]:
        """Yield every stretch it lies on, as first token and the one after the last.

        Parameters
        ----------
        values : mapping of str to sequence of str
            Of each token, by property.
        known : mapping of str to frozenset of str
            The values that occur at all, by property.
        """
        n = len(values["lower"])
        for start in self._starts(values, known, n):
            ends = {start}
            for token in self.tokens:
                ends = token.ends(values, ends, n)
                if not ends:
                    break
            yield from ((start, end) for end in ends if end > start)

    def _starts(self, values: Values, known: Mapping[str, frozenset[str]], n: int) -> Iterable[int]:
        """Return where a run may begin: before the token that fewest places could be."""
        for name, wanted in self._needed:
            if wanted.isdisjoint(known[name]):
                return ()
        best: list[int] | None = None
        reach: tuple[int, int] | None = 0, 0
        steps = (0, 0)
        for token in self.tokens:
            if reach is None:
                break
            if token.op in (None, "+"):
                for name, wanted in token.allowed:
                    found = [i for i, value in enumerate(values[name]) if value in wanted]
                    if best is None or len(found) < len(best):
                        best, steps = found, reach
            low, high = reach
            reach = None if token.op in _REPEATED else (low + (token.op != "?"), high + 1)
        if best is None:
            return range(n)
        low, high = steps
        return sorted({i - back for i in best for back in range(low, high + 1) if i >= back})


class TokensMatcher:
    """Finds the runs of all its rules in each parse."""

    by_block = True

    def __init__(self, rules: tuple[Rule, ...], lists: Lists) -> None:
        self.rules = rules
        self._kinds = frozenset[BlockKind]().union(*(kinds_in(rule.scope) for rule in rules))
        self._runs: list[tuple[Rule, list[_Run]]] = []
        self._unless: dict[str, regex.Pattern[str]] = {}
        for rule in rules:
            match = rule.search
            assert isinstance(match, TokensMatch)
            runs = [
                _Run(tuple(_token(rule, spec, lists) for spec in run)) for run in match.patterns
            ]
            self._runs.append((rule, runs))
            if match.unless:
                self._unless[rule.id] = compiled(rule, match.unless)

    def find(self, annotated: Annotated) -> Iterator[Hit | Skip]:
        """Yield the longest runs of each rule; none crosses the end of a sentence."""
        for block in annotated.blocks:
            columns = block.columns
            if columns is not None and block.block.kind in self._kinds:
                yield from self._in_block(block, columns)

    def _in_block(self, block: AnnotatedBlock, columns: Columns) -> Iterator[Hit]:
        values: Values = {
            "lower": columns.lower,
            "lemma": columns.spelled_lemmas,
            "upos": columns.pos,
            "xpos": columns.tags,
            "dep": columns.deps,
            "morph": columns.morphs,
        }
        known = Known(values)
        firsts: set[int] = set()
        for rule, runs in self._runs:
            if not sees(rule, block.block.kind):
                continue
            found = {span for run in runs for span in run.find(values, known)}
            if found and not firsts:
                firsts = {first for first, _ in columns.sentences}
            for first, last in _longest(found):
                if not firsts.isdisjoint(range(first + 1, last)):
                    continue
                start, end = columns.starts[first], columns.end(last - 1)
                unless = self._unless.get(rule.id)
                if not is_excused(unless, block, start, end):
                    yield Hit(rule.id, block.prose(start, end))


def build(rules: Iterable[Rule], lists: Lists) -> Iterator[TokensMatcher]:
    """Make one matcher for all the rules."""
    yield TokensMatcher(tuple(rules), lists)


def _longest(found: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return stretches that do not overlap: the longest first, of equal ones the first."""
    kept: list[tuple[int, int]] = []
    taken: set[int] = set()
    for first, last in sorted(found, key=lambda span: (span[0] - span[1], span[0])):
        if taken.isdisjoint(range(first, last)):
            taken.update(range(first, last))
            kept.append((first, last))
    return sorted(kept)


def _token(rule: Rule, spec: TokenSpec, lists: Lists) -> _Token:
    """Expand the lists of one token of a rule.

    Raises
    ------
    CatalogueError
        A list is malformed or a regular expression does not compile.
    """
    return _Token(
        allowed=_sets(spec, "", lists),
        refused=_sets(spec, "not_", lists),
        morphs=tuple(frozenset(morph.split("|")) for morph in spec.morph),
        regex=compiled(rule, spec.regex) if spec.regex else None,
        op=spec.op,
    )


def _sets(spec: TokenSpec, prefix: str, lists: Lists) -> tuple[tuple[str, frozenset[str]], ...]:
    found = []
    for name in _ATTRIBUTES:
        values = lists.expand(getattr(spec, prefix + name))
        if values:
            found.append((name, frozenset(map(spacy_dep, values) if name == "dep" else values)))
    return tuple(found)


def spacy_dep(label: str) -> str:
    """Spell the root relation as spaCy does; other relations are the same in both."""
    return "ROOT" if label == "root" else label
