"""`slopscan score` gives one row for each row, whatever is wrong with some."""

from __future__ import annotations

import gzip
import io
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from slopscan.cli.app import main

TICS = "It is not just a tool, but a way of thinking. Let's delve into this rich tapestry."
LINES = [
    json.dumps({"id": "a", "text": TICS}).encode(),
    b"{not json",
    b'{"id": "b"}',
    b'{"id": "c", "text": 3}',
    b'{"id": "d", "text": "\xe9"}',
    b"[1]",
    b"",
    json.dumps({"text": ""}).encode(),
    json.dumps({"id": 9, "text": "A short note."}).encode(),
]


def results(path: Path) -> list[dict[str, Any]]:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in data.splitlines()]


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz"])
def test_every_row_has_its_result_in_order(tmp_path: Path, suffix: str) -> None:
    source, target = tmp_path / f"in{suffix}", tmp_path / f"out{suffix}"
    data = b"\n".join(LINES) + b"\n"
    source.write_bytes(gzip.compress(data) if suffix.endswith("gz") else data)
    assert main(["score", str(source), "-o", str(target), "--no-parse", "--preview"]) == 0
    rows = results(target)
    assert [row["id"] for row in rows] == ["a", 2, "b", "c", 5, 6, 7, 8, 9]
    assert [row["error"] is None for row in rows] == [True, *[False] * 6, True, True]
    assert rows[0]["rules"] and rows[0]["findings_per_1k"] > 0
    assert rows[7]["findings_per_1k"] is None
    assert all(row["probability"] is None for row in rows)
    names = [source.name, target.name, f"{target.name}.manifest.json"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
    manifest = json.loads((tmp_path / names[2]).read_text())
    assert manifest["counts"]["rows"] == 9
    assert manifest["counts"]["errors"] == 6
    assert manifest["inputs"][0]["sha256"] == sha256(source.read_bytes()).hexdigest()


def test_rules_on_trial_are_counted_when_asked_for(tmp_path: Path) -> None:
    from slopscan.catalogue.load import load_catalogue

    text = tmp_path / "in.jsonl"
    text.write_text(json.dumps({"text": f"{TICS} The scent of rain and regret hung in the air."}))
    found = {}
    for name, more in {"plain": [], "preview": ["--preview"]}.items():
        target = tmp_path / f"{name}.jsonl"
        assert main(["score", str(text), "-o", str(target), "--no-parse", *more]) == 0
        found[name] = results(target)[0]
    rules = load_catalogue().rules
    added = set(found["preview"]["rules"]) - set(found["plain"]["rules"])
    assert added and {rules[name].status.value for name in added} == {"preview"}
    assert found["preview"]["rules"].items() >= found["plain"]["rules"].items()
    assert found["preview"]["findings_per_1k"] > found["plain"]["findings_per_1k"]


def test_other_fields_can_be_named(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"key": "k1", "body": "Plain words."}\n')
    args = ["score", str(source), "-o", str(target), "--no-parse"]
    assert main([*args, "--text-field", "body", "--id-field", "key"]) == 0
    assert results(target)[0]["id"] == "k1"


def test_a_run_that_scores_nothing_has_failed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"body": "Plain words."}\n')
    assert main(["score", str(source), "-o", str(target), "--no-parse"]) == 2
    assert f'{source}, row 1: no field "text"' in results(target)[0]["error"]
    assert "no row could be scored" in capsys.readouterr().err


def lines_of(texts: list[str]) -> str:
    return "".join(json.dumps({"text": text}) + "\n" for text in texts)


