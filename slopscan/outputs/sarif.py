"""SARIF 2.1.0, the form code-scanning services read.

Columns count code points (`columnKind`), and every region has a `charOffset` as well. The
fingerprint has no position in it, so a service recognises a finding after edits elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import PurePath, PurePosixPath, PureWindowsPath
from typing import Any, Final, TextIO
from urllib.parse import quote

from slopscan.findings import Finding, Silenced
from slopscan.outputs import Options
from slopscan.outputs.places import place_of
from slopscan.outputs.safe import safe_line
from slopscan.report import FileReport, RuleCard, RunReport
from slopscan.spans import LineIndex, SourceSpan

VERSION: Final = "2.1.0"
SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
# The name says which way of making fingerprints this is; another way gets another name.
FINGERPRINT: Final = "slopscan/v1"
_ROOT: Final = "%SRCROOT%"


def render(run: RunReport, stream: TextIO, options: Options) -> None:
    """Write the run as one SARIF log."""
    log = {"$schema": SCHEMA, "version": VERSION, "runs": [_run(run)]}
    json.dump(log, stream, indent=2, allow_nan=False)
    stream.write("\n")


def _run(run: RunReport) -> dict[str, Any]:
    rules = _rules(run)
    places = {rule["id"]: place for place, rule in enumerate(rules)}
    return {
        "tool": {
            "driver": {
                "name": "slopscan",
                "version": run.provenance.slopscan,
                "rules": rules,
                "properties": {
                    "catalogue": run.provenance.catalogue,
                    "pipeline": run.provenance.pipeline,
                    "model": run.provenance.model,
                },
            }
        },
        "columnKind": "unicodeCodePoints",
        "artifacts": [_artifact(report) for report in run.files],
        "invocations": [_invocation(run.files)],
        "results": _results(run, places),
    }


def _results(run: RunReport, places: dict[str, int]) -> list[dict[str, Any]]:
    """Return a result a finding; once one of them is suppressed, all say whether they are."""
    some = any(report.suppressed for report in run.files)
    known: dict[str, Any] = {"suppressions": []} if some else {}
    return [
        {**_result(finding, report, number, places), **known}
        for number, report in enumerate(run.files)
        for finding in report.findings
    ] + [
        {**_result(item.finding, report, number, places), "suppressions": [_suppression(item)]}
        for number, report in enumerate(run.files)
        for item in report.suppressed
    ]


# -- rules -------------------------------------------------------------------------------


def _rules(run: RunReport) -> list[dict[str, Any]]:
    found = {finding.rule: finding for report in run.files for finding in report.findings}
    found |= {item.finding.rule: item.finding for report in run.files for item in report.suppressed}
    return [
        _rule(run.cards[name]) if name in run.cards else _bare_rule(found[name])
        for name in sorted(found)
    ]


def _bare_rule(finding: Finding) -> dict[str, Any]:
    """A rule of a catalogue we do not have: an old result, or rules of one's own."""
    return {"id": finding.rule, "properties": {"tags": [finding.family]}}


def _rule(card: RuleCard) -> dict[str, Any]:
    return {
        "id": card.id,
        "name": "".join(word.capitalize() for word in card.id.split("-")),
        "shortDescription": {"text": card.title},
        "fullDescription": {"text": card.why},
        "help": {"text": _help(card), "markdown": _help_in_markdown(card)},
        "defaultConfiguration": {"level": card.severity},
        "properties": {"tags": [card.family, card.status]},
    }


def _help(card: RuleCard) -> str:
    lines = [card.why, f"Instead: {card.advice}", *_rates(card)]
    lines += [f"Source: {title}{f' <{url}>' if url else ''}" for title, url in card.sources]
    return "\n".join(lines)


