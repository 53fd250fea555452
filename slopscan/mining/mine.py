"""The whole way: inputs of both sides, texts on disk, counts, a ranked list."""

from __future__ import annotations

import hashlib
import random
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from slopscan.corpus.cache import Cache
from slopscan.corpus.inputs import InputFile, Position, Reading, read_inputs
from slopscan.corpus.pool import Pool, Task
from slopscan.corpus.progress import Progress
from slopscan.corpus.rows import Row
from slopscan.corpus.run import chunks
from slopscan.corpus.score import Item, Scored, score_items
from slopscan.corpus.worker import WorkerConfig, build
from slopscan.errors import UsageError
from slopscan.mining.counting import Step, counted, frequent_patterns
from slopscan.mining.rank import Candidate, Standards, refined, weighed
from slopscan.mining.spool import LABELS, Spool
from slopscan.mining.texts import HUMAN, MODEL, READER

MIN_WORDS: Final = 20
_SEED: Final = 20261123


@dataclass(frozen=True, slots=True)
class Fields:
    """Fields of the input that say what texts have in common."""

    prompt: str = "prompt_id"
    source: str = "source"
    generator: str = "generator"


@dataclass(frozen=True, slots=True)
class MineOptions:
    """What a run does.

    Attributes
    ----------
    fields : Fields
    standards : Standards
    parse : bool
    jobs : int
    sample : int or None
        Texts of each side to take at random; None takes all.
    cache : Path or None
        Keeps what was parsed, for later runs.
    timeout : float
        Seconds; see `corpus.pool`.
    quiet : bool
    """

    fields: Fields = field(default_factory=Fields)
    standards: Standards = field(default_factory=Standards)
    parse: bool = True
    jobs: int = 1
    sample: int | None = None
    cache: Path | None = None
    timeout: float = 600.0
    quiet: bool = False


@dataclass(slots=True)
class SideCounts:
    """What came of the rows of one side."""

    rows: int = 0
    texts: int = 0
    words: int = 0
    short: int = 0
    repeated: int = 0
    errors: int = 0
    first_errors: list[str] = field(default_factory=list)
    groups: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Mined:
    """Candidates, the best first, and what they were found in.

    Attributes
    ----------
    candidates : list of Candidate
    sides : dict of str to SideCounts
    n_tested : int
        Patterns that were frequent enough to be compared.
    settings : dict
        Versions and digests that decide the result.
    texts_with : dict of str to int
        In how many texts by models each rule has hits.
    """

    candidates: list[Candidate]
    sides: dict[str, SideCounts]
    n_tested: int
    settings: dict[str, Any]
    texts_with: dict[str, int]


def mine(
    model: Sequence[InputFile], human: Sequence[InputFile], reading: Reading, options: MineOptions
) -> Mined:
    """Propose tics of the texts by models.

    Parameters
    ----------
    model, human : sequence of InputFile
    reading : Reading
        Its kept fields are replaced by those of `options.fields`.
    options : MineOptions

    Raises
    ------
    UsageError
        A side has no readable text, or both hold the same.
    """
    _check_apart(model, human)
    config = WorkerConfig(parse=options.parse, factory=READER)
    with tempfile.TemporaryDirectory(prefix="slopscan-mine-") as folder:
        spool = Spool(Path(folder))
        try:
            intake = _Intake(spool, reading, config, options)
            sides = intake.read({MODEL: model, HUMAN: human})
            step = _teller(quiet=options.quiet)
            frequent = frequent_patterns(spool, options.standards.min_texts, step)
            counts = counted(spool, frequent, step)
            step("ranking")
            candidates = refined(weighed(counts, spool, options.standards), spool)
            step("")
        finally:
            spool.close()
    return Mined(candidates, sides, counts.n_tested, intake.provenance, dict(spool.rules))


