"""`slopscan scan` without Typer, whose import costs more than a scan of an essay.

Only what is certain is read here: an option of the table with a value of the right kind. All
else, a mistake or a call for help too, is left to Typer, so that there is one place that explains.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from slopscan.cli.scanning import ScanOptions

FLAGS: Final[Mapping[str, tuple[str, bool]]] = {
    "--preview": ("preview", True),
    "--no-preview": ("preview", False),
    "--parse": ("parse", True),
    "--no-parse": ("parse", False),
    "--family": ("family", True),
    "--no-family": ("family", False),
    "--exit-zero": ("exit_zero", True),
    "--force-exclude": ("force_exclude", True),
    "--fix": ("fix", True),
    "--diff": ("diff", True),
    "--include-text": ("include_text", True),
    "--suppressed": ("suppressed", True),
    "--no-suppressed": ("suppressed", False),
    "--statistics": ("statistics", True),
    "--full": ("full", True),
    "--no-color": ("no_color", True),
    "--quiet": ("quiet", True),
    "-q": ("quiet", True),
    "--verbose": ("verbose", True),
}
LISTS: Final = frozenset({"--select", "--ignore", "--extend-select", "--extend-ignore", "--pack"})
PATHS: Final = frozenset(
    {"--config", "--model", "--baseline", "--write-baseline", "--voice", "--output-file", "-o"}
)
TEXTS: Final = frozenset({"--since", "--stdin-filename"})
CHOICES: Final[Mapping[str, frozenset[str]]] = {
    "--genre": frozenset({"essay", "fiction", "technical", "academic", "marketing", "chat"}),
    "--fail-on": frozenset({"note", "warning", "error", "never"}),
    "--output-format": frozenset({"text", "concise", "json", "jsonl", "sarif", "github", "html"}),
}
_WITH_VALUE: Final = LISTS | PATHS | TEXTS | CHOICES.keys() | {"--width"}
_COMPLETION: Final = "_SLOPSCAN_COMPLETE"


class _UnsureError(Exception):
    """Typer decides."""


def scan_options(args: Sequence[str], commands: Collection[str]) -> ScanOptions | None:
    """Return what `slopscan scan` is asked for; None where Typer has to read the arguments.

    Parameters
    ----------
    args : sequence of str
        The arguments of `slopscan`.
    commands : collection of str
        First words that name a command.
    """
    if not args or _COMPLETION in os.environ:
        return None
    if args[0] == "scan":
        args = args[1:]
    elif args[0] in commands or not (args[0].startswith("-") or os.path.exists(args[0])):  # noqa: PTH110
        return None
    try:
        return _read(args)
    except _UnsureError:
        return None


def _read(args: Sequence[str]) -> ScanOptions:
    given: dict[str, Any] = {"paths": ()}
    rest = iter(args)
    for word in rest:
        if word == "-" or not word.startswith("-"):
            given["paths"] = (*given["paths"], word)
        elif word in FLAGS:
            key, on = FLAGS[word]
            given[key] = on
        else:
            name, has_value, value = word.partition("=")
            if name not in _WITH_VALUE or (has_value and not name.startswith("--")):
                raise _UnsureError
            _take(given, name, value if has_value else next(rest, "--"))
    return ScanOptions(**given)


def _take(given: dict[str, Any], name: str, value: str) -> None:
    if not value or value.startswith("-"):
        raise _UnsureError
    key = "output_file" if name == "-o" else name[2:].replace("-", "_")
    if name in LISTS:
        given[key] = (*given.get(key, ()), value)
    elif name in PATHS:
        given[key] = Path(value)
    elif name in CHOICES and value not in CHOICES[name]:
        raise _UnsureError
    elif name == "--width":
        if not (value.isascii() and value.isdecimal() and 40 <= int(value[:9]) <= 400):
            raise _UnsureError
        given[key] = int(value)
    else:
        given[key] = value
