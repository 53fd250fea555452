"""Where a report is written."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from slopscan.errors import UsageError


@contextmanager
def opened(path: Path | None) -> Iterator[TextIO]:
    """Give standard output, or a file that appears under its name only when complete."""
    if path is None:
        yield sys.stdout
        return
    partial = path.with_name(f".{path.name}.part")
    try:
        # Made anew, never followed: a link of that name may lie in a folder of others.
        partial.unlink(missing_ok=True)
        with partial.open("x", encoding="utf-8", newline="\n", errors="backslashreplace") as stream:
            yield stream
        partial.replace(path)
    except OSError as error:
        raise UsageError(f"cannot write: {error.strerror}", where=str(path)) from error
    finally:
        partial.unlink(missing_ok=True)
