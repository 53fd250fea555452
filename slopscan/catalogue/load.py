"""Find the catalogue, read it, select from it. Imports neither numpy nor spaCy."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from slopscan.catalogue.lists import Lists, did_you_mean
from slopscan.catalogue.rule import FAMILIES, Rule, Status
from slopscan.catalogue.rulefile import read_rule
from slopscan.errors import CatalogueError, UsageError

LISTS_FOLDER: Final = "lists"
_DEFAULT: Final = frozenset({Status.STABLE, Status.ADVISORY})
# Findings about suppression comments: they can be ignored like rules, and are no rules.
_NO_RULES: Final = frozenset({"unused-suppression", "invalid-suppression"})


@dataclass(frozen=True)
class Catalogue:
    """All rules and lists of one folder.

    Attributes
    ----------
    rules : mapping of str to Rule
        By id, sorted.
    lists : Lists
    digest : str
        SHA-256 over the digests of all rules.
    """

    rules: Mapping[str, Rule]
    lists: Lists
    digest: str


@dataclass(frozen=True)
class Selection:
    """Which rules to run, each name being a rule, a family, a status, or `all`.

    A rule named by id or by its status runs whatever its status; a family or `all` brings only
    what would run by default. `ignore` wins over everything.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    preview: bool = False


def catalogue_root() -> Path:
    """Return the catalogue inside the installed package, or beside it in a checkout.

    Raises
    ------
    CatalogueError
        There is neither.
    """
    package = Path(__file__).parent.parent
    for folder in (package / "_lexicons", package.parent / "lexicons"):
        if folder.is_dir():
            return folder
    raise CatalogueError(
        "the catalogue is missing",
        where=str(package),
        fix="reinstall slopscan: pip install --force-reinstall slopscan-prose",
    )


def load_catalogue(folder: Path | None = None) -> Catalogue:
    """Read every rule of a catalogue.

    Parameters
    ----------
    folder : Path, optional
        Holds `<family>/<id>.toml` and `lists/<name>.txt`; the shipped catalogue by default.

    Raises
    ------
    CatalogueError
        Of the first rule or list that is wrong.
    """
    root = catalogue_root() if folder is None else folder
    if not root.is_dir():
        raise CatalogueError("no such folder", where=str(root), fix="name a folder of rules")
    lists = Lists(root / LISTS_FOLDER)
    rules: dict[str, Rule] = {}
    for path in rule_paths(root):
        rule = read_rule(path, lists)
        if rule.id in rules:
            raise CatalogueError(
                f'the id "{rule.id}" is taken', where=str(path), fix=f"see {rules[rule.id].path}"
            )
        rules[rule.id] = rule
    ordered = dict(sorted(rules.items()))
    return Catalogue(ordered, lists, _digest(ordered.values()))


def rule_paths(root: Path) -> list[Path]:
    """Return the rule files below a folder, sorted."""
    return sorted(path for path in root.glob("*/*.toml") if path.parent.name != LISTS_FOLDER)


def select(catalogue: Catalogue, selection: Selection | None = None) -> tuple[Rule, ...]:
    """Return the rules a selection asks for, sorted by id.

    Raises
    ------
    UsageError
        A name is neither a rule, a family, a status nor `all`.
    """
    wanted = Selection() if selection is None else selection
    statuses = _DEFAULT | {Status.PREVIEW} if wanted.preview else _DEFAULT
    chosen: set[str] = set()
    for name in (*(wanted.select or ("all",)), *wanted.extend_select):
        chosen |= _chosen_by(catalogue, name, statuses)
    for name in wanted.ignore:
        chosen -= _chosen_by(catalogue, name, frozenset(Status))
    return tuple(rule for rule in catalogue.rules.values() if rule.id in chosen)


def known_names(catalogue: Catalogue) -> frozenset[str]:
    """Return every name a selection may hold."""
    statuses = (status.value for status in Status)
    return frozenset((*catalogue.rules, *FAMILIES, *statuses, "all", *_NO_RULES))


def _chosen_by(catalogue: Catalogue, name: str, statuses: frozenset[Status]) -> set[str]:
    rules = catalogue.rules.values()
    if name in catalogue.rules:
        return {name}
    if name in FAMILIES:
        return {rule.id for rule in rules if rule.family == name and rule.status in statuses}
    if name == "all":
        return {rule.id for rule in rules if rule.status in statuses}
    known = known_names(catalogue)
    if name in known:
        return {rule.id for rule in rules if rule.status.value == name}
    raise UsageError(
        f'unknown rule "{name}"',
        fix=did_you_mean(name, known) or "see: slopscan rules list",
    )


def _digest(rules: Iterable[Rule]) -> str:
    lines = "\n".join(f"{rule.id} {rule.digest}" for rule in rules)
    return hashlib.sha256(lines.encode()).hexdigest()
