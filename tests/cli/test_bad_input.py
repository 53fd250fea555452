"""Input that is no text, is missing or is huge: a message or a result, never a traceback."""

from __future__ import annotations

import io
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from slopscan.cli.app import main

TIC = "It is not just a tool, but a way of thinking.\n"
PARAGRAPH = (
    "We moved the pump to the north wall in the spring, and by June it had stopped leaking. "
    'The man from the firm said, "That will do", and drove off. '
    "It is not just a pump, but a way of thinking; nobody had asked for one.\n\n"
)
CLEAN = PARAGRAPH.replace("not just", "only")
LIGHT = ("--no-parse", "--select", "negative-parallelism", "--output-format", "json")
FAILS = {
    "missing.md": (None, "no such file", "check the spelling"),
    "latin.md": ("caf\u00e9 au lait".encode("latin-1"), "is not UTF-8: byte 0xe9", "iconv"),
    "binary.md": (bytes(range(256)) * 20, "is binary data, not text", "leave it out"),
    "page.pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "is a PDF, not text", "pdftotext"),
    "slides.pptx": (b"PK\x03\x04rest", "is a zip or office file", "pandoc"),
    "half.md": (b"\xff\xfeH", "is not UTF-16", "save it again"),
}


def reports(
    capsys: pytest.CaptureFixture[str], *args: str, code: int
) -> tuple[dict[str, Any], str]:
    """Run the command; return the entry of each file by name, and what was said beside."""
    assert main(["scan", *args]) == code
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    assert "internal error" not in out + err
    return {Path(entry["path"]).name: entry for entry in json.loads(out)["files"]}, err


@pytest.mark.parametrize("name", FAILS)
def test_a_file_that_cannot_be_read_is_told_and_the_others_are_scanned(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, what, fix = FAILS[name]
    if data is not None:
        (tmp_path / name).write_bytes(data)
    (tmp_path / "good.md").write_text(TIC)
    paths = [str(tmp_path / each) for each in (name, "good.md")]
    files, _ = reports(capsys, *paths, *LIGHT, "--exit-zero", code=2)
    assert what in files[name]["error"]["what"]
    assert fix in files[name]["error"]["fix"]
    assert files[name]["verdict"] is None
    assert len(files["good.md"]["findings"]) == 1
    assert main(["scan", *paths, "--no-parse"]) == 2
    report = " ".join(capsys.readouterr().out.split())
    assert what in report
    assert fix in report


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read anything"
)
def test_a_file_without_permission(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text(TIC)
    secret.chmod(0)
    files, _ = reports(capsys, str(secret), *LIGHT, code=2)
    assert files["secret.md"]["error"]["what"] == "may not be read"


def test_permission_denied_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    read_bytes = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "secret.md":
            raise PermissionError(13, "Permission denied", str(path))
        return read_bytes(path)

    (tmp_path / "secret.md").write_text(TIC)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    files, _ = reports(capsys, str(tmp_path / "secret.md"), *LIGHT, code=2)
    assert files["secret.md"]["error"]["what"] == "may not be read"
    assert "permission" in files["secret.md"]["error"]["fix"]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b"---\ntitle: x\n---\n"])
def test_an_empty_file_has_no_findings_and_no_probability(
    data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.md").write_bytes(data)
    files, _ = reports(capsys, str(tmp_path / "empty.md"), "--output-format", "json", code=0)
    verdict = files["empty.md"]["verdict"]
    assert files["empty.md"]["findings"] == []
    assert verdict["probability"] is None
    assert verdict["abstained"]


def test_standard_input_may_be_empty(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    files, _ = reports(capsys, "-", *LIGHT, code=0)
    assert files["<stdin>"]["findings"] == []
    assert files["<stdin>"]["error"] is None


def test_a_folder_gives_its_prose_files_with_their_errors(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.md").write_text(TIC)
    (tmp_path / "b.txt").write_bytes(b"\0\1\2")
    (tmp_path / "c.png").write_bytes(b"\x89PNG\r\n")
    files, _ = reports(capsys, str(tmp_path), *LIGHT, code=2)
    assert sorted(files) == ["a.md", "b.txt"]
    assert len(files["a.md"]["findings"]) == 1
    assert files["b.txt"]["error"]["what"].startswith("is binary data")


def test_a_folder_without_prose_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "c.png").write_bytes(b"\x89PNG\r\n")
    files, said = reports(capsys, str(tmp_path), *LIGHT, code=0)
    assert files == {}
    assert "nothing to scan" in said


@pytest.mark.parametrize("name", ["notes.rst", "NOTES", "a.b.c", "notes.md.bak"])
def test_an_unknown_suffix_is_read_as_markdown(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_text(f"```\n{TIC}```\n\n{TIC}")
    files, _ = reports(capsys, str(tmp_path / name), *LIGHT, code=1)
    assert [finding["line"] for finding in files[name]["findings"]] == [5]


@pytest.mark.parametrize(
    ("text", "n_found"),
    [
        (CLEAN * (5_000_000 // len(CLEAN)) + TIC, 1),
        (PARAGRAPH.strip().replace("\n", "") * 4_600, 4_600),
        ("x" * 1_000_000, 0),
    ],
    ids=["5 MB", "1 MB on one line", "1 MB without a blank"],
)
def test_huge_files_are_scanned_in_sane_time(
    text: str, n_found: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "huge.md").write_text(text)
    started = time.process_time()
    files, _ = reports(capsys, str(tmp_path / "huge.md"), *LIGHT, code=int(n_found > 0))
    assert len(files["huge.md"]["findings"]) == n_found
    assert time.process_time() - started < 60


def test_one_long_line_is_shown_in_sane_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "line.txt").write_text(PARAGRAPH.strip().replace("\n", "") * 500)
    started = time.process_time()
    args = ["scan", str(tmp_path / "line.txt"), "--no-parse", "--select", "negative-parallelism"]
    assert main(args) == 1
    assert capsys.readouterr().out.count("denies a") == 500
    assert time.process_time() - started < 60
