"""`slopscan scan`: files in, a report out."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from slopscan.cli.inputs import expand, split_names
from slopscan.cli.messages import say, show_options
from slopscan.config import Config, find_config, load_config
from slopscan.errors import ConfigError, InputError, SlopscanError, UsageError
from slopscan.findings import Severity
from slopscan.outputs import render
from slopscan.report import Failure, FileReport, RunReport

if TYPE_CHECKING:
    from slopscan.scan import Scanner


class Format(str, Enum):
    """Values of --output-format."""

    TEXT = "text"
    CONCISE = "concise"
    JSON = "json"
    JSONL = "jsonl"
    SARIF = "sarif"
    GITHUB = "github"


class FailOn(str, Enum):
    """Values of --fail-on."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"
    NEVER = "never"


class Include(str, Enum):
    """Values of --include."""

    QUOTES = "quotes"


def scan(  # noqa: PLR0917
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PATHS|-]", help="Files, folders, or - for standard input."),
    ] = None,
    output_format: Annotated[
        Format | None, typer.Option(help="How to report; text by default.", show_default=False)
    ] = None,
    output_file: Annotated[
        Path | None, typer.Option("--output-file", "-o", help="Write the report to this file.")
    ] = None,
    include_text: Annotated[
        bool,
        typer.Option(
            "--include-text", help="Keep the source in JSON results, for slopscan report."
        ),
    ] = False,
    select: Annotated[
        list[str] | None,
        typer.Option(help="Run only these rules, families or statuses (comma-separated)."),
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option(help="Leave these rules out.")] = None,
    extend_select: Annotated[
        list[str] | None, typer.Option(help="Run these rules as well.")
    ] = None,
    fail_on: Annotated[
        FailOn | None,
        typer.Option(help="Least severity that gives exit code 1; warning by default."),
    ] = None,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit 0 whatever is found (errors still give 2).")
    ] = False,
    preview: Annotated[
        bool | None, typer.Option("--preview/--no-preview", help="Run preview rules too.")
    ] = None,
    no_parse: Annotated[
        bool,
        typer.Option("--no-parse", help="Rules on strings alone: fast, and no probability."),
    ] = False,
    include: Annotated[
        list[Include] | None, typer.Option(help="Also report inside: quotes.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="Configuration file instead of the nearest one.")
    ] = None,
    stdin_filename: Annotated[
        str, typer.Option(help="Name standard input goes by.", show_default=False)
    ] = "<stdin>",
    full: Annotated[
        bool, typer.Option("--full", help="Show the whole text, not only around findings.")
    ] = False,
    no_color: Annotated[
        bool, typer.Option("--no-color", help="Plain text; so does NO_COLOR.")
    ] = False,
    width: Annotated[
        int | None, typer.Option(min=40, max=400, help="Columns of the text report.")
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Show tracebacks of internal errors.")
    ] = False,
) -> None:
    """Find the tics of model-written prose and say how far the whole resembles it."""
    if not paths:
        raise UsageError("nothing to scan", fix="give files or folders, or - for standard input")
    from slopscan.catalogue.cards import rule_cards  # noqa: PLC0415

    settings = load_config(config if config is not None else find_config())
    scanner = _scanner(
        settings,
        select=split_names(select),
        ignore=split_names(ignore),
        extend_select=split_names(extend_select) or (),
        preview=preview,
        quotes=include is not None or "quotes" in settings.include,
        parse=not no_parse,
    )
    files = tuple(_reports(scanner, paths, stdin_filename, verbose=verbose))
    for skipped in scanner.skipped:
        say(f"warning: skipped {skipped}")
    if not files:
        say("nothing to scan: no .md, .markdown or .txt file there")
    cards = rule_cards(scanner.catalogue, (f.rule for file in files for f in file.findings))
    run = RunReport(files, scanner.provenance, cards)
    name = output_format.value if output_format else settings.output_format
    with opened(output_file) as stream:
        options = show_options(stream, width=width, no_color=no_color, full=full)
        render(name, run, stream, replace(options, include_text=include_text))
    least = fail_on.value if fail_on else settings.fail_on
    raise typer.Exit(exit_code(files, fail_on=least, exit_zero=exit_zero))


def exit_code(files: Sequence[FileReport], *, fail_on: str, exit_zero: bool) -> int:
    """Return 2 when a file failed, 1 when a finding is at or above `fail_on`, otherwise 0."""
    if any(report.error for report in files):
        return 2
    if exit_zero or fail_on == "never":
        return 0
    least = Severity(fail_on)
    return int(any(item.severity >= least for report in files for item in report.findings))


def _scanner(
    settings: Config,
    *,
    select: tuple[str, ...] | None,
    ignore: tuple[str, ...] | None,
    extend_select: tuple[str, ...],
    preview: bool | None,
    quotes: bool,
    parse: bool,
) -> Scanner:
    from slopscan.catalogue.load import Selection  # noqa: PLC0415
    from slopscan.scan import Scanner, Settings  # noqa: PLC0415

    selection = Selection(
        select=settings.select if select is None else select,
        ignore=settings.ignore if ignore is None else ignore,
        extend_select=(*settings.extend_select, *extend_select),
        preview=settings.preview if preview is None else preview,
    )
    try:
        return Scanner(Settings(selection, parse=parse, quotes=quotes))
    except UsageError as error:
        from_file = settings.path is not None and select is None and ignore is None
        if not from_file:
            raise
        raise ConfigError(error.what, where=str(settings.path), fix=error.fix) from error


def _reports(
    scanner: Scanner, paths: Sequence[str], stdin_name: str, *, verbose: bool
) -> Iterator[FileReport]:
    for path in expand(paths):
        name = stdin_name if path == "-" else path
        try:
            yield _stdin(scanner, stdin_name) if path == "-" else scanner.scan_path(Path(path))
        except InputError as error:
            yield FileReport(name, error=Failure.of(error))
        except SlopscanError:
            raise
        except Exception as error:
            yield _broken(name, error, verbose=verbose)


def _stdin(scanner: Scanner, name: str) -> FileReport:
    from slopscan.readers import read_bytes  # noqa: PLC0415

    return scanner.scan(read_bytes(sys.stdin.buffer.read(), name))


def _broken(name: str, error: Exception, *, verbose: bool) -> FileReport:
    if verbose:
        traceback.print_exc()
    what = f"internal error: {type(error).__name__}: {error}"
    fix = "this is a bug in slopscan: please report it, with the output of --verbose"
    say(f"{name}: {what}; {fix}")
    return FileReport(name, error=Failure(what, name, fix))


@contextmanager
def opened(path: Path | None) -> Iterator[TextIO]:
    """Give standard output, or a file that appears under its name only when complete."""
    if path is None:
        yield sys.stdout
        return
    partial = path.with_name(f".{path.name}.part")
    try:
        with partial.open("w", encoding="utf-8", newline="\n", errors="backslashreplace") as stream:
            yield stream
        partial.replace(path)
    except OSError as error:
        raise UsageError(f"cannot write: {error.strerror}", where=str(path)) from error
    finally:
        partial.unlink(missing_ok=True)
