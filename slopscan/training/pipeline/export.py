"""Write the shipped pipeline folder."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language

from slopscan.nlp.architecture import describe, parameters
from slopscan.nlp.lemmatizer import LemmaTables
from slopscan.nlp.load import FORMAT


def half(arrays: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float16]]:
    """Arrays as float16.

    Raises
    ------
    ValueError
        A number leaves the range of float16 (65504).
    """
    halves = {name: array.astype(np.float16) for name, array in arrays.items()}
    for name, array in halves.items():
        if not np.isfinite(array).all():
            raise ValueError(f"{name} does not fit into float16")
    return halves


def write_folder(
    root: Path,
    nlp: Language,
    *,
    config: dict[str, Any],
    vectors: NDArray[np.float32],
    vector_settings: dict[str, Any],
    tables: LemmaTables,
    manifest: dict[str, Any],
    licence: str,
) -> None:
    """Write weights, description, lemma tables, licence and, last, the manifest.

    The folder is complete only when the manifest stands, so a broken run never loads.
    """
    root.mkdir(parents=True, exist_ok=True)
    (root / "manifest.json").unlink(missing_ok=True)
    arrays = half({**parameters(nlp), "vectors": vectors})
    np.savez_compressed(root / "weights.npz", **arrays)  # type: ignore[arg-type]
    _write_json(root / "pipeline.json", describe(nlp, config, vector_settings))
    _write_json(root / "lemmas.json", {"exceptions": tables.exceptions, "rules": tables.rules})
    (root / "LICENSE").write_text(licence, encoding="utf8")
    write_manifest(root, manifest)


def write_manifest(root: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest with the digest of every other file of the folder."""
    files = sorted(path for path in root.iterdir() if path.name != "manifest.json")
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    _write_json(root / "manifest.json", {"format": FORMAT, **manifest, "files": digests}, indent=1)


def _write_json(path: Path, value: Any, indent: int | None = None) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    path.write_text(text + "\n", encoding="utf8")
