"""Patterns of paths, as in `.gitignore`: `*`, `?`, `**`, a folder means all below it."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path, PurePosixPath


def matches(pattern: str, path: Path, folder: Path) -> bool:
    """Say whether a file is meant by a pattern.

    Parameters
    ----------
    pattern : str
        With a slash inside, relative to `folder`; otherwise a name at any depth below it.
        `*` and `?` stop at a slash, `**` does not. A folder's name means every file below it.
    path : Path
        The file; a relative one counts from the working directory.
    folder : Path
        Where the file that holds the pattern lies. Nothing outside it is ever meant.
    """
    try:
        relative = path.absolute().relative_to(folder.absolute())
    except ValueError:
        return False
    return _compiled(pattern).match(PurePosixPath(relative).as_posix()) is not None


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    body = pattern.strip("/")
    anchored = "/" in pattern.rstrip("/")
    head = "" if anchored else "(?:.*/)?"
    return re.compile(f"{head}{_translated(body)}(?:/.*)?\\Z", re.DOTALL)


def _translated(body: str) -> str:
    parts: list[str] = []
    at = 0
    while at < len(body):
        if body.startswith("**/", at):
            parts.append("(?:.*/)?")
            at += 3
        elif body.startswith("**", at):
            parts.append(".*")
            at += 2
        else:
            parts.append({"*": "[^/]*", "?": "[^/]"}.get(body[at], re.escape(body[at])))
            at += 1
    return "".join(parts)