def _help_in_markdown(card: RuleCard) -> str:
    parts = [f"**Why.** {card.why}", f"**Instead.** {card.advice}"]
    rates = list(_rates(card))
    if rates:
        parts.append("**Measured.**\n" + "\n".join(f"- {line}" for line in rates))
    if card.sources:
        listed = (f"- {title}{f' (<{url}>)' if url else ''}" for title, url in card.sources)
        parts.append("**Evidence.**\n" + "\n".join(listed))
    return "\n\n".join(parts)


def _rates(card: RuleCard) -> Iterator[str]:
    yield from map(str, card.rates)


# -- files -------------------------------------------------------------------------------


def _artifact(report: FileReport) -> dict[str, Any]:
    artifact: dict[str, Any] = {"location": _location(report.path)}
    if report.digest:
        artifact["hashes"] = {"sha-256": report.digest}
    verdict = report.verdict
    if verdict is not None:
        artifact["properties"] = {
            "probability": verdict.probability,
            "interval": list(verdict.interval) if verdict.interval else None,
            "abstained": verdict.abstained,
            "n_words": verdict.n_words,
        }
    return artifact


def _location(path: str) -> dict[str, Any]:
    pure = PureWindowsPath(path) if _is_windows(path) else PurePosixPath(path)
    if pure.is_absolute():
        return {"uri": pure.as_uri()}
    return {"uri": quote(pure.as_posix(), errors="replace"), "uriBaseId": _ROOT}


def _is_windows(path: str) -> bool:
    return "\\" in path and isinstance(PurePath(path), PureWindowsPath)


def _invocation(files: Sequence[FileReport]) -> dict[str, Any]:
    notes = [
        {
            "level": "error",
            "message": {"text": safe_line(f"{report.error.what}; {report.error.fix}".rstrip("; "))},
            "locations": [{"physicalLocation": {"artifactLocation": _location(report.path)}}],
        }
        for report in files
        if report.error
    ]
    return {"executionSuccessful": not notes, "toolExecutionNotifications": notes}


# -- results -----------------------------------------------------------------------------


def _result(
    finding: Finding, report: FileReport, number: int, places: dict[str, int]
) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": places[finding.rule],
        "level": finding.severity.value,
        "message": {"text": safe_line(finding.message)},
        "locations": [_physical(report.path, number, _region(finding))],
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
        "properties": {"family": finding.family},
    }
    if finding.place:
        result["locations"][0]["logicalLocations"] = [{"fullyQualifiedName": str(finding.place)}]
    if finding.related:
        index = LineIndex(report.text) if report.text else None
        result["relatedLocations"] = [
            {
                **_physical(report.path, number, _region_of(span, report.text, index)),
                "id": place,
                "message": {"text": "one more of these"},
            }
            for place, span in enumerate(finding.related)
        ]
    if finding.measure:
        measure = finding.measure
        result["properties"] |= {
            "value": measure.value,
            "threshold": measure.threshold,
            "unit": measure.unit,
        }
    return result


def _suppression(item: Silenced) -> dict[str, str]:
    justification = {"justification": safe_line(item.reason)} if item.reason else {}
    return {"kind": "inSource", "status": "accepted", **justification}


def _physical(path: str, number: int, region: dict[str, Any]) -> dict[str, Any]:
    where = {**_location(path), "index": number}
    return {"physicalLocation": {"artifactLocation": where, "region": region}}


def _region(finding: Finding) -> dict[str, Any]:
    place = place_of(finding)
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
        "charOffset": finding.span.start,
        "charLength": finding.span.length,
        "snippet": {"text": finding.matched},
    }


def _region_of(span: SourceSpan, text: str, index: LineIndex | None) -> dict[str, Any]:
    region: dict[str, Any] = {"charOffset": span.start, "charLength": span.length}
    if index is None:
        return region
    line, column = index.position(span.start)
    end_line, end_column = index.position(span.end)
    return {
        "startLine": line,
        "startColumn": column,
        "endLine": end_line,
        "endColumn": end_column,
        **region,
        "snippet": {"text": text[span.start : span.end]},
    }
