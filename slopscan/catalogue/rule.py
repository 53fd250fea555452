"""A rule as frozen data: what it says, where it looks, what it matches."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from slopscan.document import BlockKind
from slopscan.findings import Severity

if TYPE_CHECKING:
    import datetime

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
LATE: Final = ("match", "flags", "passes", "evidence")  # made when asked, out of the cache
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
_NAMED_LIST: Final = re.compile(r"\\L<(\w+)>")


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


class Gate(NamedTuple):
    """Hits are held back until the document has enough of them."""

    min_hits: int = 1
    min_per_1k_words: float = 0.0
    min_words: int = 0


class FlagExample(NamedTuple):
    """A text the rule must flag, and the words it must underline."""

    text: str
    span: str | None = None
    gated: bool = False


class PassExample(NamedTuple):
    """A text the rule must leave alone, and why."""

    text: str
    because: str
    gated: bool = False


class Evidence(NamedTuple):
    """Who has described or measured the tic."""

    source: str
    url: str | None = None
    seen: datetime.date | None = None


class PhraseMatch(NamedTuple):
    """Whole phrases; entries may be references to lists."""

    phrases: tuple[str, ...]
    position: str | None = None
    case: bool = False
    unless: str | None = None


class PatternMatch(NamedTuple):
    """Regular expressions, alternatives of one another."""

    regexes: tuple[str, ...]
    unless: str | None = None


class TokenSpec(NamedTuple):
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


class TokensMatch(NamedTuple):
    """Runs of neighbouring tokens, alternatives of one another."""

    patterns: tuple[tuple[TokenSpec, ...], ...]
    unless: str | None = None


class NodeSpec(NamedTuple):
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


class Agreement(NamedTuple):
    """Nodes that must share, or must not share, an attribute."""

    nodes: tuple[str, ...]
    attribute: str


class PairTest(NamedTuple):
    """Two nodes whose lemmas stand, or do not stand, in a pair list."""

    nodes: tuple[str, ...]
    list: str


class NormTest(NamedTuple):
    """Two nodes whose lemmas differ by so much in a norm."""

    nodes: tuple[str, ...]
    norm: str
    min_difference: float


class SurpriseTest(NamedTuple):
    """A governor and its noun that people do not put together (`nlp.preferences`)."""

    nodes: tuple[str, ...]
    relation: str
    at_least: float | None
    max_seen: int | None


class TreePattern(NamedTuple):
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


class DependencyMatch(NamedTuple):
    """Trees, alternatives of one another."""

    patterns: tuple[TreePattern, ...]


class DensityMatch(NamedTuple):
    """Hits of a phrase, a pattern or a run of tokens, too many for the length of the text."""

    search: PhraseMatch | PatternMatch | TokensMatch
    above_per_1k_words: float
    min_hits: int = 1
    min_words: int = 0
    min_distinct: int = 1


class RepetitionMatch(NamedTuple):
    """The same words again, in neighbouring units or within a window."""

    unit: str
    edge: str
    words: int
    run: int
    window_words: int | None = None
    max_unit_words: int | None = None
    not_starting: tuple[str, ...] = ()


class MeasureMatch(NamedTuple):
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
    held : callable or None
        Makes a field by name that has no value yet (`catalogue.packed`).
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
    held: Callable[[str], Any] | None = field(default=None, repr=False, compare=False, kw_only=True)

    def __getattr__(self, name: str) -> Any:
        # A field without a value: a rule out of the cache makes its long parts when asked.
        if name not in LATE or self.held is None:
            raise AttributeError(name)
        value = self.held(name)
        object.__setattr__(self, name, value)
        return value

    @property
    def search(self) -> Search:
        """What the rule looks for; for a density, what it counts."""
        return self.match.search if isinstance(self.match, DensityMatch) else self.match

    @property
    def needs_parse(self) -> bool:
        """Say whether the rule looks at tokens of a parse."""
        if self.kind is Kind.DENSITY:
            return isinstance(self.search, TokensMatch)
        return self.kind in (Kind.TOKENS, Kind.DEPENDENCY)

    @property
    def shown_severity(self) -> Severity:
        """Severity of its findings: an advisory rule is never above a note."""
        return Severity.NOTE if self.status is Status.ADVISORY else self.severity


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
