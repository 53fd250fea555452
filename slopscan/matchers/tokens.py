"""Kind `tokens`: runs of neighbouring tokens, all rules in one spaCy `Matcher`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from slopscan.catalogue.lists import Lists
from slopscan.catalogue.rule import Rule, TokensMatch, TokenSpec
from slopscan.matchers.base import Hit, Skip, compiled, is_excused, sees
from slopscan.nlp.annotate import Annotated, AnnotatedBlock

if TYPE_CHECKING:
    import regex
    from spacy.matcher import Matcher as SpacyMatcher
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

_SPACY_KEYS = {"lower": "LOWER", "lemma": "LEMMA", "upos": "POS", "xpos": "TAG", "dep": "DEP"}


class TokensMatcher:
    """Finds the runs of all its rules in one pass over each parse."""

    def __init__(self, rules: tuple[Rule, ...], lists: Lists) -> None:
        self.rules = rules
        self._by_id = {rule.id: rule for rule in rules}
        self._patterns: dict[str, list[list[dict[str, Any]]]] = {}
        self._unless: dict[str, regex.Pattern[str]] = {}
        for rule in rules:
            match = rule.search
            assert isinstance(match, TokensMatch)
            self._patterns[rule.id] = [
                [spacy_token(rule, spec, lists) for spec in run] for run in match.patterns
            ]
            if match.unless:
                self._unless[rule.id] = compiled(rule, match.unless)
        self._matcher: SpacyMatcher | None = None
        self._vocab: Vocab | None = None

    def find(self, annotated: Annotated) -> Iterator[Hit | Skip]:
        """Yield the longest runs of each rule; none crosses the end of a sentence."""
        for block in annotated.blocks:
            if block.doc is not None and any(sees(rule, block.block.kind) for rule in self.rules):
                yield from self._in_block(block, block.doc)

    def _in_block(self, block: AnnotatedBlock, doc: Doc) -> Iterator[Hit]:
        matcher = self._ready(doc)
        for key, first, last in matcher(doc):
            rule = self._by_id[doc.vocab.strings[key]]
            start = doc[first].idx
            end = doc[last - 1].idx + len(doc[last - 1])
            crosses = any(doc[i].is_sent_start for i in range(first + 1, last))
            if crosses or not sees(rule, block.block.kind):
                continue
            unless = self._unless.get(rule.id)
            if not is_excused(unless, block.sentence_around(start, end)):
                yield Hit(rule.id, block.prose(start, end))

    def _ready(self, doc: Doc) -> SpacyMatcher:
        # Made for the vocabulary of the parses, which is known with the first of them.
        if self._matcher is None or self._vocab is not doc.vocab:
            from spacy.matcher import Matcher  # noqa: PLC0415 - only with a parse

            self._matcher, self._vocab = Matcher(doc.vocab), doc.vocab
            for rule_id, patterns in self._patterns.items():
                self._matcher.add(rule_id, patterns, greedy="LONGEST")
        return self._matcher


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
