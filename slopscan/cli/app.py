"""The command line: commands, exit codes, and how failures are told.

Exit codes: 0 nothing to report, 1 findings, 2 usage, configuration, unreadable input or an
internal error. Results go to standard output, everything else to standard error.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

import slopscan
from slopscan.cli import compare, config, doctor, lsp, report, rules, scan, score, voice
from slopscan.cli.messages import say_error
from slopscan.errors import SlopscanError, UsageError

_OWN_OPTIONS: Final = frozenset(
    {"--help", "-h", "--version", "--install-completion", "--show-completion"}
)
ISSUES: Final = "the project's issue tracker"


class _ScanByDefault(TyperGroup):
    """`slopscan essay.md` is short for `slopscan scan essay.md`, options in any place."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, with_command(args, tuple(self.commands)))


def with_command(args: list[str], commands: Sequence[str]) -> list[str]:
    """Put `scan` before arguments that name no command.

    Raises
    ------
    UsageError
        The first word is neither a command nor an existing file, nor an option.
    """
    first = args[0] if args else "--help"
    if first in _OWN_OPTIONS or first in commands:
        return args
    if not first.startswith("-") and not _exists(first):
        raise UsageError(
            f"no such file or command: {first}",
            fix=f"give a file or folder, or one of: {', '.join(commands)}",
        )
    return ["scan", *args]


def _exists(word: str) -> bool:
    try:
        return Path(word).exists()
    except (OSError, ValueError):
        return False


app = typer.Typer(
    cls=_ScanByDefault,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Names, measures and shows the tics of model-written prose. "
    "`slopscan essay.md` is short for `slopscan scan essay.md`.",
)
app.command("scan", epilog=scan.EXAMPLES)(scan.scan)
app.command("report")(report.report)
app.command("score")(score.score)
app.command("compare")(compare.compare)
app.add_typer(rules.app, name="rules")
app.add_typer(config.app, name="config")
app.add_typer(voice.app, name="voice")
app.command("lsp")(lsp.lsp)
app.command("doctor")(doctor.doctor)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"slopscan {slopscan.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    pass


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; for `sys.exit`.

    A user's mistake is told in two lines, a bug in one, with its traceback when the arguments
    hold --verbose (read here because a bug may come before they are parsed).
    """
    given = list(sys.argv[1:] if args is None else args)
    _prepare_streams()
    try:
        app(given, prog_name="slopscan")
    except SlopscanError as error:
        say_error(error)
        return 2
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 0 if done.code is None else 2
    except Exception as error:
        if "--verbose" in given:
            traceback.print_exc()
        kind = type(error).__name__
        say_error(
            UsageError(
                f"internal error: {kind}: {error}",
                fix=f"this is a bug in slopscan: please report it at {ISSUES}, with --verbose",
            )
        )
        return 2
    return 0


def _prepare_streams() -> None:
    """A character the terminal cannot show must not end the run."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
