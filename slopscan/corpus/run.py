"""A whole run: inputs to chunks, chunks to workers, results to the journal, then the output.

Chunks depend on the input alone, never on the number of workers, and results are put together
in input order at the end; so the output has the same bytes however the run went.
"""

from __future__ import annotations

import hashlib
import json
import platform
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import slopscan
from slopscan.corpus.cache import Cache
from slopscan.corpus.columns import FINDING_COLUMNS, MEASURES, OWN, WINDOW_COLUMNS
from slopscan.corpus.inputs import InputFile, Position, Reading, read_inputs
from slopscan.corpus.inputs.base import STDIN
from slopscan.corpus.journal import Journal, write_whole
from slopscan.corpus.pool import Pool, Task
from slopscan.corpus.progress import Progress
from slopscan.corpus.rows import Row
from slopscan.corpus.score import Item, Scored, nothing
from slopscan.corpus.worker import WorkerConfig
from slopscan.corpus.writers import check_output, write_table
from slopscan.errors import UsageError

# A few seconds of work for a worker: what a crash costs at most, and what a worker holds.
CHUNK_CHARS: Final = 200_000
CHUNK_ROWS: Final = 512
_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a run does.

    Attributes
    ----------
    output : Path
    findings : Path or None
        Where to write the table of findings.
    windows : Path or None
        Where to write the table of the probability around each sentence.
    jobs : int
    timeout : float
        Seconds; see `Pool`.
    cache : Path or None
    quiet : bool
        No progress.
    """

    output: Path
    findings: Path | None = None
    windows: Path | None = None
    jobs: int = 1
    timeout: float = 600.0
    cache: Path | None = None
    quiet: bool = False


@dataclass(slots=True)
class Counts:
    """What a run did, in rows, chunks and words."""

    rows: int = 0
    errors: int = 0
    flagged: int = 0
    abstained: int = 0
    words: int = 0
    chunks: int = 0
    resumed_rows: int = 0
    cached_rows: int = 0
    worker_restarts: int = 0
    first_errors: list[str] = field(default_factory=list)

    def add(self, row: Scored) -> None:
        """Count one row of the output."""
        self.rows += 1
        self.words += row["n_words"]
        self.flagged += row["flagged"]
        self.abstained += row["abstained"] is not None
        if row["error"] is not None:
            self.errors += 1
            if len(self.first_errors) < 5:
                self.first_errors.append(row["error"])


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows that are scored and kept together."""

    index: int
    rows: Sequence[Row]

    @property
    def digest(self) -> str:
        """Digest of all that the rows hold."""
        found = hashlib.blake2b(digest_size=10)
        for row in self.rows:
            values = [row.id, row.text, row.error, row.keep, row.media_type]
            found.update(json.dumps(values, sort_keys=True).encode("ascii") + b"\n")
        return found.hexdigest()


def chunks(rows: Iterable[Row]) -> Iterator[Chunk]:
    """Group rows in order; a row longer than a chunk is a chunk of its own."""
    index = n_chars = 0
    group: list[Row] = []
    for row in rows:
        length = len(row.text or "")
        if group and (n_chars + length > CHUNK_CHARS or len(group) >= CHUNK_ROWS):
            yield Chunk(index, group)
            index, group, n_chars = index + 1, [], 0
        group.append(row)
        n_chars += length
    if group:
        yield Chunk(index, group)


def score_corpus(
    files: Sequence[InputFile], reading: Reading, config: WorkerConfig, options: RunOptions
) -> Counts:
    """Score all rows of all inputs into one table, going on from an interrupted run.

    Parameters
    ----------
    files : sequence of InputFile
    reading : Reading
    config : WorkerConfig
    options : RunOptions

    Returns
    -------
    Counts

    Raises
    ------
    UsageError
        The output cannot be written, or another run is writing it.
    """
    check_output(options.output)
    _check_tables(options)
    began = time.time()
    journal = Journal(options.output)
    try:
        with Pool(config, options.jobs, timeout=options.timeout) as pool:
            run = _Run(journal, pool, reading, config, options)
            counts = run.score(files)
            skipped = pool.skipped
        columns = (*OWN, MEASURES) if config.measures else OWN
        _finish(journal, counts, reading, options, columns)
        manifest = _manifest(files, run.settings, counts, options, began)
        manifest["rules_out_of_time"] = skipped
        path = options.output.with_name(f"{options.output.name}.manifest.json")
        write_whole(path, (json.dumps(manifest, indent=2) + "\n").encode("ascii"))
        journal.delete()
    finally:
        journal.close()
    return counts


def _check_tables(options: RunOptions) -> None:
    taken = {options.output.resolve()}
    for path in (options.findings, options.windows):
        if path is not None:
            check_output(path)
            if path.resolve() in taken:
                raise UsageError(
                    "would be written twice", where=str(path), fix="name a file for each table"
                )
            taken.add(path.resolve())


