"""Budgets of false positives: measured once, held to, lowered, never raised."""

from __future__ import annotations

from pathlib import Path

import pytest

from slopscan.catalogue.load import Selection, load_catalogue, select
from slopscan.catalogue.rates import read_rates
from slopscan.errors import InputError
from slopscan.evidence.budgets import (
    Budgets,
    exceeded,
    lowered,
    read_budgets,
    sets_of,
    tally,
    tally_of,
    write_budgets,
)
from slopscan.evidence.counting import Counted
from slopscan.evidence.windows import Window

RULES = [load_catalogue().rules[name] for name in ("negative-parallelism", "focal-words")]
PLACE, WHOLE = (rule.id for rule in RULES)
RUN = {"seed": 1}
RATES = Path(__file__).parents[2] / "benchmarks" / "results" / "rates.json"


def window(genre: str = "essay", *, is_model: bool = False, cells: tuple[str, ...] = ()) -> Window:
    return Window("1", "train", is_model, genre, "a/b", "1", cells, "text")


def counted(n_places: int) -> Counted:
    places = [(PLACE, i, i + 1) for i in range(n_places)]
    return Counted(1_000, {PLACE: n_places} if n_places else {}, places)


def found(n_places: int, genre: str = "essay"):
    return tally([window(genre)], [counted(n_places)])


def test_human_windows_alone_count_in_their_genre_and_in_the_hard_sets() -> None:
    old = window("fiction", cells=("set/before-1966",))
    assert set(sets_of(old)) == {"genre/fiction", "hard/before-1966", "hard/fiction-before-1966"}
    learner = window(cells=("set/second-language",))
    assert "hard/second-language-essays" in set(sets_of(learner))
    assert not list(sets_of(window(is_model=True)))


def test_events_of_a_measurement_are_those_of_its_human_cells() -> None:
    rates = read_rates(RATES)
    made, missing = tally_of(rates, RULES)
    amounts = [cells["essay/human"].n_words for cells in rates.cells.values()]
    assert made.words["genre/essay"] == sum(amounts)
    assert "hard/second-language" in made.words
    entry = rates.of(RULES[0])
    if entry is None:
        assert missing[0] == PLACE
    else:
        events = sum(counts.get("essay/human", (0, 0))[0] for counts in entry.counts.values())
        assert made.findings[PLACE]["genre/essay"] == events


def test_every_measured_rule_is_within_its_budget() -> None:
    rules = select(load_catalogue(), Selection(preview=True))
    made, _ = tally_of(read_rates(RATES), rules)
    assert exceeded(made, read_budgets(RATES.with_name("budgets.json"))) == []


def test_more_findings_than_chance_allows_are_over_the_budget() -> None:
    budgets = lowered(found(2), Budgets(), [PLACE], RUN)
    assert budgets.of(PLACE, "genre/essay") == pytest.approx(20)
    assert not exceeded(found(2), budgets)
    assert not exceeded(found(5), budgets)
    over = exceeded(found(9), budgets)
    assert [(item.rule, item.findings) for item in over] == [(PLACE, 9)]


def test_a_set_without_findings_has_a_budget_of_one() -> None:
    budgets = lowered(found(0), Budgets(), [PLACE], RUN)
    assert budgets.of(PLACE, "genre/essay") == pytest.approx(10)
    assert not exceeded(found(1), budgets)
    assert exceeded(found(5), budgets)


def test_writing_lowers_and_never_raises() -> None:
    first = lowered(found(5), Budgets(), [PLACE, "gone"], RUN)
    second = lowered(found(2), first, [PLACE], RUN)
    third = lowered(found(9), second, [PLACE, WHOLE], RUN)
    assert second.of(PLACE, "genre/essay") == third.of(PLACE, "genre/essay") == pytest.approx(20)
    assert set(third.rules) == {PLACE, WHOLE}


def test_budgets_survive_their_file(tmp_path: Path) -> None:
    path = tmp_path / "budgets.json"
    budgets = lowered(found(5), Budgets(), [PLACE], RUN)
    write_budgets(budgets, path)
    assert read_budgets(path) == budgets


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "budgets.json"
    path.write_text("{}")
    with pytest.raises(InputError, match="no file of budgets"):
        read_budgets(path)
