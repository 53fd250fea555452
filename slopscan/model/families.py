"""Which family of language models a text's habits resemble: advisory, and mostly silent.

Nothing here enters a verdict. The folder holds

    manifest.json    protocol, families, limits, what was measured, training cards, SHA-256 of
                     every other file; `least_share` is null where no share was high enough to
                     name the right family often enough
    arrays.npz       `idf` (n_runs,), `weights` (n_runs, n_families), `bias` (n_families,)
    vocabulary.txt   one run of symbols per line, in the order of the arrays
    golden.jsonl     texts written for the project, with their shares
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from slopscan.errors import ArtefactError
from slopscan.features import ngrams
from slopscan.features.view import SentenceView, chunks
from slopscan.model.manifest import sha256
from slopscan.verdict import FamilyProfile, Verdict

if TYPE_CHECKING:
    from slopscan.nlp.annotate import Annotated

PROTOCOL: Final = 1
DATA: Final = Path(__file__).parent / "family_data"
# The rest of the makers together: a text nearest to them is nearest to no family.
OTHER: Final = "other"
CHUNK_WORDS: Final = 300
_FILES: Final = ("arrays.npz", "vocabulary.txt", "golden.jsonl")
_FIX: Final = "reinstall slopscan, or train again: python -m slopscan.training.family --corpus DIR"

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FamilyModel:
    """Weights of every family, checked.

    Attributes
    ----------
    manifest : mapping
        As in `manifest.json`.
    vocabulary : tuple of str
    idf : numpy.ndarray, shape (n_runs,)
    weights : numpy.ndarray, shape (n_runs, n_families)
    bias : numpy.ndarray, shape (n_families,)
    """

    manifest: Mapping[str, Any]
    vocabulary: tuple[str, ...]
    idf: Floats
    weights: Floats
    bias: Floats

    @property
    def families(self) -> tuple[str, ...]:
        return tuple(self.manifest["families"])

    @cached_property
    def index(self) -> dict[str, int]:
        return {gram: column for column, gram in enumerate(self.vocabulary)}

    @cached_property
    def are_words(self) -> npt.NDArray[np.bool_]:
        return np.array([gram.startswith(ngrams.WORDS.mark) for gram in self.vocabulary])


def load_families(folder: Path = DATA) -> FamilyModel:
    """Read the folder and check it.

    Raises
    ------
    ArtefactError
        A file is missing or altered, the protocol is another one, or an array is not finite or
        not of its stated shape.
    """
    manifest = _read_manifest(folder)
    for name in _FILES:
        path = folder / name
        if not path.is_file() or sha256(path) != manifest["files"].get(name):
            raise ArtefactError(
                "a file of the model families is missing or altered", where=str(path), fix=_FIX
            )
    text = (folder / "vocabulary.txt").read_text(encoding="utf8")
    vocabulary = tuple(text.removesuffix("\n").split("\n"))
    with np.load(folder / "arrays.npz", allow_pickle=False) as stored:
        arrays = {name: stored[name].astype(np.float64) for name in stored.files}
    n_runs, n_families = len(vocabulary), len(manifest["families"])
    shapes = {"idf": (n_runs,), "weights": (n_runs, n_families), "bias": (n_families,)}
    for name, shape in shapes.items():
        array = arrays.get(name)
        if array is None or array.shape != shape or not np.isfinite(array).all():
            raise ArtefactError(
                f"array {name} is missing, not finite or not of shape {shape}",
                where=str(folder / "arrays.npz"),
                fix=_FIX,
            )
    return FamilyModel(manifest, vocabulary, arrays["idf"], arrays["weights"], arrays["bias"])


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf8"))
    except (OSError, ValueError) as error:
        raise ArtefactError(
            f"the manifest of the model families cannot be read ({error})",
            where=str(path),
            fix=_FIX,
        ) from error
    found = manifest.get("protocol") if isinstance(manifest, dict) else None
    if found != PROTOCOL:
        raise ArtefactError(
            f"the model families have protocol {found}, this slopscan reads {PROTOCOL}",
            where=str(path),
            fix=_FIX,
        )
    return dict(manifest)


def write_families(folder: Path, model: FamilyModel, golden: list[dict[str, Any]]) -> None:
    """Write a folder; protocol and digests are filled in here."""
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        folder / "arrays.npz",
        idf=model.idf.astype(np.float32),
        weights=model.weights.astype(np.float16),
        bias=model.bias.astype(np.float32),
    )
    (folder / "vocabulary.txt").write_text("\n".join(model.vocabulary) + "\n", encoding="utf8")
    lines = "".join(json.dumps(row) + "\n" for row in golden)
    (folder / "golden.jsonl").write_text(lines, encoding="utf8")
    files = {name: sha256(folder / name) for name in _FILES}
    text = json.dumps({"protocol": PROTOCOL, **model.manifest, "files": files}, indent=1)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf8")


def profile_of(model: FamilyModel, annotated: Annotated, verdict: Verdict | None) -> FamilyProfile:
    """Say which family an annotated text's habits resemble, or why none is named.

    Parameters
    ----------
    model : FamilyModel
    annotated : Annotated
        With a parse.
    verdict : Verdict or None
        Of the same text; only whether there is a probability, and whether it leans to models.
    """
    from slopscan.features.stream import sentences_of_text  # noqa: PLC0415

    return profile(model, sentences_of_text(annotated), verdict)


def profile(
    model: FamilyModel, sentences: list[SentenceView], verdict: Verdict | None
) -> FamilyProfile:
    """As `profile_of`, from sentences that are at hand."""
    n_words = sum(sentence.n_words for sentence in sentences)
    least = int(model.manifest["min_words"])
    if verdict is None or verdict.probability is None:
        why_not = (verdict.abstained if verdict else None) or "there is no probability"
        return FamilyProfile(None, why_not, n_words)
    if n_words < least:
        why_not = f"too short: {n_words} words, at least {least} are needed"
        return FamilyProfile(None, why_not, n_words)
    if verdict.probability < model.manifest["least_probability"]:
        return FamilyProfile(None, "the text does not lean to model prose", n_words)
    ranked = tuple(sorted(shares(model, sentences).items(), key=lambda pair: -pair[1]))
    name, silent = _named(model, *ranked[0])
    measured = model.manifest["measured"]
    return FamilyProfile(
        *(name, silent, n_words),
        shares=ranked,
        nearest_right=float(measured["nearest_right"]),
        by_chance=float(measured["by_chance"]),
    )


def _named(model: FamilyModel, nearest: str, share: float) -> tuple[str | None, str | None]:
    least = model.manifest["least_share"]
    if least is None:
        return None, "the habits of a family change too much from model to model to name one"
    if nearest == OTHER or share < least:
        return None, "it reads like no model family in particular"
    return nearest, None


def shares(model: FamilyModel, sentences: list[SentenceView]) -> dict[str, float]:
    """Return how near a text is to each family; the shares add up to 1.

    Long texts are cut into runs of about 300 words, whose scores are averaged by their words.
    """
    total = np.zeros(len(model.families))
    n_words = 0
    for piece in chunks(sentences, CHUNK_WORDS):
        words = sum(sentence.n_words for sentence in piece)
        total += words * scores(model, ngrams.count(piece))
        n_words += words
    logits = total / max(n_words, 1) / float(model.manifest["temperature"])
    parts = np.exp(logits - logits.max())
    return dict(zip(model.families, (parts / parts.sum()).tolist(), strict=True))


def scores(model: FamilyModel, counts: Counter[str]) -> Floats:
    """Return the uncalibrated score of every family, shape (n_families,); each view of length 1."""
    known = {gram: n for gram, n in counts.items() if gram in model.index}
    if not known:
        return model.bias
    columns = np.array([model.index[gram] for gram in known])
    values = (1.0 + np.log(np.array(list(known.values())))) * model.idf[columns]
    words = model.are_words[columns]
    for view in (words, ~words):
        values[view] /= max(sqrt(float(values[view] @ values[view])), 1e-12)
    return np.asarray(values @ model.weights[columns] + model.bias)
