"""What a rule found, as plain data."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import Enum
from typing import Final

from slopscan.spans import SourceSpan


class Severity(str, Enum):
    """How much a finding should weigh; ordered."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        return _RANKS[self.value]

    def __ge__(self, other: object) -> bool:
        return self.rank >= other.rank if isinstance(other, Severity) else NotImplemented

    def __gt__(self, other: object) -> bool:
        return self.rank > other.rank if isinstance(other, Severity) else NotImplemented

    def __le__(self, other: object) -> bool:
        return self.rank <= other.rank if isinstance(other, Severity) else NotImplemented

    def __lt__(self, other: object) -> bool:
        return self.rank < other.rank if isinstance(other, Severity) else NotImplemented


_RANKS: Final = {severity.value: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Measure:
    """A number behind a finding: what was measured against which threshold, in which unit."""

    value: float
    threshold: float
    unit: str


@dataclass(frozen=True, slots=True)
class ArchivePlace:
    """Where a finding begins in an office file or e-book, whose text has no lines of its own.

    Attributes
    ----------
    part : str
        Member of the archive.
    paragraph : int
        Paragraph of the part, from 1, empty ones counted.
    run : int or None
        Run of the paragraph, from 1; None where the file type has none.
    """

    part: str
    paragraph: int
    run: int | None = None

    def __str__(self) -> str:
        run = f", run {self.run}" if self.run else ""
        return f"{self.part}: paragraph {self.paragraph}{run}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One tic in one place.

    `span` counts code points of the source, and `matched` is exactly that text. A finding
    about the whole document (a density, a rhythm) points at its first occurrence and lists
    the others in `related`. `line` and `column` start at 1.
    """

    rule: str
    family: str
    severity: Severity
    span: SourceSpan
    line: int
    column: int
    matched: str
    message: str
    related: tuple[SourceSpan, ...] = ()
    measure: Measure | None = None
    fingerprint: str = ""
    place: ArchivePlace | None = None


@dataclass(frozen=True, slots=True)
class Silenced:
    """A finding that a comment in the file silences, and the reason the comment gives."""

    finding: Finding
    reason: str = ""


def with_fingerprints(findings: list[Finding]) -> list[Finding]:
    """Give each finding a fingerprint that edits elsewhere in the file do not change.

    It hashes the rule, the matched words without case and white space, and a counter for
    repeats; no position takes part. A finding about the whole document has no words of its own.
    """
    seen: dict[str, int] = {}
    done = []
    for finding in findings:
        words = "" if finding.measure else " ".join(finding.matched.casefold().split())
        key = f"{finding.rule}\x1f{words}"
        number = seen.get(key, 0)
        seen[key] = number + 1
        text = f"{key}\x1f{number}".encode("utf-8", "surrogatepass")
        done.append(_marked(finding, hashlib.sha256(text).hexdigest()[:16]))
    return done


def _marked(found: Finding, fingerprint: str) -> Finding:
    # Three times as fast as `dataclasses.replace`, and a long text has thousands.
    return Finding(
        found.rule,
        found.family,
        found.severity,
        found.span,
        found.line,
        found.column,
        found.matched,
        found.message,
        found.related,
        found.measure,
        fingerprint,
        found.place,
    )
