"""Hide rules of the catalogue from `slopscan mine` and show which it finds again.

    python benchmarks/mining.py --corpus ../shared/corpora [--documents 400] [--cache DIR]

Texts are drawn from the train splits alone: as many by models as by people of each genre, all
sources of a genre alike, each cut to 700 words. Twenty stable rules on words or syntax, drawn
among those with hits in at least ten of the texts by models, are hidden; then, apart, all others.
A hidden rule counts as found again at rank N when one of the first N candidates that no other rule
knows has hits of the hidden rule at half of its places or more, and five times as often as chance.
Ranks count only candidates that no other rule knows, as a person would see them with `--new`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from slopscan.catalogue.load import load_catalogue
from slopscan.catalogue.rule import Kind, Status
from slopscan.corpus.inputs import Reading, find_inputs
from slopscan.corpus.rows import RowOptions
from slopscan.mining.mine import Fields, Mined, MineOptions, kept_fields, mine

PROJECT = Path(__file__).resolve().parents[1]
RESULTS = PROJECT / "benchmarks" / "results" / "mining.json"
SHARES = {"fiction": 0.36, "essay": 0.24, "academic": 0.16, "blog": 0.14, "docs": 0.10}
WORDS = 700
HIDDEN = 20
MIN_TEXTS = 10
RANKS = (25, 50, 100, 200, 400, 800)
SEED = 20261123
KINDS = {Kind.PHRASE, Kind.PATTERN, Kind.TOKENS, Kind.DEPENDENCY}
NOT_WORDS = {"characters", "layout", "artefacts", "provenance"}
FIELDS = ("id", "text", "prompt_id", "source", "generator")


def draw(corpus: Path, n: int, folder: Path) -> tuple[Path, Path]:
    """Write a sample of each label as JSON Lines."""
    pools: dict[tuple[str, str], dict[str, list[dict[str, Any]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for path in sorted(corpus.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                if row["split"] == "train" and row["genre"] in SHARES:
                    pools[row["label"], row["genre"]][path.name].append(row)
    paths = []
    for label in ("ai", "human"):
        rng = random.Random(f"{SEED}{label}")
        target = folder / f"{label}.jsonl"
        with target.open("w", encoding="utf-8") as stream:
            for genre, share in SHARES.items():
                for row in even(pools[label, genre], round(n * share), rng):
                    kept = {name: row.get(name) for name in FIELDS}
                    kept["text"] = " ".join(row["text"].split(" ")[:WORDS])
                    stream.write(json.dumps(kept) + "\n")
        paths.append(target)
    return paths[0], paths[1]


def even(
    pools: dict[str, list[dict[str, Any]]], n: int, rng: random.Random
) -> list[dict[str, Any]]:
    """Take `n` rows, as many from each pool as the others allow."""
    left = {name: rng.sample(rows, len(rows)) for name, rows in sorted(pools.items())}
    taken: list[dict[str, Any]] = []
    while len(taken) < n and any(left.values()):
        for rows in left.values():
            if rows and len(taken) < n:
                taken.append(rows.pop())
    return taken


def eligible(texts_with: Counter[str]) -> list[str]:
    """Return the rules that may be hidden."""
    return sorted(
        rule.id
        for rule in load_catalogue().rules.values()
        if rule.status is Status.STABLE
        and rule.kind in KINDS
        and rule.family not in NOT_WORDS
        and texts_with[rule.id] >= MIN_TEXTS
    )


def found_again(mined: Mined, hidden: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return, for each hidden rule, the first candidate that is its tic."""
    names = set(hidden)
    found: dict[str, dict[str, Any]] = {}
    rank = 0
    for item in mined.candidates:
        shares = dict(item.known)
        if shares.keys() - names:
            continue
        rank += 1
        for rule, share in shares.items():
            if rule not in found:
                found[rule] = {
                    "rank": rank,
                    "kind": item.kind,
                    "candidate": item.label,
                    "share_of_places": round(share, 2),
                }
    return found


def summary(mined: Mined, documents: int) -> dict[str, Any]:
    """Sum a run up: the rules drawn to be hidden, and all others that could have been."""
    pool = eligible(Counter(mined.texts_with))
    hidden = sorted(random.Random(SEED).sample(pool, min(HIDDEN, len(pool))))
    others = [rule for rule in pool if rule not in hidden]
    return {
        "command": f"python benchmarks/mining.py --corpus CORPORA --documents {documents}",
        "split": "train",
        "sides": {
            side: {"texts": counts.texts, "words": counts.words, **counts.groups}
            for side, counts in mined.sides.items()
        },
        "patterns_tested": mined.n_tested,
        "candidates": len(mined.candidates),
        "known_to_the_catalogue": sum(bool(item.known) for item in mined.candidates),
        "eligible_rules": len(pool),
        "hidden": recovered(mined, hidden),
        "others": recovered(mined, others),
    }


def recovered(mined: Mined, hidden: Sequence[str]) -> dict[str, Any]:
    """Return how many of some hidden rules are found again at each rank, and where."""
    found = found_again(mined, hidden)
    listed = {rule for item in mined.candidates for rule, _ in item.known} & set(hidden)
    return {
        "rules": len(hidden),
        "found_at_rank": {
            str(n): sum(found.get(rule, {}).get("rank", n + 1) <= n for rule in hidden)
            for n in RANKS
        },
        "found_at_all": len(found),
        # Some tics are known to two rules: without one of them they are not new.
        "only_with_another_rule": sorted(listed - found.keys()),
        "each": {
            rule: {"texts_with_hits": mined.texts_with[rule], **found.get(rule, {"rank": None})}
            for rule in hidden
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--documents", type=int, default=400)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--output", type=Path, default=RESULTS)
    options = parser.parse_args()
    reading = Reading(RowOptions(keep=kept_fields(Fields())))
    with tempfile.TemporaryDirectory() as folder:
        model, human = draw(options.corpus, options.documents, Path(folder))
        mined = mine(
            find_inputs([str(model)]),
            find_inputs([str(human)]),
            reading,
            MineOptions(cache=options.cache, quiet=True),
        )
    result = summary(mined, options.documents)
    options.output.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    json.dump(result, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
