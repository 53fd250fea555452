"""The whole line with the shipped parser and model, on the essays in `examples/`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import slopscan
from slopscan.catalogue.load import Selection
from slopscan.cli.app import main
from slopscan.corpus.score import Item, ScannerScorer, score_items
from slopscan.document import Source
from slopscan.errors import InputError
from slopscan.report import FileReport
from slopscan.scan import Scanner, Settings, is_string_rule

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner(Settings(Selection(preview=True)))


def scanned(scanner: Scanner, name: str) -> FileReport:
    return scanner.scan_path(EXAMPLES / name)


def test_the_example_essay_shows_a_dozen_tics(scanner: Scanner) -> None:
    report = scanned(scanner, "essay.md")
    assert len(report.findings) >= 12
    assert len({finding.rule for finding in report.findings}) >= 8
    assert report.verdict is not None
    assert report.verdict.flagged


def test_rules_that_run_by_default_are_enough_to_tell_them_apart() -> None:
    scanner = Scanner()
    findings = scanned(scanner, "essay.md").findings
    assert len(findings) >= 12
    assert len({finding.rule for finding in findings}) >= 8
    assert scanned(scanner, "clean.md").findings == ()


def test_its_counterpart_shows_none(scanner: Scanner) -> None:
    report = scanned(scanner, "clean.md")
    assert report.findings == ()
    assert report.verdict is not None
    assert not report.verdict.flagged


def test_without_a_parse_the_string_findings_are_the_same(scanner: Scanner) -> None:
    light = Scanner(Settings(Selection(preview=True), parse=False))
    on_strings = {rule.id for rule in light.rules}
    for name in ("essay.md", "clean.md"):
        report = scanned(scanner, name)
        alone = scanned(light, name)
        shared = [item for item in report.findings if item.rule in on_strings]
        bare = [(item.rule, item.span, item.message) for item in alone.findings]
        assert bare == [(item.rule, item.span, item.message) for item in shared]
        assert alone.verdict is None
    assert all(is_string_rule(rule) for rule in light.rules)


def test_every_finding_quotes_its_place(scanner: Scanner) -> None:
    report = scanned(scanner, "essay.md")
    for finding in report.findings:
        assert report.text[finding.span.start : finding.span.end] == finding.matched


def test_reasons_add_up_to_the_log_odds(scanner: Scanner) -> None:
    verdict = scanned(scanner, "essay.md").verdict
    assert verdict is not None
    total = sum(item.log_odds for item in verdict.contributions)
    assert total == pytest.approx(verdict.log_odds, abs=1e-5)


def test_quotations_are_reported_only_when_asked_for() -> None:
    text = "> It is not just a tool, but a way of thinking.\n"
    selection = Selection(select=("negative-parallelism",))
    for quotes in (False, True):
        found = Scanner(Settings(selection, parse=False, quotes=quotes)).scan(Source("q.md", text))
        assert bool(found.findings) is quotes


def test_texts_in_a_batch_score_as_they_do_alone(scanner: Scanner) -> None:
    texts = [(EXAMPLES / name).read_text(encoding="utf-8") for name in ("essay.md", "clean.md")]
    items = [Item("x", text, "text/markdown") for text in [*texts, "", *texts]]
    scorer = ScannerScorer(scanner)
    assert score_items(scorer, items) == [scorer.score([item])[0] for item in items]


def test_a_text_that_breaks_the_batch_is_the_only_row_with_an_error(
    scanner: Scanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Scanner.scan_many

    def fragile(self: Scanner, sources: list[Source]) -> object:
        if any("poison" in source.text for source in sources):
            raise RuntimeError("boom")
        return whole(self, sources)

    monkeypatch.setattr(Scanner, "scan_many", fragile)
    texts = ["Plain words.", "poison", "More words."]
    items = [Item("x", text, "text/markdown") for text in texts]
    scored = score_items(ScannerScorer(scanner), items)
    assert [row["error"] for row in scored] == [None, "internal error: RuntimeError: boom", None]


def test_public_functions() -> None:
    report = slopscan.scan_text(
        "It is not just a tool, but a way of thinking.", parse=False, preview=True
    )
    assert [finding.rule for finding in report.findings] == ["negative-parallelism"]
    assert slopscan.scan_file(EXAMPLES / "clean.md", parse=False).findings == ()
    with pytest.raises(InputError):
        slopscan.scan_file(EXAMPLES / "no-such-file.md")


def test_short_form_on_the_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(EXAMPLES / "essay.md"), "--preview", "--output-format", "json"]) == 1
    whole = json.loads(capsys.readouterr().out)
    assert all(whole["provenance"].values())
    assert whole["files"][0]["verdict"]["probability"] > 0.5


def test_a_rule_that_ran_out_of_time_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from slopscan.matchers.base import Skip
    from slopscan.matchers.engine import Engine, Hits

    def slow(engine: Engine, _: object, memory: object = None, **__: object) -> Hits:
        hits = Hits(engine.rules)
        hits.skipped.append(Skip("r", "block 1", "slow"))
        return hits

    monkeypatch.setattr(Engine, "hits", slow)
    assert main([str(EXAMPLES / "clean.md"), "--no-parse"]) == 0
    assert "warning: skipped" in capsys.readouterr().err
