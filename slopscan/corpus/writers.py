"""Tables out, by suffix: JSON Lines, CSV and Parquet, whole or not at all."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from slopscan.corpus.columns import Kinds, fitted
from slopscan.corpus.extra import needed
from slopscan.errors import UsageError

_ROW_GROUP: Final = 20_000
SUFFIXES: Final = (".jsonl", ".ndjson", ".csv", ".tsv", ".parquet")
_PACKED: Final = (".gz", ".zst")
_TYPED: Final = {
    "probability": "float",
    "log_odds": "float",
    "flagged": "bool",
    "abstained": "string",
    "n_words": "int",
    "findings_per_1k": "float",
    "rules": "map",
    "measures": "figures",
    "error": "string",
    "row": "int",
    "rule": "string",
    "family": "string",
    "severity": "string",
    "start": "int",
    "end": "int",
    "line": "int",
    "column": "int",
    "matched": "string",
}

Rows = Callable[[], Iterator[Mapping[str, Any]]]


def check_output(path: Path) -> None:
    """Check that an output can be written, before hours of work.

    Raises
    ------
    UsageError
        Its suffix is unknown, a package is missing, or its folder does not exist.
    """
    suffix = _suffix(path)
    if suffix not in SUFFIXES or (suffix == ".parquet" and path.suffix != ".parquet"):
        raise UsageError(
            f'cannot tell the format to write from "{path.name}"',
            fix=f"end its name in one of {', '.join(SUFFIXES)}; .gz or .zst may follow lines",
        )
    if path.suffix == ".zst":
        needed("zstandard", "to write .zst files")
    if suffix == ".parquet":
        needed("pyarrow.parquet", "to write Parquet")
    if path.is_dir():
        raise UsageError("is a folder", where=str(path), fix="name a file in it")
    if not path.parent.is_dir():
        raise UsageError("its folder does not exist", where=str(path), fix="make the folder")


def write_table(path: Path, rows: Rows, columns: Sequence[str], keep: Sequence[str] = ()) -> None:
    """Write rows under a temporary name, then rename.

    Parameters
    ----------
    path : Path
        Its suffix tells the format.
    rows : callable
        Gives the rows from the first; called twice where columns of the input need a type.
    columns : sequence of str
        Our own, in order; `id` takes the type of its values.
    keep : sequence of str
        Columns of the input, which follow; each takes the type of its values.
    """
    partial = path.with_name(f".{path.name}.part")
    names = (*columns, *keep)
    try:
        if _suffix(path) == ".parquet":
            _parquet(partial, rows, columns, keep)
        else:
            with _packed(partial, path.suffix) as stream:
                if _suffix(path) in (".csv", ".tsv"):
                    _delimited(stream, rows(), names, "\t" if ".tsv" in path.suffixes else ",")
                else:
                    _json_lines(stream, rows(), names)
        with partial.open("rb+") as done:
            os.fsync(done.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _suffix(path: Path) -> str:
    return Path(path.stem).suffix if path.suffix in _PACKED else path.suffix


@contextmanager
def _packed(path: Path, suffix: str) -> Iterator[BinaryIO]:
    """Open for writing; neither packer records a time or a name, so bytes repeat."""
    with ExitStack() as stack:
        stream: Any = stack.enter_context(path.open("wb"))
        if suffix == ".gz":
            packer = gzip.GzipFile(filename="", fileobj=stream, mode="wb", mtime=0)
            stream = stack.enter_context(packer)
        elif suffix == ".zst":
            zstandard = needed("zstandard", "to write .zst files")
            stream = stack.enter_context(zstandard.ZstdCompressor().stream_writer(stream))
        yield cast(BinaryIO, stream)


def _json_lines(
    stream: BinaryIO, rows: Iterable[Mapping[str, Any]], columns: Sequence[str]
) -> None:
    for row in rows:
        ordered = {name: row.get(name) for name in columns}
        stream.write(json.dumps(ordered, allow_nan=False).encode("ascii") + b"\n")


def _delimited(
    stream: BinaryIO, rows: Iterable[Mapping[str, Any]], columns: Sequence[str], delimiter: str
) -> None:
    text = io.TextIOWrapper(cast(Any, stream), "utf-8", newline="", write_through=True)
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in columns])
    text.flush()
    text.detach()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value


def _parquet(path: Path, rows: Rows, columns: Sequence[str], keep: Sequence[str]) -> None:
    pyarrow = needed("pyarrow", "to write Parquet")
    parquet = needed("pyarrow.parquet", "to write Parquet")
    names = (*columns, *keep)
    kinds = _kinds(rows(), columns, keep)
    schema = pyarrow.schema([(name, _type(pyarrow, kinds[name])) for name in names])
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for group in _groups(rows(), _ROW_GROUP):
            columns_of = {name: [row.get(name) for row in group] for name in names}
            writer.write_table(_table(pyarrow, schema, columns_of, kinds))


def arrow_table(columns: Mapping[str, Sequence[Any]], keep: Sequence[str] = ()) -> Any:
    """Return a pyarrow table of a result's columns, typed; those in `keep` by their values."""
    pyarrow = needed("pyarrow", "for Arrow tables")
    rows = (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))
    kinds = _kinds(rows, [name for name in columns if name not in keep], keep)
    schema = pyarrow.schema([(name, _type(pyarrow, kinds[name])) for name in columns])
    return _table(pyarrow, schema, columns, kinds)


def _kinds(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], keep: Sequence[str]
) -> dict[str, str]:
    learnt = Kinds(["id", *keep])
    for row in rows:
        learnt.learn(row)
    return {**{name: _TYPED[name] for name in columns if name != "id"}, **learnt.kinds()}


def _table(
    pyarrow: Any, schema: Any, columns: Mapping[str, Sequence[Any]], kinds: Mapping[str, str]
) -> Any:
    arrays = []
    for field in schema:
        values = [_value(value, kinds[field.name]) for value in columns[field.name]]
        arrays.append(pyarrow.array(values, field.type))
    return pyarrow.table(arrays, schema=schema)


def _type(pyarrow: Any, kind: str) -> Any:
    types = {
        "bool": pyarrow.bool_(),
        "int": pyarrow.int64(),
        "float": pyarrow.float64(),
        "string": pyarrow.string(),
        "map": pyarrow.map_(pyarrow.string(), pyarrow.int32()),
        "figures": pyarrow.map_(pyarrow.string(), pyarrow.float64()),
    }
    return types[kind]


def _value(value: Any, kind: str) -> Any:
    if kind in ("map", "figures"):
        return list(value.items()) if value else []
    return fitted(value, kind)


def _groups(rows: Iterable[Mapping[str, Any]], size: int) -> Iterator[list[Mapping[str, Any]]]:
    group: list[Mapping[str, Any]] = []
    for row in rows:
        group.append(row)
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group
