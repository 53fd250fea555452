"""`slopscan scan` for Typer; `scanning` does the work."""

from __future__ import annotations

from typing import Final

import typer

from slopscan.cli import options
from slopscan.cli.scanning import ScanOptions, run_scan

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
    family: options.Family = None,
    include: options.Includes = None,
    catalogue: options.Catalogue = None,
    pack: options.Pack = None,
    model: options.Model = None,
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
    given = ScanOptions(
        paths=tuple(paths or ()),
        select=tuple(select) if select is not None else None,
        ignore=tuple(ignore) if ignore is not None else None,
        extend_select=tuple(extend_select) if extend_select is not None else None,
        extend_ignore=tuple(extend_ignore) if extend_ignore is not None else None,
        genre=genre.value if genre else None,
        preview=preview,
        parse=parse,
        family=family,
        include=tuple(item.value for item in include) if include else None,
        catalogue=tuple(catalogue) if catalogue else None,
        pack=tuple(pack) if pack is not None else None,
        model=model,
        config=config,
        fail_on=fail_on.value if fail_on else None,
        exit_zero=exit_zero,
        baseline=baseline,
        write_baseline=write_baseline,
        voice=voice,
        since=since,
        force_exclude=force_exclude,
        fix=fix,
        diff=diff,
        output_format=output_format.value if output_format else None,
        output_file=output_file,
        include_text=include_text,
        suppressed=suppressed,
        statistics=statistics,
        full=full,
        stdin_filename=stdin_filename,
        no_color=no_color,
        width=width,
        quiet=quiet,
        verbose=verbose,
    )
    raise typer.Exit(run_scan(given))