class _Intake:
    """Reads the rows of both sides, parses them, and keeps them in the spool."""

    def __init__(
        self, spool: Spool, reading: Reading, config: WorkerConfig, options: MineOptions
    ) -> None:
        self._spool = spool
        self._reading = reading
        self._config = config
        self._options = options
        self.provenance: dict[str, Any] = {}

    def read(self, files: dict[str, Sequence[InputFile]]) -> dict[str, SideCounts]:
        sides = {side: SideCounts() for side in files}
        seen: dict[str, set[bytes]] = {side: set() for side in files}
        with _Parser(self._config, self._options) as parser:
            self.provenance = parser.provenance
            for side, of_side in files.items():
                rows = self._rows(side, of_side, sides[side], seen)
                with Progress(self._position, quiet=self._options.quiet) as progress:
                    for done, records in parser.parsed(side, rows):
                        for row, record in zip(done, records, strict=True):
                            self._take(side, row, record, sides[side])
                        progress.advance(len(done))
                self._check(side, sides[side])
        _check_different(seen, sides)
        return sides

    def _rows(
        self,
        side: str,
        files: Sequence[InputFile],
        counts: SideCounts,
        seen: dict[str, set[bytes]],
    ) -> Iterator[Row]:
        self._position = Position()
        rows = self._readable(read_inputs(files, self._reading, self._position), counts, seen[side])
        return rows if self._options.sample is None else _sampled(rows, self._options.sample, side)

    def _readable(self, rows: Iterable[Row], counts: SideCounts, seen: set[bytes]) -> Iterator[Row]:
        for row in rows:
            counts.rows += 1
            if row.text is None:
                self._failed(counts, row.error or "")
                continue
            digest = hashlib.blake2b(row.text.encode("utf-8"), digest_size=8).digest()
            if digest in seen:
                counts.repeated += 1
                continue
            seen.add(digest)
            yield row

    def _take(self, side: str, row: Row, record: Scored, counts: SideCounts) -> None:
        if record["error"] is not None:
            self._failed(counts, f"{row.id}: {record['error']}")
        elif record["n_words"] < MIN_WORDS:
            counts.short += 1
        else:
            names = dict(zip(LABELS[1:], _field_names(self._options.fields), strict=True))
            labels = {label: _label(row.keep.get(name)) for label, name in names.items()}
            self._spool.add(side, {"id": str(row.id), **labels}, record)

    def _failed(self, counts: SideCounts, what: str) -> None:
        counts.errors += 1
        if len(counts.first_errors) < 3:
            counts.first_errors.append(what)

    def _check(self, side: str, counts: SideCounts) -> None:
        known = self._spool.sides[side]
        counts.texts, counts.words = known.texts, known.words
        counts.groups = {name: len(groups) for name, groups in known.groups.items()}
        if not known.texts:
            first = f"; the first: {counts.first_errors[0]}" if counts.first_errors else ""
            raise UsageError(
                f"the {side} side has no text of {MIN_WORDS} words or more "
                f"({counts.rows:,} rows, {counts.errors:,} with an error{first})",
                fix="--text-field names the field of the text",
            )


