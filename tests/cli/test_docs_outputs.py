"""The page on outputs shows what the commands really print."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from slopscan.cli.app import main

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "outputs.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```console\n\$ slopscan (examples/[^\n]*)\n(.*?)```\n", PAGE, re.DOTALL)


@pytest.mark.parametrize(("words", "expected"), BLOCKS, ids=[words for words, _ in BLOCKS])
def test_output_is_as_printed(
    words: str,
    expected: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(shlex.split(words)) == 1
    shown = capsys.readouterr().out
    if words.endswith("jsonl"):  # the form may grow
        found = json.loads(shown)
        assert {key: found[key] for key in json.loads(expected)} == json.loads(expected)
    else:
        assert shown == expected


def test_every_format_has_its_row_and_every_picture_its_file() -> None:
    from slopscan.outputs import FORMATS

    assert len(BLOCKS) == 4
    assert all(f"| `{name}` |" in PAGE for name in FORMATS)
    pictures = re.findall(r"images/[\w-]+\.png", PAGE)
    assert len(pictures) == 3
    for picture in pictures:
        assert (ROOT / "docs" / picture).stat().st_size < 150_000
