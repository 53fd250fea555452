"""The GitHub action: its form by the documentation, and its own steps run as a runner runs them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

yaml = pytest.importorskip("yaml")
ROOT = Path(__file__).resolve().parents[2]
TIC = "It is not just a tool, but a way of thinking."
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
EXPRESSION = re.compile(r"\$\{\{ (.*?) \}\}")


def test_its_form_is_that_of_a_composite_action() -> None:
    assert set(ACTION) == {"name", "description", "branding", "inputs", "runs"}
    assert set(ACTION["runs"]) == {"using", "steps"}
    assert ACTION["runs"]["using"] == "composite"
    for given in ACTION["inputs"].values():
        assert set(given) == {"description", "default"}
        assert isinstance(given["default"], str)
    for step in STEPS:
        assert ("run" in step) != ("uses" in step)
        assert ("shell" in step) == ("run" in step), "a run step of a composite action needs one"
        assert set(step) <= {"name", "id", "if", "shell", "run", "env", "uses", "with"}


def test_what_others_made_is_pinned_and_every_input_is_declared_and_used() -> None:
    for step in STEPS:
        if "uses" in step:
            assert re.fullmatch(r"[\w-]+/[\w/-]+@v\d+(?:\.\d+)*|.*@[0-9a-f]{40}", step["uses"])
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    used = set(re.findall(r"inputs\.([\w-]+)", text))
    assert used == set(ACTION["inputs"])
    # A value in the text of a script could be a command; in the environment it is a value.
    assert not any("${{" in step.get("run", "") for step in STEPS)
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in ACTION["inputs"])


class Runner:
    """Runs the `run` steps that need no network, with the environment GitHub gives them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "bin").mkdir()
        command = folder / "bin" / "slopscan"
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m slopscan "$@"\n')
        command.chmod(0o755)
        self.output = folder / "github_output"

    def step(self, name: str, inputs: dict[str, str]) -> subprocess.CompletedProcess[str]:
        (step,) = (step for step in STEPS if step.get("name") == name)
        given = {key: value["default"] for key, value in ACTION["inputs"].items()} | inputs
        outputs = self.output.read_text() if self.output.exists() else ""
        known = {f"inputs.{key}": value for key, value in given.items()}
        known |= {
            f"steps.scan.outputs.{key}": value
            for key, value in re.findall(r"(?m)^([\w-]+)=(.*)$", outputs)
        }
        env = {
            key: EXPRESSION.sub(lambda match: known[match[1]], value)
            for key, value in step.get("env", {}).items()
        }
        script = self.folder / "step.sh"
        script.write_text(step["run"])
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self.folder,
            env={
                "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
                "HOME": str(self.folder),
                "PYTHONPATH": str(ROOT),
                "GITHUB_ACTION_PATH": str(ROOT),
                "GITHUB_OUTPUT": str(self.output),
                "GITHUB_WORKSPACE": str(self.folder),
                "GITHUB_ACTIONS": "true",
                "CI": "true",
                **env,
            },
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    if shutil.which("bash") is None:
        pytest.skip("needs bash")
    (tmp_path / "a b.md").write_text(f"{TIC}\n\n{TIC} <!-- slopscan: ignore -->\n")
    (tmp_path / "plain.md").write_text("The pump ran all night.\n")
    return Runner(tmp_path)


ONE = {"args": "--no-parse\n--select\nnegative-parallelism\n"}


def test_the_scan_annotates_writes_sarif_and_hands_its_code_on(runner: Runner) -> None:
    done = runner.step("Scan", {**ONE, "paths": "a b.md\n", "sarif": "out.sarif"})
    assert (done.returncode, done.stderr) == (0, "")
    (annotation,) = done.stdout.splitlines()
    assert annotation.startswith("::warning file=a b.md,line=1")
    log = json.loads((runner.folder / "out.sarif").read_text(encoding="utf-8"))
    (result,) = log["runs"][0]["results"]
    assert result["ruleId"] == "negative-parallelism"
    assert runner.output.read_text() == "exit-code=1\n"
    assert runner.step("Say how it went", {}).returncode == 1
    assert runner.step("Say how it went", {"fail": "false"}).returncode == 0


def test_a_clean_folder_passes(runner: Runner) -> None:
    (runner.folder / "a b.md").unlink()
    done = runner.step("Scan", {"args": ""})
    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads((runner.folder / "slopscan.sarif").read_text())["runs"][0]["results"] == []
    assert runner.step("Say how it went", {}).returncode == 0


def test_a_mistake_fails_the_job_whatever_is_asked(runner: Runner) -> None:
    done = runner.step("Scan", {"args": "--no-parse\n--select\nnegative-paralelism"})
    assert done.returncode == 0
    assert 'did you mean "negative-parallelism"?' in done.stderr
    assert not (runner.folder / "slopscan.sarif").exists()
    assert runner.step("Say how it went", {"fail": "false"}).returncode == 2


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_only_what_a_pull_request_changes(runner: Runner) -> None:
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
        subprocess.run([*git, *words], cwd=runner.folder, check=True, capture_output=True)
    (runner.folder / "new.md").write_text(TIC)
    done = runner.step("Scan", {**ONE, "since": "HEAD"})
    assert [line.split(",")[0] for line in done.stdout.splitlines()] == ["::warning file=new.md"]
