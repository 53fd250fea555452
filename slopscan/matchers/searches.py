"""All searches of string rules over one document, each only where it can find something."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from slopscan.catalogue.rule import Rule
from slopscan.matchers.base import Hit, Need, SearchPlace, Skip, StringMatcher, kinds_in
from slopscan.matchers.prefilter import Look, Prefilter, needles
from slopscan.matchers.prepared import Group, Prepared
from slopscan.nlp.annotate import Annotated

Found = tuple[Rule, Iterable[Hit | Skip]]
Wanted = Callable[[Rule, float], bool]


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

    def run(self, annotated: Annotated, wanted: Wanted | None = None) -> Iterator[Found]:
        """Yield rules that may have hits in a document, each with its search, not yet begun.

        Parameters
        ----------
        annotated : Annotated
        wanted : callable, optional
            Asked with a rule and a number its hits do not exceed; False leaves the rule out.
        """
        for chosen in self._in_blocks:
            yield from chosen.in_blocks(annotated, wanted)
        for chosen in self._in_files:
            yield from chosen.in_source(annotated, wanted)


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
        self._filter = Prefilter(group.needles)

    def in_blocks(self, annotated: Annotated, wanted: Wanted | None) -> Iterator[Found]:
        blocks = annotated.blocks
        look = self._filter.look([block.text for block in blocks])
        for matcher, searches in self._owners(look, wanted):
            kinds = kinds_in(matcher.rules[0].scope)
            places = [
                (text, SearchPlace(blocks[text], number, at))
                for search, number in searches
                for text, at in look.places(search)
                if blocks[text].block.kind in kinds
            ]
            if len(searches) > 1:
                places.sort(key=lambda place: (place[0], place[1].search))
            if places:
                found = matcher.find_at(annotated, [place for _, place in places])
                yield matcher.rules[0], found

    def in_source(self, annotated: Annotated, wanted: Wanted | None) -> Iterator[Found]:
        look = self._filter.look([annotated.document.source.text])
        for matcher, searches in self._owners(look, wanted):
            numbers = [number for search, number in searches if any(look.places(search))]
            if numbers:
                yield matcher.rules[0], matcher.find_in_source(annotated, numbers)

    def _owners(
        self, look: Look, wanted: Wanted | None
    ) -> Iterator[tuple[StringMatcher, list[tuple[int, int]]]]:
        """Yield the matchers that may find something, with number of search here and there."""
        by_owner: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for search in look.searches:
            pair = self._searches[search]
            if pair is not None:
                by_owner[pair[0]].append((search, pair[1]))
        for owner, pairs in sorted(by_owner.items()):
            matcher = self._matchers[owner]
            if wanted is None or all(
                wanted(
                    matcher.rules[0], sum(look.most(search, closely=closely) for search, _ in pairs)
                )
                for closely in (False, True)
            ):
                yield matcher, pairs
