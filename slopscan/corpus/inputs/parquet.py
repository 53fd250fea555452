"""Parquet, a few rows in memory at a time."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Final

from slopscan.corpus.extra import needed
from slopscan.corpus.inputs.base import STDIN, Opened
from slopscan.corpus.remote import is_uri
from slopscan.corpus.rows import Record, RowOptions
from slopscan.errors import InputError

_ROWS: Final = 128
_BUFFER_BYTES: Final = 1 << 20


def records(opened: Opened) -> Iterator[Record]:
    """Yield the rows of a Parquet file, reading only the columns asked for.

    Raises
    ------
    InputError
        The file is damaged, or has no column of that name.
    """
    pyarrow = needed("pyarrow", "to read Parquet")
    parquet = needed("pyarrow.parquet", "to read Parquet")
    # A footer stands at the end, so a pipe has to be held in memory.
    source: Any = opened.file.name
    if opened.file.name == STDIN:
        source = io.BytesIO(opened.raw().read())
    elif is_uri(source):
        source = opened.file.open()
    try:
        with parquet.ParquetFile(source, buffer_size=_BUFFER_BYTES, pre_buffer=False) as file:
            columns = wanted(file.schema_arrow.names, opened.reading.rows)
            first, last = opened.groups or (0, file.metadata.num_row_groups)
            lengths = [file.metadata.row_group(i).num_rows for i in range(last)]
            total = max(sum(lengths[first:]), 1)
            before = sum(lengths[:first])
            read = 0
            size = opened.file.size
            opened.position.follow(lambda: size * read // total)
            batches = file.iter_batches(
                batch_size=_ROWS,
                row_groups=list(range(first, last)),
                columns=columns,
                use_threads=False,
            )
            for batch in batches:
                for fields in batch.to_pylist():
                    read += 1
                    yield Record(before + read, fields)
    except (pyarrow.ArrowException, OSError) as error:
        raise InputError(f"not readable as Parquet ({first_line(error)})") from error


def wanted(names: list[str], options: RowOptions) -> list[str]:
    """Return the columns to read.

    Raises
    ------
    InputError
        The column of the text is missing.
    """
    if options.text_field not in names:
        raise InputError(f'no column "{options.text_field}"; it has {", ".join(names)}')
    asked = {options.text_field, options.id_field, *options.keep}
    return [name for name in names if name in asked]


def first_line(error: Exception) -> str:
    """Return the first line of a message; Arrow adds its own source lines."""
    return (str(error).splitlines() or [type(error).__name__])[0]
