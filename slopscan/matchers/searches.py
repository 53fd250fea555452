"""All searches of string rules over one document, each only where it can find something."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from slopscan.catalogue.rule import Rule
from slopscan.matchers.base import Hit, SearchPlace, Skip, StringMatcher, kinds_in
from slopscan.matchers.prefilter import Prefilter, needles
from slopscan.nlp.annotate import Annotated


class StringSearches:
    """The searches of many matchers behind one filter for blocks and one for files.

    Parameters
    ----------
    matchers : iterable of StringMatcher
    filtered : bool
        False runs every search on every text.
    """

    def __init__(self, matchers: Iterable[StringMatcher], *, filtered: bool = True) -> None:
        of_blocks: list[StringMatcher] = []
        of_files: list[StringMatcher] = []
        for matcher in matchers:
            (of_files if "source" in matcher.rules[0].scope else of_blocks).append(matcher)
        self._in_blocks = _Filtered(of_blocks, filtered=filtered)
        self._in_files = _Filtered(of_files, filtered=filtered)

    def run(self, annotated: Annotated) -> Iterator[tuple[Rule, Iterable[Hit | Skip]]]:
        """Yield rules that may have hits in a document, each with its search, not yet begun."""
        blocks = annotated.blocks
        places: defaultdict[int, list[SearchPlace]] = defaultdict(list)
        found = self._in_blocks.places(block.text for block in blocks)
        for text, owner, number, strings in found:
            if blocks[text].block.kind in self._in_blocks.kinds[owner]:
                places[owner].append(SearchPlace(blocks[text], number, strings))
        for owner, where in sorted(places.items(), key=lambda item: item[0]):
            matcher = self._in_blocks.matchers[owner]
            yield matcher.rules[0], matcher.find_at(annotated, where)
        numbers: defaultdict[int, list[int]] = defaultdict(list)
        for _, owner, number, _ in self._in_files.places([annotated.document.source.text]):
            numbers[owner].append(number)
        for owner, searches in numbers.items():
            matcher = self._in_files.matchers[owner]
            yield matcher.rules[0], matcher.find_in_source(annotated, searches)


class _Filtered:
    """Searches of several matchers; `matchers` and the `kinds` of blocks they see, by owner."""

    def __init__(self, matchers: list[StringMatcher], *, filtered: bool) -> None:
        self.matchers = matchers
        self.kinds = [kinds_in(matcher.rules[0].scope) for matcher in matchers]
        self._filtered = filtered
        pairs = [(owner, n) for owner, m in enumerate(matchers) for n in range(len(m.needed))]
        self._searches = pairs
        needed = [matchers[owner].needed[number] if filtered else () for owner, number in pairs]
        self._filter = Prefilter(needles(needed))

    def places(self, texts: Iterable[str]) -> Iterator[tuple[int, int, int, frozenset[str] | None]]:
        """Yield text, owner, search of the owner, and what was found of its first set there."""
        for text, search, found in self._filter.places(texts):
            owner, number = self._searches[search]
            yield text, owner, number, found if self._filtered else None
