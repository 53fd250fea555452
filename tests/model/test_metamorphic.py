"""What is not style does not move the probability: typography, line breaks, markup, file type.

`SLOPSCAN_METAMORPHIC=500 python -m pytest tests/model/test_metamorphic.py -s` runs it on 500
documents of the corpora and prints the 95th percentile of every change.
"""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from slopscan import readers
from slopscan.document import Source
from slopscan.model.artefact import load_model, shipped
from slopscan.model.decide import verdict
from slopscan.model.infer import probability
from slopscan.nlp.annotate import annotate
from slopscan.nlp.load import load_pipeline

MOST = 0.02
N_DOCUMENTS = int(os.environ.get("SLOPSCAN_METAMORPHIC", "16"))
LINES = (shipped() / "golden.jsonl").read_text(encoding="utf8").splitlines()
GOLDEN = [row["text"] for row in map(json.loads, LINES) if row["name"] != "too-short"]
Change = Callable[[str], tuple[str, str]]


def _curly(text: str) -> str:
    opened = re.sub(r'(?<!\S)"', "\u201c", text)
    return opened.replace('"', "\u201d").replace("'", "\u2019")


def _wrapped(text: str) -> str:
    rows = []
    for line in text.split("\n"):
        words = line.split(" ")
        rows += [" ".join(words[i : i + 12]) for i in range(0, len(words), 12)]
    return "\n".join(rows)


CHANGES: dict[str, Change] = {
    "line ends": lambda text: ("t.md", text.replace("\n", "\r\n")),
    "curly quotes": lambda text: ("t.md", _curly(text)),
    "typed dashes": lambda text: ("t.md", re.sub(" ?\u2014 ?", " -- ", text)),
    "no-break spaces": lambda text: ("t.md", re.sub(r"(?<=[a-z]) (?=a )", "\u00a0", text)),
    "hard wrapping": lambda text: ("t.md", _wrapped(text)),
    "flattened": lambda text: ("t.md", re.sub(r"\s*\n\s*", " ", text)),
    "emphasis": lambda text: ("t.md", re.sub(r"\b(that|with)\b", r"*\1*", text)),
    "file type": lambda text: ("t.txt", text),
}


@pytest.fixture(scope="module")
def judged() -> Callable[[str, str], float]:
    model, nlp = load_model(), load_pipeline()
    known: dict[str, float] = {}

    def judge(name: str, text: str) -> float:
        document = readers.parse(Source(name, text))
        key = "\n\n".join(document.text_of(block) for block in document.blocks)
        if key not in known:
            found = verdict(model, next(annotate([document], nlp)))
            known[key] = probability(found.log_odds or 0.0)
        return known[key]

    return judge


@pytest.mark.parametrize("change", CHANGES)
def test_own_texts_keep_their_probability(judged: Callable[[str, str], float], change: str) -> None:
    for text in GOLDEN:
        sentences = text.split(". ")
        middle = len(sentences) // 2
        paragraphs = ". ".join(sentences[:middle]) + ".\n\n" + ". ".join(sentences[middle:])
        name, other = CHANGES[change](paragraphs)
        assert abs(judged(name, other) - judged("t.md", paragraphs)) < MOST


@lru_cache
def _rows(folder: Path) -> tuple[str, ...]:
    """Return plain prose of the dev split, at most 20 texts of a file."""
    found = [text for path in sorted(folder.glob("*.jsonl.gz")) for text in _plain(path)]
    return tuple(found[:: max(1, len(found) // N_DOCUMENTS)][:N_DOCUMENTS])


def _plain(path: Path) -> list[str]:
    found = []
    with gzip.open(path, "rt", encoding="utf8") as lines:
        for line in lines:
            row = json.loads(line)
            text = row["text"][:1800]
            if row["split"] == "dev" and not re.search(r"(?m)^[ \t>#|*+-]|^\d+[.)]|[<`{_*]", text):
                found.append(text)
            if len(found) == 20:
                break
    return found


@pytest.mark.corpora
@pytest.mark.parametrize("change", CHANGES)
def test_real_texts_keep_their_probability(
    judged: Callable[[str, str], float], change: str
) -> None:
    folder = Path(os.environ.get("SLOPSCAN_CORPORA", "../shared/corpora"))
    if not folder.is_dir():
        pytest.skip("no corpora here")
    moves = []
    for text in _rows(folder):
        if change == "flattened" and re.search(r"[^.!?\"'\u201d)\s]\s*\n", text):
            continue  # a title glued to a sentence is another text
        name, other = CHANGES[change](text)
        moves.append(abs(judged(name, other) - judged("t.md", text)))
    worst = float(np.quantile(moves, 0.95))
    print(f"{change}: 95th percentile {worst:.4f} of {len(moves)} texts")
    assert worst < MOST
