"""`score_batch` takes and gives tables, and the snippets of the guide run as printed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import slopscan
from slopscan.corpus.columns import OWN
from slopscan.errors import UsageError

GUIDE = Path(__file__).parents[2] / "docs" / "corpora.md"
TICS = "It is not just a tool, but a way of thinking. Let's delve into this rich tapestry."
COLUMNS: dict[str, list[Any]] = {
    "id": ["a", "b", "c"],
    "text": [TICS, None, "Plain words."],
    "year": [2020, 2021, None],
}


def scored(table: Any, **settings: Any) -> Any:
    return slopscan.score_batch(table, parse=False, preview=True, **settings)


def test_a_mapping() -> None:
    result = scored(COLUMNS, keep=["year"])
    assert list(result) == [*OWN, "year"]
    assert result["id"] == ["a", "b", "c"]
    assert json.loads(result["rules"][0])
    assert result["error"] == [None, 'table, row 2: "text" is empty', None]
    assert result["year"] == [2020, 2021, None]


def test_arrow_tables_and_batches() -> None:
    pa = pytest.importorskip("pyarrow")
    table = scored(pa.table(COLUMNS), keep=["year"])
    assert isinstance(table, pa.Table)
    assert table.column_names == [*OWN, "year"]
    assert dict(table.column("rules")[0].as_py())
    batch = scored(pa.RecordBatch.from_pydict(COLUMNS))
    assert isinstance(batch, pa.RecordBatch)
    assert batch.column("n_words").to_pylist() == table.column("n_words").to_pylist()
    assert scored(pa.table(COLUMNS).slice(0, 0)).num_rows == 0
    assert scored(pa.RecordBatch.from_pydict(COLUMNS).slice(0, 0)).num_rows == 0


def test_pandas_frames() -> None:
    pd = pytest.importorskip("pandas")
    frame = scored(pd.DataFrame(COLUMNS, index=[5, 6, 7]))
    assert list(frame.index) == [5, 6, 7]
    assert list(frame.columns) == list(OWN)
    assert isinstance(frame["rules"][5], dict)
    assert frame["error"][6] == 'table, row 2: "text" is empty'


def test_rows_without_an_id_are_numbered() -> None:
    assert scored({"body": ["One.", "Two."]}, text_field="body")["id"] == [1, 2]


@pytest.mark.parametrize(
    ("table", "words"), [([1], "cannot score a list"), ({"body": ["x"]}, 'no column "text"')]
)
def test_what_is_no_table_of_texts(table: Any, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        scored(table)


def snippet(heading: str) -> str:
    """Return the Python block below a heading of the guide."""
    section = GUIDE.read_text("utf-8").partition(f"\n### {heading}\n")[2]
    found = re.search(r"```python\n(.*?)```", section.partition("\n### ")[0], re.DOTALL)
    assert found, heading
    return found[1]


@pytest.mark.parametrize(
    ("heading", "package"),
    [
        ("Hugging Face datasets", "datasets"),
        ("Dask", "dask.dataframe"),
        ("Spark", "pyspark"),
        ("datatrove", "datatrove orjson"),
        ("pandas", "pandas"),
    ],
)
def test_the_snippets_of_the_guide_run(tmp_path: Path, heading: str, package: str) -> None:
    for name in package.split():
        pytest.importorskip(name)
    parquet = pytest.importorskip("pyarrow.parquet")
    pa = pytest.importorskip("pyarrow")
    rows = {"id": [f"d{i}" for i in range(5)], "text": [TICS, "Plain words."] * 2 + ["End."]}
    parquet.write_table(pa.table(rows), tmp_path / "texts.parquet")
    lines = [json.dumps({"id": i, "text": t}) for i, t in zip(*rows.values(), strict=True)]
    (tmp_path / "texts.jsonl").write_text("\n".join(lines) + "\n")
    (tmp_path / "snippet.py").write_text(snippet(heading))
    root = str(Path(slopscan.__file__).parents[1])
    settings = {"PYTHONPATH": root, "HF_HUB_OFFLINE": "1", "PYSPARK_PYTHON": sys.executable}
    done = subprocess.run(
        [sys.executable, "snippet.py"],
        cwd=tmp_path,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    result = parquet.read_table(tmp_path / "scores.parquet")
    found = {row["id"]: row for row in result.to_pylist()}
    assert sorted(found) == sorted(rows["id"])
    assert found["d0"]["n_words"] > found["d4"]["n_words"] == 1
    assert found["d0"]["rules"]
