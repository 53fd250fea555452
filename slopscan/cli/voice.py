"""`slopscan voice`: a writer's own habits, learnt and held against a text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from slopscan.cli.messages import progress, say
from slopscan.errors import UsageError

if TYPE_CHECKING:
    from slopscan.report import FileReport
    from slopscan.workspace import Workspace

app = typer.Typer(no_args_is_help=True, help="Learn a writer's habits; hold a text against them.")
_HEADS: Final = ("here", "usual up to", "yours per 1k", "rule")
_NoParse = Annotated[
    bool, typer.Option("--no-parse", help="Rules on strings alone: fast, and fewer of them.")
]


@app.command("learn")
def learn_voice(
    paths: Annotated[list[str], typer.Argument(help="Texts, or folders of texts, by one writer.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write the profile.")],
    no_parse: _NoParse = False,
) -> None:
    """Learn from a writer's earlier texts how often each rule finds something there.

    The profile holds numbers alone, stays on this machine, and is used with
    `slopscan scan --voice FILE`. Preview rules are learnt too.
    """
    from slopscan.voice import learn, write_voice  # noqa: PLC0415

    workspace, reports = _scanned(paths, no_parse=no_parse)
    voice = learn(reports, digests(workspace))
    write_voice(output, voice)
    say(f"learnt from {voice.n_texts:,} texts, {voice.n_words:,} words: {output}")


@app.command("compare")
def compare_voice(
    voice: Annotated[Path, typer.Argument(metavar="VOICE", help="A profile.")],
    paths: Annotated[list[str], typer.Argument(help="Texts to hold against it.")],
    no_parse: _NoParse = False,
) -> None:
    """Show for each text what was found how often, and how often the writer usually does it."""
    from slopscan.voice import read_voice  # noqa: PLC0415

    known = read_voice(voice)
    _, reports = _scanned(paths, no_parse=no_parse)
    for report in reports:
        typer.echo(f"{report.path}, {report.n_words:,} words")
        counts: dict[str, int] = {}
        for finding in report.findings:
            counts[finding.rule] = counts.get(finding.rule, 0) + 1
        typer.echo("  ".join(_HEADS))
        for rule, number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            rate, usual = known.rate(rule), known.usual(rule, report.n_words)
            cells = (
                str(number),
                "-" if usual is None else str(usual),
                "-" if rate is None else f"{rate:.2f}",
            )
            row = [cell.rjust(len(head)) for cell, head in zip(cells, _HEADS, strict=False)]
            typer.echo("  ".join([*row, rule]))


def digests(workspace: Workspace) -> dict[str, str]:
    """Return the digests of all rules that ran."""
    return {rule.id: rule.digest[:16] for scanner in workspace.scanners for rule in scanner.rules}


def _scanned(paths: list[str], *, no_parse: bool) -> tuple[Workspace, list[FileReport]]:
    from slopscan.cli.run import Run  # noqa: PLC0415
    from slopscan.workspace import Overrides, Workspace  # noqa: PLC0415

    workspace = Workspace(Overrides(preview=True, parse=False if no_parse else None))
    run = Run(workspace, uses_baseline=False, uses_voice=False)
    inputs = run.inputs(paths)
    with progress(len(inputs)) as step:
        reports = list(step(run.reports(inputs)))
    for report in reports:
        if report.error:
            raise UsageError(report.error.what, where=report.path, fix="leave it out")
    return workspace, reports
