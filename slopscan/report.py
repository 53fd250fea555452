"""One file's result, one run's result, and their promised JSON form."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from slopscan.disclosure import Disclosure
from slopscan.errors import SlopscanError
from slopscan.findings import ArchivePlace, Finding, Silenced

if TYPE_CHECKING:
    from slopscan.verdict import Contribution, FamilyProfile, Verdict

JSON_SCHEMA_VERSION = 1
NOT_ASKED = "not asked for"
T = TypeVar("T")


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

    `text` is the source, for outputs that show it; the JSON form has its digest, and the text
    itself only when asked. `text_sha256` is that digest where the text is not at hand.
    `verdict` is None when no probability was asked for or the file failed. `suppressed` are
    findings a comment in the file silences; they count nowhere. `disclosures` are what the text
    says of its own making; they are quoted, and change neither findings nor verdict, but for
    blocks declared to be a model's, which are left out of both. `measures` are the figures that
    rules and model may look at, where they were asked for. `reference` is the genre of the
    reference corpora that rates of this text are shown beside; None: all of them. `family_profile`
    is None unless it was asked for; nothing else depends on it.
    """

    path: str
    text: str = ""
    n_words: int = 0
    verdict: Verdict | None = None
    findings: tuple[Finding, ...] = ()
    error: Failure | None = None
    text_sha256: str | None = None
    suppressed: tuple[Silenced, ...] = ()
    disclosures: tuple[Disclosure, ...] = ()
    measures: Mapping[str, float] | None = None
    reference: str | None = None
    family_profile: FamilyProfile | None = None

    @property
    def digest(self) -> str | None:
        """SHA-256 of the text as UTF-8; None when the file could not be read."""
        return self.text_sha256 or (None if self.error else text_digest(self.text))


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made a report, so that two reports can be compared."""

    slopscan: str
    catalogue: str = ""
    pipeline: str | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """How often a tic stands in one genre of texts by people and by models.

    Attributes
    ----------
    genre : str
    human, model : float
        Occurrences per `unit`.
    n_human, n_model : int
        Documents behind them; 0 when unknown.
    unit : str
        `1,000 words` or `100 documents`.
    ratio : tuple of float, optional
        Model over human, and its 95% interval; an open upper end is infinite.
    """

    genre: str
    human: float
    model: float
    n_human: int = 0
    n_model: int = 0
    unit: str = "1,000 words"
    ratio: tuple[float, float, float] | None = None

    def __str__(self) -> str:
        human, model = short_number(self.human), short_number(self.model)
        line = f"{self.genre}: people {human}, models {model} per {self.unit}"
        if self.ratio is None:
            return line
        times, low, high = map(short_number, self.ratio)
        return f"{line}, {times} times as often ({low} to {high})"


def short_number(value: float) -> str:
    """Write a figure with two digits that count, never with an exponent; infinity as `more`."""
    if math.isinf(value):
        return "more"
    return f"{value:.0f}" if value >= 9.95 else f"{value:.2g}" if value >= 0.0001 else "0"


@dataclass(frozen=True, slots=True)
class RuleCard:
    """What an output may tell of a rule beside its findings.

    `sources` are pairs of a title and an address, the address empty where there is none.
    """

    id: str
    title: str
    family: str
    severity: str
    status: str
    why: str
    advice: str
    sources: tuple[tuple[str, str], ...] = ()
    rates: tuple[Rate, ...] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class RunReport:
    """The files of one run, in the order given, and the cards of the rules they name."""

    files: tuple[FileReport, ...]
    provenance: Provenance = field(default_factory=lambda: Provenance(slopscan=""))
    cards: Mapping[str, RuleCard] = field(default_factory=dict)

    def rules(self) -> set[str]:
        """Return the ids of the rules of all findings, silenced ones too."""
        found = {item.rule for file in self.files for item in file.findings}
        return found | {item.finding.rule for file in self.files for item in file.suppressed}

    def without_suppressed(self) -> RunReport:
        """Return the run without what comments in the files silence."""
        return replace(self, files=tuple(replace(file, suppressed=()) for file in self.files))


def text_digest(text: str) -> str:
    """Return the SHA-256 of a text as UTF-8: the file's own, where the file is UTF-8."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def to_json(run: RunReport, *, include_text: bool = False) -> dict[str, Any]:
    """Return the promised JSON form of a run, schema version `JSON_SCHEMA_VERSION`.

    Parameters
    ----------
    run : RunReport
    include_text : bool
        Put the source of every file in, so that the result can be shown without the files.
    """
    provenance = run.provenance
    return {
        "schema": JSON_SCHEMA_VERSION,
        "provenance": {
            "slopscan": provenance.slopscan,
            "catalogue": provenance.catalogue,
            "pipeline": provenance.pipeline,
            "model": provenance.model,
        },
        "files": [file_to_json(report, include_text=include_text) for report in run.files],
    }


