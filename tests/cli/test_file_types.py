"""Every file type through the command: the context table, comments, broken files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from context_table import TIC
from file_contexts import COMMENTS, TYPES

from slopscan.cli.app import main

RULE = "negative-parallelism"
Found = dict[str, dict[str, list[dict[str, Any]]]]


def scanned(folder: Path, *options: str) -> dict[str, list[dict[str, Any]]]:
    report = folder / "report.json"
    args = ["scan", str(folder), "--select", RULE, "--no-parse", "--output-format", "json"]
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
