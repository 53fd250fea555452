"""The commands for Typer; `start` runs them, says what failed, and returns the exit code."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.completion import (  # type: ignore[attr-defined]
    completion_init,
    get_completion_script,
    install,
)
from typer.core import TyperGroup

import slopscan
from slopscan.cli import (
    compare,
    config,
    doctor,
    lsp,
    mine,
    report,
    rules,
    scan,
    score,
    train,
    voice,
)
from slopscan.cli.start import main
from slopscan.errors import UsageError

_OWN_OPTIONS: Final = frozenset(
    {"--help", "-h", "--version", "--install-completion", "--show-completion"}
)
__all__ = ["app", "main", "with_command"]


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


class Shell(str, Enum):
    """A shell that completion is made for."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


# Typer's own options take no name of a shell: they ask what runs this process, and fail where
# no shell does.
completion_init()
app = typer.Typer(
    cls=_ScanByDefault,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Names, measures and shows the tics of model-written prose. "
    "`slopscan essay.md` is short for `slopscan scan essay.md`.",
)
app.command("scan", epilog=scan.EXAMPLES)(scan.scan)
app.command("report")(report.report)
app.command("score")(score.score)
app.command("compare")(compare.compare)
app.command("mine")(mine.mine)
app.command("train")(train.train)
app.add_typer(rules.app, name="rules")
app.add_typer(config.app, name="config")
app.add_typer(voice.app, name="voice")
app.command("lsp")(lsp.lsp)
app.command("doctor")(doctor.doctor)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"slopscan {slopscan.__version__}")
        raise typer.Exit


def _show_completion(shell: Shell | None) -> None:
    if shell is not None:
        script = get_completion_script(
            prog_name="slopscan", complete_var="_SLOPSCAN_COMPLETE", shell=shell.value
        )
        typer.echo(script)
        raise typer.Exit


def _install_completion(shell: Shell | None) -> None:
    if shell is not None:
        _, path = install(shell=shell.value, prog_name="slopscan")
        typer.echo(f"completion for {shell.value} installed in {path}; it works in the next shell")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
    install_completion: Annotated[
        Shell | None,
        typer.Option(
            callback=_install_completion, is_eager=True, help="Install completion for a shell."
        ),
    ] = None,
    show_completion: Annotated[
        Shell | None,
        typer.Option(
            callback=_show_completion, is_eager=True, help="Print the completion for a shell."
        ),
    ] = None,
) -> None:
    pass
