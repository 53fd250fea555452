"""The quick way to a scan reads arguments as Typer does, or leaves them to it."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.main import get_command

from slopscan.cli import options
from slopscan.cli import scan as typer_scan
from slopscan.cli.app import app
from slopscan.cli.quick import CHOICES, FLAGS, LISTS, PATHS, TEXTS, scan_options
from slopscan.cli.scanning import ScanOptions
from slopscan.cli.start import COMMANDS

_OPTIONS = sorted({*FLAGS, *LISTS, *PATHS, *TEXTS, *CHOICES, "--width"})
_VALUES = ["a,b", "x", "60", "12", "text", "essay", "never", "docs", "-", "", "--quiet", "é", "4 2"]
_WORDS = st.sampled_from(
    [*_OPTIONS, *_OPTIONS, *_VALUES, "--genre=essay", "--width=80", "--select=a", "-oout.txt",
     "--", "--unknown", "--help", "--include", "quotes", "-qq", "-o=x", "--quiet=1"]
)  # fmt: skip


def _by_typer(args: list[str], monkeypatch: pytest.MonkeyPatch) -> ScanOptions | None:
    """Return what Typer hands to a scan; None where it refuses the arguments or helps."""
    seen: list[ScanOptions] = []

    def keep(options: ScanOptions) -> int:
        seen.append(options)
        return 0

    monkeypatch.setattr(typer_scan, "run_scan", keep)
    with contextlib.suppress(SystemExit):
        app(["scan", *args], prog_name="slopscan")
    return seen[0] if seen else None


@settings(max_examples=400, deadline=None)
@given(st.lists(_WORDS, max_size=6))
def test_it_reads_what_typer_reads(args: list[str]) -> None:
    quick = scan_options(["scan", *args], COMMANDS)
    if quick is not None:
        with pytest.MonkeyPatch.context() as monkeypatch:
            assert _by_typer(args, monkeypatch) == quick


@pytest.mark.parametrize(
    "args",
    [
        ["--no-parse", "essay.md"],
        ["docs", "--genre", "technical", "--fail-on=error", "-q", "-o", "r.json"],
        ["-", "--stdin-filename", "a.md", "--width", "72", "--since", "main"],
        ["a.md", "--select", "a", "--select", "b,c", "--config", "slopscan.toml"],
    ],
)
def test_plain_calls_need_no_typer(args: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    quick = scan_options(["scan", *args], COMMANDS)
    assert quick is not None
    assert quick == _by_typer(args, monkeypatch)


@pytest.mark.parametrize(
    "args",
    [[], ["--help"], ["rules"], ["--version"], ["nosuch.md"], ["scan", "--genre", "epic"]],
)
def test_the_rest_is_left_to_typer(args: list[str]) -> None:
    assert scan_options(args, COMMANDS) is None


def test_completion_is_left_to_typer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_SLOPSCAN_COMPLETE", "complete_bash")
    assert scan_options(["scan", "a.md"], COMMANDS) is None


def test_a_file_alone_is_scanned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.md").write_text("A word.\n")
    monkeypatch.chdir(tmp_path)
    assert scan_options(["a.md"], COMMANDS) == ScanOptions(paths=("a.md",))
    assert scan_options(["--no-parse", "a.md"], COMMANDS) == ScanOptions(("a.md",), parse=False)


def test_the_tables_are_typers() -> None:
    group: Any = get_command(app)
    assert set(group.commands) == COMMANDS
    known = {name for p in group.commands["scan"].params for name in (*p.opts, *p.secondary_opts)}
    assert set(_OPTIONS) <= known
    kinds = {
        "--genre": options.Genre,
        "--fail-on": options.FailOn,
        "--output-format": options.Format,
    }
    assert {name: frozenset(kind.value for kind in kinds[name]) for name in CHOICES} == CHOICES
