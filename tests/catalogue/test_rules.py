"""Every rule of the shipped catalogue does what its examples say."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from slopscan.catalogue.lists import Lists
from slopscan.catalogue.load import (
    LISTS_FOLDER,
    Catalogue,
    catalogue_root,
    load_catalogue,
    rule_paths,
)
from slopscan.catalogue.rule import Rule
from slopscan.catalogue.rulefile import read_rule
from slopscan.catalogue.selfcheck import (
    check_flag,
    check_lists,
    check_pass,
    check_regexes,
    run_example,
)
from slopscan.errors import CatalogueError
from slopscan.matchers.engine import Engine

ROOT = catalogue_root()
LISTS = Lists(ROOT / LISTS_FOLDER)
PATHS = rule_paths(ROOT)


@cache
def rule_at(path: Path) -> Rule:
    return read_rule(path, LISTS)


@cache
def engine_of(path: Path) -> Engine:
    rule = rule_at(path)
    return Engine([rule], Catalogue({rule.id: rule}, LISTS, digest=""))


@cache
def whole_catalogue() -> Catalogue:
    return load_catalogue()


def examples() -> list[Any]:
    """One case for each example of each rule that can be read."""
    found = []
    for path in PATHS:
        try:
            rule = rule_at(path)
        except CatalogueError:
            continue  # test_file says why
        for verb, group in (("flag", rule.flags), ("pass", rule.passes)):
            for number, example in enumerate(group):
                found.append(pytest.param(path, example, id=f"{rule.id}::{verb}[{number}]"))
    return found


def test_lists_are_well_formed() -> None:
    assert [str(problem) for problem in check_lists(LISTS)] == []


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_file(path: Path) -> None:
    """The file is right, its id is its own, its expressions are quick on hostile text."""
    rule = rule_at(path)
    assert [other for other in PATHS if other.stem == rule.id] == [path]
    assert [str(problem) for problem in check_regexes(rule, LISTS)] == []


@pytest.mark.parametrize(("path", "example"), examples())
def test_example(path: Path, example: Any, nlp: Any) -> None:
    """`flag` examples are flagged where they say, `pass` examples are left alone."""
    rule = rule_at(path)
    findings = run_example(rule, engine_of(path), nlp, example, whole_catalogue())
    check = check_flag if example in rule.flags else check_pass
    assert check(example, findings) == ""
