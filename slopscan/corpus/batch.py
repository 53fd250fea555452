"""`slopscan.score_batch`: a table of texts in, a table of scores out, for any engine.

The scorer is loaded at the first call in a process and kept. Tables may be pyarrow tables or
record batches, pandas frames, or mappings of column names to lists; the result is of the same
sort, one row for each row, in order.
"""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from slopscan.corpus.columns import OWN, check_kept
from slopscan.corpus.extra import needed
from slopscan.corpus.rows import Record, Row, RowOptions, row_of
from slopscan.corpus.score import Item, ScannerScorer, Scored, nothing, score_items
from slopscan.corpus.worker import WorkerConfig, build
from slopscan.errors import UsageError

# A scorer is used by one thread at a time; engines may call from several.
_ONE_AT_A_TIME: Final = threading.Lock()
# Columns of a result, as Spark writes a schema.
SPARK_SCHEMA: Final = (
    "id string, probability double, log_odds double, flagged boolean, abstained string, "
    "n_words long, findings_per_1k double, rules map<string,int>, error string"
)


def score_batch(
    table: Any,
    *,
    text_field: str = "text",
    id_field: str = "id",
    keep: Sequence[str] = (),
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    preview: bool = False,
    parse: bool = True,
    model: str | None = None,
) -> Any:
    """Score a table of texts.

    Parameters
    ----------
    table : pyarrow.Table, pyarrow.RecordBatch, pandas.DataFrame or mapping of lists
    text_field, id_field : str
        Columns of the text and of the row's name; without the latter, rows are numbered
        from 1.
    keep : sequence of str
        Columns to copy to the result.
    select, ignore : sequence of str
        Rules, families, statuses or `all`.
    preview : bool
        Also run preview rules.
    parse : bool
        False runs the rules on strings alone, without a probability.
    model : str, optional
        Folder of a model of `slopscan train`; the shipped one by default.

    Returns
    -------
    the sort of `table`
        Columns `id`, `probability`, `log_odds`, `flagged`, `abstained`, `n_words`,
        `findings_per_1k`, `rules`, `error`, then those kept. `rules` maps rule ids to counts:
        a map in Arrow, a dict in pandas, JSON text in a mapping (whose users infer types).

    Raises
    ------
    UsageError
        `table` is none of these, has no column of the text, or a rule is unknown.
    """
    options = RowOptions(text_field, id_field, check_kept(keep))
    scorer = _scorer(tuple(select), tuple(ignore), preview, parse, model)
    columns = _columns(table, [text_field, id_field, *options.keep])
    if text_field not in columns:
        raise UsageError(f'the table has no column "{text_field}"', fix="name it with text_field")
    names = list(columns)
    records = zip(*columns.values(), strict=True)
    rows = [
        row_of(Record(number, dict(zip(names, values, strict=True))), "table", options)
        for number, values in enumerate(records, start=1)
    ]
    scored = score_table(scorer, rows)
    result: dict[str, list[Any]] = {name: [row[name] for row in scored] for name in OWN}
    result |= {name: list(columns.get(name, [None] * len(rows))) for name in options.keep}
    return _like(table, result, options.keep)


def score_table(scorer: ScannerScorer, rows: Sequence[Row]) -> list[Scored]:
    """Score rows; the results hold the rows' ids."""
    items = [Item(str(row.id), row.text, row.media_type) for row in rows if row.text is not None]
    with _ONE_AT_A_TIME:
        done = iter(score_items(scorer, items))
    return [
        {"id": row.id, **(nothing(row.error) if row.text is None else next(done))} for row in rows
    ]


@lru_cache(maxsize=4)
def _scorer(
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    preview: bool,
    parse: bool,
    model: str | None,
) -> ScannerScorer:
    return build(WorkerConfig(select, ignore, preview, parse, model=model))


def _columns(table: Any, wanted: Sequence[str]) -> dict[str, list[Any]]:
    kind = _kind(table)
    if kind == "mapping":
        return {name: list(table[name]) for name in wanted if name in table}
    if kind == "pandas":
        return {name: _without_nan(table[name].tolist()) for name in wanted if name in table}
    names = table.schema.names
    return {name: table.column(name).to_pylist() for name in wanted if name in names}


def _without_nan(values: list[Any]) -> list[Any]:
    return [None if isinstance(v, float) and math.isnan(v) else v for v in values]


def _like(table: Any, result: dict[str, list[Any]], keep: Sequence[str]) -> Any:
    kind = _kind(table)
    if kind == "mapping":
        return {**result, "rules": [json.dumps(rules) for rules in result["rules"]]}
    if kind == "pandas":
        return needed("pandas", "for pandas frames").DataFrame(result, index=table.index)
    from slopscan.corpus.writers import arrow_table  # noqa: PLC0415

    made = arrow_table(result, keep)
    if kind == "Table":
        return made
    arrays = [column.combine_chunks() for column in made.columns]
    return needed("pyarrow", "for Arrow tables").RecordBatch.from_arrays(arrays, schema=made.schema)


def _kind(table: Any) -> str:
    if isinstance(table, Mapping):
        return "mapping"
    # Told by name, so that neither package is imported for a table of the other.
    for found in type(table).__mro__:
        package, name = found.__module__.partition(".")[0], found.__name__
        if package == "pandas" and name == "DataFrame":
            return "pandas"
        if package == "pyarrow" and name in ("Table", "RecordBatch"):
            return name
        if name == "LazyBatch":
            return "mapping"
    raise UsageError(
        f"cannot score a {type(table).__name__}",
        fix="give a pyarrow Table or RecordBatch, a pandas DataFrame, or a mapping of lists",
    )
