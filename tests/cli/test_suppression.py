"""Suppression comments, each form through the command on a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
TIC = "It is not just a tool, but a way of thinking."
RULE = "negative-parallelism"
UNUSED, INVALID = "unused-suppression", "invalid-suppression"


@pytest.fixture
def lines(run: Run, tmp_path: Path) -> Callable[..., dict[str, list[int]]]:
    """Scan a text and return rule to lines."""

    def call(text: str, *args: str, name: str = "a.md") -> dict[str, list[int]]:
        (tmp_path / name).write_text(text, encoding="utf-8")
        args = args or ("--select", f"{RULE},rather-than-contrast,litotes")
        done = run("scan", name, "--no-parse", "--output-format", "json", *args)
        assert done.err == ""
        found: dict[str, list[int]] = {}
        for item in json.loads(done.out)["files"][0]["findings"]:
            found.setdefault(item["rule"], []).append(item["line"])
        return found

    return call


def comment(words: str) -> str:
    return f"<!-- slopscan: {words} -->"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"{comment(f'ignore[{RULE}] it is a quote')}\n{TIC}\n\n{TIC}\n", {RULE: [4]}),
        (f"{comment(f'ignore[{RULE}]')}\n\n{TIC}\n\n{TIC}\n", {RULE: [5]}),
        (f"{comment('ignore')}\n{TIC}\n\n{TIC}\n", {RULE: [4]}),
        (f"{comment('ignore[contrast]')}\n{TIC}\n", {}),
        (f"{comment('ignore[ litotes , contrast ]')}\n{TIC}\n", {UNUSED: [1]}),
        (f"{TIC} {comment(f'ignore[{RULE}]')}\n{TIC}\n", {RULE: [2]}),
        (f"{TIC}\n{TIC} {comment('ignore')} And so on.\n{TIC}\n", {RULE: [1, 3]}),
        (f"{comment(f'off[{RULE}]')}\n\n{TIC}\n\n{TIC}\n\n{comment('on')}\n\n{TIC}\n", {RULE: [9]}),
        (f"{TIC}\n\n{comment('off')}\n\n{TIC}\n\n{TIC}\n", {RULE: [1]}),
        (f"{TIC}\n\n{TIC}\n\n{comment(f'ignore-file[{RULE}] licence text')}\n", {}),
        (f"{comment('ignore-file')}\n\n{TIC}\n", {}),
        (f"{comment('ignore')}\n\n- {TIC}\n- {TIC}\n\n{TIC}\n", {RULE: [6]}),
        (f"- {TIC}\n- {TIC} {comment('ignore')}\n", {RULE: [1]}),
        (f"{comment('ignore')}\n\n| a | b |\n|---|---|\n| {TIC} | c |\n| d | {TIC} |\n", {}),
        (f"> {comment('ignore')}\n>\n> x\n\n{TIC}\n", {RULE: [5]}),
        (f"{comment('ignore')}\r\n{TIC}\r\n\r\n{TIC}\r\n", {RULE: [4]}),
        (f"<!--\nslopscan: ignore[{RULE}]\nbecause of the law\n-->\n{TIC}\n", {}),
        (f"```\n{comment('ignore')}\n```\n\n{TIC}\n", {RULE: [5]}),
        (f"`{comment('ignore')}`\n{TIC}\n", {RULE: [2]}),
    ],
)
def test_comments_silence_what_they_say(lines: Any, text: str, left: dict[str, list[int]]) -> None:
    assert lines(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"{comment(f'ignore[{RULE}]')}\nPlain words.\n", {UNUSED: [1]}),
        (f"Plain words. {comment(f'ignore[{RULE}]')}\n", {UNUSED: [1]}),
        (f"{comment(f'ignore-file[{RULE}]')}\n", {UNUSED: [1]}),
        (
            f"{comment(f'off[{RULE}]')}\n\nPlain.\n\n{comment('on')}\n\n{TIC}\n",
            {UNUSED: [1], RULE: [7]},
        ),
        (f"{comment('on')}\n", {INVALID: [1]}),
        (f"{comment('ingore')}\n{TIC}\n", {INVALID: [1], RULE: [2]}),
        (f"{comment('ignore[]')}\n{TIC}\n", {INVALID: [1], RULE: [2]}),
        (f"{comment('ignore[litotes')}\n{TIC}\n", {INVALID: [1], RULE: [2]}),
        (f"{comment('ignore[litots]')}\n", {INVALID: [1]}),
        (f"{comment('')}\n", {INVALID: [1]}),
    ],
)
def test_comments_that_do_nothing_are_findings(
    lines: Any, text: str, left: dict[str, list[int]]
) -> None:
    assert lines(text) == left


def test_plain_text_knows_the_same_comment(lines: Any) -> None:
    args = ("--select", RULE)
    alone = f"Words.\n\n{comment(f'ignore[{RULE}]')}\n{TIC}\n\n{TIC}\n"
    assert lines(alone, *args, name="a.txt") == {RULE: [6]}
    beside = f"{TIC} {comment('ignore')}\n\n{TIC}\n"
    assert lines(beside, *args, name="a.txt") == {RULE: [3]}
    assert lines(f"{comment('ingore')}\n", *args, name="a.txt") == {INVALID: [1]}


def test_a_rule_that_did_not_run_is_not_called_unused(lines: Any) -> None:
    text = f"{comment('ignore[tricolon]')}\nPlain words.\n"
    assert lines(text) == {}
    assert lines(text.replace("[tricolon]", "")) == {}


def test_the_findings_about_comments_can_be_ignored_themselves(lines: Any) -> None:
    text = f"{comment(f'ignore[{RULE}]')}\nPlain words.\n"
    assert lines(text, "--select", RULE, "--ignore", UNUSED) == {}


def test_unused_is_a_note_and_invalid_a_warning(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"{comment(f'ignore[{RULE}]')}\nPlain words.\n")
    assert run("a.md", "--no-parse", "--preview").code == 0
    assert run("a.md", "--no-parse", "--preview", "--fail-on", "note").code == 1
    (tmp_path / "a.md").write_text(f"{comment('ignroe')}\nPlain words.\n")
    done = run("a.md", "--no-parse", "--output-format", "concise")
    assert done.code == 1
    assert "'ignroe' is no word; write one of ignore" in done.out


def test_a_suppressed_finding_does_not_fail_the_run(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"{TIC} {comment(f'ignore[{RULE}] the slogan')}\n")
    args = ("a.md", "--no-parse", "--select", RULE, "--fail-on", "note")
    assert run(*args).code == 0
    assert "1 silenced by comments" in run(*args, "--statistics").out


def test_a_suppressed_finding_is_listed_with_its_reason(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"{TIC} {comment(f'ignore[{RULE}] the  slogan')}\n")
    args = ("a.md", "--no-parse", "--select", RULE, "--output-format")
    (item,) = json.loads(run(*args, "json").out)["files"][0]["suppressed"]
    assert (item["rule"], item["reason"], item["matched"][:8]) == (RULE, "the slogan", "not just")
    (result,) = json.loads(run(*args, "sarif").out)["runs"][0]["results"]
    assert result["suppressions"][0]["justification"] == "the slogan"
    assert '"results": []' in run(*args, "sarif", "--no-suppressed").out
