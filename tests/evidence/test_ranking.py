"""A ranker of rules alone: what they show is counted, and weighs at least nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from slopscan.catalogue.load import load_catalogue
from slopscan.evidence import ranking
from slopscan.evidence.counting import Plan
from slopscan.evidence.ranking import Evidence, fit, gather, grades_of, plain
from slopscan.evidence.windows import Window

CATALOGUE = load_catalogue()
PLACES, GRADED, MEASURE = (
    CATALOGUE.rules[name]
    for name in ("candid-hook", "overused-in-fiction", "sentence-length-uniformity")
)
PLAN = Plan(None, (), None, "none")
FILLER = "We walked to the shop and bought two loaves of bread for the week. " * 10


def window(text: str) -> Window:
    return Window("1", "train", False, "essay", "a/b", "1", (), text)


def evidence(rules: tuple, amounts: list) -> Evidence:
    return Evidence(rules, frozenset({GRADED.id}), np.array(amounts, dtype=float))


def test_a_graded_list_gives_each_entry_that_is_found_its_weight_once() -> None:
    grades = grades_of(GRADED, CATALOGUE.lists)
    assert grades is not None
    text = FILLER + "There was a Hum\nof bees and a glinting coin, glinting all day."
    found = gather([window(text), window(FILLER)], [GRADED], PLAN)
    wanted = (grades["hum of"] + grades["glinting"]) * 150 / len(text.split())
    assert found.amounts[0, 0] == pytest.approx(wanted, rel=0.02)
    assert found.amounts[1, 0] == 0
    assert found.graded == {GRADED.id}


def test_lists_without_numbers_are_not_graded() -> None:
    assert grades_of(CATALOGUE.rules["focal-words"], CATALOGUE.lists) is None
    assert grades_of(PLACES, CATALOGUE.lists) is None


def test_places_count_before_gates_and_per_150_words() -> None:
    flag = PLACES.flags[0].text
    found = gather([window(f"{FILLER}\n\n{flag}")], [PLACES], PLAN)
    assert found.amounts[0, 0] == pytest.approx(1.0, rel=0.2)


def test_what_was_counted_is_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    windows = [window(FILLER + PLACES.flags[0].text)]
    first = gather(windows, [PLACES, GRADED], PLAN, tmp_path)
    monkeypatch.setattr(ranking, "Worker", None)
    again = gather(windows, [GRADED, PLACES], PLAN, tmp_path)
    assert again.amounts[0].tolist() == pytest.approx(first.amounts[0, ::-1].tolist(), rel=1e-5)


def test_a_rule_of_models_weighs_and_one_of_people_weighs_nothing() -> None:
    other = CATALOGUE.rules["negative-parallelism"]
    amounts = [[1, 0]] * 30 + [[0, 0]] * 10 + [[0, 1]] * 30 + [[1, 1]] * 2 + [[0, 0]] * 8
    models = np.arange(80) < 40
    known = evidence((PLACES, other), amounts)
    ranker = fit(known, models, np.ones(80), 0.1)
    weights = ranker.weight_of(known)
    assert set(weights) == {PLACES.id}
    assert min(weights[PLACES.id]) >= 0
    scores = ranker.score(known)
    assert scores[0] > scores[35] == scores[40]


def test_found_often_weighs_no_less_than_found_once() -> None:
    rng = np.random.default_rng(3)
    models = np.arange(200) < 100
    amounts = rng.poisson(np.where(models, 3.0, 0.4))[:, None]
    known = evidence((PLACES,), amounts.tolist())
    ranker = fit(known, models, np.ones(200), 0.1)
    few = evidence((PLACES,), [[0], [1], [2], [5]])
    assert np.all(np.diff(ranker.score(few)) >= 0)


def test_a_measure_weighs_between_its_usual_and_its_unusual_values() -> None:
    people, models = [[v] for v in np.linspace(0, 1, 50)], [[2.0]] * 50
    known = evidence((MEASURE,), people + models)
    ranker = fit(known, np.arange(100) >= 50, np.ones(100), 0.1)
    tried = evidence((MEASURE,), [[0.2], [0.5], [0.75], [3.0], [float("nan")]])
    scores = ranker.score(tried)
    assert scores[0] == scores[1] == scores[4] == 0
    assert 0 < scores[2] < scores[3]


def test_matches_are_compared_as_lists_have_them() -> None:
    assert plain("It’s  About\nTime") == "it's about time"


def test_a_group_held_level_scores_no_higher_than_its_peers() -> None:
    models = np.arange(300) < 100
    group, peers = np.arange(300) >= 200, (np.arange(300) >= 100) & (np.arange(300) < 200)
    other = CATALOGUE.rules["negative-parallelism"]
    amounts = np.zeros((300, 2))
    amounts[:80, 0] = amounts[200:240, 0] = amounts[100:105, 0] = 1
    amounts[:50, 1] = amounts[100:103, 1] = amounts[200:203, 1] = 1
    known = evidence((PLACES, other), amounts.tolist())
    free = fit(known, models, np.ones(300), 0.1).score(known)
    ranker = fit(known, models, np.ones(300), 0.1, [(group, peers)])
    level = ranker.score(known)
    assert free[group].mean() > free[peers].mean() + 0.3
    assert level[group].mean() == pytest.approx(level[peers].mean(), abs=0.01)
    assert level[models].mean() > level[peers].mean() + 0.3
    assert set(ranker.weight_of(known)) >= {other.id}


def test_a_group_below_its_peers_changes_nothing() -> None:
    models = np.arange(100) < 50
    known = evidence((PLACES,), [[1]] * 40 + [[0]] * 10 + [[1]] * 5 + [[0]] * 45)
    group, peers = np.arange(100) >= 75, (np.arange(100) >= 50) & (np.arange(100) < 75)
    free = fit(known, models, np.ones(100), 0.1)
    held = fit(known, models, np.ones(100), 0.1, [(group, peers)])
    assert held.weights.tolist() == pytest.approx(free.weights.tolist())
