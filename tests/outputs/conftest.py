"""The one run that every output shows in its golden file, and the comparison with it.

`pytest tests/outputs --update-golden` writes the golden files anew; read the diff.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from slopscan.findings import Finding, Measure, Severity, with_fingerprints
from slopscan.report import Failure, FileReport, Provenance, RunReport
from slopscan.spans import LineIndex, SourceSpan, source_span
from slopscan.verdict import Contribution, SentenceHeat, Verdict

GOLDEN = Path(__file__).parent / "golden"
ESSAY = (
    "# The kettle \N{TEAPOT}\r\n"
    "\r\n"
    "It is not just a kettle, but a way of\r\n"
    "waking up. \N{HOT BEVERAGE}\N{VARIATION SELECTOR-16} The steam whispered of mornings past, "
    "and the kitchen, quiet and patient, seemed to hold "
    "its breath until the \N{SMILING FACE WITH OPEN MOUTH} lid moved.\r\n"
    "\r\n"
    "\tA tab begins this line \u2014 and two dashes \u2014 mark it.\r\n"
    "A bell \x07, an escape \x1b[31m and an override \u202e are shown, not obeyed.\r\n"
)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare characters with a golden file, or write it under --update-golden."""

    def check(name: str, found: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.write_bytes(found.encode("utf-8"))
        assert path.read_bytes().decode("utf-8") == found, f"see {name}; --update-golden rewrites"

    return check


@pytest.fixture
def shared_run() -> RunReport:
    """Return a run with a multi-line span, emoji, CR LF, a tab, an empty and a failed file."""
    files = (_essay(), _abstained(), _empty(), _failed())
    provenance = Provenance("0.0.0", "sha256:catalogue", "en_slopscan 1.0", "2026.1")
    return RunReport(files, provenance)


def finding(  # noqa: PLR0917
    text: str,
    rule: str,
    start: int,
    end: int,
    severity: Severity,
    message: str,
    related: tuple[SourceSpan, ...] = (),
    measure: Measure | None = None,
) -> Finding:
    """Make a finding whose place and words agree with the text."""
    line, column = LineIndex(text).position(start)
    span = source_span(start, end)
    matched = text[start:end]
    return Finding(rule, "family", severity, span, line, column, matched, message, related, measure)


def _place(text: str, words: str) -> tuple[int, int]:
    start = text.index(words)
    return start, start + len(words)


def _essay() -> FileReport:
    dashes = [place for place, char in enumerate(ESSAY) if char == "\u2014"]
    findings = [
        finding(
            ESSAY,
            "negation-reframe",
            *_place(ESSAY, "not just a kettle, but a way of\r\nwaking up"),
            Severity.WARNING,
            "'not just a kettle, but a way of waking up' denies a claim nobody made",
        ),
        finding(
            ESSAY,
            "inanimate-agency",
            *_place(ESSAY, "steam whispered"),
            Severity.ERROR,
            "'steam' cannot 'whisper'",
        ),
        finding(
            ESSAY,
            "em-dash-density",
            dashes[0],
            dashes[0] + 1,
            Severity.NOTE,
            "33.9 dashes per 1,000 words, over 8.0",
            (source_span(dashes[1], dashes[1] + 1),),
            Measure(33.9, 8.0, "per 1,000 words"),
        ),
        finding(
            ESSAY,
            "sentence-rhythm",
            0,
            len(ESSAY),
            Severity.NOTE,
            "sentence lengths vary by 0.21 of their mean, under 0.30; human prose lies near 0.6",
            (),
            Measure(0.21, 0.30, "1"),
        ),
    ]
    heat = (
        SentenceHeat(source_span(*_place(ESSAY, "It is not just a kettle, but a way of")), 1.2),
        SentenceHeat(source_span(*_place(ESSAY, "The steam whispered of mornings past")), 0.5),
        SentenceHeat(source_span(*_place(ESSAY, "A bell \x07, an escape")), -0.7),
    )
    verdict = Verdict(
        probability=0.91,
        abstained=None,
        n_words=59,
        interval=(0.78, 0.97),
        log_odds=2.3136,
        flagged=True,
        contributions=(
            Contribution(
                "contrast.negation_per_1k",
                "negated contrasts: 17 per 1,000 words (human median 0.2)",
                2.1,
                17.0,
                0.2,
            ),
            Contribution("rhythm.cv", "even sentence lengths", 0.8, 0.21, 0.6),
            Contribution(
                "punctuation.odd",
                "control characters no model writes, which is a long reason that has to be "
                "folded at eighty columns",
                -0.5864,
            ),
        ),
        heat=heat,
    )
    return FileReport("essays/kettle.md", ESSAY, 59, verdict, tuple(with_fingerprints(findings)))


def _abstained() -> FileReport:
    text = "A short note.\n"
    verdict = Verdict(probability=None, abstained="3 words are too few, 60 are needed", n_words=3)
    return FileReport("note.txt", text, 3, verdict)


def _empty() -> FileReport:
    verdict = Verdict(probability=None, abstained="the file has no prose", n_words=0)
    return FileReport("empty.md", "", 0, verdict)


def _failed() -> FileReport:
    error = Failure("byte 0xe9 at 12 is not UTF-8", "latin.txt", "save the file as UTF-8")
    return FileReport("latin.txt", error=error)
