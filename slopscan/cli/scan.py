"""`slopscan scan`: files in, a report out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import Annotated, Final, TextIO

import typer

from slopscan.cli.inputs import rule_names, split_names
from slopscan.cli.messages import progress, say, show_options
from slopscan.cli.run import Run
from slopscan.errors import SlopscanError, UsageError
from slopscan.findings import Severity
from slopscan.outputs import render
from slopscan.readers import SUFFIXES
from slopscan.report import Failure, FileReport, RunReport

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


EXAMPLES: Final = """
Examples:

  slopscan essay.md                        a report on one text
  slopscan docs/ --genre technical         every text of a folder, as manuals
  slopscan - < draft.txt                   standard input
  slopscan docs/ --output-format concise   a line a finding, for editors, grep
  slopscan docs/ --since main              lines changed against a branch
  slopscan docs/ --write-baseline f.json   take today's findings as known
  slopscan docs/ --diff                    residue that can safely go
  slopscan docs/ --statistics              what is found how often
"""


def scan(  # noqa: PLR0917
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PATHS|-]", help="Files, folders, or - for standard input."),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option(
            help="Run only these rules, families or statuses (comma-separated).",
            autocompletion=rule_names,
            rich_help_panel=_RULES,
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            help="Leave these rules out.",
            autocompletion=rule_names,
            rich_help_panel=_RULES,
        ),
    ] = None,
    extend_select: Annotated[
        list[str] | None,
        typer.Option(
            help="Run these rules as well.",
            autocompletion=rule_names,
            rich_help_panel=_RULES,
        ),
    ] = None,
    extend_ignore: Annotated[
        list[str] | None,
        typer.Option(
            help="Leave these rules out as well.",
            autocompletion=rule_names,
            rich_help_panel=_RULES,
        ),
    ] = None,
    genre: Annotated[
        Genre | None,
        typer.Option(help="Leave out what people do in this genre.", rich_help_panel=_RULES),
    ] = None,
    preview: Annotated[
        bool | None,
        typer.Option(
            "--preview/--no-preview", help="Run preview rules too.", rich_help_panel=_RULES
        ),
    ] = None,
    parse: Annotated[
        bool | None,
        typer.Option(
            "--parse/--no-parse",
            help="Without: rules on strings alone, fast, and no probability.",
            rich_help_panel=_RULES,
        ),
    ] = None,
    include: Annotated[
        list[Include] | None,
        typer.Option(help="Also report inside: quotes.", rich_help_panel=_RULES),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(help="Configuration file instead of the nearest one.", rich_help_panel=_RULES),
    ] = None,
    fail_on: Annotated[
        FailOn | None,
        typer.Option(
            help="Least severity that gives exit code 1; warning by default.",
            rich_help_panel=_COUNTS,
        ),
    ] = None,
    exit_zero: Annotated[
        bool,
        typer.Option(
            "--exit-zero",
            help="Exit 0 whatever is found (errors still give 2).",
            rich_help_panel=_COUNTS,
        ),
    ] = False,
    baseline: Annotated[
        Path | None,
        typer.Option(help="Leave out the findings this file knows.", rich_help_panel=_COUNTS),
    ] = None,
    write_baseline: Annotated[
        Path | None,
        typer.Option(help="Write all findings to this file as known.", rich_help_panel=_COUNTS),
    ] = None,
    voice: Annotated[
        Path | None,
        typer.Option(
            help="Make notes of what this writer usually does (slopscan voice learn).",
            rich_help_panel=_COUNTS,
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="REV",
            help="Only lines changed against this git revision.",
            rich_help_panel=_COUNTS,
        ),
    ] = None,
    force_exclude: Annotated[
        bool,
        typer.Option(
            "--force-exclude",
            help="Hold to `exclude` for files given by name too.",
            rich_help_panel=_COUNTS,
        ),
    ] = False,
    fix: Annotated[
        bool,
        typer.Option(
            "--fix",
            help="Take out residue and odd characters where no meaning changes.",
            rich_help_panel=_FIXES,
        ),
    ] = False,
    diff: Annotated[
        bool,
        typer.Option(
            "--diff", help="Show what --fix would change; change nothing.", rich_help_panel=_FIXES
        ),
    ] = False,
    output_format: Annotated[
        Format | None,
        typer.Option(
            help="How to report; text by default.", show_default=False, rich_help_panel=_REPORT
        ),
    ] = None,
    output_file: Annotated[
        Path | None,
        typer.Option(
            "--output-file",
            "-o",
            help="Write the report to this file.",
            rich_help_panel=_REPORT,
        ),
    ] = None,
    include_text: Annotated[
        bool,
        typer.Option(
            "--include-text",
            help="Keep the source in JSON results, for slopscan report.",
            rich_help_panel=_REPORT,
        ),
    ] = False,
    statistics: Annotated[
        bool,
        typer.Option(
            "--statistics",
            help="Report how often each rule was found.",
            rich_help_panel=_REPORT,
        ),
    ] = False,
    full: Annotated[
        bool,
        typer.Option(
            "--full",
            help="Show the whole text, not only around findings.",
            rich_help_panel=_REPORT,
        ),
    ] = False,
    stdin_filename: Annotated[
        str,
        typer.Option(
            help="Name standard input goes by.", show_default=False, rich_help_panel=_REPORT
        ),
    ] = "<stdin>",
    no_color: Annotated[
        bool,
        typer.Option("--no-color", help="Plain text; so does NO_COLOR.", rich_help_panel=_REPORT),
    ] = False,
    width: Annotated[
        int | None,
        typer.Option(min=40, max=400, help="Columns of the text.", rich_help_panel=_REPORT),
    ] = None,
    quiet: Annotated[
        bool,
        typer.Option(
            "--quiet", "-q", help="On standard error, errors alone.", rich_help_panel=_REPORT
        ),
    ] = False,
    verbose: Annotated[
        bool,
        typer.Option(
            "--verbose",
            help="Say what is scanned how; show tracebacks of internal errors.",
            rich_help_panel=_REPORT,
        ),
    ] = False,
) -> None:
    """Find the tics of model-written prose and say how far the whole resembles it."""
    if not paths:
        raise UsageError("nothing to scan", fix="give files or folders, or - for standard input")
    from slopscan.catalogue.cards import rule_cards  # noqa: PLC0415
    from slopscan.workspace import Overrides, Workspace  # noqa: PLC0415

    if (fix or diff) and "-" in paths:
        raise UsageError("--fix and --diff need files, not standard input", fix="give a path")
    overrides = Overrides(
        select=split_names(select),
        ignore=split_names(ignore),
        extend_select=_with_fixes(split_names(extend_select), wanted=fix or diff),
        extend_ignore=split_names(extend_ignore),
        preview=preview,
        parse=parse,
        genre=genre.value if genre else None,
        fail_on=fail_on.value if fail_on else None,
        include=tuple(item.value for item in include) if include else None,
        output_format=output_format.value if output_format else None,
        baseline=baseline,
        voice=voice,
    )
    workspace = Workspace(overrides, config=config)
    run = Run(
        workspace,
        stdin_name=stdin_filename,
        since=since,
        uses_baseline=write_baseline is None,
        verbose=verbose,
        force_exclude=force_exclude,
    )
    inputs = run.inputs(paths)
    tell = _silent if quiet else say
    with progress(len(inputs), quiet=quiet) as step:
        files = tuple(step(run.reports(inputs)))
    for scanner in workspace.scanners:
        for skipped in scanner.skipped:
            tell(f"warning: skipped {skipped}")
    if not files:
        tell(_nothing(since))
    if write_baseline is not None:
        _write_baseline(write_baseline, files, quiet=quiet)
        raise typer.Exit(2 if any(report.error for report in files) else 0)
    if diff:
        with opened(output_file) as stream:
            raise typer.Exit(_diff(files, stream))
    if fix:
        files = _fixed(run, files, tell)
    name = workspace.output_format()
    with opened(output_file) as stream:
        options = show_options(stream, width=width, no_color=no_color, full=full)
        if statistics:
            from slopscan.cli.statistics import write_statistics  # noqa: PLC0415

            write_statistics(name, files, stream, options)
        else:
            rules = (finding.rule for report in files for finding in report.findings)
            cards = rule_cards(workspace.catalogue, rules)
            made = RunReport(files, workspace.provenance(), cards)
            render(name, made, stream, replace(options, include_text=include_text))
    if run.n_known:
        tell(f"{_count(run.n_known, 'known finding')} left out (baseline)")
    if run.n_gone:
        tell(f"{_count(run.n_gone, 'finding')} of the baseline gone: write it anew")
    pairs = [(report, run.fail_on[report.path]) for report in files]
    raise typer.Exit(exit_code(pairs, exit_zero=exit_zero))


def exit_code(reports: Iterable[tuple[FileReport, str]], *, exit_zero: bool) -> int:
    """Return 2 when a file failed, 1 when a finding is at or above its `fail_on`, otherwise 0."""
    pairs = list(reports)
    if any(report.error for report, _ in pairs):
        return 2
    failing = (
        item.severity >= Severity(fail_on)
        for report, fail_on in pairs
        if fail_on != "never"
        for item in report.findings
    )
    return int(not exit_zero and any(failing))


def _with_fixes(names: tuple[str, ...] | None, *, wanted: bool) -> tuple[str, ...] | None:
    if not wanted:
        return names
    from slopscan.fixes import FIXES, WRAPPER  # noqa: PLC0415

    return (*(names or ()), *FIXES, WRAPPER)


def _diff(files: Sequence[FileReport], stream: TextIO) -> int:
    from slopscan.cli.fixing import write_diff  # noqa: PLC0415

    number = write_diff(files, stream)
    return 2 if any(report.error for report in files) else int(number > 0)


def _fixed(
    run: Run, files: Sequence[FileReport], tell: Callable[[str], None]
) -> tuple[FileReport, ...]:
    """Fix files and scan those again; one that cannot be fixed says so in its report."""
    from slopscan.cli.fixing import fix_file  # noqa: PLC0415

    done = []
    for report in files:
        try:
            number = 0 if report.error else fix_file(report)
        except SlopscanError as error:
            done.append(FileReport(report.path, error=Failure.of(error)))
            continue
        if number:
            tell(f"{report.path}: {_count(number, 'fix', 'es')}")
        done += run.reports([report.path]) if number else [report]
    return tuple(done)


def _silent(words: str) -> None:
    pass


def _nothing(since: str | None) -> str:
    if since is not None:
        return f"nothing to scan: no file there changed since {since}"
    return f"nothing to scan: no file there ends in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"


def _count(number: int, noun: str, plural: str = "s") -> str:
    return f"{number:,} {noun}{'' if number == 1 else plural}"


def _write_baseline(path: Path, files: Sequence[FileReport], *, quiet: bool) -> None:
    from slopscan.baseline import write_baseline  # noqa: PLC0415

    number = write_baseline(path, [report for report in files if report.error is None])
    for report in files:
        if report.error:
            say(f"{report.path}: error: {report.error.what}")
    if not quiet:
        say(f"{_count(number, 'finding')} written to {path} as known")


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
