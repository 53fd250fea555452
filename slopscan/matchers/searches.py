"""All searches of string rules over one document, each only where it can find something."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from slopscan.catalogue.rule import Rule
from slopscan.matchers.base import Hit, SearchPlace, Skip, StringMatcher, kinds_in
from slopscan.matchers.prefilter import Prefilter, needles
from slopscan.matchers.prepared import Group, Prepared
from slopscan.nlp.annotate import Annotated


class StringSearches:
    """The searches of many matchers behind one filter for blocks and one for files.

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
        groups = (prepared.blocks, prepared.files) if prepared and filtered else (None, None)
        self._in_blocks = list(_filters(of_blocks, groups[0], filtered=filtered))
        self._in_files = list(_filters(of_files, groups[1], filtered=filtered))

    def run(self, annotated: Annotated) -> Iterator[tuple[Rule, Iterable[Hit | Skip]]]:
        """Yield rules that may have hits in a document, each with its search, not yet begun."""
        blocks = annotated.blocks
        for chosen in self._in_blocks:
            places: defaultdict[int, list[SearchPlace]] = defaultdict(list)
            for text, owner, number, strings in chosen.places(block.text for block in blocks):
                if blocks[text].block.kind in chosen.kinds[owner]:
                    places[owner].append(SearchPlace(blocks[text], number, strings))
            for owner, where in sorted(places.items(), key=lambda item: item[0]):
                matcher = chosen.matchers[owner]
                yield matcher.rules[0], matcher.find_at(annotated, where)
        for chosen in self._in_files:
            numbers: defaultdict[int, list[int]] = defaultdict(list)
            for _, owner, number, _ in chosen.places([annotated.document.source.text]):
                numbers[owner].append(number)
            for owner, searches in numbers.items():
                matcher = chosen.matchers[owner]
                yield matcher.rules[0], matcher.find_in_source(annotated, searches)


def on_files(matcher: StringMatcher) -> bool:
    """Say whether a matcher reads files as they are."""
    return "source" in matcher.rules[0].scope


def _filters(
    matchers: list[StringMatcher], group: Group | None, *, filtered: bool
) -> Iterator[_Filtered]:
    known = frozenset(rule for rule, _ in group.searches) if group else frozenset()
    rest = [matcher for matcher in matchers if matcher.rules[0].id not in known]
    ready = [matcher for matcher in matchers if matcher.rules[0].id in known]
    if group and ready:
        yield _Filtered(ready, group)
    if rest:
        pairs = [(m.rules[0].id, n) for m in rest for n in range(len(m.needed))]
        needed = [sets if filtered else () for m in rest for sets in m.needed]
        yield _Filtered(rest, Group(pairs, needles(needed)), filtered=filtered)


class _Filtered:
    """Searches of several matchers; `matchers` and the `kinds` of blocks they see, by owner."""

    def __init__(
        self, matchers: list[StringMatcher], group: Group, *, filtered: bool = True
    ) -> None:
        self.matchers = matchers
        self.kinds = [kinds_in(matcher.rules[0].scope) for matcher in matchers]
        self._filtered = filtered
        owners = {matcher.rules[0].id: owner for owner, matcher in enumerate(matchers)}
        # None: a rule of the group that was not selected.
        self._searches = [
            (owners[rule], number) if rule in owners else None for rule, number in group.searches
        ]
        self._filter = Prefilter(group.needles)

    def places(self, texts: Iterable[str]) -> Iterator[tuple[int, int, int, frozenset[str] | None]]:
        """Yield text, owner, search of the owner, and what was found of its first set there."""
        for text, search, found in self._filter.places(texts):
            pair = self._searches[search]
            if pair is not None:
                yield text, *pair, found if self._filtered else None
