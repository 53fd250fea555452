"""`slopscan train`: a model of one's own, from labelled texts."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

import typer

from slopscan.cli.messages import say
from slopscan.errors import UsageError

if TYPE_CHECKING:
    from slopscan.training.train import Reporter

T = TypeVar("T")
_SHOWN: Final = 5
_NEEDED: Final = "pip install 'slopscan-prose[train]'"


def train(  # noqa: PLR0917
    corpus: Annotated[
        Path,
        typer.Option(
            metavar="DIR",
            help='Folder of .jsonl or .jsonl.gz files, a source each: "text" and "label" '
            "(human or ai) in every row.",
        ),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="MODEL", help="Folder of the new model.")
    ],
    cache: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Keep parsed texts here; an interrupted run goes on from them. "
            "MODEL.cache by default.",
        ),
    ] = None,
    evaluate: Annotated[
        bool,
        typer.Option(
            "--evaluate", help="Also hold out each genre and each family of models; takes longer."
        ),
    ] = False,
    seed: Annotated[
        int | None, typer.Option(help="Of the choice of texts.", show_default=False)
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Show tracebacks of internal errors.")
    ] = False,
) -> None:
    """Train the classifier on labelled texts, and measure it on sources it has not seen.

    The model goes to `slopscan scan --model MODEL` and `slopscan score --model MODEL`; it is
    numbers and words, never code. `evaluation.json` in its folder has all that was measured.
    """
    _check_installed()
    _check_output(output)
    from slopscan.training.train import train_folder  # noqa: PLC0415 - imports scikit-learn

    kept = cache if cache is not None else output.with_name(f"{output.name}.cache")
    left_out = _LeftOut()
    reporter = _reporter(left_out.say, quiet=quiet)
    try:
        figures = train_folder(corpus, output, kept, seed=seed, wide=evaluate, reporter=reporter)
    except OSError as error:
        raise UsageError(
            f"cannot go on: {error.strerror or error}",
            where=str(error.filename or output),
            fix="what is parsed is kept: the same command goes on from there",
        ) from error
    left_out.sum_up()
    for line in _told(figures):
        typer.echo(line)
    say(f"model written to {output}; use it with --model {output}")


class _LeftOut:
    """Tells of the first rows that could not be used, and how many there were."""

    def __init__(self) -> None:
        self._number = 0

    def say(self, words: str) -> None:
        self._number += 1
        if self._number <= _SHOWN:
            say(words)

    def sum_up(self) -> None:
        if self._number > _SHOWN:
            say(f"{self._number:,} rows left out in all")


def _check_installed() -> None:
    try:
        import sklearn  # noqa: F401, PLC0415
    except ImportError as error:
        raise UsageError("training needs scikit-learn", fix=_NEEDED) from error


def _check_output(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "manifest.json").is_file():
        raise UsageError(
            "the folder holds something that is no model", where=str(folder), fix="name a new one"
        )
    if folder.exists() and not folder.is_dir():
        raise UsageError("there is a file of that name", where=str(folder), fix="name a folder")


def _reporter(warn: Callable[[str], None], *, quiet: bool) -> Reporter:
    from slopscan.training.train import Reporter  # noqa: PLC0415

    started = time.monotonic()

    def tell(words: str) -> None:
        if not quiet:
            say(f"{time.monotonic() - started:6.0f} s  {words}")

    def track(items: Iterable[T], total: int) -> Iterator[T]:
        if not quiet and sys.stderr.isatty():
            from rich.console import Console  # noqa: PLC0415
            from rich.progress import track as with_bar  # noqa: PLC0415

            yield from with_bar(
                items, "parsing", total=total, console=Console(stderr=True), transient=True
            )
            return
        for number, item in enumerate(items, start=1):
            yield item
            if number % 5 == 0 or number == total:
                tell(f"parsed {number} of {total} parts")

    return Reporter(tell, warn, track)


def _told(figures: dict[str, Any]) -> Iterator[str]:
    yield f"on {figures['held_out']} it had not seen, windows of 200 words:"
    yield f"{'':16}{'mean AUROC':>12}{'worst':>8}{'recall at 1% false positives':>30}"
    for name, title in (("train_dev", "train and dev"), ("test", "test")):
        found = figures[name]["folds"]["summary"]
        area, worst, recall = (
            "-" if found[key] is None else f"{found[key]:.3f}"
            for key in ("mean_auroc", "worst_auroc", "mean_recall_at_1pct")
        )
        yield f"{title:16}{area:>12}{worst:>8}{recall:>30}"
