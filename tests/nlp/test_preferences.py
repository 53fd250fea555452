"""Selectional preferences: what is counted in a parse, and what the shipped counts say."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from slopscan.errors import ArtefactError
from slopscan.nlp.columns import columns_of
from slopscan.nlp.preferences import DATA, load_preferences, pairs_of


def test_pairs_of_a_parse(nlp: Any) -> None:
    doc = nlp("The old woman drank a cup of tea and slept. The doors were opened by a heavy key.")
    found = {(pair.relation, pair.governor, pair.dependent) for pair in pairs_of(columns_of(doc))}
    assert {
        ("modifier", "old", "woman"),
        ("subject", "drink", "woman"),
        ("subject", "sleep", "woman"),
        ("object", "drink", "cup"),
        ("of", "cup", "tea"),
        ("object", "open", "door"),
        ("modifier", "heavy", "key"),
    } <= found


@pytest.mark.parametrize(
    ("relation", "governor", "usual", "odd"),
    [
        ("subject", "forgive", "person", "house"),
        ("subject", "listen", "person", "silence"),
        ("subject", "fall", "rain", "memory"),
        ("object", "open", "door", "grief"),
        ("modifier", "honest", "man", "lamp"),
        ("of", "cup", "tea", "silence"),
    ],
)
def test_odd_pairs_surprise_more(relation: str, governor: str, usual: str, odd: str) -> None:
    preferences = load_preferences()
    low = preferences.surprise(relation, governor, usual)
    high = preferences.surprise(relation, governor, odd)
    assert low is not None
    assert high is not None
    assert high > low + 2


def test_unknown_words_are_not_judged() -> None:
    preferences = load_preferences()
    assert preferences.surprise("subject", "zzyzx", "house") is None
    assert preferences.noun_class("zzyzx") is None
    assert preferences.seen("subject", "zzyzx", "house") == 0
    assert preferences.noun_class("silence") == "ambient"


def test_an_altered_file_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "preferences"
    shutil.copytree(DATA, folder)
    (folder / "vocabulary.tsv").write_text("altered\n", encoding="utf8")
    with pytest.raises(ArtefactError, match="altered"):
        load_preferences(folder)


def test_the_counts_are_small() -> None:
    assert sum(path.stat().st_size for path in DATA.iterdir()) < 3_000_000
