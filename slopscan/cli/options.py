"""The options of `slopscan scan`, as Typer reads them."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated, Final

import typer

from slopscan.cli.inputs import rule_names

_RULES: Final = "Which rules run"
_COUNTS: Final = "What counts"
_FIXES: Final = "Fixes"
_REPORT: Final = "The report"


class Format(str, Enum):
    """Values of --output-format."""

    TEXT = "text"
    CONCISE = "concise"
    JSON = "json"
    JSONL = "jsonl"
    SARIF = "sarif"
    GITHUB = "github"
    HTML = "html"


class FailOn(str, Enum):
    """Values of --fail-on."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"
    NEVER = "never"


class Include(str, Enum):
    """Values of --include."""

    QUOTES = "quotes"


class Genre(str, Enum):
    """Values of --genre."""

    ESSAY = "essay"
    FICTION = "fiction"
    TECHNICAL = "technical"
    ACADEMIC = "academic"
    MARKETING = "marketing"
    CHAT = "chat"


Paths = Annotated[
    list[str] | None,
    typer.Argument(metavar="[PATHS|-]", help="Files, folders, or - for standard input."),
]
Select = Annotated[
    list[str] | None,
    typer.Option(
        help="Run only these rules, families or statuses (comma-separated).",
        autocompletion=rule_names,
        rich_help_panel=_RULES,
    ),
]
Ignore = Annotated[
    list[str] | None,
    typer.Option(
        help="Leave these rules out.",
        autocompletion=rule_names,
        rich_help_panel=_RULES,
    ),
]
ExtendSelect = Annotated[
    list[str] | None,
    typer.Option(
        help="Run these rules as well.",
        autocompletion=rule_names,
        rich_help_panel=_RULES,
    ),
]
ExtendIgnore = Annotated[
    list[str] | None,
    typer.Option(
        help="Leave these rules out as well.",
        autocompletion=rule_names,
        rich_help_panel=_RULES,
    ),
]
GenreOption = Annotated[
    Genre | None,
    typer.Option(help="Leave out what people do in this genre.", rich_help_panel=_RULES),
]
Preview = Annotated[
    bool | None,
    typer.Option("--preview/--no-preview", help="Run preview rules too.", rich_help_panel=_RULES),
]
Parse = Annotated[
    bool | None,
    typer.Option(
        "--parse/--no-parse",
        help="Without: rules on strings alone, fast, and no probability.",
        rich_help_panel=_RULES,
    ),
]
Family = Annotated[
    bool | None,
    typer.Option(
        "--family/--no-family",
        help="Also say which family of models the habits resemble, or that none stands out; "
        "changes nothing else.",
        rich_help_panel=_REPORT,
    ),
]
Includes = Annotated[
    list[Include] | None,
    typer.Option(help="Also report inside: quotes.", rich_help_panel=_RULES),
]
Catalogue = Annotated[
    list[Path] | None,
    typer.Option(help="Run the rules of this folder as well.", rich_help_panel=_RULES),
]
Pack = Annotated[
    list[str] | None,
    typer.Option(help="Run the rules of this installed rule pack as well.", rich_help_panel=_RULES),
]
Model = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="Judge by this model, of slopscan train, not by the shipped one.",
        rich_help_panel=_RULES,
    ),
]
Config = Annotated[
    Path | None,
    typer.Option(help="Configuration file instead of the nearest one.", rich_help_panel=_RULES),
]
FailOnOption = Annotated[
    FailOn | None,
    typer.Option(
        help="Least severity that gives exit code 1; warning by default.",
        rich_help_panel=_COUNTS,
    ),
]
ExitZero = Annotated[
    bool,
    typer.Option(
        "--exit-zero",
        help="Exit 0 whatever is found (errors still give 2).",
        rich_help_panel=_COUNTS,
    ),
]
Baseline = Annotated[
    Path | None,
    typer.Option(help="Leave out the findings this file knows.", rich_help_panel=_COUNTS),
]
WriteBaseline = Annotated[
    Path | None,
    typer.Option(help="Write all findings to this file as known.", rich_help_panel=_COUNTS),
]
Voice = Annotated[
    Path | None,
    typer.Option(
        help="Make notes of what this writer usually does (slopscan voice learn).",
        rich_help_panel=_COUNTS,
    ),
]
Since = Annotated[
    str | None,
    typer.Option(
        metavar="REV",
        help="Only lines changed against this git revision.",
        rich_help_panel=_COUNTS,
    ),
]
ForceExclude = Annotated[
    bool,
    typer.Option(
        "--force-exclude",
        help="Hold to `exclude` for files given by name too.",
        rich_help_panel=_COUNTS,
    ),
]
Fix = Annotated[
    bool,
    typer.Option(
        "--fix",
        help="Take out residue and odd characters where no meaning changes.",
        rich_help_panel=_FIXES,
    ),
]
Diff = Annotated[
    bool,
    typer.Option(
        "--diff", help="Show what --fix would change; change nothing.", rich_help_panel=_FIXES
    ),
]
OutputFormat = Annotated[
    Format | None,
    typer.Option(
        help="How to report; text by default.", show_default=False, rich_help_panel=_REPORT
    ),
]
OutputFile = Annotated[
    Path | None,
    typer.Option(
        "--output-file",
        "-o",
        help="Write the report to this file.",
        rich_help_panel=_REPORT,
    ),
]
IncludeText = Annotated[
    bool,
    typer.Option(
        "--include-text",
        help="Keep the source in JSON results, for slopscan report.",
        rich_help_panel=_REPORT,
    ),
]
Suppressed = Annotated[
    bool,
    typer.Option(
        "--suppressed/--no-suppressed",
        help="List silenced findings in json and sarif, marked as such.",
        rich_help_panel=_REPORT,
    ),
]
Statistics = Annotated[
    bool,
    typer.Option(
        "--statistics",
        help="Report how often each rule was found.",
        rich_help_panel=_REPORT,
    ),
]
Full = Annotated[
    bool,
    typer.Option(
        "--full",
        help="Show the whole text, not only around findings.",
        rich_help_panel=_REPORT,
    ),
]
StdinFilename = Annotated[
    str,
    typer.Option(help="Name standard input goes by.", show_default=False, rich_help_panel=_REPORT),
]
NoColor = Annotated[
    bool,
    typer.Option("--no-color", help="Plain text; so does NO_COLOR.", rich_help_panel=_REPORT),
]
Width = Annotated[
    int | None,
    typer.Option(min=40, max=400, help="Columns of the text.", rich_help_panel=_REPORT),
]
Quiet = Annotated[
    bool,
    typer.Option("--quiet", "-q", help="On standard error, errors alone.", rich_help_panel=_REPORT),
]
Verbose = Annotated[
    bool,
    typer.Option(
        "--verbose",
        help="Say what is scanned how; show tracebacks of internal errors.",
        rich_help_panel=_REPORT,
    ),
]
