"""Train, calibrate, evaluate and export the classifier: `slopscan train`."""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

from slopscan.errors import InputError
from slopscan.model.manifest import sha256
from slopscan.nlp.load import PIPELINE_ROOT, load_pipeline, read_manifest
from slopscan.training import calibrate as calibration_of
from slopscan.training import evaluate, golden, protocol
from slopscan.training.calibrate import MAIN_WORDS, Calibration
from slopscan.training.dataset import (
    META_KEYS,
    PASSAGE,
    Planned,
    Sampling,
    Window,
    load_windows,
    parsed_passages,
    plan_passages,
    read_blocks,
    sample_rows,
    save_windows,
)
from slopscan.training.export import export, training_cards
from slopscan.training.fit import Settings, fit
from slopscan.training.pieces import (
    Counted,
    Pieces,
    count_cuts,
    count_pieces,
    evaluation_cuts,
    training_cuts,
)
from slopscan.training.rows import read_rows
from slopscan.training.splits import plan_folds

if TYPE_CHECKING:
    from spacy.language import Language

MIN_WORDS: Final = 90
DEFAULT_POINT: Final = "strict"
# Fewer texts of a label do not give weights, or a calibration, that are worth having.
MIN_TRAIN: Final = 100
MIN_DEV: Final = 10
# Passages that are parsed, and kept, at a time.
CHUNK: Final = 1000

T = TypeVar("T")
Floats = npt.NDArray[np.float64]
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Reporter:
    """How a long run says where it is: a line a step, one a row left out, a bar for the parse."""

    say: Progress = print
    warn: Progress = print
    track: Callable[[Iterable[T], int], Iterable[T]] = lambda items, _total: items


def train_folder(
    corpus: Path,
    out: Path,
    cache: Path | None,
    *,
    seed: int | None = None,
    wide: bool = False,
    reporter: Reporter | None = None,
) -> dict[str, Any]:
    """Train a model on a folder of corpora, and measure it on sources it has not seen.

    Parameters
    ----------
    corpus : Path
        As `rows.read_rows` reads it.
    out : Path
        Folder of the model; `evaluation.json` is written beside its files.
    cache : Path, optional
        Folder that keeps the parsed texts: a second run, or one that was interrupted, goes on
        from there.
    seed : int, optional
        Of the choice of texts.
    wide : bool
        Also hold out every genre and every family of models, which takes several times as long.

    Returns
    -------
    dict
        As `evaluation.json`.

    Raises
    ------
    InputError
        There is no corpus, or too little of it to learn from.
    """
    reporter = reporter or Reporter()
    sampling, settings = Sampling() if seed is None else Sampling(seed=seed), Settings()
    texts = parsed(corpus, cache, reporter, sampling)
    check_enough(texts)
    trained = train(count(texts, settings, reporter.say), settings, corpus, out, reporter.say)
    figures = trained.figures
    if wide:
        scale = (trained.calibration, figures["operating_points"])
        known = (trained.training, trained.scored, trained.settings)
        figures |= {
            "without_genre": protocol.without_genre(*known, scale, reporter.say),
            "without_family": protocol.without_family(*known, reporter.say),
        }
    (out / "evaluation.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf8")
    return figures


def parsed(
    corpus: Path, cache: Path | None, reporter: Reporter, sampling: Sampling | None = None
) -> list[Window]:
    """Read, sample, clean and parse; what an earlier run has parsed is taken from the cache."""
    sampling = sampling or Sampling()
    labelled = (row for row in read_rows(corpus, tell=reporter.warn) if row["label"] != "mixed")
    rows = sample_rows(labelled, sampling)
    plan = plan_passages(rows, read_blocks, train_words=sampling.train_words)
    reporter.say(f"{len(rows)} texts sampled, {len(plan)} passages planned")
    kept = cache / f"texts-{plan_digest(plan)[:12]}" if cache else None
    starts = range(0, len(plan), CHUNK)
    found: list[Window] = []
    for start in reporter.track(starts, len(starts)):
        part = kept / f"{start:06d}.jsonl.gz" if kept else None
        found += _chunk(plan[start : start + CHUNK], part)
    reporter.say(f"{len(found)} texts parsed, {sum(text.n_words for text in found)} words")
    return found


def _chunk(plan: Sequence[Planned], part: Path | None) -> list[Window]:
    if part is not None and part.is_file():
        return load_windows(part)
    found = list(parsed_passages(plan, _pipeline()))
    if part is not None:
        part.parent.mkdir(parents=True, exist_ok=True)
        unfinished = part.with_suffix(".part")
        save_windows(found, unfinished)
        unfinished.replace(part)
    return found


@lru_cache(maxsize=1)
def _pipeline() -> Language:
    return load_pipeline()


def plan_digest(plan: Sequence[Planned]) -> str:
    """Return the SHA-256 of the parser and of all that it is to parse, with what is known of it."""
    digest = hashlib.sha256(sha256(PIPELINE_ROOT / "manifest.json").encode())
    for row, name, blocks in plan:
        digest.update(json.dumps([name, *(row.get(key) for key in META_KEYS), blocks]).encode())
    return digest.hexdigest()


