"""Which keys a configuration has, and what each may hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from slopscan.config.profiles import GENRES
from slopscan.errors import ConfigError

FAIL_ON: Final = ("note", "warning", "error", "never")
INCLUDE: Final = ("quotes",)
OUTPUT_FORMATS: Final = ("text", "concise", "json", "jsonl", "sarif", "github", "html")
DEFAULT: Final = "default"


@dataclass(frozen=True, slots=True)
class PerFile:
    """A line of a per-file table: which files, what holds for them, and who says so."""

    pattern: str
    folder: Path
    value: tuple[str, ...]
    origin: str = field(default=DEFAULT, compare=False)


@dataclass(frozen=True, slots=True)
class Config:
    """What a configuration file and those it extends say, together.

    Attributes
    ----------
    select, ignore, extend_select, extend_ignore : tuple of str
        Rules, families, statuses or `all`.
    preview, parse, family_profile : bool
    genre : str or None
        One of `GENRES`.
    fail_on, output_format : str
    include : tuple of str
    baseline, voice : Path or None
        Absolute, once read.
    catalogue : tuple of Path
        Folders of rules beside the shipped ones; absolute.
    packs : tuple of str
        Rule packs of installed packages.
    model : Path or None
        Folder of the model instead of the shipped one; absolute.
    exclude : tuple of PerFile
        Files a folder does not stand for; their value is empty.
    per_file_ignores, per_file_genre : tuple of PerFile
        In the order of the files, an extended one first.
    path : Path or None
        The file; None for the defaults.
    origins : mapping of str to str
        Field to the file that set it; a field that is missing has its default.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    extend_ignore: tuple[str, ...] = ()
    preview: bool = False
    parse: bool = True
    family_profile: bool = False
    genre: str | None = None
    fail_on: str = "warning"
    include: tuple[str, ...] = ()
    output_format: str = "text"
    baseline: Path | None = None
    voice: Path | None = None
    catalogue: tuple[Path, ...] = ()
    packs: tuple[str, ...] = ()
    model: Path | None = None
    exclude: tuple[PerFile, ...] = ()
    per_file_ignores: tuple[PerFile, ...] = ()
    per_file_genre: tuple[PerFile, ...] = ()
    path: Path | None = None
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)

    def origin(self, name: str) -> str:
        """Return where the value of a field comes from."""
        return self.origins.get(name, DEFAULT)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a value stands, for messages and for paths that count from its file."""

    path: Path
    key: str

    def wrong(self, what: str, fix: str = "") -> ConfigError:
        return ConfigError(f'"{self.key}" {what}', where=str(self.path), fix=fix)


def _boolean(value: object, place: _Place) -> bool:
    if not isinstance(value, bool):
        raise place.wrong("must be true or false")
    return value


def _texts(value: object, place: _Place) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise place.wrong("must be a list of strings")
    return tuple(value)


def _choice(known: tuple[str, ...]) -> Callable[[object, _Place], str]:
    def read(value: object, place: _Place) -> str:
        if isinstance(value, str) and value in known:
            return value
        import difflib  # noqa: PLC0415

        near = difflib.get_close_matches(value, known, n=1) if isinstance(value, str) else []
        fix = f'did you mean "{near[0]}"?' if near else f"use one of {', '.join(known)}"
        raise place.wrong(f"cannot be {value!r}", fix)

    return read


def _choices(known: tuple[str, ...]) -> Callable[[object, _Place], tuple[str, ...]]:
    one = _choice(known)

    def read(value: object, place: _Place) -> tuple[str, ...]:
        return tuple(one(item, place) for item in _texts(value, place))

    return read


def _path(value: object, place: _Place) -> Path:
    if not isinstance(value, str) or not value:
        raise place.wrong("must be a path")
    if "\0" in value:
        raise place.wrong("is no path: it holds a NUL character")
    return place.path.parent.absolute() / value


def _paths(value: object, place: _Place) -> tuple[Path, ...]:
    return tuple(_path(item, place) for item in _texts(value, place))


def _patterns(value: object, place: _Place) -> tuple[PerFile, ...]:
    folder = place.path.parent.absolute()
    return tuple(PerFile(item, folder, (), str(place.path)) for item in _texts(value, place))


def _table_of(
    read: Callable[[object, _Place], Any],
) -> Callable[[object, _Place], tuple[PerFile, ...]]:
    def read_table(value: object, place: _Place) -> tuple[PerFile, ...]:
        if not isinstance(value, dict):
            raise place.wrong("must be a table of patterns", f"write it as [{place.key}]")
        folder = place.path.parent.absolute()
        lines = []
        for pattern, item in value.items():
            got = read(item, _Place(place.path, f"{place.key}.{pattern}"))
            held = (got,) if isinstance(got, str) else got
            lines.append(PerFile(pattern, folder, held, str(place.path)))
        return tuple(lines)

    return read_table


_READERS: Final[Mapping[str, Callable[[object, _Place], Any]]] = {
    "extend": _path,
    "select": _texts,
    "ignore": _texts,
    "extend-select": _texts,
    "extend-ignore": _texts,
    "preview": _boolean,
    "parse": _boolean,
    "family-profile": _boolean,
    "genre": _choice(GENRES),
    "fail-on": _choice(FAIL_ON),
    "include": _choices(INCLUDE),
    "output-format": _choice(OUTPUT_FORMATS),
    "baseline": _path,
    "voice": _path,
    "catalogue": _paths,
    "packs": _texts,
    "model": _path,
    "exclude": _patterns,
    "per-file-ignores": _table_of(_texts),
    "per-file-genre": _table_of(_choice(GENRES)),
}
KEYS: Final = tuple(_READERS)
# A file adds to these what the file it extends says; any other key it replaces.
JOINED: Final = frozenset(
    {
        *("extend_select", "extend_ignore", "catalogue", "packs"),
        *("exclude", "per_file_ignores", "per_file_genre"),
    }
)


def read_table(table: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Check the keys and values of one file; keys come back with underscores.

    Raises
    ------
    ConfigError
        A key is unknown or a value of the wrong type.
    """
    return {
        _known(key, path).replace("-", "_"): _READERS[key](value, _Place(path, key))
        for key, value in table.items()
    }


def _known(key: str, path: Path) -> str:
    if key in _READERS:
        return key
    import difflib  # noqa: PLC0415

    near = difflib.get_close_matches(key.replace("_", "-"), KEYS, n=1)
    hint = f'did you mean "{near[0]}"?' if near else f"known keys: {', '.join(KEYS)}"
    raise ConfigError(f'unknown key "{key}"', where=str(path), fix=hint)
