"""From hits to findings: scope, quotations, gates, positions."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import spacy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slopscan.document import Source
from slopscan.findings import Severity
from slopscan.matchers.base import Hit
from slopscan.matchers.phrase import PhraseMatcher
from slopscan.nlp.annotate import annotate
from slopscan.readers import parse

WORD = 'phrases = ["tapestry"]'


@pytest.mark.parametrize(
    ("scope", "kinds"),
    [
        ("", ["P", "L"]),
        ('scope = ["heading"]', ["H"]),
        ('scope = ["paragraph", "block_quote"]', ["P", "Q"]),
    ],
)
def test_block_scope(bench: Any, scope: str, kinds: list[str]) -> None:
    rule = bench.rule("phrase", WORD, top=scope)
    text = "# H tapestry\n\nP tapestry\n\n- L tapestry\n\n> Q tapestry\n"
    found = bench.findings(rule, text)
    assert [text[finding.span.start - 2] for finding in found] == kinds


def test_quotations_are_left_out_unless_asked_for(bench: Any) -> None:
    rule = bench.rule("phrase", WORD)
    text = '"Life is a tapestry," she said.\n\n> A tapestry.\n\nA tapestry.'
    assert len(bench.findings(rule, text)) == 1
    assert len(bench.findings(rule, text, include_quotes=True)) == 3
    quoting = bench.rule("phrase", WORD, top='scope = ["quotation"]')
    assert len(bench.findings(quoting, text)) == 2


def test_raw_hits_mark_quotations(bench: Any, read: Any) -> None:
    engine = bench.engine(bench.rule("phrase", WORD))
    hits = engine.hits(read('"A tapestry," she said. A tapestry.'))
    assert [hit.quoted for hit in hits["a-rule"]] == [True, False]


def test_source_hits_in_quotations_are_left_out(bench: Any) -> None:
    rule = bench.rule("pattern", "regex = '—'", top='scope = ["source"]')
    assert bench.matched(rule, 'He said: "No — no." And — so.') == ["—"]


def test_placeholders_are_no_words(bench: Any) -> None:
    rule = bench.rule("phrase", 'phrases = ["code", "the code"]')
    assert bench.matched(rule, "Run `x` now, run the `x` and the code.") == ["the `x`", "the code"]


@pytest.mark.parametrize(
    ("gate", "n_found"),
    [
        ("min_hits = 2", 2),
        ("min_hits = 3", 0),
        ("min_words = 5", 0),
        ("min_per_1k_words = 400", 2),
        ("min_per_1k_words = 600", 0),
    ],
)
def test_gate(bench: Any, gate: str, n_found: int) -> None:
    rule = bench.rule("phrase", WORD, top=f"[gate]\n{gate}\n")
    text = "A tapestry, a tapestry."
    assert len(bench.findings(rule, text)) == n_found
    assert len(bench.findings(rule, text, gated=False)) == 2


def test_overlapping_hits_of_one_rule_are_one(bench: Any) -> None:
    rule = bench.rule("pattern", "regexes = ['rich tapestry', 'a rich', 'tapestry of']")
    assert bench.matched(rule, "It is a rich tapestry of life.") == ["a rich", "tapestry of"]


def test_lines_columns_severity_and_fingerprints(bench: Any) -> None:
    rule = bench.rule("phrase", WORD)
    first, second = bench.findings(rule, "One.\r\n\r\nA tapestry and\r\n  a *tapestry*.")
    assert (first.line, first.column) == (3, 3)
    assert (second.line, second.column) == (4, 6)
    assert first.severity is Severity.WARNING
    assert first.family == "figures"
    assert first.fingerprint
    assert first.fingerprint != second.fingerprint


def test_long_matches_are_shortened_in_messages(bench: Any) -> None:
    rule = bench.rule("pattern", "regex = 'a[a ]{70,90}a'")
    (finding,) = bench.findings(rule, "a " * 45)
    assert len(finding.message) <= 60
    assert finding.message.endswith("…")


def test_a_failing_matcher_names_its_rule(
    bench: Any, read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = bench.engine(bench.rule("phrase", WORD))

    def fail(*_: object) -> Iterator[Hit]:
        yield Hit(str(1 // 0))

    monkeypatch.setattr(PhraseMatcher, "find_at", fail)
    with pytest.raises(RuntimeError, match=r"test\.md: one of these rules failed: a-rule"):
        engine.hits(read("A tapestry."))


def test_string_findings_need_no_parse(bench: Any) -> None:
    """A parse changes nothing for the rules on strings."""
    rules = [
        bench.rule("phrase", WORD, id="phrase"),
        bench.rule("pattern", r"regex = '\bis \w+'", id="pattern"),
        bench.rule(
            "repetition",
            'unit = "sentence"\nedge = "start"\nwords = 2\nrun = 2',
            id="repetition",
        ),
    ]
    engine = bench.engine(*rules)
    document = parse(Source("test.md", "Life is a tapestry. Life is\u00a0odd.\n\n- A tapestry.\n"))
    found = []
    for nlp in (None, spacy.blank("en")):
        (annotated,) = annotate([document], nlp)
        found.append(engine.findings(annotated, engine.hits(annotated)))
    assert found[0] == found[1]
    assert {finding.rule for finding in found[0]} == {"phrase", "pattern", "repetition"}


def test_rules_on_strings_import_neither_numpy_nor_spacy() -> None:
    code = """
import sys
from slopscan.catalogue.load import load_catalogue
from slopscan.document import Source
from slopscan.matchers.engine import Engine
from slopscan.nlp.annotate import annotate
from slopscan.readers import parse
catalogue = load_catalogue()
engine = Engine([r for r in catalogue.rules.values() if not r.needs_parse], catalogue)
(annotated,) = annotate([parse(Source("test.md", "A rich tapestry."))])
engine.findings(annotated, engine.hits(annotated))
print(sorted({"numpy", "spacy", "sklearn"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


MARKDOWN = st.lists(
    st.sampled_from(
        [
            "tapestry",
            "a",
            " ",
            "\n",
            "\n\n",
            "\r\n",
            "*",
            "`",
            "[",
            "](x)",
            "> ",
            "- ",
            "# ",
            '"',
            "“",
            "”",
            "’",
            "—",
            "&amp;",
            "\u200b",
            "😀",
            "İ",
            "<!-- ",
            " -->",
            "|",
            ".",
        ]
    ),
    max_size=40,
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(parts=MARKDOWN)
def test_findings_are_exact_and_sorted(bench: Any, parts: list[str]) -> None:
    """Whatever the Markdown, `matched` is the source text, which the bench asserts."""
    rule = bench.rule("pattern", "regex = 'tapestry.?|a.?'")
    found = bench.findings(rule, "".join(parts), include_quotes=True)
    assert found == sorted(found, key=lambda finding: finding.span)
