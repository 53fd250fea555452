"""Plots as SVG inside a page: bars of probabilities, figures over time with their intervals."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from slopscan.corpus.summary import BINS

_WIDTH: Final = 480
_HEIGHT: Final = 140
_LEFT: Final = 48
_LABELS: Final = 8


@dataclass(frozen=True, slots=True)
class Line:
    """A figure over periods, each with its value and 95% interval."""

    title: str
    labels: tuple[str, ...]
    values: tuple[tuple[float, float, float], ...]


def line(plot: Line) -> str:
    """Return a line with a band for the intervals; the axis begins at 0."""
    top = max((high for _, _, high in plot.values), default=0.0) or 1.0
    step = (_WIDTH - _LEFT - 12) / max(len(plot.labels) - 1, 1)
    places = [_LEFT + index * step for index in range(len(plot.labels))]

    def at(value: float) -> float:
        return 8 + (_HEIGHT - 8) * (1 - value / top)

    upper = [f"{x:.1f},{at(high):.1f}" for x, (_, _, high) in zip(places, plot.values, strict=True)]
    lower = [f"{x:.1f},{at(low):.1f}" for x, (_, low, _) in zip(places, plot.values, strict=True)]
    middle = [
        f"{x:.1f},{at(value):.1f}" for x, (value, _, _) in zip(places, plot.values, strict=True)
    ]
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{at(value):.1f}" r="3.5" fill="var(--bar)"><title>'
        f"{html.escape(label)}: {value:.3g} ({low:.3g} to {high:.3g})</title></circle>"
        for x, label, (value, low, high) in zip(places, plot.labels, plot.values, strict=True)
    )
    every = -(-len(places) // _LABELS)
    ticks = "".join(
        f'<text x="{x:.1f}" y="{_HEIGHT + 18}" font-size="12" text-anchor="middle">'
        f"{html.escape(label)}</text>"
        for x, label in list(zip(places, plot.labels, strict=True))[::every]
    )
    title = html.escape(plot.title)
    return (
        f'<figure><figcaption>{title}</figcaption><svg width="{_WIDTH}" height="{_HEIGHT + 24}" '
        f'viewBox="0 0 {_WIDTH} {_HEIGHT + 24}" role="img" aria-label="{title}">'
        f'<line x1="{_LEFT}" y1="{_HEIGHT}" x2="{_WIDTH}" y2="{_HEIGHT}" stroke="var(--line)"/>'
        f'<text x="{_LEFT - 10}" y="14" font-size="12" text-anchor="end">{top:.3g}</text>'
        f'<text x="{_LEFT - 10}" y="{_HEIGHT}" font-size="12" text-anchor="end">0</text>'
        f'<polygon points="{" ".join([*upper, *reversed(lower)])}" fill="var(--bar)" '
        'fill-opacity="0.2"/>'
        f'<polyline points="{" ".join(middle)}" fill="none" stroke="var(--bar)" '
        f'stroke-width="2"/>{dots}{ticks}</svg></figure>'
    )


def histogram(name: str, bins: Sequence[int]) -> str:
    """Return the bars of probabilities from 0 to 1."""
    most, width, height = max(bins), 24, 120
    bars = "".join(
        f'<rect x="{index * width + 1}" y="{height - height * count / most:.1f}" '
        f'width="{width - 2}" height="{height * count / most:.1f}" fill="var(--bar)">'
        f"<title>{index / BINS:.2f} to {(index + 1) / BINS:.2f}: {count:,} texts</title></rect>"
        for index, count in enumerate(bins)
    )
    label = html.escape(name)
    total = width * BINS
    return (
        f'<figure><figcaption>Probabilities, {label}</figcaption><svg width="{total}" '
        f'height="{height + 24}" viewBox="0 0 {total} {height + 24}" role="img" '
        f'aria-label="Histogram of probabilities, {label}">{bars}'
        f'<text x="0" y="{height + 18}" font-size="13">0</text>'
        f'<text x="{total}" y="{height + 18}" font-size="13" text-anchor="end">1</text>'
        "</svg></figure>"
    )