class _Parser:
    """Turns rows into records, in this process or in several, and keeps them in the cache."""

    def __init__(self, config: WorkerConfig, options: MineOptions) -> None:
        self._config = config
        self._pool = (
            Pool(config, options.jobs, timeout=options.timeout) if options.jobs > 1 else None
        )
        self._cache_folder = options.cache
        self._cache: Cache | None = None
        self._scorer: Any = None
        self.provenance: dict[str, Any] = {}

    def __enter__(self) -> _Parser:
        if self._pool is not None:
            self._pool.__enter__()
            self.provenance = dict(self._pool.provenance)
        else:
            self._scorer = build(self._config)
            self.provenance = dict(self._scorer.provenance())
        if self._cache_folder is not None:
            self._cache = Cache(self._cache_folder, {"mine": self.provenance})
        return self

    def __exit__(self, *error: object) -> None:
        if self._pool is not None:
            self._pool.__exit__(*error)
        if self._cache is not None:
            self._cache.close()

    def parsed(
        self, side: str, rows: Iterable[Row]
    ) -> Iterator[tuple[Sequence[Row], Sequence[Scored]]]:
        """Yield rows and their records, chunk by chunk in order."""
        open_chunks: dict[int, tuple[list[Row], dict[int, Scored]]] = {}

        def tasks() -> Iterator[Task]:
            for chunk in chunks(rows):
                items = [Item(side, row.text or "", row.media_type) for row in chunk.rows]
                known = self._known(items)
                open_chunks[chunk.index] = (list(chunk.rows), known)
                left = [item for index, item in enumerate(items) if index not in known]
                yield Task(chunk.index, left)

        waiting: dict[int, Task] = {}
        following = 0
        for task in self._run(tasks()):
            waiting[task.index] = task
            while following in waiting:
                done = waiting.pop(following)
                of_chunk, known = open_chunks.pop(following)
                yield of_chunk, self._records(done, known, len(of_chunk))
                following += 1

    def _run(self, tasks: Iterator[Task]) -> Iterator[Task]:
        if self._pool is not None:
            yield from self._pool.run(tasks)
            return
        for task in tasks:
            task.done.update(enumerate(score_items(self._scorer, task.items)))
            yield task

    def _known(self, items: Sequence[Item]) -> dict[int, Scored]:
        if self._cache is None:
            return {}
        found = ((index, self._cache.get(_keyed(item))) for index, item in enumerate(items))
        return {index: record for index, record in found if record is not None}

    def _records(self, task: Task, known: dict[int, Scored], n: int) -> list[Scored]:
        results = task.results()
        if self._cache is not None:
            keyed = [_keyed(item) for item in task.items]
            self._cache.put(zip(keyed, results, strict=True))
        fresh = iter(results)
        return [known[index] if index in known else next(fresh) for index in range(n)]


def _keyed(item: Item) -> Item:
    """Return the item under which a record is kept: with hits and without are different."""
    return Item(item.name, item.text, f"{item.name}:{item.media_type}")


def _sampled(rows: Iterable[Row], n: int, side: str) -> Iterator[Row]:
    """Yield `n` rows at random, in the order of the input (reservoir sampling)."""
    rng = random.Random(f"{_SEED}{side}")
    taken: list[tuple[int, Row]] = []
    for number, row in enumerate(rows):
        if len(taken) < n:
            taken.append((number, row))
        elif (place := rng.randrange(number + 1)) < n:
            taken[place] = (number, row)
    return (row for _, row in sorted(taken, key=lambda item: item[0]))


def _field_names(fields: Fields) -> tuple[str, str, str]:
    return fields.prompt, fields.source, fields.generator


def kept_fields(fields: Fields) -> tuple[str, ...]:
    """Return the fields to read beside text and id."""
    return tuple(dict.fromkeys(name for name in _field_names(fields) if name))


def _label(value: Any) -> str:
    return "" if value is None else str(value)


def _check_apart(model: Sequence[InputFile], human: Sequence[InputFile]) -> None:
    names = [{_place(file.name) for file in side} for side in (model, human)]
    same = sorted(names[0] & names[1])
    if same:
        raise UsageError(
            "is on both sides", where=same[0], fix="give texts by models and texts by people"
        )


def _place(name: str) -> str:
    path = Path(name)
    return str(path.resolve()) if path.exists() else name


def _check_different(seen: dict[str, set[bytes]], sides: dict[str, SideCounts]) -> None:
    shared = seen[MODEL] & seen[HUMAN]
    smaller = min(len(found) for found in seen.values())
    if smaller and 2 * len(shared) >= smaller:
        raise UsageError(
            f"{len(shared):,} texts are on both sides, at least half of the smaller one",
            fix="give texts by models to --model-text and texts by people to --human-text",
        )


def _teller(*, quiet: bool) -> Step:
    """Tell the steps of the counting on a terminal."""
    from slopscan.corpus.progress import tell  # noqa: PLC0415

    return (lambda words: None) if quiet else tell
