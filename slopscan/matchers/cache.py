"""The shipped catalogue out of the user's cache, with what its rules need before they can run.

Reading 220 TOML files strictly, reading their expressions and compiling those takes most of a
start, and gives the same each time. The result is kept as one JSON file, named by what it was made
of: versions, and name, size and time of every rule, list and module that had a part in it. Nothing
in it is executed; one that is broken, of another owner or writable by others is made anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, Final

from slopscan.catalogue.load import (
    SHIPPED,
    Catalogue,
    catalogue_root,
    lists_of,
    load_catalogue,
)
from slopscan.catalogue.rule import LATE
from slopscan.matchers.prepared import prepared_from

FOLDER: Final = "SLOPSCAN_CACHE_DIR"
_MAX_BYTES: Final = 64_000_000
_KEPT: Final = 4  # files
_PACKAGE: Final = Path(__file__).parent.parent
_OF_CODE: Final = ("catalogue", "matchers")
_BROKEN: Final = (LookupError, TypeError, ValueError, AttributeError)


def cache_folder() -> Path | None:
    """Return the folder of the cache: SLOPSCAN_CACHE_DIR, or the user's; None for no cache."""
    chosen = os.environ.get(FOLDER)
    if chosen is not None:
        return Path(chosen) if chosen.strip() else None
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
        return Path(base) / "slopscan" / "Cache" if base else None
    home = os.path.expanduser("~")  # noqa: PTH111 - says "~" where Path.home() fails
    if not os.path.isabs(home):  # noqa: PTH117
        return None
    if sys.platform == "darwin":
        return Path(home, "Library", "Caches", "slopscan")
    base = os.environ.get("XDG_CACHE_HOME")
    return Path(base if base and os.path.isabs(base) else Path(home, ".cache"), "slopscan")  # noqa: PTH117


def shipped_catalogue(version: str) -> Catalogue:
    """Return the shipped catalogue, out of the cache where it holds it.

    Parameters
    ----------
    version : str
        Of slopscan: files of an installed package may all bear one time.

    Raises
    ------
    CatalogueError
        There is no catalogue, or a file of it is wrong.
    """
    folder = cache_folder()
    if folder is None:
        return load_catalogue()
    root = catalogue_root()
    path = folder / f"catalogue-{_key(root, version)}.json"
    data = _read(path)
    if data is not None:
        with suppress(*_BROKEN):
            return _unpacked(data, root)
    content = _packed(load_catalogue(), root)
    _write(path, content)
    return _unpacked(_data(content), root)


def _key(root: Path, version: str) -> str:
    parts = [version, str(root), sys.version]
    folders = [*sorted(path.path for path in os.scandir(root) if path.is_dir())]
    for folder in (*folders, *(str(_PACKAGE / name) for name in _OF_CODE)):
        parts += sorted(_marks(folder))
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _marks(folder: str) -> Iterator[str]:
    for entry in os.scandir(folder):
        if entry.name.endswith((".toml", ".txt", ".py")):
            about = entry.stat()
            yield f"{entry.path} {about.st_size} {about.st_mtime_ns}"


def _packed(catalogue: Catalogue, root: Path) -> bytes:
    """Return the content of a file: a line of all that every start reads, then what few need.

    Those lines are the long parts of each rule, the code of each rule's expressions and each entry
    of the filter, all of them JSON and left unread until something asks for them.
    """
    from slopscan.catalogue.packed import pack  # noqa: PLC0415
    from slopscan.matchers.prepared import prepare  # noqa: PLC0415

    rules = [pack(rule, root) for rule in catalogue.rules.values()]
    prepared = prepare(catalogue)
    late = [rule.pop(name) for rule in rules for name in LATE]
    late += prepared["codes"].values()
    prepared["codes"] = list(prepared["codes"])
    for needles in _needles(prepared):
        late += map(json.dumps, needles["entries"])
        needles["entries"] = len(needles["entries"])
    data = {"digest": catalogue.digest, "rules": rules, "prepared": prepared}
    first = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return "\n".join((first, *late)).encode()


def _data(content: bytes) -> dict[str, Any]:
    """Return what `_packed` made the content of, its later lines as they are."""
    first, *lines = content.split(b"\n")
    late = iter(lines)
    data: dict[str, Any] = json.loads(first)
    for rule in data["rules"]:
        rule.update(zip(LATE, islice(late, len(LATE)), strict=True))
    prepared = data["prepared"]
    names = prepared["codes"]
    prepared["codes"] = dict(zip(names, islice(late, len(names)), strict=True))
    for needles in _needles(prepared):
        needles["entries"] = list(islice(late, needles["entries"]))
        if len(needles["entries"]) != len(needles["keys"]):
            raise ValueError("lines are missing")
    return data


def _needles(prepared: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for group in (*prepared["blocks"], *prepared["files"]):
        yield group["needles"]


def _unpacked(data: dict[str, Any], root: Path) -> Catalogue:
    from slopscan.catalogue.packed import unpack  # noqa: PLC0415

    rules = {packed["id"]: unpack(packed, root) for packed in data["rules"]}
    packs = {SHIPPED: frozenset(rules)}
    prepared = prepared_from(data["prepared"])
    return Catalogue(rules, lists_of(root), str(data["digest"]), packs, prepared)


def _read(path: Path) -> dict[str, Any] | None:
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(path, flags | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
            if not _is_ours(os.fstat(file.fileno())):
                return None
            digest, _, content = file.read(_MAX_BYTES + 1).partition(b"\n")
    except OSError:
        return None
    if _digest(content) != digest:
        return None
    with suppress(*_BROKEN, RecursionError):
        return _data(content)
    return None


def _digest(content: bytes) -> bytes:
    # Against damage, not malice: BLAKE2 takes half the time of SHA-256.
    return hashlib.blake2b(content, digest_size=16).hexdigest().encode()


def _is_ours(about: os.stat_result) -> bool:
    if not stat.S_ISREG(about.st_mode) or about.st_size > _MAX_BYTES:
        return False
    if not hasattr(os, "geteuid"):
        return True
    return about.st_uid == os.geteuid() and not about.st_mode & 0o022


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, and take away those of earlier catalogues.

    A few stay: environments of several projects share the folder, and would make theirs anew
    in turn.
    """
    import tempfile  # noqa: PLC0415

    digest = _digest(content)
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, partial = tempfile.mkstemp(dir=path.parent, prefix=".catalogue-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(digest + b"\n" + content)
            Path(partial).replace(path)
        finally:
            Path(partial).unlink(missing_ok=True)
        found = path.parent.glob("catalogue-*.json")
        for old in sorted(found, key=lambda each: each.stat().st_mtime)[:-_KEPT]:
            if old != path:
                old.unlink(missing_ok=True)
