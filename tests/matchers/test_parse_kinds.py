"""Kinds `tokens` and `dependency`, on parses written by hand."""

from __future__ import annotations

from typing import Any

import pytest

SILENCE = """
The the DET DT 2 det
silence silence NOUN NN 3 nsubj
swallowed swallow VERB VBD 0 root
her her PRON PRP$ 5 nmod:poss
words word NOUN NNS 3 obj
. . PUNCT . 3 punct

It it PRON PRP 2 nsubj
waited wait VERB VBD 0 root
. . PUNCT . 2 punct
"""
PAIR = """
Hope hope NOUN NN 0 root
and and CCONJ CC 3 cc
fear fear NOUN NN 1 conj
. . PUNCT . 1 punct
"""


def tree(nodes: str, more: str = "") -> str:
    return f"[[match.pattern]]\nnodes = [{nodes}]\n{more}"


VERB = '{name = "verb", upos = "VERB"}'
SUBJECT = '{name = "subject", child_of = "verb", dep = "nsubj", upos = "NOUN"}'
ITEMS = '{name = "a", upos = "NOUN"}, {name = "b", child_of = "a", dep = "conj"}'


class TestTokens:
    def test_a_run_with_an_optional_token(self, bench: Any, parsed: Any) -> None:
        run = '[{upos = "VERB"}, {xpos = "PRP$", op = "?"}, {upos = "NOUN"}]'
        rule = bench.rule("tokens", f"patterns = [{run}]")
        assert bench.matched(rule, parsed(SILENCE)) == ["swallowed her words"]

    @pytest.mark.parametrize(
        ("token", "matched"),
        [
            ('{upos = "NOUN", not_lemma = "word"}', ["silence"]),
            ('{lower = ["words", "silence"]}', ["silence", "words"]),
            ('{lemma = "@nouns"}', ["silence"]),
            ('{regex = "^w", not_xpos = "VBD"}', ["words"]),
            ('{dep = "root"}', ["swallowed", "waited"]),
        ],
    )
    def test_keys(self, bench: Any, parsed: Any, token: str, matched: list[str]) -> None:
        bench.word_list("nouns", "silence")
        rule = bench.rule("tokens", f"patterns = [[{token}]]")
        assert bench.matched(rule, parsed(SILENCE)) == matched

    @pytest.mark.parametrize(
        ("run", "matched"),
        [
            ('{lower = "words"}, {upos = "PUNCT", op = "?"}', ["words ."]),
            ('{upos = "PRON", op = "*"}, {xpos = ["NN", "NNS"]}', ["silence", "her words"]),
            ('{upos = ["NOUN", "VERB"], op = "+"}', ["silence swallowed", "words", "waited"]),
            ('{upos = ["NOUN", "VERB"], op = "+"}, {upos = "PRON"}', ["silence swallowed her"]),
            ('{lower = "the", op = "!"}, {upos = "NOUN"}', ["her words"]),
            ('{upos = "VERB", op = "?"}', ["swallowed", "waited"]),
        ],
    )
    def test_the_longest_runs_win(
        self, bench: Any, parsed: Any, run: str, matched: list[str]
    ) -> None:
        rule = bench.rule("tokens", f"patterns = [[{run}]]")
        assert bench.matched(rule, parsed(SILENCE)) == matched

    def test_no_run_crosses_a_sentence_end(self, bench: Any, parsed: Any) -> None:
        rule = bench.rule("tokens", 'patterns = [[{lower = "."}, {lower = "it"}]]')
        assert bench.matched(rule, parsed(SILENCE)) == []

    def test_without_a_parse_there_are_no_hits(self, bench: Any) -> None:
        rule = bench.rule("tokens", 'patterns = [[{lower = "it"}]]')
        assert rule.needs_parse
        assert bench.matched(rule, "It waited.") == []

    def test_density_counts_runs(self, bench: Any, parsed: Any) -> None:
        rule = bench.rule(
            "density", 'patterns = [[{upos = "NOUN"}]]\nabove_per_1k_words = 100\nmin_hits = 2'
        )
        (finding,) = bench.findings(rule, parsed(SILENCE))
        assert (finding.matched, len(finding.related)) == ("silence", 1)


