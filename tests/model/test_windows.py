"""The probability around each sentence: where it stands, what it adds up to, who may ask."""

from __future__ import annotations

import json

import pytest

from slopscan.document import Source
from slopscan.model import infer
from slopscan.model.artefact import load_model, shipped
from slopscan.model.windows import sentence_log_odds, window_probabilities, windows
from slopscan.nlp.annotate import annotate
from slopscan.readers import parse
from slopscan.report import FileReport, RunReport, file_to_json, to_json
from slopscan.scan import Resources, Scanner, Settings
from slopscan.stored import read_results

LINES = (shipped() / "golden.jsonl").read_text(encoding="utf8").splitlines()
GOLDEN = {row["name"]: row["text"] for row in map(json.loads, LINES)}
PERSON, MODEL = GOLDEN["plain-story"], GOLDEN["polished-essay"]


@pytest.fixture(scope="module")
def resources() -> Resources:
    return Resources()


def _scan(resources: Resources, text: str, *, asked: bool = True) -> FileReport:
    return Scanner(Settings(windows=asked), resources=resources).scan(Source("t.md", text))


def test_a_window_begins_at_each_sentence_with_enough_after_it() -> None:
    assert windows([40, 40, 40, 40, 40], 100) == [(0, 3), (1, 4), (2, 5)]
    assert windows([30, 20], 100) == [(0, 2)]
    assert windows([], 100) == []
    assert windows([300, 5], 100) == [(0, 1)]


def test_every_sentence_has_a_score_and_its_place(resources: Resources) -> None:
    text = f"# A title\n\n{PERSON}\n\n{MODEL}\n"
    verdict = _scan(resources, text).verdict
    assert verdict is not None
    assert verdict.windows is not None
    assert [w.span for w in verdict.windows] == [heat.span for heat in verdict.heat]
    assert sum(window.n_words for window in verdict.windows) == verdict.n_words


def test_the_change_of_hand_is_seen(resources: Resources) -> None:
    verdict = _scan(resources, f"{PERSON}\n\n{MODEL}\n").verdict
    assert verdict is not None
    assert verdict.windows
    assert verdict.windows[0].probability < 0.5 < verdict.windows[-1].probability


def test_a_short_text_is_one_window_with_the_score_of_the_text(resources: Resources) -> None:
    model = load_model()
    document = parse(Source("t.md", MODEL))
    annotated = next(annotate([document], resources.nlp))
    found = window_probabilities(model, annotated, n_words=10_000)
    verdict = _scan(resources, MODEL).verdict
    assert verdict is not None
    assert {round(w.probability, 9) for w in found} == {round(verdict.probability or 0, 9)}
    assert found[0].probability == pytest.approx(infer.probability(verdict.log_odds or 0))


def test_no_sentences_no_windows() -> None:
    assert sentence_log_odds(load_model(), []) == []


def test_only_when_asked_for_and_none_when_abstaining(resources: Resources) -> None:
    quiet = _scan(resources, MODEL, asked=False)
    assert quiet.verdict is not None
    assert quiet.verdict.windows is None
    assert "windows" not in file_to_json(quiet)["verdict"]
    short = _scan(resources, "Only a few words stand here.")
    assert short.verdict is not None
    assert short.verdict.windows == ()


def test_windows_survive_the_round_trip_through_json(resources: Resources) -> None:
    report = _scan(resources, MODEL)
    stored = read_results(json.dumps(to_json(RunReport((report,)))), "r.json")
    assert stored.files[0].verdict is not None
    assert report.verdict is not None
    assert stored.files[0].verdict.windows == report.verdict.windows
