"""Rules written in place, texts read as Markdown, parses written by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from slopscan.catalogue.lists import Lists
from slopscan.catalogue.load import Catalogue
from slopscan.catalogue.rule import Rule
from slopscan.catalogue.rulefile import read_rule
from slopscan.document import Source
from slopscan.findings import Finding
from slopscan.matchers.engine import Engine
from slopscan.nlp.annotate import Annotated, annotate
from slopscan.readers import parse

_HEAD = """\
id = "{id}"
title = "A rule"
kind = "{kind}"
severity = "warning"
status = "stable"
since = "0.1.0"
message = '''{message}'''
why = "Because."
advice = "Do not."
"""
_TAIL = """
[[examples.flag]]
text = "x"
[[examples.pass]]
text = "y"
because = "z"
[[evidence]]
source = "none needed here"
"""


class Bench:
    """A folder of lists and rules made for one test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.lists = Lists(folder / "lists")

    def word_list(self, name: str, *lines: str) -> None:
        """Write a list."""
        path = self._folder / "lists" / f"{name}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(("# made for a test", *sorted(lines))) + "\n", encoding="utf-8")

    def rule(
        self, kind: str, match: str, *, message: str = "{match}", top: str = "", id: str = "a-rule"
    ) -> Rule:
        """Write and read a rule; `match` follows its `[match]` line, `top` precedes it."""
        path = self._folder / "figures" / f"{id}.toml"
        path.parent.mkdir(exist_ok=True)
        head = _HEAD.format(id=id, kind=kind, message=message)
        table = match if match.lstrip().startswith("[[") else f"[match]\n{match}"
        path.write_text("\n".join((head, top, table, _TAIL)), encoding="utf-8")
        return read_rule(path, self.lists)

    def engine(self, *rules: Rule) -> Engine:
        """Make an engine of rules."""
        catalogue = Catalogue({rule.id: rule for rule in rules}, self.lists, digest="")
        return Engine(rules, catalogue)

    def findings(self, rule: Rule, text: str | Annotated, **options: Any) -> list[Finding]:
        """Run one rule over a text, or over a text with a parse."""
        annotated = read(text) if isinstance(text, str) else text
        engine = self.engine(rule)
        found = engine.findings(annotated, engine.hits(annotated), **options)
        source = annotated.document.source.text
        for finding in found:
            assert source[finding.span.start : finding.span.end] == finding.matched
        return found

    def matched(self, rule: Rule, text: str | Annotated, **options: Any) -> list[str]:
        """Return what one rule underlines."""
        return [finding.matched for finding in self.findings(rule, text, **options)]


def read(text: str) -> Annotated:
    """Read Markdown and annotate it without a parse."""
    return next(annotate([parse(Source("test.md", text))]))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """Return an empty bench."""
    return Bench(tmp_path)


@pytest.fixture(name="read")
def read_fixture() -> Callable[[str], Annotated]:
    """Return a reader of Markdown without a parse."""
    return read


@pytest.fixture(scope="session")
def parsed() -> Callable[[str], Annotated]:
    r"""Return a reader of parses written by hand, which the weights of a model cannot change.

    A token is a line `form lemma upos xpos head dep`, heads counted from 1 in the sentence and 0
    for the root; a blank line ends a sentence. Tokens are joined by blanks, so that the block is
    the forms in a row.
    """
    import spacy
    from spacy.tokens import Doc

    vocab = spacy.blank("en").vocab

    def _parsed(table: str) -> Annotated:
        rows: list[list[str]] = []
        heads: list[int] = []
        starts: list[bool] = []
        for sentence in table.strip().split("\n\n"):
            lines = [line.split() for line in sentence.strip().splitlines()]
            begin = len(rows)
            for number, line in enumerate(lines):
                head = int(line[4])
                heads.append(begin + (head - 1 if head else number))
                starts.append(number == 0)
                rows.append(line)
        words = [row[0] for row in rows]
        doc = Doc(
            vocab,
            words=words,
            spaces=[True] * (len(words) - 1) + [False],
            lemmas=[row[1] for row in rows],
            pos=[row[2] for row in rows],
            tags=[row[3] for row in rows],
            heads=heads,
            deps=["ROOT" if row[5] == "root" else row[5] for row in rows],
        )
        annotated = read(" ".join(words))
        (block,) = annotated.blocks
        assert block.text == doc.text
        return replace(annotated, blocks=(replace(block, doc=doc),))

    return _parsed
