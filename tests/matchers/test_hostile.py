"""Texts made to slow a scan down: each is bounded, twice the text takes about twice the time."""

from __future__ import annotations

import importlib.util
import time
from pathlib import Path
from types import ModuleType

import pytest

from slopscan.catalogue.load import Selection
from slopscan.document import Source
from slopscan.scan import Scanner, Settings

_SCRIPT = Path(__file__).parent.parent.parent / "benchmarks" / "hostile.py"
_SIZE = 0.25  # of the whole table, so that the suite stays fast
_ALLOWANCE = 3  # for a machine that does other things as well
_FLOOR = 0.2  # CPU seconds; below it a ratio says nothing


def _hostile() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hostile", _SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


HOSTILE = _hostile()


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    scanner = Scanner(Settings(Selection(preview=True), parse=False))
    scanner.scan(Source(name="first.md", text="It is not a plan, but a wish."))
    return scanner


def seconds(scanner: Scanner, text: str) -> float:
    start = time.process_time()
    report = scanner.scan(Source(name="text.md", text=text))
    assert report.error is None
    return time.process_time() - start


@pytest.mark.parametrize("name", HOSTILE.MAKERS)
def test_string_rules_are_bounded_on_hostile_text(scanner: Scanner, name: str) -> None:
    make = HOSTILE.MAKERS[name]
    half = seconds(scanner, make(_SIZE / 2))
    text = make(_SIZE)
    whole = min(seconds(scanner, text) for _ in range(2))
    assert whole < HOSTILE.BOUND * _SIZE * _ALLOWANCE
    assert whole < 3.5 * max(half, _FLOOR)


def test_many_findings_on_one_line_take_time_in_proportion(scanner: Scanner) -> None:
    report = scanner.scan(Source(name="a.md", text="It is not just a plan, but a wish. " * 300))
    assert len(report.findings) >= 300
    last = report.findings[-1]
    assert (last.line, last.column) == (1, last.span.start + 1)
