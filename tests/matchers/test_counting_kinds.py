"""Kinds `density`, `repetition` and `measure`."""

from __future__ import annotations

import math
from typing import Any

import pytest

DENSITY = "regex = '—'\nabove_per_1k_words = 8.0\nmin_hits = 2\nmin_words = 20"


class TestDensity:
    def test_one_finding_with_the_others_related(self, bench: Any) -> None:
        rule = bench.rule("density", DENSITY, message="{count} at {value} {unit}, over {threshold}")
        text = "One — two " * 20
        (finding,) = bench.findings(rule, text)
        assert finding.span.start == 4
        assert len(finding.related) == 19
        assert finding.measure is not None
        assert finding.measure.value == 500
        assert finding.message == "20 at 500 per 1,000 words, over 8"

    @pytest.mark.parametrize("text", ["One — two. " * 5, "One — " + "two " * 30])
    def test_not_enough_text_or_hits(self, bench: Any, text: str) -> None:
        assert bench.findings(bench.rule("density", DENSITY), text) == []

    def test_examples_leave_out_the_length(self, bench: Any) -> None:
        rule = bench.rule("density", DENSITY)
        assert len(bench.findings(rule, "One — two — three.", gated=False)) == 1

    def test_one_word_repeated_is_not_a_cluster(self, bench: Any) -> None:
        options = (
            'phrases = ["chaos", "void", "a sense of"]\nabove_per_1k_words = 10\nmin_distinct = 2'
        )
        rule = bench.rule("density", options)
        assert bench.findings(rule, "Chaos, chaos and again chaos.") == []
        assert len(bench.findings(rule, "Chaos, a sense of chaos.")) == 1

    def test_phrases(self, bench: Any) -> None:
        rule = bench.rule("density", 'phrases = ["sense of"]\nabove_per_1k_words = 10')
        assert len(bench.findings(rule, "A sense of loss, a sense of joy.")) == 1


class TestRepetition:
    @pytest.mark.parametrize(
        ("options", "text", "matched", "n_related"),
        [
            ('edge = "start"\nwords = 2', "It was a. It was b. It was c.", "It was", 2),
            ('edge = "end"\nwords = 1', "I am home. Go home! Stay home.", "home", 2),
            ('edge = "whole"', "Again. Again! AGAIN.", "Again", 2),
        ],
    )
    def test_sentences_in_a_row(
        self, bench: Any, options: str, text: str, matched: str, n_related: int
    ) -> None:
        rule = bench.rule(
            "repetition", f'unit = "sentence"\n{options}\nrun = 3', message="{count} '{match}'"
        )
        (finding,) = bench.findings(rule, text)
        assert (finding.matched, len(finding.related)) == (matched, n_related)
        assert finding.message == f"3 '{matched}'"

    @pytest.mark.parametrize(
        "text",
        [
            "It was a. It was b. Then it was c.",
            "It was a. It was b.\n\nIt was c.",
            "It was a. It was one of the longest and dullest days of all. It was b.",
            "The one a. The one b. The one c.",
        ],
    )
    def test_what_breaks_a_run(self, bench: Any, text: str) -> None:
        rule = bench.rule(
            "repetition",
            'unit = "sentence"\nedge = "start"\nwords = 2\nrun = 3\nmax_unit_words = 8\n'
            'not_starting = ["the"]',
        )
        assert bench.findings(rule, text) == []

    def test_blocks_of_one_kind_in_a_row(self, bench: Any) -> None:
        rule = bench.rule("repetition", 'unit = "block"\nedge = "start"\nwords = 2\nrun = 2')
        assert bench.matched(rule, "And so it is.\n\nAnd so it goes.\n\nNo.") == ["And so"]
        assert bench.matched(rule, "And so it is.\n\n# Title\n\nAnd so it goes.") == []

    def test_ngrams_in_a_window(self, bench: Any) -> None:
        base = 'unit = "ngram"\nwords = 2\nrun = 3\nnot_starting = ["the"]\n'
        text = "A glass door. x x x A glass wall. x x x A glass roof."
        wide = bench.rule("repetition", base + "window_words = 20")
        assert bench.matched(wide, text)[:1] == ["A glass"]
        narrow = bench.rule("repetition", base + "window_words = 8")
        assert "A glass" not in bench.matched(narrow, text)


class TestMeasure:
    RULE = 'measure = "rhythm.some_cv"\nbelow = 0.30\nmin_words = 5'

    @pytest.mark.parametrize(
        ("value", "n_found"), [(0.2, 1), (0.3, 0), (0.5, 0), (math.nan, 0), (None, 0)]
    )
    def test_threshold(self, bench: Any, value: float | None, n_found: int) -> None:
        rule = bench.rule("measure", self.RULE, message="{value} is under {threshold}")
        measures = {} if value is None else {"rhythm.some_cv": value}
        found = bench.findings(rule, "One two three. Four five six.", measures=measures)
        assert len(found) == n_found
        for finding in found:
            assert finding.matched == "One two three."
            assert finding.message == "0.2 is under 0.3"

    def test_a_short_text_has_no_finding(self, bench: Any) -> None:
        rule = bench.rule("measure", self.RULE)
        assert bench.findings(rule, "Too short.", measures={"rhythm.some_cv": 0.1}) == []
