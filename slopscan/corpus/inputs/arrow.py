"""Arrow IPC: the file format (Feather too) and the stream format, without copying the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from slopscan.corpus.extra import needed
from slopscan.corpus.inputs.base import STDIN, Opened
from slopscan.corpus.inputs.parquet import first_line, wanted
from slopscan.corpus.remote import file_system, is_uri
from slopscan.corpus.rows import Record
from slopscan.errors import InputError

_ROWS: Final = 128


def records(opened: Opened) -> Iterator[Record]:
    """Yield the rows of an Arrow file or stream.

    Raises
    ------
    InputError
        The file is damaged, or has no column of that name.
    """
    pyarrow = needed("pyarrow", "to read Arrow files")
    try:
        number = 0
        for batch in _batches(opened, pyarrow):
            for fields in batch.to_pylist():
                number += 1
                yield Record(number, fields)
    except (pyarrow.ArrowException, OSError) as error:
        raise InputError(f"not readable as Arrow ({first_line(error)})") from error


def _batches(opened: Opened, pyarrow: Any) -> Iterator[Any]:
    ipc = needed("pyarrow.ipc", "to read Arrow files")
    if opened.file.name == STDIN:
        with ipc.open_stream(opened.raw()) as reader:
            yield from _slices(reader, opened)
        return
    if is_uri(opened.file.name):
        system, path = file_system(opened.file.name)
        opening = system.open_input_file(path)
    else:
        opening = pyarrow.memory_map(opened.file.name)
    with opening as source:
        opened.position.follow(lambda: 0 if source.closed else source.tell())
        try:
            reader = ipc.open_file(source)
        except pyarrow.ArrowInvalid:
            source.seek(0)
            with ipc.open_stream(source) as reader:
                yield from _slices(reader, opened)
            return
        batches = (reader.get_batch(index) for index in range(reader.num_record_batches))
        yield from _slices(batches, opened, reader.schema)


def _slices(batches: Any, opened: Opened, schema: Any = None) -> Iterator[Any]:
    names = wanted((schema or batches.schema).names, opened.reading.rows)
    for batch in batches:
        narrow = batch.select(names)
        for start in range(0, narrow.num_rows, _ROWS):
            yield narrow.slice(start, _ROWS)
