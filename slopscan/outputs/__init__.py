"""Output formats: a finished `RunReport` in, characters on a stream out.

An output computes nothing about the text; it never parses and knows no rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Final, Protocol, TextIO, cast

from slopscan.errors import UsageError
from slopscan.report import RunReport

_TABLE: Final = {
    "text": "slopscan.outputs.text:render",
    "concise": "slopscan.outputs.concise:render",
    "json": "slopscan.outputs.json:render",
    "jsonl": "slopscan.outputs.jsonl:render",
    "sarif": "slopscan.outputs.sarif:render",
    "github": "slopscan.outputs.github:render",
    "html": "slopscan.outputs.html:render",
}
FORMATS: Final = tuple(_TABLE)
WITHOUT_CARDS: Final = frozenset({"concise"})  # formats that tell nothing of a rule but its name


@dataclass(frozen=True, slots=True)
class Options:
    """How to show a run; outputs for machines read `include_text` alone.

    Attributes
    ----------
    width : int
        Columns, at least 40.
    color : bool
        Whether the stream is a terminal that takes colour. Without it, tics are marked by
        carets and no escape sequence is written.
    full : bool
        Show the whole text instead of the paragraphs around findings.
    unicode : bool
        Whether the stream can show box-drawing characters.
    include_text : bool
        Put the source into `json` and `jsonl`.
    """

    width: int = 80
    color: bool = False
    full: bool = False
    unicode: bool = True
    include_text: bool = False


class Renderer(Protocol):
    """What a format's module offers."""

    def __call__(self, run: RunReport, stream: TextIO, options: Options) -> None: ...


def render(name: str, run: RunReport, stream: TextIO, options: Options | None = None) -> None:
    """Write a run to a stream in one of `FORMATS`.

    Raises
    ------
    UsageError
        The format is unknown.
    """
    if name not in _TABLE:
        raise UsageError(f"unknown output format '{name}'", fix=f"use one of {', '.join(FORMATS)}")
    module, function = _TABLE[name].split(":")
    renderer = cast(Renderer, getattr(import_module(module), function))
    renderer(run, stream, options or Options())
