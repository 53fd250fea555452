"""Accuracy and speed of the English pipeline.

python benchmarks/parsing.py --output benchmarks/results/parsing.json
"""

from __future__ import annotations

import os

# ruff: noqa: E402
# Before numpy starts its threads: the speed is that of one core.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "BLIS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import argparse
import gzip
import json
import platform
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import spacy

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from slopscan.nlp.inference import parsed
from slopscan.nlp.load import PIPELINE_ROOT, load_pipeline, read_manifest
from slopscan.training.pipeline.corpora import corpora_root
from slopscan.training.pipeline.stages import scores_of
from slopscan.training.pipeline.treebanks import treebanks_root

SPEED_FILES = ("standardebooks", "human_blogs", "slop_score")
WORDS_PER_FILE = 25_000
COLUMNS = ("upos", "xpos", "feats", "lemma", "uas", "las", "las_base")


def speed_paragraphs(root: Path) -> list[str]:
    """Paragraphs of held-out stories, posts and model-written prose, markup included."""
    paragraphs: list[str] = []
    for name in SPEED_FILES:
        n_words = 0
        with gzip.open(root / f"{name}.jsonl.gz", "rt", encoding="utf8") as lines:
            for row in map(json.loads, lines):
                if row["split"] != "train" and n_words < WORDS_PER_FILE:
                    kept = [p for p in row["text"].split("\n") if p.strip()]
                    n_words += sum(len(p.split()) for p in kept)
                    paragraphs.extend(kept)
    return paragraphs


def measure_speed(root: Path, runs: int) -> dict[str, Any]:
    """Words per CPU second of the whole pipeline, tokenizer and lemmatizer included."""
    nlp = load_pipeline()
    paragraphs = speed_paragraphs(root)
    started = time.process_time()
    n_words = _count(nlp, paragraphs)
    first = n_words / (time.process_time() - started)
    rates = []
    for _ in range(runs):
        started = time.process_time()
        _count(nlp, paragraphs)
        rates.append(n_words / (time.process_time() - started))
    return {
        "words": n_words,
        "paragraphs": len(paragraphs),
        "runs": runs,
        "words_per_cpu_second_first_run": round(first),
        "words_per_cpu_second_median": round(statistics.median(rates)),
        "words_per_cpu_second_min": round(min(rates)),
        "words_per_cpu_second_max": round(max(rates)),
        "load_average_1min": round(os.getloadavg()[0], 2),
    }


def _count(nlp: Any, paragraphs: list[str]) -> int:
    return sum(
        sum(not token.is_space for token in doc)
        for start in range(0, len(paragraphs), 128)
        for doc in parsed(nlp, paragraphs[start : start + 128])
    )


def size_in_bytes() -> int:
    """Bytes of the shipped folder."""
    return sum(path.stat().st_size for path in PIPELINE_ROOT.iterdir())


def print_table(found: dict[str, Any]) -> None:
    """Readable table of the scores."""
    print(
        f"{'gold words':24}" + "".join(f"{column:>9}" for column in COLUMNS) + "   las raw  sents"
    )
    for name, row in found.items():
        parts = [(name, row), *((f"  {g}", r) for g, r in row.get("genres", {}).items())]
        for label, part in parts:
            gold, raw = part["gold_words"], part["raw_text"]
            cells = "".join(f"{gold[column]:9.2f}" for column in COLUMNS)
            print(f"{label:24}{cells}{raw['las']:10.2f}{raw['sentences']:7.1f}")
    print(
        f"\n{'gold words, P / R':24}"
        + "".join(f"{n:>15}" for n in ("nsubj", "conj", "advcl", "acl", "amod"))
    )
    for name, row in found.items():
        relations = row["gold_words"]["relations"].values()
        print(
            f"{name:24}" + "".join(f"{r['precision']:8.1f}/{r['recall']:<6.1f}" for r in relations)
        )


def main() -> int:
    """Score and time the shipped pipeline."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    speed = measure_speed(corpora_root(PROJECT), options.runs)
    found = scores_of(load_pipeline(), treebanks_root(PROJECT))
    manifest = read_manifest()
    result = {
        "pipeline": {key: manifest[key] for key in ("name", "version")},
        "bytes": size_in_bytes(),
        "versions": {
            "python": platform.python_version(),
            "spacy": spacy.__version__,
            "numpy": np.__version__,
        },
        "machine": platform.processor() or platform.machine(),
        "speed": speed,
        "scores": found,
    }
    print_table(found)
    print(json.dumps({"bytes": result["bytes"], **speed}, indent=1))
    if options.output:
        options.output.write_text(json.dumps(result, indent=1) + "\n", encoding="utf8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
