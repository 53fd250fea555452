"""The plot of the speed of string rules shows the results that are kept."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def plot() -> ModuleType:
    path = _ROOT / "benchmarks" / "plot_speed.py"
    spec = importlib.util.spec_from_file_location("plot_speed", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def results(plot: ModuleType) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(plot.RESULTS.read_text(encoding="utf-8"))
    return loaded


def test_the_plot_is_of_the_results(plot: ModuleType, results: dict[str, Any]) -> None:
    assert plot.PLOT.read_text(encoding="utf-8") == plot.drawn(results)
    assert f"images/{plot.PLOT.name}" in (_ROOT / "docs" / "speed.md").read_text(encoding="utf-8")


def test_bars_and_points_stand_for_the_figures(plot: ModuleType, results: dict[str, Any]) -> None:
    tree = ElementTree.fromstring(plot.drawn(results))
    texts = ["".join(item.itertext()) for item in tree.iter(f"{_SVG}text")]
    runs = {name: run for name, run in results["runs"].items() if name != "words"}
    for name, run in runs.items():
        assert texts.count(name) == 2
        assert f"{run['many']['words_per_cpu_s']:,}" in texts
    assert len(list(tree.iter(f"{_SVG}circle"))) == len(results["growth"])
    widths = [float(item.get("width", "0")) for item in tree.iter(f"{_SVG}rect")][1:]
    speeds = [run["many"]["words_per_cpu_s"] for run in runs.values()]
    longest = max(speeds)
    for width, speed in zip(widths, speeds, strict=False):
        assert width == pytest.approx(440 * speed / longest, abs=0.1)


def test_a_program_that_was_stopped_has_no_bar(plot: ModuleType, results: dict[str, Any]) -> None:
    runs = {**results["runs"], "slow & old": {"cold": {"cpu_s": 1.0}, "many": "stopped after 1 s"}}
    drawn = plot.drawn({**results, "runs": runs})
    texts = ["".join(t.itertext()) for t in ElementTree.fromstring(drawn).iter(f"{_SVG}text")]
    assert texts.count("slow & old") == 2
    assert texts.count("stopped") == 1
