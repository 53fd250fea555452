"""Every file type through the command: the context table, comments, broken files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from archive_files import docx, w_p
from context_table import TIC
from file_contexts import COMMENTS, TYPES

from slopscan.cli.app import main
from slopscan.readers import KNOWN_SUFFIXES

RULE = "negative-parallelism"
Found = dict[str, dict[str, list[dict[str, Any]]]]


def scanned(folder: Path, *options: str) -> dict[str, list[dict[str, Any]]]:
    report = folder / "report.json"
    named = sorted(map(str, folder.rglob("*.py")))
    args = ["scan", str(folder), *named, "--select", RULE, "--no-parse", "--output-format", "json"]
    main([*args, "--include-text", "--output-file", str(report), *options])
    files = json.loads(report.read_text(encoding="utf-8"))["files"]
    for entry in files:
        assert entry["error"] is None
        for finding in entry["findings"]:
            assert entry["text"][finding["start"] : finding["end"]] == finding["matched"]
    return {
        Path(entry["path"]).relative_to(folder).as_posix(): entry["findings"] for entry in files
    }


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Found:
    folder = tmp_path_factory.mktemp("types")
    for suffix, kind in TYPES.items():
        for table in ("prose", "hidden", "quoted"):
            (folder / table).mkdir(exist_ok=True)
            for row, text in getattr(kind, table)(TIC).items():
                data = text.encode() if isinstance(text, str) else text
                (folder / table / f"{row}.{suffix}").write_bytes(data)
    return {"": scanned(folder), "quotes": scanned(folder, "--include", "quotes")}


def rows(table: str) -> list[str]:
    return [
        f"{table}/{row}.{suffix}"
        for suffix, kind in TYPES.items()
        for row in getattr(kind, table)(TIC)
    ]


@pytest.mark.parametrize("row", rows("prose"))
def test_prose_has_its_finding(row: str, shelf: Found) -> None:
    assert [item["rule"] for item in shelf[""][row]] == [RULE]


@pytest.mark.parametrize("row", rows("hidden"))
def test_what_is_no_prose_has_none(row: str, shelf: Found) -> None:
    assert shelf[""][row] == []
    assert shelf["quotes"][row] == []


@pytest.mark.parametrize("row", rows("quoted"))
def test_quotations_have_it_when_asked_for(row: str, shelf: Found) -> None:
    assert shelf[""][row] == []
    assert [item["rule"] for item in shelf["quotes"][row]] == [RULE]


@pytest.mark.parametrize("suffix", COMMENTS)
def test_comments_silence_in_the_syntax_of_the_type(suffix: str, tmp_path: Path) -> None:
    comment, tic = COMMENTS[suffix], TIC.sentence
    mark = "<p>" if suffix == "html" else ""
    text = (
        f"{mark}{tic}\n\n{comment(f'slopscan: ignore[{RULE}] why')}\n\n{mark}{tic}\n\n"
        f"{mark}{tic}\n\n"
        f"{comment('slopscan: off')}\n\n{mark}{tic}\n\n{comment('slopscan: on')}\n\n{mark}{tic}\n"
    )
    (tmp_path / f"a.{suffix}").write_text(text, encoding="utf-8")
    assert [item["line"] for item in scanned(tmp_path)[f"a.{suffix}"]] == [1, 7, 15]


def test_comments_in_a_notebook(tmp_path: Path) -> None:
    tic = TIC.sentence
    lines = [f"{tic}\n", "\n", "<!-- slopscan: ignore -->\n", f"{tic}\n", "\n", f"{tic}\n"]
    cells = [
        {"cell_type": "markdown", "source": lines},
        {"cell_type": "markdown", "source": [f"{tic} <!-- slopscan: ignore -->"]},
        {"cell_type": "markdown", "source": [tic]},
    ]
    book = json.dumps({"cells": cells}, indent=1)
    (tmp_path / "a.ipynb").write_text(book, encoding="utf-8")
    found = [item["line"] for item in scanned(tmp_path)["a.ipynb"]]
    lines_with_it = [at for at, line in enumerate(book.splitlines(), 1) if tic in line]
    assert found == [lines_with_it[0], lines_with_it[2], lines_with_it[4]]


def test_comments_in_python(tmp_path: Path) -> None:
    tic = TIC.sentence
    text = f'# {tic}\n\n# slopscan: ignore\n# {tic}\n\n"""{tic}"""\nx = 1  # {tic}\n'
    (tmp_path / "a.py").write_text(text, encoding="utf-8")
    assert [item["line"] for item in scanned(tmp_path)["a.py"]] == [1, 6, 7]


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("a.ipynb", "{", "is no notebook: "),
        ("a.ipynb", "[1]", "it has no list of cells"),
        ("a.ipynb", '{"cells": [1]}', "it has no list of cells"),
        ("a.ipynb", "[" * 100_000, "is refused: nested too deep"),
        ("a.py", "def f(:\n", "is not Python"),
        ("a.docx", "words", "is a broken archive"),
        ("a.odt", "words", "is a broken archive"),
        ("a.epub", "words", "is a broken archive"),
    ],
)
def test_malformed_files_are_told_and_others_scanned(
    name: str, data: str, what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_text(data, encoding="utf-8")
    (tmp_path / "good.md").write_text(TIC.sentence, encoding="utf-8")
    args = [str(tmp_path / name), str(tmp_path / "good.md"), "--select", RULE, "--no-parse"]
    assert main(["scan", *args, "--output-format", "json"]) == 2
    broken, good = json.loads(capsys.readouterr().out)["files"]
    assert what in broken["error"]["what"]
    assert broken["error"]["fix"]
    assert len(good["findings"]) == 1


@pytest.mark.parametrize("suffix", KNOWN_SUFFIXES)
def test_bytes_that_are_no_text_are_told_in_every_file_type(
    suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / f"a{suffix}").write_bytes(b"A caf\xe9 in the town.\n")
    (tmp_path / "good.md").write_text(TIC.sentence, encoding="utf-8")
    args = [str(tmp_path / f"a{suffix}"), str(tmp_path / "good.md"), "--select", RULE]
    assert main([*args, "--no-parse", "--output-format", "json"]) == 2
    broken, good = json.loads(capsys.readouterr().out)["files"]
    assert broken["error"]["fix"]
    assert len(good["findings"]) == 1


def test_a_missing_parser_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "docutils", None)
    (tmp_path / "a.rst").write_text(TIC.sentence, encoding="utf-8")
    assert main(["scan", str(tmp_path), "--no-parse", "--output-format", "json"]) == 2
    (entry,) = json.loads(capsys.readouterr().out)["files"]
    assert "needs docutils" in entry["error"]["what"]
    assert "slopscan-prose[files]" in entry["error"]["fix"]


def test_an_office_file_changed_since_a_revision_is_all_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    letter = tmp_path / "a.docx"
    letter.write_bytes(docx(w_p("Words.")))
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *command], check=True, capture_output=True)
    letter.write_bytes(docx(w_p("Words.") + w_p(TIC.sentence)))
    assert [item["line"] for item in scanned(tmp_path, "--since", "HEAD")["a.docx"]] == [2]
