"""Small corpora with known tics, and the command run on them."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from slopscan.cli.app import main

SUBJECTS = ("The baker", "Our neighbour", "The clerk", "A driver", "My sister", "The gardener")
ACTS = ("carried", "mended", "sold", "painted", "counted", "washed", "dropped", "found")
THINGS = (
    "two crates",
    "the old fence",
    "some boots",
    "a green bowl",
    "the spare wheel",
    "three maps",
)
TIMES = ("before lunch", "on Friday", "after the rain", "in March", "at the station", "last week")
NOUNS = ("craft", "patience", "village", "winter", "labour", "river", "family", "journey")
Row = dict[str, Any]


def plain(rng: random.Random) -> str:
    return f"{rng.choice(SUBJECTS)} {rng.choice(ACTS)} {rng.choice(THINGS)} {rng.choice(TIMES)}."


def tics(rng: random.Random) -> list[str]:
    one, other = rng.sample(NOUNS, 2)
    return [
        f"It was a beacon of {one} and {other}.",
        f"Truth be told, {plain(rng)[0].lower()}{plain(rng)[1:]}",
        f"The silence swelled {rng.choice(TIMES)}.",
        "They delve into it.",
    ]


def model_rows(n: int = 40) -> list[Row]:
    """Texts with four tics in all prompts, and one that a single prompt asks for."""
    rng = random.Random(1)
    rows = []
    for number in range(n):
        prompt = number % 10
        sentences = [plain(rng) for _ in range(6)] + tics(rng)
        if prompt == 3:
            sentences += ["A purple lantern swung there."] * 2
        rng.shuffle(sentences)
        rows.append(
            {
                "id": f"m{number:02d}",
                "text": " ".join(sentences),
                "prompt_id": f"p{prompt}",
                "generator": f"g{number % 3}",
            }
        )
    return rows


def human_rows(n: int = 40) -> list[Row]:
    rng = random.Random(2)
    return [
        {"id": f"h{number:02d}", "text": " ".join(plain(rng) for _ in range(10))}
        for number in range(n)
    ]


def write(path: Path, rows: list[Row]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@dataclass(frozen=True)
class Outcome:
    """What a run of the command gave, its candidates by name."""

    folder: Path
    data: dict[str, Any]
    found: dict[str, Row]


def run(folder: Path, *args: str, fresh: bool = True) -> Outcome:
    """Run the command on both corpora, with JSON output."""
    if fresh:
        write(folder / "m.jsonl", model_rows())
        write(folder / "h.jsonl", human_rows())
    target = folder / "out.json"
    assert main([*command(folder), "--output-format", "json", "-o", str(target), *args]) == 0
    data = json.loads(target.read_text("utf-8"))
    return Outcome(folder, data, {item["candidate"]: item for item in data["candidates"]})


def command(folder: Path) -> list[str]:
    sides = ["--model-text", str(folder / "m.jsonl"), "--human-text", str(folder / "h.jsonl")]
    return ["mine", *sides, "-q", "-j", "1"]


@pytest.fixture(scope="session")
def strings(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Every candidate, without a parse."""
    return run(tmp_path_factory.mktemp("strings"), "--no-parse", "-n", "1000")


@pytest.fixture(scope="session")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Every candidate, with a parse, and drafts of all that are new in `drafts`."""
    folder = tmp_path_factory.mktemp("parsed")
    drafts = ["--write-rule", str(folder / "drafts"), "--cache", str(folder / "cache")]
    return run(folder, "-n", "1000", *drafts)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "m.jsonl", model_rows())
    write(tmp_path / "h.jsonl", human_rows())
    return tmp_path
