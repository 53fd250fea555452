"""The page on contexts lists exactly the places in which every file type is tested."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from context_table import TIC, headings, hidden, plain_text, prose, quoted
from file_contexts import TYPES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "contexts.md"
NAMES = {
    "html": "HTML",
    "mdx": "MDX",
    "rst": "reStructuredText",
    "org": "Org",
    "adoc": "AsciiDoc",
    "tex": "LaTeX",
    "ipynb": "Jupyter notebook",
    "py": "Python",
    "docx": "Word",
    "odt": "OpenDocument text",
    "epub": "e-book",
}


def section(title: str, *columns: Mapping[str, object]) -> str:
    heads = ("prose", "no prose", "words of others")
    named = zip(heads, columns, strict=False)  # plain text has prose alone
    rows = (f"- **{head}**: {', '.join(found)}" for head, found in named if found)
    return "\n".join((f"## {title}\n", *rows)) + "\n"


def test_the_page_has_every_tested_place(request: pytest.FixtureRequest) -> None:
    sections = [
        section("Markdown", {**prose(TIC), **headings(TIC)}, hidden(TIC), quoted(TIC)),
        section("Plain text", plain_text(TIC)),
        *(section(NAMES[suffix], *(rows(TIC) for rows in kind)) for suffix, kind in TYPES.items()),
    ]
    assert set(NAMES) == set(TYPES)
    text = PAGE.read_text(encoding="utf-8")
    intro = text.split("\n## ")[0]
    expected = intro.rstrip("\n") + "\n\n" + "\n".join(sections)
    if request.config.getoption("--update-golden"):
        PAGE.write_text(expected, encoding="utf-8")
        return
    assert text == expected, "--update-golden writes it anew"
