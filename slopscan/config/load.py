"""Find configuration files and read them, with the files they extend.

The nearest file from a folder upwards wins; in one folder `slopscan.toml` comes before
`pyproject.toml`. Two files are put together only where one says `extend`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from slopscan.config.keys import JOINED, Config, read_table
from slopscan.errors import ConfigError

FILE_NAME: Final = "slopscan.toml"


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
    """Read a configuration file and those it extends; with None, return the defaults.

    Raises
    ------
    ConfigError
        A file is missing, is no TOML, has an unknown key or a value of the wrong type, or
        extends itself.
    """
    return Config() if path is None else _load(path, ())


def _load(path: Path, through: tuple[Path, ...]) -> Config:
    if path.resolve() in through:
        chain = " -> ".join(str(step) for step in (*through, path.resolve()))
        raise ConfigError(f"extends itself: {chain}", where=str(path), fix="take one extend out")
    table = _table_of(path)
    if table is None:
        raise ConfigError("has no table [tool.slopscan]", where=str(path), fix="add the table")
    values = read_table(table, path)
    base_path: Path | None = values.pop("extend", None)
    base = Config() if base_path is None else _load(base_path, (*through, path.resolve()))
    return _joined(base, values, path)


def _joined(base: Config, values: Mapping[str, Any], path: Path) -> Config:
    together = {name: getattr(base, name) for name in base.origins}
    origins = dict(base.origins)
    for name, value in values.items():
        if name in JOINED and name in together:
            together[name] = (*together[name], *value)
            origins[name] = f"{origins[name]}, {path}"
        else:
            together[name] = value
            origins[name] = str(path)
    return Config(**together, path=path, origins=origins)


def _table_of(path: Path) -> Mapping[str, Any] | None:
    if sys.version_info >= (3, 11):
        import tomllib  # noqa: PLC0415 - not for runs without
    else:
        import tomli as tomllib  # noqa: PLC0415

    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except RecursionError as error:
        raise ConfigError(
            "is nested too deeply", where=str(path), fix="take brackets out"
        ) from error
    except OSError as error:
        raise ConfigError(
            f"cannot be read: {error.strerror}", where=str(path), fix="name an existing file"
        ) from error
    except ValueError as error:  # also of a number too long to read, and of what is no UTF-8
        raise ConfigError(f"is not TOML: {error}", where=str(path), fix="mend the line") from error
    if path.name != "pyproject.toml":
        return data
    tool = data.get("tool", {})
    table = tool.get("slopscan") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise ConfigError("tool.slopscan is not a table", where=str(path))
    return table
