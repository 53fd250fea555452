"""`--fix` and `--diff`: safe fixes written to the files, or shown."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from slopscan.errors import InputError, UsageError
from slopscan.fixes import applied, edits
from slopscan.outputs.safe import safe_line
from slopscan.report import FileReport


def write_diff(reports: Sequence[FileReport], stream: TextIO) -> int:
    """Show what --fix would change as a unified diff; return the number of fixes."""
    total = 0
    for report in reports:
        changes = edits(report)
        total += len(changes)
        before, after = report.text, applied(report.text, changes)
        path = safe_line(report.path)
        for line in difflib.unified_diff(_lines(before), _lines(after), path, path, lineterm=""):
            stream.write(f"{safe_line(line)}\n")
    return total


def fix_file(report: FileReport) -> int:
    """Write the fixes of a file; return how many there were.

    Raises
    ------
    InputError
        It is no plain text, or has changed since it was scanned.
    UsageError
        It cannot be written.
    """
    changes = edits(report)
    if changes:
        _rewrite(Path(report.path), report.text, applied(report.text, changes))
    return len(changes)


def _lines(text: str) -> list[str]:
    return text.splitlines()


def _rewrite(path: Path, before: str, after: str) -> None:
    """Put a file's text in place of what was scanned, in its own encoding and line ends."""
    from slopscan.readers import read_path  # noqa: PLC0415

    source = read_path(path)
    encoding = _encoding(source.text, source.encoding, path.read_bytes())
    if source.text != before or encoding is None:
        raise InputError(
            "cannot be fixed: it is no plain text, or has changed since it was scanned",
            where=str(path),
            fix="leave it out, or scan again",
        )
    target = path.resolve()
    partial = target.with_name(f".{target.name}.part")
    try:
        partial.unlink(missing_ok=True)
        with partial.open("xb") as stream:  # a link of that name is never followed
            stream.write(after.encode(encoding))
        partial.chmod(target.stat().st_mode)
        partial.replace(target)
    except OSError as error:
        raise UsageError(f"cannot write: {error.strerror}", where=str(path)) from error
    finally:
        partial.unlink(missing_ok=True)


def _encoding(text: str, name: str, data: bytes) -> str | None:
    """Return the encoding that gives a file's very bytes; the text holds its byte-order mark."""
    for encoding in (name.removesuffix("-sig"), "utf-16-le", "utf-16-be"):
        if text.encode(encoding, "replace") == data:
            return encoding
    return None
