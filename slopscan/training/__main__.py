"""Train, calibrate, evaluate and export the classifier: one command.

python -m slopscan.training --corpus DIR [--out DIR] [--cache DIR]
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from slopscan.model.artefact import DATA, sha256
from slopscan.nlp.load import PIPELINE_ROOT, load_pipeline, read_manifest
from slopscan.training import calibrate as calibration_of
from slopscan.training import evaluate, golden
from slopscan.training.dataset import (
    Sampling,
    Window,
    load_windows,
    read_rows,
    sample_rows,
    save_windows,
    windows,
)
from slopscan.training.export import export, training_cards
from slopscan.training.fit import Settings, count_features, fit

MODEL_ID: Final = "2026.11"
MIN_WORDS: Final = 90
DEFAULT_POINT: Final = "0.01"

Floats = npt.NDArray[np.float64]
Progress = Callable[[str], None]


def main(argv: Sequence[str] | None = None) -> int:
    """Run every step; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m slopscan.training", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="folder of *.jsonl.gz files")
    parser.add_argument("--out", type=Path, default=DATA / MODEL_ID, help="model folder to write")
    parser.add_argument("--cache", type=Path, help="folder that keeps the parsed windows")
    parser.add_argument("--report", type=Path, help="where to write the figures as JSON")
    options = parser.parse_args(argv)
    started = time.monotonic()

    def progress(message: str) -> None:
        print(f"{time.monotonic() - started:6.0f} s  {message}", flush=True)

    found = parsed_windows(options.corpus, options.cache, progress)
    figures = train(found, options.corpus, options.out, progress)
    if options.report:
        options.report.parent.mkdir(parents=True, exist_ok=True)
        options.report.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf8")
    print(json.dumps(figures["mean_auroc"], indent=1))
    return 0


def parsed_windows(corpus: Path, cache: Path | None, progress: Progress) -> list[Window]:
    """Read, sample, clean and parse; or take the windows of an earlier run with this parser."""
    digest = sha256(PIPELINE_ROOT / "manifest.json")[:12]
    kept = cache / f"windows-{digest}.jsonl.gz" if cache else None
    if kept and kept.is_file():
        progress(f"parsed windows from {kept.name}")
        return load_windows(kept)
    rows = sample_rows(read_rows(corpus), Sampling())
    progress(f"{len(rows)} texts sampled")
    found = list(windows(rows, load_pipeline()))
    progress(f"{len(found)} windows parsed, {sum(w.n_words for w in found)} words")
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        save_windows(found, kept)
    return found


def train(found: list[Window], corpus: Path, out: Path, progress: Progress) -> dict[str, Any]:
    """Fit, calibrate on held-out sources, export; return the figures."""
    settings = Settings()
    counted = count_features(found, settings.min_documents)
    progress(f"features counted: {counted.counts.shape[1]} runs")
    raw, halves = evaluate.held_out_scores(counted, settings, progress)
    chosen_on = np.array([window.split != "test" for window in found])
    kept = [window for window, keep in zip(found, chosen_on, strict=True) if keep]
    calibration = calibration_of.calibrate(kept, raw[chosen_on])
    n_words = np.array([float(window.n_words) for window in found])
    log_odds = calibration.apply(raw, n_words)
    half_odds = [calibration.apply(half, n_words / 2) for half in halves]
    spread = calibration_of.spread(
        kept, log_odds[chosen_on], (half_odds[0][chosen_on], half_odds[1][chosen_on])
    )
    points = calibration_of.operating_points(kept, log_odds[chosen_on])
    figures = evaluate.figures(counted, log_odds, points)
    threshold = points[DEFAULT_POINT]
    figures["short_texts"] = evaluate.short_texts(counted, halves[0], calibration, threshold)
    fitted = fit(counted.subset(np.array([w.split == "train" for w in found])), settings)
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
            "spread": spread,
            "pipeline": {
                "name": pipeline["name"],
                "version": pipeline["version"],
                "manifest_sha256": sha256(PIPELINE_ROOT / "manifest.json"),
            },
            "metrics": figures,
            "training_cards": training_cards(corpus, found),
        },
    )
    golden.write(out)
    progress(f"model written to {out}")
    return figures


if __name__ == "__main__":
    raise SystemExit(main())
