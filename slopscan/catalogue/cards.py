"""What outputs tell of a rule, taken from the catalogue once so that they need not know it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from slopscan.catalogue.load import Catalogue
from slopscan.catalogue.rates import ALL, Comparison, Evidence, measured
from slopscan.catalogue.rule import Rule
from slopscan.report import Rate, RuleCard


def rule_cards(catalogue: Catalogue, ids: Iterable[str]) -> Mapping[str, RuleCard]:
    """Return the cards of the named rules by id, sorted; an unknown id has none."""
    wanted = sorted(set(ids) & set(catalogue.rules))
    return {rule_id: _card(catalogue.rules[rule_id]) for rule_id in wanted}


def rates_of(entry: Evidence, split: str = "train") -> tuple[Rate, ...]:
    """Return the rates of a rule by genre, the surest difference first."""
    found = entry.splits.get(split, {})
    genres = sorted(found, key=lambda genre: -found[genre].ratio.low)
    return tuple(_rate(entry, genre, found[genre], split) for genre in genres)


def _rate(entry: Evidence, genre: str, found: Comparison, split: str) -> Rate:
    sizes = [entry.cells.get(split, {}).get(f"{genre}/{label}") for label in ("human", "model")]
    n_human, n_model = (size.n_documents if size else 0 for size in sizes)
    return Rate(
        "all genres" if genre == ALL else genre,
        found.human.value,
        found.model.value,
        n_human,
        n_model,
        unit="100 documents" if entry.unit == "documents" else "1,000 words",
        ratio=(found.ratio.value, found.ratio.low, found.ratio.high),
    )


def _card(rule: Rule) -> RuleCard:
    entry = measured(rule)
    return RuleCard(
        id=rule.id,
        title=rule.title,
        family=rule.family,
        severity=rule.severity.value,
        status=rule.status.value,
        why=rule.why,
        advice=rule.advice,
        sources=tuple((item.source, item.url or "") for item in rule.evidence),
        rates=rates_of(entry) if entry else (),
        kind=rule.kind.value,
    )
