"""A default scan is quiet on human prose. Needs the corpora."""

from __future__ import annotations

import os
from pathlib import Path
from statistics import mean

import pytest

from slopscan.document import Source
from slopscan.evidence.measuring import SEED
from slopscan.evidence.windows import load_windows
from slopscan.findings import Severity
from slopscan.scan import Scanner

CORPORA = Path(os.environ.get("SLOPSCAN_CORPORA", "../shared/corpora"))
# Warnings and findings per 1,000 words; only ever lowered.
MAX_WARNINGS = 0.8
MAX_FINDINGS = 3.0
# Small files, so that the test is quick; `benchmarks/quiet.py` reads them all.
FILES = (
    *("formal_abstracts", "formal_brown", "formal_books", "formal_news_us", "formal_policies"),
    *("human_docs", "modern_essays_blogs", "modern_essays_learner", "modern_fiction_masc"),
    *("eq_longform", "persuasion", "sherbold"),
)


@pytest.mark.corpora
@pytest.mark.skipif(not CORPORA.is_dir(), reason="no corpora")
def test_human_prose_has_few_findings_and_model_prose_many(tmp_path: Path) -> None:
    for name in FILES:
        (tmp_path / f"{name}.jsonl.gz").symlink_to((CORPORA / f"{name}.jsonl.gz").resolve())
    windows = load_windows(tmp_path, 12, SEED, splits=("dev",))
    scanner = Scanner()
    rates: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
    reports = scanner.scan_many(Source("text.md", window.text) for window in windows)
    for window, report in zip(windows, reports, strict=True):
        warnings = [item for item in report.findings if item.severity > Severity.NOTE]
        scale = 1_000 / max(report.n_words, 1)
        rates[window.is_model].append((len(report.findings) * scale, len(warnings) * scale))
    human, model = (
        [mean(row[column] for row in rates[side]) for column in (0, 1)] for side in (False, True)
    )
    assert human[0] <= MAX_FINDINGS
    assert human[1] <= MAX_WARNINGS
    assert model[0] >= 4 * human[0]
    assert model[1] >= 4 * human[1]
