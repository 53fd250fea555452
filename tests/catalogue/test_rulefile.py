"""Rule files are read strictly, and a refusal says where and what to write instead."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from slopscan.catalogue.lists import Lists
from slopscan.catalogue.rule import DEFAULT_SCOPE, Rule, Status
from slopscan.catalogue.rulefile import read_rule
from slopscan.errors import CatalogueError
from slopscan.findings import Severity

Write = Callable[..., Path]


def read(path: Path) -> Rule:
    return read_rule(path, Lists(path.parent.parent / "lists"))


def test_a_right_file_is_read(write: Write, rule_text: str) -> None:
    rule = read(write(rule_text))
    assert (rule.id, rule.family, rule.status) == ("some-rule", "figures", Status.STABLE)
    assert rule.scope == frozenset(DEFAULT_SCOPE)
    assert rule.flags[0].span == "a testament to"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('severity = "warning"', 'severty = "warning"', 'no "severity"'),
        ('why = "It', 'wy = ""\nwhy = "It', 'did you mean "why"?'),
        ('severity = "warning"', 'severity = "warnin"', 'did you mean "warning"?'),
        ('id = "some-rule"', 'id = "another-rule"', "differs from the file name"),
        ('span = "a testament to"', 'span = "the testament"', "is not in its text"),
        ("[[examples.pass]]", "[[examples.pas]]", 'did you mean "pass"?'),
        ('because = "a book"', "", 'no "because"'),
        ('source = "Author, title, 2025"', "", 'no "source"'),
        ('phrases = ["a testament to"]', 'phrases = ["@stock"]', 'unknown list "stock"'),
        ('phrases = ["a testament to"]', 'phrases = ["it\u2019s"]', "is not folded"),
        ('phrases = ["a testament to"]', 'phrase = "x"', 'no "phrases"'),
        ("{match}", "{mach}", 'did you mean "match"?'),
        ("[match]", 'scope = ["source"]\n[match]', "cannot have scope source"),
        ("[match]", 'scope = ["paragrph"]\n[match]', 'did you mean "paragraph"?'),
        ("[match]", "[gate]\nmin_hit = 2\n[match]", 'did you mean "min_hits"?'),
        ("seen = 2026-11-20", 'seen = "2026-11-20"', "is not a date"),
        ('title = "Says', 'title = Says"', "not a readable TOML file"),
    ],
)
def test_a_wrong_file_is_refused(
    write: Write, rule_text: str, old: str, new: str, says: str
) -> None:
    with pytest.raises(CatalogueError) as caught:
        read(write(rule_text.replace(old, new)))
    assert says in str(caught.value)


def test_no_pass_example_is_refused(write: Write, rule_text: str) -> None:
    start, end = rule_text.index("[[examples.pass]]"), rule_text.index("[[evidence]]")
    with pytest.raises(CatalogueError, match='no "pass" example'):
        read(write(rule_text[:start] + rule_text[end:]))


def test_no_evidence_is_refused(write: Write, rule_text: str) -> None:
    with pytest.raises(CatalogueError, match="no evidence"):
        read(write(rule_text[: rule_text.index("[[evidence]]")]))


def test_an_unknown_family_is_refused(write: Write, rule_text: str) -> None:
    with pytest.raises(CatalogueError, match="is not a family"):
        read(write(rule_text, "figure/some-rule.toml"))


def test_a_refusal_names_the_line(write: Write, rule_text: str) -> None:
    path = write(rule_text.replace('why = "It', 'wy = "a"\nwhy = "It'))
    with pytest.raises(CatalogueError) as caught:
        read(path)
    assert caught.value.where == f"{path}:8"


def test_tree_nodes_must_be_named_before_they_are_used(write: Write, rule_text: str) -> None:
    tree = """
[[match.pattern]]
nodes = [{name = "verb", upos = "VERB"}, {name = "subject", child_of = "vreb"}]
"""
    text = rule_text.replace('"phrase"', '"dependency"')
    text = text.replace('[match]\nphrases = ["a testament to"]\n', "")
    with pytest.raises(CatalogueError, match='no node named "vreb"'):
        read(write(text.replace("[[examples.flag]]", tree + "[[examples.flag]]")))


def test_wording_does_not_change_the_digest(write: Write, rule_text: str) -> None:
    before = read(write(rule_text)).digest
    assert read(write(rule_text.replace("Say it.", "Say it now."))).digest == before
    gated = rule_text.replace("[match]", "[gate]\nmin_hits = 2\n[match]")
    assert read(write(gated)).digest != before


def test_a_changed_list_changes_the_digest(write: Write, rule_text: str) -> None:
    text = rule_text.replace('["a testament to"]', '["a testament to", "@stock"]')
    write("# stock\none\n", "lists/stock.txt")
    before = read(write(text)).digest
    write("# other words\none\n", "lists/stock.txt")
    assert read(write(text)).digest == before
    write("# stock\none\ntwo\n", "lists/stock.txt")
    assert read(write(text)).digest != before


def test_an_advisory_rule_is_never_above_a_note(write: Write, rule_text: str) -> None:
    rule = read(write(rule_text.replace('"stable"', '"advisory"')))
    assert rule.severity is Severity.WARNING
    assert rule.shown_severity is Severity.NOTE
