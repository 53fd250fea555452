"""Read, check and write a model folder: JSON, text and plain arrays, never code.

    manifest.json    protocol, id, schema digest and names, calibration, thresholds, word limits,
                     pipeline, training cards, metrics, licence, SHA-256 of every other file
    arrays.npz       weights and scales (allow_pickle=False)
    factors.npy      loadings of every run on the factors of its view, in 8 bits
    vocabulary.txt   one run of symbols per line, in the order of the arrays
    golden.jsonl     texts written for the project, with their scores

To change the format raise `PROTOCOL`, and keep the old reader beside this one with a test.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from slopscan.errors import ArtefactError
from slopscan.features.families import SCHEMA
from slopscan.features.ngrams import view_of
from slopscan.model import layer as layers
from slopscan.model.grams import GramIndex
from slopscan.model.groups import Groups, groups_of
from slopscan.model.layer import Layer
from slopscan.model.manifest import (
    FIX,
    PERCENTS,
    PROTOCOL,
    read_manifest,
    sha256,
    write_manifest,
)
from slopscan.nlp.load import PIPELINE_ROOT

DATA: Final = Path(__file__).parent / "data"
GOLDEN_TOLERANCE: Final = 0.02
# What a file of a model may take up, packed and unpacked: about eight times the shipped one.
_MOST_BYTES: Final = 64_000_000
_GRAM_ARRAYS: Final = ("idf", "gram_weights", "gram_means")
_DENSE_ARRAYS: Final = (
    "dense_means",
    "dense_scales",
    "dense_weights",
    "human_means",
    "model_means",
)
# Before the names of the arrays of the hidden layer.
_LAYER: Final = "layer_"

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
    layer : Layer
        What is added to the linear score, times `layer_share`.
    label : str
        What results name it by: the id, for a model of one's own with the digest of its manifest.
    """

    manifest: Mapping[str, Any]
    vocabulary: tuple[str, ...]
    arrays: Mapping[str, Floats]
    layer: Layer
    label: str

    @property
    def id(self) -> str:
        return str(self.manifest["id"])

    @cached_property
    def grams(self) -> GramIndex:
        try:
            return GramIndex(self.vocabulary)
        except ValueError as error:
            raise ArtefactError(f"the model {self.id} cannot be used: {error}", fix=FIX) from error

    @cached_property
    def groups(self) -> Groups:
        """What each run is called in the reasons."""
        return groups_of(self.vocabulary)

    @cached_property
    def views(self) -> npt.NDArray[np.int64]:
        """View of each run; every view is scaled by itself."""
        return np.array([view_of(gram) for gram in self.vocabulary])

    @property
    def intercept(self) -> float:
        return float(self.manifest["intercept"])

    @cached_property
    def average(self) -> float:
        """What the runs of the average training text add to the linear score."""
        return float(self.arrays["gram_weights"] @ self.arrays["gram_means"])

    @property
    def layer_share(self) -> float:
        """By what the score of the hidden layer is multiplied before it is added."""
        return float(self.manifest["layer_share"])

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
        A file is missing, altered or far too large, the protocol, the feature schema or the
        parser is another one, or an array is not finite or not of its stated shape.
    """
    own = folder is not None
    folder = folder or shipped()
    manifest = read_manifest(folder)
    _check_files(folder, manifest)
    _check_schema(folder, manifest)
    _check_pipeline(folder, manifest)
    text = (folder / "vocabulary.txt").read_text(encoding="utf8", errors="replace")
    vocabulary = tuple(text.removesuffix("\n").split("\n"))
    arrays, layer = _arrays(folder, len(vocabulary))
    digest = f"-{sha256(folder / 'manifest.json')[:12]}" if own else ""
    return Model(manifest, vocabulary, arrays, layer, f"{manifest['id']}{digest}")


def shipped() -> Path:
    """Return the folder of the shipped model: the last one by name."""
    folders = sorted(path for path in DATA.glob("*") if (path / "manifest.json").is_file())
    if not folders:
        raise ArtefactError("no model is installed", where=str(DATA), fix=FIX)
    return folders[-1]


def _check_files(folder: Path, manifest: Mapping[str, Any]) -> None:
    for name, digest in manifest["files"].items():
        path = folder / name
        try:
            size = path.stat().st_size if path.is_file() else None
            found = sha256(path) if size is not None and size <= _MOST_BYTES else ""
        except OSError as error:
            raise ArtefactError(
                f"a model file cannot be read ({error.strerror})", where=str(path), fix=FIX
            ) from error
        if size is None:
            raise ArtefactError("a model file is missing", where=str(path), fix=FIX)
        if size > _MOST_BYTES:
            raise ArtefactError("a model file is far too large", where=str(path), fix=FIX)
        if found != digest:
            raise ArtefactError("a model file was altered", where=str(path), fix=FIX)


def _check_schema(folder: Path, manifest: Mapping[str, Any]) -> None:
    if manifest["schema_digest"] == SCHEMA.digest:
        return
    names = list(manifest["features"])
    different = sorted(set(names) ^ set(SCHEMA.names)) or ["order, unit or range of a feature"]
    raise ArtefactError(
        f"the model was trained on other features: {', '.join(different[:5])}",
        where=str(folder),
        fix=FIX,
    )


def _check_pipeline(folder: Path, manifest: Mapping[str, Any]) -> None:
    if manifest["pipeline"]["manifest_sha256"] != sha256(PIPELINE_ROOT / "manifest.json"):
        raise ArtefactError(
            "the model was trained with another parser, whose tags it weighs",
            where=str(folder),
            fix=FIX,
        )


def _arrays(folder: Path, n_grams: int) -> tuple[dict[str, Floats], Layer]:
    factors = _factors(folder, n_grams)
    n_features = len(SCHEMA.features)
    path = folder / "arrays.npz"
    shapes: dict[str, tuple[int, ...]] = dict.fromkeys(_GRAM_ARRAYS, (n_grams,))
    shapes |= dict.fromkeys(_DENSE_ARRAYS, (n_features,))
    shapes["human_quantiles"] = (n_features, len(PERCENTS))
    arrays = {}
    try:
        with zipfile.ZipFile(path) as packed:
            unpacked = sum(member.file_size for member in packed.infolist())
        if unpacked > _MOST_BYTES:
            raise ArtefactError("the arrays are far too large", where=str(path), fix=FIX)
        with np.load(path, allow_pickle=False) as stored:
            known = shapes.keys() | {_LAYER + name for name in layers.ARRAYS}
            for name in known & set(stored.files):
                arrays[name] = stored[name].astype(np.float64)
    except (OSError, ValueError, TypeError, zipfile.BadZipFile, zlib.error) as error:
        raise ArtefactError(
            f"the arrays cannot be read ({error})", where=str(path), fix=FIX
        ) from error
    n_units = arrays.get(f"{_LAYER}outputs", np.zeros(0)).size
    of_layer = layers.shapes(factors.shape[1], n_features, n_units)
    for name, shape in (shapes | {_LAYER + name: of_layer[name] for name in of_layer}).items():
        array = arrays.get(name)
        if array is None or array.shape != shape or not np.isfinite(array).all():
            raise ArtefactError(
                f"array {name} is missing, not finite or not of shape {shape}",
                where=str(path),
                fix=FIX,
            )
    singles = {name: arrays.pop(_LAYER + name).astype(np.float32) for name in layers.ARRAYS}
    return arrays, Layer(factors, **singles)


def _factors(folder: Path, n_grams: int) -> npt.NDArray[np.int8]:
    path = folder / "factors.npy"
    try:
        factors = np.load(path, allow_pickle=False)
    except (OSError, ValueError, TypeError, EOFError) as error:
        raise ArtefactError(
            f"the factors cannot be read ({error})", where=str(path), fix=FIX
        ) from error
    if not isinstance(factors, np.ndarray) or factors.dtype != np.int8 or factors.ndim != 2:
        raise ArtefactError("the factors are no table of 8 bits", where=str(path), fix=FIX)
    if len(factors) != n_grams:
        raise ArtefactError(
            f"there are factors of {len(factors)} runs, and {n_grams} runs",
            where=str(path),
            fix=FIX,
        )
    return factors


def write_model(
    folder: Path,
    manifest: Mapping[str, Any],
    vocabulary: tuple[str, ...],
    arrays: Mapping[str, Floats],
    layer: Layer,
) -> None:
    """Write a model folder; digests and schema are filled in here."""
    folder.mkdir(parents=True, exist_ok=True)
    both = {**arrays, **{_LAYER + name: getattr(layer, name) for name in layers.ARRAYS}}
    packed: dict[str, Any] = {name: array.astype(np.float32) for name, array in both.items()}
    np.savez_compressed(folder / "arrays.npz", **packed)
    np.save(folder / "factors.npy", layer.factors, allow_pickle=False)
    (folder / "vocabulary.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf8")
    full = {
        "protocol": PROTOCOL,
        **manifest,
        "schema_digest": SCHEMA.digest,
        "features": list(SCHEMA.names),
    }
    write_manifest(folder, full)
