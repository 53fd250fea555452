"""The test `surprise` of dependency rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from slopscan.catalogue.lists import Lists
from slopscan.catalogue.load import load_catalogue
from slopscan.catalogue.rulefile import read_rule
from slopscan.document import Source
from slopscan.errors import CatalogueError
from slopscan.matchers.engine import Engine
from slopscan.nlp.annotate import annotate
from slopscan.nlp.load import load_pipeline
from slopscan.readers import parse

_RULE = """
id = "odd-subject"
title = "t"
kind = "dependency"
severity = "note"
status = "preview"
since = "0.1.0"
message = "'{match}'"
why = "w"
advice = "a"

[[match.pattern]]
nodes = [
  {name = "verb", upos = "VERB"},
  {name = "subject", child_of = "verb", dep = "nsubj", upos = "NOUN"},
]
surprise = [%s]

[[examples.flag]]
text = "The house forgave him."

[[examples.flag]]
text = "The silence listened."

[[examples.pass]]
text = "The woman listened."
because = "b"

[[examples.pass]]
text = "The girl slept."
because = "b"

[[evidence]]
source = "s"
seen = 2026-11-23
"""


def _rule_file(tmp_path: Path, test: str) -> Path:
    path = tmp_path / "figures" / "odd-subject.toml"
    path.parent.mkdir()
    path.write_text(_RULE % test, encoding="utf8")
    return path


def _matched(path: Path, text: str) -> list[str]:
    rule = read_rule(path, Lists(path.parent))
    engine = Engine([rule], load_catalogue())
    (annotated,) = annotate([parse(Source(name="t.md", text=text))], load_pipeline())
    return [found.matched for found in engine.findings(annotated, engine.hits(annotated))]


def test_flags_what_people_do_not_say(tmp_path: Path) -> None:
    test = '{nodes = ["verb", "subject"], relation = "subject", at_least = 3.0}'
    path = _rule_file(tmp_path, test)
    assert _matched(path, "The house forgave him.") == ["house forgave"]
    assert _matched(path, "The woman forgave him.") == []


def test_a_pair_that_was_seen_is_no_surprise(tmp_path: Path) -> None:
    path = _rule_file(tmp_path, '{nodes = ["verb", "subject"], relation = "subject", max_seen = 0}')
    assert _matched(path, "The door opened. The glimmer opened.") == ["glimmer opened"]


def test_a_test_without_a_bound_is_refused(tmp_path: Path) -> None:
    path = _rule_file(tmp_path, '{nodes = ["verb", "subject"], relation = "subject"}')
    with pytest.raises(CatalogueError, match="at_least"):
        read_rule(path, Lists(tmp_path))
