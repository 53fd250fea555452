"""A model of one's own: `--model DIR`, on the command line, in a configuration and in a corpus."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from slopscan import scan_text
from slopscan.model.artefact import shipped
from slopscan.model.manifest import read_manifest, write_manifest

Run = Callable[..., Any]
TEXT = """
We fixed the gate last week. It had come off its hinge in the storm, and the two of us could hardly
lift it. Dan held it up with a plank while I looked for the bolts, which I'd put somewhere safe, as
you do. They were in the kitchen drawer with the string. One of them was bent, so I hammered it more
or less straight on the step, and it went in. The dog watched all this from the wall. Now the gate
shuts, but it squeaks, and the postman says he liked it better open. I told him it's the sheep I'm
thinking of, not him. He laughed at that and gave me a bill from the water people, so I suppose
we're even. On Sunday we'll paint it, if it stays dry, and if Dan can find the brushes he borrowed.
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Copy the shipped model, made to lean towards models."""
    folder = tmp_path / "house"
    shutil.copytree(shipped(), folder)
    manifest = read_manifest(folder)
    write_manifest(folder, {**manifest, "intercept": manifest["intercept"] + 40.0})
    return folder


def test_scan_judges_by_the_model_it_is_given(run: Run, tmp_path: Path, house: Path) -> None:
    (tmp_path / "a.md").write_text(TEXT, encoding="utf-8")
    usual = json.loads(run("a.md", "--output-format", "json").out)
    own = json.loads(run("a.md", "--model", str(house), "--output-format", "json").out)
    assert usual["files"][0]["verdict"]["probability"] < 0.5
    assert own["files"][0]["verdict"]["probability"] > 0.9
    (tmp_path / "slopscan.toml").write_text('model = "house"\n', encoding="utf-8")
    configured = json.loads(run("a.md", "--output-format", "json").out)
    assert configured["files"][0]["verdict"] == own["files"][0]["verdict"]
    assert "house" in run("config", "show", "a.md").out


def test_a_text_is_ranked_among_those_of_its_genre(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(TEXT, encoding="utf-8")
    of_all = json.loads(run("a.md", "--output-format", "json").out)
    done = run("a.md", "--genre", "technical", "--output-format", "json")
    (tmp_path / "r.json").write_text(done.out, encoding="utf-8")
    verdict = json.loads(done.out)["files"][0]["verdict"]
    assert "ranked_genre" not in of_all["files"][0]["verdict"]
    assert verdict["ranked_genre"] == "docs"
    assert "of human technical documents" in run("report", "r.json").out


def test_the_api_takes_a_model(house: Path) -> None:
    usual, own = scan_text(TEXT).verdict, scan_text(TEXT, model=house).verdict
    assert usual is not None
    assert own is not None
    assert own.log_odds is not None
    assert usual.log_odds is not None
    assert own.log_odds > usual.log_odds + 5


def test_score_names_the_model_in_its_manifest(run: Run, tmp_path: Path, house: Path) -> None:
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": "a", "text": TEXT}) + "\n")
    done = run("score", "in.jsonl", "-o", "out.jsonl", "-j", "1", "--model", str(house), "-q")
    assert done.code == 0
    row = json.loads((tmp_path / "out.jsonl").read_text())
    assert row["probability"] > 0.9
    (manifest,) = tmp_path.glob("out*manifest*")
    assert "2026.11-" in manifest.read_text()


def test_a_folder_that_is_no_model_is_told_in_two_lines(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(TEXT, encoding="utf-8")
    done = run("a.md", "--model", "nowhere")
    assert done.code == 2
    assert "model manifest cannot be read" in done.err
    assert "slopscan train" in done.err
    assert "Traceback" not in done.err
