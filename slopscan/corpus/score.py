"""Scores for the rows of a corpus: one row out for each row in, in the same order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

from slopscan.corpus.rows import Row
from slopscan.document import Source
from slopscan.errors import ArtefactError, SlopscanError
from slopscan.report import FileReport
from slopscan.scan import Scanner

BATCH_ROWS: Final = 32
# Scores are written to five digits: more would only record the machine's rounding.
_DIGITS: Final = 5


def score_rows(
    rows: Iterable[Row], scanner: Scanner, *, batch_rows: int = BATCH_ROWS
) -> Iterator[dict[str, Any]]:
    """Score rows, parsing the texts of a batch together.

    Parameters
    ----------
    rows : iterable of Row
    scanner : Scanner
    batch_rows : int
        Rows held in memory at a time.

    Yields
    ------
    dict
        `id`, `probability`, `log_odds`, `flagged`, `abstained`, `n_words`, `findings_per_1k`
        (findings per 1,000 words), `rules` (rule id to number of findings), `error`.
    """
    stream = iter(rows)
    while batch := list(islice(stream, batch_rows)):
        yield from _score_batch(batch, scanner)


def _score_batch(batch: Sequence[Row], scanner: Scanner) -> Iterator[dict[str, Any]]:
    sources = [Source(str(row.id), row.text) for row in batch if row.text is not None]
    try:
        scored = iter([report_row(report) for report in scanner.scan_many(sources)])
    except ArtefactError:
        raise
    except Exception:
        # One text broke the batch: scan each alone, so that only its own row says so.
        scored = iter([_alone(source, scanner) for source in sources])
    for row in batch:
        values = _nothing(row.error) if row.text is None else next(scored)
        yield {"id": row.id, **values}


def _alone(source: Source, scanner: Scanner) -> dict[str, Any]:
    try:
        return report_row(scanner.scan(source))
    except SlopscanError as error:
        return _nothing(error.what)
    except Exception as error:
        return _nothing(f"internal error: {type(error).__name__}: {error}")


def report_row(report: FileReport) -> dict[str, Any]:
    """Return the score of one report, without the row's id."""
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


def _nothing(error: str | None) -> dict[str, Any]:
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


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
