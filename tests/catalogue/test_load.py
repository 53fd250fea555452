"""The catalogue is found, read quickly and selected from."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from slopscan.catalogue.load import Catalogue, Selection, load_catalogue, select
from slopscan.errors import CatalogueError, UsageError

Write = Callable[..., Path]


@pytest.fixture
def catalogue(write: Write, rule_text: str) -> Catalogue:
    """One rule of each of four statuses, in two families."""
    for family, name, status in (
        ("figures", "is-stable", "stable"),
        ("figures", "is-preview", "preview"),
        ("claims", "is-advisory", "advisory"),
        ("claims", "is-dormant", "dormant"),
    ):
        text = rule_text.replace('"some-rule"', f'"{name}"').replace('"stable"', f'"{status}"')
        path = write(text, f"{family}/{name}.toml")
    return load_catalogue(path.parent.parent)


@pytest.mark.parametrize(
    ("selection", "chosen"),
    [
        (Selection(), ["is-advisory", "is-stable"]),
        (Selection(preview=True), ["is-advisory", "is-preview", "is-stable"]),
        (Selection(select=("figures",)), ["is-stable"]),
        (Selection(select=("figures",), preview=True), ["is-preview", "is-stable"]),
        (Selection(select=("is-dormant",)), ["is-dormant"]),
        (Selection(select=("preview",)), ["is-preview"]),
        (Selection(extend_select=("dormant",)), ["is-advisory", "is-dormant", "is-stable"]),
        (Selection(ignore=("claims",)), ["is-stable"]),
        (Selection(select=("is-stable",), ignore=("is-stable",)), []),
    ],
)
def test_selection(catalogue: Catalogue, selection: Selection, chosen: list[str]) -> None:
    assert [rule.id for rule in select(catalogue, selection)] == chosen


def test_an_unknown_name_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(UsageError) as caught:
        select(catalogue, Selection(select=("is-stabel",)))
    assert caught.value.fix == 'did you mean "is-stable"?'


def test_an_id_is_taken_once(catalogue: Catalogue, write: Write, rule_text: str) -> None:
    path = write(rule_text.replace("some-rule", "is-stable"), "claims/is-stable.toml")
    with pytest.raises(CatalogueError, match="is taken"):
        load_catalogue(path.parent.parent)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="no such folder"):
        load_catalogue(tmp_path / "none")


def test_the_shipped_catalogue_loads_quickly() -> None:
    """Best of three, with room for a busy machine: 150 files take about 50 ms."""
    times = []
    for _ in range(3):
        start = time.process_time()
        load_catalogue()
        times.append(time.process_time() - start)
    assert min(times) < 0.3


def test_loading_needs_neither_numpy_nor_spacy() -> None:
    code = (
        "import sys; from slopscan.catalogue.load import load_catalogue; load_catalogue();"
        "print(sorted({'numpy', 'spacy', 'regex', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
