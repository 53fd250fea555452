"""Findings of a default scan per 1,000 words of human and model prose, by genre, on dev texts.

    python benchmarks/quiet.py --corpus CORPORA [--cache CACHE] \
        --output benchmarks/results/quiet.json

Windows are those of `slopscan rules measure`. Medians are over windows; a warning is a finding
of severity warning or error. `set/...` are human groups that are easily wronged.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path
from statistics import median

from slopscan.catalogue.load import load_catalogue, select
from slopscan.evidence.counting import Plan, count
from slopscan.evidence.measuring import SEED, pipeline_digest
from slopscan.evidence.summarise import cells_of
from slopscan.evidence.windows import load_windows
from slopscan.findings import Severity


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--documents", type=int, default=150)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--split", default="dev", choices=("train", "dev"))
    parser.add_argument("--output", type=Path)
    args = parser.parse_args()
    catalogue = load_catalogue()
    rules = {rule.id: rule for rule in select(catalogue)}
    windows = load_windows(args.corpus, args.documents, SEED)
    if args.split == "dev" and args.cache is None:
        windows = [window for window in windows if window.split == "dev"]
    plan = Plan(None, tuple(rules), args.cache, pipeline_digest())
    counted = count([window.text for window in windows], plan, jobs=args.jobs)
    whole = {name for name, rule in rules.items() if rule.gate.min_hits == 1}
    groups: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    loudest: dict[str, int] = defaultdict(int)
    for window, found in zip(windows, counted, strict=True):
        if window.split != args.split:
            continue
        n = {name: found.events[name] for name in found.events}
        for name in n:
            if name not in whole:
                n[name] = sum(place[0] == name for place in found.places)
        warnings = sum(k for name, k in n.items() if rules[name].shown_severity > Severity.NOTE)
        for cell in cells_of(window):
            if cell.endswith(("/human", "/model")) or cell.startswith("set/"):
                groups[cell].append((found.n_words, sum(n.values()), warnings))
        if not window.is_model:
            for name, k in n.items():
                loudest[name] += k
    table = {cell: _row(rows) for cell, rows in sorted(groups.items())}
    for cell, row in table.items():
        print(f"{cell:22}", "  ".join(f"{name} {value:g}" for name, value in row.items()))
    top = sorted(loudest.items(), key=lambda item: -item[1])[:15]
    print("loudest in human texts:", ", ".join(f"{name} {n}" for name, n in top))
    if args.output:
        lines = (f'"{cell}":{json.dumps(row)}' for cell, row in table.items())
        head = {"split": args.split, "documents": args.documents, "catalogue": catalogue.digest}
        body = json.dumps(head)[:-1] + ',\n"groups":{\n' + ",\n".join(lines) + "\n}}\n"
        args.output.write_text(body, encoding="utf-8")


def _row(rows: list[tuple[int, int, int]]) -> dict[str, float]:
    n_words = sum(row[0] for row in rows)
    per_1k = 1_000 / max(n_words, 1)
    return {
        "texts": len(rows),
        "findings_per_1k": round(sum(row[1] for row in rows) * per_1k, 2),
        "warnings_per_1k": round(sum(row[2] for row in rows) * per_1k, 2),
        "median_warnings_per_1k": round(median(1_000 * row[2] / max(row[0], 1) for row in rows), 2),
        "share_with_warning": round(sum(row[2] > 0 for row in rows) / len(rows), 3),
    }


if __name__ == "__main__":
    main()
