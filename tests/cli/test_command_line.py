"""What scripts rely on: the short form, exit codes, streams, error messages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from slopscan.cli.app import with_command
from slopscan.cli.inputs import expand, split_names
from slopscan.cli.scanning import exit_code
from slopscan.errors import UsageError
from slopscan.findings import Finding, Severity
from slopscan.report import Failure, FileReport
from slopscan.spans import source_span

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = ("scan", "report", "score", "rules", "config", "voice", "lsp", "doctor")
TICS = "It is not just a tool, but a way of thinking. Let's delve into this rich tapestry.\n"
FAST = "--no-parse"


Run = Callable[..., Any]


def report(*severities: Severity, error: bool = False) -> FileReport:
    findings = tuple(
        Finding("r", "f", severity, source_span(0, 1), 1, 1, "a", "m") for severity in severities
    )
    return FileReport("a.md", findings=findings, error=Failure("x") if error else None)


@pytest.mark.parametrize(
    ("severity", "fail_on", "code"),
    [
        (Severity.NOTE, "note", 1),
        (Severity.NOTE, "warning", 0),
        (Severity.WARNING, "warning", 1),
        (Severity.WARNING, "error", 0),
        (Severity.ERROR, "error", 1),
        (Severity.ERROR, "never", 0),
    ],
)
def test_exit_code_follows_the_least_severity(severity: Severity, fail_on: str, code: int) -> None:
    assert exit_code([(report(severity), fail_on)], exit_zero=False) == code
    assert exit_code([(report(severity), fail_on)], exit_zero=True) == 0


def test_a_failed_file_gives_2_whatever_is_asked() -> None:
    files = [(report(Severity.ERROR), "never"), (report(error=True), "never")]
    assert exit_code(files, exit_zero=True) == 2


@pytest.mark.parametrize(
    ("args", "full"),
    [
        (["scan", "x"], ["scan", "x"]),
        (["rules", "list"], ["rules", "list"]),
        (["--help"], ["--help"]),
        (["--version"], ["--version"]),
        ([], []),
        (["-"], ["scan", "-"]),
        (["--output-format", "json", "x.md"], ["scan", "--output-format", "json", "x.md"]),
        ([str(ROOT), "--exit-zero"], ["scan", str(ROOT), "--exit-zero"]),
    ],
)
def test_scan_is_the_command_when_none_is_named(args: list[str], full: list[str]) -> None:
    assert with_command(args, COMMANDS) == full


@pytest.mark.parametrize("word", ["scann", "missing.md", "a\0b", "x" * 5000])
def test_first_word_that_is_nothing_known(word: str) -> None:
    with pytest.raises(UsageError, match="no such file or command"):
        with_command([word], COMMANDS)


def test_names_are_split_at_commas() -> None:
    assert split_names(["a, b", "c"]) == ("a", "b", "c")
    assert split_names(None) is None


def test_folders_give_their_prose_files_once_in_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "c.py", "d/e.markdown", ".git/f.md", "node_modules/g.md"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    found = list(expand([str(tmp_path / "b.txt"), str(tmp_path), "-"]))
    assert [Path(name).name for name in found] == ["b.txt", "a.md", "e.markdown", "-"]


def test_findings_go_to_stdout_and_give_1(run: Run, tmp_path: Path) -> None:
    (tmp_path / "essay.md").write_text(TICS)
    done = run("essay.md", FAST, "--output-format", "concise", "--preview", "--fail-on", "note")
    assert done.code == 1
    assert done.out.startswith("essay.md:1:")
    assert done.err == ""


def test_options_may_stand_before_the_path(run: Run, tmp_path: Path) -> None:
    (tmp_path / "essay.md").write_text(TICS)
    before = run("--output-format", "json", FAST, "essay.md")
    after = run("essay.md", FAST, "--output-format", "json")
    assert before == after
    assert json.loads(before.out)["files"][0]["path"] == "essay.md"


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["nothing.md"], "no such file or command: nothing.md"),
        (["scan"], "nothing to scan"),
        (["--select", "no-such-rule", FAST, "a.md"], 'unknown rule "no-such-rule"'),
        (["--config", "none.toml", "a.md"], "none.toml: cannot be read"),
        (["a.md", "--output-format", "xml"], "xml"),
        (["a.md", FAST, "--output-file", "no/such/folder/x"], "cannot write"),
        (["rules", "show", "no-such-rule"], 'unknown rule "no-such-rule"'),
    ],
)
def test_mistakes_are_told_on_stderr_without_a_traceback(
    run: Run, tmp_path: Path, args: list[str], says: str
) -> None:
    (tmp_path / "a.md").write_text(TICS)
    done = run(*args)
    assert done.code == 2
    assert says in done.err
    assert "Traceback" not in done.err
    assert done.out == ""


def test_unreadable_files_are_error_entries_and_the_others_are_scanned(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "good.md").write_text(TICS)
    (tmp_path / "latin.md").write_bytes("caf\u00e9 au lait".encode("latin-1"))
    (tmp_path / "binary.md").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "empty.md").write_bytes(b"")
    names = ["good.md", "missing.md", "latin.md", "binary.md", "empty.md"]
    done = run(*names, FAST, "--preview", "--exit-zero", "--output-format", "json")
    assert done.code == 2
    files = {entry["path"]: entry for entry in json.loads(done.out)["files"]}
    assert list(files) == names
    assert {name for name in names if files[name]["error"]} == {
        "missing.md",
        "latin.md",
        "binary.md",
    }
    assert files["good.md"]["findings"]
    assert files["empty.md"]["findings"] == []
    for entry in files.values():
        assert entry["error"] is None or entry["error"]["what"]
        assert entry["verdict"] is None or entry["verdict"]["probability"] is None


def test_long_inputs_are_scanned(run: Run, tmp_path: Path) -> None:
    (tmp_path / "line.txt").write_text("plain words in one line " * 42_000)
    (tmp_path / "blob.txt").write_text("x" * 1_000_000)
    done = run("line.txt", "blob.txt", FAST, "--select", "contrast")
    assert done.code == 0
    assert len(done.out) < 5_000


def test_an_empty_folder_is_told_and_gives_0(run: Run, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    done = run("docs", FAST)
    assert done.code == 0
    assert "nothing to scan" in done.err


def test_report_to_a_file_leaves_stdout_empty(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(TICS)
    done = run("a.md", FAST, "--output-file", "report.txt", "--exit-zero")
    assert (done.code, done.out) == (0, "")
    assert "a.md" in (tmp_path / "report.txt").read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []


def test_configuration_is_found_and_the_command_line_wins(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(TICS)
    (tmp_path / "slopscan.toml").write_text('output-format = "json"\nfail-on = "never"\n')
    assert json.loads(run("a.md", FAST).out)["schema"] == 1
    assert run("a.md", FAST, "--output-format", "jsonl").out.startswith('{"schema": 1')
    (tmp_path / "slopscan.toml").write_text('select = ["no-such-rule"]\n')
    done = run("a.md", FAST)
    assert done.code == 2
    assert "slopscan.toml" in done.err


def test_internal_errors_are_one_line_and_a_hint(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from slopscan.scan import Scanner

    def break_down(*_: object, **__: object) -> None:
        raise ZeroDivisionError("boom")

    (tmp_path / "a.md").write_text(TICS)
    monkeypatch.setattr(Scanner, "report", break_down)
    quiet = run("a.md", FAST, "--exit-zero")
    assert quiet.code == 2
    assert "ZeroDivisionError: boom" in quiet.err
    assert "Traceback" not in quiet.err
    assert "internal error" in quiet.out
    assert "Traceback" in run("a.md", FAST, "--verbose").err


def test_an_internal_error_on_one_file_leaves_the_others_their_reports(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from slopscan.scan import Scanner

    whole = Scanner.report

    def fragile(self: Any, annotated: Any, **options: Any) -> Any:
        if "poison" in annotated.document.prose:
            raise ZeroDivisionError("boom")
        return whole(self, annotated, **options)

    names = [f"{number}.md" for number in range(4)]
    for name in names:
        (tmp_path / name).write_text(TICS + ("poison" if name == "2.md" else ""))
    args = (*names, FAST, "--exit-zero", "--output-format", "json")
    before = json.loads(run(*args).out)["files"]
    monkeypatch.setattr(Scanner, "report", fragile)
    after = json.loads(run(*args).out)["files"]
    assert [found["path"] for found in after] == names
    assert "boom" in after[2]["error"]["what"]
    assert [after[i] for i in (0, 1, 3)] == [before[i] for i in (0, 1, 3)]


def scanned_in_a_process(
    *args: str, text: str = "", **env: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "slopscan", *args],
        input=text,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, **env},
    )


def test_standard_input_takes_the_name_it_is_given() -> None:
    done = scanned_in_a_process(
        "-", FAST, "--stdin-filename", "draft.md", "--output-format", "json", text=TICS
    )
    assert json.loads(done.stdout)["files"][0]["path"] == "draft.md"


def test_piped_report_has_no_escape_and_colour_can_be_forced_or_forbidden() -> None:
    plain = scanned_in_a_process("-", FAST, "--preview", text=TICS, FORCE_COLOR="")
    forced = scanned_in_a_process("-", FAST, "--preview", text=TICS, FORCE_COLOR="1", NO_COLOR="")
    forbidden = scanned_in_a_process(
        "-", FAST, "--preview", text=TICS, FORCE_COLOR="1", NO_COLOR="1"
    )
    assert "\x1b" not in plain.stdout
    assert "^^^" in plain.stdout
    assert "\x1b[" in forced.stdout
    assert forbidden.stdout == plain.stdout


@pytest.mark.parametrize("code", ["import slopscan", "NO_PARSE"])
def test_light_paths_import_no_heavy_library(code: str) -> None:
    no_parse = (
        "import io, sys; from slopscan.cli.app import main; "
        f"sys.stdin = io.TextIOWrapper(io.BytesIO({TICS.encode()!r})); "
        "main(['-', '--no-parse', '--exit-zero', '--preview'])"
    )
    script = (
        f"{no_parse if code == 'NO_PARSE' else code}\n"
        "import sys; heavy = {'spacy', 'numpy', 'sklearn', 'thinc'} & set(sys.modules)\n"
        "sys.exit(f'imported {sorted(heavy)}' if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_rules_are_searched(run: Run) -> None:
    found = run("rules", "search", "Eyes", "narrowed")
    assert found.code == 0
    assert "gaze-choreography" in {line.split("\t")[0] for line in found.out.splitlines()}
    nothing = run("rules", "search", "xyzzy")
    assert (nothing.code, nothing.out) == (1, "")
    assert "no rule names xyzzy" in nothing.err


def test_rules_are_listed_and_shown(run: Run) -> None:
    listed = run("rules", "list")
    assert listed.code == 0
    first = listed.out.splitlines()[0].split("\t")
    assert len(first) == 12
    shown = run("rules", "show", first[0])
    assert shown.code == 0
    assert shown.out.startswith(first[0])
