"""All searches of string rules over one document, each only where it can find something."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from slopscan.catalogue.rule import Rule
from slopscan.document import BlockKind
from slopscan.matchers.base import Hit, Skip, StringMatcher, sees
from slopscan.matchers.prefilter import Prefilter
from slopscan.nlp.annotate import Annotated, AnnotatedBlock


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
        places: defaultdict[int, list[tuple[AnnotatedBlock, int]]] = defaultdict(list)
        for block in annotated.blocks:
            for owner, number in self._in_blocks.searches(block.text, block.block.kind):
                places[owner].append((block, number))
        for owner, found in sorted(places.items()):
            matcher = self._in_blocks.matchers[owner]
            yield matcher.rules[0], matcher.find_at(annotated, found)
        numbers: defaultdict[int, list[int]] = defaultdict(list)
        for owner, number in self._in_files.searches(annotated.document.source.text):
            numbers[owner].append(number)
        for owner, searches in numbers.items():
            matcher = self._in_files.matchers[owner]
            yield matcher.rules[0], matcher.find_in_source(annotated, searches)


class _Filtered:
    """Searches of several matchers, numbered through; `matchers` by owner number."""

    def __init__(self, matchers: list[StringMatcher], *, filtered: bool) -> None:
        self.matchers = matchers
        self._searches: list[tuple[int, int]] = []
        self._seen_in: list[frozenset[BlockKind]] = []
        needed: list[frozenset[str] | None] = []
        for owner, matcher in enumerate(matchers):
            kinds = frozenset(kind for kind in BlockKind if sees(matcher.rules[0], kind))
            for number, strings in enumerate(matcher.needed):
                self._searches.append((owner, number))
                self._seen_in.append(kinds)
                needed.append(strings if filtered else None)
        self._filter = Prefilter(needed)

    def searches(self, text: str, kind: BlockKind | None = None) -> Iterator[tuple[int, int]]:
        """Yield the owner and the number of each search that may match; of a block's kind."""
        for search in self._filter(text):
            if kind is None or kind in self._seen_in[search]:
                yield self._searches[search]
