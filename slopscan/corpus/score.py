"""Scores of texts as plain values: one dictionary for each text, in the same order."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from slopscan.document import Source
from slopscan.errors import ArtefactError, SlopscanError
from slopscan.nlp.forgetting import Forgetting
from slopscan.report import FileReport
from slopscan.scan import Scanner

# Texts parsed together: enough to fill the parser's batches, few enough to hold their parses.
BATCH_CHARS: Final = 100_000
BATCH_ROWS: Final = 64
# Scores are written to five digits: more would only record the machine's rounding.
_DIGITS: Final = 5

Scored = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Item:
    """A text to score and how it is read."""

    name: str
    text: str
    media_type: str

    @property
    def source(self) -> Source:
        return Source(self.name, self.text, media_type=self.media_type)


class ScannerScorer:
    """Scores texts with a `Scanner`; one text that breaks spoils its own score alone."""

    def __init__(self, scanner: Scanner, *, findings: bool = False, windows: bool = False) -> None:
        self._scanner = scanner
        self._findings = findings
        self._windows = windows
        self._forgetting: Forgetting | None = None

    def score(self, items: Sequence[Item]) -> list[Scored]:
        """Score texts, parsing them together.

        Returns
        -------
        list of dict
            `probability`, `log_odds`, `flagged`, `abstained`, `n_words`, `findings_per_1k`
            (findings per 1,000 words), `rules` (rule id to number of findings), `error`; where
            asked for, also `findings`, `windows` and `measures`.
        """
        sources = [item.source for item in items]
        self._forget()
        try:
            return [self._values(report) for report in self._scanner.scan_many(sources)]
        except ArtefactError:
            raise
        except Exception:
            # One text broke the batch: scan each alone, so that only its own row says so.
            return [self._alone(source) for source in sources]

    def provenance(self) -> dict[str, str | None]:
        """Return versions and digests of all that decides a score."""
        found = self._scanner.provenance
        return {
            "slopscan": found.slopscan,
            "catalogue": found.catalogue,
            "pipeline": found.pipeline,
            "model": found.model,
        }

    def skipped(self) -> list[str]:
        """Return, once, where rules ran out of time."""
        skipped = list(self._scanner.skipped)
        self._scanner.skipped.clear()
        return skipped

    def _forget(self) -> None:
        if self._forgetting is None and self._scanner.pipeline is not None:
            self._forgetting = Forgetting(self._scanner.pipeline)
        if self._forgetting is not None:
            self._forgetting.between_texts()

    def _alone(self, source: Source) -> Scored:
        try:
            return self._values(self._scanner.scan(source))
        except SlopscanError as error:
            return nothing(error.what)
        except Exception as error:
            return nothing(f"internal error: {type(error).__name__}: {error}")

    def _values(self, report: FileReport) -> Scored:
        values = report_values(report)
        if self._findings:
            values["findings"] = [
                {
                    "rule": item.rule,
                    "family": item.family,
                    "severity": item.severity.value,
                    "start": item.span.start,
                    "end": item.span.end,
                    "line": item.line,
                    "column": item.column,
                    "matched": item.matched,
                }
                for item in report.findings
            ]
        if report.measures is not None:
            values["measures"] = {
                name: _rounded(value)
                for name, value in sorted(report.measures.items())
                if math.isfinite(value)
            }
        if self._windows and report.verdict is not None:
            values["windows"] = [
                {
                    "start": item.span.start,
                    "end": item.span.end,
                    "n_words": item.n_words,
                    "probability": _rounded(item.probability),
                }
                for item in report.verdict.windows or ()
            ]
        return values


def report_values(report: FileReport) -> Scored:
    """Return the score of one report, without the row's id."""
    if report.error is not None:
        return nothing(report.error.what)
    verdict = report.verdict
    words = report.n_words
    counts = Counter(finding.rule for finding in report.findings)
    return {
        "probability": _rounded(verdict.probability) if verdict else None,
        "log_odds": _rounded(verdict.log_odds) if verdict else None,
        "flagged": bool(verdict and verdict.flagged),
        "abstained": verdict.abstained if verdict else "not asked for",
        "n_words": verdict.n_words if verdict else words,
        "findings_per_1k": _rounded(1000 * len(report.findings) / words) if words else None,
        "rules": dict(sorted(counts.items())),
        "error": None,
    }


def nothing(error: str | None) -> Scored:
    """Return the values of a row that cannot be scored."""
    return {
        "probability": None,
        "log_odds": None,
        "flagged": False,
        "abstained": None,
        "n_words": 0,
        "findings_per_1k": None,
        "rules": {},
        "error": error,
    }


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Group texts by length for parsing, the shortest first; yield their positions.

    The parser works on the blocks of a batch in step, so texts of like length waste least.

    Parameters
    ----------
    lengths : sequence of int
        Characters of each text.
    """
    batch: list[int] = []
    n_chars = 0
    for index in sorted(range(len(lengths)), key=lambda i: (lengths[i], i)):
        if batch and (n_chars + lengths[index] > BATCH_CHARS or len(batch) >= BATCH_ROWS):
            yield batch
            batch, n_chars = [], 0
        batch.append(index)
        n_chars += lengths[index]
    if batch:
        yield batch


def score_items(
    scorer: ScannerScorer,
    items: Sequence[Item],
    before: Callable[[list[int]], None] = lambda batch: None,
) -> list[Scored]:
    """Score texts in batches of like length; results in the order given.

    Parameters
    ----------
    scorer : ScannerScorer
    items : sequence of Item
    before : callable
        Told the positions of each batch before it is scored.
    """
    done: list[Scored] = [{}] * len(items)
    for batch in batches([len(item.text) for item in items]):
        before(batch)
        scored = scorer.score([items[index] for index in batch])
        for index, values in zip(batch, scored, strict=True):
            done[index] = values
    return done


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
