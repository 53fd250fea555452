"""`slopscan rules measure`: how often people and models do what each rule finds."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from slopscan.cli.inputs import folder_of
from slopscan.cli.messages import say
from slopscan.errors import UsageError

if TYPE_CHECKING:
    from slopscan.catalogue.load import Catalogue
    from slopscan.catalogue.rates import Rates


def measure_rules(  # noqa: PLR0917 - the order of Typer's options is that of the help
    corpus: Annotated[Path, typer.Option(help="Folder of labelled texts, *.jsonl.gz.")],
    output: Annotated[
        Path | None,
        typer.Option(help="Where the evidence goes, as JSON; what it has already is kept."),
    ] = None,
    catalogue: Annotated[
        Path | None, typer.Option(help="Folder of rules instead of the shipped one.")
    ] = None,
    pack: Annotated[
        str | None, typer.Option(help="Installed rule pack instead of the shipped rules.")
    ] = None,
    documents: Annotated[
        int,
        typer.Option(min=1, help="Texts of each file and split, at most."),
    ] = 150,
    jobs: Annotated[int, typer.Option(min=1, help="Worker processes.")] = 2,
    cache: Annotated[
        Path | None, typer.Option(help="Folder to keep parses in for the next run.")
    ] = None,
    places: Annotated[
        Path | None, typer.Option(help="JSON file for the place of every hit, to read samples.")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Measure every rule again.")] = False,
) -> None:
    """Measure every rule that is new or changed: human and model rates, with intervals.

    Texts of the splits "train" and "dev" are counted apart, "test" is never read. Without
    --output a table is printed: rule, genre with the clearest difference, both rates, ratio.
    """
    from slopscan.catalogue.load import load_catalogue  # noqa: PLC0415
    from slopscan.catalogue.rates import Rates, read_rates, write_rates  # noqa: PLC0415
    from slopscan.evidence.measuring import Request, measure  # noqa: PLC0415

    if not corpus.is_dir():
        raise UsageError("no such folder", fix=f"--corpus names a folder, not {corpus}")
    folder = folder_of(catalogue, pack)
    loaded = load_catalogue(folder)
    known = read_rates(output) if output and output.is_file() and not fresh else Rates()
    request = Request(corpus, folder, documents, jobs, cache, places)
    with _bar() as bar:
        task = bar.add_task("measuring", total=None)
        found = measure(
            request,
            loaded,
            known,
            lambda n, total: bar.update(task, advance=n, total=total),
        )
    if output is None:
        _print(loaded, found)
        return
    write_rates(found, output)
    n_new = sum(key not in known.rules for key in found.rules)
    say(f"{len(found.rules)} rules, {n_new} of them new: {output}")


def _bar() -> Progress:
    return Progress(
        "{task.description}",
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    )


def _print(catalogue: Catalogue, rates: Rates) -> None:
    for rule in catalogue.rules.values():
        entry = rates.of(rule)
        best = entry.best() if entry else None
        if best is None:
            typer.echo(f"{rule.id}\tnot measured")
            continue
        genre, found = best
        ratio = found.ratio
        cells = (
            *(f"{found.human.value:.3g}", f"{found.model.value:.3g}"),
            *(f"{ratio.value:.3g}", f"{ratio.low:.3g}", f"{ratio.high:.3g}"),
        )
        typer.echo("\t".join((rule.id, genre, *cells)))
