"""`slopscan score`: a corpus in JSON Lines in, scores in JSON Lines out."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from slopscan.cli.inputs import split_names
from slopscan.cli.messages import say
from slopscan.corpus.rows import Row, read_rows, writing


def score(  # noqa: PLR0917
    source: Annotated[Path, typer.Argument(metavar="IN.jsonl[.gz]", help="One object a line.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="OUT.jsonl[.gz]", help="Where to write.")
    ],
    text_field: Annotated[str, typer.Option(help="Field that holds the text.")] = "text",
    id_field: Annotated[str, typer.Option(help="Field that names the row.")] = "id",
    select: Annotated[list[str] | None, typer.Option(help="Run only these rules.")] = None,
    ignore: Annotated[list[str] | None, typer.Option(help="Leave these rules out.")] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Run preview rules too.")] = False,
    no_parse: Annotated[
        bool, typer.Option("--no-parse", help="Rules on strings alone, no probability.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Show tracebacks of internal errors.")
    ] = False,
) -> None:
    """Score every row of a corpus: one row out for each row in, in the same order.

    A row that cannot be scored says why in its "error", and the run goes on; it then ends
    with exit code 2.
    """
    from slopscan.catalogue.load import Selection  # noqa: PLC0415
    from slopscan.corpus.score import score_rows  # noqa: PLC0415
    from slopscan.scan import Scanner, Settings  # noqa: PLC0415

    selection = Selection(split_names(select) or (), split_names(ignore) or (), preview=preview)
    scanner = Scanner(Settings(selection, parse=not no_parse))
    n_rows = n_errors = 0
    rows = read_rows(source, text_field=text_field, id_field=id_field)
    with writing(output) as writer:
        for scored in score_rows(_with_progress(rows), scanner):
            writer.write(scored)
            n_rows += 1
            n_errors += scored["error"] is not None
    for skipped in scanner.skipped:
        say(f"warning: skipped {skipped}")
    say(
        f"{n_rows:,} rows scored to {output}"
        + (f", {n_errors:,} with an error" if n_errors else "")
    )
    raise typer.Exit(2 if n_errors else 0)


def _with_progress(rows: Iterable[Row]) -> Iterator[Row]:
    """Show on a terminal how many rows have been read; silent elsewhere."""
    if not sys.stderr.isatty():
        yield from rows
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (SpinnerColumn(), TextColumn("{task.completed:,} rows"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("rows", total=None)
        for row in rows:
            yield row
            progress.advance(task)
