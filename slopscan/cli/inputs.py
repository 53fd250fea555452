"""From the words on the command line to the files to scan."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from slopscan.errors import UsageError
from slopscan.readers import SUFFIXES

_SKIPPED: Final = frozenset({"node_modules", "__pycache__", "site-packages"})


def split_names(values: Sequence[str] | None) -> tuple[str, ...] | None:
    """Split `a,b` and repeated options into names; None when the option was not given."""
    if values is None:
        return None
    return tuple(name.strip() for value in values for name in value.split(",") if name.strip())


def folder_of(folder: Path | None, pack: str | None) -> Path | None:
    """Return the folder of rules a command was given, or that of an installed pack.

    Raises
    ------
    UsageError
        Both are given, or no such pack is installed.
    """
    if pack is None:
        return folder
    from slopscan.catalogue.packs import find_packs  # noqa: PLC0415

    if folder is not None:
        raise UsageError("a folder of rules and --pack together", fix="give one of them")
    return find_packs((), (pack,))[0].folder


def rule_names(incomplete: str) -> list[str]:
    """Return rules and families that begin as the last of some comma-separated names does."""
    from slopscan.catalogue.load import known_names, load_catalogue  # noqa: PLC0415

    head, comma, last = incomplete.rpartition(",")
    names = sorted(known_names(load_catalogue()))
    return [f"{head}{comma}{name}" for name in names if name.startswith(last)]


def expand(
    paths: Sequence[str],
    is_excluded: Callable[[str], bool] = lambda path: False,
    *,
    always: bool = False,
) -> Iterator[str]:
    """Yield `-` and files as given, and the prose files below each folder, none twice.

    Files in folders are left out where `is_excluded`; with `always`, files given by name too.
    """
    seen: set[str] = set()
    for path in paths:
        is_folder = path != "-" and Path(path).is_dir()
        for found in walk(Path(path)) if is_folder else [path]:
            asked = is_folder or (always and path != "-")
            if found not in seen and not (asked and is_excluded(found)):
                seen.add(found)
                yield found


def walk(folder: Path) -> Iterator[str]:
    """Yield the prose files below a folder, sorted; hidden and installed ones are skipped.

    So are links that lead out of the folder: a report on a stranger's folder shows no other file.
    """
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(n for n in folders if not n.startswith(".") and n not in _SKIPPED)
        for name in sorted(names):
            if name.lower().endswith(SUFFIXES) and not name.startswith("."):
                path = Path(place) / name
                if not path.is_symlink() or path.resolve().is_relative_to(folder.resolve()):
                    yield str(path)
