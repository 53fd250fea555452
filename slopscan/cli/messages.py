"""What is told on standard error, and what the terminal can show."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final, TextIO, TypeVar

from slopscan.errors import SlopscanError
from slopscan.outputs import Options
from slopscan.outputs.safe import safe_line

# Prose gets hard to read in longer lines than this; --width asks for them.
MAX_WIDTH: Final = 120
T = TypeVar("T")


def say(words: str) -> None:
    """Write one line to standard error."""
    sys.stderr.write(f"{safe_line(words)}\n")


def say_error(error: SlopscanError) -> None:
    """Tell what happened, where, and what to do."""
    place = f"{error.where}: " if error.where else ""
    say(f"error: {place}{error.what}")
    if error.fix:
        sys.stderr.write(f"  {safe_line(error.fix)}\n")


@contextmanager
def progress(total: int, *, quiet: bool = False) -> Iterator[Callable[[Iterable[T]], Iterator[T]]]:
    """Give a function that shows how far a loop is: on a terminal, from the second file on."""
    if quiet or total < 2 or not sys.stderr.isatty():
        yield iter
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415

    columns = (TextColumn("scanning"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:

        def step(items: Iterable[T]) -> Iterator[T]:
            yield from bar.track(items, total=total)

        yield step


def takes_color(stream: TextIO, *, no_color: bool) -> bool:
    """Say whether to colour: a terminal, and neither --no-color nor NO_COLOR nor TERM=dumb.

    FORCE_COLOR colours a pipe too. See https://no-color.org.
    """
    if no_color or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()


def show_options(
    stream: TextIO, *, width: int | None = None, no_color: bool = False, full: bool = False
) -> Options:
    """Return how to show a report on a stream."""
    columns = width or min(MAX_WIDTH, _terminal_columns())
    encoding = (getattr(stream, "encoding", None) or "utf-8").lower()
    return Options(
        width=columns,
        color=takes_color(stream, no_color=no_color),
        full=full,
        unicode="utf" in encoding,
    )


def _terminal_columns() -> int:
    # As `shutil.get_terminal_size` finds them, which imports four compressors.
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said) > 0:
        return int(said)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or 80  # type: ignore[union-attr]
    except (AttributeError, ValueError, OSError):
        return 80
