"""The options of commands that read tables of texts, as Typer reads them."""

from __future__ import annotations

from typing import Annotated

import typer

from slopscan.errors import UsageError

TextField = Annotated[str, typer.Option(help="Field that holds the text.")]
IdField = Annotated[str, typer.Option(help="Field that names the row.")]
InputFormat = Annotated[
    str | None,
    typer.Option(help="Format of inputs whose suffix does not tell.", show_default=False),
]
Encoding = Annotated[
    str | None, typer.Option(help="Encoding of text inputs that are not UTF-8 or UTF-16.")
]
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", "-j", min=1, help="Worker processes; one a core by default."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")]
Verbose = Annotated[bool, typer.Option("--verbose", help="Show tracebacks of internal errors.")]


def check_format(name: str | None) -> None:
    """Check the value of --input-format.

    Raises
    ------
    UsageError
        There is no such format.
    """
    from slopscan.corpus.inputs import FORMATS  # noqa: PLC0415

    if name is not None and name not in FORMATS:
        raise UsageError(f'unknown format "{name}"', fix=f"one of {', '.join(FORMATS)}")
