"""A corpus as shards that machines score on their own, each at most once to the end.

A shard is one input file, or some row groups of a Parquet file; its result is one Parquet file
of the same number in the output folder. It is written under a name of its own, moved to its
place, and then marked as done with what it was made from; so a shard that is scored twice, or
left half-way, does no harm, and a run that is started again does only what is missing.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, Final

from slopscan.corpus.columns import FINDING_COLUMNS, MEASURES, OWN, WINDOW_COLUMNS
from slopscan.corpus.extra import needed
from slopscan.corpus.inputs import InputFile, Reading, read_part
from slopscan.corpus.pool import Pool, Task
from slopscan.corpus.remote import file_system, stamp
from slopscan.corpus.run import Chunk, chunks, item_of
from slopscan.corpus.score import Scored, nothing
from slopscan.corpus.writers import arrow_table
from slopscan.errors import UsageError

# Of unpacked columns: about half an hour of one core.
SHARD_BYTES: Final = 64 << 20
_ROWS_AT_ONCE: Final = 5_000
_SCORES: Final = "scores"
_PARTS: Final = {"findings": FINDING_COLUMNS, "windows": WINDOW_COLUMNS}


@dataclass(frozen=True, slots=True)
class Shard:
    """A part of the input; `groups` are the first row group and the one after the last."""

    index: int
    file: str
    format: str
    several: bool
    groups: tuple[int, int] | None = None

    @property
    def name(self) -> str:
        """File name of the result."""
        return f"part-{self.index:06d}.parquet"


@dataclass(frozen=True, slots=True)
class Beside:
    """What is written beside the scores: folders of other tables, a column of measures."""

    findings: str | None = None
    windows: str | None = None
    measures: bool = False

    @property
    def folders(self) -> dict[str, str]:
        """The folder of each other table."""
        found = {"findings": self.findings, "windows": self.windows}
        return {name: folder for name, folder in found.items() if folder is not None}


def plan(files: Sequence[InputFile], shard_bytes: int = SHARD_BYTES) -> list[Shard]:
    """Divide inputs into shards: files, and large Parquet files between row groups."""
    shards: list[Shard] = []
    several = len(files) > 1
    for file in files:
        cuts: Sequence[tuple[int, int] | None] = [None]
        if file.format == "parquet":
            cuts = _row_groups(file.name, shard_bytes) or [None]
        for groups in cuts:
            shards.append(Shard(len(shards), file.name, file.format, several, groups))
    return shards


def _row_groups(name: str, shard_bytes: int) -> list[tuple[int, int]]:
    pyarrow = needed("pyarrow", "to read Parquet")
    parquet = needed("pyarrow.parquet", "to read Parquet")
    system, path = file_system(name)
    try:
        with system.open_input_file(path) as source:
            metadata = parquet.ParquetFile(source).metadata
            sizes = [metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups)]
    except (pyarrow.ArrowException, OSError):
        # Reading it tells what is wrong, as an error row.
        return []
    cuts, start, held = [], 0, 0
    for index, size in enumerate(sizes):
        if held and held + size > shard_bytes:
            cuts.append((start, index))
            start, held = index, 0
        held += size
    return [*cuts, (start, len(sizes))] if sizes else []


class Target:
    """The output folder of a sharded run, on any file system, and those of its other tables.

    Parameters
    ----------
    folder : str
        Path or URI.
    settings : mapping
        What decides the scores; shards made with others are made anew.
    beside : Beside, optional
    """

    def __init__(
        self, folder: str, settings: Mapping[str, Any], beside: Beside | None = None
    ) -> None:
        self.beside = beside or Beside()
        folders = {_SCORES: folder, **self.beside.folders}
        self._places = {name: file_system(path.rstrip("/")) for name, path in folders.items()}
        self._system, self._path = self._places[_SCORES]
        text = json.dumps({**settings, "beside": asdict(self.beside)}, sort_keys=True)
        self._settings = hashlib.sha256(text.encode("utf-8")).hexdigest()
        for system, path in self._places.values():
            system.create_dir(f"{path}/_parts", recursive=True)
        self._system.create_dir(f"{self._path}/_done", recursive=True)

    def done(self, shard: Shard) -> dict[str, Any] | None:
        """Return the counts of a finished shard; None if it has to be scored."""
        try:
            with self._system.open_input_stream(self._mark(shard)) as stream:
                mark = json.loads(stream.read())
        except (OSError, ValueError):
            return None
        same = mark.get("made_from") == self._made_from(shard)
        return dict(mark["counts"]) if same else None

    def write(
        self, shard: Shard, groups: Iterable[Mapping[str, Any]], counts: Mapping[str, int]
    ) -> None:
        """Write a shard: of each group a table for the scores and for each other folder.

        `counts` is read when all groups have been.
        """
        parquet = needed("pyarrow.parquet", "to write Parquet")
        partial = f"_parts/{shard.name}.{uuid.uuid4().hex}"
        writers: dict[str, Any] = {}
        with ExitStack() as stack:
            for tables in groups:
                for name, table in tables.items():
                    if name not in writers:
                        system, path = self._places[name]
                        stream = stack.enter_context(system.open_output_stream(f"{path}/{partial}"))
                        writer = parquet.ParquetWriter(stream, table.schema, compression="zstd")
                        writers[name] = stack.enter_context(writer)
                    writers[name].write_table(table)
        for system, path in self._places.values():
            system.move(f"{path}/{partial}", f"{path}/{shard.name}")
        mark = {"made_from": self._made_from(shard), "counts": dict(counts)}
        with self._system.open_output_stream(self._mark(shard)) as stream:
            stream.write(json.dumps(mark).encode("ascii"))

    def finish(self, manifest: Mapping[str, Any]) -> None:
        """Write the manifest, which says that all shards are there, and clear up."""
        for system, path in self._places.values():
            system.delete_dir(f"{path}/_parts")
        with self._system.open_output_stream(f"{self._path}/manifest.json") as stream:
            stream.write((json.dumps(manifest, indent=2) + "\n").encode("ascii"))

    def _mark(self, shard: Shard) -> str:
        return f"{self._path}/_done/{shard.name}.json"

    def _made_from(self, shard: Shard) -> dict[str, Any]:
        made_from = {**asdict(shard), "stamp": stamp(shard.file), "settings": self._settings}
        as_read: dict[str, Any] = json.loads(json.dumps(made_from))
        return as_read


def score_shard(shard: Shard, pool: Pool, reading: Reading, target: Target) -> dict[str, int]:
    """Score one shard unless it is done.

    Returns
    -------
    dict
        Rows, errors and words of it.
    """
    known = target.done(shard)
    if known is not None:
        return known
    counts = {"rows": 0, "errors": 0, "words": 0}
    rows = _scored(shard, pool, reading, counts)
    target.write(shard, _tables(rows, reading.rows.keep, target.beside), counts)
    return counts


def _scored(
    shard: Shard, pool: Pool, reading: Reading, counts: dict[str, int]
) -> Iterator[dict[str, Any]]:
    """Yield the rows of a shard in order; results that come early wait."""
    file = InputFile(shard.file, shard.format)
    opened: dict[int, tuple[Chunk, list[int]]] = {}
    finished: dict[int, list[Scored]] = {}

    def tasks() -> Iterator[Task]:
        for chunk in chunks(read_part(file, reading, shard.groups, several=shard.several)):
            places = [index for index, row in enumerate(chunk.rows) if row.text is not None]
            opened[chunk.index] = (chunk, places)
            yield Task(chunk.index, [item_of(chunk.rows[index]) for index in places])

    following = 0
    for task in pool.run(tasks()):
        finished[task.index] = task.results()
        while following in finished:
            chunk, places = opened.pop(following)
            scores = dict(zip(places, finished.pop(following), strict=True))
            following += 1
            for index, row in enumerate(chunk.rows):
                values = scores.get(index) or nothing(row.error)
                counts["rows"] += 1
                counts["errors"] += values["error"] is not None
                counts["words"] += values["n_words"]
                yield {"id": row.id, **values, **row.keep}


def _tables(
    rows: Iterator[dict[str, Any]], keep: Sequence[str], beside: Beside
) -> Iterator[dict[str, Any]]:
    """Group rows into tables of one schema: `id` and kept fields are text in every shard."""
    columns = (*OWN, MEASURES) if beside.measures else OWN
    number = 0
    for group in _groups(rows):
        tables = {_SCORES: _table(group, (*columns, *keep), keep)}
        for name in beside.folders:
            parts = [
                {"id": row["id"], "row": index, **part}
                for index, row in enumerate(group, number)
                for part in row.get(name, ())
            ]
            tables[name] = _table(parts, _PARTS[name], ())
        number += len(group)
        yield tables


def _groups(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Yield rows in groups; one that is empty if there are none."""
    group = list(islice(rows, _ROWS_AT_ONCE))
    yield group
    while group := list(islice(rows, _ROWS_AT_ONCE)):
        yield group


def _table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], keep: Sequence[str]) -> Any:
    texts = {"id", *keep}
    made = {
        name: [_text(row.get(name)) if name in texts else row.get(name) for row in rows]
        for name in columns
    }
    return arrow_table(made, keep)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def check_targets(folders: Sequence[str]) -> None:
    """Check that outputs can be folders of shards.

    Raises
    ------
    UsageError
        One names a file, or what another names; or the packages are missing.
    """
    needed("pyarrow.parquet", "to write shards")
    known: set[str] = set()
    for folder in folders:
        if folder.endswith((".jsonl", ".csv", ".tsv", ".parquet", ".gz", ".zst")):
            raise UsageError(
                "an engine writes a folder of shards, not one file",
                where=folder,
                fix="name a folder, for instance -o scores/",
            )
        if folder.rstrip("/") in known:
            raise UsageError(
                "would be written twice", where=folder, fix="name a folder for each table"
            )
        known.add(folder.rstrip("/"))
