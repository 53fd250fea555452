"""Train, calibrate, evaluate and export the classifier: one command.

python -m slopscan.training --corpus DIR [--out DIR] [--cache DIR]
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from slopscan.model.artefact import DATA
from slopscan.model.manifest import sha256
from slopscan.nlp.load import PIPELINE_ROOT, load_pipeline, read_manifest
from slopscan.training import calibrate as calibration_of
from slopscan.training import evaluate, golden
from slopscan.training.calibrate import Calibration
from slopscan.training.dataset import (
    PASSAGE,
    Sampling,
    Window,
    load_windows,
    parsed_texts,
    read_rows,
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

MODEL_ID: Final = "2026.11"
MIN_WORDS: Final = 90
DEFAULT_POINT: Final = "strict"

Floats = npt.NDArray[np.float64]
Progress = Callable[[str], None]


def main(argv: Sequence[str] | None = None) -> int:
    """Run every step; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m slopscan.training", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="folder of *.jsonl.gz files")
    parser.add_argument("--out", type=Path, default=DATA / MODEL_ID, help="model folder to write")
    parser.add_argument("--cache", type=Path, help="folder that keeps the parsed texts")
    options = parser.parse_args(argv)
    started = time.monotonic()

    def progress(message: str) -> None:
        print(f"{time.monotonic() - started:6.0f} s  {message}", flush=True)

    found = parsed(options.corpus, options.cache, progress)
    settings = Settings()
    material = count(found, settings, progress)
    trained = train(material, settings, options.corpus, options.out, progress)
    print(json.dumps(trained.figures["train_dev"]["folds"]["summary"], indent=1))
    return 0


def parsed(corpus: Path, cache: Path | None, progress: Progress) -> list[Window]:
    """Read, sample, clean and parse; or take the texts of an earlier run with this parser."""
    digest = sha256(PIPELINE_ROOT / "manifest.json")[:12]
    kept = cache / f"texts-{digest}.jsonl.gz" if cache else None
    if kept and kept.is_file():
        progress(f"parsed texts from {kept.name}")
        return load_windows(kept)
    sampling = Sampling()
    rows = sample_rows(read_rows(corpus), sampling)
    progress(f"{len(rows)} texts sampled")
    found = list(parsed_texts(rows, load_pipeline(), train_words=sampling.train_words))
    progress(f"{len(found)} texts parsed, {sum(w.n_words for w in found)} words")
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        save_windows(found, kept)
    return found


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
    training = count_cuts(pieces, training_cuts(pieces, in_training, settings.windows_per_text))
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
    raw = evaluate.held_out_scores(training, scored, settings, progress)
    chosen_on = np.array([w.split != "test" and w.target >= 100 for w in scored.windows])
    kept = scored.subset(chosen_on)
    calibration = calibration_of.calibrate(kept, raw[chosen_on])
    log_odds = calibration.apply(raw, scored.n_words)
    points = calibration_of.operating_points(kept, log_odds[chosen_on])
    whole, whole_odds = evaluate.whole_texts(scored, log_odds)
    figures: dict[str, Any] = {
        "operating_points": points,
        "train_dev": evaluate.figures(whole, whole_odds, points, test=False),
        "test": evaluate.figures(whole, whole_odds, points, test=True),
    }
    fitted = fit(training, settings)
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
            "spread": calibration_of.spread(kept, log_odds[chosen_on]),
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


if __name__ == "__main__":
    raise SystemExit(main())
