"""The same rows whatever the number of workers, the order of the shards, or the engine."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
TICS = "It is not just a tool, but a way of thinking. Let's delve into this rich tapestry. "


def score(source: Path, output: Path, *args: str) -> None:
    """Run the command as a program of its own, so that its workers are forked loaded."""
    command = [sys.executable, "-m", "slopscan", "score", str(source), "-o", str(output), "-q"]
    done = subprocess.run(
        [*command, "--no-parse", *args],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr


def rows() -> list[dict[str, Any]]:
    made = [{"id": f"d{i:04d}", "text": TICS * (i % 60)} for i in range(700)]
    made[33]["text"] = None
    return made


def write(path: Path, lines: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def read(path: Path) -> dict[str, dict[str, Any]]:
    found = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    by_id = {row["id"]: row for row in found}
    assert len(by_id) == len(found) == 700
    return by_id


def test_workers_and_shuffled_shards_change_no_row(tmp_path: Path) -> None:
    source, shards = tmp_path / "in.jsonl", tmp_path / "shards"
    write(source, rows())
    outputs = []
    for jobs in ("1", "2", "7"):
        outputs.append(tmp_path / f"out{jobs}.jsonl")
        score(source, outputs[-1], "-j", jobs)
    assert len({output.read_bytes() for output in outputs}) == 1
    shuffled = rows()
    random.Random(4).shuffle(shuffled)
    shards.mkdir()
    for number in range(5):
        write(shards / f"{number}.jsonl", shuffled[number::5])
    score(shards, tmp_path / "shuffled.jsonl", "-j", "2")
    whole, other = read(outputs[0]), read(tmp_path / "shuffled.jsonl")
    # The place of a bad row is told, and it is another one here.
    assert "row 34" in whole["d0033"].pop("error")
    assert "shards" in other["d0033"].pop("error")
    assert other == whole


def test_a_killed_worker_and_a_lost_machine_of_a_cluster_cost_no_row(tmp_path: Path) -> None:
    pytest.importorskip("ray")
    parquet = pytest.importorskip("pyarrow.parquet")
    source, output, whole = tmp_path / "in", tmp_path / "out", tmp_path / "whole.parquet"
    source.mkdir()
    lines = rows()
    for number in range(14):
        write(source / f"{number:02d}.jsonl", lines[number::14])
    done = subprocess.run(
        [sys.executable, str(Path(__file__).parent / "run_cluster.py"), str(source), str(output)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "RAY_USAGE_STATS_ENABLED": "0"},
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[-3:] == ["worker", "machine", "700"]
    score(source, whole, "-j", "2")
    parts = [parquet.read_table(part) for part in sorted(output.glob("part-*.parquet"))]
    found = [row for part in parts for row in part.to_pylist()]
    assert len(parts) == 14
    assert found == parquet.read_table(whole).to_pylist()
    assert not list(output.glob("_parts/*"))
