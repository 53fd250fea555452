"""`slopscan scan`: files in, a report out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, TextIO

import typer

from slopscan.cli import options
from slopscan.cli.inputs import split_names
from slopscan.cli.messages import progress, say, show_options
from slopscan.cli.run import Run
from slopscan.cli.streams import opened
from slopscan.errors import SlopscanError, UsageError
from slopscan.findings import Severity
from slopscan.outputs import render
from slopscan.readers import SUFFIXES
from slopscan.report import Failure, FileReport, RunReport

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
    paths: options.Paths = None,
    select: options.Select = None,
    ignore: options.Ignore = None,
    extend_select: options.ExtendSelect = None,
    extend_ignore: options.ExtendIgnore = None,
    genre: options.GenreOption = None,
    preview: options.Preview = None,
    parse: options.Parse = None,
    include: options.Includes = None,
    catalogue: options.Catalogue = None,
    pack: options.Pack = None,
    config: options.Config = None,
    fail_on: options.FailOnOption = None,
    exit_zero: options.ExitZero = False,
    baseline: options.Baseline = None,
    write_baseline: options.WriteBaseline = None,
    voice: options.Voice = None,
    since: options.Since = None,
    force_exclude: options.ForceExclude = False,
    fix: options.Fix = False,
    diff: options.Diff = False,
    output_format: options.OutputFormat = None,
    output_file: options.OutputFile = None,
    include_text: options.IncludeText = False,
    suppressed: options.Suppressed = True,
    statistics: options.Statistics = False,
    full: options.Full = False,
    stdin_filename: options.StdinFilename = "<stdin>",
    no_color: options.NoColor = False,
    width: options.Width = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
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
        catalogue=tuple(catalogue) if catalogue else None,
        packs=split_names(pack),
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
        shown = show_options(stream, width=width, no_color=no_color, full=full)
        if statistics:
            from slopscan.cli.statistics import write_statistics  # noqa: PLC0415

            write_statistics(name, files, stream, shown)
        else:
            made = RunReport(files, workspace.provenance())
            made = made if suppressed else made.without_suppressed()
            made = replace(made, cards=rule_cards(workspace.catalogue, made.rules()))
            render(name, made, stream, replace(shown, include_text=include_text))
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
