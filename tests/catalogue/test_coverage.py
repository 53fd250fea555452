"""docs/catalogue-coverage.md names every entry and says what the rules say."""

import importlib.util
import sys
from types import ModuleType

import pytest

from slopscan.catalogue.load import catalogue_root, load_catalogue

ROOT = catalogue_root().parent
SCRIPT = ROOT / "benchmarks" / "catalogue_coverage.py"
N_ENTRIES = 223


@pytest.fixture(scope="module")
def coverage() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogue_coverage", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["catalogue_coverage"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def text(coverage: ModuleType) -> str:
    found: str = coverage.DOCUMENT.read_text(encoding="utf-8")
    return found


def test_every_entry_stands_once(coverage: ModuleType, text: str) -> None:
    names = [entry.entry for entry in coverage.entries(text)]
    assert len(names) == len(set(names)) == N_ENTRIES


def test_rules_named_exist_in_their_family(coverage: ModuleType, text: str) -> None:
    rules = load_catalogue().rules
    named = [rule for entry in coverage.entries(text) for rule in entry.rules]
    assert [(family, name) for family, name in named if name not in rules] == []
    assert [(f, name) for f, name in named if rules[name].family != f] == []


def test_outcomes_and_counts_are_current(coverage: ModuleType, text: str) -> None:
    statuses = {rule.id: rule.status.value for rule in load_catalogue().rules.values()}
    assert coverage.refreshed(text, statuses) == text, f"run python {SCRIPT.name}"


def test_refreshing_follows_a_status(coverage: ModuleType) -> None:
    row = "| `a-tic` | preview | `claims/a-tic` |"
    assert (
        coverage.refreshed(row, {"a-tic": "folklore"}) == row.replace("preview", "folklore") + "\n"
    )
