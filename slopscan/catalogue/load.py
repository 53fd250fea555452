"""Find the catalogue, read it, select from it. Imports neither numpy nor spaCy."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from slopscan.catalogue.lists import Lists, did_you_mean
from slopscan.catalogue.rule import FAMILIES, Rule, Status
from slopscan.errors import CatalogueError, UsageError

LISTS_FOLDER: Final = "lists"
SHIPPED: Final = "shipped"
_DEFAULT: Final = frozenset({Status.STABLE, Status.ADVISORY})
_STATUSES: Final = frozenset(status.value for status in Status)
# Findings about suppression comments: they can be ignored like rules, and are no rules.
_NO_RULES: Final = frozenset({"unused-suppression", "invalid-suppression"})


@dataclass(frozen=True)
class Catalogue:
    """All rules and lists of one folder, and of packs beside it.

    Attributes
    ----------
    rules : mapping of str to Rule
        By id, sorted.
    lists : Lists
    digest : str
        SHA-256 over the digests of all rules.
    packs : mapping of str to frozenset of str
        Ids of the rules of each pack; the shipped rules are the pack `shipped`.
    prepared : object or None
        What the matchers worked out for its rules earlier (`matchers.prepared`).
    """

    rules: Mapping[str, Rule]
    lists: Lists
    digest: str
    packs: Mapping[str, frozenset[str]] = field(default_factory=dict)
    prepared: object = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Selection:
    """Which rules to run, each name being a rule, a family, a status, a pack, or `all`.

    A rule named by id or by its status runs whatever its status; a family, a pack or `all` brings
    only what would run by default. `ignore` wins over everything.
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
        Holds `<family>/<id>.toml` and `lists/<name>.txt`; the shipped catalogue by default,
        whose lists the rules of any folder may name.

    Raises
    ------
    CatalogueError
        Of the first rule or list that is wrong.
    """
    root = catalogue_root() if folder is None else folder
    if not root.is_dir():
        raise CatalogueError("no such folder", where=str(root), fix="name a folder of rules")
    lists = lists_of(root)
    ordered = dict(sorted(read_rules(root, lists).items()))
    name = SHIPPED if folder is None else root.absolute().name
    return Catalogue(ordered, lists, digest_of(ordered.values()), {name: frozenset(ordered)})


def lists_of(root: Path) -> Lists:
    """Return the lists of a catalogue, with the shipped ones it has none of its own for."""
    shipped = catalogue_root() / LISTS_FOLDER
    own = root / LISTS_FOLDER
    return Lists(own) if own == shipped else Lists(own, base=Lists(shipped))


def read_rules(
    root: Path, lists: Lists, taken: Mapping[str, Rule] | None = None
) -> dict[str, Rule]:
    """Read the rules below a folder, by id.

    Raises
    ------
    CatalogueError
        Of the first file that is wrong, or whose id another one has, here or in `taken`.
    """
    from slopscan.catalogue.rulefile import read_rule  # noqa: PLC0415 - not with the cache

    rules: dict[str, Rule] = {}
    for path in rule_paths(root):
        rule = read_rule(path, lists)
        known = rules.get(rule.id) or (taken or {}).get(rule.id)
        if known is not None:
            raise CatalogueError(
                f'the id "{rule.id}" is taken',
                where=str(path),
                fix=f"give it another, also as the name of the file; see {known.path}",
            )
        rules[rule.id] = rule
    return rules


def rule_paths(root: Path) -> list[Path]:
    """Return the rule files below a folder, sorted."""
    return sorted(path for path in root.glob("*/*.toml") if path.parent.name != LISTS_FOLDER)


def select(catalogue: Catalogue, selection: Selection | None = None) -> tuple[Rule, ...]:
    """Return the rules a selection asks for, sorted by id.

    Raises
    ------
    UsageError
        A name is neither a rule, a family, a status, a pack nor `all`.
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
    return frozenset((*catalogue.rules, *FAMILIES, *_STATUSES, "all", *_NO_RULES, *catalogue.packs))


def _chosen_by(catalogue: Catalogue, name: str, statuses: frozenset[Status]) -> set[str]:
    rules = catalogue.rules.values()
    if name in catalogue.rules:
        return {name}
    if name in FAMILIES:
        return {rule.id for rule in rules if rule.family == name and rule.status in statuses}
    if name == "all":
        return {rule.id for rule in rules if rule.status in statuses}
    known = known_names(catalogue)
    if name in catalogue.packs and name not in _STATUSES:
        ids = catalogue.packs[name]
        return {rule.id for rule in rules if rule.id in ids and rule.status in statuses}
    if name in known:
        return {rule.id for rule in rules if rule.status.value == name}
    raise UsageError(
        f'unknown rule "{name}"',
        fix=did_you_mean(name, known) or "see: slopscan rules list",
    )


def digest_of(rules: Iterable[Rule]) -> str:
    """Return the digest of a catalogue of these rules."""
    lines = "\n".join(f"{rule.id} {rule.digest}" for rule in rules)
    return hashlib.sha256(lines.encode()).hexdigest()
