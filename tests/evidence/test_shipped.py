"""The evidence in the repository belongs to the catalogue in the repository."""

from __future__ import annotations

import pytest

from slopscan.catalogue.load import load_catalogue
from slopscan.catalogue.rates import FILE_NAME, measured, read_rates, shipped_paths
from slopscan.catalogue.readings import reading_of
from slopscan.catalogue.rule import Rule, Status
from slopscan.cli.app import main
from slopscan.cli.pages import pages
from slopscan.evidence.judging import confirmed, is_by_logic
from slopscan.findings import Severity
from slopscan.report import Rate, short_number

STABLE = [rule for rule in load_catalogue().rules.values() if rule.status is Status.STABLE]


@pytest.mark.parametrize("rule", STABLE, ids=lambda rule: rule.id)
def test_a_stable_rule_is_confirmed_by_its_evidence_or_says_why_not(rule: Rule) -> None:
    entry = measured(rule)
    # A rule whose pattern was just changed has none until it is measured again.
    assert entry is None or is_by_logic(rule) or confirmed(entry)


def test_most_stable_rules_were_measured_as_they_stand() -> None:
    assert sum(measured(rule) is not None for rule in STABLE) >= 0.7 * len(STABLE)


def test_only_residue_is_an_error_by_default() -> None:
    loud = [rule for rule in STABLE if rule.severity is Severity.ERROR]
    assert all(is_by_logic(rule) for rule in loud)


def test_one_line_of_the_file_decodes_to_what_the_whole_file_holds() -> None:
    (path,) = (path for path in shipped_paths(FILE_NAME) if path.is_file())
    rates = read_rates(path)
    for rule in STABLE[:5]:
        assert measured(rule) == rates.of(rule)


def test_show_tells_rates_and_list_their_ratio(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "show", "negative-parallelism"]) == 0
    shown = capsys.readouterr().out
    assert "Measured, per 1,000 words" in shown
    assert "second-language" in shown
    assert main(["rules", "list", "--family", "contrast"]) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    (row,) = [row for row in rows if row[0] == "negative-parallelism"]
    assert float(row[10]) > 1.5
    assert float(row[7]) < float(row[8])


def test_hits_that_were_read_are_the_tic_in_four_of_five() -> None:
    readings = [(rule, found) for rule in STABLE if (found := reading_of(rule)) is not None]
    assert len(readings) >= 20
    noisy = [rule.id for rule, found in readings if found.n >= 10 and found.precision < 0.8]
    assert noisy == []


def test_numbers_are_short() -> None:
    shown = [short_number(value) for value in (0.0, 0.0312, 1.234, 12.3, 1234.0, float("inf"))]
    assert shown == ["0", "0.031", "1.2", "12", "1234", "more"]
    rate = Rate("essay", 0.05, 0.5, ratio=(10.0, 6.0, float("inf")))
    assert str(rate) == (
        "essay: people 0.05, models 0.5 per 1,000 words, 10 times as often (6 to more)"
    )


def test_pages_name_every_rule_once() -> None:
    catalogue = load_catalogue()
    made = pages(catalogue)
    heads = [line for text in made.values() for line in text.splitlines() if line[:3] == "## "]
    assert sorted(heads) == [f"## {name}" for name in sorted(catalogue.rules)]
    assert "times as often" in made["contrast.md"]
