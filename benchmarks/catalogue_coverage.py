"""Bring the outcomes in docs/catalogue-coverage.md up to date with the rules.

    python benchmarks/catalogue_coverage.py

Which rules answer an entry, and why an entry has none, is written by hand in the last column;
the outcome and the counts are written by this script.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from slopscan.catalogue.load import load_catalogue

DOCUMENT: Final = Path(__file__).parent.parent / "docs" / "catalogue-coverage.md"
NO_RULE: Final = "no rule"
RUNNING: Final = ("stable", "preview", "advisory")
_ROW: Final = re.compile(r"^\| `(?P<entry>[a-z0-9-]+)` \| (?P<outcome>[^|]+) \| (?P<where>.+) \|$")
_RULE: Final = re.compile(r"`(?P<family>[a-z]+)/(?P<id>[a-z0-9-]+)`")
_COUNTS: Final = re.compile(r"(?<=<!-- counts -->\n).*?(?=<!-- end of counts -->)", re.DOTALL)


@dataclass(frozen=True)
class Entry:
    """One row: the entry, its outcome, the rules named, and the whole last cell."""

    entry: str
    outcome: str
    rules: tuple[tuple[str, str], ...]
    where: str


def entries(text: str) -> Iterator[Entry]:
    """Yield the rows of the tables of a coverage document."""
    for line in text.splitlines():
        if row := _ROW.match(line):
            rules = tuple((m["family"], m["id"]) for m in _RULE.finditer(row["where"]))
            yield Entry(row["entry"], row["outcome"].strip(), rules, row["where"])


def outcome(entry: Entry, statuses: Mapping[str, str]) -> str:
    """Return what a row must say: the status of the first rule it names."""
    return statuses[entry.rules[0][1]] if entry.rules else NO_RULE


def refreshed(text: str, statuses: Mapping[str, str]) -> str:
    """Return the document with outcomes and counts as `statuses` (by rule id) have them."""
    rows = {entry.entry: outcome(entry, statuses) for entry in entries(text)}
    lines = [
        f"| `{row['entry']}` | {rows[row['entry']]} | {row['where']} |" if row else line
        for line in text.splitlines()
        for row in [_ROW.match(line)]
    ]
    by_outcome, by_status = Counter(rows.values()), Counter(statuses.values())
    order = (*RUNNING, "dormant", "folklore", "deprecated", NO_RULE)
    table = ["| outcome | entries | rules |", "|---|---|---|"]
    table += [f"| {name} | {by_outcome[name]} | {by_status[name] or ''} |" for name in order]
    running = sum(by_status[name] for name in RUNNING)
    table += [f"| all | {len(rows)} | {len(statuses)} |", "", f"Running rules: {running}."]
    return _COUNTS.sub("\n".join(table) + "\n", "\n".join(lines) + "\n")


def main() -> None:
    """Rewrite the document."""
    statuses = {rule.id: rule.status.value for rule in load_catalogue().rules.values()}
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(refreshed(text, statuses), encoding="utf-8")


if __name__ == "__main__":
    main()
