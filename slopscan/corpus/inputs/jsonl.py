"""JSON Lines: one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator

from slopscan.corpus.inputs.base import Opened, lines
from slopscan.corpus.rows import Record


def records(opened: Opened) -> Iterator[Record]:
    """Yield one record for every line, blank and broken ones included."""
    for number, line, error in lines(opened):
        yield Record(number, None, error) if line is None else _record(number, line)


def _record(number: int, line: str) -> Record:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Record(number, None, f"not JSON ({error})")
    if not isinstance(data, dict):
        return Record(number, None, "not a JSON object")
    return Record(number, data)
