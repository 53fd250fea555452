"""Every command a page shows runs, and prints what the page says it prints.

A block of ```console is run line by line in a folder of the page's own. Comments write files into
it: `<!-- demo FILE` with the content on the next lines (`x9`: nine times), or `<!-- demo FILE -->`
before a block that shows the content. `...` stands for anything. A block whose first line ends in
`not-run` is left alone. `--update-golden` writes what is printed now into the pages, but for blocks
with `...`.
"""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from archive_files import docx, w_p

from slopscan.cli.app import main
from slopscan.outputs import FORMATS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs").glob("*.md"))
PART = re.compile(
    r"^<!-- demo (?P<file>\S+)(?: x(?P<times>\d+))?\n(?P<content>.*?)^-->\n"
    r"|^<!-- demo (?P<next>\S+) -->\n+```\w*\n(?P<shown>.*?)^```$"
    r"|^```console(?P<info>[^\n]*)\n(?P<block>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)


def parts(page: Path) -> list[re.Match[str]]:
    return list(PART.finditer(page.read_text(encoding="utf-8")))


def is_run(part: re.Match[str]) -> bool:
    return part["block"] is not None and "not-run" not in part["info"]


def write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".docx":
        path.write_bytes(docx("".join(map(w_p, filter(None, content.splitlines())))))
    else:
        path.write_text(content, encoding="utf-8", newline="")


def commands(block: str) -> Iterator[tuple[str, str]]:
    for found in re.finditer(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
        yield found[1], found[2]


def ran(line: str, last: int) -> tuple[str, int]:
    """Run one line as a shell would and return what it prints, and its exit code."""
    words = shlex.split(line)
    if words == ["echo", "$?"]:
        return f"{last}\n", 0
    if words[0] == "cat":
        return Path(words[1]).read_text(encoding="utf-8"), 0
    assert words[0] == "slopscan", f"write `console not-run` for: {line}"
    shown = io.StringIO()
    with redirect_stdout(shown), redirect_stderr(shown):
        code = main(words[1:])
    return shown.getvalue(), code


def fits(expected: str, shown: str) -> bool:
    pattern = ".*".join(re.escape(piece) for piece in expected.split("..."))
    return re.fullmatch(pattern, shown, re.DOTALL) is not None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_print_what_the_page_shows(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    update = request.config.getoption("--update-golden")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    for name in [name for name in os.environ if name.startswith(("SLOPSCAN_", "FORCE_"))]:
        monkeypatch.delenv(name)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    code = 0
    for part in parts(page):
        if part["file"] or part["next"]:
            content = (part["content"] or part["shown"]) * int(part["times"] or 1)
            write(tmp_path / (part["file"] or part["next"]), content)
        elif is_run(part):
            for line, expected in commands(part["block"]):
                shown, code = ran(line, code)
                if update and "..." not in expected and shown != expected:
                    text = page.read_text(encoding="utf-8")
                    text = text.replace(f"$ {line}\n{expected}", f"$ {line}\n{shown}")
                    page.write_text(text, encoding="utf-8")
                    continue
                assert fits(expected, shown), f"{page.name}: $ {line}\nprints:\n{shown}"


def test_the_pages_of_every_feature_show_a_command_that_is_run() -> None:
    shown = {page.name for page in PAGES if any(map(is_run, parts(page)))}
    assert {
        "index.md",
        "ci.md",
        "command-line.md",
        "configuration.md",
        "disclosures.md",
        "files.md",
        "fixes.md",
        "outputs.md",
        "suppression.md",
        "voice.md",
    } <= shown


def test_every_format_has_its_row_and_every_picture_is_small() -> None:
    page = (ROOT / "docs" / "outputs.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in page for name in FORMATS)
    pictures = re.findall(r"images/[\w-]+\.png", page)
    assert len(pictures) == 3
    assert all((ROOT / "docs" / picture).stat().st_size < 150_000 for picture in pictures)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_settings_a_page_shows_can_be_read(page: Path) -> None:
    yaml = pytest.importorskip("yaml")
    text = page.read_text(encoding="utf-8")
    for language, block in re.findall(r"(?s)^```(toml|yaml|json)\n(.*?)^```$", text, re.MULTILINE):
        try:
            {"toml": tomllib.loads, "yaml": yaml.safe_load, "json": json.loads}[language](block)
        except (ValueError, yaml.YAMLError) as error:
            pytest.fail(f"{page.name}: {error}\n{block}")
