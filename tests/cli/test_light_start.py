"""What a run of string rules alone must not import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_HEAVY = ("spacy", "thinc", "numpy", "sklearn", "scipy", "pandas", "pyarrow", "pygls", "ray")
# What only other commands, mistakes or help need.
_LATE = (
    "typer",
    "click",
    "rich",
    "pydantic",
    "subprocess",
    "tomllib",
    "tempfile",
    "difflib",
    "html",
)
_CODE = """
import sys
from slopscan.cli.start import main
code = main(["scan", "--no-parse", sys.argv[1], "--output-format", sys.argv[2]])
heavy = sorted(set(sys.argv[3:]) & {name.partition(".")[0] for name in sys.modules})
print(code, *heavy, file=sys.stderr)
"""


def test_string_rules_import_nothing_heavy(tmp_path: Path) -> None:
    essay = tmp_path / "essay.md"
    essay.write_text("It is a testament to the plan. As an AI language model, I cannot.\n")
    for output in ("text", "json", "concise"):
        command = [sys.executable, "-c", _CODE, str(essay), output, *_HEAVY]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert done.stderr.split() == ["1"], done.stderr


def test_a_plain_scan_imports_only_what_it_uses(tmp_path: Path) -> None:
    essay = tmp_path / "essay.md"
    essay.write_text("It is a testament to the plan. As an AI language model, I cannot.\n")
    command = [sys.executable, "-c", _CODE, str(essay), "concise", *_HEAVY, *_LATE]
    for _ in range(2):  # the first may fill the cache
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.stderr.split() == ["1"], done.stderr
