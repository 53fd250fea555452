"""Read, check and write the manifest of a model folder.

A folder may come from anywhere, so every value that is used later is checked here: a number
that is missing or no number gives an error that names it, not a traceback in the middle of a text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import Any, Final

from slopscan.errors import ArtefactError

PROTOCOL: Final = 6
# Levels of `human_quantiles` and of `human_log_odds`.
PERCENTS: Final = tuple(range(101))
FIX: Final = "reinstall slopscan, or train again: slopscan train --corpus DIR --output MODEL"
REQUIRED: Final = ("arrays.npz", "factors.npy", "vocabulary.txt")
FILES: Final = (*REQUIRED, "golden.jsonl")
_MOST_MANIFEST_BYTES: Final = 4_000_000
_TEXTS: Final = ("id", "default_point", "schema_digest", "pipeline.manifest_sha256")
_NUMBERS: Final = (
    "intercept",
    "layer_share",
    "min_words",
    "novelty.limit",
    *(f"calibration.{name}" for name in ("slope", "slope_by_length", "shift", "shift_by_length")),
    *(f"spread.{name}" for name in ("between_sources", "sampling_at_200_words")),
)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read a manifest of a known protocol and check what is used of it.

    Raises
    ------
    ArtefactError
        It cannot be read, has another protocol, or lacks a value.
    """
    path = folder / "manifest.json"
    try:
        if path.stat().st_size > _MOST_MANIFEST_BYTES:
            raise ValueError("too large")
        manifest = json.loads(path.read_text(encoding="utf8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ArtefactError(
            f"the model manifest cannot be read ({error})", where=str(path), fix=FIX
        ) from error
    found = manifest.get("protocol") if isinstance(manifest, dict) else None
    if found != PROTOCOL:
        raise ArtefactError(
            f"the model has protocol {found}, this slopscan reads {PROTOCOL}",
            where=str(path),
            fix="use a model of this slopscan's version",
        )
    wrong = _wrong(manifest)
    if wrong:
        what = f'"{wrong}" of the model manifest is missing or wrong'
        raise ArtefactError(what, where=str(path), fix=FIX)
    return dict(manifest)


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write `manifest.json` with the digests of the files beside it."""
    files = {name: sha256(folder / name) for name in FILES if (folder / name).is_file()}
    text = json.dumps({**manifest, "files": files}, indent=1, allow_nan=False)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf8")


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _wrong(manifest: Mapping[str, Any]) -> str:
    """Return the name of the first value that cannot be used; empty if there is none."""
    files, features, points = (manifest.get(n) for n in ("files", "features", "operating_points"))
    sound = {
        **{name: isinstance(_at(manifest, name), str) for name in _TEXTS},
        **{name: _is_number(_at(manifest, name)) for name in _NUMBERS},
        "files": isinstance(files, dict) and set(REQUIRED) <= set(files) <= set(FILES),
        "features": isinstance(features, list) and all(isinstance(name, str) for name in features),
        "operating_points": isinstance(points, dict)
        and all(map(_is_number, points.values()))
        and manifest.get("default_point") in points,
    }
    wrong = [name for name, is_sound in sound.items() if not is_sound]
    return wrong[0] if wrong else _wrong_ranks(manifest.get("human_log_odds"))


def _wrong_ranks(tables: Any) -> str:
    lengths, genres = (_at(tables, name) for name in ("lengths", "genres"))
    if not _are_rankings(lengths):
        return "human_log_odds.lengths"
    if not isinstance(genres, dict) or not all(map(_are_rankings, genres.values())):
        return "human_log_odds.genres"
    return ""


def _are_rankings(table: Any) -> bool:
    """Say whether a table has percentiles by a length in words, and is not empty."""
    return (
        isinstance(table, dict)
        and bool(table)
        and all(name.isdecimal() and int(name[:9]) > 0 for name in table)
        and all(map(_is_ranking, table.values()))
    )


def _is_ranking(values: Any) -> bool:
    return (
        isinstance(values, list)
        and len(values) == len(PERCENTS)
        and all(map(_is_number, values))
        and sorted(values) == values
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)


def _at(value: Any, name: str) -> Any:
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value
