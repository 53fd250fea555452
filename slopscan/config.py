"""Settings of a project: `slopscan.toml`, or `[tool.slopscan]` of `pyproject.toml`.

The nearest file from the working directory upwards wins whole; two files are never merged.
In one folder `slopscan.toml` comes first. Keys and types are strict.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from slopscan.errors import ConfigError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILE_NAME: Final = "slopscan.toml"
FAIL_ON: Final = ("note", "warning", "error", "never")
INCLUDE: Final = ("quotes",)
OUTPUT_FORMATS: Final = ("text", "concise", "json", "jsonl", "sarif", "github")
_LISTS: Final = ("select", "ignore", "extend-select", "include")
_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "fail-on": FAIL_ON,
    "include": INCLUDE,
    "output-format": OUTPUT_FORMATS,
}
KEYS: Final = (
    "select",
    "ignore",
    "extend-select",
    "preview",
    "fail-on",
    "include",
    "output-format",
)


@dataclass(frozen=True, slots=True)
class Config:
    """What a configuration file says; an empty one where there is none.

    `path` is the file the values come from, None for the defaults.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    preview: bool = False
    fail_on: str = "warning"
    include: tuple[str, ...] = ()
    output_format: str = "text"
    path: Path | None = None


def find_config(folder: Path | None = None) -> Path | None:
    """Return the nearest configuration file from a folder upwards.

    Raises
    ------
    ConfigError
        A `pyproject.toml` on the way is no TOML.
    """
    start = (folder or Path.cwd()).resolve()
    for place in (start, *start.parents):
        if (place / FILE_NAME).is_file():
            return place / FILE_NAME
        project = place / "pyproject.toml"
        if project.is_file() and _table_of(project) is not None:
            return project
    return None


def load_config(path: Path | None) -> Config:
    """Read one configuration file; with None, return the defaults.

    Raises
    ------
    ConfigError
        The file is missing, is no TOML, has an unknown key or a value of the wrong type.
    """
    if path is None:
        return Config()
    table = _table_of(path)
    if table is None:
        raise ConfigError("has no table [tool.slopscan]", where=str(path), fix="add the table")
    values: dict[str, Any] = {
        _checked_key(key, path): _checked(key, value, path) for key, value in table.items()
    }
    return Config(**values, path=path)


def _table_of(path: Path) -> Mapping[str, Any] | None:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"cannot be read: {error.strerror}", where=str(path), fix="name an existing file"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"is not TOML: {error}", where=str(path), fix="mend the line") from error
    if path.name != "pyproject.toml":
        return data
    tool = data.get("tool", {})
    table = tool.get("slopscan") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise ConfigError("tool.slopscan is not a table", where=str(path))
    return table


def _checked_key(key: str, path: Path) -> str:
    if key in KEYS:
        return key.replace("-", "_")
    near = difflib.get_close_matches(key.replace("_", "-"), KEYS, n=1)
    hint = f'did you mean "{near[0]}"?' if near else f"known keys: {', '.join(KEYS)}"
    raise ConfigError(f'unknown key "{key}"', where=str(path), fix=hint)


def _checked(key: str, value: object, path: Path) -> object:
    if key in _LISTS:
        return _texts(key, value, path)
    if key == "preview":
        if not isinstance(value, bool):
            raise ConfigError('"preview" must be true or false', where=str(path))
        return value
    if key in _CHOICES:
        return _choice(key, value, path)
    return value


def _texts(key: str, value: object, path: Path) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigError(f'"{key}" must be a list of strings', where=str(path))
    if key in _CHOICES:
        for item in value:
            _choice(key, item, path)
    return tuple(value)


def _choice(key: str, value: object, path: Path) -> str:
    known = _CHOICES[key]
    if isinstance(value, str) and value in known:
        return value
    raise ConfigError(
        f'"{key}" cannot be {value!r}', where=str(path), fix=f"use one of {', '.join(known)}"
    )
