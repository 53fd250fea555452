"""Statistics against published or worked figures."""

from __future__ import annotations

import math

import numpy as np
import pytest

from slopscan.evidence import statistics


@pytest.mark.parametrize(
    ("count", "low", "high"),
    # Garwood 1936; Ulm 1990, table of exact limits.
    [(0, 0.0, 3.689), (1, 0.0253, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390)],
)
def test_poisson_limits_are_those_of_the_tables(count: int, low: float, high: float) -> None:
    assert statistics.poisson_interval(count) == pytest.approx((low, high), abs=2e-3)


def test_poisson_limits_of_large_counts_join_the_exact_ones() -> None:
    exact, approximate = statistics.poisson_interval(200), statistics.poisson_interval(201)
    assert approximate[0] - exact[0] == pytest.approx(0.93, abs=0.01)
    assert approximate[1] - exact[1] == pytest.approx(1.07, abs=0.01)


def test_exact_ratio_of_equal_exposures() -> None:
    # 8 of 10 events: Clopper-Pearson limits of a share of 0.8 are 0.4439 and 0.9748.
    low, high = statistics.exact_ratio_interval(8, 1.0, 2, 1.0)
    assert low == pytest.approx(0.4439 / 0.5561, rel=1e-3)
    assert high == pytest.approx(0.9748 / 0.0252, rel=1e-2)


def test_exact_ratio_scales_with_exposure_and_is_open_without_base_events() -> None:
    low, high = statistics.exact_ratio_interval(8, 1.0, 2, 1.0)
    assert statistics.exact_ratio_interval(8, 2.0, 2, 1.0) == pytest.approx((low / 2, high / 2))
    low, high = statistics.exact_ratio_interval(5, 1.0, 0, 1.0)
    # All five on one side: the lower limit of the share is 0.025 ** (1 / 5).
    assert low == pytest.approx(0.4782 / 0.5218, rel=1e-3)
    assert math.isinf(high)
    assert statistics.exact_ratio_interval(0, 1.0, 0, 1.0) == (0.0, math.inf)


def test_resampling_keeps_clusters_whole() -> None:
    counts = np.array([[1.0], [1.0], [0.0], [0.0]])
    exposure = np.array([10.0, 10.0, 10.0, 10.0])
    events, drawn = statistics.resample(counts, exposure, ["a", "a", "b", "b"], 500, 1)
    assert set(np.unique(events)) == {0.0, 2.0, 4.0}
    assert (drawn == 40).all()
    assert events.mean() == pytest.approx(2.0, abs=0.2)


def test_stratified_ratio_is_not_misled_by_the_mix_of_strata() -> None:
    # Twice the rate in both strata, but most model text is in the stratum where all is rare.
    exposure, base_exposure = np.array([[1000.0], [100.0]]), np.array([[100.0], [1000.0]])
    events, base = np.array([[2000.0], [2000.0]]), np.array([[100.0], [10000.0]])
    ratio = statistics.stratified_ratio(events, exposure, base, base_exposure)
    assert ratio[0] == pytest.approx(2.0, rel=1e-2)
    assert events.sum() / exposure.sum() < base.sum() / base_exposure.sum()


def test_log_odds_worked_by_hand() -> None:
    delta, z = statistics.log_odds(19.5, 1000.0, 9.5, 1000.0)
    assert delta == pytest.approx(math.log(20 / 981) - math.log(10 / 991))
    assert z == pytest.approx(delta / math.sqrt(1 / 20 + 1 / 10))


def test_auc_counts_pairs_and_halves_ties() -> None:
    model, human = np.array([[2.0], [1.0]]), np.array([[1.0], [0.0]])
    assert statistics.auc(model, human)[0] == pytest.approx((1 + 1 + 0.5 + 1) / 4)
    assert statistics.auc(human, human)[0] == pytest.approx(0.5)


def test_benjamini_hochberg_on_its_worked_example() -> None:
    q = statistics.benjamini_hochberg([0.01, 0.04, 0.03, 0.005])
    assert q == pytest.approx([0.02, 0.04, 0.04, 0.02])


def test_two_sided_normal_tail() -> None:
    assert statistics.two_sided(1.959964) == pytest.approx(0.05, abs=1e-5)
