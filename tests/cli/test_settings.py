"""What holds for a file, through the command: nearest file, tables per file, genre, origins."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
REFRAME = "It is not just a tool, but a way of thinking.\n"
OPENER = "Rain fell hard on the roof of the old station all night long.\n"
RULE = "negative-parallelism"


@pytest.fixture
def scan(run: Run) -> Callable[..., list[tuple[str, str]]]:
    """Scan on strings and return (path, rule) pairs."""

    def call(*args: str) -> list[tuple[str, str]]:
        done = run("scan", *args, "--no-parse", "--output-format", "json")
        assert done.err == ""
        files = json.loads(done.out)["files"]
        return [(file["path"], item["rule"]) for file in files for item in file["findings"]]

    return call


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_toml", ".toml").replace("_md", ".md")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_each_file_is_under_the_nearest_configuration(scan: Any, tmp_path: Path) -> None:
    write(
        tmp_path,
        slopscan_toml=f'select = ["{RULE}"]',
        a_md=REFRAME,
        docs__slopscan_toml='select = ["tricolon"]',
        docs__b_md=REFRAME,
    )
    assert scan("a.md", "docs/b.md") == [("a.md", RULE)]


def test_per_file_ignores_count_from_the_file_that_holds_them(scan: Any, tmp_path: Path) -> None:
    table = f'select = ["{RULE}"]\n[per-file-ignores]\n"docs/*.md" = ["contrast"]\n'
    write(tmp_path, slopscan_toml=table, a_md=REFRAME, docs__b_md=REFRAME, docs__c__d_md=REFRAME)
    assert scan("a.md", "docs") == [("a.md", RULE), ("docs/c/d.md", RULE)]


def test_excluded_files_are_scanned_only_when_named(scan: Any, tmp_path: Path) -> None:
    table = f'select = ["{RULE}"]\nexclude = ["old"]\n'
    write(tmp_path, slopscan_toml=table, a_md=REFRAME, old__b_md=REFRAME)
    assert scan(".") == [("a.md", RULE)]
    assert scan("old/b.md") == [("old/b.md", RULE)]
    assert scan("old/b.md", "a.md", "--force-exclude") == [("a.md", RULE)]


def test_a_genre_leaves_out_its_habits_but_not_a_rule_named_by_id(
    run: Run, scan: Any, tmp_path: Path
) -> None:
    narrative = "weather-opening"
    write(tmp_path, slopscan_toml='[per-file-genre]\n"docs/**" = "technical"\n', docs__a_md=OPENER)
    shown = json.loads(run("config", "show", "docs/a.md", "--json").out)
    assert shown["values"]["genre"]["value"] == "technical"
    assert shown["values"]["genre"]["origin"].endswith("per-file-genre docs/**")
    assert narrative in shown["left-out"]
    assert scan("docs/a.md", "--select", "narrative", "--preview") == []
    assert scan("docs/a.md", "--select", narrative) == [("docs/a.md", narrative)]
    left_out = scan("docs/a.md", "--select", "narrative", "--preview", "--genre", "fiction")
    assert left_out == [("docs/a.md", narrative)]


def test_fail_on_is_that_of_each_file(run: Run, tmp_path: Path) -> None:
    write(
        tmp_path,
        slopscan_toml=f'select = ["{RULE}"]\nparse = false\n',
        a_md=REFRAME,
        docs__slopscan_toml='extend = "../slopscan.toml"\nfail-on = "error"\n',
        docs__b_md=REFRAME,
    )
    assert run("docs/b.md", "-q").code == 0
    assert run("a.md", "docs/b.md", "-q").code == 1
    assert run("docs/b.md", "-q", "--fail-on", "note").code == 1


def test_a_wrong_name_is_told_with_the_file_that_holds_it(run: Run, tmp_path: Path) -> None:
    write(tmp_path, slopscan_toml='[per-file-ignores]\n"*.md" = ["tricolonn"]\n', a_md=REFRAME)
    done = run("a.md")
    assert done.code == 2
    assert "slopscan.toml" in done.err
    assert 'did you mean "tricolon"?' in done.err


def test_config_show_prints_each_value_and_its_origin(run: Run, tmp_path: Path) -> None:
    write(
        tmp_path,
        base_toml="preview = true\n",
        slopscan_toml='extend = "base.toml"\ngenre = "essay"\n',
    )
    done = run("config", "show", "a.md")
    assert done.code == 0
    lines = {line.split()[0]: line for line in done.out.splitlines() if line}
    assert lines["preview"].split() == ["preview", "true", "base.toml"]
    assert lines["genre"].split() == ["genre", '"essay"', "slopscan.toml"]
    assert lines["fail-on"].split() == ["fail-on", '"warning"', "default"]
    assert "left out by genre essay" in done.out


def test_genres_are_listed(run: Run) -> None:
    from slopscan.config.profiles import GENRES

    listed = [line.split("\t")[0] for line in run("config", "genres").out.splitlines()]
    assert listed == list(GENRES)


def test_statistics_count_rules(run: Run, tmp_path: Path) -> None:
    write(tmp_path, a_md=REFRAME * 2, b_md=REFRAME)
    args = ("a.md", "b.md", "--no-parse", "--select", RULE, "--statistics")
    done = run(*args)
    assert done.code == 1
    assert done.out.splitlines()[1].split() == ["3", "2", "90.91", "warning", RULE]
    data = json.loads(run(*args, "--output-format", "json").out)
    assert (data["findings"], data["words"], data["rules"][0]["files"]) == (3, 33, 2)


def test_quiet_says_nothing_but_errors(run: Run, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    assert run("docs", "--no-parse", "--quiet").err == ""


@pytest.mark.parametrize(("name", "expected"), [("html", True), ("json", True), ("text", False)])
def test_probabilities_along_a_text_are_for_the_outputs_that_show_or_keep_them(
    name: str, expected: bool, tmp_path: Path
) -> None:
    from slopscan.workspace import Overrides, Workspace

    workspace = Workspace(Overrides(output_format=name))
    assert workspace.resolve(tmp_path / "a.md").settings.windows is expected


def test_a_genre_chooses_the_texts_that_rates_are_shown_beside(run: Any, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("It is not just a tool, but a way of thinking.\n")
    args = ("a.md", "--no-parse", "--genre", "technical", "--select", "negative-parallelism")
    assert json.loads(run(*args, "--output-format", "json").out)["files"][0]["reference"] == "docs"
    page = run(*args, "--output-format", "html").out
    head = r'class="evidence"><caption>.*?</caption><tr><th scope="row">(.*?)</th>'
    assert set(re.findall(head, page)) == {"docs"}
    plain = run(*args[:2], "--output-format", "html").out
    assert 'scope="row">all genres</th>' in plain
