"""One rule file, read strictly into frozen data.

What a rule author can get wrong is refused here with the file, the line where it is known, and
what to write instead. Regular expressions are compiled by the matchers when a rule runs and put
under stress by `selfcheck`; reading 150 files must stay cheap.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import string
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Final, TypeVar

from slopscan.catalogue.lists import Lists, did_you_mean, is_reference, reference_name
from slopscan.document import BlockKind
from slopscan.errors import CatalogueError
from slopscan.findings import Severity
from slopscan.folding import fold

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FAMILIES: Final[Mapping[str, str]] = {
    "contrast": "A",
    "repetition": "B",
    "grammar": "C",
    "figures": "D",
    "narrative": "E",
    "claims": "F",
    "metadiscourse": "G",
    "assistant": "H",
    "reasoning": "I",
    "characters": "J",
    "layout": "K",
    "artefacts": "L",
    "provenance": "M",
    "vocabulary": "N",
}
BLOCK_SCOPES: Final = frozenset(kind.value for kind in BlockKind)
REGION_SCOPES: Final = frozenset({"url", "comment", "front_matter", "code"})
SCOPES: Final = BLOCK_SCOPES | REGION_SCOPES | {"quotation", "source"}
DEFAULT_SCOPE: Final = ("paragraph", "list_item", "table_cell", "footnote")
POSITIONS: Final = (
    "block_start",
    "sentence_start",
    "block_end",
    "document_start",
    "document_end",
)
RELATIONS: Final = (
    "child_of",
    "parent_of",
    "descendant_of",
    "follows",
    "precedes",
    "next_root",
    "previous_root",
)
PREFERENCE_RELATIONS: Final = ("subject", "object", "modifier", "of", "compound")
ATTRIBUTES: Final = ("upos", "xpos", "dep", "lemma", "lower")
_TOKEN_KEYS: Final = ("lower", "lemma", "upos", "xpos", "dep")
_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NAMED_LIST: Final = re.compile(r"\\L<(\w+)>")
_Choice = TypeVar("_Choice", bound=Enum)


class Kind(str, Enum):
    """How a rule looks for its tic."""

    PHRASE = "phrase"
    PATTERN = "pattern"
    TOKENS = "tokens"
    DEPENDENCY = "dependency"
    DENSITY = "density"
    REPETITION = "repetition"
    MEASURE = "measure"


class Status(str, Enum):
    """Whether a rule runs when nobody asked for it."""

    STABLE = "stable"
    PREVIEW = "preview"
    ADVISORY = "advisory"
    DORMANT = "dormant"
    FOLKLORE = "folklore"
    DEPRECATED = "deprecated"


@dataclass(frozen=True, slots=True)
class Gate:
    """Hits are held back until the document has enough of them."""

    min_hits: int = 1
    min_per_1k_words: float = 0.0
    min_words: int = 0


@dataclass(frozen=True, slots=True)
class FlagExample:
    """A text the rule must flag, and the words it must underline."""

    text: str
    span: str | None = None
    gated: bool = False


@dataclass(frozen=True, slots=True)
class PassExample:
    """A text the rule must leave alone, and why."""

    text: str
    because: str
    gated: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """Who has described or measured the tic."""

    source: str
    url: str | None = None
    seen: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class PhraseMatch:
    """Whole phrases; entries may be references to lists."""

    phrases: tuple[str, ...]
    position: str | None = None
    case: bool = False
    unless: str | None = None


@dataclass(frozen=True, slots=True)
class PatternMatch:
    """Regular expressions, alternatives of one another."""

    regexes: tuple[str, ...]
    unless: str | None = None


@dataclass(frozen=True, slots=True)
class TokenSpec:
    """What one token must be; an empty tuple asks for nothing."""

    lower: tuple[str, ...] = ()
    lemma: tuple[str, ...] = ()
    upos: tuple[str, ...] = ()
    xpos: tuple[str, ...] = ()
    dep: tuple[str, ...] = ()
    morph: tuple[str, ...] = ()
    not_lower: tuple[str, ...] = ()
    not_lemma: tuple[str, ...] = ()
    not_upos: tuple[str, ...] = ()
    not_xpos: tuple[str, ...] = ()
    not_dep: tuple[str, ...] = ()
    regex: str | None = None
    op: str | None = None


@dataclass(frozen=True, slots=True)
class TokensMatch:
    """Runs of neighbouring tokens, alternatives of one another."""

    patterns: tuple[tuple[TokenSpec, ...], ...]
    unless: str | None = None


@dataclass(frozen=True, slots=True)
class NodeSpec:
    """One node of a tree and its relation to a node named before it."""

    token: TokenSpec
    name: str = ""
    relation: str | None = None
    anchor: str | None = None
    side: str | None = None
    max_distance: int | None = None
    initial: bool = False
    final: bool = False
    max_subtree: int | None = None
    min_subtree: int | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Agreement:
    """Nodes that must share, or must not share, an attribute."""

    nodes: tuple[str, ...]
    attribute: str


@dataclass(frozen=True, slots=True)
class PairTest:
    """Two nodes whose lemmas stand, or do not stand, in a pair list."""

    nodes: tuple[str, ...]
    list: str


@dataclass(frozen=True, slots=True)
class NormTest:
    """Two nodes whose lemmas differ by so much in a norm."""

    nodes: tuple[str, ...]
    norm: str
    min_difference: float


@dataclass(frozen=True, slots=True)
class SurpriseTest:
    """A governor and its noun that people do not put together (`nlp.preferences`)."""

    nodes: tuple[str, ...]
    relation: str
    at_least: float | None
    max_seen: int | None


@dataclass(frozen=True, slots=True)
class TreePattern:
    """A small tree inside one sentence, or two neighbouring ones."""

    nodes: tuple[NodeSpec, ...]
    absent: tuple[NodeSpec, ...] = ()
    same: tuple[Agreement, ...] = ()
    differ: tuple[Agreement, ...] = ()
    pairs: tuple[PairTest, ...] = ()
    not_pairs: tuple[PairTest, ...] = ()
    compare: tuple[NormTest, ...] = ()
    surprise: tuple[SurpriseTest, ...] = ()
    min_words: int = 0
    max_words: int | None = None
    span: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DependencyMatch:
    """Trees, alternatives of one another."""

    patterns: tuple[TreePattern, ...]


@dataclass(frozen=True, slots=True)
class DensityMatch:
    """Hits of a phrase, a pattern or a run of tokens, too many for the length of the text."""

    search: PhraseMatch | PatternMatch | TokensMatch
    above_per_1k_words: float
    min_hits: int = 1
    min_words: int = 0


@dataclass(frozen=True, slots=True)
class RepetitionMatch:
    """The same words again, in neighbouring units or within a window."""

    unit: str
    edge: str
    words: int
    run: int
    window_words: int | None = None
    max_unit_words: int | None = None
    not_starting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MeasureMatch:
    """A measure of the document beyond a threshold."""

    measure: str
    below: float | None = None
    above: float | None = None
    min_words: int = 0


Search = PhraseMatch | PatternMatch | TokensMatch | DependencyMatch | RepetitionMatch | MeasureMatch
Match = Search | DensityMatch


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the catalogue.

    Attributes
    ----------
    family : str
        The folder the file lies in, a key of `FAMILIES`.
    scope : frozenset of str
        Words of `SCOPES`.
    lists : tuple of str
        Names of the lists the rule uses, sorted.
    digest : str
        SHA-256 of all that decides what the rule finds: kind, scope, gate, match and the entries
        of its lists. Wording and examples do not change it.
    """

    id: str
    family: str
    title: str
    kind: Kind
    severity: Severity
    status: Status
    since: str
    message: str
    why: str
    advice: str
    scope: frozenset[str]
    gate: Gate
    match: Match
    flags: tuple[FlagExample, ...]
    passes: tuple[PassExample, ...]
    evidence: tuple[Evidence, ...]
    lists: tuple[str, ...]
    digest: str
    path: Path

    @property
    def search(self) -> Search:
        """What the rule looks for; for a density, what it counts."""
        return self.match.search if isinstance(self.match, DensityMatch) else self.match

    @property
    def needs_parse(self) -> bool:
        """Say whether the rule looks at tokens of a parse."""
        return isinstance(self.search, (TokensMatch, DependencyMatch))

    @property
    def shown_severity(self) -> Severity:
        """Severity of its findings: an advisory rule is never above a note."""
        return Severity.NOTE if self.status is Status.ADVISORY else self.severity


