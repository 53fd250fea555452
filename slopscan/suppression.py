"""Comments that silence rules: `<!-- slopscan: ignore[rule] reason -->` and its kin.

Readers mark comments as regions, whatever the file type; this module reads the words inside
them and takes findings away. A comment that silences nothing, or cannot be understood, becomes
a finding itself, so that none is a silent no-op.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from slopscan.catalogue.lists import did_you_mean
from slopscan.document import BlockKind, Document, RegionKind
from slopscan.findings import Finding, Severity, Silenced, with_fingerprints
from slopscan.spans import LineIndex, SourceSpan, source_span

FAMILY: Final = "suppression"
UNUSED: Final = "unused-suppression"
INVALID: Final = "invalid-suppression"
# Findings of this module, as catalogue rules have them: id to title.
RULES: Final[Mapping[str, str]] = {
    UNUSED: "A suppression comment that silences nothing",
    INVALID: "A suppression comment that cannot be understood",
}
# What surrounds a comment's words, by media type. No close: the comment ends with its line.
MARKS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "text/markdown": (("<!--", "-->"),),
    "text/mdx": (("{/*", "*/}"), ("<!--", "-->")),
    "text/plain": (("<!--", "-->"),),
    "text/html": (("<!--", "-->"),),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (("<!--", "-->"),),
    "application/vnd.oasis.opendocument.text": (("<!--", "-->"),),
    "application/x-ipynb+json": (("<!--", "-->"),),
    "application/epub+zip": (("<!--", "-->"),),
    "text/x-rst": (("..", ""),),
    "text/x-tex": (("%", ""),),
    "text/x-org": (("#", ""),),
    "text/asciidoc": (("//", ""),),
    "text/x-python": (("#", ""),),
}
_WORDS: Final = ("ignore", "ignore-file", "off", "on")
_ANY_MARK: Final = tuple(dict.fromkeys(mark for marks in MARKS.values() for mark in marks))
_DIRECTIVE: Final = re.compile(
    r"\s*slopscan:\s*(?P<word>[^\s\[\]]*)\s*(?:\[(?P<names>[^\[\]\r\n]*)\])?(?P<reason>.*)",
    re.DOTALL,
)
_CONTAINER: Final = re.compile(r"[\s>]*\Z")
# A line of a notebook is a JSON string on a line of its own.
_JSON_BEFORE: Final = re.compile(r"[\s>]*\"[\s>]*\Z")
_JSON_AFTER: Final = re.compile(r"\s*(?:\\n)?\"\s*,?\s*\Z")
# One comment stands before the whole of these, not before their first item alone.
_GROUPED: Final = frozenset(
    {BlockKind.LIST_ITEM, BlockKind.TABLE_CELL, BlockKind.BLOCK_QUOTE, BlockKind.VERSE}
)


@dataclass(frozen=True, slots=True)
class Known:
    """What names a comment may hold, and which of them this scan can vouch for.

    Attributes
    ----------
    families : mapping of str to str
        Every rule of the catalogue, and its family.
    ran : frozenset of str
        Rules that ran.
    complete : bool
        Whether nothing narrowed the scan; only then can a family, or a comment without names,
        be called unused.
    ignored : frozenset of str
        Ids of `RULES` that shall not be reported.
    """

    families: Mapping[str, str]
    ran: frozenset[str]
    complete: bool = True
    ignored: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Directive:
    word: str
    names: tuple[str, ...]
    span: SourceSpan
    reason: str


@dataclass(slots=True)
class _Silence:
    """A stretch of the file in which one name (None: every rule) is silent."""

    directive: _Directive
    name: str | None
    start: int
    end: int
    used: bool = field(default=False)

    def covers(self, finding: Finding) -> bool:
        if self.name is not None and self.name not in (finding.rule, finding.family):
            return False
        return finding.span.start < self.end and self.start < finding.span.end


@dataclass(frozen=True, slots=True)
class _Problem:
    span: SourceSpan
    message: str


def suppress(
    document: Document, findings: Sequence[Finding], known: Known
) -> tuple[list[Finding], list[Silenced]]:
    """Take the findings away that a comment silences.

    Parameters
    ----------
    document : Document
    findings : sequence of Finding
        Of this document, in order.
    known : Known

    Returns
    -------
    kept, silenced : list of Finding, list of Silenced
        In order of the text. `kept` also holds a finding for each comment that silences
        nothing or cannot be understood.
    """
    found = list(_directives(document))
    if not found:
        return list(findings), []
    problems = [item for item in found if isinstance(item, _Problem)]
    directives = [item for item in found if isinstance(item, _Directive)]
    problems += _unknown_names(directives, known)
    silences = _silences(document, directives, problems)
    kept: list[Finding] = []
    silenced: list[Silenced] = []
    for finding in findings:
        covering = [silence for silence in silences if silence.covers(finding)]
        for silence in covering:
            silence.used = True
        if covering:
            reasons = (silence.directive.reason for silence in covering)
            silenced.append(Silenced(finding, next(filter(None, reasons), "")))
        else:
            kept.append(finding)
    lines = LineIndex(document.source.text)
    notes = [_note(INVALID, Severity.WARNING, item, document, lines) for item in problems]
    notes += [
        _note(UNUSED, Severity.NOTE, _Problem(item.directive.span, _unused(item)), document, lines)
        for item in silences
        if not item.used and _is_vouched(item.name, known)
    ]
    kept += [note for note in notes if note.rule not in known.ignored]
    kept.sort(key=lambda item: (item.span.start, item.span.end, item.rule))
    return with_fingerprints(kept), silenced


def _directives(document: Document) -> Iterator[_Directive | _Problem]:
    if "slopscan:" not in document.source.text:
        return
    for region in document.regions:
        if region.kind is RegionKind.COMMENT:
            for span, words in _bodies(document, region.span):
                match = _DIRECTIVE.match(words)
                if match is not None:
                    yield _read(match, span)


def _bodies(document: Document, region: SourceSpan) -> Iterator[tuple[SourceSpan, str]]:
    """Yield each comment of a region, with its words; line comments may be many in one."""
    text = document.source.text[region.start : region.end]
    for opening, closing in MARKS.get(document.source.media_type, _ANY_MARK):
        if closing and text.startswith(opening) and text.endswith(closing):
            yield region, text[len(opening) : len(text) - len(closing)]
            return
        if not closing and text.lstrip().startswith(opening):
            at = int(region.start)
            for line in text.splitlines(keepends=True):
                body = line.strip().removeprefix(opening).lstrip(opening[-1])
                yield source_span(at, at + len(line.rstrip())), body
                at += len(line)
            return


def _read(match: re.Match[str], span: SourceSpan) -> _Directive | _Problem:
    word, names, reason = match["word"], match["names"], match["reason"]
    if word not in _WORDS:
        said = f"'{word}' is no word" if word else "says nothing"
        return _Problem(span, f"slopscan: {said}; write one of {', '.join(_WORDS)}")
    if reason.lstrip().startswith("["):
        return _Problem(span, f"slopscan: {word} has a bracket that is not closed on its line")
    if names is None:
        return _Directive(word, (), span, _plain(reason))
    split = tuple(name.strip() for name in names.split(",") if name.strip())
    if not split:
        return _Problem(span, f"slopscan: {word}[] names no rule; take the brackets out for all")
    return _Directive(word, split, span, _plain(reason))


def _plain(reason: str) -> str:
    return " ".join(reason.split())


def _unknown_names(directives: Iterable[_Directive], known: Known) -> list[_Problem]:
    names = {*known.families, *known.families.values(), *RULES}
    return [
        _Problem(item.span, f"no rule or family '{name}'; {hint or 'see: slopscan rules list'}")
        for item in directives
        for name in item.names
        if name not in names
        for hint in [did_you_mean(name, names)]
    ]


def _silences(
    document: Document, directives: Sequence[_Directive], problems: list[_Problem]
) -> list[_Silence]:
    done: list[_Silence] = []
    opened: list[_Silence] = []
    text = document.source.text
    groups = list(_groups(document)) if any(item.word == "ignore" for item in directives) else []
    for item in directives:
        names = item.names or (None,)
        if item.word == "on":
            _close(item, opened, problems)
            continue
        start, end = 0, len(text)
        if item.word == "ignore":
            start, end = _reach(text, groups, item.span)
        elif item.word == "off":
            start = item.span.start
        fresh = [_Silence(item, name, start, end) for name in names]
        done += fresh
        if item.word == "off":
            opened += fresh
    return done


def _close(item: _Directive, opened: list[_Silence], problems: list[_Problem]) -> None:
    for name in item.names or (None,):
        ending = [one for one in opened if name in (None, one.name)]
        if not ending:
            said = f"on[{name}]" if name else "on"
            problems.append(_Problem(item.span, f"slopscan: {said} ends no off before it"))
        for one in ending:
            one.end = item.span.end
            opened.remove(one)


def _reach(text: str, groups: Sequence[tuple[int, int]], comment: SourceSpan) -> tuple[int, int]:
    """Return what an `ignore` silences: its line, or the next block when it stands alone."""
    start = max(text.rfind("\n", 0, comment.start), text.rfind("\r", 0, comment.start)) + 1
    end = _line_end(text, comment.end)
    before, after = text[start : comment.start], text[comment.end : end]
    alone = _CONTAINER.match(before) and not after.strip()
    if not alone and not (_JSON_BEFORE.match(before) and _JSON_AFTER.match(after)):
        return start, end
    place = bisect_left(groups, (comment.end, 0))
    reach = groups[place][1] if place < len(groups) else comment.end
    return comment.end, _line_end(text, reach)


def _groups(document: Document) -> Iterator[tuple[int, int]]:
    """Yield source ranges of blocks, those of a list, a table or a quotation as one.

    A comment between two items parts them: what stands after it is a group of its own.
    """
    comments = [item.span.end for item in document.regions if item.kind is RegionKind.COMMENT]
    spans = [(block.kind, document.offsets.to_source(block.span)) for block in document.blocks]

    def key(item: tuple[int, tuple[BlockKind, SourceSpan]]) -> object:
        place, (kind, span) = item
        return (kind, bisect_right(comments, span.start)) if kind in _GROUPED else place

    for _, members in groupby(enumerate(spans), key=key):
        inside = [span for _, (_, span) in members]
        yield inside[0].start, inside[-1].end


def _line_end(text: str, at: int) -> int:
    ends = [end for mark in "\r\n" if (end := text.find(mark, at)) >= 0]
    return min(ends, default=len(text))


def _is_vouched(name: str | None, known: Known) -> bool:
    """Say whether this scan would have found what the name silences."""
    if name is None or name in known.families.values():
        return known.complete
    return name in known.ran


def _unused(item: _Silence) -> str:
    word = item.directive.word
    if item.name is None:
        return f"'slopscan: {word}' silences nothing; take it out"
    return f"'slopscan: {word}[{item.name}]' silences nothing; take it out"


def _note(
    rule: str, severity: Severity, problem: _Problem, document: Document, lines: LineIndex
) -> Finding:
    line, column = lines.position(problem.span.start)
    return Finding(
        rule=rule,
        family=FAMILY,
        severity=severity,
        span=problem.span,
        line=line,
        column=column,
        matched=document.source.text[problem.span.start : problem.span.end],
        message=problem.message,
    )
