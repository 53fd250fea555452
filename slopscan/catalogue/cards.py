"""What outputs tell of a rule, taken from the catalogue once so that they need not know it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from slopscan.catalogue.load import Catalogue
from slopscan.catalogue.rulefile import Rule
from slopscan.report import RuleCard


def rule_cards(catalogue: Catalogue, ids: Iterable[str]) -> Mapping[str, RuleCard]:
    """Return the cards of the named rules by id, sorted; an unknown id has none."""
    wanted = sorted(set(ids) & set(catalogue.rules))
    return {rule_id: _card(catalogue.rules[rule_id]) for rule_id in wanted}


def _card(rule: Rule) -> RuleCard:
    return RuleCard(
        id=rule.id,
        title=rule.title,
        family=rule.family,
        severity=rule.severity.value,
        status=rule.status.value,
        why=rule.why,
        advice=rule.advice,
        sources=tuple((item.source, item.url or "") for item in rule.evidence),
    )
