"""`--statistics`: how often each rule was found, in place of the findings."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TextIO

from slopscan.findings import Finding
from slopscan.outputs import Options
from slopscan.outputs.safe import safe_line
from slopscan.report import FileReport

_HEADS: Final = ("findings", "files", "per 1k words", "severity", "rule")


@dataclass(frozen=True, slots=True)
class Row:
    """What one rule found in a run; the rate is findings per 1,000 words of all files."""

    rule: str
    severity: str
    findings: int
    files: int
    per_1k_words: float


def statistics(reports: Sequence[FileReport]) -> list[Row]:
    """Count findings by rule, the most frequent first."""
    words = sum(report.n_words for report in reports)
    found: Counter[str] = Counter()
    files: Counter[str] = Counter()
    first: dict[str, Finding] = {}
    for report in reports:
        found.update(item.rule for item in report.findings)
        files.update({item.rule for item in report.findings})
        for item in report.findings:
            first.setdefault(item.rule, item)
    return [
        Row(
            rule,
            first[rule].severity.value,
            number,
            files[rule],
            round(1000 * number / words, 2) if words else 0.0,
        )
        for rule, number in sorted(found.items(), key=lambda item: (-item[1], item[0]))
    ]


def write_statistics(
    name: str, reports: Sequence[FileReport], stream: TextIO, options: Options
) -> None:
    """Write the counts: as JSON where the output format is json, as columns otherwise."""
    rows = statistics(reports)
    total = sum(row.findings for row in rows)
    silenced = sum(len(report.suppressed) for report in reports)
    words = sum(report.n_words for report in reports)
    if name == "json":
        data = {
            "files": len(reports),
            "words": words,
            "findings": total,
            "suppressed": silenced,
            "rules": [
                {
                    "rule": row.rule,
                    "severity": row.severity,
                    "findings": row.findings,
                    "files": row.files,
                    "per_1k_words": row.per_1k_words,
                }
                for row in rows
            ],
        }
        stream.write(json.dumps(data, indent=2) + "\n")
        return
    cells = [
        (f"{row.findings:,}", f"{row.files:,}", f"{row.per_1k_words:.2f}", row.severity, row.rule)
        for row in rows
    ]
    widths = [max(len(cell) for cell in column) for column in zip(_HEADS, *cells, strict=True)]
    for line in (_HEADS, *cells) if cells else ():
        numbers = [cell.rjust(width) for cell, width in zip(line[:3], widths, strict=False)]
        stream.write(safe_line("  ".join([*numbers, line[3].ljust(widths[3]), line[4]])) + "\n")
    tail = f", {silenced:,} silenced by comments" if silenced else ""
    stream.write(
        f"{total:,} finding{'' if total == 1 else 's'} in {len(reports):,} "
        f"file{'' if len(reports) == 1 else 's'}, {words:,} words{tail}\n"
    )
