"""Columns of the output, and the types of those that come from the input."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from slopscan.errors import UsageError

OWN: Final = (
    "id",
    "probability",
    "log_odds",
    "flagged",
    "abstained",
    "n_words",
    "findings_per_1k",
    "rules",
    "error",
)
FINDING_COLUMNS: Final = (
    "id",
    "row",
    "rule",
    "family",
    "severity",
    "start",
    "end",
    "line",
    "column",
    "matched",
)
MEASURES: Final = "measures"
WINDOW_COLUMNS: Final = ("id", "row", "start", "end", "n_words", "probability")
_KINDS: Final = {bool: "bool", int: "int", float: "float", str: "string"}
_MAX_INT: Final = 2**63


def check_kept(keep: Iterable[str]) -> tuple[str, ...]:
    """Return the kept fields, none twice.

    Raises
    ------
    UsageError
        One has the name of a column of our own.
    """
    names = tuple(dict.fromkeys(keep))
    for name in names:
        if name in (*OWN, MEASURES):
            raise UsageError(
                f'--keep {name}: the output has a column "{name}" of its own',
                fix="rename the field in the input",
            )
    return names


class Kinds:
    """What kind of values a column holds, learnt row by row.

    Kinds are `bool`, `int`, `float` and `string`; a column of several, or of lists and
    objects, becomes `string`, with values that are no strings as JSON.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._seen: dict[str, set[str]] = {name: set() for name in names}

    def learn(self, row: Mapping[str, Any]) -> None:
        """Take the values of one row into account."""
        for name, seen in self._seen.items():
            value = row.get(name)
            if value is not None:
                kind = _KINDS.get(type(value), "json")
                big = kind == "int" and not -_MAX_INT <= value < _MAX_INT
                seen.add("json" if big else kind)

    def kinds(self) -> dict[str, str]:
        """Return the kind of each column."""
        return {name: _kind(seen) for name, seen in self._seen.items()}


def _kind(seen: set[str]) -> str:
    if len(seen) == 1 and "json" not in seen:
        return next(iter(seen))
    return "float" if seen == {"int", "float"} else "string"


def fitted(value: Any, kind: str) -> Any:
    """Return a value as its column holds it."""
    if value is None:
        return None
    if kind == "string" and not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return float(value) if kind == "float" else value
