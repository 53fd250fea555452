"""What `slopscan scan` does with its options; light, so that a scan of strings starts fast."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, TextIO

from slopscan.cli.inputs import split_names
from slopscan.cli.messages import progress, say, show_options
from slopscan.cli.run import Run
from slopscan.cli.streams import opened
from slopscan.errors import SlopscanError, UsageError
from slopscan.findings import Severity
from slopscan.outputs import WITHOUT_CARDS, render
from slopscan.readers import SUFFIXES
from slopscan.report import Failure, FileReport, RunReport
from slopscan.workspace import Overrides, Workspace


class ScanOptions(NamedTuple):
    """The options of `slopscan scan`, as the command line gives them; None where not given."""

    paths: tuple[str, ...] = ()
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] | None = None
    extend_ignore: tuple[str, ...] | None = None
    genre: str | None = None
    preview: bool | None = None
    parse: bool | None = None
    family: bool | None = None
    include: tuple[str, ...] | None = None
    catalogue: tuple[Path, ...] | None = None
    pack: tuple[str, ...] | None = None
    model: Path | None = None
    config: Path | None = None
    fail_on: str | None = None
    exit_zero: bool = False
    baseline: Path | None = None
    write_baseline: Path | None = None
    voice: Path | None = None
    since: str | None = None
    force_exclude: bool = False
    fix: bool = False
    diff: bool = False
    output_format: str | None = None
    output_file: Path | None = None
    include_text: bool = False
    suppressed: bool = True
    statistics: bool = False
    full: bool = False
    stdin_filename: str = "<stdin>"
    no_color: bool = False
    width: int | None = None
    quiet: bool = False
    verbose: bool = False


def run_scan(options: ScanOptions) -> int:
    """Scan, report, and return the exit code.

    Raises
    ------
    SlopscanError
        The options make no sense together, or what they name is wrong.
    """
    if not options.paths:
        raise UsageError("nothing to scan", fix="give files or folders, or - for standard input")
    if (options.fix or options.diff) and "-" in options.paths:
        raise UsageError("--fix and --diff need files, not standard input", fix="give a path")
    workspace = Workspace(_overrides(options), config=options.config)
    run = Run(
        workspace,
        stdin_name=options.stdin_filename,
        since=options.since,
        uses_baseline=options.write_baseline is None,
        verbose=options.verbose,
        force_exclude=options.force_exclude,
    )
    inputs = run.inputs(options.paths)
    tell = _silent if options.quiet else say
    with progress(len(inputs), quiet=options.quiet) as step:
        files = tuple(step(run.reports(inputs)))
    for scanner in workspace.scanners:
        for skipped in scanner.skipped:
            tell(f"warning: skipped {skipped}")
    if not files:
        tell(_nothing(options.since))
    if options.write_baseline is not None:
        _write_baseline(options.write_baseline, files, quiet=options.quiet)
        return 2 if any(report.error for report in files) else 0
    if options.diff:
        with opened(options.output_file) as stream:
            return _diff(files, stream)
    if options.fix:
        files = _fixed(run, files, tell)
    _show(options, workspace, files)
    if run.n_known:
        tell(f"{_count(run.n_known, 'known finding')} left out (baseline)")
    if run.n_gone:
        tell(f"{_count(run.n_gone, 'finding')} of the baseline gone: write it anew")
    pairs = [(report, run.fail_on[report.path]) for report in files]
    return exit_code(pairs, exit_zero=options.exit_zero)


def _overrides(options: ScanOptions) -> Overrides:
    wanted = options.fix or options.diff
    return Overrides(
        select=split_names(options.select),
        ignore=split_names(options.ignore),
        extend_select=_with_fixes(split_names(options.extend_select), wanted=wanted),
        extend_ignore=split_names(options.extend_ignore),
        preview=options.preview,
        parse=options.parse,
        family_profile=options.family,
        genre=options.genre,
        fail_on=options.fail_on,
        include=options.include,
        output_format=options.output_format,
        baseline=options.baseline,
        voice=options.voice,
        catalogue=options.catalogue,
        packs=split_names(options.pack),
        model=options.model,
    )


def _show(options: ScanOptions, workspace: Workspace, files: tuple[FileReport, ...]) -> None:
    name = workspace.output_format()
    with opened(options.output_file) as stream:
        show = show_options(
            stream, width=options.width, no_color=options.no_color, full=options.full
        )
        if options.statistics:
            from slopscan.cli.statistics import write_statistics  # noqa: PLC0415

            write_statistics(name, files, stream, show)
            return
        made = RunReport(files, workspace.provenance())
        made = made if options.suppressed else made.without_suppressed()
        if name not in WITHOUT_CARDS:
            from slopscan.catalogue.cards import rule_cards  # noqa: PLC0415 - reads rates

            made = replace(made, cards=rule_cards(workspace.catalogue, made.rules()))
        render(name, made, stream, replace(show, include_text=options.include_text))


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
