"""Rows of a JSON Lines file, in and out, plain or gzip."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

from slopscan.errors import InputError


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the input.

    `text` is None exactly when `error` says why. `id` is the row's own, or its line number
    (from 1) where it has none.
    """

    id: str | int
    text: str | None
    error: str | None = None


def read_rows(path: Path, *, text_field: str = "text", id_field: str = "id") -> Iterator[Row]:
    """Yield one row for every line; a bad line gives a row with an error.

    Raises
    ------
    InputError
        The file cannot be opened, or its gzip stream is damaged.
    """
    try:
        with _reading(path) as stream:
            for number, line in enumerate(stream, start=1):
                yield _row(line, number, text_field, id_field)
    except (OSError, EOFError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(
            f"cannot be read: {reason}", where=str(path), fix="give a .jsonl or .jsonl.gz file"
        ) from error


def _reading(path: Path) -> BinaryIO | gzip.GzipFile:
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")


def _row(line: bytes, number: int, text_field: str, id_field: str) -> Row:
    try:
        data = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return Row(number, None, f"line {number}: not UTF-8 ({error.reason})")
    except (ValueError, RecursionError) as error:
        return Row(number, None, f"line {number}: not JSON ({error})")
    if not isinstance(data, dict):
        return Row(number, None, f"line {number}: not a JSON object")
    given = data.get(id_field)
    row_id = given if isinstance(given, (str, int)) else number
    if text_field not in data:
        return Row(row_id, None, f'line {number}: no field "{text_field}"')
    text = data[text_field]
    if not isinstance(text, str):
        return Row(row_id, None, f'line {number}: "{text_field}" is not a string')
    return Row(row_id, text)


class RowWriter:
    """Writes rows as JSON Lines."""

    def __init__(self, stream: IO[bytes] | gzip.GzipFile) -> None:
        self._stream = stream

    def write(self, row: Mapping[str, Any]) -> None:
        self._stream.write(json.dumps(row, allow_nan=False).encode("ascii") + b"\n")


@contextmanager
def writing(path: Path) -> Iterator[RowWriter]:
    """Write to a temporary name beside `path` and rename when all rows are there.

    A run that fails leaves an older file as it was. The gzip header carries no time, so the
    same rows give the same bytes.

    Raises
    ------
    InputError
        The folder cannot be written to.
    """
    partial = path.with_name(f".{path.name}.part")
    try:
        stream: IO[bytes] = partial.open("wb")
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", where=str(path)) from error
    try:
        with stream:
            if path.suffix == ".gz":
                with gzip.GzipFile(filename="", fileobj=stream, mode="wb", mtime=0) as packed:
                    yield RowWriter(packed)
            else:
                yield RowWriter(stream)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
