"""Safe fixes: characters and residue that can go without a change of meaning.

Everything else is advice. A fix takes exactly the words of a finding (and a blank or an empty
line it would leave behind), so what comments, baselines or settings silence is never touched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from slopscan.findings import Finding
from slopscan.report import FileReport
from slopscan.spans import SourceSpan

_RESIDUE: Final = re.compile(
    r"\[cite_start\]|\[cite: ?[\d, ]+\]|\[span_\d+\]\((?:start|end)_span\)"
)
_TOKEN: Final = re.compile(r"<\|[a-z_]+\|>|<\uff5c[^\uff5c\n]+\uff5c>")
_FIRST: Final = re.compile(r"\ufeff?\s*(?P<words>[^\r\n]{1,200}:)[ \t]*(?:\r\n|\n){2,}")
_BUTTON: Final = re.compile(r"Regenerate response|Copy code|Show thinking|Thought for [\w ]+")


@dataclass(frozen=True, slots=True)
class Edit:
    """Source text to be replaced."""

    start: int
    end: int
    text: str


def _nothing(matched: str) -> str | None:
    return ""


def _only(pattern: re.Pattern[str]) -> Callable[[str], str | None]:
    return lambda matched: "" if pattern.fullmatch(matched) else None


_CHARACTERS: Final = frozenset({"zero-width", "special-space", "non-breaking-hyphen"})
# "Here is the revised version:" goes only where it is the whole first paragraph.
WRAPPER: Final = "prompt-echo"
# Rule to what its words become; None where that finding is no safe one.
FIXES: Final[Mapping[str, Callable[[str], str | None]]] = {
    "zero-width": _nothing,
    "special-space": lambda matched: " ",
    "non-breaking-hyphen": lambda matched: "-",
    "openai-citation-residue": _nothing,
    "lenticular-citation": _nothing,
    "attribution-json": _nothing,
    "vendor-tags": _only(_RESIDUE),
    "special-token": _only(_TOKEN),
    "interface-residue": _only(_BUTTON),
}


def edits(report: FileReport) -> list[Edit]:
    """Return the safe edits for the findings of a report, in order, none overlapping."""
    found = sorted(
        (edit for finding in report.findings for edit in edits_of(finding, report.text)),
        key=lambda edit: (edit.start, edit.end),
    )
    kept: list[Edit] = []
    for edit in found:
        if not kept or edit.start >= kept[-1].end:
            kept.append(edit)
    return kept


def applied(text: str, changes: Iterable[Edit]) -> str:
    """Return the text with edits made."""
    chunks, done = [], 0
    for edit in changes:
        chunks += [text[done : edit.start], edit.text]
        done = edit.end
    return "".join([*chunks, text[done:]])


def edits_of(finding: Finding, text: str) -> Iterator[Edit]:
    """Yield the safe edits for one finding; none where there is only advice."""
    if finding.rule == WRAPPER:
        yield from _wrapper(finding.span, text)
    fix = FIXES.get(finding.rule)
    if fix is None:
        return
    for span in (finding.span, *finding.related):
        replacement = fix(text[span.start : span.end])
        if replacement == "" and finding.rule not in _CHARACTERS:
            yield _taken_out(span, text)
        elif replacement is not None:
            yield Edit(span.start, span.end, replacement)


def _wrapper(span: SourceSpan, text: str) -> Iterator[Edit]:
    head = _FIRST.match(text)
    if head is not None and head.start("words") == span.start and span.end <= head.end("words"):
        yield Edit(head.start("words"), head.end(), "")


def _taken_out(span: SourceSpan, text: str) -> Edit:
    """Take words out, with the line they leave empty or the blank they leave double."""
    start, end = int(span.start), int(span.end)
    line_start = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    line_end = next((i for i in range(end, len(text)) if text[i] in "\r\n"), len(text))
    if not text[line_start:start].strip() and not text[end:line_end].strip():
        if text[line_end : line_end + 2] == "\r\n":
            return Edit(line_start, line_end + 2, "")
        return Edit(line_start, min(line_end + 1, len(text)), "")
    blank_before = text[line_start:start].endswith(" ") and bool(text[line_start:start].strip())
    if blank_before and (end == line_end or text[end] in " .,;:!?)"):
        start -= 1
    return Edit(start, end, "")
