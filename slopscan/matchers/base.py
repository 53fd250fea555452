"""What every matcher gives back, and what it may rely on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from slopscan.catalogue.rule import Rule
from slopscan.document import BlockKind
from slopscan.errors import CatalogueError
from slopscan.nlp.annotate import Annotated, AnnotatedBlock
from slopscan.spans import ProseSpan, SourceSpan

if TYPE_CHECKING:
    import regex

BLOCK_SECONDS: Final = 0.5
Spans = list[tuple[int, int]]


class Hit(NamedTuple):
    """One place where a rule's pattern holds, before gates.

    Exactly one of `prose` and `source` is given; `source` by rules that read the file as it is.

    Attributes
    ----------
    rule : str
        Id of the rule.
    prose, source : Span or None
        What to underline.
    related : sequence of ProseSpan
        Further places of the same hit: the other members of a run.
    values : mapping of str to str
        For the message.
    quoted : bool
        In quoted speech or a block quotation, though the rule's scope does not name these.
    """

    rule: str
    prose: ProseSpan | None = None
    source: SourceSpan | None = None
    related: Sequence[ProseSpan] = ()
    values: Mapping[str, str] = MappingProxyType({})
    quoted: bool = False


_hit: Final[Callable[[tuple[object, ...]], Hit]] = partial(tuple.__new__, Hit)
_NO_VALUES: Final[Mapping[str, str]] = MappingProxyType({})


def plain_hit(rule: str, prose: ProseSpan) -> Hit:
    """Return `Hit(rule, prose)` in a third of the time: nearly all hits are such."""
    return _hit((rule, prose, None, (), _NO_VALUES, False))


@dataclass(frozen=True, slots=True)
class Skip:
    """A rule gave up on a stretch of text because its time was over."""

    rule: str
    where: str
    reason: str


class Echo(NamedTuple):
    """A word of at least so many letters stands twice, with one of the joints between."""

    least: int
    joints: frozenset[str]


class Need(NamedTuple):
    """What a text must hold for a search to find something in it.

    Attributes
    ----------
    sets : tuple of frozenset of str
        Sets of strings in normalised form, or `NON_ASCII` or `FOREIGN`: the text holds one of
        each, a match one of the first. None: nothing is known.
    starts : bool
        Each match begins with a string of the first set.
    phrases : bool
        The matches are the strings of the first set, as whole words.
    echo : Echo or None
        Without sets: what the text holds. The words of joints, in normalised form, are shorter.
    lead : str
        Without sets: a match begins where this expression matches, in the syntax of `re`.
    anchored : bool
        A match begins where the text does.
    firsts : str
        With `starts`: the characters a match begins with, cases told apart; none: not known.
    before : frozenset of str
        With `starts` or a lead: one of these stands before a match, in normalised form, or a
        line end for the start of the text; none: not known.
    """

    sets: tuple[frozenset[str], ...] = ()
    starts: bool = False
    phrases: bool = False
    echo: Echo | None = None
    lead: str = ""
    anchored: bool = False
    firsts: str = ""
    before: frozenset[str] = frozenset()


class SearchPlace(NamedTuple):
    """A block in which a search may find something.

    `at` are start and end of phrases that match, or of places where matches may begin; None: the
    whole block is to be searched.
    """

    block: AnnotatedBlock
    search: int
    at: Spans | None


search_place: Final[Callable[[tuple[object, ...]], SearchPlace]] = partial(
    tuple.__new__, SearchPlace
)


class Matcher(Protocol):
    """Finds the hits of one rule, or of several rules that are cheaper together.

    Attributes
    ----------
    by_block : bool
        Whether what it finds in a block depends on nothing but that block.
    """

    by_block: bool

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules it answers for."""

    def find(self, annotated: Annotated) -> Iterator[Hit | Skip]:
        """Yield raw hits in any order, inside the blocks of the rule's scope alone."""


class StringMatcher(Protocol):
    """Finds the hits of one rule by searches that run only where they may find something."""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules it answers for, exactly one."""

    @property
    def needed(self) -> Sequence[Need]:
        """For each search, what a text must hold."""

    def find_at(self, annotated: Annotated, places: Iterable[SearchPlace]) -> Iterator[Hit | Skip]:
        """Run searches where they may find something."""

    def find_in_source(
        self, annotated: Annotated, searches: Iterable[tuple[int, Spans | None]]
    ) -> Iterator[Hit | Skip]:
        """Run searches over the file as it is: their numbers, and where as in `SearchPlace`."""


def blocks_in_scope(rule: Rule, annotated: Annotated) -> Iterator[AnnotatedBlock]:
    """Yield the blocks a rule looks at.

    A rule on paragraphs looks into block quotations too; the engine marks such hits as quoted.
    """
    kinds = kinds_in(rule.scope)
    for block in annotated.blocks:
        if block.block.kind in kinds:
            yield block


def sees(rule: Rule, kind: BlockKind) -> bool:
    """Say whether a rule looks at blocks of a kind."""
    return kind in kinds_in(rule.scope)


@lru_cache(maxsize=64)
def kinds_in(scope: frozenset[str]) -> frozenset[BlockKind]:
    """Return the kinds of block that a scope means."""
    quotes_too = {"block_quote"} if "paragraph" in scope else set()
    return frozenset(kind for kind in BlockKind if kind.value in scope | quotes_too)


def compiled(rule: Rule, pattern: str, **lists: frozenset[str]) -> regex.Pattern[str]:
    """Compile a regular expression of a rule.

    Raises
    ------
    CatalogueError
        It does not compile.
    """
    import regex  # noqa: PLC0415 - 20 ms that a run without such rules need not pay

    try:
        return regex.compile(pattern, **lists)
    except (regex.error, ValueError, KeyError) as error:
        raise CatalogueError(
            f"rule {rule.id}: {pattern!r} does not compile ({error})", where=str(rule.path)
        ) from error


def is_excused(
    unless: regex.Pattern[str] | None, block: AnnotatedBlock, start: int, end: int
) -> bool:
    """Say whether the `unless` of a rule holds in the sentence around a hit in a block."""
    return unless is not None and holds_in(unless, block.sentence_around(start, end))


def holds_in(unless: regex.Pattern[str], around: str) -> bool:
    """Say whether the `unless` of a rule holds in the text around a hit.

    One that overruns its time counts as holding: better no finding than a wrong one.
    """
    try:
        return unless.search(around, timeout=BLOCK_SECONDS) is not None
    except TimeoutError:
        return True
