"""What a genre leaves out follows measured figures before its profile."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import Any

import pytest

from slopscan import genres
from slopscan.catalogue.load import load_catalogue
from slopscan.catalogue.rates import Cell, Comparison, Estimate, Evidence
from slopscan.config.profiles import GENRES
from slopscan.genres import habits

HABIT, OTHER = "cross-reference-filler", "tricolon"


def evidence(low: float, high: float, human_texts: int = 0) -> Evidence:
    rate = Estimate(1.0, 0.5, 2.0)
    found = Comparison(rate, rate, Estimate((low + min(high, 9)) / 2, low, high), z=0.0, auc=0.5)
    return Evidence(
        rule="r",
        digest="d",
        unit="words",
        container=None,
        splits={"train": {"docs": found}},
        counts={"train": {"docs/human": (human_texts, human_texts)}},
        cells={"train": {"docs/human": Cell(100, 10_000, 3)}},
    )


def left_out(monkeypatch: pytest.MonkeyPatch, **found: Evidence | None) -> dict[str, str]:
    known: dict[str, Any] = {name.replace("_", "-"): item for name, item in found.items()}
    monkeypatch.setattr(genres, "measured", lambda rule: known.get(rule.id))
    return habits("technical", load_catalogue())


def test_the_profile_decides_where_figures_are_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    found = left_out(monkeypatch)
    assert HABIT in found
    assert OTHER not in found
    assert HABIT in left_out(monkeypatch, cross_reference_filler=evidence(0.2, inf))


def test_what_models_do_more_stays_in(monkeypatch: pytest.MonkeyPatch) -> None:
    assert HABIT not in left_out(monkeypatch, cross_reference_filler=evidence(1.5, 8.0))
    excess = evidence(1.5, 8.0, human_texts=20)
    assert OTHER not in left_out(monkeypatch, tricolon=excess)


def test_what_people_do_as_much_is_left_out_with_the_figures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = left_out(monkeypatch, tricolon=evidence(0.1, 0.9))
    assert found[OTHER].startswith("measured: people write it more often")
    found = left_out(monkeypatch, tricolon=evidence(0.5, 3.0, human_texts=5))
    assert found[OTHER] == "measured: in 5 of 100 human texts (docs), no more in models"
    assert OTHER not in left_out(monkeypatch, tricolon=evidence(0.5, 3.0, human_texts=1))
    changed = replace(evidence(0.5, 3.0, human_texts=5), counts={})
    assert OTHER not in left_out(monkeypatch, tricolon=changed)


@pytest.mark.parametrize("genre", GENRES)
def test_no_genre_leaves_out_more_than_a_third(genre: str) -> None:
    catalogue = load_catalogue()
    assert len(habits(genre, catalogue)) < len(catalogue.rules) / 3
