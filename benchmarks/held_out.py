"""Do the stable rules hold on texts nothing was tuned on? Run once, when all is settled.

    python benchmarks/held_out.py --corpus CORPORA [--cache CACHE] [--output FILE]

Measures the stable rules on the split "test" as `slopscan rules measure` does on "train" and
"dev", and tells for how many the ratio of model to human rates lies above 1 with its whole 95%
interval. Rules that are stable by logic, or have no event there, are counted apart.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

from slopscan.catalogue.load import load_catalogue
from slopscan.catalogue.rates import ALL
from slopscan.catalogue.rule import Status
from slopscan.evidence.counting import Plan, count
from slopscan.evidence.judging import events_of, is_by_logic
from slopscan.evidence.measuring import SEED, pipeline_digest
from slopscan.evidence.summarise import summarise
from slopscan.evidence.windows import load_windows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--documents", type=int, default=150)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--cache", type=Path, help="folder of parses")
    parser.add_argument("--output", type=Path)
    args = parser.parse_args()
    rules = [
        rule
        for rule in load_catalogue().rules.values()
        if rule.status is Status.STABLE and not is_by_logic(rule)
    ]
    found = load_windows(args.corpus, args.documents, SEED, splits=("test",))
    plan = Plan(None, tuple(rule.id for rule in rules), args.cache, pipeline_digest())
    counted = count([window.text for window in found], plan, jobs=args.jobs)
    # The summary knows two splits; the third takes the place of the second.
    windows = [replace(window, split="dev") for window in found]
    entries = summarise(windows, counted, rules)
    rows = {}
    for entry in entries:
        ratio = entry.splits["dev"][ALL].ratio
        events = [events_of(entry, label) for label in ("human", "model")]
        rows[entry.rule] = {
            "human": events[0],
            "model": events[1],
            "ratio": ratio.value,
            "low": ratio.low,
            "holds": ratio.low > 1,
        }
    seen = {name: row for name, row in rows.items() if row["human"] or row["model"]}
    held = sum(bool(row["holds"]) for row in seen.values())
    n_words = sum(item.n_words for item in counted)
    print(f"{len(windows)} texts, {n_words} words: {held} of {len(seen)} stable rules hold", end="")
    print(f" ({held / max(len(seen), 1):.0%}); without events: {len(rows) - len(seen)}")
    for name, row in seen.items():
        if not row["holds"]:
            print("  not:", name, row)
    if args.output:
        lines = (f"{json.dumps(name)}: {json.dumps(row)}" for name, row in rows.items())
        head = {"texts": len(windows), "words": n_words, "held": held, "of": len(seen)}
        body = json.dumps(head)[:-1] + ', "rules": {\n' + ",\n".join(lines) + "\n}}\n"
        # JSON has no infinity; an open ratio never stands here, since half an event is added.
        args.output.write_text(body, encoding="utf-8")


if __name__ == "__main__":
    main()
