"""Train and measure the profile by model family: one command.

python -m slopscan.training.family --corpus DIR [--cache DIR] [--out DIR] [--results FILE]

Families are confounded with sources, so a text is only ever compared with texts of its own
source: the likelihood of a text is over the families that its source has, every family of a
source weighs the same, and what is reported comes from weights that had not seen the source.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy import sparse
from scipy.optimize import minimize

from slopscan.features import ngrams
from slopscan.features.view import sentences_of
from slopscan.folding import fold
from slopscan.model.families import DATA, FamilyModel, shares, write_families
from slopscan.nlp.load import load_pipeline
from slopscan.training.dataset import PASSAGE, Window
from slopscan.training.evaluate import rounded
from slopscan.training.export import LICENCE, training_cards
from slopscan.training.family_figures import (
    FAMILIES,
    SOURCE_OF,
    SOURCES,
    Floats,
    Integers,
    Mask,
    Rows,
    balance,
    least_share,
    measured,
    softmax,
    steps,
    summary,
    temperature,
)
from slopscan.training.fit import sublinear, views_of, weigh
from slopscan.training.golden import TEXTS
from slopscan.training.pieces import (
    WHOLE,
    Cut,
    Pieces,
    count_pieces,
    evaluation_cuts,
    training_cuts,
)
from slopscan.training.train import Progress, Reporter, parsed

GENERATOR_FOLDS: Final = 5
MIN_WORDS: Final = 200
LEAST_PROBABILITY: Final = 0.5
# Of which views the profile is made.
_VIEWS: Final = (ngrams.MASKED, ngrams.WORDS)
_LENGTHS: Final = {"100": 100, "200": 200, "400": 400, "whole": WHOLE}
# Generators whose maker is not known for certain.
_UNSURE: Final = re.compile("unknown|agent|some ")


@dataclass(frozen=True)
class Settings:
    """What was chosen with sources left out, on the train and dev splits."""

    max_runs: int = 8000
    min_documents: int = 30
    min_sources: int = 4
    strength: float = 2.0
    iterations: int = 60


def main(argv: Sequence[str] | None = None) -> int:
    """Run every step; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m slopscan.training.family", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="folder of *.jsonl.gz files")
    parser.add_argument("--out", type=Path, default=DATA, help="folder to write")
    parser.add_argument("--cache", type=Path, help="folder that keeps the parsed texts")
    parser.add_argument("--results", type=Path, help="JSON file for the figures")
    options = parser.parse_args(argv)
    started = time.monotonic()

    def progress(message: str) -> None:
        print(f"{time.monotonic() - started:6.0f} s  {message}", flush=True)

    texts = usable(parsed(options.corpus, options.cache, Reporter(progress, progress)))
    figures = train(texts, options.corpus, options.out, progress)
    if options.results:
        options.results.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf8")
    return 0


def usable(texts: Sequence[Window]) -> list[Window]:
    """Keep texts by models whose maker is known, of sources that have several makers."""
    return [
        text
        for text in texts
        if text.is_model
        and text.corpus in SOURCE_OF
        and text.family in FAMILIES
        and text.n_words
        and not _UNSURE.search(text.generator)
    ]


