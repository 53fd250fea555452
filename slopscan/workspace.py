"""What holds for one file: configuration, per-file tables, genre and command line together.

The nearest configuration file above a scanned file decides; what was said for this run (the
command line, an editor's settings) comes before it. Scanners are shared between files that
want the same, and all of them share one catalogue, pipeline and model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import slopscan
from slopscan.catalogue.lists import did_you_mean
from slopscan.catalogue.load import Catalogue, Selection, known_names
from slopscan.catalogue.packs import Pack, find_packs
from slopscan.config.keys import DEFAULT, Config, PerFile
from slopscan.config.load import find_config, load_config
from slopscan.config.patterns import matches
from slopscan.errors import ConfigError, UsageError
from slopscan.report import Provenance
from slopscan.scan import Resources, Scanner, Settings

COMMAND_LINE: Final = "command line"
# What is said for this run adds to these; any other value it replaces.
_ADDED: Final = frozenset({"extend_select", "extend_ignore", "catalogue", "packs"})


@dataclass(frozen=True, slots=True)
class Overrides:
    """What was said for this run; None where nothing was."""

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] | None = None
    extend_ignore: tuple[str, ...] | None = None
    preview: bool | None = None
    parse: bool | None = None
    genre: str | None = None
    fail_on: str | None = None
    include: tuple[str, ...] | None = None
    output_format: str | None = None
    baseline: Path | None = None
    voice: Path | None = None
    catalogue: tuple[Path, ...] | None = None
    packs: tuple[str, ...] | None = None
    model: Path | None = None
    family_profile: bool | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """A value and where it comes from: a file, the command line, or `default`."""

    value: Any
    origin: str = DEFAULT


@dataclass(frozen=True, slots=True)
class FileSettings:
    """Everything that holds for one file.

    Attributes
    ----------
    settings : Settings
        What its scanner does.
    values : mapping of str to Value
        Every field of `Overrides`, and `per_file_ignores`.
    left_out : mapping of str to str
        Rules its genre leaves out, and why.
    config : Path or None
        The configuration file it is under.
    """

    settings: Settings
    values: Mapping[str, Value]
    left_out: Mapping[str, str] = field(default_factory=dict)
    config: Path | None = None

    @property
    def fail_on(self) -> str:
        return str(self.values["fail_on"].value)

    @property
    def genre(self) -> str | None:
        genre = self.values["genre"].value
        return genre if isinstance(genre, str) else None

    @property
    def baseline(self) -> Path | None:
        return self._path("baseline")

    @property
    def voice(self) -> Path | None:
        return self._path("voice")

    def _path(self, name: str) -> Path | None:
        path = self.values[name].value
        return path if isinstance(path, Path) else None


# The page shows them, and the others keep them for `slopscan report`.
_SHOW_WINDOWS: Final = frozenset({"html", "json", "jsonl"})
# Findings and the probability alone: what it is made of is not computed for them.
_SHOW_NO_REASONS: Final = frozenset({"concise", "github", "sarif"})


class Workspace:
    """Settings and scanners for any number of files.

    Parameters
    ----------
    overrides : Overrides, optional
        Comes before every configuration file.
    config : Path, optional
        Used for every file in place of the nearest one.
    resources : Resources, optional
        Catalogue, pipeline and model to share.
    """

    def __init__(
        self,
        overrides: Overrides | None = None,
        *,
        config: Path | None = None,
        resources: Resources | None = None,
    ) -> None:
        self._overrides = overrides or Overrides()
        self._given = None if config is None else load_config(config)
        self._resources = resources
        self._by_folder: dict[Path, Config] = {}
        self._by_path: dict[Path | None, Config] = {}
        self._scanners: dict[Settings, Scanner] = {}
        self._by_genre: dict[tuple[str, str], dict[str, str]] = {}
        self._packs: dict[tuple[Value, Value], tuple[Pack, ...]] = {}
        self._by_file: dict[str, FileSettings] = {}
        self._alike: dict[tuple[Path | None, Value, tuple[PerFile, ...]], FileSettings] = {}
        self._checked: set[tuple[str, tuple[str, ...], str]] = set()

    @cached_property
    def resources(self) -> Resources:
        return self._resources or Resources()

    @property
    def catalogue(self) -> Catalogue:
        """The rules of all scanners made so far; of two with one id, those of the first."""
        found = self.resources.catalogue
        more = [one.catalogue for one in self.scanners if one.catalogue is not found]
        if not more:
            return found
        rules = {key: rule for one in reversed(more) for key, rule in one.rules.items()}
        return replace(more[0], rules={**rules, **more[0].rules})

    @cached_property
    def run(self) -> Config:
        """What holds for the run as a whole: the configuration of the working directory."""
        return self._config_in(Path.cwd())

    @property
    def scanners(self) -> tuple[Scanner, ...]:
        """Every scanner made so far."""
        return tuple(self._scanners.values())

    def output_format(self) -> str:
        """Return the output format of the run."""
        return self._overrides.output_format or self.run.output_format

    def provenance(self) -> Provenance:
        """Return what made the reports: all scanners share it, but for a parse."""
        made = sorted(self.scanners, key=lambda scanner: not scanner.settings.parse)
        if not made:
            return Provenance(slopscan.__version__, self.catalogue.digest)
        return made[0].provenance

    def is_excluded(self, path: Path) -> bool:
        """Say whether the configuration takes a file out of the folders it is in."""
        lines = self.config_for(path).exclude
        return any(matches(line.pattern, path, line.folder) for line in lines)

    def config_for(self, path: Path) -> Config:
        """Return the configuration a file is under.

        Raises
        ------
        ConfigError
            The file that was found is wrong.
        """
        if self._given is not None:
            return self._given
        return self._config_in(path.parent.absolute())

    def scanner_for(self, path: Path) -> Scanner:
        """Return the scanner for a file; raises what `resolve` raises."""
        return self.scanner(self.resolve(path).settings)

    def scanner(self, settings: Settings) -> Scanner:
        """Return the scanner for settings, the same one for the same settings."""
        if settings not in self._scanners:
            self._scanners[settings] = Scanner(settings, resources=self.resources)
        return self._scanners[settings]

    def resolve(self, path: Path) -> FileSettings:
        """Work out what holds for a file; it need not exist.

        Raises
        ------
        ConfigError, UsageError
            A configuration file is wrong, or a name in it or on the command line is no rule.
        """
        name = str(path)
        if name not in self._by_file:
            self._by_file[name] = self._resolved(path)
        return self._by_file[name]

    def _resolved(self, path: Path) -> FileSettings:
        config = self.config_for(path)
        genre = self._genre(config, path, self._value(config, "genre"))
        per_file = tuple(line for line in config.per_file_ignores if _means(line, path))
        key = (config.path, genre, per_file)
        if key not in self._alike:
            self._alike[key] = self._settled(config, genre, per_file)
        return self._alike[key]

    def _settled(self, config: Config, genre: Value, per_file: tuple[PerFile, ...]) -> FileSettings:
        values = {name: self._value(config, name) for name in Overrides.__slots__}
        values["genre"] = genre
        names = tuple(dict.fromkeys(name for line in per_file for name in line.value))
        values["per_file_ignores"] = Value(names, _origins(line.origin for line in per_file))
        packs = self._found(values["catalogue"], values["packs"])
        catalogue = self.resources.catalogue_with(packs)
        for key in ("select", "ignore", "extend_select", "extend_ignore", "per_file_ignores"):
            self._check(key, values[key], catalogue)
        left_out = self._left_out(values, catalogue)
        settings = self._settings(values, left_out, packs)
        return FileSettings(settings, values, left_out, config.path)

    def _config_in(self, folder: Path) -> Config:
        if self._given is not None:
            return self._given
        if folder not in self._by_folder:
            path = find_config(folder)
            if path not in self._by_path:
                self._by_path[path] = load_config(path)
            self._by_folder[folder] = self._by_path[path]
        return self._by_folder[folder]

    def _value(self, config: Config, name: str) -> Value:
        said = getattr(self._overrides, name)
        held = getattr(config, name)
        if said is None:
            return Value(held, config.origin(name))
        if name in _ADDED:
            where = (config.origin(name), COMMAND_LINE) if held else (COMMAND_LINE,)
            return Value((*held, *said), _origins(where))
        return Value(said, COMMAND_LINE)

    def _genre(self, config: Config, path: Path, value: Value) -> Value:
        if value.origin == COMMAND_LINE:
            return value
        for line in reversed(config.per_file_genre):
            if _means(line, path):
                return Value(line.value[0], f"{line.origin}, per-file-genre {line.pattern}")
        return value

    def _found(self, folders: Value, names: Value) -> tuple[Pack, ...]:
        wanted = (folders, names)
        if wanted not in self._packs:
            found: list[Pack] = []
            for value, given in ((folders, (folders.value, ())), (names, ((), names.value))):
                try:
                    found += find_packs(*given)
                except UsageError as error:
                    if value.origin == COMMAND_LINE:
                        raise
                    where = f"{value.origin}: {error.where}" if error.where else value.origin
                    raise ConfigError(error.what, where=where, fix=error.fix) from error
            self._packs[wanted] = tuple(dict.fromkeys(found))
        return self._packs[wanted]

    def _check(self, key: str, value: Value, catalogue: Catalogue) -> None:
        mark = (value.origin, tuple(value.value), catalogue.digest)
        if mark in self._checked:
            return
        known = known_names(catalogue)
        for name in value.value:
            if name not in known:
                what = f'unknown rule "{name}"'
                fix = did_you_mean(name, known) or "see: slopscan rules list"
                if value.origin.endswith(COMMAND_LINE):
                    raise UsageError(what, fix=fix)
                shown = key.replace("_", "-")
                raise ConfigError(f'{what} in "{shown}"', where=value.origin, fix=fix)
        self._checked.add(mark)

    def _left_out(self, values: Mapping[str, Value], catalogue: Catalogue) -> dict[str, str]:
        genre = values["genre"].value
        if genre is None:
            return {}
        named = {*values["select"].value, *values["extend_select"].value}
        all_of_it = self._habits(genre, catalogue)
        return {rule: because for rule, because in all_of_it.items() if rule not in named}

    def _habits(self, genre: str, catalogue: Catalogue) -> dict[str, str]:
        key = (genre, catalogue.digest)
        if key not in self._by_genre:
            from slopscan.genres import habits  # noqa: PLC0415 - reads measured rates

            self._by_genre[key] = habits(genre, catalogue)
        return self._by_genre[key]

    def _settings(
        self, values: Mapping[str, Value], left_out: Iterable[str], packs: tuple[Pack, ...]
    ) -> Settings:
        ignore = (
            *values["ignore"].value,
            *values["extend_ignore"].value,
            *values["per_file_ignores"].value,
            *left_out,
        )
        selection = Selection(
            select=tuple(values["select"].value),
            ignore=tuple(dict.fromkeys(ignore)),
            extend_select=tuple(values["extend_select"].value),
            preview=values["preview"].value,
        )
        return Settings(
            selection,
            parse=values["parse"].value,
            quotes="quotes" in values["include"].value,
            windows=self.output_format() in _SHOW_WINDOWS,
            reasons=self.output_format() not in _SHOW_NO_REASONS,
            family=values["family_profile"].value,
            packs=packs,
            rank_in=_reference(values["genre"].value),
            model=values["model"].value,
        )


def _reference(genre: str | None) -> str:
    if genre is None:
        return ""
    from slopscan.config.profiles import profiles  # noqa: PLC0415 - not for runs without

    return profiles()[genre].reference


def _means(line: PerFile, path: Path) -> bool:
    return matches(line.pattern, path, line.folder)


def _origins(where: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(where)) or DEFAULT