def read_rule(path: Path, lists: Lists) -> Rule:
    """Read one rule file.

    Parameters
    ----------
    path : Path
        `<family>/<id>.toml`.
    lists : Lists
        The lists it may name.

    Raises
    ------
    CatalogueError
        The file is not TOML, has an unknown, missing or ill-typed key, disagrees with its path,
        has no `pass` example or no evidence, or names an unknown list.
    """
    try:
        content = path.read_text(encoding="utf-8")
        data = tomllib.loads(content)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(f"not a readable TOML file ({error})", where=str(path)) from error
    return _rule(_Table(data, _File(path, content)), path, lists, data)


def regexes_of(rule: Rule) -> Iterator[str]:
    """Yield every regular expression in a rule's match table, `unless` included."""
    search = rule.search
    if isinstance(search, PatternMatch):
        yield from search.regexes
    if isinstance(search, (PatternMatch, PhraseMatch, TokensMatch)) and search.unless:
        yield search.unless
    if isinstance(search, TokensMatch):
        yield from (spec.regex for run in search.patterns for spec in run if spec.regex)
    if isinstance(search, DependencyMatch):
        for tree in search.patterns:
            yield from (node.token.regex for node in tree.nodes + tree.absent if node.token.regex)


def named_lists(regex: str) -> dict[str, str]:
    r"""Return the lists a pattern names as `\L<name>`: name in the pattern to name of the list."""
    return {name: name.replace("_", "-") for name in _NAMED_LIST.findall(regex)}


