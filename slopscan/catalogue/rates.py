"""The measured evidence of the shipped catalogue: read and written, light to import.

One entry a rule, under the digest of what decides its findings: a rule that is changed has no
evidence until it is measured again. `slopscan/evidence/` makes it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from slopscan.catalogue.rule import Rule
from slopscan.errors import ArtefactError

SCHEMA: Final = 1
FILE_NAME: Final = "rates.json"
ALL: Final = "all"
_KEY_LENGTH: Final = 16
_SEPARATOR: Final = ',\n"rules":{\n'


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95% interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Cell:
    """How much text stands behind a figure."""

    n_documents: int
    n_words: int
    n_sources: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A rule in one genre of one split.

    Attributes
    ----------
    human, model : Estimate
        Events per 1,000 words, or per 100 documents for a rule that weighs whole documents.
    ratio : Estimate
        Model over human; `high` is infinite where no human text has the tic.
    z : float
        Of the log-odds.
    auc : float
        How often a model text has more of it than a human one; ties half.
    """

    human: Estimate
    model: Estimate
    ratio: Estimate
    z: float
    auc: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that was measured of one rule.

    Attributes
    ----------
    unit : str
        `words` or `documents`: what the rates count against.
    container : str or None
        Why the rates may tell containers of text apart instead of writers.
    splits : mapping of str to mapping of str to Comparison
        By split, then genre; `all` is over the genres that have both labels.
    counts : mapping of str to mapping of str to (int, int)
        By split, then cell (`fiction/human`, `essay/openai`, `era/2025-`, `set/second-language`):
        events and documents with one. Cells without any are left out.
    q : float
        False discovery rate at which the rule would pass as different in training texts.
    basis : str
        Digests of the texts and, where the rule needs one, of the parser it was measured with.
    cells : mapping of str to mapping of str to Cell
        How much text there was in each cell of each split, once read from a file.
    """

    rule: str
    digest: str
    unit: str
    container: str | None
    splits: Mapping[str, Mapping[str, Comparison]]
    counts: Mapping[str, Mapping[str, tuple[int, int]]]
    q: float = 1.0
    basis: str = ""
    cells: Mapping[str, Mapping[str, Cell]] = field(default_factory=dict, compare=False)

    def best(self, split: str = "train") -> tuple[str, Comparison] | None:
        """Return the genre with the highest lower limit of the ratio."""
        known = [item for item in self.splits.get(split, {}).items() if item[0] != ALL]
        return max(known, key=lambda item: item[1].ratio.low, default=None)


@dataclass(frozen=True)
class Rates:
    """A measurement of a catalogue: evidence by short digest, text amounts by split and cell."""

    rules: Mapping[str, Evidence] = field(default_factory=dict)
    cells: Mapping[str, Mapping[str, Cell]] = field(default_factory=dict)
    run: Mapping[str, Any] = field(default_factory=dict)

    def of(self, rule: Rule) -> Evidence | None:
        """Return the evidence of a rule as it is now; None if it was not measured so."""
        found = self.rules.get(rule.digest[:_KEY_LENGTH])
        return found if found is not None and found.rule == rule.id else None


def measured(rule: Rule) -> Evidence | None:
    """Return the evidence of a rule as it is now; None if it was not measured so.

    It is looked for in `rates.json` beside the families of the rule's own catalogue, then in
    the package. Only the rule's own line of the file is decoded.

    Raises
    ------
    ArtefactError
        The file is damaged.
    """
    for path in (rule.path.parent.parent / FILE_NAME, *shipped_paths(FILE_NAME)):
        found = _from_file(path, rule) if path.is_file() else None
        if found is not None:
            return found
    return None


def shipped_paths(name: str) -> tuple[Path, ...]:
    """Return where a file of evidence about the shipped catalogue may be, installed or not."""
    package = Path(__file__).parent.parent
    return package / "_evidence" / name, package.parent / "benchmarks" / "results" / name


def _from_file(path: Path, rule: Rule) -> Evidence | None:
    cells, lines = _lines(path)
    line = lines.get(key_of(rule))
    if line is None:
        return None
    try:
        found = _evidence(key_of(rule), json.loads(line), cells)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(str(path), error) from error
    return found if found.rule == rule.id else None


@lru_cache(maxsize=4)
def _lines(path: Path) -> tuple[Mapping[str, Mapping[str, Cell]], Mapping[str, str]]:
    try:
        first, _, rest = path.read_text(encoding="utf-8").partition(_SEPARATOR)
        head = _decoded(json.loads(first + "}") | {"rules": {}})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(str(path), error) from error
    lines = (line.rstrip(",").partition(": ") for line in rest.splitlines())
    return head.cells, {key.strip('"'): entry for key, colon, entry in lines if colon}


def read_rates(path: Path) -> Rates:
    """Read what `write_rates` wrote.

    Raises
    ------
    ArtefactError
        The file is unreadable, damaged or of another schema.
    """
    try:
        return _decoded(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(str(path), error) from error


def _decoded(data: Mapping[str, Any]) -> Rates:
    if data["schema"] != SCHEMA:
        raise ValueError(f"schema {data['schema']}, not {SCHEMA}")
    cells = {
        split: {name: Cell(*amounts) for name, amounts in of_split.items()}
        for split, of_split in data["cells"].items()
    }
    rules = {key: _evidence(key, entry, cells) for key, entry in data["rules"].items()}
    return Rates(rules, cells, data["run"])


def _damaged(where: str, error: Exception) -> ArtefactError:
    return ArtefactError(
        f"not a file of rates ({error})",
        where=where,
        fix="measure again: slopscan rules measure --corpus FOLDER --output FILE",
    )


def write_rates(rates: Rates, path: Path) -> None:
    """Write rates as JSON, one rule a line, the same bytes for the same rates."""
    cells = {
        split: {
            name: [cell.n_documents, cell.n_words, cell.n_sources]
            for name, cell in sorted(of_split.items())
        }
        for split, of_split in rates.cells.items()
    }
    head = {"schema": SCHEMA, "run": dict(rates.run), "cells": cells}
    ordered = sorted(rates.rules.values(), key=lambda entry: entry.rule)
    lines = [f"{json.dumps(item.digest)}: {_dumps(_entry(item))}" for item in ordered]
    text = _dumps(head)[:-1] + _SEPARATOR + ",\n".join(lines) + "\n}}\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def key_of(rule: Rule) -> str:
    """Return the short digest a rule's evidence stands under."""
    return rule.digest[:_KEY_LENGTH]


