"""`slopscan mine`: tics that the catalogue does not have, proposed from two sides of texts."""

from __future__ import annotations

import sys
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slopscan.cli.messages import say, show_options
from slopscan.cli.tables import (
    Encoding,
    IdField,
    InputFormat,
    Jobs,
    Quiet,
    TextField,
    Verbose,
    check_format,
)
from slopscan.errors import UsageError

if TYPE_CHECKING:
    from slopscan.mining.mine import Mined
    from slopscan.mining.rank import Candidate


class Shape(str, Enum):
    """Values of --output-format."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class Kind(str, Enum):
    """Values of --kind."""

    PHRASE = "phrase"
    OPENER = "opener"
    TEMPLATE = "template"
    DEPENDENCY = "dependency"


def mine(  # noqa: PLR0917
    model_text: Annotated[
        list[str],
        typer.Option(metavar="INPUT", help="Texts by models: anything that `score` reads."),
    ],
    human_text: Annotated[
        list[str],
        typer.Option(metavar="INPUT", help="Texts by people, of like genres and subjects."),
    ],
    text_field: TextField = "text",
    id_field: IdField = "id",
    prompt_field: Annotated[
        str, typer.Option(help="Field of the prompt or topic that several texts answer.")
    ] = "prompt_id",
    source_field: Annotated[str, typer.Option(help="Field of the source.")] = "source",
    generator_field: Annotated[str, typer.Option(help="Field of the model.")] = "generator",
    input_format: InputFormat = None,
    encoding: Encoding = None,
    min_texts: Annotated[int, typer.Option(min=2, help="Texts a candidate stands in.")] = 5,
    min_prompts: Annotated[int, typer.Option(min=1, help="Prompts, where the field is there.")] = 3,
    min_generators: Annotated[
        int, typer.Option(min=1, help="Models, where the field is there.")
    ] = 2,
    min_ratio: Annotated[
        float, typer.Option(min=1.0, help="Surely so many times as frequent as by people.")
    ] = 2.0,
    sample: Annotated[
        int | None, typer.Option(min=1, help="Take so many texts of each side, at random.")
    ] = None,
    no_parse: Annotated[
        bool,
        typer.Option("--no-parse", help="Words alone: no word classes, no dependency patterns."),
    ] = False,
    kind: Annotated[list[Kind] | None, typer.Option(help="Show only these kinds.")] = None,
    top: Annotated[int, typer.Option("--top", "-n", min=1, help="Candidates to show.")] = 40,
    new: Annotated[
        bool, typer.Option("--new", help="Leave out what a rule of the catalogue knows.")
    ] = False,
    output_format: Annotated[Shape, typer.Option(help="How to show them.")] = Shape.TABLE,
    output_file: Annotated[
        Path | None, typer.Option("--output-file", "-o", help="Write them to this file.")
    ] = None,
    write_rule: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="Draft rule files of new candidates: a folder, or FAMILY/ID.toml for one.",
        ),
    ] = None,
    candidate: Annotated[
        list[int] | None,
        typer.Option(min=1, metavar="RANK", help="Draft this one; may be repeated."),
    ] = None,
    jobs: Jobs = None,
    cache: Annotated[
        Path | None, typer.Option(help="Keep parses here, by content, for later runs.")
    ] = None,
    no_color: Annotated[
        bool, typer.Option("--no-color", help="Plain text; so does NO_COLOR.")
    ] = False,
    width: Annotated[
        int | None, typer.Option(min=40, max=400, help="Columns of the terminal.")
    ] = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Propose tics that the catalogue does not have.

    Looks for phrases, sentence openers, templates with slots and pairs of the parse that models
    surely use more often than people do, in many texts, prompts and models; folds forms of one
    thing together and names the rule that knows it. A person decides what is a tic.
    """
    from slopscan.corpus.inputs import Reading, find_inputs  # noqa: PLC0415
    from slopscan.corpus.inputs.base import STDIN  # noqa: PLC0415
    from slopscan.corpus.pool import default_jobs  # noqa: PLC0415
    from slopscan.corpus.rows import RowOptions  # noqa: PLC0415
    from slopscan.mining.mine import Fields, MineOptions, kept_fields  # noqa: PLC0415
    from slopscan.mining.mine import mine as run  # noqa: PLC0415
    from slopscan.mining.rank import Standards  # noqa: PLC0415

    check_format(input_format)
    if candidate and write_rule is None:
        raise UsageError("--candidate says which rule to draft", fix="add --write-rule PATH")
    if write_rule is not None:
        from slopscan.mining.draft import check_target  # noqa: PLC0415

        check_target(write_rule)
    fields = Fields(prompt_field, source_field, generator_field)
    rows = RowOptions(text_field, id_field, kept_fields(fields))
    sides = [find_inputs(side, input_format) for side in (model_text, human_text)]
    if sum(file.name == STDIN for side in sides for file in side) > 1:
        raise UsageError("both sides are standard input", fix="give a file for one of them")
    standards = Standards(
        min_texts=min_texts,
        min_prompts=min_prompts,
        min_generators=min_generators,
        min_ratio=min_ratio,
    )
    options = MineOptions(
        fields,
        standards,
        parse=not no_parse,
        jobs=jobs or default_jobs(),
        sample=sample,
        cache=cache,
        quiet=quiet,
    )
    try:
        mined = run(sides[0], sides[1], Reading(rows, encoding), options)
    except OSError as error:
        raise UsageError(
            f"cannot go on: {error.strerror or error}",
            where=str(error.filename or "the folder of temporary files"),
            fix="free some space there, or name another folder with TMPDIR",
        ) from error
    for side, counts in mined.sides.items():
        for words in counts.first_errors:
            say(f"{side}: {words}")
    wanted = {item.value for item in kind} if kind else None
    chosen = [
        item
        for item in mined.candidates
        if (wanted is None or item.kind in wanted) and not (new and item.known)
    ][:top]
    _show(mined, chosen, output_format, output_file, no_color=no_color, width=width)
    if write_rule is not None:
        _draft(write_rule, chosen, mined, candidate, parse=not no_parse)


