"""Speed, memory and survival of `slopscan score` on many documents.

    python benchmarks/scale.py overhead --documents 100000
    python benchmarks/scale.py scoring --documents 2000
    python benchmarks/scale.py faults --documents 300
    python benchmarks/scale.py ray --documents 3000
    python benchmarks/scale.py identity --documents 200
    python benchmarks/scale.py whole --documents 100000 --folder DIR

Each part adds its figures to `benchmarks/results/scale.json` (`--output`). Documents are drawn
with replacement from the train splits under `SLOPSCAN_CORPORA`; nothing of them is kept.

`overhead` scores with a stub that only counts words, so that what it costs is reading, chunks,
pipes, journal and output. `scoring` runs the real scorer with 1 and 2 jobs beside the same
scorer alone in one process. CPU seconds are given beside wall time because other programs may
run on the machine; they are those of the whole tree of processes, read from /proc once a second,
and memory is its proportional set size, so shared pages count once.

`whole` scores all documents with the real scorer and 2 jobs, from JSON Lines and then from
Parquet. It takes hours, so what it has done stays in DIR: stopped in any way, it goes on when it is
started again. Memory is written down every 5 seconds and told for each tenth of the run.
"""

# ruff: noqa: PLC0415
# What a part needs is imported there, so that a run's own program stays small.

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
RESULTS = PROJECT / "benchmarks" / "results" / "scale.json"
TICKS = os.sysconf("SC_CLK_TCK")
MIB = 1 << 20


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


