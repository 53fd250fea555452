"""`slopscan report`: an earlier result shown again, without parsing the text again."""

from __future__ import annotations

import gzip
import sys
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import typer

from slopscan.cli.compare import report_scores
from slopscan.cli.messages import show_options
from slopscan.cli.options import Format
from slopscan.cli.streams import opened
from slopscan.errors import InputError, UsageError
from slopscan.outputs import render
from slopscan.report import Failure, FileReport, text_digest

_SHOW_TEXT: Final = frozenset({Format.TEXT, Format.HTML})
_AGAIN: Final = "scan it again, or write results with --include-text"


def report(  # noqa: PLR0917
    results: Annotated[
        str | None, typer.Argument(metavar="[RESULTS|-]", help="A file of results, or -.")
    ] = None,
    output_format: Annotated[Format, typer.Option(help="How to report.")] = Format.TEXT,
    output_file: Annotated[
        Path | None, typer.Option("--output-file", "-o", help="Write the report to this file.")
    ] = None,
    include_text: Annotated[
        bool, typer.Option("--include-text", help="Keep the source in JSON results.")
    ] = False,
    suppressed: Annotated[
        bool,
        typer.Option(
            "--suppressed/--no-suppressed",
            help="List silenced findings in json and sarif, marked as such.",
        ),
    ] = True,
    full: Annotated[
        bool, typer.Option("--full", help="Show the whole text, not only around findings.")
    ] = False,
    no_color: Annotated[
        bool, typer.Option("--no-color", help="Plain text; so does NO_COLOR.")
    ] = False,
    width: Annotated[
        int | None, typer.Option(min=40, max=400, help="Columns of the text report.")
    ] = None,
    by: Annotated[
        str | None, typer.Option(help="Of a table of scores: group by this field.")
    ] = None,
    date: Annotated[
        str | None, typer.Option(help="Of a table of scores: show drift over this field.")
    ] = None,
) -> None:
    """Show the results of an earlier scan in another format, or sum up a table of scores.

    Reads what `slopscan scan --output-format json` (or jsonl) wrote. The formats text and html
    show the source: it is read again from its path, and must not have changed, unless the
    result holds it (--include-text).

    A table that `slopscan score` wrote is summed up: probabilities, lengths and tics by group
    (--by) and over time (--date), on the terminal or as an HTML page (-o).

    Exits with 0 whatever the result holds, and with 2 when it or a source cannot be read.
    """
    from slopscan.catalogue.cards import rule_cards  # noqa: PLC0415
    from slopscan.catalogue.load import load_catalogue  # noqa: PLC0415
    from slopscan.corpus.scored import is_score_table  # noqa: PLC0415
    from slopscan.stored import read_results  # noqa: PLC0415

    if results is None:
        raise UsageError(
            "nothing to report", fix="give a file written with --output-format json or jsonl"
        )
    if is_score_table(results):
        report_scores(
            results, by=by, date=date, output_file=output_file, no_color=no_color, width=width
        )
        return
    name = "<stdin>" if results == "-" else results
    run = read_results(_content(results), name)
    if output_format in _SHOW_TEXT or include_text:
        run = replace(run, files=tuple(_with_text(file) for file in run.files))
    elif output_format is Format.SARIF:
        run = replace(run, files=tuple(_with_text_if_there(file) for file in run.files))
    run = run if suppressed else run.without_suppressed()
    run = replace(run, cards=rule_cards(load_catalogue(), run.rules()))
    with opened(output_file) as stream:
        options = show_options(stream, width=width, no_color=no_color, full=full)
        render(output_format.value, run, stream, replace(options, include_text=include_text))
    raise typer.Exit(2 if any(file.error for file in run.files) else 0)


def _content(results: str) -> str:
    try:
        data = sys.stdin.buffer.read() if results == "-" else Path(results).read_bytes()
        data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        return data.decode("utf-8-sig")
    except (UnicodeDecodeError, EOFError, zlib.error) as error:
        raise InputError(
            "is no JSON text",
            where=results,
            fix="name a file written with --output-format json or jsonl",
        ) from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(reason, where=results, fix="name a file of results") from error


def _with_text(file: FileReport) -> FileReport:
    """Return a file's report with its source, or with the reason why that is not at hand."""
    from slopscan.readers import read_path  # noqa: PLC0415

    if file.error:
        return file
    text = file.text
    if not text and file.text_sha256 != text_digest(""):
        try:
            text = read_path(file.path).text
        except InputError as error:
            what = f"the source is not at hand: {error.what}"
            return FileReport(file.path, error=Failure(what, file.path, _AGAIN))
    changed = file.text_sha256 is not None and file.text_sha256 != text_digest(text)
    if changed or not _fits(file, text):
        what = "the source has changed since this result was made"
        return FileReport(file.path, error=Failure(what, file.path, _AGAIN))
    return replace(file, text=text)


def _with_text_if_there(file: FileReport) -> FileReport:
    found = _with_text(file)
    return file if found.error else found


def _fits(file: FileReport, text: str) -> bool:
    """Say whether every finding still stands in its place; results before digests need it."""
    ends = [span.end for finding in file.findings for span in finding.related]
    if file.verdict:
        ends += [item.span.end for item in file.verdict.heat]
        ends += [item.span.end for item in file.verdict.windows or ()]
    return max(ends, default=0) <= len(text) and all(
        text[finding.span.start : finding.span.end] == finding.matched for finding in file.findings
    )
