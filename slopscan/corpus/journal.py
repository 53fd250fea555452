"""Finished chunks of a run on disk, so that a run that was killed goes on where it stopped.

A chunk is one gzip file in a folder beside the output, written under a temporary name, synced
and renamed: it is there whole or not at all. Its name holds the digest of what went in, so a
chunk whose input has changed since is scored again.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final

from slopscan.errors import UsageError

_PER_FOLDER: Final = 1000
_SETTINGS: Final = "settings.json"


class Journal:
    """The folder of one run.

    Parameters
    ----------
    output : Path
        Where the run's result will be; the folder is `.NAME.slopscan` beside it.

    Raises
    ------
    UsageError
        Another run is writing the same output, or the folder cannot be made.
    """

    def __init__(self, output: Path) -> None:
        self.folder = output.with_name(f".{output.name}.slopscan")
        self._lock: IO[bytes] | None = None
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = (self.folder / "lock").open("ab")
        except OSError as error:
            raise UsageError(f"cannot be written: {error.strerror}", where=str(output)) from error
        if not _locked(self._lock):
            raise UsageError(
                "another run is writing this output", where=str(output), fix="wait for it to end"
            )
        self._known: dict[int, Path] = {}

    def begin(self, settings: Mapping[str, Any]) -> int:
        """Take over the chunks of an earlier run with the same settings.

        Returns
        -------
        int
            How many there are; chunks made with other settings are deleted.
        """
        path = self.folder / _SETTINGS
        text = json.dumps(settings, sort_keys=True, indent=1)
        try:
            same = path.read_text("utf-8") == text
        except (OSError, UnicodeError):
            same = False
        if not same:
            for folder in self.folder.glob("chunks-*"):
                shutil.rmtree(folder)
            write_whole(path, text.encode("utf-8"))
        for chunk in self.folder.glob("chunks-*/*.gz"):
            self._known[int(chunk.name.partition("-")[0])] = chunk
        return len(self._known)

    def has(self, index: int, digest: str) -> bool:
        """Say whether chunk `index` is done for input of this digest."""
        return self._path(index, digest) == self._known.get(index)

    def write(self, index: int, digest: str, rows: list[dict[str, Any]]) -> None:
        """Keep the rows of a finished chunk; on return they survive a crash."""
        lines = b"".join(json.dumps(row).encode("ascii") + b"\n" for row in rows)
        path = self._path(index, digest)
        path.parent.mkdir(exist_ok=True)
        write_whole(path, gzip.compress(lines, 1, mtime=0))
        old = self._known.get(index)
        if old is not None and old != path:
            old.unlink(missing_ok=True)
        self._known[index] = path

    def rows(self, n_chunks: int) -> Iterator[dict[str, Any]]:
        """Yield the rows of chunks 0 to `n_chunks` - 1.

        Raises
        ------
        UsageError
            A chunk is missing or damaged; it is deleted, so that the next run makes it again.
        """
        for index in range(n_chunks):
            path = self._known[index]
            try:
                lines = gzip.decompress(path.read_bytes()).splitlines()
                rows = [json.loads(line) for line in lines]
            except (OSError, EOFError, zlib.error, ValueError) as error:
                path.unlink(missing_ok=True)
                raise UsageError(
                    f"a part of the run is damaged ({error}) and was deleted",
                    where=str(path),
                    fix="run the same command again: it makes the part anew",
                ) from error
            yield from rows

    def close(self) -> None:
        """Let another run use the folder."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def delete(self) -> None:
        """Remove the folder, once the output is whole."""
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, index: int, digest: str) -> Path:
        return self.folder / f"chunks-{index // _PER_FOLDER:06d}" / f"{index:09d}-{digest}.gz"


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or, whatever happens, as it was before."""
    partial = path.with_name(f"{path.name}.part")
    try:
        with partial.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _locked(stream: IO[bytes]) -> bool:
    try:
        import fcntl  # noqa: PLC0415
    except ImportError:
        # Windows refuses to delete files that another run holds open; that has to do.
        return True
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
