"""Baselines and --since: only what is new counts."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
TIC = "It is not just a tool, but a way of thinking.\n"
OTHER = "It was not just a cold night, but a kind of grief.\n"
RULE = "negative-parallelism"
FAST = ("--no-parse", "--select", f"{RULE},em-dash-density", "--output-format", "concise")


def places(out: str) -> list[str]:
    return [":".join(line.split(":")[:2]) for line in out.splitlines()]


def test_only_new_findings_count(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"{TIC}\nPlain words.\n")
    written = run("a.md", *FAST, "--write-baseline", "known.json")
    assert (written.code, written.out) == (0, "")
    assert "1 finding written to known.json" in written.err
    done = run("a.md", *FAST, "--baseline", "known.json")
    assert (done.code, done.out) == (0, "")
    assert "1 known finding left out" in done.err
    path.write_text(f"# A title\n\nNew words before.\n\n{TIC}\nOther plain words.\n\n{OTHER}")
    done = run("a.md", *FAST, "--baseline", "known.json")
    assert (done.code, places(done.out)) == (1, ["a.md:9"])


def test_of_two_alike_the_new_one_is_told(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"Words before it.\n\n{TIC}\nWords after it.\n")
    run("a.md", *FAST, "--write-baseline", "known.json")
    path.write_text(f"{TIC}\nFresh.\n\nWords before it.\n\n{TIC}\nWords after it.\n")
    assert places(run("a.md", *FAST, "--baseline", "known.json").out) == ["a.md:1"]
    path.write_text(f"Words changed here.\n\n{TIC}\nAnd changed there.\n")
    assert run("a.md", *FAST, "--baseline", "known.json").out == ""


def test_a_finding_on_the_whole_text_stays_known_when_its_place_moves(
    run: Run, tmp_path: Path
) -> None:
    dashes = "The path — the old one — ran on through the wet wood and out. " * 12
    (tmp_path / "a.md").write_text(dashes)
    assert "em-dash-density" in run("a.md", *FAST).out
    run("a.md", *FAST, "--write-baseline", "known.json")
    (tmp_path / "a.md").write_text(f"First — a new start — of it.\n\n{dashes}")
    assert run("a.md", *FAST, "--baseline", "known.json").out == ""


def test_paths_count_from_the_baseline_and_the_key_may_stand_in_the_configuration(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text(TIC)
    run("docs", *FAST, "--write-baseline", "known.json")
    data = json.loads((tmp_path / "known.json").read_text(encoding="utf-8"))
    assert list(data["files"]) == ["docs/a.md"]
    assert TIC.strip() not in json.dumps(data)
    (tmp_path / "slopscan.toml").write_text('baseline = "known.json"\n')
    monkeypatch.chdir(tmp_path / "docs")
    assert run("a.md", *FAST).code == 0


def test_writing_again_keeps_other_files_and_forgets_lost_ones(run: Run, tmp_path: Path) -> None:
    for name in ("a.md", "b.md", "c.md"):
        (tmp_path / name).write_text(TIC)
    run("a.md", "b.md", "c.md", *FAST, "--write-baseline", "known.json")
    (tmp_path / "c.md").unlink()
    (tmp_path / "a.md").write_text("Plain words.\n")
    gone = run("a.md", *FAST, "--baseline", "known.json")
    assert "1 finding of the baseline gone" in gone.err
    run("a.md", *FAST, "--write-baseline", "known.json")
    data = json.loads((tmp_path / "known.json").read_text(encoding="utf-8"))
    assert list(data["files"]) == ["b.md"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "no such baseline"),
        ("[]", "is no baseline"),
        ("{", "is no baseline"),
        ('{"version": 9, "files": {}}', "version 9"),
    ],
)
def test_a_wrong_baseline_is_told(run: Run, tmp_path: Path, content: str | None, says: str) -> None:
    (tmp_path / "a.md").write_text(TIC)
    if content is not None:
        (tmp_path / "known.json").write_text(content)
    done = run("a.md", *FAST, "--baseline", "known.json")
    assert done.code == 2
    assert says in done.err
    assert "--write-baseline" in done.err


@pytest.fixture
def git(tmp_path: Path) -> Callable[..., None]:
    """Run git in the folder, which is a repository."""

    def call(*args: str) -> None:
        who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        subprocess.run(["git", *who, *args], cwd=tmp_path, check=True, capture_output=True)

    call("init", "--quiet")
    return call


def test_only_changed_lines_count(run: Run, tmp_path: Path, git: Any) -> None:
    (tmp_path / "a.md").write_text(f"{TIC}\nPlain words.\n")
    (tmp_path / "same.md").write_text(TIC)
    git("add", ".")
    git("commit", "--quiet", "-m", "x")
    nothing = run(".", *FAST, "--since", "HEAD")
    assert (nothing.code, nothing.out) == (0, "")
    assert "no file there changed since HEAD" in nothing.err
    (tmp_path / "a.md").write_text(f"{TIC}\n{OTHER}\nPlain words.\n")
    (tmp_path / "new file.md").write_text(TIC)
    done = run(".", *FAST, "--since", "HEAD")
    assert (done.code, places(done.out)) == (1, ["a.md:3", "new file.md:1"])


def test_mistakes_with_since_are_told(run: Run, tmp_path: Path, git: Any) -> None:
    (tmp_path / "a.md").write_text(TIC)
    for revision in ("no-such-branch", "--output=x"):
        done = run("a.md", *FAST, f"--since={revision}")
        assert done.code == 2
        assert "revision" in done.err
        assert "Traceback" not in done.err
    assert "not standard input" in run("-", *FAST, "--since", "HEAD").err


def test_since_needs_a_repository(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "a.md").write_text(TIC)
    done = run("a.md", *FAST, "--since", "HEAD")
    assert done.code == 2
    assert "not in a git repository" in done.err
