"""Kind `phrase`: whole phrases in any case and any amount of white space.

All phrases of a rule become one regular expression in the shape of a trie, so that the cost
does not grow with their number: `a testament`, `a test of` is `a test(?:ament| +of)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from slopscan.catalogue.lists import Lists
from slopscan.catalogue.rule import PhraseMatch, Rule
from slopscan.lazy import lazy
from slopscan.matchers.base import (
    Hit,
    Need,
    SearchPlace,
    Skip,
    Spans,
    blocks_in_scope,
    compiled,
    is_excused,
    plain_hit,
)
from slopscan.matchers.prepared import Prepared
from slopscan.nlp.annotate import Annotated, AnnotatedBlock

if TYPE_CHECKING:
    import regex

_HAS_WORD: Final = re.compile(r"\w")
_Trie = dict[str, "_Trie"]
_END: Final = ""
_WORD_ENDS: Final = r"(?!\w)"


class PhraseMatcher:
    """Finds the phrases of one rule."""

    def __init__(
        self, rule: Rule, match: PhraseMatch, lists: Lists, prepared: Prepared | None = None
    ) -> None:
        self.rules = (rule,)
        self._match = match
        self._lists = lists
        self._prepared = prepared if prepared and rule.id in prepared.rules else None
        if self._prepared is None:
            self._phrases  # noqa: B018 - a damaged list is told before any text is read

    @lazy
    def _phrases(self) -> tuple[str, ...]:
        return self._lists.expand(self._match.phrases)

    @lazy
    def needed(self) -> tuple[Need]:
        """Of its only search, what a text must hold."""
        from slopscan.matchers.needs import need_of_phrases  # noqa: PLC0415 - not when prepared

        plain = not self._match.case and all(map(str.isascii, self._phrases))
        return (need_of_phrases(self._phrases, plain=plain),)

    @lazy
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(phrase_regex(self._phrases, case=self._match.case))

    @lazy
    def _unless(self) -> regex.Pattern[str] | None:
        return compiled(self.rules[0], self._match.unless) if self._match.unless else None

    def find_at(self, annotated: Annotated, places: Iterable[SearchPlace]) -> Iterator[Hit | Skip]:
        """Yield a hit for each phrase, the longest where several begin."""
        (rule,) = self.rules
        position = self._match.position
        first, last = self._ends(annotated)
        unless = self._unless
        for block, _, spans in places:
            for start, end in spans if spans is not None else self._spans(block):
                is_there = position is None or stands_at(
                    position, block, (start, end), is_first=block is first, is_last=block is last
                )
                if is_there and (unless is None or not is_excused(unless, block, start, end)):
                    yield plain_hit(rule.id, block.prose(start, end))

    def _spans(self, block: AnnotatedBlock) -> Iterator[tuple[int, int]]:
        text = block.text if self._match.case else block.lower
        return (found.span() for found in self._pattern.finditer(text))

    def find_in_source(
        self, annotated: Annotated, searches: Iterable[tuple[int, Spans | None]]
    ) -> Iterator[Hit | Skip]:
        """Yield nothing: phrases are looked for in prose alone."""
        return iter(())

    def _ends(self, annotated: Annotated) -> tuple[AnnotatedBlock | None, AnnotatedBlock | None]:
        """Return the first and the last block of the scope, where the position asks for them."""
        if self._match.position is None or not self._match.position.startswith("document"):
            return None, None
        blocks = list(blocks_in_scope(self.rules[0], annotated))
        return (blocks[0], blocks[-1]) if blocks else (None, None)


def build(
    rules: Iterable[Rule], lists: Lists, prepared: Prepared | None = None
) -> Iterator[PhraseMatcher]:
    """Make a matcher for each rule."""
    for rule in rules:
        if isinstance(rule.search, PhraseMatch):
            yield PhraseMatcher(rule, rule.search, lists, prepared)


def stands_at(
    position: str,
    block: AnnotatedBlock,
    place: tuple[int, int],
    *,
    is_first: bool,
    is_last: bool,
) -> bool:
    """Say whether a place in `block.text` stands where a rule wants it, punctuation aside.

    Parameters
    ----------
    position : str
        One of `rule.POSITIONS`.
    is_first, is_last : bool
        Whether the block is the first or last one in the scope of the rule.
    """
    start, end = place
    if position == "sentence_start":
        opening = max((low for low, _ in block.sentences if low <= start), default=0)
        return not _HAS_WORD.search(block.text, opening, start)
    if position.endswith("_start"):
        at_start = block.opens_block and not _HAS_WORD.search(block.text, 0, start)
        return at_start and (is_first or position == "block_start")
    at_end = block.closes_block and not _HAS_WORD.search(block.text, end)
    return at_end and (is_last or position == "block_end")


def phrase_regex(phrases: Iterable[str], *, case: bool = False) -> str:
    """Return a regular expression for any of the phrases as whole words, longest first.

    A phrase that begins or ends in punctuation needs no word boundary there. Unless `case`, the
    expression is lower case, to be searched in lower-case text.
    """
    trie: _Trie = {}
    for phrase in phrases:
        node = trie
        words = (phrase if case else phrase.lower()).split()
        before = [r"(?<!\w)"] if _HAS_WORD.match(words[0]) else []
        after = [_WORD_ENDS] if _HAS_WORD.match(words[-1][-1]) else []
        for step in (*before, *_steps(words), *after):
            node = node.setdefault(step, {})
        node[_END] = {}
    return _from_trie(trie)


def _steps(words: list[str]) -> Iterator[str]:
    for number, word in enumerate(words):
        if number:
            yield " +"
        yield from map(re.escape, word)


def _from_trie(trie: _Trie) -> str:
    # A chain of single steps is walked in a loop: phrases are longer than Python's stack is deep
    # only in hostile lists, but the expression is also easier to read.
    chain = ""
    while len(trie) == 1 and _END not in trie:
        ((step, trie),) = trie.items()
        chain += step
    # The end of a word comes after all that goes on, so that the longest phrase is found.
    steps = sorted(trie.keys() - {_END}, key=lambda step: (step == _WORD_ENDS, step))
    branches = [step + _from_trie(trie[step]) for step in steps]
    if not branches:
        return chain
    optional = "?" if _END in trie else ""
    return f"{chain}(?:{'|'.join(branches)}){optional}"
