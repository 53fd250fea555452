"""Which lines of a file changed against a git revision."""

from __future__ import annotations

import re
import subprocess
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from slopscan.errors import UsageError
from slopscan.report import FileReport
from slopscan.spans import LineIndex, SourceSpan

_HUNK: Final = re.compile(r"^@@ -\S+ \+(?P<start>\d+)(?:,(?P<count>\d+))? @@")


@dataclass(frozen=True, slots=True)
class Changes:
    """Changed lines of one file, from 1; None means every line."""

    lines: tuple[int, ...] | None

    def __bool__(self) -> bool:
        return self.lines is None or bool(self.lines)

    def touch(self, first: int, last: int) -> bool:
        """Say whether a line from first to last changed."""
        if self.lines is None:
            return True
        place = bisect_left(self.lines, first)
        return place < len(self.lines) and self.lines[place] <= last


def changes_since(revision: str, path: Path) -> Changes:
    """Return the lines of a file that differ from a revision; a file git does not know is new.

    Raises
    ------
    UsageError
        There is no git, no repository around the file, or no such revision.
    """
    folder, name = path.absolute().parent, path.name
    if not _git(folder, "ls-files", "--", f":(literal){name}"):
        _git(folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", wanted=revision)
        return Changes(None)
    diff = _git(
        folder,
        *("diff", "--unified=0", "--no-color", "--no-ext-diff", "--no-renames"),
        *(revision, "--", f":(literal){name}"),
        wanted=revision,
    )
    lines: list[int] = []
    for line in diff.splitlines():
        hunk = _HUNK.match(line)
        if line.startswith("Binary files "):
            return Changes(None)  # an office file or e-book: git knows no lines of it
        if hunk is not None:
            start, count = int(hunk["start"]), int(hunk["count"] or 1)
            lines += range(start, start + count)
    return Changes(tuple(lines))


def only_changed(report: FileReport, changes: Changes) -> FileReport:
    """Leave the findings that touch a changed line, at their place or a related one."""
    if changes.lines is None:
        return report
    index = LineIndex(report.text)

    def touched(spans: Iterable[SourceSpan]) -> bool:
        return any(
            changes.touch(index.position(span.start)[0], index.position(max(span.end - 1, 0))[0])
            for span in spans
        )

    kept = tuple(item for item in report.findings if touched((item.span, *item.related)))
    silenced = tuple(item for item in report.suppressed if touched((item.finding.span,)))
    return replace(report, findings=kept, suppressed=silenced)


def _git(folder: Path, *args: str, wanted: str = "") -> str:
    if wanted.startswith("-"):
        raise UsageError(f"--since: {wanted} is no revision", fix="name a branch, tag or commit")
    try:
        done = subprocess.run(
            ["git", *args], cwd=folder, capture_output=True, check=False, timeout=60
        )
    except OSError as error:
        raise UsageError("--since needs git", fix="install git, or leave --since out") from error
    if done.returncode == 0:
        return done.stdout.decode("utf-8", "replace")
    told = done.stderr.decode("utf-8", "replace").strip().splitlines()
    if told and "not a git repository" in told[0]:
        raise UsageError("--since: not in a git repository", where=str(folder))
    raise UsageError(
        f'--since: git knows no revision "{wanted}"' if wanted else f"git: {' '.join(told[:1])}",
        fix="name a branch, tag or commit; in CI, fetch enough history",
    )
