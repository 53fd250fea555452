"""From a file to a verdict, through the real reader and parser."""

from __future__ import annotations

import json
import math
from collections.abc import Callable

import pytest

from slopscan import readers
from slopscan.document import Source
from slopscan.features.families import SCHEMA
from slopscan.features.measures import measures
from slopscan.model.artefact import load_model, shipped
from slopscan.model.decide import verdict
from slopscan.nlp.annotate import Annotated, annotate
from slopscan.nlp.load import load_pipeline
from slopscan.verdict import Verdict

LINES = (shipped() / "golden.jsonl").read_text(encoding="utf8").splitlines()
GOLDEN = {row["name"]: row["text"] for row in map(json.loads, LINES)}
ESSAY = GOLDEN["polished-essay"]

Annotate = Callable[[str], Annotated]


@pytest.fixture(scope="module")
def annotated() -> Annotate:
    nlp = load_pipeline()
    return lambda text: next(annotate([readers.parse(Source("t.md", text))], nlp))


@pytest.fixture(scope="module")
def judged(annotated: Annotate) -> Callable[[str], Verdict]:
    model = load_model()
    return lambda text: verdict(model, annotated(text))


def test_typography_does_not_move_the_score(judged: Callable[[str], Verdict]) -> None:
    story = GOLDEN["polished-story"]
    opened = story.replace(' "', " \u201c").replace('"', "\u201d").replace("'", "\u2019")
    assert judged(opened).log_odds == pytest.approx(judged(story).log_odds)


def test_markup_and_framing_do_not_move_the_score(judged: Callable[[str], Verdict]) -> None:
    wrapped = f"Sure, here is an essay:\n\n# Libraries\n\n{ESSAY}\n\nWord count: 181\n"
    assert judged(wrapped).log_odds == pytest.approx(judged(ESSAY).log_odds)


def test_hard_wrapping_does_not_move_the_score(judged: Callable[[str], Verdict]) -> None:
    words = ESSAY.split(" ")
    lines = [" ".join(words[i : i + 11]) for i in range(0, len(words), 11)]
    assert judged("\r\n".join(lines)).log_odds == pytest.approx(judged(ESSAY).log_odds)


def test_heat_points_at_the_source(judged: Callable[[str], Verdict]) -> None:
    found = judged(ESSAY)
    first = found.heat[0].span
    assert ESSAY[first.start : first.end].startswith("In today's")
    assert ESSAY[first.start : first.end].endswith(".")


def test_mostly_quotation_abstains(judged: Callable[[str], Verdict]) -> None:
    found = judged(f"He wrote to us at length.\n\n> {ESSAY}\n")
    assert found.abstained == "mostly quotation"
    assert found.probability is None


@pytest.mark.parametrize("text", ["", "\n\n", "```\ncode\n```\n", "# Heading only\n"])
def test_nothing_to_judge_abstains(judged: Callable[[str], Verdict], text: str) -> None:
    found = judged(text)
    assert found.abstained is not None
    assert found.n_words == 0


def test_measures_hold_every_feature_of_a_whole_text(annotated: Annotate) -> None:
    found = measures(annotated(ESSAY))
    learned = {feature.name for feature in SCHEMA.features if feature.learned}
    assert learned <= found.keys()
    assert all(math.isfinite(found[name]) for name in learned)
    assert found["lexical.ing_forms"] == pytest.approx(1000 * 12 / 181, rel=0.02)


def test_measures_without_a_parse_are_those_of_strings() -> None:
    document = readers.parse(Source("t.md", ESSAY))
    found = measures(next(annotate([document])))
    assert found["rhythm.sentence_length_mean"] > 10
    assert not any(name.startswith("syntax.") for name in found)