def texts(n: int, seed: int = 11) -> Iterator[dict[str, Any]]:
    """Yield `n` documents drawn with replacement, each with an id of its own."""
    root = Path(os.environ.get("SLOPSCAN_CORPORA", PROJECT.parent / "shared" / "corpora"))
    pool = []
    for path in sorted(root.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows = [row for row in map(json.loads, lines) if row["split"] == "train"]
        pool += [(row["text"], row["genre"]) for row in rows[:150]]
    rng = random.Random(seed)
    for index in range(n):
        text, genre = rng.choice(pool)
        yield {"id": f"d{index:08d}", "text": text, "genre": genre}


def write_inputs(folder: Path, n: int) -> tuple[Path, Path, int]:
    """Write the documents as JSON Lines and Parquet; return the paths and the words."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    lines, table = folder / "in.jsonl", folder / "in.parquet"
    words = 0
    schema = pa.schema([("id", pa.string()), ("text", pa.string()), ("genre", pa.string())])
    with lines.open("w") as stream, pq.ParquetWriter(table, schema) as writer:
        rows = []
        for row in texts(n):
            words += len(row["text"].split())
            stream.write(json.dumps(row) + "\n")
            rows.append(row)
            if len(rows) == 1000:
                writer.write_table(pa.Table.from_pylist(rows, schema=schema))
                rows = []
        writer.write_table(pa.Table.from_pylist(rows, schema=schema))
    return lines, table, words


def start(source: Path, output: Path, jobs: int, *, stub_scorer: bool) -> subprocess.Popen[bytes]:
    """Start a run as a program of its own."""
    paths = os.pathsep.join([str(PROJECT / "benchmarks"), str(PROJECT)])
    factory = "scale:stub" if stub_scorer else ""
    command = [sys.executable, __file__, "_run", str(source), str(output), str(jobs), factory]
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


def identity(n: int, folder: Path) -> dict[str, Any]:
    """Score the same documents with 1, 2 and 7 jobs, as shuffled shards, and on Ray."""
    import pyarrow.parquet as pq

    lines, _, words = write_inputs(folder, n)
    place = folder / "shards"
    place.mkdir()
    rows = lines.read_text().splitlines()
    random.Random(5).shuffle(rows)
    for index in range(4):
        (place / f"{index}.jsonl").write_text("\n".join(rows[index::4]) + "\n")
    tables = {}
    for name, source, more in (
        *((f"{jobs} jobs", lines, ["-j", str(jobs)]) for jobs in (1, 2, 7)),
        ("shuffled shards", place, ["-j", "2"]),
        ("ray", place, ["-j", "2", "--engine", "ray"]),
    ):
        output = folder / (name.replace(" ", "_") + ("" if name == "ray" else ".parquet"))
        command = [sys.executable, "-m", "slopscan", "score", str(source), "-o", str(output), "-q"]
        environment = {**os.environ, "PYTHONPATH": str(PROJECT), "OMP_NUM_THREADS": "1"}
        subprocess.run([*command, *more], env=environment, check=True, capture_output=True)
        parts = sorted(output.glob("part-*.parquet")) if output.is_dir() else [output]
        found = [row for part in parts for row in pq.read_table(part).to_pylist()]
        tables[name] = {row["id"]: row for row in found}
    first = tables["1 jobs"]
    return {
        "documents": n,
        "words": words,
        "rows": {name: len(table) for name, table in tables.items()},
        "rows_that_differ": {
            name: sum(table.get(key) != row for key, row in first.items())
            for name, table in tables.items()
        },
    }


def whole(n: int, folder: Path) -> dict[str, Any]:
    """Score everything, going on from an earlier start."""
    folder.mkdir(parents=True, exist_ok=True)
    known = folder / "inputs.json"
    if not known.exists():
        lines, table, words = write_inputs(folder, n)
        known.write_text(json.dumps({"documents": n, "words": words}))
    given = json.loads(known.read_text())
    assert given["documents"] == n, f"{folder} holds {given['documents']} documents"
    lines, table, words = folder / "in.jsonl", folder / "in.parquet", given["words"]
    found: dict[str, Any] = {"documents": n, "words": words, "load": os.getloadavg()[0]}
    for source, output in ((lines, folder / "out.jsonl"), (table, folder / "out.parquet")):
        log = folder / f"{output.suffix[1:]}.log"
        if not output.exists():
            write_down(start(source, output, 2, stub_scorer=False), log)
        found[f"{source.suffix[1:]} to {output.suffix[1:]}"] = told(log, words)
    sample = folder / "sample.jsonl"
    with lines.open() as stream:
        first = [line for line, _ in zip(stream, range(300), strict=False)]
    sample.write_text("".join(first))
    n_words = sum(len(json.loads(line)["text"].split()) for line in first)
    found["scorer alone, 300 documents"] = alone(sample, n_words)
    pure = found["scorer alone, 300 documents"]["words_per_cpu_second"]
    found["share_of_pure_speed"] = round(found["jsonl to jsonl"]["words_per_cpu_second"] / pure, 3)
    return found


def write_down(process: subprocess.Popen[bytes], log: Path) -> None:
    """Follow a run, a line every 5 seconds: when, CPU seconds so far, memory in MiB."""
    began = time.monotonic()
    seconds: dict[int, float] = {}
    with log.open("a") as stream:
        stream.write(json.dumps({"started": True}) + "\n")
        while process.poll() is None:
            now = {pid: usage(pid) for pid in tree(process.pid)}
            for pid, (cpu, _) in now.items():
                seconds[pid] = max(seconds.get(pid, 0.0), cpu)
            memory = sum(pss for _, pss in now.values())
            row = [time.monotonic() - began, sum(seconds.values()), memory]
            stream.write(json.dumps([round(value, 1) for value in row]) + "\n")
            stream.flush()
            time.sleep(5)
    assert process.returncode == 0, "the run failed"


def told(log: Path, words: int) -> dict[str, Any]:
    """Sum a log of one or several starts up."""
    rows = [json.loads(line) for line in log.read_text().splitlines()]
    starts = [at for at, row in enumerate(rows) if isinstance(row, dict)]
    parts = [rows[a + 1 : b] for a, b in zip(starts, [*starts[1:], len(rows)], strict=True)]
    wall, cpu = (sum(part[-1][at] for part in parts if part) for at in (0, 1))
    memory = [row[2] for part in parts for row in part]
    tenths = [memory[i * len(memory) // 10 : (i + 1) * len(memory) // 10] for i in range(10)]
    return {
        "starts": len(parts),
        "wall_seconds": round(wall, 1),
        "cpu_seconds": round(cpu, 1),
        "words_per_second": round(words / max(wall, 0.1)),
        "words_per_cpu_second": round(words / max(cpu, 0.1)),
        "peak_mib": max(memory),
        "peak_mib_by_tenth": [max(tenth, default=0) for tenth in tenths],
    }


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def overhead(n: int, folder: Path) -> dict[str, Any]:
    """Measure all but the scoring."""
    lines, table, words = write_inputs(folder, n)
    found: dict[str, Any] = {"documents": n, "words": words, "load": os.getloadavg()[0]}
    for source, name in ((lines, "out.jsonl"), (table, "out.parquet")):
        result = watch(start(source, folder / name, 2, stub_scorer=True))
        result["cpu_ms_per_document"] = round(1000 * result["cpu_seconds"] / n, 3)
        found[f"{source.suffix[1:]} to {name.rpartition('.')[2]}"] = result
    return found


def scoring(n: int, folder: Path) -> dict[str, Any]:
    """Compare 1 and 2 jobs with the scorer alone."""
    lines, table, words = write_inputs(folder, n)
    found: dict[str, Any] = {"documents": n, "words": words, "load": os.getloadavg()[0]}
    digests = []
    for jobs in (1, 2):
        output = folder / f"out{jobs}.jsonl"
        result = watch(start(lines, output, jobs, stub_scorer=False))
        result["words_per_cpu_second"] = round(words / result["cpu_seconds"])
        result["words_per_second"] = round(words / result["wall_seconds"])
        found[f"{jobs} jobs"] = result
        digests.append(digest(output))
    output = folder / "out_parquet.jsonl"
    found["parquet, 2 jobs"] = watch(start(table, output, 2, stub_scorer=False))
    digests.append(digest(output))
    found["same_bytes"] = len(set(digests)) == 1
    found["speed_up_of_2_jobs"] = round(
        found["1 jobs"]["wall_seconds"] / found["2 jobs"]["wall_seconds"], 2
    )
    found["scorer alone"] = alone(lines, words)
    pure = found["scorer alone"]["words_per_cpu_second"]
    found["share_of_pure_speed"] = round(found["2 jobs"]["words_per_cpu_second"] / pure, 3)
    return found


def alone(lines: Path, words: int) -> dict[str, Any]:
    """Score the same documents in this process, loading left out."""
    os.environ["OMP_NUM_THREADS"] = "1"
    from slopscan.corpus.score import Item, score_items
    from slopscan.corpus.worker import WorkerConfig, scanner_scorer

    scorer = scanner_scorer(WorkerConfig())
    rows = [json.loads(line) for line in lines.read_text().splitlines()]
    items = [Item(row["id"], row["text"], "text/markdown") for row in rows]
    wall, cpu = time.monotonic(), time.process_time()
    for index in range(0, len(items), 100):
        score_items(scorer, items[index : index + 100])
    cpu = time.process_time() - cpu
    return {
        "wall_seconds": round(time.monotonic() - wall, 1),
        "cpu_seconds": round(cpu, 1),
        "words_per_cpu_second": round(words / cpu),
    }


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


PARTS = {
    "overhead": overhead,
    "scoring": scoring,
    "faults": faults,
    "ray": on_ray,
    "identity": identity,
}


def main() -> None:
    if sys.argv[1:2] == ["_run"]:
        run_here(*sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", choices=[*PARTS, "whole"])
    parser.add_argument("--documents", type=int, required=True)
    parser.add_argument("--folder", type=Path, help="where `whole` keeps what it has done")
    parser.add_argument("--output", type=Path, default=RESULTS)
    options = parser.parse_args()
    if options.part == "whole":
        if options.folder is None:
            parser.error("whole needs --folder")
        found = whole(options.documents, options.folder)
    else:
        folder = Path(tempfile.mkdtemp(prefix="slopscan-scale-"))
        try:
            found = PARTS[options.part](options.documents, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    command = f"python benchmarks/scale.py {options.part} --documents {options.documents}"
    known = json.loads(options.output.read_text()) if options.output.exists() else {}
    known[options.part] = {"command": command, "cores": os.cpu_count(), **found}
    options.output.write_text(json.dumps(known, indent=2) + "\n")
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
