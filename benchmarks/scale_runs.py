"""Runs of `slopscan score` as programs of their own, and what they cost; for `scale.py`."""

# ruff: noqa: PLC0415
# What a part needs is imported there, so that a run's own program stays small.

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
TICKS = os.sysconf("SC_CLK_TCK")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


class Stub:
    """Counts words."""

    def score(self, items: Sequence[Any]) -> list[dict[str, Any]]:
        from slopscan.corpus.score import nothing

        return [
            {**nothing(None), "n_words": item.text.count(" ") + 1, "rules": {"words": 1}}
            for item in items
        ]

    def provenance(self) -> dict[str, str]:
        return {"slopscan": "stub"}

    def skipped(self) -> list[str]:
        return []


def stub(config: object) -> Stub:
    """Build the stub, in a worker."""
    return Stub()


def texts(n: int, words: int = 0, seed: int = 11) -> Iterator[dict[str, Any]]:
    """Yield `n` documents drawn with replacement, each with an id of its own.

    With `words`, each is a passage of some document: the sentences from one drawn by chance until
    there are so many words, so that nearly all differ.
    """
    root = Path(os.environ.get("SLOPSCAN_CORPORA", PROJECT.parent / "shared" / "corpora"))
    pool = []
    for path in sorted(root.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows = [row for row in map(json.loads, lines) if row["split"] == "train"]
        pool += [(row["text"], row["genre"]) for row in (rows if words else rows[:150])]
    if not pool:
        sys.exit(f"no texts in {root}: set SLOPSCAN_CORPORA to the folder of the corpora")
    rng = random.Random(seed)
    for index in range(n):
        text, genre = rng.choice(pool)
        text = passage(text, words, rng) if words else text
        yield {"id": f"d{index:08d}", "text": text, "genre": genre}


def passage(text: str, words: int, rng: random.Random) -> str:
    """Return whole sentences from one drawn by chance, until there are `words` words."""
    ends = [0, *(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]
    first = rng.randrange(len(ends) - 1)
    last = first + 1
    n = 0
    while n < words and last < len(ends):
        n += text.count(" ", ends[last - 1], ends[last]) + 1
        last += 1
    return text[ends[first] : ends[last - 1]]


def write_inputs(folder: Path, n: int, words: int = 0) -> tuple[Path, Path, int]:
    """Write the documents as JSON Lines and Parquet; return the paths and the words."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    lines, table = folder / "in.jsonl", folder / "in.parquet"
    n_words = 0
    schema = pa.schema([("id", pa.string()), ("text", pa.string()), ("genre", pa.string())])
    with lines.open("w") as stream, pq.ParquetWriter(table, schema) as writer:
        rows = []
        for row in texts(n, words):
            n_words += len(row["text"].split())
            stream.write(json.dumps(row) + "\n")
            rows.append(row)
            if len(rows) == 1000:
                writer.write_table(pa.Table.from_pylist(rows, schema=schema))
                rows = []
        if rows:
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))
    return lines, table, n_words


def start(source: Path, output: Path, jobs: int, *, stub_scorer: bool) -> subprocess.Popen[bytes]:
    """Start a run as a program of its own."""
    paths = os.pathsep.join([str(PROJECT / "benchmarks"), str(PROJECT)])
    factory = "scale_runs:stub" if stub_scorer else ""
    command = [sys.executable, __file__, str(source), str(output), str(jobs), factory]
    return subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": paths}, start_new_session=True
    )


def run_here(source: str, output: str, jobs: str, factory: str) -> None:
    """Do one run, in the program that `start` started."""
    from slopscan.corpus.inputs import Reading, find_inputs
    from slopscan.corpus.run import RunOptions, score_corpus
    from slopscan.corpus.worker import WorkerConfig

    config = WorkerConfig(factory=factory) if factory else WorkerConfig()
    options = RunOptions(Path(output), jobs=int(jobs), quiet=True)
    score_corpus(find_inputs([source]), Reading(), config, options)


def tree(pid: int) -> list[int]:
    """Return a process and all below it."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found


def usage(pid: int) -> tuple[float, float]:
    """Return CPU seconds and memory in MiB."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0, 0.0
    pss = next((line.split()[1] for line in rollup.splitlines() if line.startswith("Pss:")), "0")
    return (int(fields[11]) + int(fields[12])) / TICKS, int(pss) / 1024


def watch(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    """Follow a run to its end."""
    began = time.monotonic()
    seconds: dict[int, float] = {}
    memory: list[float] = []
    while process.poll() is None:
        now = {pid: usage(pid) for pid in tree(process.pid)}
        for pid, (cpu, _) in now.items():
            seconds[pid] = max(seconds.get(pid, 0.0), cpu)
        memory.append(sum(pss for _, pss in now.values()))
        time.sleep(0.5)
    assert process.returncode == 0, "the run failed"
    third = len(memory) // 3
    return {
        "wall_seconds": round(time.monotonic() - began, 1),
        "cpu_seconds": round(sum(seconds.values()), 1),
        "parent_cpu_seconds": round(seconds.get(process.pid, 0.0), 1),
        "peak_mib": round(max(memory), 1),
        "peak_mib_by_third": [
            round(max(memory[i * third : (i + 1) * third] or [0]), 1) for i in range(3)
        ],
    }


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


if __name__ == "__main__":
    run_here(*sys.argv[1:])
