"""Tables hold what was scored, typed, and repeat to the byte."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from slopscan.cli.app import main
from slopscan.corpus.columns import OWN, Kinds
from slopscan.corpus.scored import read_scores
from slopscan.corpus.writers import write_table

ROOT = Path(__file__).parents[2]
TICS = "It is not just a tool, but a way of thinking. Let's delve into this rich tapestry."


def score(folder: Path, name: str, *more: str) -> Path:
    source = folder / "in.jsonl"
    lines = [
        {
            "id": 1,
            "text": TICS,
            "line": "first",
            "year": 2020,
            "mixed": 1,
            "tags": ["x"],
            "gone": None,
        },
        {"id": 2, "text": "Plain words.", "year": None, "mixed": "two", "tags": None},
        {"id": 3, "year": 2022},
    ]
    source.write_text("".join(json.dumps(line) + "\n" for line in lines))
    target = folder / name
    keep = ["--keep", "year,mixed", "--keep", "tags,line"]
    args = ["score", str(source), "-o", str(target), "--no-parse", "--preview", "-j", "1", *keep]
    assert main([*args, *more]) == 0
    return target


def test_parquet_is_typed(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    first = score(tmp_path, "a.parquet")
    table = parquet.read_table(first)
    assert table.column_names == [*OWN, "year", "mixed", "tags", "line"]
    types = {field.name: str(field.type) for field in table.schema}
    assert types["rules"].startswith("map<string, int32")
    assert (types["id"], types["year"], types["mixed"]) == ("int64", "int64", "string")
    assert (types["probability"], types["flagged"], types["error"]) == ("double", "bool", "string")
    rows = table.to_pylist()
    assert dict(rows[0]["rules"])
    assert [row["mixed"] for row in rows] == ["1", "two", None]
    assert [row["line"] for row in rows] == ["first", None, None]
    assert rows[0]["tags"] == '["x"]'
    assert [row["error"] is None for row in rows] == [True, True, False]
    assert score(tmp_path, "b.parquet").read_bytes() == first.read_bytes()


def test_csv(tmp_path: Path) -> None:
    with score(tmp_path, "a.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert json.loads(rows[0]["rules"])
    assert [row["flagged"] for row in rows] == ["false"] * 3
    assert [row["year"] for row in rows] == ["2020", "", "2022"]


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.zst", ".csv.gz", ".parquet"])
def test_outputs_are_whole_or_absent(tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"out{suffix}"
    target.write_text("old")

    def rows() -> Any:
        yield {"id": 1, "n_words": 2}
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_table(target, rows, ("id", "n_words"))
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


def test_findings_are_a_table_of_their_own(tmp_path: Path) -> None:
    target = tmp_path / "findings.jsonl"
    scores = score(tmp_path, "a.jsonl", "--findings", str(target))
    found = [json.loads(line) for line in target.read_text().splitlines()]
    counts = json.loads(scores.read_text().splitlines()[0])["rules"]
    assert sum(counts.values()) == len(found)
    assert all(TICS[item["start"] : item["end"]] == item["matched"] for item in found)
    assert {item["row"] for item in found} == {0}
    assert {item["id"] for item in found} == {1}


def test_windows_are_a_typed_table_of_their_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    essay = (ROOT / "examples" / "essay.md").read_text(encoding="utf-8")
    source, target = tmp_path / "in.jsonl", tmp_path / "windows.parquet"
    source.write_text(
        json.dumps({"id": "e", "text": essay}) + "\n" + json.dumps({"id": "s", "text": "Short."})
    )
    args = ["score", str(source), "-o", str(tmp_path / "out.jsonl"), "-j", "1", "-q"]
    assert main([*args, "--windows", str(target)]) == 0
    table = parquet.read_table(target)
    types = {field.name: str(field.type) for field in table.schema}
    assert types.pop("id") == "string"
    assert types.pop("probability") == "double"
    assert set(types) == {"row", "start", "end", "n_words"} and set(types.values()) == {"int64"}
    rows = table.to_pylist()
    assert {row["id"] for row in rows} == {"e"}
    assert len(rows) > 10 and all(0 <= row["probability"] <= 1 for row in rows)
    assert all(essay[row["start"] : row["end"]].strip() for row in rows)
    assert [row["start"] for row in rows] == sorted(row["start"] for row in rows)
    plain = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert all("windows" not in row for row in plain)
    for extra, words in (
        (["--no-parse", "--windows", str(target)], "--windows needs the parse"),
        (["--windows", str(tmp_path / "out.jsonl")], "would be written twice"),
        (["--windows", str(tmp_path / "w.xml")], "cannot tell the format"),
    ):
        assert main([*args, *extra]) == 2
        assert words in capsys.readouterr().err


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".jsonl"])
def test_measures_are_a_column_that_compare_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    pytest.importorskip("pyarrow")
    for name, text in (
        ("a", "One. Two. Three words here. "),
        ("b", "A long line of words, it is. "),
    ):
        lines = [json.dumps({"id": f"{name}{i}", "text": text * (8 + i)}) for i in range(4)]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines))
        args = ["score", str(tmp_path / f"{name}.jsonl"), "-o", str(tmp_path / f"{name}s{suffix}")]
        assert main([*args, "--no-parse", "--measures", "-j", "1", "-q"]) == 0
    tables = [str(tmp_path / f"{name}s{suffix}") for name in "ab"]
    (first, *_) = read_scores(tables[0])
    assert len(first.measures) > 3 and all(isinstance(v, float) for v in first.measures.values())
    capsys.readouterr()
    assert main(["compare", *tables, "--width", "200"]) == 0
    shown = capsys.readouterr().out
    assert any(name in shown for name in first.measures)
    assert "a3" in shown or "b3" in shown


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, None, 2], "int"),
        ([1, 2.5], "float"),
        ([True], "bool"),
        ([True, 1], "string"),
        (["a"], "string"),
        ([2**70], "string"),
        ([None], "string"),
        ([[1]], "string"),
    ],
)
def test_kinds_of_kept_columns(values: list[Any], kind: str) -> None:
    kinds = Kinds(["x"])
    for value in values:
        kinds.learn({"x": value})
    assert kinds.kinds() == {"x": kind}
