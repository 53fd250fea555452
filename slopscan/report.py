"""One file's result, one run's result, and their promised JSON form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from slopscan.errors import SlopscanError
from slopscan.findings import Finding
from slopscan.verdict import Contribution, Verdict

JSON_SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a file has no result, in the three parts of `SlopscanError`."""

    what: str
    where: str = ""
    fix: str = ""

    @classmethod
    def of(cls, error: SlopscanError) -> Failure:
        return cls(error.what, error.where, error.fix)


@dataclass(frozen=True, slots=True)
class FileReport:
    """Everything an output needs to show one file.

    `text` is the source, for outputs that show it; it is no part of the JSON form.
    `verdict` is None when no probability was asked for or the file failed.
    """

    path: str
    text: str = ""
    n_words: int = 0
    verdict: Verdict | None = None
    findings: tuple[Finding, ...] = ()
    error: Failure | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made a report, so that two reports can be compared."""

    slopscan: str
    catalogue: str = ""
    pipeline: str | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True)
class RunReport:
    """The files of one run, in the order given."""

    files: tuple[FileReport, ...]
    provenance: Provenance = field(default_factory=lambda: Provenance(slopscan=""))


def to_json(run: RunReport) -> dict[str, Any]:
    """Return the promised JSON form of a run, schema version `JSON_SCHEMA_VERSION`."""
    provenance = run.provenance
    return {
        "schema": JSON_SCHEMA_VERSION,
        "provenance": {
            "slopscan": provenance.slopscan,
            "catalogue": provenance.catalogue,
            "pipeline": provenance.pipeline,
            "model": provenance.model,
        },
        "files": [file_to_json(report) for report in run.files],
    }


def file_to_json(report: FileReport) -> dict[str, Any]:
    """Return the promised JSON form of one file."""
    return {
        "path": report.path,
        "verdict": None if report.error else _verdict(report),
        "findings": [_finding(finding) for finding in report.findings],
        "error": _failure(report.error),
    }


def _verdict(report: FileReport) -> dict[str, Any]:
    verdict = report.verdict or Verdict(
        probability=None, abstained="not asked for", n_words=report.n_words
    )
    return {
        "probability": verdict.probability,
        "abstained": verdict.abstained,
        "n_words": verdict.n_words,
        "interval": list(verdict.interval) if verdict.interval else None,
        "log_odds": verdict.log_odds,
        "flagged": verdict.flagged,
        "contributions": [_contribution(item) for item in verdict.contributions],
    }


def _contribution(item: Contribution) -> dict[str, Any]:
    return {
        "name": item.name,
        "label": item.label,
        "log_odds": item.log_odds,
        "value": item.value,
        "reference": item.reference,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    measure = finding.measure
    return {
        "rule": finding.rule,
        "family": finding.family,
        "severity": finding.severity.value,
        "start": finding.span.start,
        "end": finding.span.end,
        "line": finding.line,
        "column": finding.column,
        "matched": finding.matched,
        "message": finding.message,
        "related": [[span.start, span.end] for span in finding.related],
        "measure": measure
        and {"value": measure.value, "threshold": measure.threshold, "unit": measure.unit},
        "fingerprint": finding.fingerprint,
    }


def _failure(error: Failure | None) -> dict[str, str] | None:
    if error is None:
        return None
    return {"what": error.what, "where": error.where, "fix": error.fix}
