"""Measure the classifier on what it has not seen: one command, one JSON, one set of tables.

    python benchmarks/detection.py --corpus DIR [--cache DIR] [--out DIR]

Trains as `slopscan train` does, holds out sources, genres and families of models,
scores the baselines on the same windows, writes `benchmarks/results/detection.json` and renews
the tables between the marks in `docs/model-card.md`. `train_dev` figures helped to choose
settings, calibration and operating points; `test` figures did not.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import card
import numpy as np

from slopscan.model import infer
from slopscan.model.artefact import Model, load_model
from slopscan.nlp.load import load_pipeline
from slopscan.training import baselines, protocol
from slopscan.training.dataset import parsed_texts
from slopscan.training.evaluate import MAIN, auroc, interval, recall_at, rounded
from slopscan.training.fit import Settings
from slopscan.training.rows import read_rows
from slopscan.training.splits import FOLD_OF, FOLDS
from slopscan.training.train import Reporter, Trained, count, parsed, train

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "detection.json"
CARD = HERE.parent / "docs" / "model-card.md"


def main() -> int:
    """Run the whole protocol."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="folder of *.jsonl.gz files")
    parser.add_argument("--cache", type=Path, help="folder that keeps the parsed texts")
    parser.add_argument("--out", type=Path, help="keep the model in this folder")
    options = parser.parse_args()
    started = time.monotonic()

    def progress(message: str) -> None:
        print(f"{time.monotonic() - started:6.0f} s  {message}", flush=True)

    texts = parsed(options.corpus, options.cache, Reporter(progress, progress))
    with tempfile.TemporaryDirectory() as folder:
        out = options.out or Path(folder) / "model"
        settings = Settings()
        material = count(texts, settings, progress)
        trained = train(material, settings, options.corpus, out, progress)
        figures = trained.figures | mixed(options.corpus, out)
    keep(figures)
    for name, more in (("baselines", compare), ("beyond", beyond_sources)):
        figures |= more(trained, progress)
        keep(figures)
        progress(f"{name}: wrote {RESULTS} and {CARD}")
    return 0


def keep(figures: dict[str, Any]) -> None:
    """Write what is known so far."""
    RESULTS.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf8")
    card.renew(CARD, figures)


def beyond_sources(trained: Trained, progress: Any) -> dict[str, Any]:
    """Hold out genres and families."""
    scale = (trained.calibration, trained.figures["operating_points"])
    known = (trained.training, trained.scored, trained.settings)
    return {
        "without_genre": protocol.without_genre(*known, scale, progress),
        "without_family": protocol.without_family(*known, progress),
    }


def mixed(corpus: Path, folder: Path) -> dict[str, Any]:
    """Score texts of two hands by the final model, as they fall."""
    model = load_model(folder)
    rows = list(read_rows(corpus, ("mixed_edited",)))
    edits = {str(row["id"]): str(row.get("edit")) for row in rows}
    groups: defaultdict[str, list[float]] = defaultdict(list)
    for text in parsed_texts(rows, load_pipeline()):
        scored = infer.score(model, text.sentences)
        log_odds = infer.slope(model, scored.n_words) * scored.raw
        groups[edits[text.doc_id]].append(log_odds + infer.shift(model, scored.n_words))
    return {"mixed": {edit: _fall(model, odds) for edit, odds in sorted(groups.items())}}


def _fall(model: Model, log_odds: list[float]) -> dict[str, Any]:
    quartiles = [infer.probability(value) for value in np.quantile(log_odds, (0.25, 0.5, 0.75))]
    return {
        "n": len(log_odds),
        "probability_quartiles": [rounded(value) for value in quartiles],
        "flagged": rounded(float(np.mean(np.array(log_odds) > model.threshold))),
    }


def compare(trained: Trained, progress: Any) -> dict[str, Any]:
    """Score the baselines on the windows of 200 words, held out like the classifier."""
    scored = trained.scored
    main = np.array([w.target == MAIN and w.split != "test" for w in scored.windows])
    rows = np.flatnonzero(main)
    training, first = trained.training, []
    seen: set[int] = set()
    for row, text in enumerate(training.texts.tolist()):
        if text not in seen:
            seen.add(text)
            first.append(row)
    found = baselines.baseline_scores(
        [
            (training.windows[i], baselines.words_of(trained.pieces, training.cuts[i]))
            for i in first
        ],
        [(scored.windows[i], baselines.words_of(trained.pieces, scored.cuts[i])) for i in rows],
        progress,
    )
    own = trained.log_odds[main]
    labels, texts = scored.labels[main], scored.texts[main]
    folds = np.array([FOLD_OF[scored.windows[i].corpus] for i in rows])
    table = {}
    for name, scores in {"slopscan": own, **found}.items():
        table[name] = _by_fold(labels, scores, folds)
        if name != "slopscan":
            low, high = interval(
                labels,
                np.column_stack([own, scores, [FOLDS_AT[fold] for fold in folds]]),
                texts,
                _margin,
            )
            table[name]["slopscan_ahead_95"] = [rounded(low), rounded(high)]
    return {"baselines": table}


FOLDS_AT = {fold: place for place, fold in enumerate(FOLDS)}


def _by_fold(labels: Any, scores: Any, folds: Any) -> dict[str, Any]:
    areas = {f: auroc(labels[folds == f], scores[folds == f]) for f in FOLDS}
    recalls = [recall_at(labels[folds == f], scores[folds == f], 0.01) for f in FOLDS]
    return {
        "mean_auroc": rounded(float(np.nanmean(list(areas.values())))),
        "worst_auroc": rounded(float(np.nanmin(list(areas.values())))),
        "mean_recall_at_1pct": rounded(float(np.nanmean(recalls))),
        "folds": {fold: rounded(area) for fold, area in areas.items()},
    }


def _margin(labels: Any, columns: Any) -> float:
    """Mean difference of AUROC over folds."""
    parts = []
    for place in range(len(FOLDS)):
        own = columns[:, 2] == place
        if own.any():
            parts.append(auroc(labels[own], columns[own, 0]) - auroc(labels[own], columns[own, 1]))
    return float(np.nanmean(parts))


if __name__ == "__main__":
    raise SystemExit(main())
