"""From evidence to status and severity."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from slopscan.catalogue.load import load_catalogue
from slopscan.catalogue.rates import Cell, Comparison, Estimate, Evidence
from slopscan.catalogue.readings import Reading
from slopscan.catalogue.rule import Evidence as Source
from slopscan.catalogue.rule import Rule, Status
from slopscan.evidence.judging import judge, reads_preferences
from slopscan.findings import Severity

CELLS = {
    split: {
        name: Cell(100, 30_000, 3)
        for name in ("essay/human", "essay/model", "set/second-language", "legal/human")
    }
    for split in ("train", "dev")
}


@pytest.fixture(scope="module")
def rule() -> Rule:
    return next(iter(load_catalogue().rules.values()))


def compared(value: float, low: float, high: float) -> Comparison:
    rates = Estimate(0.1, 0.05, 0.2), Estimate(0.1 * value, 0.05 * value, 0.2 * value)
    return Comparison(*rates, Estimate(value, low, high), 9.0, 0.6)


def evidence(
    train: Comparison, dev: Comparison, *, careful: int = 0, events: int = 50, q: float = 0.001
) -> Evidence:
    counts = {"essay/human": (events // 10, 3), "essay/model": (events, 30)}
    if careful:
        counts["set/second-language"] = (careful, careful)
    return Evidence(
        rule="x",
        digest="0",
        unit="words",
        container=None,
        splits={"train": {"essay": train, "all": train}, "dev": {"essay": dev, "all": dev}},
        counts={"train": counts, "dev": {}},
        q=q,
    )


@pytest.mark.parametrize(
    ("entry", "status", "severity"),
    [
        (evidence(compared(12, 6, 20), compared(9, 3, 30)), Status.STABLE, Severity.WARNING),
        (evidence(compared(4, 2, 8), compared(4, 2, 9)), Status.STABLE, Severity.NOTE),
        (evidence(compared(4, 2, 8), compared(2, 0.9, 4)), Status.PREVIEW, Severity.NOTE),
        (evidence(compared(4, 2, 8), compared(4, 2, 9), q=0.2), Status.PREVIEW, Severity.NOTE),
        (
            evidence(compared(4, 2, 8), compared(4, 2, 9), careful=30),
            Status.ADVISORY,
            Severity.NOTE,
        ),
        (evidence(compared(1, 0.8, 1.3), compared(1, 0.5, 2)), Status.FOLKLORE, Severity.NOTE),
        (evidence(compared(1, 0.8, 2), compared(1, 0.5, 2)), Status.PREVIEW, Severity.NOTE),
        (
            evidence(compared(9, 2, math.inf), compared(9, 2, math.inf), events=5),
            Status.PREVIEW,
            Severity.NOTE,
        ),
    ],
)
def test_status_follows_evidence(
    rule: Rule, entry: Evidence, status: Status, severity: Severity
) -> None:
    found = judge(replace(rule, evidence=()), entry, CELLS)
    assert (found.status, found.severity) == (status, severity), found.reason


def test_what_hardly_anyone_does_sleeps(rule: Rule) -> None:
    entry = evidence(compared(0.5, 0, 9), compared(0.5, 0, 9))
    rare = replace(entry, counts={"train": {"essay/human": (2, 2)}, "dev": {}})
    prose = replace(rule, family="figures", evidence=())
    assert judge(prose, rare, CELLS).status is Status.DORMANT
    never = replace(entry, counts={"train": {}, "dev": {}})
    assert judge(prose, never, CELLS).status is Status.DORMANT
    chat = replace(prose, family="assistant")
    assert judge(chat, never, CELLS).status is Status.PREVIEW


def test_a_small_dev_genre_may_lean_on_all_genres(rule: Rule) -> None:
    entry = evidence(compared(30, 20, 50), compared(8, 0.9, 60))
    assert judge(replace(rule, evidence=()), entry, CELLS).status is Status.PREVIEW
    wider = {"essay": compared(8, 0.9, 60), "all": compared(8, 2, 60)}
    entry = replace(entry, splits={**entry.splits, "dev": wider})
    assert judge(replace(rule, evidence=()), entry, CELLS).status is Status.STABLE


def test_a_rule_whose_hits_are_often_something_else_waits(rule: Rule) -> None:
    entry = evidence(compared(12, 6, 20), compared(9, 3, 30))
    plain = replace(rule, evidence=())
    assert judge(plain, entry, CELLS, Reading("c", (3, 10), (9, 10))).status is Status.PREVIEW
    assert judge(plain, entry, CELLS, Reading("c", (8, 10), (9, 10))).status is Status.STABLE


def test_containers_and_logic_come_before_rates(rule: Rule) -> None:
    clear = evidence(compared(40, 20, 80), compared(40, 20, 90))
    bound = judge(replace(rule, evidence=()), replace(clear, container="markup"), CELLS)
    assert bound.status is Status.ADVISORY
    logical = replace(
        rule,
        evidence=(Source("By logic: no person writes so"),),
        status=Status.STABLE,
        severity=Severity.ERROR,
    )
    none = evidence(compared(1, 0.5, 1.2), compared(1, 0.5, 1.2))
    assert judge(logical, none, CELLS).severity is Severity.ERROR


def test_a_rule_common_among_people_elsewhere_stays_a_note(rule: Rule) -> None:
    entry = evidence(compared(30, 20, 50), compared(30, 20, 50))
    mixed = {"essay": compared(30, 20, 50), "all": compared(3, 2, 5)}
    entry = replace(entry, splits={**entry.splits, "train": mixed})
    assert judge(replace(rule, evidence=()), entry, CELLS).severity is Severity.NOTE


def test_proposals_need_a_measurement_of_the_rule_as_it_is() -> None:
    from slopscan.catalogue.rates import Rates
    from slopscan.evidence.judging import proposals

    assert proposals(load_catalogue().rules, Rates()) == {}


def test_a_rule_made_from_training_texts_is_judged_by_dev_alone(rule: Rule) -> None:
    rules = load_catalogue().rules.values()
    asking = replace(next(item for item in rules if reads_preferences(item)), evidence=())
    seen = evidence(compared(12, 6, 20), compared(2, 0.9, 4))
    assert judge(asking, seen, CELLS).status is Status.PREVIEW
    unseen = evidence(compared(2, 0.9, 4), compared(12, 6, 20))
    found = judge(asking, unseen, CELLS)
    assert (found.status, found.severity) == (Status.STABLE, Severity.WARNING)
    assert judge(replace(rule, evidence=()), unseen, CELLS).status is Status.PREVIEW
