"""The same sentence in every place it may stand, through the command: what is reported there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from context_table import GRAMMAR_TIC, TIC, Parts, hidden, plain_text, prose, quoted

from slopscan.cli.app import main
from slopscan.folding import fold


@dataclass(frozen=True)
class Case:
    """A sentence, the rules that flag it, and the options under which they run."""

    parts: Parts
    rules: tuple[str, ...]
    options: tuple[str, ...] = ()


CASES = {
    "string": Case(TIC, ("negative-parallelism",), ("--no-parse",)),
    "grammar": Case(GRAMMAR_TIC, ("benign-yielding-predicate", "oxymoronic-coordination")),
}
ABOUT_TICS = """\
# Phrases to strike

Editors dislike the phrase *a rich tapestry*, and "it is not just a tool, it is a way of
thinking" is no better. The words *delve into* add nothing.

| phrase | where it comes from |
|---|---|
| "a testament to patience" | obituaries |
| `in today's fast-paced world` | openings |

> The ground was cold and giving. It is not just a field, it is a promise.

Write \u201cThe ground was cold and giving\u201d on the board and ask who gives what to whom. One
reader answered: 'It is not just a tool, it is a way of thinking.' Then open the file:

```text
It is not just a tool, it is a way of thinking. Let's delve into this rich tapestry.
```
"""


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """Findings by `case/kind/context`; with `+quotes` before it, under `--include quotes`."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name, case in CASES.items():
        folder = tmp_path_factory.mktemp(name)
        write(folder, "prose", "md", prose(case.parts))
        write(folder, "plain", "txt", plain_text(case.parts))
        write(folder, "hidden", "md", hidden(case.parts))
        write(folder, "quoted", "md", quoted(case.parts))
        for mark, options in (("", ()), ("+quotes ", ("--include", "quotes"))):
            for path, findings in scanned(folder, case, *options).items():
                found[f"{mark}{name}/{path}"] = findings
    return found


def write(folder: Path, kind: str, suffix: str, texts: dict[str, str]) -> None:
    (folder / kind).mkdir()
    for name, text in texts.items():
        (folder / kind / f"{name}.{suffix}").write_bytes(text.encode())


def scanned(folder: Path, case: Case, *options: str) -> dict[str, list[dict[str, Any]]]:
    report = folder / "report.json"
    args = ["scan", str(folder), "--select", ",".join(case.rules), "--output-format", "json"]
    args += ["--fail-on", "note"]
    code = main([*args, "--output-file", str(report), *case.options, *options])
    assert code == 1
    files = json.loads(report.read_text(encoding="utf-8"))["files"]
    assert all(entry["error"] is None for entry in files)
    for entry in files:
        text = Path(entry["path"]).read_bytes().decode()
        for finding in entry["findings"]:
            assert text[finding["start"] : finding["end"]] == finding["matched"]
    return {
        Path(entry["path"]).relative_to(folder).as_posix(): entry["findings"] for entry in files
    }


def rows(kind: str, suffix: str) -> list[str]:
    table = {"prose": prose, "plain": plain_text, "hidden": hidden, "quoted": quoted}[kind]
    return [f"{name}/{kind}/{row}.{suffix}" for name in CASES for row in table(TIC)]


def names(findings: list[dict[str, Any]]) -> list[str]:
    return sorted(finding["rule"] for finding in findings)


def ends(findings: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """First and last characters of what is underlined: markup inside it may differ."""
    shown = [fold(unescape(item["matched"])) for item in findings]
    return [(text[:3], text[-2:]) for text in shown]


@pytest.mark.parametrize("row", rows("prose", "md") + rows("plain", "txt"))
def test_prose_has_the_findings_of_plain_prose(
    row: str, workshop: dict[str, list[dict[str, Any]]]
) -> None:
    case = row.split("/", 1)[0]
    assert names(workshop[row]) == sorted(CASES[case].rules)
    assert ends(workshop[row]) == ends(workshop[f"{case}/prose/plain.md"])


@pytest.mark.parametrize("row", rows("hidden", "md"))
def test_what_is_no_prose_has_none(row: str, workshop: dict[str, list[dict[str, Any]]]) -> None:
    assert workshop[row] == []
    assert workshop[f"+quotes {row}"] == []


@pytest.mark.parametrize("row", rows("quoted", "md"))
def test_quotations_have_them_only_when_asked_for(
    row: str, workshop: dict[str, list[dict[str, Any]]]
) -> None:
    assert workshop[row] == []
    assert names(workshop[f"+quotes {row}"]) == sorted(CASES[row.split("/", 1)[0]].rules)


def test_a_page_about_tics_is_clean(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "tics.md"
    page.write_text(ABOUT_TICS, encoding="utf-8")
    args = [str(page), "--preview", "--fail-on", "note", "--output-format", "json"]
    code = main(args)
    found = json.loads(capsys.readouterr().out)["files"][0]["findings"]
    assert (found, code) == ([], 0)
    assert main([*args, "--include", "quotes"]) == 1
    quoted_too = json.loads(capsys.readouterr().out)["files"][0]["findings"]
    assert {"negative-parallelism", "oxymoronic-coordination"} <= set(names(quoted_too))
