"""Shards on any file system: made once, in order, equal to a run on one machine; and on Ray."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from slopscan.cli.app import main
from slopscan.corpus.inputs import Reading, find_inputs, read_inputs
from slopscan.corpus.pool import Pool
from slopscan.corpus.rows import RowOptions
from slopscan.corpus.shards import Target, plan, score_shard
from slopscan.corpus.worker import WorkerConfig
from slopscan.errors import UsageError

HERE = Path(__file__).parent
ESSAY = HERE.parents[1] / "examples" / "essay.md"
pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
TICS = "It is not just a tool, but a way of thinking. Let's delve into this rich tapestry. "


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "in"
    place.mkdir()
    rows = [{"text": TICS * (i % 4), "year": i} for i in range(90)]
    pq.write_table(pa.Table.from_pylist(rows), place / "a.parquet", row_group_size=30)
    lines = [json.dumps({"id": f"j{i}", "text": TICS * (i % 3)}) for i in range(40)]
    (place / "b.jsonl").write_text("\n".join([*lines, "{broken"]) + "\n")
    (place / "c.md").write_text("# A title\n\n" + TICS)
    return place


def test_large_parquet_files_are_divided(folder: Path) -> None:
    shards = plan(find_inputs([str(folder)]), shard_bytes=1)
    assert [shard.groups for shard in shards] == [(0, 1), (1, 2), (2, 3), None, None]
    assert [shard.index for shard in shards] == list(range(5))
    assert len(plan(find_inputs([str(folder)]))) == 3


def test_shards_together_are_the_whole_and_made_once(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(HERE))
    reading = Reading(RowOptions(keep=("year",)))
    files = find_inputs([folder.as_uri()])
    assert [Path(file.name).name for file in files] == ["a.parquet", "b.jsonl", "c.md"]
    shards = plan(files, shard_bytes=1)
    output = tmp_path / "out"
    target = Target(output.as_uri(), {"a": 1})
    with Pool(WorkerConfig(factory="stub_scorer:scorer"), 1) as pool:
        for shard in reversed(shards):
            counts = score_shard(shard, pool, reading, target)
            assert counts["rows"] in (30, 41, 1)
    tables = [pq.read_table(output / shard.name) for shard in shards]
    together = pa.concat_tables(tables).to_pylist()
    wanted = list(read_inputs(files, reading))
    assert [row["id"] for row in together] == [str(row.id) for row in wanted]
    assert [row["error"] for row in together] == [row.error for row in wanted]
    lengths = [len((row.text or "").split()) for row in wanted]
    assert [row["n_words"] for row in together] == lengths
    assert [row["year"] for row in together[:3]] == ["0", "1", "2"]

    class NoPool:
        def run(self, tasks: object) -> Any:
            raise AssertionError("scored twice")

    no_pool: Any = NoPool()
    again = Target(output.as_uri(), {"a": 1})
    assert [score_shard(s, no_pool, reading, again)["rows"] for s in shards] == [30, 30, 30, 41, 1]
    with pytest.raises(AssertionError, match="scored twice"):
        score_shard(shards[0], no_pool, reading, Target(output.as_uri(), {"a": 2}))
    os.utime(folder / "b.jsonl", (1, 1))
    with pytest.raises(AssertionError, match="scored twice"):
        score_shard(shards[3], no_pool, reading, again)


def test_uris_are_read_like_paths(folder: Path, tmp_path: Path) -> None:
    outputs = []
    for source in (str(folder / "b.jsonl"), (folder / "b.jsonl").as_uri()):
        target = tmp_path / f"out{len(outputs)}.jsonl"
        assert main(["score", source, "-o", str(target), "--no-parse", "-j", "1"]) == 0
        outputs.append(target.read_text().replace(folder.as_uri(), str(folder)))
    assert outputs[0] == outputs[1]
    with pytest.raises(UsageError, match="no such file"):
        find_inputs([(tmp_path / "none").as_uri()])


def test_an_engine_writes_a_folder(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    args = ["score", str(folder), "-o", "out.parquet", "--engine", "ray", "--no-parse"]
    assert main(args) == 2
    assert "a folder of shards, not one file" in capsys.readouterr().err


def test_an_engine_writes_a_folder_for_each_table(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    common = ["score", str(folder), "--engine", "ray", "--no-parse"]
    assert main([*common, "-o", "out", "--findings", "out/"]) == 2
    assert "would be written twice" in capsys.readouterr().err
    assert main([*common, "-o", "out", "--findings", "spans.parquet"]) == 2
    assert "a folder of shards, not one file" in capsys.readouterr().err
    assert main([*common, "-o", "out", "--cache", "here"]) == 2
    assert "--cache is not for --engine ray" in capsys.readouterr().err


def joined(folder: Path) -> list[dict[str, Any]]:
    """Return the rows of all shards; `row` counts on over shards, as on one machine."""
    rows: list[dict[str, Any]] = []
    before = 0
    for part in sorted(folder.glob("part-*.parquet")):
        found = pq.read_table(part).to_pylist()
        rows += [{**row, "row": row["row"] + before} if "row" in row else row for row in found]
        before += pq.read_metadata(folder.parent / "shards" / part.name).num_rows
    return rows


def test_ray_gives_the_rows_of_a_local_run(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("ray")
    # Long enough for a probability, and so for windows.
    (folder / "d.md").write_text(ESSAY.read_text("utf-8"))
    local, output = tmp_path / "local.parquet", tmp_path / "shards"
    common = ["score", str(folder), "-j", "2", "--preview", "-q", "--measures"]
    tables = {name: tmp_path / f"{name}.parquet" for name in ("findings", "windows")}
    others = [word for name, path in tables.items() for word in (f"--{name}", str(path))]
    assert main([*common, "-o", str(local), *others]) == 0
    folders = {name: tmp_path / name for name in tables}
    others = [word for name, path in folders.items() for word in (f"--{name}", str(path))]
    command = [sys.executable, "-m", "slopscan", *common, *others, "-o", str(output)]
    command += ["--engine", "ray"]
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": root, "RAY_USAGE_STATS_ENABLED": "0"},
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
    assert done.returncode == 0, done.stderr
    wanted = [{**row, "id": str(row["id"])} for row in pq.read_table(local).to_pylist()]
    parts = sorted(output.glob("part-*.parquet"))
    assert joined(output) == wanted
    assert dict(wanted[3]["measures"])
    for name, path in tables.items():
        wanted_parts = [{**row, "id": str(row["id"])} for row in pq.read_table(path).to_pylist()]
        assert wanted_parts
        assert joined(folders[name]) == wanted_parts
        assert not list(folders[name].glob("_*"))
    manifest = json.loads((output / "manifest.json").read_text())
    assert manifest["counts"]["rows"] == len(wanted) == 133
    assert manifest["shards"] == len(parts) == 4
