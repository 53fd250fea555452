"""`slopscan report` shows an earlier result again, and says plainly when it cannot."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from slopscan.cli.app import main

ESSAY = "It is not just a kettle, but a way of life. It is a testament to steam.\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "essay.md").write_text(ESSAY, encoding="utf-8")
    return tmp_path


def scan(*words: str) -> int:
    return main(["essay.md", "--no-parse", "--exit-zero", "--preview", *words])


def shown(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(list(words))
    done = capsys.readouterr()
    return code, done.out, done.err


@pytest.mark.parametrize("stored", ["json", "jsonl"])
@pytest.mark.parametrize("name", ["text", "concise", "json", "jsonl", "sarif", "github"])
def test_a_stored_result_shows_as_the_scan_did(
    name: str, stored: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scan("--output-format", name)
    expected = capsys.readouterr().out
    scan("--output-format", stored, "-o", "r")
    code, out, _ = shown(capsys, "report", "r", "--output-format", name)
    assert code == 0
    if stored == "json" or name not in ("json", "sarif"):  # jsonl has no provenance
        assert out == expected


def test_no_parser_is_imported(folder: Path) -> None:
    scan("--output-format", "json", "-o", "r.json")
    code = (
        "import sys; from slopscan.cli.app import main; main(['report', 'r.json']);"
        "assert not {'spacy', 'numpy', 'sklearn'} & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    assert "negative-parallelism" in done.stdout


def test_a_changed_source_is_told_and_other_files_still_shown(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "other.md").write_text(ESSAY, encoding="utf-8")
    main(
        [
            "essay.md",
            "other.md",
            "--no-parse",
            "--preview",
            "--output-format",
            "json",
            "-o",
            "r.json",
        ]
    )
    (folder / "essay.md").write_text("x" + ESSAY, encoding="utf-8")
    code, out, _ = shown(capsys, "report", "r.json")
    assert code == 2
    assert "the source has changed since this result was made" in out
    assert "--include-text" in out
    assert "It is not just a kettle" in out
    code, out, _ = shown(capsys, "report", "r.json", "--output-format", "concise")
    assert code == 0
    assert out.startswith("essay.md:1:")


def test_a_missing_source_is_told_unless_the_result_holds_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scan("--output-format", "json", "-o", "bare.json")
    scan("--output-format", "json", "--include-text", "-o", "whole.json")
    (folder / "essay.md").unlink()
    code, out, _ = shown(capsys, "report", "bare.json")
    assert code == 2
    assert "the source is not at hand: no such file" in out
    code, out, _ = shown(capsys, "report", "whole.json")
    assert code == 0
    assert "It is not just a kettle" in out


def test_results_without_digest_are_checked_by_their_findings(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scan("--output-format", "json", "-o", "r.json")
    result = json.loads((folder / "r.json").read_text())
    for key in ("text_sha256", "n_words"):
        del result["files"][0][key]
    (folder / "r.json").write_text(json.dumps(result))
    assert shown(capsys, "report", "r.json")[0] == 0
    (folder / "essay.md").write_text("Nothing of the kind stands here any longer.\n")
    assert "has changed" in shown(capsys, "report", "r.json")[1]


def test_gzipped_results_are_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scan("--output-format", "jsonl", "-o", "r.jsonl")
    (folder / "r.jsonl.gz").write_bytes(gzip.compress((folder / "r.jsonl").read_bytes()))
    assert shown(capsys, "report", "r.jsonl.gz")[0] == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "holds no result"),
        ("# An essay", "line 1 is not JSON"),
        ("[1]", "must be an object"),
        ('{"a": 1}', '"line 1.schema" is missing: no result of slopscan'),
        ('{"schema": 2, "files": []}', '"schema" is 2, this version reads 1'),
        ('{"schema": 1, "files": [], "provenance": 3}', '"provenance" must be an object'),
        ('{"schema": 1, "path": 3, "findings": []}', '"line 1.path" must be a text'),
        (
            '{"schema": 1, "path": "a", "findings": [{"start": 4, "end": 2}]}',
            '"line 1.findings[0]" begins before the text or ends before it begins',
        ),
    ],
)
def test_no_result_is_a_clear_error(
    content: str, said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "r").write_text(content)
    code, _, err = shown(capsys, "report", "r")
    assert code == 2
    assert said in err
    assert "--output-format json" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("words", [["report"], ["report", "gone.json"], ["report", "."]])
def test_nothing_to_read_is_a_clear_error(
    words: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = shown(capsys, *words)
    assert code == 2
    assert err.startswith("error: ")
