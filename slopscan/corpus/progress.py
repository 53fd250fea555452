"""How far a run has come: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any, Final

from slopscan.corpus.inputs import Position

_LOG_SECONDS: Final = 30.0


class Progress:
    """Told of each finished chunk.

    Parameters
    ----------
    position : Position
        Of the reading; gives the share done.
    quiet : bool
        Show nothing.
    """

    def __init__(self, position: Position, *, quiet: bool = False) -> None:
        self._position = position
        self._quiet = quiet
        self._began = self._told = time.monotonic()
        self._scored = self._rows = 0
        self._start_fraction: float | None = None
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Progress:
        if not self._quiet and sys.stderr.isatty():
            self._bar = _bar()
            self._task = self._bar.add_task("", total=None, told="")
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def advance(self, rows: int, *, resumed: bool = False) -> None:
        """Count rows that are done; resumed ones take no part in the rate."""
        self._rows += rows
        if resumed:
            self._start_fraction = self._position.fraction
            self._began = time.monotonic()
        else:
            self._scored += rows
        now = time.monotonic()
        if self._bar is not None:
            fraction = self._position.fraction
            self._bar.update(self._task, total=1.0, completed=fraction or 0.0, told=self._words())
        elif not self._quiet and now - self._told >= _LOG_SECONDS:
            self._told = now
            sys.stderr.write(f"{self._words()}\n")
            sys.stderr.flush()

    def _words(self) -> str:
        seconds = max(time.monotonic() - self._began, 1e-3)
        parts = [f"{self._rows:,} rows", f"{self._scored / seconds:,.1f} rows/s"]
        fraction = self._position.fraction
        if fraction is not None:
            parts.append(f"{100 * fraction:.0f}% of the input read")
            gained = fraction - (self._start_fraction or 0.0)
            if gained > 0 and seconds > 5:
                parts.append(f"about {duration((1 - fraction) * seconds / gained)} left")
        return ", ".join(parts)


def tell(words: str) -> None:
    """Show a step on a terminal, each in the place of the one before."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{words}")
        sys.stderr.flush()


def duration(seconds: float) -> str:
    """Tell a time in words: `45 s`, `12 min`, `3 h 20 min`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def _bar() -> Any:
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, SpinnerColumn, TextColumn  # noqa: PLC0415
    from rich.progress import Progress as RichProgress  # noqa: PLC0415

    columns = (SpinnerColumn(), BarColumn(24), TextColumn("{task.fields[told]}"))
    return RichProgress(*columns, console=Console(stderr=True), transient=True)
