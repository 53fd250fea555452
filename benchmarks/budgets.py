"""Hold every running rule to its false-positive budgets; exit 1 when one is over.

    python benchmarks/budgets.py [--corpus CORPORA [--cache CACHE]] [--write]

Events per 10,000 words of human prose by genre and in the hard sets, on the train and dev windows
of `slopscan rules measure`; `slopscan/evidence/budgets.py` says what counts, and when one is over.
Without a corpus the events are those in `benchmarks/results/rates.json`; with one they are counted
again, and also in second-language essays, fiction before 1966 and abstracts alone.

`--write` lowers budgets to what was measured, gives new rules and sets theirs, drops those of rules
that are gone, and never raises one: that takes an edit by hand, and a reason.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from slopscan.catalogue.load import Selection, load_catalogue, select
from slopscan.catalogue.rates import read_rates
from slopscan.catalogue.rule import Rule
from slopscan.evidence.budgets import (
    Budgets,
    Tally,
    exceeded,
    lowered,
    read_budgets,
    tally,
    tally_of,
    write_budgets,
)
from slopscan.evidence.counting import Plan, count
from slopscan.evidence.measuring import SEED, pipeline_digest
from slopscan.evidence.windows import load_windows

RESULTS = Path(__file__).parent / "results"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--documents", type=int, default=150, help="of each file and split")
    parser.add_argument("--cache", type=Path, help="folder of parses, as of rules measure")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--rates", type=Path, default=RESULTS / "rates.json")
    parser.add_argument("--budgets", type=Path, default=RESULTS / "budgets.json")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    rules = select(load_catalogue(), Selection(preview=True))
    missing: list[str] = []
    if args.corpus is None:
        found, missing = tally_of(read_rates(args.rates), rules)
    else:
        found = _counted(args, rules)
    budgets = read_budgets(args.budgets) if args.budgets.is_file() else Budgets()
    over = exceeded(found, budgets)
    for item in over:
        print(
            f"{item.rule:32} {item.name:28} {item.findings:4} events, "
            f"{item.rate:.2f} per 10,000 words, budget {item.budget:.2f}"
        )
    new = [rule.id for rule in rules if rule.id not in budgets.rules]
    print(
        f"{len(rules)} rules, {len(found.words)} sets of human texts: {len(over)} over budget, "
        f"{len(new)} without one, {len(missing)} not measured"
    )
    if args.write:
        run: dict[str, Any] = {"seed": SEED, "documents": args.documents, "per_words": 10_000}
        measured = [rule.id for rule in rules if rule.id not in missing or rule.id not in new]
        write_budgets(lowered(found, budgets, measured, run), args.budgets)
        print(f"written: {args.budgets}")
    return int(bool(over))


def _counted(args: argparse.Namespace, rules: Sequence[Rule]) -> Tally:
    windows = load_windows(args.corpus, args.documents, SEED)
    if args.cache is None:
        windows = [window for window in windows if not window.is_model]
    plan = Plan(None, tuple(rule.id for rule in rules), args.cache, pipeline_digest())
    return tally(windows, count([window.text for window in windows], plan, jobs=args.jobs))


if __name__ == "__main__":
    sys.exit(main())
