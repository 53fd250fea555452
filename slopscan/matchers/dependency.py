"""Kind `dependency`: small trees in the parse.

Each block's parse becomes a `Tree` once, with an index from word, lemma, relation and tag to
tokens. A pattern starts from the tokens of the rarest property its first node asks for and binds
the other nodes one by one along their relations; the cost grows with the candidates in the text,
hardly with the number of rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, islice
from typing import TYPE_CHECKING, Final

from slopscan.catalogue.lists import Lists
from slopscan.catalogue.rule import (
    Agreement,
    DependencyMatch,
    NodeSpec,
    Rule,
    TokenSpec,
    TreePattern,
)
from slopscan.matchers.base import Hit, Skip, compiled, sees
from slopscan.matchers.surprise import is_surprising
from slopscan.matchers.tokens import spacy_dep
from slopscan.matchers.tree import Tree
from slopscan.nlp.annotate import Annotated, AnnotatedBlock

if TYPE_CHECKING:
    import regex


# Enough to find every wording of one tic; a bound on what a hostile text can cost.
_MAX_BINDINGS_PER_ANCHOR: Final = 256
_MAX_CANDIDATES: Final = 64

# The properties that rule most blocks out come first.
_ORDER: Final = ("lemma", "lower", "dep", "xpos", "upos")

Binding = Mapping[str, int | None]


@dataclass(frozen=True)
class _TokenTest:
    """A `TokenSpec` with its lists expanded."""

    allowed: tuple[tuple[str, frozenset[str]], ...]
    refused: tuple[tuple[str, frozenset[str]], ...]
    morphs: tuple[frozenset[str], ...]
    regex: regex.Pattern[str] | None

    def holds(self, tree: Tree, i: int) -> bool:
        attributes = tree.attributes
        for name, values in self.allowed:
            if attributes[name][i] not in values:
                return False
        for name, values in self.refused:
            if attributes[name][i] in values:
                return False
        return self._fits(tree, i)

    def _fits(self, tree: Tree, i: int) -> bool:
        """Say whether a token has the features and the spelling that are asked for."""
        if self.morphs and not any(morph <= tree.morphs[i] for morph in self.morphs):
            return False
        return self.regex is None or _is_spelled(self.regex, tree.attributes["lower"][i])

    def candidates(self, tree: Tree) -> Sequence[int]:
        """Return the tokens this can be, found by the rarest property asked for."""
        found: Sequence[int] = range(len(tree))
        by = ""
        for name, values in self.allowed:
            index = tree.places(name)
            known = [value for value in index if value in values]
            if not known:
                return ()
            if sum(len(index[value]) for value in known) < len(found):
                by = name
                found = sorted(i for value in known for i in index[value])
        for name, values in self.allowed:
            if name != by:
                column = tree.attributes[name]
                found = [i for i in found if column[i] in values]
        for name, values in self.refused:
            column = tree.attributes[name]
            found = [i for i in found if column[i] not in values]
        if self.morphs or self.regex is not None:
            return [i for i in found if self._fits(tree, i)]
        return found


@dataclass(frozen=True)
class _Node:
    spec: NodeSpec
    test: _TokenTest

    def holds(self, tree: Tree, i: int, anchor: int | None) -> bool:
        return self.test.holds(tree, i) and self.stands_right(tree, i, anchor)

    def stands_right(self, tree: Tree, i: int, anchor: int | None) -> bool:
        spec = self.spec
        if anchor is not None:
            if spec.side is not None and (i < anchor) != (spec.side == "left"):
                return False
            if spec.max_distance is not None and abs(i - anchor) > spec.max_distance:
                return False
        if (spec.initial and i not in tree.first_words) or (
            spec.final and i not in tree.last_words
        ):
            return False
        if spec.max_subtree is None and spec.min_subtree is None:
            return True
        size = tree.edges[i][2]
        return (spec.min_subtree or 0) <= size <= (spec.max_subtree or len(tree))

    def candidates(self, tree: Tree, bound: Binding) -> Iterator[int]:
        """Yield the tokens this node can be, given the nodes bound before it."""
        if self.spec.relation is None or self.spec.anchor is None:
            return
        anchor = bound[self.spec.anchor]
        if anchor is None:
            return
        for i in _RELATED[self.spec.relation](tree, anchor):
            if self.holds(tree, i, anchor):
                yield i


def _child_of(tree: Tree, anchor: int) -> Iterable[int]:
    return tree.children[anchor]


def _parent_of(tree: Tree, anchor: int) -> Iterable[int]:
    head = tree.heads[anchor]
    return () if head == anchor else (head,)


def _descendant_of(tree: Tree, anchor: int) -> Iterable[int]:
    return (i for i in tree.subtree(anchor) if i != anchor)


def _neighbour(step: int) -> Callable[[Tree, int], Iterable[int]]:
    def find(tree: Tree, anchor: int) -> Iterable[int]:
        start, end = tree.sentences[tree.sentence_of[anchor]]
        return (anchor + step,) if start <= anchor + step < end else ()

    return find


def _neighbour_root(step: int) -> Callable[[Tree, int], Iterable[int]]:
    def find(tree: Tree, anchor: int) -> Iterable[int]:
        root = tree.root_of(tree.sentence_of[anchor] + step)
        return () if root is None else (root,)

    return find


_RELATED: Final[Mapping[str, Callable[[Tree, int], Iterable[int]]]] = {
    "child_of": _child_of,
    "parent_of": _parent_of,
    "descendant_of": _descendant_of,
    "follows": _neighbour(1),
    "precedes": _neighbour(-1),
    "next_root": _neighbour_root(1),
    "previous_root": _neighbour_root(-1),
}


class TreeSearch:
    """One `TreePattern`, ready to run."""

    def __init__(self, rule: Rule, pattern: TreePattern, lists: Lists) -> None:
        self._pattern = pattern
        self._nodes = [_node(rule, spec, lists) for spec in pattern.nodes]
        self._absent = [_node(rule, spec, lists) for spec in pattern.absent]
        self._pairs = [(test.nodes, lists.pairs(test.list), True) for test in pattern.pairs]
        self._pairs += [(test.nodes, lists.pairs(test.list), False) for test in pattern.not_pairs]
        self._compare = [
            (test.nodes, lists.norms(test.norm), test.min_difference) for test in pattern.compare
        ]
        nodes = [node for node in self._nodes if not node.spec.optional]
        needed = {one for node in nodes for one in node.test.allowed}
        self._needed = sorted(needed, key=lambda one: (_ORDER.index(one[0]), len(one[1])))

    def may_hold(self, known: Mapping[str, frozenset[str]]) -> bool:
        """Say whether a block whose tokens have these values may hold the pattern."""
        for name, wanted in self._needed:  # noqa: SIM110 - called for every block
            if wanted.isdisjoint(known[name]):
                return False
        return True

    def bindings(self, tree: Tree) -> Iterator[Binding]:
        """Yield each way to lay the pattern on the tree: token by name of node."""
        first = self._nodes[0]
        for i in first.test.candidates(tree):
            if first.stands_right(tree, i, None) and self._sentence_fits(tree, i):
                whole = self._extend(tree, 1, {first.spec.name: i})
                for bound in islice(whole, _MAX_BINDINGS_PER_ANCHOR):
                    if self._holds(tree, bound):
                        yield bound

    def span(self, tree: Tree, bound: Binding) -> tuple[int, int]:
        """Return first and last token to underline."""
        places = [place for part in self._pattern.span for place in self._part(tree, bound, part)]
        places = places or [i for i in bound.values() if i is not None]
        return min(places), max(places)

    def _extend(self, tree: Tree, number: int, bound: dict[str, int | None]) -> Iterator[Binding]:
        if number == len(self._nodes):
            yield bound
            return
        node = self._nodes[number]
        taken = set(bound.values())
        found = [i for i in node.candidates(tree, bound) if i not in taken][:_MAX_CANDIDATES]
        for i in found:
            yield from self._extend(tree, number + 1, {**bound, node.spec.name: i})
        if not found and node.spec.optional:
            yield from self._extend(tree, number + 1, {**bound, node.spec.name: None})

    def _holds(self, tree: Tree, bound: Binding) -> bool:
        return (
            not any(any(True for _ in node.candidates(tree, bound)) for node in self._absent)
            and all(len(self._values(tree, bound, test)) <= 1 for test in self._pattern.same)
            and all(_all_differ(tree, bound, test) for test in self._pattern.differ)
            and all(self._paired(tree, bound, *test) for test in self._pairs)
            and all(self._apart(tree, bound, *test) for test in self._compare)
            and all(is_surprising(tree, bound, test) for test in self._pattern.surprise)
        )

    @staticmethod
    def _values(tree: Tree, bound: Binding, test: Agreement) -> set[str]:
        values = tree.attributes[test.attribute]
        return {values[i] for name in test.nodes if (i := bound[name]) is not None}

    @staticmethod
    def _paired(
        tree: Tree,
        bound: Binding,
        nodes: tuple[str, ...],
        pairs: frozenset[tuple[str, str]],
        wanted: bool,
    ) -> bool:
        one, other = (bound[name] for name in nodes)
        if one is None or other is None:
            return not wanted
        lemmas = tree.attributes["lemma"]
        return ((lemmas[one], lemmas[other]) in pairs) == wanted

    @staticmethod
    def _apart(
        tree: Tree,
        bound: Binding,
        nodes: tuple[str, ...],
        norm: Mapping[str, float],
        least: float,
    ) -> bool:
        lemmas = tree.attributes["lemma"]
        values = [norm.get(lemmas[i]) for name in nodes if (i := bound[name]) is not None]
        one, other = values if len(values) == 2 else (None, None)
        return one is not None and other is not None and abs(one - other) >= least

    def _sentence_fits(self, tree: Tree, i: int) -> bool:
        pattern = self._pattern
        if not pattern.min_words and pattern.max_words is None:
            return True
        count = len(tree.words_of[tree.sentence_of[i]])
        return pattern.min_words <= count and (
            pattern.max_words is None or count <= pattern.max_words
        )

    def _part(self, tree: Tree, bound: Binding, part: str) -> Iterator[int]:
        name = self._nodes[0].spec.name if part == "sentence" else part.removeprefix("subtree:")
        i = bound[name]
        if i is None:
            return
        if part == "sentence":
            start, end = tree.sentences[tree.sentence_of[i]]
            yield from (start, end - 1)
        elif part == name:
            yield i
        else:
            # The full stop hangs on the root, the commas on the clause: they are not underlined.
            yield from (j for j in tree.subtree(i) if j == i or tree.is_word(j))


class DependencyMatcher:
    """Finds the trees of all its rules in each block."""

    by_block = True

    def __init__(self, rules: tuple[Rule, ...], lists: Lists) -> None:
        self.rules = rules
        self._searches: list[tuple[Rule, list[TreeSearch]]] = []
        for rule in rules:
            match = rule.search
            assert isinstance(match, DependencyMatch)
            searches = [TreeSearch(rule, pattern, lists) for pattern in match.patterns]
            self._searches.append((rule, searches))

    def find(self, annotated: Annotated) -> Iterator[Hit | Skip]:
        """Yield a hit for each stretch of tokens some tree of a rule lies on."""
        for block in annotated.blocks:
            if not block.columns:
                continue
            known = block.columns.known
            tree: Tree | None = None
            for rule, searches in self._searches:
                if not sees(rule, block.block.kind):
                    continue
                likely = [search for search in searches if search.may_hold(known)]
                if likely:
                    tree = tree or Tree(block.columns)
                    yield from _hits(rule, likely, tree, block)


@lru_cache(maxsize=65536)
def _is_spelled(pattern: regex.Pattern[str], word: str) -> bool:
    return pattern.search(word) is not None


def build(rules: Iterable[Rule], lists: Lists) -> Iterator[DependencyMatcher]:
    """Make one matcher for all the rules."""
    yield DependencyMatcher(tuple(rules), lists)


def _hits(
    rule: Rule, searches: list[TreeSearch], tree: Tree, block: AnnotatedBlock
) -> Iterator[Hit]:
    seen: set[tuple[int, int]] = set()
    for search in searches:
        for bound in search.bindings(tree):
            first, last = search.span(tree, bound)
            if (first, last) not in seen:
                seen.add((first, last))
                start, end = tree.columns.starts[first], tree.columns.end(last)
                words = tree.columns.words
                values = {name: "" if i is None else words[i] for name, i in bound.items()}
                yield Hit(rule.id, block.prose(start, end), values=values)


def _node(rule: Rule, spec: NodeSpec, lists: Lists) -> _Node:
    return _Node(spec, _token_test(rule, spec.token, lists))


def _token_test(rule: Rule, spec: TokenSpec, lists: Lists) -> _TokenTest:
    return _TokenTest(
        allowed=_sets(spec, "", lists),
        refused=_sets(spec, "not_", lists),
        morphs=tuple(frozenset(morph.split("|")) for morph in spec.morph),
        regex=compiled(rule, spec.regex) if spec.regex else None,
    )


def _sets(spec: TokenSpec, prefix: str, lists: Lists) -> tuple[tuple[str, frozenset[str]], ...]:
    """Return the value sets of a token that are given, by attribute."""
    found = []
    for name in ("lower", "lemma", "dep", "xpos", "upos"):
        entries = getattr(spec, prefix + name)
        if entries:
            values: Iterable[str] = lists.expand(entries)
            if name == "dep":
                values = map(spacy_dep, values)
            elif name == "lemma":
                values = (value.lower() for value in values)
            found.append((name, frozenset(values)))
    return tuple(found)


def _all_differ(tree: Tree, bound: Binding, test: Agreement) -> bool:
    values = tree.attributes[test.attribute]
    given = [values[i] for name in test.nodes if (i := bound[name]) is not None]
    return all(one != other for one, other in combinations(given, 2))
