"""How many drawn hits of a rule a reader took for the tic; written by `benchmarks/precision.py`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from slopscan.catalogue.rates import key_of, shipped_paths
from slopscan.catalogue.rule import Rule
from slopscan.errors import ArtefactError

FILE_NAME: Final = "precision.json"


@dataclass(frozen=True, slots=True)
class Reading:
    """Hits that are the tic, and hits read, in texts of each label; by which criterion."""

    criterion: str
    human: tuple[int, int]
    model: tuple[int, int]

    @property
    def n(self) -> int:
        return self.human[1] + self.model[1]

    @property
    def precision(self) -> float:
        return (self.human[0] + self.model[0]) / self.n


def reading_of(rule: Rule) -> Reading | None:
    """Return the reading of a shipped rule; None if none, or if the rule was changed since.

    Raises
    ------
    ArtefactError
        The file is damaged.
    """
    path = next((path for path in shipped_paths(FILE_NAME) if path.is_file()), None)
    entry = _read(path).get(rule.id) if path else None
    if entry is None or entry["digest"] != key_of(rule):
        return None
    human, model = (
        (side["tic"], side["read"])
        for side in (entry.get(label, {"tic": 0, "read": 0}) for label in ("human", "model"))
    )
    return Reading(entry["criterion"], human, model)


@lru_cache(maxsize=1)
def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ArtefactError(
            f"not a file of readings ({error})", where=str(path), fix="reinstall slopscan"
        ) from error
    return found
