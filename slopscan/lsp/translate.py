"""From findings to what an editor shows: positions, diagnostics, hovers, edits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from lsprotocol import types

from slopscan.findings import Finding, Severity
from slopscan.fixes import edits_of
from slopscan.report import FileReport, RuleCard
from slopscan.spans import LineIndex, SourceSpan, source_span
from slopscan.suppression import FAMILY

SOURCE: Final = "slopscan"
OPEN_RULE: Final = "slopscan.openRule"
_SEVERITY: Final = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.NOTE: types.DiagnosticSeverity.Information,
}
_UNITS: Final[Mapping[str, str]] = {"utf-8": "utf-8", "utf-16": "utf-16", "utf-32": "code_point"}
# A comment at the end of a line, and the blanks or the mark of a hard break it goes before.
_BREAKS: Final = " \t\\"


class Positions:
    """Offsets of one text as an editor counts them."""

    def __init__(self, text: str, encoding: str) -> None:
        self.text = text
        self._lines = LineIndex(text)
        self._unit = _UNITS[encoding]

    def position(self, offset: int) -> types.Position:
        line, column = self._lines.position(offset, unit=self._unit)
        return types.Position(line - 1, column - 1)

    def range(self, span: SourceSpan) -> types.Range:
        return types.Range(self.position(span.start), self.position(span.end))

    def end_of_line(self, offset: int) -> int:
        line, _ = self._lines.position(offset)
        return int(self._lines.line_span(line).end)


def diagnostic(
    finding: Finding, report: FileReport, uri: str, positions: Positions, page: str | None
) -> types.Diagnostic:
    """Return a finding as a diagnostic; `page` is where its rule can be read."""
    related = [
        types.DiagnosticRelatedInformation(
            types.Location(uri, positions.range(span)), f"{finding.rule}: here too"
        )
        for span in finding.related[:20]
    ]
    return types.Diagnostic(
        range=positions.range(finding.span),
        message=finding.message,
        severity=_SEVERITY[finding.severity],
        code=finding.rule,
        code_description=types.CodeDescription(page) if page else None,
        source=SOURCE,
        related_information=related or None,
        data={"fingerprint": finding.fingerprint},
    )


def hover(
    findings: Iterable[Finding], cards: Mapping[str, RuleCard], positions: Positions
) -> types.Hover | None:
    """Return what is to be said of the findings under the pointer."""
    found = list(findings)
    if not found:
        return None
    words = "\n\n---\n\n".join(_explained(item, cards.get(item.rule)) for item in found)
    return types.Hover(
        types.MarkupContent(types.MarkupKind.Markdown, words), positions.range(found[0].span)
    )


def _explained(finding: Finding, card: RuleCard | None) -> str:
    parts = [f"**{finding.rule}** ({finding.severity.value}): {_plain(finding.message)}"]
    if card is not None:
        parts += [card.why, f"*Instead:* {card.advice}"]
        parts += [
            f"Per {rate.unit} ({rate.genre}): people {rate.human:.3g}, models {rate.model:.3g}"
            for rate in card.rates[:3]
        ]
    return "\n\n".join(parts)


def _plain(words: str) -> str:
    """Keep words of the text from being read as Markdown."""
    return "".join(f"\\{char}" if char in "\\`*_{}[]<>#|!" else char for char in words)


def actions(
    finding: Finding, uri: str, positions: Positions, shown: types.Diagnostic
) -> list[types.CodeAction]:
    """Return what can be done about a finding: silence it here or in the file, read its rule."""
    if finding.family == FAMILY:
        return [_removal(finding, uri, positions, shown)]
    rule = finding.rule
    line_end = positions.end_of_line(finding.span.end)
    at = line_end
    while at > finding.span.end and positions.text[at - 1] in _BREAKS:
        at -= 1
    end = len(positions.text)
    gap = "" if positions.text.endswith("\n") else "\n"
    return [
        *_fixes(finding, uri, positions, shown),
        types.CodeAction(
            title=f"Silence {rule} on this line",
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[shown],
            edit=_insertion(uri, positions, at, f" <!-- slopscan: ignore[{rule}] -->"),
        ),
        types.CodeAction(
            title=f"Silence {rule} in this file",
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[shown],
            edit=_insertion(
                uri, positions, end, f"{gap}\n<!-- slopscan: ignore-file[{rule}] -->\n"
            ),
        ),
        types.CodeAction(
            title=f"Read about {rule}",
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[shown],
            command=types.Command(f"Read about {rule}", OPEN_RULE, arguments=[rule]),
        ),
    ]


def _fixes(
    finding: Finding, uri: str, positions: Positions, shown: types.Diagnostic
) -> list[types.CodeAction]:
    changes = [
        types.TextEdit(positions.range(source_span(edit.start, edit.end)), edit.text)
        for edit in edits_of(finding, positions.text)
    ]
    if not changes:
        return []
    return [
        types.CodeAction(
            title="Take it out",
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[shown],
            is_preferred=True,
            edit=types.WorkspaceEdit({uri: changes}),
        )
    ]


def _removal(
    finding: Finding, uri: str, positions: Positions, shown: types.Diagnostic
) -> types.CodeAction:
    return types.CodeAction(
        title="Take the comment out",
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[shown],
        edit=types.WorkspaceEdit({uri: [types.TextEdit(positions.range(finding.span), "")]}),
    )


def _insertion(uri: str, positions: Positions, at: int, text: str) -> types.WorkspaceEdit:
    place = positions.position(at)
    return types.WorkspaceEdit({uri: [types.TextEdit(types.Range(place, place), text)]})


def settings_of(options: Any) -> dict[str, Any]:
    """Return the settings in what an editor sent, which may be wrapped in `slopscan`."""
    found = options.get("slopscan", options) if isinstance(options, dict) else {}
    return found if isinstance(found, dict) else {}
