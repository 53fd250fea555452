"""The `match` table of a rule file, one reader a kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from slopscan.catalogue.lists import did_you_mean, is_reference, reference_name
from slopscan.catalogue.rule import (
    ATTRIBUTES,
    POSITIONS,
    PREFERENCE_RELATIONS,
    RELATIONS,
    Agreement,
    DensityMatch,
    DependencyMatch,
    Kind,
    Match,
    MeasureMatch,
    NodeSpec,
    NormTest,
    PairTest,
    PatternMatch,
    PhraseMatch,
    RepetitionMatch,
    SurpriseTest,
    TokensMatch,
    TokenSpec,
    TreePattern,
)
from slopscan.catalogue.tables import RuleFile, Table
from slopscan.folding import fold

_TOKEN_KEYS: Final = ("lower", "lemma", "upos", "xpos", "dep")


def _phrase(table: Table) -> PhraseMatch:
    match = PhraseMatch(
        phrases=table.texts("phrases"),
        position=table.one_of("position", POSITIONS),
        case=table.flag("case"),
        unless=table.optional_text("unless"),
    )
    if not match.phrases:
        raise table.fail('no "phrases" in [match]')
    for phrase in match.phrases:
        _check_word(table, "phrases", phrase)
    return match


def _pattern(table: Table) -> PatternMatch:
    one, many = table.optional_text("regex"), table.texts("regexes")
    if (one is None) == (not many):
        raise table.fail('[match] needs either "regex" or "regexes"', "match")
    return PatternMatch((one,) if one else many, table.optional_text("unless"))


def _tokens(table: Table) -> TokensMatch:
    runs = table.take("patterns")
    ok = isinstance(runs, list) and runs and all(isinstance(run, list) and run for run in runs)
    if not ok or not all(isinstance(item, dict) for run in runs for item in run):
        raise table.fail('"patterns" is not an array of arrays of tokens', "patterns")
    patterns = tuple(tuple(_token_entry(item, table.file) for item in run) for run in runs)
    return TokensMatch(patterns, table.optional_text("unless"))


def _token_entry(data: Mapping[str, Any], file: RuleFile) -> TokenSpec:
    table = Table(data, file, "patterns")
    op = table.one_of("op", ("?", "*", "+", "!"))
    spec = _token(table, op)
    table.finish()
    if len(spec.morph) > 1 and any("|" in value for value in spec.morph):
        raise table.fail(
            "an array of morph takes single features", "morph", "write two patterns instead"
        )
    return spec


def _token(table: Table, op: str | None = None) -> TokenSpec:
    values = {name: table.texts(name) for key in _TOKEN_KEYS for name in (key, f"not_{key}")}
    for name in ("lower", "not_lower"):
        for word in values[name]:
            _check_word(table, name, word)
            if not is_reference(word) and word != word.lower():
                raise table.fail(f'"{word}" is not lower case', name)
    return TokenSpec(
        **values, morph=table.texts("morph"), regex=table.optional_text("regex"), op=op
    )


def _check_word(table: Table, key: str, word: str) -> None:
    if word != fold(word):
        raise table.fail(f'"{word}" is not folded', key, "rules see straight quotes and em dashes")


def _dependency(table: Table) -> DependencyMatch:
    patterns = tuple(_tree(entry) for entry in table.tables("pattern"))
    if not patterns:
        raise table.fail("no [[match.pattern]]", "match")
    return DependencyMatch(patterns)


def _tree(table: Table) -> TreePattern:
    nodes: list[NodeSpec] = []
    for entry in table.tables("nodes"):
        nodes.append(_node(entry, [node.name for node in nodes], named=True))
    if not nodes:
        raise table.fail('no "nodes" in [[match.pattern]]', "pattern")
    names = [node.name for node in nodes]
    sentence = table.table("sentence")
    least = most = None
    if sentence is not None:
        least, most = sentence.count("min_words"), sentence.count("max_words")
        sentence.finish()
    tree = TreePattern(
        nodes=tuple(nodes),
        absent=tuple(_node(entry, names, named=False) for entry in table.tables("absent")),
        same=tuple(_agreement(entry, names) for entry in table.tables("same")),
        differ=tuple(_agreement(entry, names) for entry in table.tables("differ")),
        pairs=tuple(_pair_test(entry, names) for entry in table.tables("pairs")),
        not_pairs=tuple(_pair_test(entry, names) for entry in table.tables("not_pairs")),
        compare=tuple(_norm_test(entry, names) for entry in table.tables("compare")),
        surprise=tuple(_surprise_test(entry, names) for entry in table.tables("surprise")),
        min_words=least or 0,
        max_words=most,
        span=table.texts("span"),
    )
    for part in tree.span:
        if part != "sentence":
            _check_name(table, part.removeprefix("subtree:"), names, "span")
    table.finish()
    return tree


def _node(table: Table, names: list[str], *, named: bool) -> NodeSpec:
    name = table.optional_text("name") or ""
    if named and (not name.isidentifier() or name in names):
        raise table.fail(f'a node needs a name of its own, not "{name}"', "name")
    relations = [(key, table.optional_text(key)) for key in RELATIONS]
    given = [(key, anchor) for key, anchor in relations if anchor is not None]
    if len(given) != (1 if names else 0):
        raise table.fail(
            f"node {name or '(absent)'} has {len(given)} relations",
            "nodes" if named else "absent",
            "the first node has none, each other one: " + ", ".join(RELATIONS),
        )
    relation, anchor = given[0] if given else (None, None)
    if anchor is not None:
        _check_name(table, anchor, names, relation or "")
    node = NodeSpec(
        token=_token(table),
        name=name,
        relation=relation,
        anchor=anchor,
        side=table.one_of("side", ("left", "right")),
        max_distance=table.count("max_distance"),
        initial=table.flag("initial"),
        final=table.flag("final"),
        max_subtree=table.count("max_subtree"),
        min_subtree=table.count("min_subtree"),
        optional=table.flag("optional"),
    )
    table.finish()
    if node.optional and not (named and names):
        raise table.fail("only a later node can be optional", "optional")
    return node


def _check_name(table: Table, name: str, names: list[str], key: str) -> None:
    if name not in names:
        raise table.fail(f'no node named "{name}"', key, did_you_mean(name, names))


def _nodes_of(table: Table, names: list[str], *, exactly: int | None = None) -> tuple[str, ...]:
    nodes = table.texts("nodes")
    for name in nodes:
        _check_name(table, name, names, "nodes")
    if len(nodes) < 2 or (exactly is not None and len(nodes) != exactly):
        raise table.fail(f'"{table.name}" needs {exactly or "at least 2"} nodes', table.name)
    return nodes


def _agreement(table: Table, names: list[str]) -> Agreement:
    attribute = table.one_of("attribute", ATTRIBUTES)
    if attribute is None:
        raise table.fail(f'no "attribute" in {table.name}', table.name)
    made = Agreement(_nodes_of(table, names), attribute)
    table.finish()
    return made


def _reference(table: Table, key: str) -> str:
    value = table.text(key)
    if not value.startswith("@"):
        raise table.fail(f'"{key}" names no list', key, f'write "@{value}"')
    return reference_name(value)


def _pair_test(table: Table, names: list[str]) -> PairTest:
    made = PairTest(_nodes_of(table, names, exactly=2), _reference(table, "list"))
    table.finish()
    return made


def _norm_test(table: Table, names: list[str]) -> NormTest:
    nodes, norm = _nodes_of(table, names, exactly=2), _reference(table, "norm")
    least = table.number("min_difference")
    if least is None:
        raise table.fail('no "min_difference" in compare', "compare")
    table.finish()
    return NormTest(nodes, norm, least)


def _surprise_test(table: Table, names: list[str]) -> SurpriseTest:
    relation = table.one_of("relation", PREFERENCE_RELATIONS)
    if relation is None:
        raise table.fail('no "relation" in surprise', "surprise")
    made = SurpriseTest(
        _nodes_of(table, names, exactly=2),
        relation,
        table.number("at_least"),
        table.count("max_seen"),
    )
    if made.at_least is None and made.max_seen is None:
        raise table.fail('surprise needs "at_least" or "max_seen"', "surprise")
    table.finish()
    return made


def _density(table: Table) -> DensityMatch:
    search: PhraseMatch | PatternMatch | TokensMatch
    if table.has("phrases"):
        search = _phrase(table)
    elif table.has("patterns"):
        search = _tokens(table)
    else:
        search = _pattern(table)
    above = table.number("above_per_1k_words")
    if above is None:
        raise table.fail('no "above_per_1k_words" in [match]', "match")
    return DensityMatch(
        search=search,
        above_per_1k_words=above,
        min_hits=table.count("min_hits") or 1,
        min_words=table.count("min_words") or 0,
        min_distinct=table.count("min_distinct") or 1,
    )


def _repetition(table: Table) -> RepetitionMatch:
    unit = table.one_of("unit", ("sentence", "block", "ngram"))
    if unit is None:
        raise table.fail('no "unit" in [match]', "match")
    edge = table.one_of("edge", ("start", "end", "whole")) or "start"
    words, run = table.count("words") or 1, table.count("run")
    if run is None or run < 2:
        raise table.fail('"run" is at least 2', "run" if run is not None else "match")
    window = table.count("window_words")
    if window is not None and unit != "ngram":
        raise table.fail('"window_words" goes with unit = "ngram"', "window_words")
    return RepetitionMatch(
        unit=unit,
        edge=edge,
        words=words,
        run=run,
        window_words=window,
        max_unit_words=table.count("max_unit_words"),
        not_starting=table.texts("not_starting"),
    )


def _measure(table: Table) -> MeasureMatch:
    match = MeasureMatch(
        measure=table.text("measure"),
        below=table.number("below"),
        above=table.number("above"),
        min_words=table.count("min_words") or 0,
    )
    if (match.below is None) == (match.above is None):
        raise table.fail('[match] needs either "below" or "above"', "match")
    return match


_MATCH_READERS: Final[Mapping[Kind, Callable[[Table], Match]]] = {
    Kind.PHRASE: _phrase,
    Kind.PATTERN: _pattern,
    Kind.TOKENS: _tokens,
    Kind.DEPENDENCY: _dependency,
    Kind.DENSITY: _density,
    Kind.REPETITION: _repetition,
    Kind.MEASURE: _measure,
}


def read_match(table: Table, kind: Kind) -> Match:
    match = table.table("match")
    if match is None:
        raise table.fail("no [match]")
    made = _MATCH_READERS[kind](match)
    match.finish()
    return made
