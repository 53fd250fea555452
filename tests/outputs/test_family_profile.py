"""The profile by model family in every output: shown where asked for, accusing nobody."""

from __future__ import annotations

import io
import json

import pytest

from slopscan.outputs import FORMATS, Options, render
from slopscan.report import FileReport, RunReport
from slopscan.stored import read_results
from slopscan.verdict import FamilyProfile

SILENT = FamilyProfile(
    None,
    "it reads like no model family in particular",
    300,
    shares=(("qwen", 0.4), ("openai", 0.3), ("other", 0.2), ("meta", 0.1)),
    nearest_right=0.31,
    by_chance=0.23,
)
NAMED = FamilyProfile("qwen", None, 300, shares=(("qwen", 0.9), ("meta", 0.1)), nearest_right=0.5)


def _shown(name: str, profile: FamilyProfile | None, width: int = 80) -> str:
    stream = io.StringIO()
    report = FileReport("a.md", "Words.", 1, family_profile=profile)
    render(name, RunReport((report,)), stream, Options(width=width))
    return stream.getvalue()


@pytest.mark.parametrize("name", ["text", "html"])
def test_people_are_shown_the_nearest_and_what_it_is_worth(name: str) -> None:
    shown = " ".join(_shown(name, SILENT).split())
    assert "No family named: it reads like no model family in particular." in shown
    assert "theirs for 31 of 100; guessing gives 23." in shown
    assert shown.index("Qwen") < shown.index("OpenAI (GPT)") < shown.index("other makers")
    assert "Meta" not in shown  # three are enough
    assert "no statement about who or what wrote this" in shown
    named = " ".join(_shown(name, NAMED).split())
    assert "The habits resemble those of models by Qwen most." in named


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_is_shown_unasked(name: str) -> None:
    shown = _shown(name, None)
    assert "amil" not in shown.split("<main>")[-1].split("<footer>")[0] or name == "sarif"
    assert "family_profile" not in shown


@pytest.mark.parametrize("name", ["json", "jsonl"])
@pytest.mark.parametrize("profile", [SILENT, NAMED, FamilyProfile(None, "verse", 3)])
def test_results_come_back_as_they_were(name: str, profile: FamilyProfile) -> None:
    shown = _shown(name, profile)
    (file,) = read_results(shown, "r").files
    assert file.family_profile == profile
    if name == "jsonl":
        row = json.loads(shown)
        assert list(row).index("family_profile") == list(row).index("verdict") + 1


@pytest.mark.parametrize("name", ["text", "html"])
def test_a_stored_name_is_shown_as_plain_text(name: str) -> None:
    profile = FamilyProfile(None, "\x1b[31m<b>", 3, shares=(("\x1b]0;<script>", 1.0),))
    shown = _shown(name, profile, width=40)
    assert "\x1b" not in shown
    assert "<script>\x1b" not in shown
    if name == "html":
        assert "<b>" not in shown.split("Habits of model families")[1]
        assert ";<script>" not in shown
