"""What a text says of how it was made. It is quoted to the reader and changes no finding."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from slopscan.findings import Finding
from slopscan.spans import SourceSpan


class DisclosureKind(str, Enum):
    """Kinds of statement."""

    ASSISTANCE = "assistance"
    HUMAN_AUTHORSHIP = "human_authorship"
    CREDIT = "credit"
    BLOCK = "block"

    @property
    def words(self) -> str:
        """Name the kind to a reader."""
        return _WORDS[self]


_WORDS = {
    DisclosureKind.ASSISTANCE: "says how a model was used",
    DisclosureKind.HUMAN_AUTHORSHIP: "says that a person wrote it",
    DisclosureKind.CREDIT: "credits a model",
    DisclosureKind.BLOCK: "declared to be written with a model",
}


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One statement of a text about its making.

    Attributes
    ----------
    kind : DisclosureKind
    span : SourceSpan
        The statement, or the whole of a declared block.
    line : int
        From 1.
    quote : str
        What it says, in its own words; for a block, the words that open it.
    scope, tools : tuple of str
        As declared: `draft`, `edit`, `whole` ...; empty where it does not say.
    findings : tuple of Finding
        What the rules found inside a declared block; they count nowhere else.
    """

    kind: DisclosureKind
    span: SourceSpan
    line: int
    quote: str
    scope: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
