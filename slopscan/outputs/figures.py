"""The figures below the essay: what the score rests on, and the habits by number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from slopscan.outputs import plots
from slopscan.outputs.safe import safe_html
from slopscan.outputs.words import FAMILY_CAVEAT, FAMILY_NAMES, family_in_words
from slopscan.report import RuleCard
from slopscan.verdict import Contribution, FamilyProfile, Verdict

_REASONS: Final = 5
_RATES: Final = 8
_NEAREST: Final = 3


def reasons(verdict: Verdict) -> str:
    """Return the strongest reasons either way, and the rates of this text beside people's."""
    pro, con = _sorted(verdict, 1.0), _sorted(verdict, -1.0)
    if not pro and not con:
        return ""
    most = max(abs(item.log_odds) for item in (*pro, *con))
    tables = "".join(
        f'<table class="reasons"><caption>{caption}</caption><thead><tr>'
        '<th scope="col">weight</th><th scope="col">what was measured</th></tr></thead>'
        f"<tbody>{''.join(_reason(item, most) for item in items[:_REASONS])}</tbody></table>"
        for caption, items in (
            ("Speaks for model prose", pro),
            ("Speaks for a person\u2019s prose", con),
        )
        if items
    )
    return (
        '<section class="below"><h2>What the number rests on</h2>'
        '<p class="quiet">Weights are log-odds; all reasons add up to the score.</p>'
        f"{tables}{_beside_people(verdict)}</section>\n"
    )


def families(profile: FamilyProfile) -> str:
    """Return which family of models the habits resemble, with the nearest ones."""
    rows = "".join(
        f"<tr><td>{share:.0%}</td><td>{safe_html(FAMILY_NAMES.get(name, name))}</td></tr>"
        for name, share in profile.shares[:_NEAREST]
    )
    table = (
        '<table class="reasons"><caption>Nearest families</caption><thead><tr>'
        '<th scope="col">nearness</th><th scope="col">models by</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
        if rows
        else ""
    )
    return (
        '<section class="below"><h2>Habits of model families</h2>'
        f"<p>{safe_html(family_in_words(profile))}</p>{table}"
        f'<p class="quiet">{FAMILY_CAVEAT}</p></section>\n'
    )


def habits(
    counts: Mapping[str, int],
    cards: Mapping[str, RuleCard],
    n_words: int,
    reference: str | None = None,
) -> str:
    """Return the rules found, most places first, with their rates.

    Parameters
    ----------
    counts : mapping of str to int
        Places of each rule; one that has none is left out.
    cards : mapping of str to RuleCard
    n_words : int
        Words of prose, for rates per 1,000.
    reference : str, optional
        The genre whose rates are shown; all genres where a rule has none in it.
    """
    rules = sorted((rule for rule in counts if counts[rule]), key=lambda r: (-counts[r], r))
    if not rules:
        return ""
    most = counts[rules[0]]
    measured = any(cards[rule].rates for rule in rules if rule in cards)
    rows = ""
    for rule in rules:
        card, count = cards.get(rule), counts[rule]
        beside = _people_and_models(card, count, n_words, reference) if measured else ""
        rows += f"<tr>{_habit(rule, count, most, n_words, card)}{beside}</tr>"
    more = '<th scope="col">people and models</th>' if measured else ""
    return (
        '<section class="below"><h2>Habits by number</h2><table class="habits"><thead><tr>'
        '<th scope="col">rule</th><th scope="col">places</th>'
        f'<th scope="col">per 1,000 words</th>{more}</tr>'
        f"</thead><tbody>{rows}</tbody></table></section>\n"
    )


def _habit(rule: str, count: int, most: int, n_words: int, card: RuleCard | None) -> str:
    title = f' <span class="quiet">{safe_html(card.title)}</span>' if card else ""
    bar = (
        '<svg class="count" viewBox="0 0 60 10" aria-hidden="true">'
        f'<rect x="0" y="1" width="{60 * count / most:.1f}" height="8"/></svg>'
    )
    return (
        f'<th scope="row">{safe_html(rule)}{title}</th><td>{bar} {count:,}</td>'
        f"<td>{_rate(count, n_words):.1f}</td>"
    )


def _people_and_models(
    card: RuleCard | None, count: int, n_words: int, reference: str | None
) -> str:
    by_genre = {rate.genre: rate for rate in card.rates} if card else {}
    found = by_genre.get(reference or "") or by_genre.get("all genres")
    rates = [found] if found else []
    return f"<td>{plots.evidence(rates, _rate(count, n_words))}</td>"


def _rate(count: int, n_words: int) -> float:
    return 1000 * count / n_words if n_words else 0.0


def _sorted(verdict: Verdict, sign: float) -> list[Contribution]:
    speaking = [item for item in verdict.contributions if sign * item.log_odds >= 0.05]
    return sorted(speaking, key=lambda item: -abs(item.log_odds))


def _reason(item: Contribution, most: float) -> str:
    return (
        f"<tr><td>{plots.weight(item.log_odds, most)} {item.log_odds:+.2f}</td>"
        f'<th scope="row">{safe_html(item.label)}</th></tr>'
    )


def _beside_people(verdict: Verdict) -> str:
    ranked = sorted(verdict.contributions, key=lambda item: -abs(item.log_odds))
    pairs = [(item, plots.against_people(item)) for item in ranked]
    rows = "".join(
        f'<tr><th scope="row">{safe_html(item.label)}</th><td>{plot}</td></tr>'
        for item, plot in [pair for pair in pairs if pair[1]][:_RATES]
    )
    if not rows:
        return ""
    return (
        '<table class="rates"><caption>This text \u25cf beside people\u2019s prose \u2502'
        f"</caption><tbody>{rows}</tbody></table>"
    )
