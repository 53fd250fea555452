"""Draw hits of rules to be read, and keep the counts of those that really are the tic.

    python -m slopscan rules measure --corpus CORPORA --cache CACHE --places PLACES --output RATES
    python benchmarks/precision.py draw --corpus CORPORA --places PLACES --rule ID [--n 15] > SHEET
    python benchmarks/precision.py record SHEET --output benchmarks/results/precision.json

A sheet has one hit a line, with tabs: mark, rule, label, genre, document, start, end, text. A
reader puts `y` (it is the tic), `n` (it is not) or `?` (cannot tell, counts as not) in place of
the mark `-`. The record keeps counts, the reader's criterion, and document ids with spans, but no
text. Spans count code points of the cleaned window the measurement looked at.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import defaultdict
from pathlib import Path

from slopscan.catalogue.load import load_catalogue
from slopscan.catalogue.rates import key_of
from slopscan.evidence.measuring import SEED, digest_of, load_places
from slopscan.evidence.windows import load_windows

AROUND = 90


def draw(args: argparse.Namespace) -> None:
    windows = load_windows(args.corpus, args.documents, SEED)
    places = load_places(args.places, digest_of(windows))
    for rule in args.rule:
        by_label: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        for place in places.get(rule, []):
            by_label["model" if windows[place[0]].is_model else "human"].append(place)
        for label in ("human", "model"):
            found = by_label[label]
            chosen = random.Random(f"{SEED}{rule}").sample(found, min(args.n, len(found)))
            for number, start, end in sorted(chosen):
                window = windows[number]
                before, after = window.text[:start], window.text[end:]
                shown = f"{before[-AROUND:]}>>{window.text[start:end]}<<{after[:AROUND]}"
                line = ["-", rule, label, window.genre, window.doc_id, str(start), str(end)]
                print("\t".join((*line, " ".join(shown.split()))))


def record(args: argparse.Namespace) -> None:
    rules = load_catalogue().rules
    kept = json.loads(args.output.read_text()) if args.output.is_file() else {}
    criteria = json.loads(args.criteria.read_text()) if args.criteria else {}
    found: dict[str, dict[str, list[list[object]]]] = defaultdict(lambda: defaultdict(list))
    for line in args.sheet.read_text(encoding="utf-8").splitlines():
        mark, rule, label, _, document, start, end, _ = line.split("\t", 7)
        if mark in {"y", "n", "?"}:
            found[rule][label].append([document, int(start), int(end), mark])
    for rule, sides in found.items():
        if rule not in rules:
            continue
        kept[rule] = {
            "digest": key_of(rules[rule]),
            "criterion": criteria.get(rule, kept.get(rule, {}).get("criterion", rules[rule].title)),
            **{
                label: {"read": len(hits), "tic": sum(hit[3] == "y" for hit in hits), "hits": hits}
                for label, hits in sorted(sides.items())
            },
        }
    lines = [f"{json.dumps(rule)}: {json.dumps(kept[rule])}" for rule in sorted(kept)]
    args.output.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{len(found)} rules recorded", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)
    drawing = commands.add_parser("draw")
    drawing.add_argument("--corpus", type=Path, required=True)
    drawing.add_argument("--places", type=Path, required=True)
    drawing.add_argument("--documents", type=int, default=150)
    drawing.add_argument("--rule", action="append", required=True)
    drawing.add_argument("--n", type=int, default=15)
    drawing.set_defaults(run=draw)
    recording = commands.add_parser("record")
    recording.add_argument("sheet", type=Path)
    recording.add_argument("--output", type=Path, required=True)
    recording.add_argument("--criteria", type=Path, help="JSON of rule id to criterion")
    recording.set_defaults(run=record)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
