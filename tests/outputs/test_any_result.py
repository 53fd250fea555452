"""Whatever a stored result, baseline or voice holds, it is read and shown, or refused in words."""

from __future__ import annotations

import copy
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from slopscan.baseline import read_baseline, write_baseline
from slopscan.errors import InputError, SlopscanError
from slopscan.findings import Finding, Severity, Silenced, with_fingerprints
from slopscan.outputs import FORMATS, render
from slopscan.report import FileReport, Provenance, RunReport, to_json
from slopscan.spans import source_span
from slopscan.stored import read_results
from slopscan.verdict import Contribution, FamilyProfile, SentenceHeat, Verdict, WindowScore
from slopscan.voice import read_voice

_TEXT = "It is not just a tool, but a way of thinking.\n"
_SPAN = source_span(6, 27)
_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 60),
    st.sampled_from([2**70, -(2**70), float("inf"), float("-inf"), float("nan"), 1e308]),
    st.floats(),
    st.text(max_size=4),
    st.sampled_from([[], {}, [0, 1], [1, 0], "error", "\ud800", "\x1b[31m"]),
)


def _run() -> RunReport:
    (found,) = with_fingerprints(
        [Finding("one", "figures", Severity.NOTE, _SPAN, 1, 7, _TEXT[6:27], "said")]
    )
    verdict = Verdict(
        *(0.7, None, 10, (0.4, 0.9), 0.8, True),
        contributions=(Contribution("x", "words", 0.8, 1.0, 2.0, 0.5),),
        heat=(SentenceHeat(_SPAN, 0.3),),
        above_humans=0.9,
        windows=(WindowScore(_SPAN, 0.6, 5),),
    )
    profile = FamilyProfile(None, "no", 10, (("qwen", 0.6), ("other", 0.4)), 0.3, 0.2)
    report = FileReport(
        *("a.md", _TEXT, 10, verdict, (found,)),
        suppressed=(Silenced(found, "why"),),
        family_profile=profile,
    )
    return RunReport((report,), Provenance("0", "0", "p", "m"))


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every value inside a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = [(*path, key) for key, _ in inner]
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(item, dict | list):
            found += _places(item, (*path, key))
    return found


_STORED = to_json(_run(), include_text=True)
_CHANGES = st.lists(
    st.tuples(st.sampled_from(_places(_STORED)), st.booleans(), _VALUES), min_size=1, max_size=3
)


def _changed(value: Any, changes: list[tuple[tuple[Any, ...], bool, Any]]) -> Any:
    made = copy.deepcopy(value)
    for path, is_gone, new in changes:
        inner = made
        try:
            for key in path[:-1]:
                inner = inner[key]
            if is_gone:
                del inner[path[-1]]
            else:
                inner[path[-1]] = new
        except (KeyError, IndexError, TypeError):
            continue
    return made


@settings(max_examples=200, deadline=None)
@given(changes=_CHANGES)
@example(changes=[(("files", 0, "verdict", "log_odds"), False, float("nan"))])
@example(changes=[(("files", 0, "verdict", "probability"), False, float("inf"))])
@example(changes=[(("files", 0, "verdict", "probability"), False, -7.0)])
@example(changes=[(("files", 0, "findings", 0, "end"), False, 2**70)])
@example(changes=[(("files", 0, "findings", 0, "line"), False, 2**70)])
@example(changes=[(("files", 0, "n_words"), False, -1)])
def test_a_result_is_shown_or_refused(changes: list[tuple[tuple[Any, ...], bool, Any]]) -> None:
    stored = json.dumps(_changed(_STORED, changes))
    try:
        run = read_results(stored, "r.json")
    except InputError as error:
        assert error.what and error.where == "r.json"
        return
    for name in FORMATS:
        render(name, run, io.StringIO())


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=40))
@example(text="[" * 100_000)
@example(text=f'{{"schema": {"9" * 5000}}}')
def test_any_text_is_a_result_or_refused(text: str) -> None:
    with pytest.raises(InputError):
        read_results(text, "r.json")


@pytest.mark.parametrize("text", ["[" * 100_000, "9" * 5000, "{}", "[]", "null", '"a"', "\x00", ""])
def test_any_text_is_a_baseline_and_a_voice_or_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "f.json"
    path.write_text(text, encoding="utf-8")
    for read in (read_baseline, read_voice):
        with pytest.raises(SlopscanError) as caught:
            read(path)
        assert caught.value.what


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_a_changed_baseline_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "known.json"
    run = _run()
    path.unlink(missing_ok=True)
    write_baseline(path, run.files)
    value = json.loads(path.read_text(encoding="utf-8"))
    places = st.sampled_from(_places(value))
    changes = data.draw(st.lists(st.tuples(places, st.booleans(), _VALUES), max_size=2))
    path.write_text(json.dumps(_changed(value, changes)), encoding="utf-8")
    try:
        read_baseline(path).without_known(run.files[0])
    except SlopscanError as error:
        assert error.what