def train(texts: list[Window], corpus: Path, out: Path, progress: Progress) -> dict[str, Any]:
    """Measure with sources and with generators left out, fit on all, write the folder."""
    settings = Settings()
    pieces = count_pieces(texts, settings.min_documents)
    progress(f"{len(texts)} texts by models counted, {len(pieces.grams)} runs")
    in_training = [i for i, text in enumerate(texts) if text.split == "train"]
    training = rows_of(pieces, training_cuts(pieces, in_training, 1))
    first = [i for i, text in enumerate(texts) if PASSAGE not in text.doc_id]
    cuts = [cut for i in first for cut in _evaluated(pieces, i)]
    scored = rows_of(pieces, cuts)
    logits = left_out(training, scored, pieces.grams, settings, progress)
    chosen_on = np.array([window.split != "test" for window in scored.windows])
    whole = np.array([cut.target == WHOLE for cut in scored.cuts])
    known, kept = scored.subset(chosen_on & whole), logits[chosen_on & whole]
    degrees = temperature(known, kept)
    table = steps(known, softmax(kept / degrees))
    least = least_share(table)
    figures: dict[str, Any] = {
        name: measured(scored.subset(side & whole), logits[side & whole])
        for name, side in (("train_dev", chosen_on), ("test", ~chosen_on))
    }
    figures["lengths"] = {
        name: summary(scored.subset(chosen_on & at), logits[chosen_on & at])
        for name, at in _at_lengths(scored).items()
    }
    figures["steps"] = table
    test = scored.subset(~chosen_on & whole)
    figures["steps_test"] = steps(test, softmax(logits[~chosen_on & whole] / degrees))
    figures["unseen_generators"] = without_generators(
        training, known, pieces.grams, settings, progress
    )
    manifest = {
        "id": "families-2026.11",
        "licence": LICENCE,
        "families": list(FAMILIES),
        "temperature": degrees,
        "least_share": least,
        "least_probability": LEAST_PROBABILITY,
        "min_words": MIN_WORDS,
        "measured": {
            "nearest_right": figures["train_dev"]["all"]["mean_recall"],
            "by_chance": figures["train_dev"]["all"]["chance"],
        },
        "training_cards": training_cards(corpus, texts),
    }
    model = fit(training, pieces.grams, settings, manifest)
    write_families(out, model, golden(model))
    progress(f"written to {out}; temperature {degrees:.2f}, least share {least}")
    return figures | {"temperature": rounded(degrees), "least_share": least}


def golden(model: FamilyModel) -> list[dict[str, Any]]:
    """Return the shares of texts written for the project."""
    nlp = load_pipeline()
    found = []
    for name, text in TEXTS.items():
        folded = fold(" ".join(text.split()))
        of_text = shares(model, list(sentences_of(nlp(folded))))
        rows = {family: round(share, 4) for family, share in of_text.items()}
        found.append({"name": name, "text": folded, "shares": rows})
    return found


# -- rows ------------------------------------------------------------------------------------


def rows_of(pieces: Pieces, cuts: list[Cut]) -> Rows:
    """Sum the runs of each window's pieces."""
    spans = [(pieces.starts[cut.text] + cut.first, cut.last - cut.first) for cut in cuts]
    columns = np.concatenate([np.arange(first, first + n) for first, n in spans])
    ends = np.concatenate([[0], np.cumsum([n for _, n in spans])])
    ones = np.ones(len(columns), dtype=np.int32)
    sums = sparse.csr_matrix((ones, columns, ends), shape=(len(cuts), pieces.counts.shape[0]))
    windows = [pieces.texts[cut.text] for cut in cuts]
    return Rows(windows, cuts, (sums @ pieces.counts).tocsr())


def _evaluated(pieces: Pieces, text: int) -> list[Cut]:
    room = len(pieces.pieces[text])
    found = [cut for cut in evaluation_cuts(pieces, text) if cut.target in (200, 400)]
    short = [cut for cut in evaluation_cuts(pieces, text) if cut.target == 100][:1]
    return [Cut(text, 0, room, WHOLE), *short, *found]


def _at_lengths(scored: Rows) -> dict[str, Mask]:
    target = np.array([cut.target for cut in scored.cuts])
    return {name: target == words for name, words in _LENGTHS.items()}


# -- fit -------------------------------------------------------------------------------------


def fit(
    training: Rows, grams: list[str], settings: Settings, manifest: dict[str, Any]
) -> FamilyModel:
    """Fit a conditional logistic regression: each text among the families of its own source."""
    corpora = sorted(set(training.corpora.tolist()))
    place = np.array([corpora.index(name) for name in training.corpora])
    columns = _vocabulary(training.counts, place, grams, settings)
    vocabulary = [grams[column] for column in columns]
    n_rows = len(training.windows)
    matrix = sublinear(training.counts[:, columns])
    idf = np.log((1 + n_rows) / (1 + np.bincount(matrix.indices, minlength=len(columns)))) + 1.0
    weighed = weigh(matrix, idf, views_of(vocabulary))
    weights, bias = _conditional(
        weighed, training.families, place, balance(place, training.families), settings
    )
    return FamilyModel(manifest, tuple(vocabulary), idf, weights, bias)