def test_any_number_of_jobs_gives_the_same_bytes(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(lines_of([TICS * (i % 7) for i in range(600)]))
    outputs = []
    for jobs in ("1", "2"):
        target = tmp_path / f"out{jobs}.jsonl.gz"
        assert main(["score", str(source), "-o", str(target), "--no-parse", "-j", jobs]) == 0
        outputs.append(target.read_bytes())
    assert outputs[0] == outputs[1]


def test_a_probability_does_not_depend_on_what_else_is_in_the_corpus(tmp_path: Path) -> None:
    from slopscan import scan_text

    text = "The old road ran along the river, and nobody had walked it since the flood. " * 8
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(lines_of(["A short note.", TICS * 9, "", text]))
    assert main(["score", str(source), "-o", str(target), "-j", "1"]) == 0
    verdict = scan_text(text).verdict
    assert verdict is not None
    assert verdict.log_odds is not None
    assert results(target)[3]["log_odds"] == round(verdict.log_odds, 5)


def test_the_cache_answers_for_texts_seen_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(lines_of([TICS + str(i) for i in range(4)]))
    common = ["score", str(source), "--no-parse", "-j", "1", "--cache", str(tmp_path / "cache")]
    assert main([*common, "-o", str(tmp_path / "a.jsonl")]) == 0
    assert "cache" not in capsys.readouterr().err.replace(str(tmp_path), "")
    assert main([*common, "-o", str(tmp_path / "b.jsonl")]) == 0
    assert "4 found in the cache" in capsys.readouterr().err
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()
    assert main([*common, "-o", str(tmp_path / "c.jsonl"), "--preview"]) == 0
    assert "in the cache" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["in.jsonl", "-o", "out.xlsx"], "cannot tell the format to write"),
        (["in.jsonl", "-o", "missing/out.jsonl"], "its folder does not exist"),
        (["none.jsonl", "-o", "out.jsonl"], "no such file or folder"),
        (["in.json", "-o", "out.jsonl"], "jq -c"),
        (["*.parquet", "-o", "out.jsonl"], "no file matches"),
        (["in.jsonl", "-o", "out.jsonl", "--keep", "rules"], "of its own"),
        (["in.jsonl", "-o", "out.jsonl", "--encoding", "utf-9"], "unknown encoding"),
        (["in.jsonl", "-o", "out.jsonl", "--input-format", "xml"], "unknown format"),
        (["in.jsonl", "-o", "out.jsonl", "--select", "no-such-rule"], "no-such-rule"),
    ],
)
def test_a_mistake_is_told_before_any_work(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    args: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("in.jsonl", "in.json"):
        (tmp_path / name).write_text('{"text": "Plain words."}\n')
    assert main(["score", *args]) == 2
    assert words in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.json", "in.jsonl"]


FORMATS = ("x.arrow", "x.ipc", "x.tsv", "x.csv.gz", "x.jsonl.zst", "x.parquet", "*.jsonl", "-")


@pytest.mark.parametrize("name", [*FORMATS, "saved", "saved-splits"])
def test_every_input_goes_through_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [{"id": f"r{i}", "text": TICS * (i + 1)} for i in range(4)]
    lines = "".join(json.dumps(row) + "\n" for row in rows).encode()
    if name.startswith("saved"):
        datasets = pytest.importorskip("datasets")
        datasets.disable_progress_bars()
        saved = datasets.Dataset.from_list(rows)
        if name.endswith("splits"):
            saved = datasets.DatasetDict(
                {"train": saved.select(range(3)), "test": saved.select([3]).flatten_indices()}
            )
            saved["train"] = saved["train"].flatten_indices()
        saved.save_to_disk(name)
    else:
        write_input(tmp_path / name, rows, lines)
    if name == "-":
        packed = io.BytesIO(gzip.compress(lines))
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(packed)))
    args = ["score", name, "-o", "out.json.jsonl", "--no-parse", "--preview", "-j", "1", "-q"]
    assert main(args) == 0
    found = results(tmp_path / "out.json.jsonl")
    assert [row["id"] for row in found] == ["r0", "r1", "r2", "r3"]
    words = found[0]["n_words"]
    assert [row["n_words"] for row in found] == [words, 2 * words, 3 * words, 4 * words]


def write_input(path: Path, rows: list[dict[str, Any]], lines: bytes) -> None:
    """Write a table in the format that its suffix names."""
    if path.suffix in (".arrow", ".ipc", ".parquet"):
        pa = pytest.importorskip("pyarrow")
        table = pa.Table.from_pylist(rows)
        if path.suffix == ".parquet":
            pytest.importorskip("pyarrow.parquet").write_table(table, path)
            return
        new = pa.ipc.new_file if path.suffix == ".arrow" else pa.ipc.new_stream
        with pa.OSFile(str(path), "wb") as sink, new(sink, table.schema) as writer:
            writer.write_table(table)
    elif path.suffix == ".zst":
        path.write_bytes(pytest.importorskip("zstandard").compress(lines))
    elif path.name in ("x.tsv", "x.csv.gz"):
        mark = "\t" if path.suffix == ".tsv" else ","
        quote = '"' if mark == "," else ""
        text = f"id{mark}text\n" + "".join(
            f"{row['id']}{mark}{quote}{row['text']}{quote}\n" for row in rows
        )
        path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    elif path.name == "*.jsonl":
        for number in range(2):
            half = lines.splitlines(keepends=True)[2 * number : 2 * number + 2]
            path.with_name(f"{number}.jsonl").write_bytes(b"".join(half))
