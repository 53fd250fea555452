"""A writer's own habits, through the command."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from slopscan.voice import Habit, Voice, _bound

Run = Callable[..., Any]
RULE = "negative-parallelism"
TIC = "It is not just a tool, but a way of thinking.\n\n"
PLAIN = "We moved the pump to the north wall and it stopped leaking after a day or so.\n\n"
SELECT = ("--no-parse", "--select", RULE, "--output-format", "json")


@pytest.fixture
def voice(run: Run, tmp_path: Path) -> Path:
    """Learn from a writer who uses the frame about once in two hundred words."""
    (tmp_path / "old").mkdir()
    for number in range(4):
        (tmp_path / "old" / f"{number}.md").write_text((PLAIN * 12 + TIC) * 4)
    done = run("voice", "learn", "old", "--no-parse", "-o", "me.json")
    assert done.code == 0, done.err
    assert "learnt from 4 texts" in done.err
    return tmp_path / "me.json"


def severities(out: str) -> list[str]:
    return [item["severity"] for item in json.loads(out)["files"][0]["findings"]]


def test_what_a_writer_usually_does_is_a_note(run: Run, tmp_path: Path, voice: Path) -> None:
    (tmp_path / "new.md").write_text((PLAIN * 12 + TIC) * 2)
    assert run("new.md", *SELECT).code == 1
    done = run("new.md", *SELECT, "--voice", "me.json")
    assert (done.code, severities(done.out)) == (0, ["note", "note"])
    assert "(no more than in your own texts)" in done.out
    (tmp_path / "slopscan.toml").write_text('voice = "me.json"\n')
    assert severities(run("new.md", *SELECT).out) == ["note", "note"]


def test_more_than_usual_stays_a_warning(run: Run, tmp_path: Path, voice: Path) -> None:
    (tmp_path / "new.md").write_text(PLAIN * 2 + TIC * 8)
    done = run("new.md", *SELECT, "--voice", "me.json")
    assert (done.code, set(severities(done.out))) == (1, {"warning"})


def test_the_profile_holds_numbers_and_no_text(voice: Path) -> None:
    text = voice.read_text(encoding="utf-8")
    data = json.loads(text)
    assert data["rules"][RULE]["findings"] == 16
    assert "wall" not in text
    assert "0.md" not in text
    assert set(data) == {"version", "texts", "words", "rules"}


def test_rates_are_shown_against_the_writers_own(run: Run, tmp_path: Path, voice: Path) -> None:
    (tmp_path / "new.md").write_text(PLAIN * 2 + TIC * 8)
    out = run("voice", "compare", "me.json", "new.md", "--no-parse").out
    (line,) = [line for line in out.splitlines() if line.endswith(RULE)]
    here, usual, rate, _ = line.split()
    assert int(here) == 8 > int(usual)
    assert 3 < float(rate) < 8


def test_a_rule_that_changed_since_is_left_alone(run: Run, tmp_path: Path, voice: Path) -> None:
    data = json.loads(voice.read_text(encoding="utf-8"))
    data["rules"][RULE]["digest"] = "0" * 16
    voice.write_text(json.dumps(data))
    (tmp_path / "new.md").write_text(PLAIN * 12 + TIC)
    assert severities(run("new.md", *SELECT, "--voice", "me.json").out) == ["warning"]


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "cannot be read"), ("{}", "is no voice"), ('{"version": 9}', "version 9")],
)
def test_a_wrong_profile_is_told(run: Run, tmp_path: Path, content: str | None, says: str) -> None:
    (tmp_path / "a.md").write_text(TIC)
    if content is not None:
        (tmp_path / "v.json").write_text(content)
    done = run("a.md", *SELECT, "--voice", "v.json")
    assert done.code == 2
    assert says in done.err
    assert "slopscan voice learn" in done.err


def test_too_few_words_are_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(TIC)
    done = run("voice", "learn", "a.md", "--no-parse", "-o", "v.json")
    assert done.code == 2
    assert "too few" in done.err
    assert not (tmp_path / "v.json").exists()


def test_the_bound_grows_with_the_text_and_is_cautious_with_little_known() -> None:
    assert _bound(0, 10_000, 1_000) == 0
    assert _bound(10, 10_000, 1_000) == 3
    assert _bound(10, 10_000, 5_000) > _bound(10, 10_000, 1_000)
    assert _bound(1, 1_000, 1_000) > _bound(10, 10_000, 1_000)
    voice = Voice(5, 10_000, {"r": Habit(10, 5, "d")})
    assert voice.rate("r") == 1.0
    assert voice.rate("other") is None
