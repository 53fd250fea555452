"""What travels from the inputs to the scorer: records as found, rows ready to score."""

from __future__ import annotations

import base64
import datetime
import decimal
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

DEFAULT_MEDIA_TYPE: Final = "text/markdown"
# Longer than any book; one longer text would hold more memory than a worker should.
MAX_CHARS: Final = 5_000_000


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a table as it was read: its number from 1, and its fields or what is wrong."""

    number: int
    fields: Mapping[str, Any] | None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row to score.

    Attributes
    ----------
    id : str or int
        The row's own, or its number from 1; with several inputs `FILE:NUMBER`.
    text : str or None
        None exactly when `error` says why.
    error : str or None
    keep : mapping
        Fields copied to the output, as JSON values.
    media_type : str
        How the text is read.
    """

    id: str | int
    text: str | None
    error: str | None = None
    keep: Mapping[str, Any] = field(default_factory=dict)
    media_type: str = DEFAULT_MEDIA_TYPE


@dataclass(frozen=True, slots=True)
class RowOptions:
    """Which fields make a row, and how long its text may be (characters)."""

    text_field: str = "text"
    id_field: str = "id"
    keep: tuple[str, ...] = ()
    max_chars: int = MAX_CHARS


def row_of(record: Record, file: str, options: RowOptions, *, several: bool = False) -> Row:
    """Make a row of a record; what is wrong with it becomes the row's error.

    Parameters
    ----------
    record : Record
    file : str
        Name of the input, for messages.
    options : RowOptions
    several : bool
        There are other inputs, so that a number alone names no row.
    """
    where = f"{file}, row {record.number}"
    name: str | int = f"{file}:{record.number}" if several else record.number
    if record.fields is None:
        return Row(name, None, f"{where}: {record.error}")
    given = record.fields.get(options.id_field)
    if isinstance(given, (str, int)) and not isinstance(given, bool) and given != "":
        name = printable(given) if isinstance(given, str) else given
    keep = {key: plain(record.fields.get(key)) for key in options.keep}
    if options.text_field not in record.fields:
        return Row(name, None, f'{where}: no field "{options.text_field}"', keep)
    text = record.fields[options.text_field]
    if not isinstance(text, str):
        what = "is empty" if text is None else "is not a string"
        return Row(name, None, f'{where}: "{options.text_field}" {what}', keep)
    problem = fault(text, options.max_chars)
    return Row(name, None, f"{where}: {problem}", keep) if problem else Row(name, text, None, keep)


def fault(text: str, max_chars: int = MAX_CHARS) -> str | None:
    """Say why a text cannot be scored: it is too long, or was never valid Unicode."""
    if len(text) > max_chars:
        return (
            f"longer than {max_chars:,} characters ({len(text):,}): split it, or raise --max-chars"
        )
    if text.isascii():
        return None
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        code = ord(text[error.start])
        # The decoder keeps an undecodable byte 0xNN as U+DCNN.
        if 0xDC80 <= code <= 0xDCFF:
            return (
                f"not UTF-8 (byte 0x{code - 0xDC00:02x}); if the file has another encoding, "
                "name it with --encoding"
            )
        return f"not text (half of a surrogate pair, U+{code:04X})"
    return None


def printable(text: str) -> str:
    """Replace what cannot be written as UTF-8."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def plain(value: Any) -> Any:  # noqa: PLR0911
    """Turn a kept value into one that JSON can hold: times as ISO 8601, bytes as base64."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, (decimal.Decimal, datetime.timedelta)) else repr(value)