def _vocabulary(counts: Any, place: Integers, grams: list[str], settings: Settings) -> Integers:
    """Take the runs of most windows that enough sources share, as many of either view."""
    present = counts.sign()
    documents = np.asarray(present.sum(axis=0)).ravel()
    belongs = sparse.csr_matrix((np.ones(len(place)), (place, np.arange(len(place)))))
    n_sources = np.asarray((belongs @ present).sign().sum(axis=0)).ravel()
    enough = documents >= settings.min_documents
    enough &= n_sources >= min(settings.min_sources, place.max())
    views = views_of(grams)
    chosen = []
    for view in _VIEWS:
        kept = np.flatnonzero(enough & (views == ngrams.VIEWS.index(view)))
        chosen.append(kept[np.argsort(-documents[kept], kind="stable")[: settings.max_runs]])
    return np.sort(np.concatenate(chosen))


def _conditional(
    matrix: Any, families: Integers, place: Integers, weights: Floats, settings: Settings
) -> tuple[Floats, Floats]:
    n_rows, n_runs = matrix.shape
    allowed = np.zeros((place.max() + 1, len(FAMILIES)), dtype=bool)
    allowed[place, families] = True
    barred = np.where(allowed[place], 0.0, -1e9)
    own = np.eye(len(FAMILIES))[families]
    turned = matrix.T.tocsr()
    decay = 1.0 / (settings.strength * n_rows)
    n_weights = n_runs * len(FAMILIES)

    def loss(values: Floats) -> tuple[float, Floats]:
        inner, bias = values[:n_weights].reshape(n_runs, -1), values[n_weights:]
        logits = matrix @ inner + bias + barred
        logs = logits - logits.max(axis=1, keepdims=True)
        logs -= np.log(np.exp(logs).sum(axis=1, keepdims=True))
        pull = weights[:, None] * (np.exp(logs) - own)
        slope = np.concatenate([(turned @ pull + decay * inner).ravel(), pull.sum(axis=0)])
        size = 0.5 * decay * float((inner * inner).sum())
        return size - float(weights @ (logs * own).sum(axis=1)), slope

    start = np.zeros(n_weights + len(FAMILIES))
    options = {"maxiter": settings.iterations}
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x
    return found[:n_weights].reshape(n_runs, -1), found[n_weights:]


def logits_of(model: FamilyModel, rows: Rows, grams: list[str]) -> Floats:
    """Return uncalibrated scores, shape (n_windows, n_families)."""
    place = {gram: column for column, gram in enumerate(grams)}
    counts = sublinear(rows.counts[:, [place[gram] for gram in model.vocabulary]])
    weighed = weigh(counts, model.idf, views_of(model.vocabulary))
    return np.asarray(weighed @ model.weights + model.bias)


# -- what was left out -----------------------------------------------------------------------


def left_out(
    training: Rows, scored: Rows, grams: list[str], settings: Settings, progress: Progress
) -> Floats:
    """Score every window by weights that had not seen its source."""
    logits = np.zeros((len(scored.windows), len(FAMILIES)))
    for name in SOURCES:
        own = scored.sources == name
        if not own.any():
            continue
        model = fit(training.subset(training.sources != name), grams, settings, {})
        logits[own] = logits_of(model, scored.subset(own), grams)
        found = summary(scored.subset(own), logits[own])
        progress(f"left out {name}: mean recall {found['mean_recall']:.3f}")
    return logits


def without_generators(
    training: Rows, scored: Rows, grams: list[str], settings: Settings, progress: Progress
) -> dict[str, Any]:
    """Score whole texts by weights that know their source, but not their generator."""
    names = Counter(scored.generators.tolist())
    fold_of = {name: i % GENERATOR_FOLDS for i, (name, _) in enumerate(names.most_common())}
    own = np.array([fold_of[name] for name in scored.generators])
    theirs = np.array([fold_of.get(name, -1) for name in training.generators])
    logits = np.zeros((len(own), len(FAMILIES)))
    for number in range(GENERATOR_FOLDS):
        model = fit(training.subset(theirs != number), grams, settings, {})
        logits[own == number] = logits_of(model, scored.subset(own == number), grams)
    found = summary(scored, logits)
    progress(f"left out generators: mean recall {found['mean_recall']:.3f}")
    return found


if __name__ == "__main__":
    raise SystemExit(main())