class TestDependency:
    def test_nodes_name_themselves_in_the_message(self, bench: Any, parsed: Any) -> None:
        rule = bench.rule(
            "dependency", tree(f"{VERB}, {SUBJECT}"), message="'{subject}' cannot '{verb}'"
        )
        (finding,) = bench.findings(rule, parsed(SILENCE))
        assert finding.matched == "silence swallowed"
        assert finding.message == "'silence' cannot 'swallowed'"

    @pytest.mark.parametrize(
        ("node", "matched"),
        [
            ('{name = "n", parent_of = "verb"}', []),
            ('{name = "n", child_of = "verb", side = "right", upos = "NOUN"}', ["words"]),
            ('{name = "n", descendant_of = "verb", xpos = "PRP$"}', ["her"]),
            ('{name = "n", descendant_of = "verb", xpos = "PRP$", max_distance = 1}', ["her"]),
            ('{name = "n", child_of = "verb", dep = "obj", max_distance = 1}', []),
            ('{name = "n", follows = "verb"}', ["her", "."]),
            ('{name = "n", precedes = "verb"}', ["silence", "It"]),
            ('{name = "n", next_root = "verb"}', ["waited"]),
            ('{name = "n", previous_root = "verb"}', ["swallowed"]),
            ('{name = "n", child_of = "verb", initial = true}', ["It"]),
            ('{name = "n", descendant_of = "verb", initial = true}', ["The", "It"]),
            ('{name = "n", descendant_of = "verb", final = true}', ["words"]),
            ('{name = "n", child_of = "verb", min_subtree = 2, side = "left"}', ["silence"]),
            ('{name = "n", child_of = "verb", max_subtree = 1, upos = "PRON"}', ["It"]),
            ('{name = "n", child_of = "verb", dep = "nsub"}', []),
            ('{name = "n", descendant_of = "verb", dep = "nmod"}', []),
        ],
    )
    def test_relations(self, bench: Any, parsed: Any, node: str, matched: list[str]) -> None:
        rule = bench.rule("dependency", tree(f"{VERB}, {node}", 'span = ["n"]'))
        assert bench.matched(rule, parsed(SILENCE)) == matched

    def test_absent(self, bench: Any, parsed: Any) -> None:
        absent = 'absent = [{child_of = "verb", dep = "obj"}]'
        rule = bench.rule("dependency", tree(VERB, absent))
        assert bench.matched(rule, parsed(SILENCE)) == ["waited"]

    def test_optional(self, bench: Any, parsed: Any) -> None:
        node = '{name = "object", child_of = "verb", dep = "obj", optional = true}'
        rule = bench.rule("dependency", tree(f"{VERB}, {node}"), message="[{object}]")
        found = bench.findings(rule, parsed(SILENCE))
        assert [finding.matched for finding in found] == ["swallowed her words", "waited"]
        assert [finding.message for finding in found] == ["[words]", "[]"]

    @pytest.mark.parametrize(
        ("more", "n_found"),
        [
            ('same = [{nodes = ["a", "b"], attribute = "upos"}]', 1),
            ('same = [{nodes = ["a", "b"], attribute = "lemma"}]', 0),
            ('differ = [{nodes = ["a", "b"], attribute = "lemma"}]', 1),
            ('differ = [{nodes = ["a", "b"], attribute = "xpos"}]', 0),
            ('pairs = [{nodes = ["a", "b"], list = "@opposites"}]', 1),
            ('not_pairs = [{nodes = ["a", "b"], list = "@opposites"}]', 0),
            ('pairs = [{nodes = ["a", "b"], list = "@others"}]', 0),
            ('compare = [{nodes = ["a", "b"], norm = "@valence", min_difference = 3}]', 1),
            ('compare = [{nodes = ["a", "b"], norm = "@valence", min_difference = 6}]', 0),
            ('compare = [{nodes = ["a", "b"], norm = "@partial", min_difference = 0}]', 0),
            ("sentence = {min_words = 3, max_words = 3}", 1),
            ("sentence = {min_words = 4}", 0),
            ("sentence = {max_words = 2}", 0),
        ],
    )
    def test_constraints(self, bench: Any, parsed: Any, more: str, n_found: int) -> None:
        bench.word_list("opposites", "fear\thope")
        bench.word_list("others", "cold\thot")
        bench.word_list("valence", "fear\t2.5", "hope\t7.5")
        bench.word_list("partial", "hope\t7.5")
        rule = bench.rule("dependency", tree(ITEMS, more))
        assert len(bench.findings(rule, parsed(PAIR))) == n_found

    @pytest.mark.parametrize(
        ("span", "matched"),
        [
            ('["subject"]', "silence"),
            ('["subject", "verb"]', "silence swallowed"),
            ('["subtree:subject"]', "The silence"),
            ('["subtree:verb"]', "The silence swallowed her words"),
            ('["sentence"]', "The silence swallowed her words ."),
        ],
    )
    def test_span(self, bench: Any, parsed: Any, span: str, matched: str) -> None:
        rule = bench.rule("dependency", tree(f"{VERB}, {SUBJECT}", f"span = {span}"))
        assert bench.matched(rule, parsed(SILENCE)) == [matched]

    def test_many_siblings_cost_little(self, bench: Any, parsed: Any) -> None:
        """Three free nodes among 300 siblings are 27 million ways; the search is bounded."""
        rows = ["be be VERB VB 0 root"] + ["x x NOUN NN 1 dep"] * 300
        nodes = ", ".join(f'{{name = "{name}", child_of = "verb"}}' for name in "abc")
        more = 'same = [{nodes = ["a", "verb"], attribute = "lemma"}]'
        rule = bench.rule("dependency", tree(f"{VERB}, {nodes}", more))
        assert bench.matched(rule, parsed("\n".join(rows))) == []
