"""Scores by content: the same text under the same versions is not parsed twice.

One SQLite file in a folder that several runs may share. A damaged cache is a missing cache.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from slopscan.corpus.score import Item, Scored
from slopscan.errors import UsageError

_FILE: Final = "scores.sqlite"
_SCHEMA: Final = (
    "CREATE TABLE IF NOT EXISTS scores (key BLOB PRIMARY KEY, score TEXT) WITHOUT ROWID"
)


class Cache:
    """Scores kept from earlier runs.

    Parameters
    ----------
    folder : Path
        Made if missing.
    settings : mapping
        Versions, digests and settings that decide a score; part of every key.

    Raises
    ------
    UsageError
        The folder cannot be used, or holds a file that is no cache.
    """

    def __init__(self, folder: Path, settings: Mapping[str, Any]) -> None:
        self._salt = json.dumps(settings, sort_keys=True).encode("utf-8")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._base = sqlite3.connect(folder / _FILE, timeout=60, isolation_level=None)
            # A power cut may lose the last scores, which costs time and nothing else.
            self._base.execute("PRAGMA journal_mode=WAL")
            self._base.execute("PRAGMA synchronous=OFF")
            self._base.execute(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise UsageError(
                f"cannot be used as a cache: {error}",
                where=str(folder),
                fix="delete it, or give another folder",
            ) from error

    def get(self, item: Item) -> Scored | None:
        """Return the score of a text, or None."""
        found = self._base.execute("SELECT score FROM scores WHERE key = ?", (self._key(item),))
        row = found.fetchone()
        if row is None:
            return None
        values: Scored = json.loads(row[0])
        return values

    def put(self, scored: Iterable[tuple[Item, Scored]]) -> None:
        """Keep scores; errors are not kept, so that they are tried again."""
        rows = [
            (self._key(item), json.dumps(values))
            for item, values in scored
            if values["error"] is None
        ]
        self._base.execute("BEGIN")
        self._base.executemany("INSERT OR REPLACE INTO scores VALUES (?, ?)", rows)
        self._base.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    def _key(self, item: Item) -> bytes:
        digest = hashlib.blake2b(self._salt, digest_size=16)
        digest.update(item.media_type.encode("ascii") + b"\0")
        digest.update(item.text.encode("utf-8"))
        return digest.digest()
