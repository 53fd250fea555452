"""Files on any file system that pyarrow knows: local paths, s3://, gs://, hdfs://, file://."""

from __future__ import annotations

from typing import Any

from slopscan.corpus.extra import needed
from slopscan.errors import UsageError


def is_uri(name: str) -> bool:
    """Say whether a name is a URI and not a path."""
    return "://" in name


def file_system(name: str) -> tuple[Any, str]:
    """Return the pyarrow file system of a URI or path, and the path on it.

    Raises
    ------
    UsageError
        The URI is of no kind that pyarrow knows, or pyarrow is not installed.
    """
    fs = needed("pyarrow.fs", "to read and write remote files")
    if not is_uri(name):
        return fs.LocalFileSystem(), name
    try:
        found: tuple[Any, str] = fs.FileSystem.from_uri(name)
    except (ValueError, NotImplementedError, OSError) as error:
        raise UsageError(f"cannot be reached: {error}", where=name) from error
    return found


def listed(name: str) -> list[str]:
    """Return the URIs of the files below a URI, sorted, or the URI itself if it is a file.

    Raises
    ------
    UsageError
        There is nothing of that name.
    """
    fs = needed("pyarrow.fs", "to read remote files")
    system, path = file_system(name)
    info = system.get_file_info(path)
    if info.type == fs.FileType.File:
        return [name]
    if info.type != fs.FileType.Directory:
        raise UsageError("no such file or folder", where=name, fix="check the address")
    below = system.get_file_info(fs.FileSelector(path, recursive=True))
    prefix = name.rstrip("/")
    names = (item.path[len(path.rstrip("/")) :] for item in below if item.is_file)
    hidden = ("/.", "/_")
    return sorted(prefix + rest for rest in names if not any(mark in rest for mark in hidden))


def size(name: str) -> int:
    """Return the bytes of a file."""
    system, path = file_system(name)
    return system.get_file_info(path).size or 0


def stamp(name: str) -> list[int]:
    """Return bytes and time of last change: what tells that a file is still the same."""
    system, path = file_system(name)
    info = system.get_file_info(path)
    return [info.size or 0, info.mtime_ns or 0]
