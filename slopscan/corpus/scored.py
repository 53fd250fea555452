"""Tables of scores, read again from any format that `slopscan score` writes."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from slopscan.corpus.columns import MEASURES
from slopscan.corpus.inputs import READERS, Position, Reading, find_inputs
from slopscan.corpus.inputs.base import Opened
from slopscan.corpus.rows import RowOptions
from slopscan.errors import InputError, UsageError

_MARK: Final = "findings_per_1k"
_TABLES: Final = (".parquet", ".csv", ".tsv", ".csv.gz", ".tsv.gz", ".jsonl.zst", ".csv.zst")
_NUMBERS: Final = ("probability", "log_odds", "n_words", "findings_per_1k")


@dataclass(frozen=True, slots=True)
class ScoredRow:
    """One row of scores; `fields` holds the columns asked for beside them, as text."""

    probability: float | None
    log_odds: float | None
    flagged: bool
    abstained: bool
    n_words: int
    findings_per_1k: float | None
    rules: Mapping[str, int]
    error: bool
    id: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    measures: Mapping[str, float] = field(default_factory=dict)


def is_score_table(name: str) -> bool:
    """Say whether a file holds scores: by its suffix, or by the first line of JSON Lines."""
    if name.endswith(_TABLES):
        return True
    if not name.endswith((".jsonl", ".jsonl.gz", ".ndjson")):
        return False
    try:
        data = Path(name).open("rb").read(1 << 16)  # noqa: SIM115
        if data.startswith(b"\x1f\x8b"):
            with gzip.open(name) as stream:
                data = stream.read(1 << 16)
    except (OSError, EOFError):
        return False
    return f'"{_MARK}"'.encode() in data.partition(b"\n")[0]


def read_scores(name: str, fields: Sequence[str] = ()) -> Iterator[ScoredRow]:
    """Yield the rows of a table of scores.

    Parameters
    ----------
    name : str
        Path of the table.
    fields : sequence of str
        Kept columns to read too.

    Raises
    ------
    UsageError
        There is no such file, or it lacks a column asked for.
    InputError
        It is damaged, or no table of scores.
    """
    for file in find_inputs([name]):
        own = (*_NUMBERS, "flagged", "abstained", "rules", "error", MEASURES)
        options = RowOptions(text_field=_MARK, keep=(*own, *fields))
        if file.format not in READERS:
            raise InputError("is no table of scores", where=name)
        module = import_module(READERS[file.format])
        for record in module.records(Opened(file, Reading(options), Position())):
            values = record.fields
            if values is None or "rules" not in values or "n_words" not in values:
                what = record.error or "no column of scores"
                raise InputError(f"row {record.number}: {what}", where=name)
            for column in fields:
                if column not in values:
                    fix = f"keep it when scoring: --keep {column}"
                    raise UsageError(f'there is no column "{column}"', where=name, fix=fix)
            yield _row(values, fields)


def _row(values: Mapping[str, Any], fields: Sequence[str]) -> ScoredRow:
    rules, measures = (_mapping(values.get(name)) for name in ("rules", MEASURES))
    return ScoredRow(
        probability=_number(values["probability"]),
        log_odds=_number(values["log_odds"]),
        flagged=values["flagged"] in (True, "true"),
        abstained=values["abstained"] not in (None, ""),
        n_words=int(values["n_words"] or 0),
        findings_per_1k=_number(values[_MARK]),
        rules=rules,
        error=values["error"] not in (None, ""),
        id=str(values.get("id", "")),
        fields={name: _text(values[name]) for name in fields},
        measures=measures,
    )


def _mapping(value: Any) -> dict[str, Any]:
    """Return a map as JSON, as JSON text, or as Parquet gives it."""
    return dict(json.loads(value) if isinstance(value, str) and value else value or {})


def _number(value: Any) -> float | None:
    return None if value in (None, "") else float(value)


def _text(value: Any) -> str:
    return "(none)" if value in (None, "") else str(value)
