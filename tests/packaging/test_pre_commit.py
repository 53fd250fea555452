"""The pre-commit hooks: what they run, and, when asked for, pre-commit itself.

The trial with the real pre-commit installs the package in an environment of its own, which
takes a minute or two and a package index:

    SLOPSCAN_TRY_HOOK=1 python -m pytest tests/packaging/test_pre_commit.py
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from slopscan.cli.app import main

ROOT = Path(__file__).resolve().parents[2]
BAD = "# A page\n\nIt is not just a tool, but a way of thinking about the whole of it.\n"
GOOD = "Plain words.\n\nWe moved the pump to the north wall and it stopped leaking.\n"
CONFIG = 'select = ["negative-parallelism"]\nfail-on = "{severity}"\n'


def hooks() -> dict[str, dict[str, str]]:
    """The flat fields of each hook; the file is simple enough to need no YAML library."""
    found: dict[str, dict[str, str]] = {}
    for block in re.split(r"(?m)^- ", (ROOT / ".pre-commit-hooks.yaml").read_text())[1:]:
        fields = dict(re.findall(r"(?m)^\s*(\w+): (.+)$", block))
        found[fields["id"]] = fields
    return found


def entry(hook: str) -> list[str]:
    command, *args = shlex.split(hooks()[hook]["entry"])
    assert command == "slopscan"
    return args


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three staged files, one with a planted tic, and a configuration."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.md").write_text(BAD)
    (tmp_path / "good.md").write_text(GOOD)
    (tmp_path / "other.txt").write_text(GOOD)
    (tmp_path / "slopscan.toml").write_text(CONFIG.format(severity="warning"))
    return tmp_path


def test_every_hook_starts_once_for_all_files() -> None:
    assert set(hooks()) == {"slopscan", "slopscan-strict"}
    assert all(fields["require_serial"] == "true" for fields in hooks().values())


@pytest.mark.parametrize("hook", ["slopscan", "slopscan-strict"])
def test_what_a_hook_runs_fails_on_a_planted_tic_at_the_chosen_severity(
    hook: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = ["bad.md", "good.md", "other.txt"]
    assert main([*entry(hook), *files]) == 1
    assert capsys.readouterr().out.startswith("bad.md:3:7: warning negative-parallelism")
    assert main([*entry(hook), *files[1:]]) == 0
    (repository / "slopscan.toml").write_text(CONFIG.format(severity="error"))
    assert main([*entry(hook), *files]) == (1 if hook == "slopscan-strict" else 0)


def test_the_pipeline_is_loaded_once_for_all_files(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from slopscan.nlp import load

    loads = []
    whole = load.load_pipeline

    def counted() -> object:
        loads.append(1)
        return whole()

    monkeypatch.setattr(load, "load_pipeline", counted)
    assert main([*entry("slopscan-strict"), "bad.md", "good.md", "other.txt"]) == 1
    assert len(loads) == 1
    loads.clear()
    main([*entry("slopscan"), "bad.md", "good.md", "other.txt"])
    assert loads == []


@pytest.mark.skipif(
    not os.environ.get("SLOPSCAN_TRY_HOOK") or shutil.which("pre-commit") is None,
    reason="installs a package: set SLOPSCAN_TRY_HOOK, and have pre-commit",
)
@pytest.mark.parametrize("hook", ["slopscan", "slopscan-strict"])
def test_with_pre_commit_itself(
    hook: str, repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    clone = tmp_path_factory.mktemp("clone") / "slopscan"
    run("git", "clone", "--quiet", str(ROOT), str(clone))
    run("git", "init", "--quiet")
    # More names than fit on one command line: pre-commit passes them in several batches.
    folder = repository / "pages"
    folder.mkdir()
    for number in range(900):
        (folder / f"{number:03}-{'a-long-name-' * 13}.md").write_text(GOOD)
    (folder / "zz-last.md").write_text(BAD)
    run("git", "add", ".")
    done = run("pre-commit", "try-repo", str(clone), hook, "--verbose", ok=False)
    assert done.returncode == 1, done.stdout + done.stderr
    found = re.findall(r"(?m)^(\S+?):3:7: warning negative-parallelism", done.stdout)
    assert found == ["bad.md", "pages/zz-last.md"]
    (folder / "zz-last.md").unlink()
    (repository / "bad.md").write_text(GOOD)
    run("git", "add", ".")
    done = run("pre-commit", "try-repo", str(clone), hook, "--verbose", ok=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout


def run(*command: str, ok: bool = True) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(command, capture_output=True, text=True, check=ok, env=env)
