"""Draw the results of `benchmarks/speed.py` as an SVG, by hand: no drawing library is needed.

python benchmarks/plot_speed.py [--results FILE] [--output FILE]
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

_ROOT: Final = Path(__file__).parent.parent
RESULTS: Final = _ROOT / "benchmarks" / "results" / "speed.json"
PLOT: Final = _ROOT / "docs" / "images" / "speed.svg"
_WIDTH: Final = 720
_LEFT: Final = 130  # where bars begin
_BAR: Final = 20
_STEP: Final = 28
_LENGTH: Final = 440  # of the longest bar
_OURS: Final = "#1f6f8b"
_THEIRS: Final = "#b9b2a6"
_INK: Final = "#333333"
_CURVE: Final = (200, 420)  # height, width


def drawn(results: dict[str, Any]) -> str:
    """Return the SVG of results: two groups of bars and the growth curve."""
    runs = {name: run for name, run in results["runs"].items() if name != "words"}
    many = {name: _value(run["many"], "words_per_cpu_s") for name, run in runs.items()}
    cold = {name: _value(run["cold"], "cpu_s") for name, run in runs.items()}
    parts: list[str] = []
    y = 30
    for title, values, shown in (
        ("Many files: words per CPU second (more is better)", many, "{:,.0f}"),
        ("One essay of 1,000 words, cold: CPU seconds (less is better)", cold, "{:.2f}"),
    ):
        parts += _text(20, y, title, bold=True)
        parts += _bars(values, y + 14, shown)
        y += 14 + _STEP * len(values) + 36
    parts += _text(20, y, "Time by length of the text, both scales logarithmic", bold=True)
    parts += _curve([(point["words"], point["cpu_s"]) for point in results["growth"]], y + 20)
    height = y + 20 + _CURVE[0] + 50
    label = "Speed of slopscan --no-parse beside four peers, and its growth with the text"
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}"'
            f' width="{_WIDTH}" height="{height}" role="img" aria-label="{escape(label)}"'
            f' font-family="sans-serif" font-size="13" fill="{_INK}">',
            f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
            *parts,
            "</svg>",
            "",
        )
    )


def _value(measured: Any, key: str) -> float | None:
    return float(measured[key]) if isinstance(measured, dict) else None


def _bars(values: dict[str, float | None], top: int, shown: str) -> Iterator[str]:
    longest = max((value for value in values.values() if value), default=1.0)
    for number, (name, value) in enumerate(values.items()):
        y = top + number * _STEP
        yield from _text(_LEFT - 8, y + 15, name, anchor="end")
        if value is None:
            yield from _text(_LEFT, y + 15, "stopped")
            continue
        width = max(1.0, _LENGTH * value / longest)
        color = _OURS if name == "slopscan" else _THEIRS
        yield f'<rect x="{_LEFT}" y="{y}" width="{width:.1f}" height="{_BAR}" fill="{color}"/>'
        yield from _text(_LEFT + width + 8, y + 15, shown.format(value))


def _curve(points: list[tuple[float, float]], top: int) -> Iterator[str]:
    height, width = _CURVE
    low_x, high_x = math.log10(points[0][0]), math.log10(points[-1][0])
    low_y = math.floor(math.log10(min(seconds for _, seconds in points)))
    high_y = math.ceil(math.log10(max(seconds for _, seconds in points)))

    def across(words: float) -> float:
        return _LEFT + width * (math.log10(words) - low_x) / (high_x - low_x)

    def down(seconds: float) -> float:
        return top + height * (high_y - math.log10(seconds)) / (high_y - low_y)

    for power in range(low_y, high_y + 1):
        y = down(10.0**power)
        yield (
            f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{_LEFT + width}" y2="{y:.1f}" stroke="#dddddd"/>'
        )
        yield from _text(_LEFT - 8, y + 4, f"{10.0**power:g} s", anchor="end")
    line = " ".join(f"{across(words):.1f},{down(seconds):.1f}" for words, seconds in points)
    yield f'<polyline points="{line}" fill="none" stroke="{_OURS}" stroke-width="2"/>'
    for words, seconds in points:
        x, y = across(words), down(seconds)
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{_OURS}"/>'
        yield from _text(x, y - 10, f"{seconds:.2g} s", anchor="middle")
        yield from _text(x, top + height + 20, _short(words), anchor="middle")
    yield from _text(_LEFT + width / 2, top + height + 40, "words", anchor="middle")


def _short(words: float) -> str:
    return f"{words / 1e6:g}M" if words >= 1e6 else f"{words / 1e3:g}k"


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", bold: bool = False
) -> Iterable[str]:
    weight = ' font-weight="bold"' if bold else ""
    return [f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{weight}>{escape(text)}</text>']


def main() -> None:
    """Draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--output", type=Path, default=PLOT)
    args = parser.parse_args()
    results = json.loads(args.results.read_text(encoding="utf-8"))
    args.output.write_text(drawn(results), encoding="utf-8")


if __name__ == "__main__":
    main()
