"""Safe fixes: what goes, what stays, and how files are written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from slopscan.catalogue.load import load_catalogue
from slopscan.fixes import FIXES, WRAPPER

Run = Callable[..., Any]
FAST = ("--no-parse", "--select", "litotes", "--fail-on", "never")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("It was read\u200b twice.\n", "It was read twice.\n"),
        ("It rained [cite: 3, 4]. Then it stopped.\n", "It rained. Then it stopped.\n"),
        ("The flow rose \u30104:2\u2020source\u3011 again.\n", "The flow rose again.\n"),
        ("It ended.<|im_end|>\n", "It ended.\n"),
        ("One.\n\nRegenerate response\n\nTwo.\n", "One.\n\n\nTwo.\n"),
        ("Here is the revised version:\n\nThe pump ran.\n", "The pump ran.\n"),
        ("Here is the revised version: the pump ran.\n", None),
        ("The pump ran.\n\nHere is the revised version:\n\nIt ran.\n", None),
        ("<think>The user wants a story.</think>\n", None),
        ("```\nIt ended.<|im_end|>\n```\n", None),
        ("It rained [cite: 3]. <!-- slopscan: ignore[artefacts] -->\n", None),
        ("Plain words — with a dash.\n", None),
    ],
)
def test_what_a_fix_takes_out(run: Run, tmp_path: Path, before: str, after: str | None) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(before.encode())
    done = run("a.md", *FAST, "--fix")
    assert done.code == 0, done.err
    assert path.read_bytes().decode() == (before if after is None else after)
    assert ("a.md: 1 fix" in done.err) is (after is not None)


def test_a_diff_changes_nothing(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("One.\n\nIt rained [cite: 3].\n")
    done = run("a.md", *FAST, "--diff")
    assert done.code == 1
    assert "-It rained [cite: 3].\n+It rained.\n" in done.out
    assert "[cite: 3]" in path.read_text()
    path.write_text("One.\n")
    clean = run("a.md", *FAST, "--diff")
    assert (clean.code, clean.out) == (0, "")


def test_encoding_mode_and_links_stay(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes("\ufeffIt ended — so.<|im_end|>\r\n".encode())
    path.chmod(0o640)
    (tmp_path / "b.md").symlink_to(path)
    assert run("b.md", *FAST, "--fix").code == 0
    assert path.read_bytes() == "\ufeffIt ended — so.\r\n".encode()
    assert path.stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "b.md").is_symlink()
    assert [item.name for item in tmp_path.iterdir() if item.suffix == ".part"] == []


def test_the_report_is_of_the_fixed_text(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("It ended.<|im_end|>\n")
    done = run("a.md", "--no-parse", "--fix", "--output-format", "concise")
    assert (done.code, done.out) == (0, "")


def test_standard_input_cannot_be_fixed(run: Run) -> None:
    done = run("-", *FAST, "--fix")
    assert done.code == 2
    assert "need files" in done.err


def test_every_fix_is_of_a_rule() -> None:
    assert {*FIXES, WRAPPER} <= set(load_catalogue().rules)
