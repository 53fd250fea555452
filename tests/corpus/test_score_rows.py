"""`slopscan score` gives one row for each row, whatever is wrong with some."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from slopscan.cli.app import main
from slopscan.corpus.rows import read_rows, writing
from slopscan.errors import InputError

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
    assert main(["score", str(source), "-o", str(target), "--no-parse", "--preview"]) == 2
    rows = results(target)
    assert [row["id"] for row in rows] == ["a", 2, "b", "c", 5, 6, 7, 8, 9]
    assert [row["error"] is None for row in rows] == [True, *[False] * 6, True, True]
    assert rows[0]["rules"] and rows[0]["findings_per_1k"] > 0
    assert rows[7]["findings_per_1k"] is None
    assert all(row["probability"] is None for row in rows)
    assert sorted(path.name for path in tmp_path.iterdir()) == [source.name, target.name]


def test_other_fields_can_be_named(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"key": "k1", "body": "Plain words."}\n')
    args = ["score", str(source), "-o", str(target), "--no-parse"]
    assert main([*args, "--text-field", "body", "--id-field", "key"]) == 0
    assert results(target)[0]["id"] == "k1"


def test_a_failed_run_leaves_the_older_file(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    target.write_text("old\n")
    with pytest.raises(ZeroDivisionError), writing(target) as writer:
        writer.write({"id": 1})
        raise ZeroDivisionError
    assert target.read_text() == "old\n"
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]


def test_same_rows_give_the_same_gzip_bytes(tmp_path: Path) -> None:
    for name in ("a.jsonl.gz", "b.jsonl.gz"):
        with writing(tmp_path / name) as writer:
            writer.write({"id": 1})
    assert (tmp_path / "a.jsonl.gz").read_bytes() == (tmp_path / "b.jsonl.gz").read_bytes()


@pytest.mark.parametrize("data", [None, b"no gzip"])
def test_an_unreadable_corpus_is_an_input_error(tmp_path: Path, data: bytes | None) -> None:
    path = tmp_path / "in.jsonl.gz"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(InputError, match="cannot be read"):
        list(read_rows(path))
