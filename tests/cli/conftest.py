"""The command line, run in an empty folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from slopscan.cli.app import main


@dataclass
class Done:
    """What a run left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Done]:
    """Run the command line in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def call(*args: str) -> Done:
        code = main(args)
        out, err = capsys.readouterr()
        return Done(code, out, err)

    return call