class _Run:
    def __init__(
        self,
        journal: Journal,
        pool: Pool,
        reading: Reading,
        config: WorkerConfig,
        options: RunOptions,
    ) -> None:
        self._journal = journal
        self._pool = pool
        self._reading = reading
        self._quiet = options.quiet
        self._position = Position()
        self._counts = Counts()
        scoring = {**config.to_json(), **pool.provenance}
        rows = {name: getattr(reading.rows, name) for name in reading.rows.__slots__}
        self.settings = {
            "format": _FORMAT,
            "scoring": scoring,
            "rows": {**rows, "keep": list(reading.rows.keep)},
            "encoding": reading.encoding,
            "chunk": [CHUNK_CHARS, CHUNK_ROWS],
        }
        self._cache = Cache(options.cache, scoring) if options.cache else None
        self._open: dict[int, tuple[Chunk, dict[int, Scored]]] = {}

    def score(self, files: Sequence[InputFile]) -> Counts:
        self._journal.begin(self.settings)
        rows = read_inputs(files, self._reading, self._position)
        try:
            with Progress(self._position, quiet=self._quiet) as progress:
                for task in self._pool.run(self._tasks(rows, progress)):
                    chunk, known = self._open.pop(task.index)
                    results = task.results()
                    if self._cache is not None:
                        self._cache.put(zip(task.items, results, strict=True))
                    waiting = iter(results)
                    done = [
                        known[index] if index in known else next(waiting)
                        for index in range(len(chunk.rows))
                    ]
                    self._keep(chunk, done)
                    progress.advance(len(chunk.rows))
        finally:
            if self._cache is not None:
                self._cache.close()
        self._counts.worker_restarts = self._pool.restarts
        return self._counts

    def _tasks(self, rows: Iterable[Row], progress: Progress) -> Iterator[Task]:
        """Yield what has to be scored; chunks that are done or need no worker are passed over."""
        for chunk in chunks(rows):
            self._counts.chunks += 1
            if self._journal.has(chunk.index, chunk.digest):
                self._counts.resumed_rows += len(chunk.rows)
                progress.advance(len(chunk.rows), resumed=True)
                continue
            known = self._known(chunk)
            items = [item_of(row) for index, row in enumerate(chunk.rows) if index not in known]
            if items:
                self._open[chunk.index] = (chunk, known)
                yield Task(chunk.index, items)
            else:
                self._keep(chunk, [known[index] for index in range(len(chunk.rows))])
                progress.advance(len(chunk.rows))

    def _known(self, chunk: Chunk) -> dict[int, Scored]:
        known: dict[int, Scored] = {}
        for index, row in enumerate(chunk.rows):
            if row.text is None:
                known[index] = nothing(row.error)
            elif self._cache is not None and (found := self._cache.get(item_of(row))) is not None:
                known[index] = found
                self._counts.cached_rows += 1
        return known

    def _keep(self, chunk: Chunk, scored: Sequence[Scored]) -> None:
        rows = [
            {"id": row.id, **values, "keep": dict(row.keep)}
            for row, values in zip(chunk.rows, scored, strict=True)
        ]
        self._journal.write(chunk.index, chunk.digest, rows)


def item_of(row: Row) -> Item:
    """Return the text of a row that has one."""
    assert row.text is not None
    return Item(str(row.id), row.text, row.media_type)


def _finish(
    journal: Journal,
    counts: Counts,
    reading: Reading,
    options: RunOptions,
    columns: Sequence[str],
) -> None:
    keep = reading.rows.keep

    def rows() -> Iterator[dict[str, Any]]:
        for row in journal.rows(counts.chunks):
            yield {**row, **row["keep"]}

    def parts(name: str) -> Iterator[dict[str, Any]]:
        for number, row in enumerate(journal.rows(counts.chunks)):
            for part in row.get(name, ()):
                yield {"id": row["id"], "row": number, **part}

    for row in journal.rows(counts.chunks):
        counts.add(row)
    write_table(options.output, rows, columns, keep)
    if options.findings is not None:
        write_table(options.findings, lambda: parts("findings"), FINDING_COLUMNS)
    if options.windows is not None:
        write_table(options.windows, lambda: parts("windows"), WINDOW_COLUMNS)


def _manifest(
    files: Sequence[InputFile],
    settings: dict[str, Any],
    counts: Counts,
    options: RunOptions,
    began: float,
) -> dict[str, Any]:
    stamp: Callable[[float], str] = lambda at: time.strftime(  # noqa: E731
        "%Y-%m-%dT%H:%M:%SZ", time.gmtime(at)
    )
    ended = time.time()
    return {
        "slopscan": slopscan.__version__,
        "settings": settings,
        "inputs": [_input_entry(file) for file in files],
        "output": options.output.name,
        "findings": options.findings.name if options.findings else None,
        "windows": options.windows.name if options.windows else None,
        "counts": {
            name: getattr(counts, name) for name in counts.__slots__ if name != "first_errors"
        },
        "run": {
            "began": stamp(began),
            "ended": stamp(ended),
            "seconds": round(ended - began, 1),
            "jobs": options.jobs,
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
        },
    }


def _input_entry(file: InputFile) -> dict[str, Any]:
    if file.name == STDIN:
        return {"name": STDIN, "format": file.format, "bytes": None, "sha256": None}
    digest = hashlib.sha256()
    with file.open() as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return {
        "name": file.name,
        "format": file.format,
        "bytes": file.size,
        "sha256": digest.hexdigest(),
    }
