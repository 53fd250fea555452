"""Training of the profile by model family: a source must not pass for a family."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from slopscan.features.view import make_sentence
from slopscan.training.dataset import Window
from slopscan.training.family import Settings, fit, logits_of, usable
from slopscan.training.family_figures import (
    FAMILIES,
    Rows,
    balance,
    generator_key,
    least_share,
    measured,
    steps,
    summary,
    temperature,
)
from slopscan.training.pieces import WHOLE, Cut

OPENAI, ANTHROPIC, QWEN, REST = (
    FAMILIES.index(name) for name in ("openai", "anthropic", "qwen", "other")
)
GRAMS = ["=and", "=delve", "=essay", "=story"]


def _window(corpus: str, family: int, generator: str = "m-1") -> Window:
    sentence = make_sentence(["we"], ["PRP"], ["dep"], [0])
    return Window(
        *("d", corpus, "s", "essay", "ai", "train", generator, "", FAMILIES[family]),
        native=None,
        target=0,
        sentences=[sentence],
    )


def _rows(table: list[tuple[str, int, list[int]]], times: int = 20) -> Rows:
    windows = [_window(corpus, family) for corpus, family, _ in table] * times
    counts = sparse.csr_matrix(np.array([row for _, _, row in table] * times, dtype=np.int32))
    return Rows(windows, [Cut(0, 0, 1, WHOLE)] * len(windows), counts)


def test_what_a_source_has_is_no_habit_of_the_family_that_only_it_has() -> None:
    # "story" is of the source; that anthropic is missing from the essays must teach nothing.
    training = _rows(
        [
            ("slop_score", OPENAI, [1, 3, 0, 2]),
            ("slop_score", ANTHROPIC, [3, 1, 0, 2]),
            ("persuasion", OPENAI, [1, 3, 2, 0]),
            ("persuasion", QWEN, [3, 1, 2, 0]),
        ]
    )
    settings = Settings(min_documents=1, min_sources=1, strength=50.0, iterations=100)
    model = fit(training, GRAMS, settings, {})
    story = model.weights[model.vocabulary.index("=story")]
    assert story[OPENAI] == pytest.approx(story[ANTHROPIC], abs=0.15)
    delve = model.weights[model.vocabulary.index("=delve")]
    assert delve[OPENAI] > max(delve[ANTHROPIC], delve[QWEN]) + 1.0
    logits = logits_of(model, training, GRAMS)
    assert (logits[:, OPENAI] > logits[:, ANTHROPIC]).tolist() == [True, False, True, False] * 20


def test_families_of_a_source_weigh_the_same() -> None:
    place = np.array([0, 0, 0, 0, 1, 1])
    families = np.array([0, 0, 0, 1, 0, 2])
    weights = balance(place, families)
    assert weights.sum() == pytest.approx(1.0)
    assert weights[:3].sum() == pytest.approx(weights[3])
    assert weights[:4].sum() / weights[4:].sum() == pytest.approx(2**0.5)


def test_only_texts_of_known_makers_are_compared() -> None:
    texts = [
        _window("slop_score", OPENAI),
        _window("slop_score", OPENAI, "unknown (several)"),
        _window("liang", OPENAI),  # a source with one maker
    ]
    assert usable(texts) == texts[:1]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("gpt-4-0125-preview", "gpt-4"),
        ("chatgpt-gpt-3.5-2023-01", "gpt-3.5"),
        ("claude-3-opus-20240229", "claude-3-opus"),
        ("claude-sonnet-4 (with search)", "claude-sonnet-4"),
    ],
)
def test_dates_do_not_make_another_generator(name: str, key: str) -> None:
    assert generator_key(name) == key


def _scored(sources: int, right: bool) -> tuple[Rows, np.ndarray]:
    names = ("slop_score", "persuasion", "biscope", "alpaca_eval")[:sources]
    rows = _rows([(name, family, [0] * 4) for name in names for family in (OPENAI, ANTHROPIC)])
    said = rows.families if right else 1 - rows.families
    return rows, np.eye(len(FAMILIES))[said] * 3.0


def _shares(logits: np.ndarray) -> np.ndarray:
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def test_names_are_counted_the_same_from_every_source() -> None:
    rows, logits = _scored(3, right=True)
    wrong, wrong_logits = _scored(3, right=False)
    first = steps(rows, _shares(logits))[0]
    assert (first["named"], first["right"]) == (1.0, 1.0)
    assert first["right_unseen"] is None  # every generator is in every source
    assert steps(wrong, _shares(wrong_logits))[0]["right"] == 0.0


def test_names_wait_for_a_share_that_is_right_often_enough_for_new_generators_too() -> None:
    row = {"share": 0.3, "named": 0.2, "right": 0.8, "right_unseen": 0.4}
    later = row | {"share": 0.5, "named": 0.05, "right": 0.9, "right_unseen": 0.75}
    assert least_share([row, later]) == 0.5
    assert least_share([row]) is None
    assert least_share([later | {"named": 0.001}]) is None
    assert least_share([later | {"right_unseen": None}]) is None


def test_shares_that_are_wrong_are_flattened() -> None:
    assert temperature(*_scored(2, right=False)) > temperature(*_scored(2, right=True))


def test_figures_are_by_family_and_by_what_was_known() -> None:
    rows, logits = _scored(2, right=True)
    found = summary(rows, logits)
    assert (found["top1"], found["mean_recall"], found["chance"]) == (1.0, 1.0, 0.5)
    assert found["recalls"] == {"openai": 1.0, "anthropic": 1.0}
    whole = measured(rows, logits)
    assert set(whole["sources"]) == {"slop_score", "persuasion"}
    assert whole["generator_seen"]["n"] == len(rows.windows)
    assert REST not in rows.families
