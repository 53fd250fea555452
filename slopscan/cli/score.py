"""`slopscan score`: corpora in, one table of scores out."""

from __future__ import annotations

import errno
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slopscan.cli.inputs import split_names
from slopscan.cli.messages import say
from slopscan.cli.tables import (
    Encoding,
    IdField,
    InputFormat,
    Jobs,
    Quiet,
    TextField,
    Verbose,
    check_format,
)
from slopscan.errors import SlopscanError, UsageError

if TYPE_CHECKING:
    from slopscan.catalogue.packs import Pack
    from slopscan.corpus.inputs import InputFile, Reading
    from slopscan.corpus.run import Counts, RunOptions
    from slopscan.corpus.worker import WorkerConfig

_INTERRUPTED = 130


class Engine(str, Enum):
    """Values of --engine."""

    LOCAL = "local"
    RAY = "ray"


def score(  # noqa: PLR0917
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT...",
            help="JSONL, CSV, TSV, Parquet, Arrow, saved Hugging Face datasets, folders, globs, "
            "or - for standard input.",
        ),
    ],
    output: Annotated[
        str,
        typer.Option(
            "--output", "-o", metavar="OUT", help="Where to write: .jsonl, .csv or .parquet."
        ),
    ],
    text_field: TextField = "text",
    id_field: IdField = "id",
    keep: Annotated[
        list[str] | None, typer.Option(help="Copy these fields to the output (comma-separated).")
    ] = None,
    input_format: InputFormat = None,
    encoding: Encoding = None,
    jobs: Jobs = None,
    cache: Annotated[
        Path | None, typer.Option(help="Keep scores here, by content, for later runs.")
    ] = None,
    findings: Annotated[
        str | None, typer.Option(metavar="OUT", help="Also write a table of all findings.")
    ] = None,
    windows: Annotated[
        str | None,
        typer.Option(
            metavar="OUT", help="Also write a table of the probability around each sentence."
        ),
    ] = None,
    measures: Annotated[
        bool,
        typer.Option(
            "--measures", help="Add a column of all measures, which `slopscan compare` reads."
        ),
    ] = False,
    timeout: Annotated[
        float, typer.Option(min=1, help="Seconds a text may take before its worker is ended.")
    ] = 600.0,
    max_chars: Annotated[
        int, typer.Option(min=1, help="Longest text to score, in characters.")
    ] = 5_000_000,
    engine: Annotated[
        Engine, typer.Option(help="Where to run; ray writes each table as a folder of shards.")
    ] = Engine.LOCAL,
    address: Annotated[
        str | None, typer.Option(help="Of the Ray cluster.", show_default=False)
    ] = None,
    select: Annotated[list[str] | None, typer.Option(help="Run only these rules.")] = None,
    ignore: Annotated[list[str] | None, typer.Option(help="Leave these rules out.")] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Run preview rules too.")] = False,
    catalogue: Annotated[
        list[Path] | None, typer.Option(help="Run the rules of this folder as well.")
    ] = None,
    pack: Annotated[
        list[str] | None, typer.Option(help="Run the rules of this installed pack as well.")
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Judge by this model instead of the shipped one."),
    ] = None,
    no_parse: Annotated[
        bool, typer.Option("--no-parse", help="Rules on strings alone, no probability.")
    ] = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Score every row of a corpus: one row out for each row in, in the same order.

    A row that cannot be scored says why in its "error", and the run goes on. A run that was
    interrupted goes on when the same command is given again.
    """
    from slopscan.catalogue.packs import find_packs  # noqa: PLC0415
    from slopscan.corpus.columns import check_kept  # noqa: PLC0415
    from slopscan.corpus.inputs import Reading, find_inputs  # noqa: PLC0415
    from slopscan.corpus.pool import default_jobs  # noqa: PLC0415
    from slopscan.corpus.rows import RowOptions  # noqa: PLC0415
    from slopscan.corpus.run import RunOptions, score_corpus  # noqa: PLC0415
    from slopscan.corpus.worker import WorkerConfig  # noqa: PLC0415

    check_format(input_format)
    packs = find_packs(catalogue or (), split_names(pack) or ())
    config = WorkerConfig(
        packs=tuple((found.name, str(found.folder)) for found in packs),
        model=str(model.absolute()) if model else None,
        select=split_names(select) or (),
        ignore=split_names(ignore) or (),
        preview=preview,
        parse=not no_parse,
        findings=findings is not None,
        windows=windows is not None,
        measures=measures,
    )
    _check_selection(config, packs)
    if windows is not None and no_parse:
        raise UsageError("--windows needs the parse", fix="leave out --no-parse")
    fields = RowOptions(text_field, id_field, check_kept(split_names(keep) or ()), max_chars)
    files = find_inputs(inputs, input_format)
    if engine is Engine.RAY:
        if cache is not None:
            raise UsageError("--cache is not for --engine ray", fix="leave it out")
        others = (findings, windows)
        reading = Reading(fields, encoding)
        _score_on_ray(files, reading, config, output, others, address, jobs, timeout)
        return
    options = RunOptions(
        Path(output),
        Path(findings) if findings is not None else None,
        Path(windows) if windows is not None else None,
        jobs=jobs or default_jobs(),
        timeout=timeout,
        cache=cache,
        quiet=quiet,
    )
    try:
        counts = score_corpus(files, Reading(fields, encoding), config, options)
    except KeyboardInterrupt:
        say(f"interrupted; {_HOW_TO_GO_ON}")
        raise typer.Exit(_INTERRUPTED) from None
    except OSError as error:
        raise _not_written(error, Path(output)) from error
    _tell(counts, options)


_HOW_TO_GO_ON = "what is done is kept: the same command goes on from there"


def _score_on_ray(  # noqa: PLR0917
    files: list[InputFile],
    reading: Reading,
    config: WorkerConfig,
    output: str,
    others: tuple[str | None, str | None],
    address: str | None,
    jobs: int | None,
    timeout: float,
) -> None:
    from slopscan.corpus.rayengine import score_on_ray  # noqa: PLC0415
    from slopscan.corpus.shards import Beside, check_targets  # noqa: PLC0415

    beside = Beside(*others, measures=config.measures)
    check_targets([output, *beside.folders.values()])
    counts = score_on_ray(
        files,
        reading,
        config,
        output,
        address=address,
        jobs=jobs,
        timeout=timeout,
        beside=beside,
    )
    say(f"{counts['rows']:,} rows scored to {output}, {counts['errors']:,} with an error")


def _check_selection(config: WorkerConfig, packs: tuple[Pack, ...]) -> None:
    from slopscan.catalogue.load import Selection, load_catalogue, select  # noqa: PLC0415
    from slopscan.catalogue.packs import with_packs  # noqa: PLC0415

    catalogue = with_packs(load_catalogue(), packs)
    select(catalogue, Selection(config.select, config.ignore, preview=config.preview))


def _not_written(error: OSError, output: Path) -> SlopscanError:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    what = "the disk is full" if full else f"cannot go on: {error.strerror or error}"
    fix = f"free some space; {_HOW_TO_GO_ON}" if full else _HOW_TO_GO_ON
    return UsageError(what, where=str(error.filename or output), fix=fix)


def _tell(counts: Counts, options: RunOptions) -> None:
    told = [f"{counts.rows:,} rows scored to {options.output}"]
    if counts.resumed_rows:
        told.append(f"{counts.resumed_rows:,} of them by the interrupted run before")
    if counts.cached_rows:
        told.append(f"{counts.cached_rows:,} found in the cache")
    if counts.errors:
        told.append(f"{counts.errors:,} with an error")
    say(", ".join(told))
    for words in counts.first_errors:
        say(f"  {words}")
    if counts.rows and counts.errors == counts.rows:
        raise UsageError(
            "no row could be scored",
            where=str(options.output),
            fix="see the errors above; --text-field names the field of the text",
        )
