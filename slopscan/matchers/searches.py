"""All searches of string rules over one document, each only where it can find something."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter
from typing import Final

from slopscan.catalogue.rule import DensityMatch, Rule
from slopscan.matchers.base import Hit, Need, Skip, StringMatcher, kinds_in, search_place
from slopscan.matchers.look import Look
from slopscan.matchers.prefilter import Prefilter, needles
from slopscan.matchers.prepared import Group, Prepared
from slopscan.nlp.annotate import Annotated

Found = tuple[Rule, Iterable[Hit | Skip]]
_LOOKS: Final = "looks"
_NEVER: Final = float("inf")
Least = Callable[[Rule], float]


class StringSearches:
    """The searches of many matchers behind few filters for blocks and for files.

    Parameters
    ----------
    matchers : iterable of StringMatcher
    filtered : bool
        False runs every search on every text.
    prepared : Prepared, optional
        Spares arranging the strings of the rules it knows; only with `filtered`.
    """

    def __init__(
        self,
        matchers: Iterable[StringMatcher],
        *,
        filtered: bool = True,
        prepared: Prepared | None = None,
    ) -> None:
        of_blocks: list[StringMatcher] = []
        of_files: list[StringMatcher] = []
        for matcher in matchers:
            (of_files if on_files(matcher) else of_blocks).append(matcher)
        known = prepared if filtered else None
        self._in_blocks = list(_filters(of_blocks, known.blocks if known else (), filtered))
        self._in_files = list(_filters(of_files, known.files if known else (), filtered))

    def look(self, batch: Iterable[Annotated]) -> None:
        """Look for all strings in several documents, for the runs that follow.

        One filter after another: none has to come back into the processor's caches each time.
        """
        documents = list(batch)
        for chosen in self._in_blocks:
            for annotated in documents:
                chosen.keep(annotated, chosen.look_in_blocks(annotated))
        for chosen in self._in_files:
            for annotated in documents:
                chosen.keep(annotated, chosen.look_in_source(annotated))

    def run(self, annotated: Annotated, least: Least | None = None) -> Iterator[Found]:
        """Yield rules that may have hits in a document, each with its search, not yet begun.

        Parameters
        ----------
        annotated : Annotated
        least : callable, optional
            Gives for a rule the number of hits below which it is left out.
        """
        for chosen in self._in_blocks:
            yield from chosen.in_blocks(annotated, least)
        for chosen in self._in_files:
            yield from chosen.in_source(annotated, least)


def on_files(matcher: StringMatcher) -> bool:
    """Say whether a matcher reads files as they are."""
    return "source" in matcher.rules[0].scope


def _filters(
    matchers: list[StringMatcher], groups: Iterable[Group], filtered: bool
) -> Iterator[_Filtered]:
    rest = {matcher.rules[0].id: matcher for matcher in matchers}
    for group in groups:
        names = dict.fromkeys(rule for rule, _ in group.searches)
        ready = [rest.pop(name) for name in names if name in rest]
        if ready:
            yield _Filtered(ready, group)
    if rest:
        left = list(rest.values())
        pairs = [(m.rules[0].id, n) for m in left for n in range(len(m.needed))]
        needed = [need if filtered else Need() for m in left for need in m.needed]
        yield _Filtered(left, Group(pairs, needles(needed)))


class _Filtered:
    """Searches of several matchers behind one filter."""

    def __init__(self, matchers: list[StringMatcher], group: Group) -> None:
        self._matchers = matchers
        owners = {matcher.rules[0].id: owner for owner, matcher in enumerate(matchers)}
        # None: a rule of the group that was not selected.
        self._searches = [
            (owners[rule], number) if rule in owners else None for rule, number in group.searches
        ]
        # Of rules that take several hits, how many these are whatever the text.
        self._fewest = {
            owner: _fewest(matcher.rules[0])
            for owner, matcher in enumerate(matchers)
            if _wants_several(matcher.rules[0])
        }
        self._filter = Prefilter(group.needles)

    def look_in_blocks(self, annotated: Annotated) -> Look:
        return self._filter.look([block.text for block in annotated.blocks], annotated.pieces)

    def look_in_source(self, annotated: Annotated) -> Look:
        return self._filter.look([annotated.document.source.text], placed=False)

    def keep(self, annotated: Annotated, look: Look) -> None:
        """Keep what was looked for, for the next run over the document."""
        annotated.kept.setdefault(_LOOKS, {})[self] = look

    def _kept(self, annotated: Annotated) -> Look | None:
        looks: dict[_Filtered, Look] = annotated.kept.get(_LOOKS, {})
        return looks.pop(self, None)

    def in_blocks(self, annotated: Annotated, least: Least | None) -> Iterator[Found]:
        blocks = annotated.blocks
        look = self._kept(annotated) or self.look_in_blocks(annotated)
        kinds = [block.block.kind for block in blocks]
        seen: dict[frozenset[str], list[bool]] = {}  # by scope: which of the blocks it means
        for matcher, searches in self._owners(look, least):
            rule = matcher.rules[0]
            flags = seen.get(rule.scope)
            if flags is None:
                flags = seen[rule.scope] = list(map(kinds_in(rule.scope).__contains__, kinds))
            places = [
                (text, number, at)
                for search, number in searches
                for text, at in look.places(search, flags)
            ]
            if len(searches) > 1:
                places.sort(key=_by_block)
            if places:
                where = [search_place((blocks[text], number, at)) for text, number, at in places]
                yield rule, matcher.find_at(annotated, where)

    def in_source(self, annotated: Annotated, least: Least | None) -> Iterator[Found]:
        look = self._kept(annotated) or self.look_in_source(annotated)
        for matcher, searches in self._owners(look, least):
            where = [
                (number, look.start_alone(search))
                for search, number in searches
                if look.may_match(search)
            ]
            if where:
                yield matcher.rules[0], matcher.find_in_source(annotated, where)

    def _owners(
        self, look: Look, least: Least | None
    ) -> Iterator[tuple[StringMatcher, list[tuple[int, int]]]]:
        """Yield the matchers that may find something, with number of search here and there."""
        by_owner: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for search in look.searches:
            pair = self._searches[search]
            if pair is not None:
                by_owner[pair[0]].append((search, pair[1]))
        for owner, pairs in sorted(by_owner.items()):
            matcher = self._matchers[owner]
            if least is not None and owner in self._fewest:
                searches = [search for search, _ in pairs]
                if not look.reaches(self._fewest[owner], searches):
                    continue
                number = least(matcher.rules[0])
                if number == _NEVER or not look.reaches(number, searches, closely=True):
                    continue
            yield matcher, pairs


_by_block: Final = itemgetter(0, 1)


def _fewest(rule: Rule) -> int:
    fewest = rule.match.min_hits if isinstance(rule.match, DensityMatch) else 1
    return max(rule.gate.min_hits, fewest)


def _wants_several(rule: Rule) -> bool:
    return isinstance(rule.match, DensityMatch) or rule.gate.min_hits > 1
