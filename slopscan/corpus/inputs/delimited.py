"""CSV and TSV with a header line; quoted fields may hold line breaks."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator

from slopscan.corpus.inputs.base import Opened
from slopscan.corpus.rows import Record
from slopscan.errors import InputError


def records(opened: Opened) -> Iterator[Record]:
    """Yield one record for every row after the header.

    Raises
    ------
    InputError
        There is no header, or the encoding is not what was told.
    """
    stream = opened.stream()
    encoding = opened.encoding_of(stream)
    # An undecodable byte then spoils its own row alone.
    errors = "surrogateescape" if encoding == "utf-8-sig" else "strict"
    text = io.TextIOWrapper(stream, encoding, errors=errors, newline="")
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    reader = csv.reader(text, delimiter="\t" if opened.file.format == "tsv" else ",")
    try:
        header = next(reader, None)
        if not header:
            raise InputError("no header line")
        yield from _rows(reader, header, opened.reading.rows.text_field)
    except (csv.Error, UnicodeError) as error:
        raise InputError(str(error)) from error


def _rows(reader: Iterator[list[str]], header: list[str], text_field: str) -> Iterator[Record]:
    if text_field not in header:
        raise InputError(f'no column "{text_field}"; it has {", ".join(header)}')
    number = 0
    while True:
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            number += 1
            yield Record(number, None, f"not readable as a row ({error})")
            continue
        if not values:
            continue
        number += 1
        if len(values) != len(header):
            what = f"{len(values)} fields where the header has {len(header)}"
            yield Record(number, None, what)
        else:
            yield Record(number, dict(zip(header, values, strict=True)))