def check_enough(texts: Sequence[Window]) -> None:
    """Raise InputError when there are too few texts to learn or to calibrate from."""
    n_texts = Counter((text.split, text.label) for text in texts)
    for split, least in (("train", MIN_TRAIN), ("dev", MIN_DEV)):
        human, model = n_texts[split, "human"], n_texts[split, "ai"]
        if min(human, model) < least:
            raise InputError(
                f"too few texts of 60 words of prose in the {split} split: {human} by people, "
                f"{model} by models",
                fix=f"training needs {least} of each there",
            )
    if not any(not t.is_model and t.split != "test" and t.n_words >= MAIN_WORDS for t in texts):
        raise InputError(
            f"no text by a person has {MAIN_WORDS} words",
            fix="longer texts are needed to calibrate",
        )


@dataclass(frozen=True)
class Trained:
    """What training leaves for the benchmark: features, held-out log-odds and figures."""

    pieces: Pieces
    training: Counted
    scored: Counted
    log_odds: Floats
    calibration: Calibration
    settings: Settings
    figures: dict[str, Any]


@dataclass(frozen=True)
class Material:
    """Counts of all texts, windows to train on and windows to score."""

    texts: list[Window]
    pieces: Pieces
    training: Counted
    scored: Counted


def count(found: list[Window], settings: Settings, progress: Progress) -> Material:
    """Count the features of every window."""
    pieces = count_pieces(found, settings.min_documents)
    progress(f"features counted: {len(pieces.grams)} runs")
    in_training = [i for i, text in enumerate(found) if text.split == "train"]
    drawn = (settings.windows_per_length, settings.lengths_per_text)
    training = count_cuts(pieces, training_cuts(pieces, in_training, *drawn))
    scored = count_cuts(
        pieces, [cut for i in to_evaluate(found) for cut in evaluation_cuts(pieces, i)]
    )
    progress(f"{len(training.windows)} windows to train on, {len(scored.windows)} to score")
    return Material(found, pieces, training, scored)


def train(
    material: Material, settings: Settings, corpus: Path, out: Path, progress: Progress
) -> Trained:
    """Fit, calibrate on held-out sources, export."""
    pieces, training, scored = material.pieces, material.training, material.scored
    folds = plan_folds(material.texts)
    if not folds.by_source:
        progress(
            "too few sources to hold one out: texts are held out instead, so the figures below are "
            "not of unseen sources and flatter"
        )
    parts = evaluate.held_out_scores(training, scored, settings, folds, progress)
    settings = replace(settings, layer_share=evaluate.best_share(scored, parts, folds))
    progress(f"share of the hidden layer: {settings.layer_share}")
    raw = parts[0] + settings.layer_share * parts[1]
    chosen_on = np.array([w.split != "test" and w.target >= 100 for w in scored.windows])
    kept = scored.subset(chosen_on)
    calibration = calibration_of.calibrate(kept, raw[chosen_on])
    log_odds = calibration.apply(raw, scored.n_words)
    points = calibration_of.operating_points(kept, log_odds[chosen_on])
    whole, whole_odds = evaluate.whole_texts(scored, log_odds)
    figures: dict[str, Any] = {
        "operating_points": points,
        "held_out": "sources" if folds.by_source else "texts",
        "train_dev": evaluate.figures(whole, whole_odds, points, folds, test=False),
        "test": evaluate.figures(whole, whole_odds, points, folds, test=True),
    }
    fitted = fit(training, settings)
    figures["known_sources"] = protocol.known_sources(fitted, scored, calibration, points)
    progress("final model fitted")
    pipeline = read_manifest()
    export(
        out,
        model_id=out.name,
        fitted=fitted,
        calibration=calibration,
        settings=settings,
        manifest={
            "min_words": MIN_WORDS,
            "default_point": DEFAULT_POINT,
            "operating_points": points,
            "novelty": calibration_of.novelty(pieces, scored, fitted.vocabulary),
            "human_log_odds": calibration_of.human_log_odds(kept, log_odds[chosen_on]),
            "spread": calibration_of.spread(kept, log_odds[chosen_on], folds),
            "pipeline": {
                "name": pipeline["name"],
                "version": pipeline["version"],
                "manifest_sha256": sha256(PIPELINE_ROOT / "manifest.json"),
            },
            "metrics": {name: figures[name]["folds"]["summary"] for name in ("train_dev", "test")},
            "training_cards": training_cards(corpus, material.texts),
        },
    )
    golden.write(out)
    progress(f"model written to {out}")
    return Trained(pieces, training, scored, log_odds, calibration, settings, figures)


def to_evaluate(texts: Sequence[Window], most: int = 200, seed: int = 5) -> list[int]:
    """Choose at most `most` texts of each source, label and side (test or not).

    Further passages of a text are left out, so texts are independent of one another.
    """
    groups: defaultdict[tuple[str, str, bool], list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        if PASSAGE in text.doc_id:
            continue
        groups[(text.corpus, text.label, text.split == "test")].append(place)
    rng = random.Random(seed)
    return sorted(i for group in groups.values() for i in rng.sample(group, min(most, len(group))))
