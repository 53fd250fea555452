"""Read, check and write a model folder: JSON, text and plain arrays, never code.

    manifest.json    protocol, id, schema digest and names, calibration, thresholds, word limits,
                     pipeline, training cards, metrics, licence, SHA-256 of every other file
    arrays.npz       weights and scales (allow_pickle=False)
    vocabulary.txt   one run of symbols per line, in the order of the arrays
    golden.jsonl     texts written for the project, with their scores

To change the format raise `PROTOCOL`, and keep the old reader beside this one with a test.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from slopscan.errors import ArtefactError
from slopscan.features.families import SCHEMA
from slopscan.features.ngrams import WORD

PROTOCOL: Final = 3
# Levels of `human_quantiles` and of `human_log_odds` in the manifest.
PERCENTS: Final = tuple(range(101))
DATA: Final = Path(__file__).parent / "data"
GOLDEN_TOLERANCE: Final = 0.02
_FIX: Final = "reinstall slopscan, or train again: python -m slopscan.training --corpus DIR"
_GRAM_ARRAYS: Final = ("idf", "gram_weights", "gram_means")
_DENSE_ARRAYS: Final = (
    "dense_means",
    "dense_scales",
    "dense_weights",
    "human_means",
    "model_means",
)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Model:
    """A checked model.

    Attributes
    ----------
    manifest : mapping
        As in `manifest.json`.
    vocabulary : tuple of str
        Runs of symbols, in the order of `arrays["gram_weights"]`.
    arrays : mapping
        `idf`, `gram_weights`, `gram_means` of shape (n_ngrams,); `dense_means`,
        `dense_scales`, `dense_weights`, `human_means`, `model_means` of shape (n_features,);
        `human_quantiles` of shape (n_features, 101), percentiles of human training windows.
    """

    manifest: Mapping[str, Any]
    vocabulary: tuple[str, ...]
    arrays: Mapping[str, Floats]

    @property
    def id(self) -> str:
        return str(self.manifest["id"])

    @cached_property
    def index(self) -> dict[str, int]:
        return {gram: column for column, gram in enumerate(self.vocabulary)}

    @cached_property
    def are_words(self) -> npt.NDArray[np.bool_]:
        """Which runs belong to the view of words, scaled apart from the masked view."""
        return np.array([gram.startswith(WORD) for gram in self.vocabulary])

    @property
    def intercept(self) -> float:
        return float(self.manifest["intercept"])

    @property
    def min_words(self) -> int:
        return int(self.manifest["min_words"])

    @property
    def most_novelty(self) -> float:
        """Share of unknown runs above which a text is unlike all that was trained on."""
        return float(self.manifest["novelty"]["limit"])

    @property
    def threshold(self) -> float:
        """Log-odds of the default operating point."""
        return float(self.manifest["operating_points"][self.manifest["default_point"]])


def load_model(folder: Path | None = None) -> Model:
    """Read a model folder and check it.

    Parameters
    ----------
    folder : Path, optional
        The shipped model by default.

    Raises
    ------
    ArtefactError
        A file is missing or altered, the protocol or the feature schema is another one, or
        an array is not finite or not of its stated shape.
    """
    folder = folder or shipped()
    manifest = read_manifest(folder)
    _check_files(folder, manifest)
    _check_schema(folder, manifest)
    text = (folder / "vocabulary.txt").read_text(encoding="utf8")
    vocabulary = tuple(text.removesuffix("\n").split("\n"))
    with np.load(folder / "arrays.npz", allow_pickle=False) as stored:
        arrays = {name: stored[name].astype(np.float64) for name in stored.files}
    _check_arrays(folder, arrays, len(vocabulary))
    return Model(manifest, vocabulary, arrays)


def shipped() -> Path:
    """Return the folder of the shipped model: the last one by name."""
    folders = sorted(path for path in DATA.glob("*") if (path / "manifest.json").is_file())
    if not folders:
        raise ArtefactError("no model is installed", where=str(DATA), fix=_FIX)
    return folders[-1]


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read a manifest of a known protocol."""
    path = folder / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf8"))
    except (OSError, ValueError) as error:
        raise ArtefactError(
            f"the model manifest cannot be read ({error})", where=str(path), fix=_FIX
        ) from error
    found = manifest.get("protocol") if isinstance(manifest, dict) else None
    if found != PROTOCOL:
        raise ArtefactError(
            f"the model has protocol {found}, this slopscan reads {PROTOCOL}",
            where=str(path),
            fix="use a model of this slopscan's version",
        )
    return dict(manifest)


def _check_files(folder: Path, manifest: Mapping[str, Any]) -> None:
    for name, digest in manifest["files"].items():
        path = folder / name
        try:
            found = sha256(path)
        except OSError as error:
            raise ArtefactError("a model file is missing", where=str(path), fix=_FIX) from error
        if found != digest:
            raise ArtefactError("a model file was altered", where=str(path), fix=_FIX)


def _check_schema(folder: Path, manifest: Mapping[str, Any]) -> None:
    if manifest["schema_digest"] == SCHEMA.digest:
        return
    names = list(manifest["features"])
    different = sorted(set(names) ^ set(SCHEMA.names)) or ["order, unit or range of a feature"]
    raise ArtefactError(
        f"the model was trained on other features: {', '.join(different[:5])}",
        where=str(folder),
        fix=_FIX,
    )


def _check_arrays(folder: Path, arrays: Mapping[str, Floats], n_grams: int) -> None:
    shapes: dict[str, tuple[int, ...]] = dict.fromkeys(_GRAM_ARRAYS, (n_grams,))
    shapes |= {name: (len(SCHEMA.features),) for name in _DENSE_ARRAYS}
    shapes["human_quantiles"] = (len(SCHEMA.features), len(PERCENTS))
    for name, shape in shapes.items():
        array = arrays.get(name)
        if array is None or array.shape != shape or not np.isfinite(array).all():
            raise ArtefactError(
                f"array {name} is missing, not finite or not of shape {shape}",
                where=str(folder / "arrays.npz"),
                fix=_FIX,
            )


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_model(
    folder: Path,
    manifest: Mapping[str, Any],
    vocabulary: tuple[str, ...],
    arrays: Mapping[str, Floats],
) -> None:
    """Write a model folder; digests and schema are filled in here."""
    folder.mkdir(parents=True, exist_ok=True)
    packed: dict[str, Any] = {name: array.astype(np.float32) for name, array in arrays.items()}
    np.savez_compressed(folder / "arrays.npz", **packed)
    (folder / "vocabulary.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf8")
    full = {
        "protocol": PROTOCOL,
        **manifest,
        "schema_digest": SCHEMA.digest,
        "features": list(SCHEMA.names),
    }
    write_manifest(folder, full)


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write `manifest.json` with the digests of the files beside it."""
    names = ("arrays.npz", "vocabulary.txt", "golden.jsonl")
    files = {name: sha256(folder / name) for name in names if (folder / name).is_file()}
    text = json.dumps({**manifest, "files": files}, indent=1)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf8")
