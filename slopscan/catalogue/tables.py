"""TOML tables read strictly: every key is taken with its type, and none is left over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

from slopscan.catalogue.lists import did_you_mean
from slopscan.errors import CatalogueError

_Choice = TypeVar("_Choice", bound=Enum)


@dataclass(frozen=True)
class RuleFile:
    path: Path
    content: str

    def where(self, key: str | None = None) -> str:
        """Return `path`, or `path:line` of the first line that sets `key`."""
        if key is not None:
            pattern = rf'^[ \t]*(?:\[+[\w.]*\b{re.escape(key)}\]+|"?{re.escape(key)}"?[ \t]*=)'
            found = re.search(pattern, self.content, re.MULTILINE) or re.search(
                rf"\b{re.escape(key)}[ \t]*=", self.content
            )
            if found:
                return f"{self.path}:{self.content.count(chr(10), 0, found.start()) + 1}"
        return str(self.path)


class Table:
    """A TOML table whose keys must all be taken, each with its type."""

    def __init__(self, data: Mapping[str, Any], file: RuleFile, name: str = "") -> None:
        self._data = dict(data)
        self._taken: set[str] = set()
        self.file = file
        self.name = name

    def fail(self, what: str, key: str | None = None, fix: str = "") -> CatalogueError:
        return CatalogueError(what, where=self.file.where(key), fix=fix)

    def has(self, key: str) -> bool:
        return key in self._data

    def take(self, key: str) -> Any:
        self._taken.add(key)
        return self._data.get(key)

    def text(self, key: str) -> str:
        value = self.optional_text(key)
        if value is None:
            raise self.fail(f'no "{key}"{self._in()}')
        return value

    def optional_text(self, key: str) -> str | None:
        value = self.take(key)
        if value is not None and (not isinstance(value, str) or not value.strip()):
            raise self.fail(f'"{key}" is not a text', key)
        return value

    def choice(self, key: str, kind: type[_Choice]) -> _Choice:
        value = self.text(key)
        try:
            return kind(value)
        except ValueError:
            names = [str(member.value) for member in kind]
            raise self.unknown_value(key, value, names) from None

    def one_of(self, key: str, known: Iterable[str]) -> str | None:
        value = self.optional_text(key)
        names = list(known)
        if value is not None and value not in names:
            raise self.unknown_value(key, value, names)
        return value

    def unknown_value(self, key: str, value: str, names: list[str]) -> CatalogueError:
        fix = did_you_mean(value, names) or "one of: " + ", ".join(names)
        return self.fail(f'unknown {key} "{value}"', key, fix)

    def flag(self, key: str) -> bool:
        value = self.take(key)
        if value is not None and not isinstance(value, bool):
            raise self.fail(f'"{key}" is not true or false', key)
        return bool(value)

    def count(self, key: str) -> int | None:
        value = self.take(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.fail(f'"{key}" is not a whole number of at least 0', key)
        return value

    def number(self, key: str) -> float | None:
        value = self.take(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.fail(f'"{key}" is not a number', key)
        return float(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """One text or an array of texts; an empty tuple where the key is missing."""
        value = self.take(key)
        if value is None:
            return ()
        values = [value] if isinstance(value, str) else value
        ok = isinstance(values, list) and values and all(isinstance(v, str) and v for v in values)
        if not ok:
            raise self.fail(f'"{key}" is neither a text nor an array of texts', key)
        return tuple(values)

    def table(self, key: str) -> Table | None:
        value = self.take(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.fail(f'"{key}" is not a table', key)
        return Table(value, self.file, key)

    def tables(self, key: str) -> list[Table]:
        value = self.take(key)
        if value is None:
            return []
        values = [value] if isinstance(value, dict) else value
        if not isinstance(values, list) or not all(isinstance(item, dict) for item in values):
            raise self.fail(f'"{key}" is not an array of tables', key)
        return [Table(item, self.file, key) for item in values]

    def finish(self) -> None:
        """Refuse the first key nobody took; `_taken` are all keys this table may have."""
        for key in self._data:
            if key not in self._taken:
                known = sorted(self._taken)
                fix = did_you_mean(key, known) or "known keys: " + ", ".join(known)
                raise self.fail(f'unknown key "{key}"{self._in()}', key, fix)

    def _in(self) -> str:
        return f" in [{self.name}]" if self.name else ""