def file_to_json(report: FileReport, *, include_text: bool = False) -> dict[str, Any]:
    """Return the promised JSON form of one file."""
    text = {"text": report.text} if include_text and not report.error else {}
    return {
        "path": report.path,
        "text_sha256": report.digest,
        **text,
        "n_words": report.n_words,
        "verdict": None if report.error else _verdict(report),
        **_family_profile(report.family_profile),
        "findings": [_finding(finding) for finding in report.findings],
        "suppressed": [
            {**_finding(item.finding), "reason": item.reason} for item in report.suppressed
        ],
        "disclosures": [_disclosure(item) for item in report.disclosures],
        "reference": report.reference,
        "error": _failure(report.error),
    }


def _verdict(report: FileReport) -> dict[str, Any]:
    from slopscan.verdict import Verdict  # noqa: PLC0415 - not for runs without a parse

    verdict = report.verdict or Verdict(
        probability=None, abstained=NOT_ASKED, n_words=report.n_words
    )
    windows = [[w.span.start, w.span.end, w.probability, w.n_words] for w in verdict.windows or ()]
    return {
        "probability": verdict.probability,
        "abstained": verdict.abstained,
        "n_words": verdict.n_words,
        "interval": list(verdict.interval) if verdict.interval else None,
        "log_odds": verdict.log_odds,
        "flagged": verdict.flagged,
        "contributions": [_contribution(item) for item in verdict.contributions],
        "heat": [[heat.span.start, heat.span.end, heat.log_odds] for heat in verdict.heat],
        **_known("above_humans", verdict.above_humans),
        **_known("ranked_genre", verdict.ranked_genre),
        **({} if verdict.windows is None else {"windows": windows}),
    }


def _family_profile(found: FamilyProfile | None) -> dict[str, Any]:
    if found is None:
        return {}
    return {
        "family_profile": {
            "family": found.family,
            "abstained": found.abstained,
            "n_words": found.n_words,
            "shares": dict(found.shares),
            **_known("nearest_right", found.nearest_right),
            **_known("by_chance", found.by_chance),
        }
    }


def _known(name: str, value: T | None) -> dict[str, T]:
    return {} if value is None else {name: value}


def _contribution(item: Contribution) -> dict[str, Any]:
    return {
        "name": item.name,
        "label": item.label,
        "log_odds": item.log_odds,
        "value": item.value,
        "reference": item.reference,
        **_known("percentile", item.percentile),
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
        **({"place": _place(finding.place)} if finding.place else {}),
    }


def _place(place: ArchivePlace) -> dict[str, Any]:
    return {"part": place.part, "paragraph": place.paragraph, "run": place.run}


def _disclosure(item: Disclosure) -> dict[str, Any]:
    return {
        "kind": item.kind.value,
        "start": item.span.start,
        "end": item.span.end,
        "line": item.line,
        "quote": item.quote,
        "scope": list(item.scope),
        "tools": list(item.tools),
        "findings": [_finding(finding) for finding in item.findings],
    }


def _failure(error: Failure | None) -> dict[str, str] | None:
    if error is None:
        return None
    return {"what": error.what, "where": error.where, "fix": error.fix}
