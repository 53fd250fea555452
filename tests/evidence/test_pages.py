"""The pages of the rules are made from the rule files and the rates, and kept current."""

from __future__ import annotations

from pathlib import Path

from slopscan.catalogue.load import load_catalogue
from slopscan.cli.pages import pages

FOLDER = Path(__file__).parents[2] / "docs" / "rules"


def test_pages_are_current() -> None:
    shipped = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    stale = [name for name, text in pages(load_catalogue()).items() if shipped.get(name) != text]
    assert stale == [], "run: slopscan rules docs docs/rules"


def test_every_rule_has_its_place() -> None:
    made = pages(load_catalogue())
    for rule in load_catalogue().rules.values():
        assert f"## {rule.id}\n" in made[f"{rule.family}.md"]
