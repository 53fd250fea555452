"""The command on real human blog posts: spans that hold, exit codes, findings per 1,000 words.

python benchmarks/real_blogs.py --output benchmarks/results/real_blogs.json

Needs the corpora (SLOPSCAN_CORPORA). No text leaves the temporary folder.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
CORPUS = "human_blogs.jsonl.gz"
RUNS = {
    "default": (),
    "preview": ("--preview",),
    "default, --no-parse": ("--no-parse",),
    "preview, --no-parse": ("--preview", "--no-parse"),
}


def write_posts(corpus: Path, folder: Path, n_posts: int, seed: int) -> int:
    """Write posts of the training split, bytes as they are, and return their words."""
    with gzip.open(corpus, "rt", encoding="utf-8") as lines:
        posts = [row["text"] for row in map(json.loads, lines) if row["split"] == "train"]
    chosen = random.Random(seed).sample(posts, n_posts)
    for number, text in enumerate(chosen):
        (folder / f"{number:03}.md").write_bytes(text.encode())
    return sum(len(text.split()) for text in chosen)


def run(folder: Path, options: tuple[str, ...]) -> dict[str, Any]:
    """Scan the folder in a new process and check what it promises."""
    report = folder / "report.json"
    command = [sys.executable, "-m", "slopscan", str(folder), *options]
    command += ["--output-format", "json", "--output-file", str(report)]
    before = os.times()
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    wall = time.perf_counter() - started
    after = os.times()
    cpu = after.children_user + after.children_system
    cpu -= before.children_user + before.children_system
    files = json.loads(report.read_text(encoding="utf-8"))["files"]
    report.unlink()
    found = [(entry["path"], item) for entry in files for item in entry["findings"]]
    texts = {entry["path"]: Path(entry["path"]).read_bytes().decode() for entry in files}
    wrong = sum(texts[path][item["start"] : item["end"]] != item["matched"] for path, item in found)
    severities = Counter(item["severity"] for _, item in found)
    expected = int(severities["warning"] + severities["error"] > 0)
    return {
        "files": len(files),
        "errors": sum(entry["error"] is not None for entry in files),
        "findings": len(found),
        "by_severity": dict(sorted(severities.items())),
        "busiest_rules": dict(Counter(item["rule"] for _, item in found).most_common(10)),
        "spans_that_do_not_hold": wrong,
        "exit_code": done.returncode,
        "exit_code_expected": expected,
        "lines_on_standard_error": len(done.stderr.splitlines()),
        "cpu_seconds": round(cpu, 1),
        "wall_seconds": round(wall, 1),
    }


def main() -> int:
    """Measure, print, write; 1 when a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path)
    parser.add_argument("--posts", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    root = Path(os.environ.get("SLOPSCAN_CORPORA", PROJECT.parent / "shared" / "corpora"))
    os.environ["OMP_NUM_THREADS"] = "1"
    os.environ["PYTHONPATH"] = str(PROJECT)
    runs: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        n_words = write_posts(root / CORPUS, Path(name), options.posts, options.seed)
        for label, given in RUNS.items():
            result = run(Path(name), given)
            result["findings_per_1k_words"] = round(1000 * result["findings"] / n_words, 3)
            runs[label] = result
            print(label, json.dumps(result))
    found = {
        "command": "python benchmarks/real_blogs.py --output benchmarks/results/real_blogs.json",
        "posts": options.posts,
        "words": n_words,
        "split": "train",
        "seed": options.seed,
        "python": platform.python_version(),
        "load_average_1min": round(os.getloadavg()[0], 2),
        "runs": runs,
    }
    if options.output:
        options.output.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    kept = all(
        not result["spans_that_do_not_hold"]
        and not result["errors"]
        and result["exit_code"] == result["exit_code_expected"]
        for result in runs.values()
    )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
