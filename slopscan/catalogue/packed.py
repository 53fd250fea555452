"""Rules as JSON and back: what the cache of the catalogue keeps.

Only the classes named here are ever made of it. The long parts of a rule stay text until something
asks for them, so a start pays for the few rules it needs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from slopscan.catalogue import rule as rules
from slopscan.catalogue.rule import LATE, Gate, Kind, Rule, Status
from slopscan.findings import Severity

_CLASSES: Final[Mapping[str, type]] = {
    made.__name__: made
    for made in (
        rules.FlagExample,
        rules.PassExample,
        rules.Evidence,
        rules.PhraseMatch,
        rules.PatternMatch,
        rules.TokenSpec,
        rules.TokensMatch,
        rules.NodeSpec,
        rules.Agreement,
        rules.PairTest,
        rules.NormTest,
        rules.SurpriseTest,
        rules.TreePattern,
        rules.DependencyMatch,
        rules.DensityMatch,
        rules.RepetitionMatch,
        rules.MeasureMatch,
    )
}
_TEXTS: Final = ("id", "family", "title", "since", "message", "why", "advice", "digest")


def pack(rule: Rule, root: Path) -> dict[str, Any]:
    """Return a rule as data for `json.dumps`; its path is kept relative to `root`."""
    packed: dict[str, Any] = {name: getattr(rule, name) for name in _TEXTS}
    packed |= {name: json.dumps(_plain(getattr(rule, name))) for name in LATE}
    return packed | {
        "kind": rule.kind.value,
        "severity": rule.severity.value,
        "status": rule.status.value,
        "scope": sorted(rule.scope),
        "gate": [rule.gate.min_hits, rule.gate.min_per_1k_words, rule.gate.min_words],
        "lists": list(rule.lists),
        "path": rule.path.relative_to(root).as_posix(),
    }


def unpack(packed: Mapping[str, Any], root: Path) -> Rule:
    """Return the rule that `pack` made the data of; raise LookupError, TypeError, ValueError."""
    rule = object.__new__(Rule)
    put = object.__setattr__
    for name in _TEXTS:
        put(rule, name, packed[name])
    put(rule, "kind", Kind(packed["kind"]))
    put(rule, "severity", Severity(packed["severity"]))
    put(rule, "status", Status(packed["status"]))
    put(rule, "scope", frozenset(packed["scope"]))
    put(rule, "gate", Gate(*packed["gate"]))
    put(rule, "lists", tuple(packed["lists"]))
    put(rule, "path", root / packed["path"])
    long = {name: packed[name] for name in LATE}
    put(rule, "held", lambda name: _made(json.loads(long[name])))
    return rule


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        name = type(value).__name__
        items = [_plain(item) for item in value]
        return {name: items} if name in _CLASSES else items
    if hasattr(value, "isoformat"):
        return {"date": value.isoformat()}
    return value


def _made(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(_made, value))
    if isinstance(value, dict):
        ((name, inner),) = value.items()
        if name == "date":
            import datetime  # noqa: PLC0415 - 2 ms for the few who read dates

            return datetime.date.fromisoformat(inner)
        return _CLASSES[name](*map(_made, inner))
    return value
