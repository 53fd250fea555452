"""Hold every running rule to its false-positive budgets; exit 1 when one is over.

    python benchmarks/budgets.py --corpus CORPORA [--cache CACHE] [--write]

Findings per 10,000 words of human prose by genre and in the hard sets (second-language writers,
prose and fiction before 1966, abstracts), on the train and dev windows of `slopscan rules measure`.
What counts is a finding as a scan shows it, after gates; rules on trial are held to theirs as
`--preview` shows them. `--write` lowers budgets to what was measured, gives new rules theirs, drops
those of rules that are gone, and never raises one: that takes an edit by hand, and a reason.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from slopscan.catalogue.load import Selection, load_catalogue, select
from slopscan.evidence.budgets import (
    Budgets,
    exceeded,
    lowered,
    read_budgets,
    tally,
    write_budgets,
)
from slopscan.evidence.counting import Plan, count
from slopscan.evidence.measuring import SEED, digest_of, pipeline_digest
from slopscan.evidence.windows import load_windows

RESULTS = Path(__file__).parent / "results" / "budgets.json"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--documents", type=int, default=60, help="of each file and split")
    parser.add_argument("--cache", type=Path, help="folder of parses, as of rules measure")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--budgets", type=Path, default=RESULTS)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    rules = select(load_catalogue(), Selection(preview=True))
    windows = load_windows(args.corpus, args.documents, SEED)
    if args.cache is None:
        windows = [window for window in windows if not window.is_model]
    plan = Plan(None, tuple(rule.id for rule in rules), args.cache, pipeline_digest())
    counted = count([window.text for window in windows], plan, jobs=args.jobs)
    found = tally(windows, counted, rules)
    budgets = read_budgets(args.budgets) if args.budgets.is_file() else Budgets()
    over = exceeded(found, budgets)
    for item in over:
        print(
            f"{item.rule:32} {item.name:28} {item.findings:4} findings, "
            f"{item.rate:.2f} per 10,000 words, budget {item.budget:.2f}"
        )
    new = [rule.id for rule in rules if rule.id not in budgets.rules]
    print(
        f"{len(rules)} rules, {sum(found.documents[n] for n in found.words if n[0] == 'g')} human "
        f"texts, {len(found.words)} sets: {len(over)} over budget, {len(new)} without one"
    )
    if args.write:
        human = [window for window in windows if not window.is_model]
        run = {"texts": digest_of(human), "seed": SEED, "documents": args.documents}
        made = lowered(found, budgets, (rule.id for rule in rules), run)
        write_budgets(made, args.budgets)
        print(f"written: {args.budgets}")
    return int(bool(over))


if __name__ == "__main__":
    sys.exit(main())
