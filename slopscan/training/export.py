"""Put a fitted model, its calibration and its figures into a folder."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from slopscan.model.artefact import Floats, write_model
from slopscan.model.manifest import sha256
from slopscan.training.calibrate import Calibration
from slopscan.training.dataset import Window
from slopscan.training.fit import Fitted, Settings
from slopscan.training.rows import corpus_files

LICENCE: Final = (
    "Counts over corpora under their own licences, some of which may be non-commercial; no corpus "
    "text is in this folder. The weights that ship with slopscan: MIT. See training_cards."
)


def export(
    folder: Path,
    *,
    model_id: str,
    fitted: Fitted,
    calibration: Calibration,
    settings: Settings,
    manifest: dict[str, Any],
) -> None:
    """Write `arrays.npz`, `factors.npy`, `vocabulary.txt` and `manifest.json`."""
    arrays: dict[str, Floats] = {
        "idf": fitted.idf,
        "gram_weights": fitted.gram_weights,
        "gram_means": fitted.gram_means,
        "dense_means": fitted.dense_means,
        "dense_scales": fitted.dense_scales,
        "dense_weights": fitted.dense_weights,
        "human_means": fitted.human_means,
        "model_means": fitted.model_means,
        "human_quantiles": fitted.human_quantiles,
    }
    full = {
        "id": model_id,
        "licence": LICENCE,
        "intercept": fitted.intercept,
        "layer_share": fitted.layer_share,
        "calibration": asdict(calibration),
        "settings": asdict(settings),
        "rules": {},
        **manifest,
    }
    write_model(folder, full, tuple(fitted.vocabulary), arrays, fitted.layer)


def training_cards(folder: Path, windows: Sequence[Window]) -> list[dict[str, Any]]:
    """Return, for every corpus file used, its digest and how many windows it gave."""
    used = Counter((w.corpus, w.label) for w in windows if w.split == "train")
    files = corpus_files(folder)
    cards = []
    for corpus in sorted({corpus for corpus, _ in used}):
        path = files[corpus]
        ids = sorted(w.doc_id for w in windows if w.corpus == corpus and w.split == "train")
        cards.append(
            {
                "corpus": corpus,
                "sha256": sha256(path),
                "documents_sha256": hashlib.sha256("\n".join(ids).encode()).hexdigest(),
                "human": used[(corpus, "human")],
                "model": used[(corpus, "ai")],
            }
        )
    return cards
