"""A rule file that is right, for tests that make one thing wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from slopscan.nlp.load import load_pipeline

RULE = """\
id = "some-rule"
title = "Says something"
kind = "phrase"
severity = "warning"
status = "stable"
since = "0.1.0"
message = "'{match}' says something"
why = "It says it."
advice = "Say it."

[match]
phrases = ["a testament to"]

[[examples.flag]]
text = "It is a testament to care."
span = "a testament to"

[[examples.pass]]
text = "He read the Old Testament."
because = "a book"

[[evidence]]
source = "Author, title, 2025"
seen = 2026-11-20
"""


@pytest.fixture(scope="session")
def nlp() -> Any:
    """Shipped pipeline."""
    return load_pipeline()


@pytest.fixture
def rule_text() -> str:
    """Text of a rule file that is right."""
    return RULE


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file of a catalogue in a temporary folder."""

    def _write(content: str, name: str = "figures/some-rule.toml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        return path

    return _write
