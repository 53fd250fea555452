"""The profile by model family: silent where it should be, and without effect on anything else."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from slopscan.document import Source
from slopscan.errors import ArtefactError
from slopscan.features.view import SentenceView, make_sentence, sentences_of
from slopscan.model.families import (
    DATA,
    OTHER,
    FamilyModel,
    load_families,
    profile,
    shares,
    write_families,
)
from slopscan.nlp.load import load_pipeline
from slopscan.report import file_to_json
from slopscan.scan import Resources, Scanner, Settings
from slopscan.verdict import Verdict

LEANING = Verdict(0.9, None, 300)


def _sentences(n_words: int, word: str = "we") -> list[SentenceView]:
    words = [word] * 9 + ["."]
    one = make_sentence(words, ["PRP"] * 9 + ["."], ["dep"] * 10, [0] * 10)
    return [one] * (n_words // 9)


def _model(least_share: float | None) -> FamilyModel:
    """A model of two families and the rest, told apart by three words."""
    manifest = {
        "families": ["openai", "qwen", OTHER],
        "temperature": 1.0,
        "least_share": least_share,
        "least_probability": 0.5,
        "min_words": 90,
        "measured": {"nearest_right": 0.4, "by_chance": 0.2},
    }
    weights = np.array([[4.0, 0.0, 0.0], [0.0, 4.0, 0.0], [0.0, 0.0, 4.0]])
    return FamilyModel(manifest, ("=i", "=they", "=we"), np.ones(3), weights, np.zeros(3))


def test_golden_texts_have_the_shares_they_were_written_with() -> None:
    model, nlp = load_families(), load_pipeline()
    for line in (DATA / "golden.jsonl").read_text(encoding="utf8").splitlines():
        row = json.loads(line)
        found = shares(model, list(sentences_of(nlp(row["text"]))))
        assert found == pytest.approx(row["shares"], abs=0.02)
        assert sum(found.values()) == pytest.approx(1.0)


def test_a_family_is_named_only_where_it_stands_out() -> None:
    found = profile(_model(0.7), _sentences(300, "they"), LEANING)
    assert (found.family, found.abstained) == ("qwen", None)
    assert found.shares[0][0] == "qwen"
    assert (found.nearest_right, found.by_chance) == (0.4, 0.2)
    assert profile(_model(0.999), _sentences(300, "they"), LEANING).family is None


def test_nearest_to_the_rest_is_nearest_to_no_family() -> None:
    found = profile(_model(0.5), _sentences(300, "we"), LEANING)
    assert found.shares[0][0] == OTHER
    assert found.family is None
    assert found.abstained == "it reads like no model family in particular"


def test_without_a_share_that_was_right_often_enough_none_is_named() -> None:
    found = profile(_model(None), _sentences(300, "they"), LEANING)
    assert found.family is None
    assert found.abstained
    assert found.shares


@pytest.mark.parametrize(
    ("n_words", "verdict", "why"),
    [
        (300, None, "there is no probability"),
        (300, Verdict(None, "verse", 300), "verse"),
        (300, replace(LEANING, probability=0.2), "does not lean to model prose"),
        (45, LEANING, "too short: 45 words, at least 90"),
    ],
)
def test_it_compares_nothing_where_there_is_no_ground(
    n_words: int, verdict: Verdict | None, why: str
) -> None:
    found = profile(_model(0.1), _sentences(n_words, "they"), verdict)
    assert found.family is None
    assert why in (found.abstained or "")
    assert found.shares == ()


def test_words_it_does_not_know_leave_the_families_as_they_were() -> None:
    found = shares(_model(0.1), _sentences(300, "nobody"))
    assert list(found.values()) == pytest.approx([1 / 3] * 3)


def test_a_folder_comes_back_as_written(tmp_path: Path) -> None:
    write_families(tmp_path, _model(0.7), [])
    again = load_families(tmp_path)
    assert again.vocabulary == ("=i", "=they", "=we")
    assert np.array_equal(again.weights, _model(0.7).weights)


def test_an_altered_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "altered"
    shutil.copytree(DATA, folder)
    with (folder / "vocabulary.txt").open("a", encoding="utf8") as out:
        out.write("more\n")
    with pytest.raises(ArtefactError, match="missing or altered"):
        load_families(folder)
    (folder / "manifest.json").write_text('{"protocol": 99}', encoding="utf8")
    with pytest.raises(ArtefactError, match="protocol 99"):
        load_families(folder)
    (folder / "manifest.json").write_text("{", encoding="utf8")
    with pytest.raises(ArtefactError, match="cannot be read"):
        load_families(folder)


def test_arrays_of_another_shape_are_refused(tmp_path: Path) -> None:
    model = replace(_model(0.7), weights=np.ones((3, 2)))
    write_families(tmp_path, model, [])
    with pytest.raises(ArtefactError, match="array weights"):
        load_families(tmp_path)


def test_the_shipped_folder_is_small() -> None:
    assert sum(path.stat().st_size for path in DATA.iterdir()) <= 3 * 2**20


def test_asking_for_it_changes_nothing_else() -> None:
    lines = (DATA / "golden.jsonl").read_text(encoding="utf8").splitlines()
    text = "\n\n".join(json.loads(line)["text"] for line in lines)
    resources = Resources()
    plain, asked = (
        file_to_json(
            Scanner(Settings(family=family), resources=resources).scan(Source("t.md", text))
        )
        for family in (False, True)
    )
    found = asked.pop("family_profile")
    assert asked == plain
    assert found["n_words"] == plain["verdict"]["n_words"]


def test_without_a_parse_it_says_so() -> None:
    scanner = Scanner(Settings(parse=False, family=True))
    found = scanner.scan(Source("t.md", "A short text.")).family_profile
    assert found is not None
    assert found.abstained == "only the rules were run"