# Reading tables strictly.


@dataclass(frozen=True)
class _File:
    path: Path
    content: str

    def where(self, key: str | None = None) -> str:
        """Return `path`, or `path:line` of the first line that sets `key`."""
        if key is not None:
            pattern = rf'^[ \t]*(?:\[+[\w.]*\b{re.escape(key)}\]+|"?{re.escape(key)}"?[ \t]*=)'
            found = re.search(pattern, self.content, re.MULTILINE) or re.search(
                rf"\b{re.escape(key)}[ \t]*=", self.content
            )
            if found:
                return f"{self.path}:{self.content.count(chr(10), 0, found.start()) + 1}"
        return str(self.path)


class _Table:
    """A TOML table whose keys must all be taken, each with its type."""

    def __init__(self, data: Mapping[str, Any], file: _File, name: str = "") -> None:
        self._data = dict(data)
        self._taken: set[str] = set()
        self.file = file
        self.name = name

    def fail(self, what: str, key: str | None = None, fix: str = "") -> CatalogueError:
        return CatalogueError(what, where=self.file.where(key), fix=fix)

    def has(self, key: str) -> bool:
        return key in self._data

    def take(self, key: str) -> Any:
        self._taken.add(key)
        return self._data.get(key)

    def text(self, key: str) -> str:
        value = self.optional_text(key)
        if value is None:
            raise self.fail(f'no "{key}"{self._in()}')
        return value

    def optional_text(self, key: str) -> str | None:
        value = self.take(key)
        if value is not None and (not isinstance(value, str) or not value.strip()):
            raise self.fail(f'"{key}" is not a text', key)
        return value

    def choice(self, key: str, kind: type[_Choice]) -> _Choice:
        value = self.text(key)
        try:
            return kind(value)
        except ValueError:
            names = [str(member.value) for member in kind]
            raise self.unknown_value(key, value, names) from None

    def one_of(self, key: str, known: Iterable[str]) -> str | None:
        value = self.optional_text(key)
        names = list(known)
        if value is not None and value not in names:
            raise self.unknown_value(key, value, names)
        return value

    def unknown_value(self, key: str, value: str, names: list[str]) -> CatalogueError:
        fix = did_you_mean(value, names) or "one of: " + ", ".join(names)
        return self.fail(f'unknown {key} "{value}"', key, fix)

    def flag(self, key: str) -> bool:
        value = self.take(key)
        if value is not None and not isinstance(value, bool):
            raise self.fail(f'"{key}" is not true or false', key)
        return bool(value)

    def count(self, key: str) -> int | None:
        value = self.take(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.fail(f'"{key}" is not a whole number of at least 0', key)
        return value

    def number(self, key: str) -> float | None:
        value = self.take(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.fail(f'"{key}" is not a number', key)
        return float(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """One text or an array of texts; an empty tuple where the key is missing."""
        value = self.take(key)
        if value is None:
            return ()
        values = [value] if isinstance(value, str) else value
        ok = isinstance(values, list) and values and all(isinstance(v, str) and v for v in values)
        if not ok:
            raise self.fail(f'"{key}" is neither a text nor an array of texts', key)
        return tuple(values)

    def table(self, key: str) -> _Table | None:
        value = self.take(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.fail(f'"{key}" is not a table', key)
        return _Table(value, self.file, key)

    def tables(self, key: str) -> list[_Table]:
        value = self.take(key)
        if value is None:
            return []
        values = [value] if isinstance(value, dict) else value
        if not isinstance(values, list) or not all(isinstance(item, dict) for item in values):
            raise self.fail(f'"{key}" is not an array of tables', key)
        return [_Table(item, self.file, key) for item in values]

    def finish(self) -> None:
        """Refuse the first key nobody took; `_taken` are all keys this table may have."""
        for key in self._data:
            if key not in self._taken:
                known = sorted(self._taken)
                fix = did_you_mean(key, known) or "known keys: " + ", ".join(known)
                raise self.fail(f'unknown key "{key}"{self._in()}', key, fix)

    def _in(self) -> str:
        return f" in [{self.name}]" if self.name else ""


def _rule(table: _Table, path: Path, lists: Lists, data: Mapping[str, Any]) -> Rule:
    identifier, family = _identity(table, path)
    kind = table.choice("kind", Kind)
    severity = table.choice("severity", Severity)
    status = table.choice("status", Status)
    texts = {key: table.text(key) for key in ("title", "since", "message", "why", "advice")}
    scope = _scope(table, kind)
    gate = _gate(table)
    match = _match(table, kind)
    flags, passes = _examples(table)
    evidence = tuple(_evidence(entry) for entry in table.tables("evidence"))
    if not evidence:
        raise table.fail("no evidence", fix="add [[evidence]] with a source")
    table.finish()
    _check_message(table, texts["message"], match)
    used = tuple(sorted(set(_lists_in(data["match"]))))
    for name in used:
        if name not in lists.names:
            lists.require(name, where=table.file.where("match"))
    return Rule(
        id=identifier,
        family=family,
        kind=kind,
        severity=severity,
        status=status,
        scope=scope,
        gate=gate,
        match=match,
        flags=flags,
        passes=passes,
        evidence=evidence,
        lists=used,
        digest=_digest(kind, scope, gate, data["match"], {n: lists.digest(n) for n in used}),
        path=path,
        **texts,
    )


def _identity(table: _Table, path: Path) -> tuple[str, str]:
    identifier = table.text("id")
    if identifier != path.stem:
        raise table.fail(f'id "{identifier}" differs from the file name "{path.stem}"', "id")
    if not _ID.fullmatch(identifier):
        raise table.fail(f'id "{identifier}" is not lower-case-with-hyphens', "id")
    family = path.parent.name
    if family not in FAMILIES:
        fix = did_you_mean(family, FAMILIES) or "families: " + ", ".join(FAMILIES)
        raise table.fail(f'folder "{family}" is not a family', fix=fix)
    return identifier, family


def _scope(table: _Table, kind: Kind) -> frozenset[str]:
    scope = table.texts("scope") or DEFAULT_SCOPE
    for word in scope:
        if word not in SCOPES:
            raise table.unknown_value("scope", word, sorted(SCOPES))
    named = frozenset(scope)
    if "source" in named and kind not in (Kind.PATTERN, Kind.DENSITY):
        raise table.fail(f"a {kind.value} rule cannot have scope source", "scope")
    if named & REGION_SCOPES and "source" not in named:
        raise table.fail("url, comment, front_matter and code stand beside source", "scope")
    if not named & (BLOCK_SCOPES | {"source"}):
        # ["quotation"] alone adds quoted speech to what a rule sees anyway.
        named |= frozenset(DEFAULT_SCOPE)
    return named


def _gate(table: _Table) -> Gate:
    gate = table.table("gate")
    if gate is None:
        return Gate()
    made = Gate(
        min_hits=gate.count("min_hits") or 1,
        min_per_1k_words=gate.number("min_per_1k_words") or 0.0,
        min_words=gate.count("min_words") or 0,
    )
    gate.finish()
    return made


def _examples(table: _Table) -> tuple[tuple[FlagExample, ...], tuple[PassExample, ...]]:
    examples = table.table("examples")
    if examples is None:
        raise table.fail("no examples", fix="add [[examples.flag]] and [[examples.pass]]")
    flags = tuple(_flag_example(entry) for entry in examples.tables("flag"))
    passes = tuple(_pass_example(entry) for entry in examples.tables("pass"))
    examples.finish()
    if not flags:
        raise table.fail('no "flag" example', fix="add [[examples.flag]] with a text")
    if not passes:
        raise table.fail(
            'no "pass" example', fix="add [[examples.pass]]: a near miss that is good prose"
        )
    return flags, passes


def _flag_example(table: _Table) -> FlagExample:
    example = FlagExample(table.text("text"), table.optional_text("span"), table.flag("gated"))
    table.finish()
    if example.span is not None and example.span not in example.text:
        raise table.fail(f'span "{example.span}" is not in its text', "span")
    return example


def _pass_example(table: _Table) -> PassExample:
    example = PassExample(table.text("text"), table.text("because"), table.flag("gated"))
    table.finish()
    return example


def _evidence(table: _Table) -> Evidence:
    source, url, seen = table.text("source"), table.optional_text("url"), table.take("seen")
    if seen is not None and not isinstance(seen, datetime.date):
        raise table.fail('"seen" is not a date', "seen", "write it without quotes: 2026-11-20")
    table.finish()
    return Evidence(source, url, seen)


def _match(table: _Table, kind: Kind) -> Match:
    match = table.table("match")
    if match is None:
        raise table.fail("no [match]")
    made = _MATCH_READERS[kind](match)
    match.finish()
    return made


def _phrase(table: _Table) -> PhraseMatch:
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


def _pattern(table: _Table) -> PatternMatch:
    one, many = table.optional_text("regex"), table.texts("regexes")
    if (one is None) == (not many):
        raise table.fail('[match] needs either "regex" or "regexes"', "match")
    return PatternMatch((one,) if one else many, table.optional_text("unless"))


def _tokens(table: _Table) -> TokensMatch:
    runs = table.take("patterns")
    ok = isinstance(runs, list) and runs and all(isinstance(run, list) and run for run in runs)
    if not ok or not all(isinstance(item, dict) for run in runs for item in run):
        raise table.fail('"patterns" is not an array of arrays of tokens', "patterns")
    patterns = tuple(tuple(_token_entry(item, table.file) for item in run) for run in runs)
    return TokensMatch(patterns, table.optional_text("unless"))


def _token_entry(data: Mapping[str, Any], file: _File) -> TokenSpec:
    table = _Table(data, file, "patterns")
    op = table.one_of("op", ("?", "*", "+", "!"))
    spec = _token(table, op)
    table.finish()
    if len(spec.morph) > 1 and any("|" in value for value in spec.morph):
        raise table.fail(
            "an array of morph takes single features", "morph", "write two patterns instead"
        )
    return spec


def _token(table: _Table, op: str | None = None) -> TokenSpec:
    values = {name: table.texts(name) for key in _TOKEN_KEYS for name in (key, f"not_{key}")}
    for name in ("lower", "not_lower"):
        for word in values[name]:
            _check_word(table, name, word)
            if not is_reference(word) and word != word.lower():
                raise table.fail(f'"{word}" is not lower case', name)
    return TokenSpec(
        **values, morph=table.texts("morph"), regex=table.optional_text("regex"), op=op
    )


def _check_word(table: _Table, key: str, word: str) -> None:
    if word != fold(word):
        raise table.fail(f'"{word}" is not folded', key, "rules see straight quotes and em dashes")


def _dependency(table: _Table) -> DependencyMatch:
    patterns = tuple(_tree(entry) for entry in table.tables("pattern"))
    if not patterns:
        raise table.fail("no [[match.pattern]]", "match")
    return DependencyMatch(patterns)


def _tree(table: _Table) -> TreePattern:
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


def _node(table: _Table, names: list[str], *, named: bool) -> NodeSpec:
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


def _check_name(table: _Table, name: str, names: list[str], key: str) -> None:
    if name not in names:
        raise table.fail(f'no node named "{name}"', key, did_you_mean(name, names))


def _nodes_of(table: _Table, names: list[str], *, exactly: int | None = None) -> tuple[str, ...]:
    nodes = table.texts("nodes")
    for name in nodes:
        _check_name(table, name, names, "nodes")
    if len(nodes) < 2 or (exactly is not None and len(nodes) != exactly):
        raise table.fail(f'"{table.name}" needs {exactly or "at least 2"} nodes', table.name)
    return nodes


def _agreement(table: _Table, names: list[str]) -> Agreement:
    attribute = table.one_of("attribute", ATTRIBUTES)
    if attribute is None:
        raise table.fail(f'no "attribute" in {table.name}', table.name)
    made = Agreement(_nodes_of(table, names), attribute)
    table.finish()
    return made


def _reference(table: _Table, key: str) -> str:
    value = table.text(key)
    if not value.startswith("@"):
        raise table.fail(f'"{key}" names no list', key, f'write "@{value}"')
    return reference_name(value)


def _pair_test(table: _Table, names: list[str]) -> PairTest:
    made = PairTest(_nodes_of(table, names, exactly=2), _reference(table, "list"))
    table.finish()
    return made


def _norm_test(table: _Table, names: list[str]) -> NormTest:
    nodes, norm = _nodes_of(table, names, exactly=2), _reference(table, "norm")
    least = table.number("min_difference")
    if least is None:
        raise table.fail('no "min_difference" in compare', "compare")
    table.finish()
    return NormTest(nodes, norm, least)


def _surprise_test(table: _Table, names: list[str]) -> SurpriseTest:
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


def _density(table: _Table) -> DensityMatch:
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
    )


def _repetition(table: _Table) -> RepetitionMatch:
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


def _measure(table: _Table) -> MeasureMatch:
    match = MeasureMatch(
        measure=table.text("measure"),
        below=table.number("below"),
        above=table.number("above"),
        min_words=table.count("min_words") or 0,
    )
    if (match.below is None) == (match.above is None):
        raise table.fail('[match] needs either "below" or "above"', "match")
    return match


_MATCH_READERS: Final[Mapping[Kind, Callable[[_Table], Match]]] = {
    Kind.PHRASE: _phrase,
    Kind.PATTERN: _pattern,
    Kind.TOKENS: _tokens,
    Kind.DEPENDENCY: _dependency,
    Kind.DENSITY: _density,
    Kind.REPETITION: _repetition,
    Kind.MEASURE: _measure,
}


def message_fields(match: Match) -> frozenset[str]:
    """Return the names a rule's message may use in braces."""
    fields = {"match"}
    if isinstance(match, DensityMatch):
        fields |= {"value", "threshold", "unit", "count"}
    elif isinstance(match, MeasureMatch):
        fields |= {"value", "threshold", "unit"}
    elif isinstance(match, RepetitionMatch):
        fields |= {"count"}
    elif isinstance(match, DependencyMatch):
        fields |= {node.name for tree in match.patterns for node in tree.nodes}
    return frozenset(fields)


def _check_message(table: _Table, message: str, match: Match) -> None:
    known = message_fields(match)
    try:
        used = [name for _, name, _, _ in string.Formatter().parse(message) if name is not None]
    except ValueError as error:
        raise table.fail(f"message: {error}", "message") from None
    for name in used:
        if name not in known:
            fix = did_you_mean(name, known) or "known: " + ", ".join(sorted(known))
            raise table.fail(f'message names unknown "{{{name}}}"', "message", fix)


def _lists_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if is_reference(value):
            yield reference_name(value)
        else:
            yield from named_lists(value).values()
    elif isinstance(value, dict):
        for item in value.values():
            yield from _lists_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from _lists_in(item)


def _digest(
    kind: Kind,
    scope: frozenset[str],
    gate: Gate,
    match: Mapping[str, Any],
    lists: Mapping[str, str],
) -> str:
    content = {
        "kind": kind.value,
        "scope": sorted(scope),
        "gate": [gate.min_hits, gate.min_per_1k_words, gate.min_words],
        "match": match,
        "lists": lists,
    }
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()
