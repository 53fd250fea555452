"""Kinds `phrase` and `pattern`: what they see and where they underline."""

from __future__ import annotations

import time
from typing import Any

import pytest
import regex

from slopscan.errors import CatalogueError
from slopscan.matchers import pattern
from slopscan.matchers.phrase import phrase_regex

PARAGRAPH = 'phrases = ["rich tapestry"]'
SOURCE = 'scope = ["source"]'


class TestPhrase:
    def test_any_case_and_any_white_space(self, bench: Any) -> None:
        rule = bench.rule("phrase", PARAGRAPH)
        assert bench.matched(rule, "A RICH  tapestry,\na rich\ntapestry.") == [
            "RICH  tapestry",
            "rich\ntapestry",
        ]

    def test_whole_words(self, bench: Any) -> None:
        rule = bench.rule("phrase", PARAGRAPH)
        assert bench.matched(rule, "A rich tapestrylike thing, an enrich tapestry.") == []

    def test_typography_does_not_matter(self, bench: Any) -> None:
        rule = bench.rule("phrase", 'phrases = ["it\'s here — now"]')
        text = "Yes, it\u2019s\u00a0here \u2013 now."
        assert bench.matched(rule, text) == ["it\u2019s\u00a0here \u2013 now"]

    def test_markup_is_not_in_the_way(self, bench: Any) -> None:
        rule = bench.rule("phrase", PARAGRAPH)
        assert bench.matched(rule, "A *rich* [tapestry](http://example.org).") == [
            "rich* [tapestry"
        ]

    def test_the_longest_phrase_wins(self, bench: Any) -> None:
        rule = bench.rule("phrase", 'phrases = ["in the end", "in the end of days"]')
        assert bench.matched(rule, "So in the end of days.") == ["in the end of days"]

    def test_case(self, bench: Any) -> None:
        rule = bench.rule("phrase", 'phrases = ["Elara"]\ncase = true')
        assert bench.matched(rule, "Elara met elara.") == ["Elara"]

    def test_lists(self, bench: Any) -> None:
        bench.word_list("stock", "deep dive", "game changer")
        bench.word_list("fine", "deep dive")
        rule = bench.rule("phrase", 'phrases = ["@stock", "-@fine"]')
        assert bench.matched(rule, "A deep dive and a game changer.") == ["game changer"]

    def test_unless_looks_at_the_sentence(self, bench: Any) -> None:
        rule = bench.rule("phrase", PARAGRAPH + "\nunless = '(?i)museum'")
        text = "The museum has a rich tapestry. Life is a rich tapestry."
        assert [finding.span.start for finding in bench.findings(rule, text)] == [42]

    @pytest.mark.parametrize(
        ("position", "starts"),
        [
            ("document_start", [0]),
            ("block_start", [0, 24]),
            ("sentence_start", [0, 8, 24]),
            ("block_end", [18, 31]),
            ("document_end", [31]),
        ],
    )
    def test_position(self, bench: Any, position: str, starts: list[int]) -> None:
        rule = bench.rule("phrase", f'phrases = ["yes"]\nposition = "{position}"')
        text = "Yes to. Yes then, yes.\n\nYes to yes!"
        found = bench.findings(rule, text)
        assert [finding.span.start for finding in found] == starts

    def test_lower_case_may_be_longer(self, bench: Any) -> None:
        """`İ` is two characters in lower case; offsets must not move."""
        rule = bench.rule("phrase", PARAGRAPH)
        assert bench.matched(rule, "İİİ rich tapestry.") == ["rich tapestry"]

    def test_the_trie_finds_each_of_its_phrases(self) -> None:
        phrases = ["a", "a test", "a test of", "a testament", "b.", "'tis", "at test"]
        found = regex.compile(phrase_regex(phrases))
        for phrase in phrases:
            assert found.search(f"xx {phrase} yy").group() == phrase


class TestPattern:
    def test_the_group_span_is_underlined(self, bench: Any) -> None:
        rule = bench.rule("pattern", r"regex = '(?i)\bnot (?<span>just \w+)'")
        assert bench.matched(rule, "It is not just talk.") == ["just talk"]

    def test_lists_are_named_with_underscores(self, bench: Any) -> None:
        bench.word_list("soft-words", "hum", "whisper")
        rule = bench.rule("pattern", r"regex = '(?i)\ba \L<soft_words>\b'")
        assert rule.lists == ("soft-words",)
        assert bench.matched(rule, "A Hum, a whisper, a shout.") == ["A Hum", "a whisper"]

    def test_source_sees_typography_but_not_code(self, bench: Any) -> None:
        top = 'scope = ["source"]'
        rule = bench.rule("pattern", "regex = '’|utm_source'", top=top)
        text = "It’s `don’t` here, [a](http://x.org/?utm_source=y).\n\n```\nx’s\n```\n"
        assert [finding.span.start for finding in bench.findings(rule, text)] == [2]

    def test_source_with_url_sees_link_targets(self, bench: Any) -> None:
        top = 'scope = ["source", "url"]'
        rule = bench.rule("pattern", "regex = 'utm_source'", top=top)
        assert bench.matched(rule, "A [a](http://x.org/?utm_source=y).") == ["utm_source"]

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_lines_of_a_source_end_as_they_do_in_the_file(self, bench: Any, end: str) -> None:
        rule = bench.rule("pattern", r"regex = '(?m)^Copy code$(?=\n\nx)'", top=SOURCE)
        text = end.join(("One.", "", "Copy code", "", "xylem", "", "Copy code", "", "x"))
        places = [finding.span.start for finding in bench.findings(rule, text)]
        assert places == [text.index("Copy"), text.rindex("Copy")]

    def test_a_wrong_expression_names_its_rule(self, bench: Any) -> None:
        with pytest.raises(CatalogueError, match=r"rule a-rule: .* does not compile"):
            bench.engine(bench.rule("pattern", "regex = '(a'"))

    def test_hostile_text_is_skipped_not_fatal(
        self, bench: Any, read: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pattern, "BLOCK_SECONDS", 0.05)
        engine = bench.engine(bench.rule("pattern", "regex = '(?:a|a)+b|fine'"))
        start = time.process_time()
        hits = engine.hits(read("a" * 40 + " ab\n\nAll is fine."))
        assert time.process_time() - start < 2
        assert [(skip.rule, skip.where) for skip in hits.skipped] == [("a-rule", "test.md:1")]
        assert len(hits["a-rule"]) == 1
