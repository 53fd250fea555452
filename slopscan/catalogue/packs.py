"""Rules that stand beside the shipped ones: a folder, or an installed package that names one.

A pack is data in the format of the shipped catalogue. Finding one runs none of its code: an entry
point of the group `slopscan.rules` is read for the package it names, and the package's folder is
looked up without an import.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from slopscan.catalogue.lists import Lists, did_you_mean
from slopscan.catalogue.load import (
    LISTS_FOLDER,
    SHIPPED,
    Catalogue,
    digest_of,
    read_rules,
    rule_paths,
)
from slopscan.errors import CatalogueError, UsageError

GROUP: Final = "slopscan.rules"
_NOT_RULES: Final = frozenset({"pyproject.toml", "slopscan.toml"})


class Pack(NamedTuple):
    """A pack and the name its rules can be selected by."""

    name: str
    folder: Path


def find_packs(folders: Iterable[Path], names: Iterable[str]) -> tuple[Pack, ...]:
    """Return the packs in some folders, named like them, and those of installed packages.

    Parameters
    ----------
    folders : iterable of Path
        `<family>/<id>.toml` and `lists/<name>.txt`.
    names : iterable of str
        Of entry points of the group `slopscan.rules`.

    Raises
    ------
    UsageError
        There is no such folder, or no installed package gives a pack of that name.
    CatalogueError
        Two packages give it, or it names no folder of data.
    """
    found = [Pack(path.absolute().name, path.absolute()) for path in folders]
    for pack in found:
        if not _is_folder(pack.folder):
            raise UsageError("no such folder of rules", where=str(pack.folder))
    found += [Pack(name, _folder_of(name)) for name in names]
    return tuple(dict.fromkeys(found))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # a name that is too long, or holds a NUL character
        return False


def with_packs(catalogue: Catalogue, packs: Sequence[Pack]) -> Catalogue:
    """Return a catalogue that has the rules and lists of packs as well.

    Raises
    ------
    CatalogueError
        A pack has no rule, a file of it is wrong, or an id or the name of a list is taken.
    """
    for pack in packs:
        catalogue = _joined(catalogue, pack)
    return catalogue


def _joined(catalogue: Catalogue, pack: Pack) -> Catalogue:
    _check_layout(pack.folder)
    lists = Lists(pack.folder / LISTS_FOLDER, base=catalogue.lists)
    for name in sorted(lists.own & catalogue.lists.names):
        raise CatalogueError(
            f'the list "{name}" is there already',
            where=str(lists.folder / f"{name}.txt"),
            fix="give the list another name",
        )
    rules = read_rules(pack.folder, lists, taken=catalogue.rules)
    ids = frozenset(rules)
    ordered = dict(sorted({**catalogue.rules, **rules}.items()))
    named = {**catalogue.packs, pack.name: catalogue.packs.get(pack.name, frozenset()) | ids}
    digest = digest_of(ordered.values())
    return Catalogue(ordered, lists, digest, named, catalogue.prepared)


def _check_layout(folder: Path) -> None:
    for path in sorted(folder.glob("*.toml")):
        if path.name not in _NOT_RULES:
            raise CatalogueError(
                "a rule lies in the folder of its family",
                where=str(path),
                fix=f"move it to {path.parent / 'FAMILY' / path.name}",
            )
    if not rule_paths(folder):
        raise CatalogueError(
            "no rules in this folder", where=str(folder), fix="a rule is FAMILY/ID.toml"
        )


def _folder_of(name: str) -> Path:
    # 35 ms that a run without packs need not pay.
    from importlib import metadata  # noqa: PLC0415

    known = metadata.entry_points(group=GROUP)
    # One distribution can be seen twice, as installed and as a source tree on the path.
    values = sorted({point.value for point in known if point.name == name})
    if not values:
        names = sorted({point.name for point in known} - {SHIPPED})
        given = f"installed: {', '.join(names)}" if names else "no installed package gives any"
        fix = did_you_mean(name, names) or given
        raise UsageError(f'no rule pack "{name}" is installed', fix=fix)
    where = f'entry point "{name}" of {GROUP}'
    if len(values) > 1:
        raise CatalogueError(
            f"given twice: {', '.join(values)}", where=where, fix="uninstall one of the packages"
        )
    return _package_folder(values[0], where)


def _package_folder(value: str, where: str) -> Path:
    from importlib.util import find_spec  # noqa: PLC0415

    first, *rest = value.split(".")
    if ":" in value or not all(part.isidentifier() for part in (first, *rest)):
        raise CatalogueError(
            f'"{value}" is not the name of a package',
            where=where,
            fix="name the package that holds the folders of rules, such as acme_rules",
        )
    # The spec of a top-level package is found without importing it; a deeper one would be.
    spec = find_spec(first)
    places = spec.submodule_search_locations if spec else None
    for place in places or ():
        folder = Path(place, *rest)
        if folder.is_dir():
            return folder
    raise CatalogueError(
        f'"{value}" is no folder on this machine', where=where, fix="reinstall the package"
    )
