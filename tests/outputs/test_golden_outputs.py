"""Every output shows the shared run as its golden file says."""

from __future__ import annotations

import io
import json
import re
import unicodedata
from collections.abc import Callable

import pytest

from slopscan.errors import UsageError
from slopscan.findings import Measure, Severity
from slopscan.outputs import FORMATS, Options, render
from slopscan.report import FileReport, RuleCard, RunReport
from tests.outputs.conftest import finding

Golden = Callable[[str, str], None]

TEXT_VIEWS = {
    "text-80.txt": Options(width=80),
    "text-120.txt": Options(width=120),
    "text-80-color.ansi": Options(width=80, color=True),
    "text-120-color.ansi": Options(width=120, color=True),
    "text-50.txt": Options(width=50),
    "text-80-ascii.txt": Options(width=80, unicode=False),
}


def rendered(name: str, run: RunReport, options: Options | None = None) -> str:
    stream = io.StringIO(newline="")
    render(name, run, stream, options)
    return stream.getvalue()


@pytest.mark.parametrize("name", ["concise", "json", "jsonl"])
def test_machine_formats(name: str, shared_run: RunReport, golden: Golden) -> None:
    golden(f"run.{name}", rendered(name, shared_run))


@pytest.mark.parametrize("name", TEXT_VIEWS)
def test_text_report(name: str, shared_run: RunReport, golden: Golden) -> None:
    golden(name, rendered("text", shared_run, TEXT_VIEWS[name]))


@pytest.mark.parametrize("name", FORMATS)
def test_no_control_character_of_the_text_reaches_the_stream(
    name: str, shared_run: RunReport
) -> None:
    shown = rendered(name, shared_run)
    unsafe = {char for char in shown if unicodedata.category(char) in ("Cc", "Cf")} - {"\n"}
    assert not unsafe


def test_colour_adds_only_style_sequences(shared_run: RunReport) -> None:
    shown = rendered("text", shared_run, Options(color=True))
    assert "\x1b" not in re.sub(r"\x1b\[[\d;]*m", "", shown)
    assert "\x1b[31m an override" not in shown


@pytest.mark.parametrize("width", [40, 50, 80, 120])
def test_no_row_is_wider_than_asked(width: int, shared_run: RunReport) -> None:
    from rich.cells import cell_len

    rows = rendered("text", shared_run, Options(width=width)).splitlines()
    assert max(cell_len(row) for row in rows) <= width


def test_ascii_signs_leave_only_the_texts_own_characters(shared_run: RunReport) -> None:
    shown = rendered("text", shared_run, Options(unicode=False))
    signs = {char for char in shown if not char.isascii()}
    assert signs <= set(
        "\N{TEAPOT}\N{HOT BEVERAGE}\N{VARIATION SELECTOR-16}\u2014\u2407\u241b\ufffd"
        "\N{SMILING FACE WITH OPEN MOUTH}"
    )


def test_jsonl_rows_are_the_files_of_the_json_form(shared_run: RunReport) -> None:
    whole = json.loads(rendered("json", shared_run))
    rows = [json.loads(line) for line in rendered("jsonl", shared_run).splitlines()]
    assert rows == [{"schema": 1, **item} for item in whole["files"]]


def test_unknown_format_names_the_known_ones(shared_run: RunReport) -> None:
    with pytest.raises(UsageError, match="unknown output format 'xml'") as caught:
        rendered("xml", shared_run)
    assert "concise" in caught.value.fix


@pytest.mark.parametrize("background", [0.0, 1.0])
def test_colours_of_text_are_readable_on_black_and_on_white(background: float) -> None:
    from rich.color import Color

    from slopscan.outputs import text as module

    styles = {*module._COLOR.values(), module._QUIET, module._FOR, module._AGAINST}
    for style in styles:
        triplet = Color.parse(style).get_truecolor()
        channels = [channel / 255 for channel in triplet]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        light, dark = max(luminance, background), min(luminance, background)
        assert (light + 0.05) / (dark + 0.05) >= 4.0, style


def test_a_measure_of_the_whole_text_marks_no_words() -> None:
    text = "One short line. Another one.\n\nA third, quite as short.\n"
    measure = Measure(1, 2, "1")
    measured = finding(text, "evenness", 0, 15, Severity.NOTE, "all alike", (), measure)
    card = RuleCard("evenness", "Even", "layout", "note", "stable", "", "", kind="measure")
    stream = io.StringIO()
    run = RunReport((FileReport("a.md", text, 9, findings=(measured,)),), cards={card.id: card})
    render("text", run, stream)
    shown = stream.getvalue()
    assert "^" not in shown
    assert shown.index("The text as a whole") > shown.index("A third")
    assert "evenness" in shown
