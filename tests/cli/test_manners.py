"""Help, completion, doctor, hooks and the action: what surrounds a scan."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
TIC = "It is not just a tool, but a way of thinking.\n"


def completed(words: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "slopscan"],
        capture_output=True,
        text=True,
        check=True,
        env={
            **os.environ,
            "_SLOPSCAN_COMPLETE": "complete_bash",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split()) - 1),
        },
    )
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("slopscan sc", ["scan", "score"]),
        ("slopscan scan --genre te", ["technical"]),
        ("slopscan scan --select negative-p", ["negative-parallelism"]),
        ("slopscan scan --ignore tricolon,negative-p", ["tricolon,negative-parallelism"]),
        ("slopscan rules show negative-p", ["negative-parallelism"]),
    ],
)
def test_words_are_completed(words: str, found: list[str]) -> None:
    assert completed(words) == found


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_has_a_completion_script(run: Any, shell: str) -> None:
    done = run("--show-completion", shell)
    assert done.code == 0
    assert "_SLOPSCAN_COMPLETE" in done.out
    assert {"bash": "COMPREPLY", "zsh": "#compdef", "fish": "complete --command"}[shell] in done.out


def test_completion_is_for_a_shell_that_is_named(run: Any) -> None:
    done = run("--show-completion", "tcsh")
    assert done.code == 2
    assert "bash" in done.err


def test_help_teaches_by_examples(run: Any) -> None:
    out = run("scan", "--help").out
    for line in re.findall(r"slopscan docs/ --[\w-]+", out):
        assert line.split()[-1] in out
    assert "slopscan docs/ --since main" in out


def test_doctor_names_what_decides_a_result(run: Any) -> None:
    done = run("doctor")
    assert done.code == 0, done.out
    heads = [line.split()[0] for line in done.out.splitlines()]
    assert {"slopscan", "python", "spacy", "catalogue", "pipeline", "model", "config"} <= set(heads)


def test_doctor_tells_what_is_damaged(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "slopscan.toml").write_text("sellect = []")
    monkeypatch.setattr("slopscan.cli.doctor._NEEDED", ("no-such-library",))
    done = run("doctor")
    assert done.code == 2
    assert "missing or damaged: no-such-library, config" in done.out


def test_verbose_says_what_holds_for_a_file(run: Any, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("Plain words.\n")
    (tmp_path / "slopscan.toml").write_text('genre = "chat"\n')
    said = run("a.md", "--no-parse", "--verbose").err
    assert f"a.md: configuration {tmp_path / 'slopscan.toml'}, genre chat" in said


def test_the_entries_of_the_hooks_are_commands(run: Any, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(TIC)
    (tmp_path / "slopscan.toml").write_text('exclude = ["old.md"]\nextend-select = ["contrast"]\n')
    (tmp_path / "old.md").write_text(TIC)
    text = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    entries = re.findall(r"entry: slopscan (.*)", text)
    assert re.findall(r"- id: (\S+)", text) == ["slopscan", "slopscan-strict"]
    for entry in entries:
        args = entry.split()
        done = run(*args, "--no-parse", "--preview", "a.md", "old.md")
        assert done.code == 1
        assert {line.split(":")[0] for line in done.out.splitlines()} == {"a.md"}


@pytest.mark.skipif(os.name == "nt", reason="pipes end otherwise there")
def test_a_reader_that_goes_away_ends_the_run_quietly(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"{TIC}\n" * 4000)
    command = [sys.executable, "-m", "slopscan", "a.md", "--no-parse", "--output-format", "json"]
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(60) == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("more", [["--no-parse"], ["--no-parse", "--output-format", "json"]])
def test_a_full_disk_is_told(tmp_path: Path, more: list[str]) -> None:
    essay = tmp_path / "essay.md"
    essay.write_text(TIC)
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "slopscan", "scan", str(essay), *more],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert "could not be written" in done.stderr
    assert "bug" not in done.stderr
