"""`slopscan rules`: list and search the catalogue, show a rule, run the rules' own examples."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from slopscan.cli.inputs import folder_of, rule_names
from slopscan.cli.measure import measure_rules
from slopscan.cli.messages import say, show_options
from slopscan.errors import UsageError
from slopscan.report import short_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slopscan.catalogue.load import Catalogue
    from slopscan.catalogue.rule import Rule

app = typer.Typer(
    no_args_is_help=True, help="List, search, show and check the rules of the catalogue."
)
app.command("measure")(measure_rules)
_Folder = Annotated[
    Path | None, typer.Option("--catalogue", help="Folder of rules instead of the shipped one.")
]
_Pack = Annotated[
    str | None, typer.Option("--pack", help="Installed rule pack instead of the shipped rules.")
]


@app.command("list")
def list_rules(
    family: Annotated[str | None, typer.Option(help="Only this family.")] = None,
    catalogue: _Folder = None,
    pack: _Pack = None,
) -> None:
    """List every rule; on a terminal in columns, otherwise separated by tabs.

    Columns: id, family, kind, severity, status, title, then what was measured: the genre with
    the surest difference, rates in prose by people and by models, their ratio and its 95%
    limits.
    """
    from slopscan.catalogue.load import load_catalogue  # noqa: PLC0415

    rules = [
        rule
        for rule in load_catalogue(folder_of(catalogue, pack)).rules.values()
        if family is None or rule.family == family
    ]
    if family is not None and not rules:
        raise UsageError(f'no rule of a family "{family}"', fix="see: slopscan rules list")
    _list(rules)


@app.command("search")
def search_rules(
    words: Annotated[list[str], typer.Argument(metavar="WORD...", help="What to look for.")],
    catalogue: _Folder = None,
    pack: _Pack = None,
) -> None:
    """List the rules that name every word in their texts, examples, phrases or sources.

    Case does not matter; a word may be a part of one. Nothing found gives exit code 1.
    """
    from slopscan.catalogue.load import load_catalogue  # noqa: PLC0415

    wanted = [word.casefold() for word in words]
    rules = [
        rule
        for rule in load_catalogue(folder_of(catalogue, pack)).rules.values()
        if all(word in rule.path.read_text(encoding="utf-8").casefold() for word in wanted)
    ]
    if not rules:
        say(f"no rule names {' and '.join(words)}")
        raise typer.Exit(1)
    _list(rules)


def _list(rules: Sequence[Rule]) -> None:
    rows = [_cells(rule) for rule in rules]
    if not sys.stdout.isatty():
        for row in rows:
            typer.echo("\t".join(row))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("rule", "family", "kind", "severity", "status", "ratio", "title"):
        table.add_column(name, no_wrap=name != "title")
    for row in rows:
        *about, title, genre, _, _, ratio, _, _ = row
        times = f"{short_number(float(ratio))} {genre}" if ratio else ""
        table.add_row(*(Text(cell) for cell in (*about, times, title)))
    _console().print(table)
    say(f"{len(rules)} rules")


@app.command("show")
def show_rule(
    rule_id: Annotated[
        str, typer.Argument(metavar="ID", help="Rule to show.", autocompletion=rule_names)
    ],
    catalogue: _Folder = None,
    pack: _Pack = None,
) -> None:
    """Show one rule: what it finds, why, what to do, its examples and its evidence."""
    from slopscan.catalogue.lists import did_you_mean  # noqa: PLC0415
    from slopscan.catalogue.load import load_catalogue  # noqa: PLC0415

    rules = load_catalogue(folder_of(catalogue, pack)).rules
    if rule_id not in rules:
        hint = did_you_mean(rule_id, rules) or "see: slopscan rules list"
        raise UsageError(f'unknown rule "{rule_id}"', fix=hint)
    _show(rules[rule_id])


@app.command("check")
def check_rules(
    catalogue: Annotated[
        Path | None, typer.Argument(metavar="[FOLDER]", help="Folder of rules.")
    ] = None,
    pack: _Pack = None,
) -> None:
    """Run the examples of every rule; exit 1 when one does not hold."""
    from slopscan.catalogue.load import load_catalogue  # noqa: PLC0415
    from slopscan.catalogue.selfcheck import check_catalogue  # noqa: PLC0415
    from slopscan.nlp.load import load_pipeline  # noqa: PLC0415

    loaded = load_catalogue(folder_of(catalogue, pack))
    failures = list(check_catalogue(loaded, load_pipeline()))
    for failure in failures:
        typer.echo(str(failure))
    n_examples = sum(len(rule.flags) + len(rule.passes) for rule in loaded.rules.values())
    say(f"{len(loaded.rules)} rules, {n_examples} examples, {len(failures)} failures")
    taken = _taken(loaded)
    if taken:
        say(f"a scan refuses this folder beside the shipped rules, which have {', '.join(taken)}")
    raise typer.Exit(1 if failures else 0)


def _taken(loaded: Catalogue) -> list[str]:
    """Return the ids a folder of rules shares with the shipped ones."""
    from slopscan.catalogue.load import catalogue_root, rule_paths  # noqa: PLC0415

    root = catalogue_root().resolve()
    shipped = {path.stem for path in rule_paths(root)}
    rules = loaded.rules.values()
    return [
        rule.id for rule in rules if rule.id in shipped and root not in rule.path.resolve().parents
    ]


@app.command("measures")
def list_measures() -> None:
    """List the measures a rule of kind "measure" can name: name, unit, what it counts."""
    from slopscan.features.measures import MEASURES  # noqa: PLC0415

    for feature in MEASURES.features:
        typer.echo("\t".join((feature.name, feature.unit, feature.label)))


@app.command("docs")
def write_pages(
    folder: Annotated[Path, typer.Argument(help="Where the pages go.")],
    catalogue: _Folder = None,
    pack: _Pack = None,
) -> None:
    """Write one Markdown page a family, with examples and measured rates, and an index."""
    from slopscan.catalogue.load import load_catalogue  # noqa: PLC0415
    from slopscan.cli.pages import pages  # noqa: PLC0415

    made = pages(load_catalogue(folder_of(catalogue, pack)))
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    say(f"{len(made)} pages: {folder}")


def _cells(rule: Rule) -> tuple[str, ...]:
    from slopscan.cli.evidence import evidence_cells  # noqa: PLC0415

    return (
        rule.id,
        rule.family,
        rule.kind.value,
        rule.severity.value,
        rule.status.value,
        rule.title,
        *evidence_cells(rule),
    )


def _show(rule: Rule) -> None:
    from slopscan.cli.evidence import evidence_panel  # noqa: PLC0415

    console = _console()
    console.print(Text(rule.id, "bold"))
    console.print(Text(rule.title))
    about = f"{rule.family}, {rule.kind.value}, {rule.severity.value}, {rule.status.value}"
    console.print(Text(f"{about}, since {rule.since}", "color(244)"))
    for head, words in (("Why", rule.why), ("Instead", rule.advice)):
        console.print()
        console.print(Text(f"{head}  ", "bold").append(words, "not bold"))
    console.print()
    for flag in rule.flags:
        console.print(Text("flagged  ", "color(166)").append(flag.text, "default"))
    for example in rule.passes:
        console.print(Text("passes   ", "color(36)").append(example.text, "default"))
        console.print(Text(f"         ({example.because})", "color(244)"))
    console.print()
    panel = evidence_panel(rule, unicode=show_options(sys.stdout).unicode)
    if panel is not None:
        console.print(panel)
        console.print()
    for evidence in rule.evidence:
        link = f" <{evidence.url}>" if evidence.url else ""
        seen = f", seen {evidence.seen}" if evidence.seen else ""
        console.print(Text(f"Evidence: {evidence.source}{link}{seen}"))


def _console() -> Console:
    options = show_options(sys.stdout)
    return Console(
        width=options.width,
        force_terminal=options.color,
        color_system="256" if options.color else None,
        highlight=False,
        markup=False,
        emoji=False,
    )
