"""`slopscan compare` and the part of `slopscan report` that shows tables of scores."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slopscan.cli.messages import show_options
from slopscan.errors import UsageError

if TYPE_CHECKING:
    from slopscan.corpus.tables import Page


def compare(
    a: Annotated[str, typer.Argument(metavar="A", help="A table of scores.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Another.")],
    output_file: Annotated[
        Path | None, typer.Option("--output-file", "-o", help="Write an HTML page.")
    ] = None,
    no_color: Annotated[
        bool, typer.Option("--no-color", help="Plain text; so does NO_COLOR.")
    ] = False,
    width: Annotated[
        int | None, typer.Option(min=40, max=400, help="Columns of the terminal.")
    ] = None,
) -> None:
    """Show which tics set two corpora apart; both as `slopscan score` wrote them."""
    from slopscan.corpus.compare import Side  # noqa: PLC0415
    from slopscan.corpus.compare import compare as compared  # noqa: PLC0415
    from slopscan.corpus.scored import read_scores  # noqa: PLC0415
    from slopscan.corpus.tables import comparison_page  # noqa: PLC0415

    sides = (Side.of(read_scores(a)), Side.of(read_scores(b)))
    differences, features = compared(*sides)
    page = comparison_page(differences, features, (Path(a).name, Path(b).name))
    show(page, output_file, no_color=no_color, width=width)


def report_scores(
    name: str,
    *,
    by: str | None,
    date: str | None,
    output_file: Path | None,
    no_color: bool,
    width: int | None,
) -> None:
    """Show what a scored corpus looks like."""
    from slopscan.corpus.scored import read_scores  # noqa: PLC0415
    from slopscan.corpus.summary import shipped_references, summarise  # noqa: PLC0415
    from slopscan.corpus.tables import summary_page  # noqa: PLC0415

    fields = [field for field in (by, date) if field is not None]
    summary = summarise(read_scores(name, fields), by=by, date=date)
    if not summary.whole.rows:
        raise UsageError("holds no rows", where=name)
    summary.references.update(shipped_references(summary.whole.rules))
    show(summary_page(summary, Path(name).name), output_file, no_color=no_color, width=width)


def show(page: Page, output_file: Path | None, *, no_color: bool, width: int | None) -> None:
    """Print a page, or write it as HTML."""
    from slopscan.corpus.journal import write_whole  # noqa: PLC0415
    from slopscan.corpus.tables import to_html, to_terminal  # noqa: PLC0415

    if output_file is not None:
        try:
            write_whole(output_file, to_html(page).encode("utf-8"))
        except OSError as error:
            raise UsageError(f"cannot write: {error.strerror}", where=str(output_file)) from error
        return
    from rich.console import Console  # noqa: PLC0415

    options = show_options(sys.stdout, width=width, no_color=no_color)
    to_terminal(page, Console(width=options.width, no_color=not options.color, highlight=False))