def _dumps(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _entry(item: Evidence) -> dict[str, Any]:
    return {
        "id": item.rule,
        "unit": item.unit,
        "container": item.container,
        "basis": item.basis,
        "q": _short(item.q),
        "splits": {
            split: {genre: _flat(found) for genre, found in of_split.items()}
            for split, of_split in item.splits.items()
        },
        "counts": {
            split: {cell: list(pair) for cell, pair in sorted(of_split.items())}
            for split, of_split in item.counts.items()
        },
    }


def _flat(item: Comparison) -> list[float | None]:
    numbers = (
        *(item.human.value, item.human.low, item.human.high),
        *(item.model.value, item.model.low, item.model.high),
        *(item.ratio.value, item.ratio.low, item.ratio.high),
        *(item.z, item.auc),
    )
    return [_short(number) for number in numbers]


def rounded(number: float) -> float:
    """Round to the three digits that are kept, so that kept and fresh figures agree."""
    return float(f"{number:.3g}")


def _short(number: float) -> float | None:
    return None if math.isinf(number) else rounded(number)


def _evidence(
    key: str, entry: Mapping[str, Any], cells: Mapping[str, Mapping[str, Cell]]
) -> Evidence:
    return Evidence(
        rule=entry["id"],
        digest=key,
        unit=entry["unit"],
        container=entry["container"],
        basis=entry["basis"],
        q=entry["q"],
        cells=cells,
        splits={
            split: {genre: _comparison(numbers) for genre, numbers in of_split.items()}
            for split, of_split in entry["splits"].items()
        },
        counts={
            split: {cell: (pair[0], pair[1]) for cell, pair in of_split.items()}
            for split, of_split in entry["counts"].items()
        },
    )


def _comparison(numbers: Iterable[float | None]) -> Comparison:
    n = [math.inf if number is None else float(number) for number in numbers]
    human, model, ratio = (Estimate(*n[start : start + 3]) for start in (0, 3, 6))
    return Comparison(human, model, ratio, z=n[9], auc=n[10])
