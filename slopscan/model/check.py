"""Prove that a model on this machine scores as it did where it was trained."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from slopscan.errors import ArtefactError
from slopscan.features.view import sentences_of
from slopscan.model import infer
from slopscan.model.artefact import GOLDEN_TOLERANCE, Model, load_model, shipped

if TYPE_CHECKING:
    from spacy.language import Language


def golden_score(model: Model, nlp: Language, text: str) -> float:
    """Return the calibrated log-odds of a one-paragraph text."""
    sentences = list(sentences_of(nlp(text)))
    scored = infer.score(model, sentences)
    slope = infer.slope(model, scored.n_words)
    return slope * scored.raw + infer.shift(model, scored.n_words)


def check_model(folder: Path | None = None) -> dict[str, float]:
    """Load a model and score its golden texts.

    Returns
    -------
    dict of str to float
        Largest difference of log-odds by text; all within `GOLDEN_TOLERANCE`.

    Raises
    ------
    ArtefactError
        As `load_model`; or a text scores otherwise, which means another parser or a defect.
    """
    from slopscan.nlp.load import load_pipeline  # noqa: PLC0415

    folder = folder or shipped()
    model, nlp = load_model(folder), load_pipeline()
    differences = {}
    for line in (folder / "golden.jsonl").read_text(encoding="utf8").splitlines():
        row = json.loads(line)
        differences[row["name"]] = abs(golden_score(model, nlp, row["text"]) - row["log_odds"])
    wrong = {name: value for name, value in differences.items() if value > GOLDEN_TOLERANCE}
    if wrong:
        raise ArtefactError(
            f"golden texts score otherwise than when trained: {', '.join(sorted(wrong))}",
            where=str(folder / "golden.jsonl"),
            fix="the parser is not the one the model was trained with; train again",
        )
    return differences
