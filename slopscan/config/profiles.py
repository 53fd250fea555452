"""Genres: what people who write in one do so often that it says nothing there.

The file `profiles.toml` beside this module holds them. A genre never leaves out a rule that
was selected by its own id.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

GENRES: Final = ("essay", "fiction", "technical", "academic", "marketing", "chat")
_FILE: Final = Path(__file__).with_name("profiles.toml")


@dataclass(frozen=True, slots=True)
class Habit:
    """Rules or families a genre leaves out, and why."""

    names: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True)
class Profile:
    """One genre.

    Attributes
    ----------
    name : str
        One of `GENRES`.
    title : str
        Which texts it is for.
    reference : str
        Genre of the reference corpora that its human rates come from.
    leave_out : tuple of Habit
    """

    name: str
    title: str
    reference: str
    leave_out: tuple[Habit, ...]


@lru_cache(maxsize=1)
def profiles() -> dict[str, Profile]:
    """Return every profile by name, in the order of `GENRES`."""
    if sys.version_info >= (3, 11):
        import tomllib  # noqa: PLC0415 - not for runs without
    else:
        import tomli as tomllib  # noqa: PLC0415

    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {name: _profile(name, data[name]) for name in GENRES}


def _profile(name: str, table: dict[str, object]) -> Profile:
    entries = table["leave_out"]
    assert isinstance(entries, list)
    habits = tuple(Habit(tuple(entry["names"]), entry["because"]) for entry in entries)
    return Profile(name, str(table["title"]), str(table["reference"]), habits)
