"""Packages that only corpora need, with a message that names the extra when one is missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from slopscan.errors import UsageError


def needed(module: str, purpose: str, *, extra: str = "corpus") -> Any:
    """Import an optional package.

    Parameters
    ----------
    module : str
        What to import.
    purpose : str
        What it is needed for, to go after "needed": `"to read Parquet"`.
    extra : str
        Extra of slopscan that installs it.

    Raises
    ------
    UsageError
        It is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise UsageError(
            f"{package} is needed {purpose} and is not installed",
            fix=f"pip install 'slopscan-prose[{extra}]'",
        ) from error
