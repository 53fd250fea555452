"""`slopscan config`: what holds for a file, and who says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from slopscan.config.profiles import profiles

if TYPE_CHECKING:
    from slopscan.workspace import FileSettings

app = typer.Typer(no_args_is_help=True, help="Show what holds for a file, and the genres.")
_ORDER: Final = (
    *("genre", "select", "extend_select", "ignore", "extend_ignore", "per_file_ignores"),
    *("preview", "parse", "family_profile", "include", "catalogue", "packs"),
    *("model", "fail_on", "baseline", "voice", "output_format"),
)


@app.command("show")
def show(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file; it need not exist.")],
    config: Annotated[
        Path | None, typer.Option(help="Configuration file instead of the nearest one.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The same as JSON.")] = False,
) -> None:
    """Print each setting that holds for a file, its value and where that comes from."""
    from slopscan.workspace import Workspace  # noqa: PLC0415

    workspace = Workspace(config=config)
    found = workspace.resolve(file)
    n_rules = len(workspace.scanner(found.settings).rules)
    if as_json:
        typer.echo(json.dumps(_as_json(file, found, n_rules), indent=2))
        return
    typer.echo(f"file    {file}")
    typer.echo(f"config  {_short(str(found.config)) if found.config else 'none found'}\n")
    rows = [
        (name.replace("_", "-"), _shown(found.values[name].value), found.values[name].origin)
        for name in _ORDER
    ]
    widths = [max(len(row[place]) for row in rows) for place in (0, 1)]
    for key, value, origin in rows:
        typer.echo(f"{key.ljust(widths[0])}  {value.ljust(widths[1])}  {_short_all(origin)}")
    typer.echo(f"\n{n_rules} rules run")
    if found.left_out:
        typer.echo(f"{len(found.left_out)} left out by genre {found.values['genre'].value}:")
        width = max(map(len, found.left_out))
        for rule, because in sorted(found.left_out.items()):
            typer.echo(f"  {rule.ljust(width)}  {because}")


@app.command("genres")
def genres() -> None:
    """List the genres: name, which texts it is for, whose habits are its reference."""
    for profile in profiles().values():
        typer.echo(f"{profile.name}\t{profile.title}\t{profile.reference}")


def _as_json(file: Path, found: FileSettings, n_rules: int) -> dict[str, Any]:
    return {
        "file": str(file),
        "config": str(found.config) if found.config else None,
        "values": {
            name.replace("_", "-"): {
                "value": _plain(found.values[name].value),
                "origin": found.values[name].origin,
            }
            for name in _ORDER
        },
        "rules": n_rules,
        "left-out": dict(sorted(found.left_out.items())),
    }


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, Path) else value


def _shown(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, tuple):
        return json.dumps([_short(str(item)) for item in value])
    return json.dumps(_short(str(value)) if isinstance(value, Path) else value)


def _short_all(origin: str) -> str:
    return ", ".join(_short(part) for part in origin.split(", "))


def _short(path: str) -> str:
    """Return a path below the working directory without that."""
    prefix = f"{Path.cwd()}/"
    return path.removeprefix(prefix)
