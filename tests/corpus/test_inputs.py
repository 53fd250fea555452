"""Every format gives the same rows, and what is broken becomes an error with its place."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from pathlib import Path
from typing import Any

import pytest
from archive_files import docx, epub, odt

from slopscan.corpus.inputs import Position, Reading, find_inputs, read_inputs
from slopscan.corpus.rows import Row, RowOptions
from slopscan.errors import UsageError

ROWS: list[dict[str, Any]] = [
    {"id": "a", "text": "One café.\nTwo lines.", "year": 2020},
    {"id": "b", "text": "", "year": 2021},
    {"id": "c", "text": "“Quoted”, with a comma", "year": 2022},
]


def rows(*names: Path | str, fmt: str | None = None, **options: Any) -> list[Row]:
    encoding = options.pop("encoding", None)
    files = find_inputs([str(name) for name in names], fmt)
    return list(read_inputs(files, Reading(RowOptions(**options), encoding)))


def texts(found: list[Row]) -> list[tuple[Any, ...]]:
    assert not [row.error for row in found if row.error]
    return [(row.id, row.text) for row in found]


def jsonl() -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS).encode()


def delimited(delimiter: str) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(ROWS[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(ROWS)
    return stream.getvalue().encode()


def table() -> Any:
    return pytest.importorskip("pyarrow").Table.from_pylist(ROWS)


def write(folder: Path, name: str) -> Path:
    path = folder / name
    if name.endswith((".parquet", ".feather", ".arrow", ".ipc")):
        pa = pytest.importorskip("pyarrow")
        if name.endswith(".parquet"):
            pytest.importorskip("pyarrow.parquet").write_table(table(), path)
        else:
            new = pa.ipc.new_stream if name.endswith(".ipc") else pa.ipc.new_file
            with new(str(path), table().schema) as writer:
                writer.write_table(table(), max_chunksize=2)
        return path
    data = delimited("\t") if ".tsv" in name else delimited(",") if ".csv" in name else jsonl()
    if name.endswith(".gz"):
        data = gzip.compress(data)
    elif name.endswith(".zst"):
        data = pytest.importorskip("zstandard").compress(data)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "name",
    ["x.jsonl", "x.ndjson.gz", "x.jsonl.zst", "x.csv", "x.tsv.gz", "x.parquet", "x.arrow", "x.ipc"],
)
def test_every_format_gives_the_same_rows(tmp_path: Path, name: str) -> None:
    found = rows(write(tmp_path, name), keep=("year",))
    assert texts(found) == [(row["id"], row["text"]) for row in ROWS]
    assert [str(row.keep["year"]) for row in found] == ["2020", "2021", "2022"]


def test_packed_data_are_known_whatever_the_name(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(gzip.compress(jsonl()) + gzip.compress(jsonl()))
    assert len(texts(rows(path))) == 6


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("name", ["x.jsonl", "x.csv"])
def test_encodings(tmp_path: Path, encoding: str, name: str) -> None:
    data = jsonl() if name == "x.jsonl" else delimited(",")
    path = tmp_path / name
    path.write_bytes(data.decode().encode(encoding))
    found = rows(path, encoding=encoding if encoding == "cp1252" else None)
    assert texts(found)[0] == ("a", ROWS[0]["text"])


def test_a_row_that_is_not_utf8_spoils_itself_alone(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"id,text\n1,good\n2,caf\xe9\n3,fine\n")
    (tmp_path / "y.jsonl").write_bytes(b'{"text": "good"}\n{"text": "caf\xe9"}\n{"text": "x"}\n')
    found = rows(tmp_path / "x.csv", tmp_path / "y.jsonl")
    assert [row.text for row in found] == ["good", None, "fine", "good", None, "x"]
    for row, name in ((found[1], "x.csv"), (found[4], "y.jsonl")):
        assert row.error is not None
        assert f"{name}, row 2: not UTF-8 (byte 0xe9)" in row.error
    assert found[4].id == f"{tmp_path / 'y.jsonl'}:2"


def test_folders_globs_and_several_inputs(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    (folder / "sub").mkdir(parents=True)
    (folder / "b.md").write_text("# Two")
    (folder / "a.txt").write_text("One")
    (folder / "sub" / "c.jsonl").write_text('{"id": 7, "text": "Three"}\n')
    (folder / ".hidden.md").write_text("no")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    found = rows(folder)
    assert texts(found) == [
        (str(folder / "a.txt"), "One"),
        (str(folder / "b.md"), "# Two"),
        (7, "Three"),
    ]
    assert [row.media_type for row in found[:2]] == ["text/plain", "text/markdown"]
    assert len(rows(str(folder / "*.md"), folder / "b.md")) == 1


@pytest.mark.parametrize("split", [False, True])
def test_a_saved_hugging_face_dataset(tmp_path: Path, split: bool) -> None:
    pa = pytest.importorskip("pyarrow")
    folder = tmp_path / "ds"
    folders = [folder / "train", folder / "test"] if split else [folder]
    for place in folders:
        place.mkdir(parents=True)
        names = [f"data-0000{i}-of-00002.arrow" for i in range(2)]
        for name in names:
            with pa.ipc.new_stream(str(place / name), table().schema) as writer:
                writer.write_table(table())
        state = {"_data_files": [{"filename": name} for name in names]}
        (place / "state.json").write_text(json.dumps(state))
        (place / "dataset_info.json").write_text("{}")
    if split:
        (folder / "dataset_dict.json").write_text(json.dumps({"splits": ["train", "test"]}))
    assert len(texts(rows(folder))) == 6 * len(folders)
    (folders[-1] / "data-00001-of-00002.arrow").unlink()
    with pytest.raises(UsageError, match="is missing"):
        rows(folder)


@pytest.mark.parametrize("name", ["x.jsonl.gz", "x.jsonl.zst", "x.parquet", "x.arrow"])
def test_a_damaged_file_is_one_error_and_the_next_follows(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, name)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    found = rows(path, write(tmp_path, "next.jsonl"))
    assert [row.text for row in found[-3:]] == [row["text"] for row in ROWS]
    assert len([row for row in found if row.error]) == 1
    assert found[-4].error is not None
    assert f"{name}, row " in found[-4].error
    assert "cannot be read from here on" in found[-4].error


def test_rows_before_the_damage_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.gz"
    lines = b"".join(b'{"text": "%032x"}\n' % (i * 2**99 // 7) for i in range(9000))
    data = gzip.compress(lines)[:-5000]
    path.write_bytes(data)
    found = rows(path)
    assert len(found) - 1 == zlib.decompressobj(31).decompress(data).count(b"\n") > 5000
    assert [row.error is None for row in found] == [True] * (len(found) - 1) + [False]
    assert found[-1].error is not None
    assert f"row {len(found)}: " in found[-1].error
    assert "end early" in found[-1].error


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"id,body\n1,x\n", 'no column "text"; it has id, body'),
        (b"", "no header line"),
        (b"id,text\n1,x,y\n", "3 fields where the header has 2"),
    ],
)
def test_tables_without_the_text(tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "x.csv").write_bytes(data)
    (row,) = rows(tmp_path / "x.csv")
    assert row.error is not None
    assert words in row.error


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"{", "not JSON"),
        (b"[1]", "not a JSON object"),
        (b'{"text": null}', '"text" is empty'),
        (b'{"text": 3}', '"text" is not a string'),
        (b'{"text": "\\ud800"}', "half of a surrogate pair, U+D800"),
        (b'{"text": "' + b"x" * 101 + b'"}', "longer than 100 characters (101)"),
        (b"[" * 100_000, "not JSON"),
        (b'{"text": "' + b"x" * 2_000_000 + b'"}', "a line of more than"),
    ],
)
def test_a_bad_line_says_what_is_wrong(tmp_path: Path, line: bytes, words: str) -> None:
    (tmp_path / "x.jsonl").write_bytes(b'{"text": "one"}\n' + line + b'\n{"text": "two"}\n')
    first, bad, last = rows(tmp_path / "x.jsonl", max_chars=100)
    assert (first.text, last.text) == ("one", "two")
    assert bad.error is not None
    assert words in bad.error
    assert "x.jsonl, row 2: " in bad.error


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BufferedReader(io.BytesIO(gzip.compress(jsonl()))))
    monkeypatch.setattr("sys.stdin", stream)
    assert len(texts(rows("-"))) == 3


def test_the_position_ends_at_the_end(tmp_path: Path) -> None:
    names = [write(tmp_path, name) for name in ("x.jsonl", "x.parquet", "x.arrow")]
    position = Position()
    files = find_inputs([str(name) for name in names])
    shares = [position.fraction for _ in read_inputs(files, Reading(), position)]
    assert all(share is not None for share in shares)
    assert position.fraction == 1.0


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(b"PAR1")
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(UsageError, match=r"pip install 'slopscan-prose\[corpus\]'"):
        rows(path)


def test_every_file_type_of_the_readers_is_an_input(tmp_path: Path) -> None:
    from slopscan.readers import SUFFIXES

    cell = {"cell_type": "markdown", "metadata": {}, "source": ["One."]}
    notebook = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    archives = {
        ".docx": docx("<w:p><w:r><w:t>One.</w:t></w:r></w:p>"),
        ".odt": odt("<text:p>One.</text:p>"),
        ".epub": epub("<p>One.</p>"),
    }
    for suffix in SUFFIXES:
        content = archives.get(suffix, notebook.encode() if suffix == ".ipynb" else b"One.\n")
        (tmp_path / f"a{suffix}").write_bytes(content)
    (tmp_path / "packed.docx.gz").write_bytes(gzip.compress(archives[".docx"]))
    (tmp_path / "code.py").write_text('"""One."""\n')
    found = rows(tmp_path)
    assert not [row.error for row in found if row.error]
    assert sorted(Path(str(row.id)).name for row in found) == sorted(
        [*(f"a{suffix}" for suffix in SUFFIXES), "packed.docx.gz"]
    )
    assert all("One." in (row.text or "") for row in found)
    assert rows(tmp_path / "code.py")[0].media_type == "text/x-python"
