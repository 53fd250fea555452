"""Runs of `slopscan score` that are killed, starved and fed broken files; for `scale.py`."""

# ruff: noqa: PLC0415
# What a part needs is imported there, so that a run's own program stays small.

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from scale_runs import PROJECT, digest, start, texts, tree, watch, write_inputs

MIB = 1 << 20


def faults(n: int, folder: Path) -> dict[str, Any]:
    """Kill runs of the real scorer, fill a disk, feed it broken files."""
    lines, _, words = write_inputs(folder, n)
    whole = folder / "whole.parquet"
    watch(start(lines, whole, 2, stub_scorer=False))
    found: dict[str, Any] = {"documents": n, "words": words}
    for name, kill in (("parent", 0), ("worker", -1)):
        output = folder / f"{name}.parquet"
        kills = resumed = 0
        for wanted in (2, 4):
            process = start(lines, output, 2, stub_scorer=False)
            if await_chunks(output, wanted, process):
                os.kill(tree(process.pid)[kill], signal.SIGKILL)
                kills += 1
            if name == "worker":
                watch(process)
                break
            process.wait()
            resumed = len(list(hidden(output).glob("chunks-*/*.gz")))
        if not output.exists():
            watch(start(lines, output, 2, stub_scorer=False))
        found[f"kill -9 of the {name}"] = {
            "kills": kills,
            "chunks_kept": resumed,
            "same_bytes": digest(output) == digest(whole),
        }
    found["full disk"] = full_disk(lines, folder, whole)
    found["broken inputs"] = broken(folder)
    return found


def on_ray(n: int, folder: Path) -> dict[str, Any]:
    """Score shards on a cluster of two raylets while a worker and then a raylet are killed."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    import ray
    from ray.cluster_utils import Cluster

    from slopscan.corpus import rayengine
    from slopscan.corpus.inputs import Reading, find_inputs
    from slopscan.corpus.worker import WorkerConfig

    rows = list(texts(n))
    place, output = folder / "shards", folder / "out"
    place.mkdir()
    for index in range(24):
        table = pa.Table.from_pylist(rows[index::24])
        pq.write_table(table, place / f"{index:02d}.parquet")
    config = WorkerConfig(parse=False)
    whole = folder / "whole.parquet"
    command = [sys.executable, "-m", "slopscan", "score", str(place), "-o", str(whole), "-q"]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    subprocess.run([*command, "--no-parse", "-j", "1"], env=environment, check=True)

    os.environ["PYTHONPATH"] = str(PROJECT)
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    second = cluster.add_node(num_cpus=1)
    ray.init(address=cluster.address, log_to_driver=False)
    killed: list[str] = []

    def kill() -> None:
        while len(list((output / "_done").glob("*"))) < 3:
            time.sleep(0.05)
        pids = [pid for pid in tree(os.getpid()) if b"ShardScorer" in command_line(pid)]
        if pids:
            os.kill(pids[0], signal.SIGKILL)
            killed.append("worker")
        while len(list((output / "_done").glob("*"))) < 8:
            time.sleep(0.05)
        cluster.remove_node(second, allow_graceful=False)
        killed.append("raylet")

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    began = time.monotonic()
    totals = rayengine.score_on_ray(find_inputs([str(place)]), Reading(), config, str(output))
    wall = time.monotonic() - began
    ray.shutdown()
    cluster.shutdown()
    parts = [pq.read_table(part) for part in sorted(output.glob("part-*.parquet"))]
    wanted = [{**row, "id": str(row["id"])} for row in pq.read_table(whole).to_pylist()]
    return {
        "documents": n,
        "scorer": "rules on strings",
        "killed": killed,
        "wall_seconds": round(wall, 1),
        "rows": totals["rows"],
        "same_rows_as_local": pa.concat_tables(parts).to_pylist() == wanted,
        "left_over_parts": len(list(output.glob("_parts/*"))),
    }


def command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def hidden(output: Path) -> Path:
    return output.with_name(f".{output.name}.slopscan")


def await_chunks(output: Path, n: int, process: subprocess.Popen[bytes]) -> bool:
    """Wait until `n` chunks are kept; False when the run ended before."""
    while process.poll() is None:
        if len(list(hidden(output).glob("chunks-*/*.gz"))) >= n:
            return True
        time.sleep(0.05)
    return False


def full_disk(lines: Path, folder: Path, whole: Path) -> dict[str, Any]:
    """Write to a file system of 20 KiB, then make it larger and go on."""
    place = folder / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=20k", "tmpfs", str(place)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        return {"skipped": "no right to mount a file system"}
    try:
        output = place / "out.parquet"
        command = [sys.executable, "-m", "slopscan", "score", str(lines), "-o", str(output), "-q"]
        environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
        first = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False
        )
        kept = len(list(hidden(output).glob("chunks-*/*.gz")))
        subprocess.run(["mount", "-o", "remount,size=64m", str(place)], check=True)
        second = subprocess.run(command, env=environment, check=False, capture_output=True)
        return {
            "exit_code_when_full": first.returncode,
            "message": first.stderr.strip().splitlines()[0].replace(str(folder), ""),
            "chunks_kept": kept,
            "exit_code_after": second.returncode,
            "same_bytes": digest(output) == digest(whole),
        }
    finally:
        subprocess.run(["umount", str(place)], check=False)


def broken(folder: Path) -> dict[str, Any]:
    """Score a folder of broken files among good ones."""
    place = folder / "broken"
    place.mkdir()
    good = [json.dumps({"id": f"g{i}", "text": "A plain line of words."}) for i in range(50)]
    data = ("\n".join(good) + "\n").encode()
    (place / "a_good.jsonl").write_bytes(data)
    (place / "b_truncated.jsonl.gz").write_bytes(gzip.compress(data)[:-20])
    (place / "c_not_parquet.parquet").write_bytes(b"PAR1" + data)
    (place / "d_invalid_utf8.jsonl").write_bytes(data.replace(b"plain", b"pl\xe9in", 1))
    (place / "e_long.txt").write_text("word " * (10 * MIB))
    (place / "f_empty.md").write_text("")
    output = folder / "broken.jsonl"
    command = [sys.executable, "-m", "slopscan", "score", str(place), "-o", str(output), "-q"]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(PROJECT)}, capture_output=True, check=False
    )
    rows = [json.loads(line) for line in output.read_text().splitlines()]
    errors = [row["error"].replace(str(place) + "/", "") for row in rows if row["error"]]
    return {"exit_code": done.returncode, "rows": len(rows), "errors": errors}
