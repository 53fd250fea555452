"""Speed, memory and survival of `slopscan score` on many documents.

    python benchmarks/scale.py overhead --documents 100000
    python benchmarks/scale.py scoring --documents 2000
    python benchmarks/scale.py faults --documents 300
    python benchmarks/scale.py ray --documents 3000
    python benchmarks/scale.py identity --documents 200
    python benchmarks/scale.py whole --documents 100000 --words 100 --folder DIR

Each part adds its figures to `benchmarks/results/scale.json` (`--output`). Documents are drawn
with replacement from the train splits under `SLOPSCAN_CORPORA`; nothing of them is kept.

`overhead` scores with a stub that only counts words, so that what it costs is reading, chunks,
pipes, journal and output. `scoring` runs the real scorer with 1 and 2 jobs beside the same
scorer alone in one process. CPU seconds are given beside wall time because other programs may
run on the machine; they are those of the whole tree of processes, read from /proc once a second,
and memory is its proportional set size, so shared pages count once.

`whole` scores all documents with the real scorer and 2 jobs, from JSON Lines and then from
Parquet; with `--words N` the documents are passages of N words or a little more, from all of the
train splits, and hardly two are alike. It takes hours, so what it has done stays in DIR: stopped in
any way, it goes on when it is started again. Memory is written down every 5 seconds and told for
each tenth of the run.
"""

# ruff: noqa: PLC0415
# What a part needs is imported there, so that a run's own program stays small.

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from scale_faults import faults, on_ray
from scale_runs import PROJECT, digest, start, tree, usage, watch, write_inputs

SAMPLE = 1_000  # documents of a whole run that are scored again in one process
RESULTS = PROJECT / "benchmarks" / "results" / "scale.json"


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


def whole(n: int, folder: Path, passage: int = 0) -> dict[str, Any]:
    """Score everything, going on from an earlier start."""
    folder.mkdir(parents=True, exist_ok=True)
    known = folder / "inputs.json"
    wanted = {"documents": n, "words_of_a_passage": passage}
    if not known.exists():
        lines, table, words = write_inputs(folder, n, passage)
        known.write_text(json.dumps({**wanted, "words": words}))
    given = json.loads(known.read_text())
    assert wanted.items() <= given.items(), f"{folder} holds other documents: {given}"
    lines, table, words = folder / "in.jsonl", folder / "in.parquet", given["words"]
    found: dict[str, Any] = {**given, "load": os.getloadavg()[0]}
    for source, output in ((lines, folder / "out.jsonl"), (table, folder / "out.parquet")):
        log = folder / f"{output.suffix[1:]}.log"
        if not output.exists():
            write_down(start(source, output, 2, stub_scorer=False), log)
        found[f"{source.suffix[1:]} to {output.suffix[1:]}"] = told(log, words)
    sample, n_words = first_of(lines, folder / "sample.jsonl", SAMPLE)
    pure = at_once(sample, n_words, 1)["words_per_cpu_second"]
    found[f"words_per_cpu_second_of_the_scorer_alone, {SAMPLE} documents"] = pure
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
    sample, n_words = first_of(lines, folder / "sample.jsonl", min(n, 500))
    two = found["2 scorers alone at a time"] = at_once(sample, n_words, 2)
    one = found["1 scorer alone"] = at_once(sample, n_words, 1)
    # What two jobs could gain at most: the cores of a machine share caches and memory.
    found["speed_up_of_2_scorers"] = round(2 * one["wall_seconds"] / two["wall_seconds"], 2)
    pure = one["words_per_cpu_second"]
    found["share_of_pure_speed"] = round(found["2 jobs"]["words_per_cpu_second"] / pure, 3)
    return found


def first_of(lines: Path, sample: Path, n: int) -> tuple[Path, int]:
    """Copy the first documents to another file; return it and its words."""
    with lines.open() as stream:
        first = [line for line, _ in zip(stream, range(n), strict=False)]
    sample.write_text("".join(first))
    return sample, sum(len(json.loads(line)["text"].split()) for line in first)


def at_once(lines: Path, words: int, n: int) -> dict[str, Any]:
    """Score the same documents in `n` processes at a time; return the slowest."""
    code = (
        "import json, pathlib, sys; import scale; "
        "print(json.dumps(scale.alone(pathlib.Path(sys.argv[1]), int(sys.argv[2]))))"
    )
    paths = os.pathsep.join([str(PROJECT / "benchmarks"), str(PROJECT)])
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-c", code, str(lines), str(words)]
    running = [
        subprocess.Popen(
            command, env={**os.environ, **threads, "PYTHONPATH": paths}, stdout=subprocess.PIPE
        )
        for _ in range(n)
    ]
    found = [json.loads(process.communicate()[0]) for process in running]
    return max(found, key=lambda one: float(one["wall_seconds"]))


def alone(lines: Path, words: int) -> dict[str, Any]:
    """Score documents in this process, loading left out."""
    from slopscan.corpus.rows import Row
    from slopscan.corpus.run import chunks, item_of
    from slopscan.corpus.score import score_items
    from slopscan.corpus.worker import WorkerConfig, scanner_scorer

    scorer = scanner_scorer(WorkerConfig())
    given = [json.loads(line) for line in lines.read_text().splitlines()]
    parts = list(chunks(Row(row["id"], row["text"]) for row in given))
    wall, cpu = time.monotonic(), time.process_time()
    for part in parts:
        score_items(scorer, [item_of(row) for row in part.rows])
    cpu = time.process_time() - cpu
    return {
        "wall_seconds": round(time.monotonic() - wall, 1),
        "cpu_seconds": round(cpu, 1),
        "words_per_cpu_second": round(words / cpu),
    }


PARTS = {
    "overhead": overhead,
    "scoring": scoring,
    "faults": faults,
    "ray": on_ray,
    "identity": identity,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", choices=[*PARTS, "whole"])
    parser.add_argument("--documents", type=int, required=True)
    parser.add_argument("--folder", type=Path, help="where `whole` keeps what it has done")
    parser.add_argument("--words", type=int, default=0, help="passages so long, for `whole`")
    parser.add_argument("--output", type=Path, default=RESULTS)
    options = parser.parse_args()
    if options.part == "whole":
        if options.folder is None:
            parser.error("whole needs --folder")
        found = whole(options.documents, options.folder, options.words)
    else:
        folder = Path(tempfile.mkdtemp(prefix="slopscan-scale-"))
        try:
            found = PARTS[options.part](options.documents, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    command = f"python benchmarks/scale.py {options.part} --documents {options.documents}"
    command += f" --words {options.words} --folder DIR" if options.part == "whole" else ""
    known = json.loads(options.output.read_text()) if options.output.exists() else {}
    known[options.part] = {"command": command, "cores": os.cpu_count(), **found}
    options.output.write_text(json.dumps(known, indent=2) + "\n")
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
