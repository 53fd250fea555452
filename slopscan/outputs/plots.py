"""Small pictures for the page, as inline SVG without any style attribute.

Each has its figures as a text alternative. Colours come from classes of the page's sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from slopscan.outputs.windows import Window, level
from slopscan.outputs.words import percent
from slopscan.report import Rate, short_number
from slopscan.verdict import Contribution, Verdict

LEVELS: Final = (
    "reads like people's prose",
    "leans neither way",
    "leans to model prose",
    "reads much like model prose",
)
_STRIP: Final = 1000
_HIGH: Final = 36
_WIDE: Final = 180
_GENRES: Final = 5


def strip(found: Sequence[Window], prefix: str) -> str:
    """Return a strip of one link a window, with a column a sentence.

    A column is as wide as its words and as high as the probability around them.

    Parameters
    ----------
    found : sequence of Window
    prefix : str
        Of the ids in the text that the links lead to, `<prefix>w<number>`.
    """
    total = sum(window.n_words for window in found)
    parts = []
    at = 0.0
    for number, window in enumerate(found):
        width = window.n_words / total * _STRIP
        last = window.first_word + window.n_words - 1
        said = f"{percent(window.probability)}, {LEVELS[window.level]}"
        label = f"Words {window.first_word:,} to {last:,}: {said}"
        parts.append(
            f'<a href="#{prefix}w{number}" aria-label="{label}"><title>{label}</title>'
            f'<rect class="hit" x="{at:.1f}" y="0" width="{width:.1f}" height="{_HIGH}"/>'
            f"{_columns(window, at, _STRIP / total)}</a>"
        )
        at += width
    middle = _HIGH / 2
    return (
        f'<svg class="strip" viewBox="0 0 {_STRIP} {_HIGH}" preserveAspectRatio="none">'
        f"{''.join(parts)}"
        f'<line class="even" x1="0" x2="{_STRIP}" y1="{middle:g}" y2="{middle:g}"/></svg>'
    )


def _columns(window: Window, at: float, per_word: float) -> str:
    """Draw the sentences of a window, a gap before the next one."""
    columns = []
    end = at + window.n_words * per_word - 2
    for n_words, probability in window.columns:
        # A hair of overlap, or the page shows through between columns.
        width = max(min(n_words * per_word + 0.6, end - at), 0.5)
        height = max(probability * _HIGH, 2)
        columns.append(
            f'<rect class="heat{level(probability)}" x="{at:.1f}" y="{_HIGH - height:.1f}" '
            f'width="{width:.1f}" height="{height:.1f}"/>'
        )
        at += n_words * per_word
    return "".join(columns)


def gauge(verdict: Verdict, probability: float) -> str:
    """Return the scale from people's prose to models', with the interval and the place."""
    low, high = verdict.interval or (probability, probability)
    label = f"Probability {percent(probability)}, interval {percent(low)} to {percent(high)}"
    left, right, here = (2 + 96 * edge for edge in (low, high, probability))
    return (
        f'<svg class="gauge" role="img" aria-label="{label}">'
        '<rect class="track" x="2%" y="7" width="96%" height="4" rx="2"/>'
        '<line class="tick" x1="50%" x2="50%" y1="4" y2="14"/>'
        f'<rect class="between" x="{left:.1f}%" y="6" width="{max(right - left, 0.5):.1f}%" '
        f'height="6" rx="3"/><circle class="here" cx="{here:.1f}%" cy="9" r="6"/></svg>'
    )


def against_people(item: Contribution) -> str:
    """Return this text's value beside people's, on a scale from 0."""
    if item.value is None or item.reference is None:
        return ""
    value, usual = item.value, item.reference
    low = min(value, usual, 0.0)
    span = (max(value, usual, 0.0) - low) * 1.05 or 1.0
    here, people = (8 + (number - low) / span * (_WIDE - 16) for number in (value, usual))
    left, width = min(here, people), abs(here - people)
    side = "for" if item.log_odds > 0 else "against"
    label = f"this text {_short(value)}, people {_short(usual)}"
    return (
        f'<svg class="pair {side}" viewBox="0 0 {_WIDE} 16" role="img" aria-label="{label}">'
        f'<title>{label}</title><line class="track" x1="4" x2="{_WIDE - 4}" y1="8" y2="8"/>'
        f'<rect class="gap" x="{left:.1f}" y="6.5" width="{width:.1f}" height="3"/>'
        f'<line class="people" x1="{people:.1f}" x2="{people:.1f}" y1="2" y2="14"/>'
        f'<circle class="here" cx="{here:.1f}" cy="8" r="5"/></svg>'
    )


def weight(log_odds: float, most: float) -> str:
    """Return a reason's weight as a bar from the middle: right for models, left for people."""
    half = 34.0
    length = abs(log_odds) / most * half if most else 0.0
    side = "for" if log_odds > 0 else "against"
    left = half + 1 if log_odds > 0 else half + 1 - length
    return (
        f'<svg class="weight {side}" viewBox="0 0 70 14" aria-hidden="true">'
        f'<line class="track" x1="{half + 1}" x2="{half + 1}" y1="0" y2="14"/>'
        f'<rect class="bar" x="{left:.1f}" y="3" width="{max(length, 1):.1f}" height="8"/></svg>'
    )


def evidence(rates: Sequence[Rate], here: float | None = None, reference: str | None = None) -> str:
    """Return how often the tic stands in texts by people and by models, one pair a genre.

    Parameters
    ----------
    rates : sequence of Rate
    here : float, optional
        Rate in this text, per 1,000 words; drawn as a tick on each pair.
    reference : str, optional
        The genre to be shown first.
    """
    if not rates:
        return ""
    # The text's own genre first, then all genres, then those where the difference is surest.
    order = {reference: 0, "all genres": 1}
    shown = sorted(rates, key=lambda rate: order.get(rate.genre, 2))[:_GENRES]
    unit = shown[0].unit
    at = here if unit == "1,000 words" else None
    most = max([at or 0.0, *(max(rate.human, rate.model) for rate in shown)]) or 1.0
    rows = "".join(_evidence_row(rate, most, at) for rate in shown)
    tick = " \u2502 this text" if at is not None else ""
    return f'<table class="evidence"><caption>Measured per {unit}{tick}</caption>{rows}</table>'


def _evidence_row(rate: Rate, most: float, here: float | None) -> str:
    tick = ""
    if here is not None:
        at = 2 + here / most * 100
        tick = f'<line class="tick" x1="{at:.1f}" x2="{at:.1f}" y1="0" y2="18"/>'
    bars = (
        '<svg class="bars" viewBox="0 0 106 18" aria-hidden="true">'
        f'<rect class="people" x="2" y="2" width="{max(rate.human / most * 100, 1):.1f}" '
        f'height="6"/><rect class="models" x="2" y="10" '
        f'width="{max(rate.model / most * 100, 1):.1f}" height="6"/>{tick}</svg>'
    )
    return (
        f'<tr><th scope="row">{escape(rate.genre)}</th><td>{bars}</td>'
        f'<td><span class="people">people {short_number(rate.human)}</span> '
        f'<span class="models">models {short_number(rate.model)}</span></td></tr>'
    )


def _short(number: float) -> str:
    size = abs(number)
    return f"{number:.0f}" if size >= 100 else f"{number:.1f}" if size >= 10 else f"{number:.2f}"
