"""What `docs/threat-model.md` says of the command line, held."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
posix = pytest.mark.skipif(sys.platform == "win32", reason="links and odd names of POSIX")

ESCAPES = "\x1b[31m\x1b]0;owned\x07\x9b2J\x08\u202e\u2066\r"
TIC = f"As an AI language model, I cannot{ESCAPES} \u2014 it is a testament to{ESCAPES} the plan.\n"
FORMATS = ("text", "concise", "github", "json", "jsonl", "sarif", "html")
UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@posix
@pytest.mark.parametrize("output", FORMATS)
def test_no_escape_of_a_text_or_a_name_reaches_the_terminal(
    run: Run, tmp_path: Path, output: str
) -> None:
    (tmp_path / f"a{ESCAPES.strip()}b.md").write_text(TIC)
    (tmp_path / "c\x1b[2J.md").write_bytes(b"\xff\xfe\xff")
    done = run("scan", ".", "--no-parse", "--output-format", output, "--verbose")
    assert "testament" in done.out
    shown = done.out if output not in ("json", "jsonl", "sarif") else ""
    assert not UNSAFE.search(shown + done.err)
    assert "\x1b" not in done.out


@posix
@pytest.mark.parametrize(
    "args",
    [
        ("scan", "no\x1b[2Jfile.md"),
        ("scan", "a.md", "--select", "no\x1b[2Jrule"),
        ("scan", "a.md", "--config", "no\x1b[2J.toml"),
        ("scan", "a.md", "--baseline", "no\x1b[2J.json"),
        ("scan", "a.md", "--output-format", "no\x1b[2J"),
        ("report", "no\x1b[2J.json"),
        ("rules", "show", "no\x1b[2Jrule"),
    ],
)
def test_no_escape_of_an_argument_reaches_the_terminal(
    run: Run, tmp_path: Path, args: tuple[str, ...]
) -> None:
    (tmp_path / "a.md").write_text("Plain words.\n")
    done = run(*args)
    assert done.code == 2
    assert "\x1b[2J" not in done.out + done.err


@posix
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("slopscan.toml", 'select = ["no\\u001b[2Jrule"]\n'),
        ("slopscan.toml", '"no\\u001b[2Jkey" = 1\n'),
        ("pyproject.toml", '[tool.slopscan]\ngenre = "no\\u001b[2Jgenre"\n'),
    ],
)
def test_no_escape_of_a_configuration_reaches_the_terminal(
    run: Run, tmp_path: Path, name: str, content: str
) -> None:
    (tmp_path / "a.md").write_text("Plain words.\n")
    (tmp_path / name).write_text(content)
    done = run("scan", "a.md", "--no-parse")
    assert done.code == 2
    assert "\x1b" not in done.out + done.err


@posix
def test_links_that_lead_out_of_a_folder_are_not_read(run: Run, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("As an AI language model, I keep the key hunter2.\n")
    folder = tmp_path / "clone"
    (folder / "sub").mkdir(parents=True)
    (folder / "own.md").write_text("As an AI language model, I cannot.\n")
    (folder / "out.md").symlink_to(secret)
    (folder / "sub" / "in.md").symlink_to(folder / "own.md")
    (folder / "all").symlink_to(tmp_path)
    done = run("scan", "clone", "--no-parse", "--output-format", "json", "--include-text")
    assert "hunter2" not in done.out
    paths = [Path(item["path"]).name for item in json.loads(done.out)["files"]]
    assert sorted(paths) == ["in.md", "own.md"]


@posix
def test_a_report_follows_no_link_laid_in_its_way(run: Run, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("keep")
    (tmp_path / "a.md").write_text(TIC)
    (tmp_path / ".r.json.part").symlink_to(victim)
    (tmp_path / "r.json").symlink_to(victim)
    done = run("scan", "a.md", "--no-parse", "--output-format", "json", "-o", "r.json")
    assert (done.code, victim.read_text()) == (1, "keep")
    assert not (tmp_path / "r.json").is_symlink()


@posix
def test_a_fix_follows_no_link_laid_in_its_way(run: Run, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("keep")
    path = tmp_path / "a.md"
    path.write_text("See the plan.:contentReference[oaicite:0]{index=0} It holds.\n")
    (tmp_path / ".a.md.part").symlink_to(victim)
    run("scan", "a.md", "--no-parse", "--fix")
    assert victim.read_text() == "keep"
    assert "oaicite" not in path.read_text()


@pytest.mark.parametrize("output", FORMATS)
def test_nothing_of_the_environment_is_in_a_report(
    run: Run, tmp_path: Path, output: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY", "SLOPSCAN_TOKEN", "USER", "HOSTNAME"):
        monkeypatch.setenv(name, "hunter2hunter2")
    (tmp_path / "a.md").write_text("As an AI language model, I cannot.\n")
    done = run("scan", "a.md", "--no-parse", "--output-format", output, "--verbose")
    assert done.code == 1
    assert "hunter2" not in done.out + done.err
    assert str(tmp_path) not in done.out


def test_a_workflow_command_in_a_text_stays_text(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "As an AI language model, I cannot.\n::set-output name=x::y\n\n"
        "It is a testament to %0A::error::owned.\n"
    )
    done = run("scan", "a.md", "--no-parse", "--output-format", "github")
    commands = [line for line in done.out.splitlines() if line.startswith("::")]
    assert commands
    assert all(re.match(r"::(?:error|warning|notice) file=a\.md,", line) for line in commands)
    assert not any(line.lstrip().startswith("::set-output") for line in done.out.splitlines())


def test_rules_of_a_pack_run_no_code(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "pack" / "vocabulary"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("raise SystemExit('owned')\n")
    (folder / "conftest.py").write_text("raise SystemExit('owned')\n")
    (folder / "a-word.toml").write_text(
        'id = "a-word"\ntitle = "A word"\nkind = "phrase"\nseverity = "note"\nstatus = "stable"\n'
        'since = "0.1.0"\nmessage = "{match.__class__.__mro__}"\nwhy = "w"\nadvice = "a"\n'
        '[match]\nphrases = ["a word"]\n[[examples.flag]]\ntext = "a word"\n'
        '[[examples.pass]]\ntext = "b"\nbecause = "c"\n[[evidence]]\nsource = "s"\n'
    )
    (tmp_path / "a.md").write_text("There is a word here.\n")
    done = run("scan", "a.md", "--no-parse", "--catalogue", "pack", "--output-format", "concise")
    assert "class" not in done.out
    assert "owned" not in done.out + done.err
