"""The tics that started the project: each is found by its rules, and its traps are not."""

from __future__ import annotations

import pytest

from slopscan.catalogue.load import load_catalogue
from slopscan.document import Source
from slopscan.matchers.engine import Engine
from slopscan.nlp.annotate import annotate
from slopscan.nlp.load import load_pipeline
from slopscan.readers import parse

_FAMILIES = ("contrast", "repetition", "grammar", "figures", "narrative")


@pytest.fixture(scope="module")
def engine() -> Engine:
    catalogue = load_catalogue()
    rules = [rule for rule in catalogue.rules.values() if rule.family in _FAMILIES]
    return Engine(rules, catalogue)


def _found(engine: Engine, text: str) -> set[str]:
    (annotated,) = annotate([parse(Source(name="t.md", text=text))], load_pipeline())
    findings = engine.findings(annotated, engine.hits(annotated), gated=False)
    return {finding.rule for finding in findings}


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("The ground was cold and giving.", {"benign-yielding-predicate"}),
        ("The ground was cold and giving.", {"oxymoronic-coordination"}),
        ("The house forgave him.", {"inanimate-agency"}),
        ("Death watched her go.", {"abstract-agency"}),
        ("It was as though the air were choosing sides.", {"as-if-conjecture"}),
        ("The water was old and new.", {"oxymoronic-coordination"}),
        ("The coat smelled of smoke and regret.", {"syllepsis-list"}),
        ("They kept a jar of grief on the shelf.", {"abstract-concrete-collision"}),
        ("A velvet algorithm chose the songs.", {"cross-domain-compound"}),
        ("A bruised silence fell.", {"hypallage"}),
        ("The lie tasted of copper.", {"gustatory-abstraction"}),
        ("She learned the architecture of their silence.", {"textual-vehicle"}),
    ],
)
def test_seed_tics_are_found(engine: Engine, text: str, rules: set[str]) -> None:
    assert rules <= _found(engine, text)


@pytest.mark.parametrize(
    "text",
    [
        "She was giving and kind.",
        "The branch was giving way.",
        "The plumber fitted hot and cold taps.",
        "The data suggest a trend.",
        "The heat pump is by the fire door.",
    ],
)
def test_traps_are_left_alone(engine: Engine, text: str) -> None:
    assert _found(engine, text) == set()
