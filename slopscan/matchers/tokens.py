"""Kind `tokens`: runs of neighbouring tokens, all rules in one spaCy `Matcher`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from slopscan.catalogue.lists import Lists
from slopscan.catalogue.rule import Rule, TokensMatch, TokenSpec
from slopscan.matchers.base import Hit, Skip, compiled, is_excused, sees
from slopscan.nlp.annotate import Annotated, AnnotatedBlock

if TYPE_CHECKING:
    import regex
    from spacy.matcher import Matcher as SpacyMatcher
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

_MAX_MATCHERS: Final = 256
_SPACY_KEYS = {"lower": "LOWER", "lemma": "LEMMA", "upos": "POS", "xpos": "TAG", "dep": "DEP"}


@dataclass(frozen=True)
class _Run:
    """One run of tokens of a rule, and what a block must hold for it to match.

    Attributes
    ----------
    needed : tuple of (str, frozenset of str)
        Property of a token and the values of which one must occur, for each token that cannot be
        left out.
    """

    rule: Rule
    pattern: list[dict[str, Any]]
    needed: tuple[tuple[str, frozenset[str]], ...]


class TokensMatcher:
    """Finds the runs of all its rules in one pass over each parse."""

    by_block = True

    def __init__(self, rules: tuple[Rule, ...], lists: Lists) -> None:
        self.rules = rules
        self._by_id = {rule.id: rule for rule in rules}
        self._runs: list[_Run] = []
        self._unless: dict[str, regex.Pattern[str]] = {}
        for rule in rules:
            match = rule.search
            assert isinstance(match, TokensMatch)
            for run in match.patterns:
                pattern = [spacy_token(rule, spec, lists) for spec in run]
                self._runs.append(_Run(rule, pattern, tuple(_needed(pattern))))
            if match.unless:
                self._unless[rule.id] = compiled(rule, match.unless)
        self._matchers: dict[frozenset[int], SpacyMatcher] = {}
        self._vocab: Vocab | None = None

    def find(self, annotated: Annotated) -> Iterator[Hit | Skip]:
        """Yield the longest runs of each rule; none crosses the end of a sentence."""
        for block in annotated.blocks:
            if block.doc is not None and any(sees(rule, block.block.kind) for rule in self.rules):
                yield from self._in_block(block, block.doc)

    def _in_block(self, block: AnnotatedBlock, doc: Doc) -> Iterator[Hit]:
        columns = block.columns
        possible = self._possible(block)
        if columns is None or not possible:
            return
        firsts = {first for first, _ in columns.sentences}
        for key, first, last in self._ready(doc, possible)(doc):
            rule = self._by_id[doc.vocab.strings[key]]
            if not firsts.isdisjoint(range(first + 1, last)):
                continue
            start, end = columns.starts[first], columns.end(last - 1)
            unless = self._unless.get(rule.id)
            if not is_excused(unless, block.sentence_around(start, end)):
                yield Hit(rule.id, block.prose(start, end))

    def _possible(self, block: AnnotatedBlock) -> frozenset[int]:
        """Return the runs whose words all stand somewhere in a block that their rule looks at."""
        columns = block.columns
        if columns is None:
            return frozenset()
        values = {
            "LOWER": set(columns.lower),
            "LEMMA": set(columns.lemmas),
            "POS": set(columns.pos),
            "TAG": set(columns.tags),
            "DEP": set(columns.deps),
        }
        return frozenset(
            number
            for number, run in enumerate(self._runs)
            if sees(run.rule, block.block.kind)
            and not any(values[name].isdisjoint(wanted) for name, wanted in run.needed)
        )

    def _ready(self, doc: Doc, runs: frozenset[int]) -> SpacyMatcher:
        # Made for the vocabulary of the parses, which is known with the first of them.
        if self._vocab is not doc.vocab or len(self._matchers) > _MAX_MATCHERS:
            self._matchers, self._vocab = {}, doc.vocab
        if runs not in self._matchers:
            from spacy.matcher import Matcher  # noqa: PLC0415 - only with a parse

            matcher = self._matchers[runs] = Matcher(doc.vocab)
            patterns: dict[str, list[list[dict[str, Any]]]] = {}
            for number in sorted(runs):
                run = self._runs[number]
                patterns.setdefault(run.rule.id, []).append(run.pattern)
            for rule_id, of_rule in patterns.items():
                matcher.add(rule_id, of_rule, greedy="LONGEST")
        return self._matchers[runs]


def _needed(pattern: list[dict[str, Any]]) -> Iterator[tuple[str, frozenset[str]]]:
    for token in pattern:
        if token.get("OP", "1") not in ("1", "+"):
            continue
        for name in _SPACY_KEYS.values():
            allowed = token.get(name, {}).get("IN")
            if allowed:
                # A lemma is compared as it is, and looked for here in lower case.
                folded = (value.lower() for value in allowed) if name == "LEMMA" else allowed
                yield name, frozenset(folded)


def build(rules: Iterable[Rule], lists: Lists) -> Iterator[TokensMatcher]:
    """Make one matcher for all the rules."""
    yield TokensMatcher(tuple(rules), lists)


def spacy_token(rule: Rule, spec: TokenSpec, lists: Lists) -> dict[str, Any]:
    """Translate one token of a rule into spaCy's pattern language.

    Raises
    ------
    CatalogueError
        A list is malformed or a regular expression does not compile.
    """
    token: dict[str, Any] = {}
    for key, spacy_key in _SPACY_KEYS.items():
        allowed = lists.expand(getattr(spec, key))
        refused = lists.expand(getattr(spec, f"not_{key}"))
        if key == "dep":
            allowed, refused = tuple(map(spacy_dep, allowed)), tuple(map(spacy_dep, refused))
        predicate: dict[str, Any] = {}
        if allowed:
            predicate["IN"] = list(allowed)
        if refused:
            predicate["NOT_IN"] = list(refused)
        if predicate:
            token[spacy_key] = predicate
    if spec.regex:
        compiled(rule, spec.regex)
        token.setdefault("LOWER", {})["REGEX"] = spec.regex
    if spec.morph:
        one = len(spec.morph) == 1
        token["MORPH"] = (
            {"IS_SUPERSET": spec.morph[0].split("|")} if one else {"INTERSECTS": list(spec.morph)}
        )
    if spec.op:
        token["OP"] = spec.op
    return token


def spacy_dep(label: str) -> str:
    """Spell the root relation as spaCy does; other relations are the same in both."""
    return "ROOT" if label == "root" else label