def _show(
    mined: Mined,
    chosen: list[Candidate],
    shape: Shape,
    output_file: Path | None,
    *,
    no_color: bool,
    width: int | None,
) -> None:
    from rich.console import Console  # noqa: PLC0415

    from slopscan.cli.streams import opened  # noqa: PLC0415
    from slopscan.mining import show  # noqa: PLC0415

    with opened(output_file) as stream:
        if shape is Shape.JSON:
            stream.write(show.to_json(mined, chosen))
        elif shape is Shape.CSV:
            stream.write(show.to_csv(chosen))
        else:
            options = show_options(stream, width=width, no_color=no_color)
            console = Console(
                file=stream,
                width=options.width,
                no_color=not options.color,
                highlight=False,
                force_terminal=options.color,
            )
            show.to_terminal(mined, chosen, console)
    if not chosen and sys.stderr:
        say("nothing is surely more frequent in the texts by models, in enough of them")


def _draft(
    path: Path, chosen: list[Candidate], mined: Mined, ranks: list[int] | None, *, parse: bool
) -> None:
    from slopscan.mining.draft import write_drafts  # noqa: PLC0415

    if ranks:
        missing = [rank for rank in ranks if rank > len(chosen)]
        if missing:
            raise UsageError(
                f"there is no candidate {missing[0]}", fix=f"ranks go from 1 to {len(chosen)}"
            )
        items = [chosen[rank - 1] for rank in dict.fromkeys(ranks)]
    else:
        items = [item for item in chosen if not item.known]
        items = items[:1] if path.suffix == ".toml" else items
    if not items:
        raise UsageError("no candidate to draft a rule from", where=str(path))
    for written in write_drafts(path, items, mined, parse=parse):
        say(f"drafted {written}: finish what stands in brackets, then `slopscan rules check`")
