"""`slopscan doctor`: what is installed, what made it, and what is missing."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Final

import typer

import slopscan
from slopscan.errors import SlopscanError

_NEEDED: Final = ("spacy", "numpy", "regex", "ahocorasick-rs", "pyromark", "typer", "rich")
_OPTIONAL: Final = {
    "pygls": "slopscan lsp needs it: slopscan-prose[lsp]",
    "docutils": ".rst needs it: slopscan-prose[files]",
    "pylatexenc": ".tex needs it: slopscan-prose[files]",
    "pyarrow": "Parquet and Arrow need it: slopscan-prose[corpus]",
    "zstandard": ".zst needs it: slopscan-prose[corpus]",
}


def doctor() -> None:
    """Print versions and digests of all that decides a result; exit 2 when something is missing.

    Put its output into a bug report.
    """
    typer.echo(f"slopscan       {slopscan.__version__}  {Path(slopscan.__file__).parent}")
    typer.echo(f"python         {platform.python_version()}  {sys.executable}")
    typer.echo(f"platform       {platform.platform()}")
    failed = [name for name in _NEEDED if not _library(name)]
    for name, use in _OPTIONAL.items():
        _library(name, f"not installed; {use}")
    checks: tuple[tuple[str, Callable[[], str]], ...] = (
        ("catalogue", _catalogue),
        ("pipeline", _pipeline),
        ("model", _model),
        ("families", _families),
        ("config", _config),
    )
    for name, check in checks:
        try:
            typer.echo(f"{name:<14} {check()}")
        except SlopscanError as error:
            failed.append(name)
            typer.echo(f"{name:<14} FAILED: {' '.join(str(error).split())}")
    if failed:
        typer.echo(f"\nmissing or damaged: {', '.join(failed)}")
        raise typer.Exit(2)


def _library(name: str, otherwise: str = "MISSING") -> bool:
    try:
        typer.echo(f"{name:<14} {metadata.version(name)}")
    except metadata.PackageNotFoundError:
        typer.echo(f"{name:<14} {otherwise}")
        return False
    return True


def _catalogue() -> str:
    from slopscan.catalogue.load import load_catalogue  # noqa: PLC0415

    catalogue = load_catalogue()
    return f"{len(catalogue.rules)} rules, {catalogue.digest[:16]}"


def _pipeline() -> str:
    from slopscan.nlp.load import load_pipeline  # noqa: PLC0415

    meta = load_pipeline().meta
    return f"{meta['name']} {meta['version']}, files intact"


def _model() -> str:
    from slopscan.model.artefact import load_model  # noqa: PLC0415
    from slopscan.model.check import check_model  # noqa: PLC0415

    return f"{load_model().id}, files intact, {len(check_model())} texts score as where it was made"


def _families() -> str:
    from slopscan.model.families import load_families  # noqa: PLC0415

    return f"{load_families().manifest['id']}, files intact"


def _config() -> str:
    from slopscan.config.load import find_config, load_config  # noqa: PLC0415

    path = find_config()
    load_config(path)
    return str(path) if path else "no slopscan.toml and no [tool.slopscan] from here upwards"
