"""Rank texts by the rules alone: a sum of log-odds weights, and how well it parts the labels.

    python benchmarks/rule_ranker.py --corpus CORPORA [--cache CACHE] [--output FILE] [--test]
    python benchmarks/rule_ranker.py --corpus CORPORA [--cache CACHE] [--output FILE] --held-out

Weights are fitted on windows of 150 words of the split train (`slopscan/evidence/ranking.py`), for
every running rule but those on layout, characters and file residue, which may tell the container of
a corpus instead of the writer. The mean score of essays by writers in a second language may, in no
source, be above that of the other human essays (`level_pairs`). Choices were made on train
and dev; docs/evidence.md says how often `--test` was run.
`--held-out` scores train and dev windows by weights, and by lists of over-used words, made without
their sources: without a whole fold, and without each source of second-language essays in turn, the
others of which the bound still knows. The threshold for writers in a second language is the score
that 5% of the other human essays are above.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import derive_overused
import numpy as np
import numpy.typing as npt

from slopscan.catalogue.load import Selection, load_catalogue, select
from slopscan.catalogue.rule import Rule
from slopscan.evidence.counting import Plan
from slopscan.evidence.measuring import SEED, digest_of, pipeline_digest
from slopscan.evidence.ranking import (
    FEWEST_WORDS,
    N_WORDS,
    Evidence,
    Mask,
    Ranker,
    fit,
    gather,
)
from slopscan.evidence.windows import Window, container_bound, load_windows
from slopscan.training.evaluate import auroc, interval, recall_at, rounded
from slopscan.training.splits import FOLD_OF

Floats = npt.NDArray[np.float64]
TRAIN_DOCUMENTS, OTHER_DOCUMENTS = 500, 400
STRENGTH = 1.0
POWER = 1.0
# Human essays in a second language count so many times: none must be taken for a model's.
CARE = 5.0
# Sources with fewer second-language essays set no bound.
FEWEST_ESSAYS = 20
GENRES = ("academic", "blog", "docs", "essay", "fiction", "news", "qa", "review", "wiki")
SECOND_LANGUAGE = "set/second-language"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--cache", type=Path, help="keeps parses and counts for the next run")
    parser.add_argument("--test", action="store_true", help="also score the test texts")
    parser.add_argument("--held-out", action="store_true", help="score sources unseen, and no more")
    parser.add_argument("--output", type=Path)
    args = parser.parse_args()
    running = select(load_catalogue(), Selection(preview=True))
    rules = tuple(rule for rule in running if container_bound(rule) is None)
    splits = ("train", "dev", *(("test",) if args.test and not args.held_out else ()))
    read = {split: _load(args.corpus, split, rules, args.cache) for split in splits}
    basis = {"catalogue": load_catalogue().digest[:12], "seed": SEED, "words": N_WORDS}
    made: dict[str, Any] = {"rules": len(rules)}
    if args.held_out:
        unseen = Unseen(args.corpus, read["train"], read["dev"])
        found = figures(unseen.windows, by_fold(unseen))
        found["second_language_each_left_out"] = each_left_out(unseen)
        show("sources unseen", found)
        made = {"held_out": basis | made | found}
    else:
        made = basis | made | _tried(read)
    if args.output:
        known = json.loads(args.output.read_text()) if args.output.is_file() else {}
        args.output.write_text(_compact(known | made), encoding="utf-8")


def _tried(read: dict[str, tuple[list[Window], Evidence]]) -> dict[str, Any]:
    train, learnt = read["train"]
    ranker = fitted(train, learnt)
    made: dict[str, Any] = {}
    for split, (windows, evidence) in read.items():
        if split != "train":
            made[split] = {"texts": digest_of(windows)}
            made[split] |= figures(windows, ranker.score(evidence))
            show(split, made[split])
    return made | {"weights": ranker.weight_of(learnt)}


def _compact(known: dict[str, Any]) -> str:
    """Return JSON with one line for each genre, set and rule."""
    text = json.dumps(known, indent=1)
    return re.sub(r"(?<=[\[{])\s+([^\[\]{}]*?)\s+(?=[\]}])", _one_line, text) + "\n"


def _one_line(found: re.Match[str]) -> str:
    return re.sub(r"\s+", " ", found[1])


def _load(
    corpus: Path, split: str, rules: tuple[Rule, ...], cache: Path | None
) -> tuple[list[Window], Evidence]:
    n = TRAIN_DOCUMENTS if split == "train" else OTHER_DOCUMENTS
    windows = load_windows(corpus, n, SEED, splits=(split,), n_words=N_WORDS, even=True)
    parses = cache / "cache" if cache else None
    plan = Plan(None, (), parses, pipeline_digest())
    store = cache / "store" if cache else None
    return windows, gather(windows, rules, plan, store, _tell)


def _tell(done: int, total: int) -> None:
    if done % 3_000 == 0:
        print(f"  {done} of {total}", flush=True)


def is_model(windows: Sequence[Window]) -> Mask:
    return np.array([window.is_model for window in windows])


def is_second_language(window: Window) -> bool:
    """Say whether a text is a human essay in a second language."""
    return not window.is_model and window.genre == "essay" and SECOND_LANGUAGE in window.cells


def text_weights(windows: Sequence[Window]) -> Floats:
    """Weigh cells of corpus, genre and label by n**POWER, both labels the same in sum."""
    cells = [(window.corpus, window.genre, window.is_model) for window in windows]
    sizes = Counter(cells)
    weights = np.array([sizes[cell] ** (POWER - 1.0) for cell in cells])
    weights[[is_second_language(window) for window in windows]] *= CARE
    models = is_model(windows)
    for side in (models, ~models):
        weights[side] *= len(windows) / 2 / weights[side].sum()
    return weights


def level_pairs(windows: Sequence[Window]) -> list[tuple[Mask, Mask]]:
    """Pair the second-language essays of each source with the other human essays."""
    second, others = _essays(windows)
    corpora = np.array([window.corpus for window in windows])
    groups = [second & (corpora == name) for name in np.unique(corpora[second])]
    return [(group, others) for group in groups if group.sum() >= FEWEST_ESSAYS and others.any()]


def _essays(windows: Sequence[Window]) -> tuple[Mask, Mask]:
    """Return which windows are human essays in a second language, and which are others."""
    second = np.array([is_second_language(window) for window in windows])
    essays = np.array([not w.is_model and w.genre == "essay" for w in windows])
    return second, essays & ~second


def fitted(windows: Sequence[Window], evidence: Evidence) -> Ranker:
    """Fit the ranker to windows, second-language writers held level."""
    return fit(evidence, is_model(windows), text_weights(windows), STRENGTH, level_pairs(windows))


Read = tuple[list[Window], Evidence]


class Unseen:
    """Rankers, with lists, that know nothing of some sources."""

    def __init__(self, corpus: Path, train: Read, dev: Read) -> None:
        self.windows = [*train[0], *dev[0]]
        self.corpora = np.array([window.corpus for window in self.windows])
        self._fitted_on = np.arange(len(self.windows)) < len(train[0])
        amounts = np.vstack([train[1].amounts, dev[1].amounts])
        self._evidence = replace(train[1], amounts=amounts)
        self._counted = derive_overused.count_windows(
            load_windows(corpus, derive_overused.N_DOCUMENTS, SEED, splits=("train",))
        )
        self._words = [derive_overused.tokens(window.text) for window in self.windows]

    def scores(self, without: Collection[str]) -> Floats:
        """Score all windows by what was learned without some corpora."""
        blind = _without(self._evidence, self._counted, self._words, without)
        keep = self._fitted_on & ~np.isin(self.corpora, list(without))
        learnt = [window for window, use in zip(self.windows, keep, strict=True) if use]
        return fitted(learnt, blind.subset(keep)).score(blind)


def by_fold(unseen: Unseen) -> Floats:
    """Score every text by a ranker, and by lists, that know nothing of its fold of sources."""
    folds = np.array([FOLD_OF[name] for name in unseen.corpora])
    scores = np.zeros(len(unseen.windows))
    for fold in np.unique(folds):
        corpora = {name for name, other in FOLD_OF.items() if other == fold}
        scores[folds == fold] = unseen.scores(corpora)[folds == fold]
    return scores


def each_left_out(unseen: Unseen) -> dict[str, Any]:
    """Tell how many second-language essays are flagged if their own source is left out alone.

    The threshold comes from the other essays under the same ranker, which has learned from most
    of them: that makes it low, and the shares high, if anything.
    """
    second, others = _essays(unseen.windows)
    made: dict[str, Any] = {}
    flagged = 0
    for name in np.unique(unseen.corpora[second]).tolist():
        own = second & (unseen.corpora == name)
        scores = unseen.scores({name})
        above = int((scores[own] > np.quantile(scores[others], 0.95)).sum())
        flagged += above
        made[name] = [int(own.sum()), rounded(above / float(own.sum()))]
    return {"flagged": rounded(flagged / float(second.sum())), "by_corpus": made}


def _without(
    evidence: Evidence,
    counted: derive_overused.Counted,
    words: Sequence[Sequence[str]],
    corpora: Collection[str],
) -> Evidence:
    amounts = evidence.amounts.copy()
    exposure = [N_WORDS / max(sum(1 for word in text if word), FEWEST_WORDS) for text in words]
    for place, rule in enumerate(evidence.rules):
        group = rule.id.removeprefix("overused-in-")
        if group in derive_overused.GROUPS:
            entries = derive_overused.overused(counted, group, corpora)
            found = [derive_overused.amount(text, entries) for text in words]
            amounts[:, place] = np.array(found) * exposure
    return replace(evidence, amounts=amounts)


def figures(windows: Sequence[Window], scores: Floats) -> dict[str, Any]:
    """Summarise scores: pooled over the genres with both classes, by genre, on the hard sets."""
    models = is_model(windows)
    labels = models.astype(np.int64)
    genres = np.array([window.genre for window in windows])
    both = np.isin(genres, GENRES)
    texts = np.arange(int(both.sum()))
    threshold = float(np.quantile(scores[both & ~models], 0.99))
    pooled = {
        "n_human": int((both & ~models).sum()),
        "n_model": int((both & models).sum()),
        "auroc": rounded(auroc(labels[both], scores[both])),
        "auroc_95": _limits(interval(labels[both], scores[both], texts, auroc)),
        "recall_at_1pct": rounded(recall_at(labels[both], scores[both], 0.01)),
        "recall_at_1pct_95": _limits(
            interval(labels[both], scores[both], texts, lambda y, s: recall_at(y, s, 0.01))
        ),
        "recall_at_5pct": rounded(recall_at(labels[both], scores[both], 0.05)),
    }
    sets: dict[str, list[float]] = defaultdict(list)
    for window, score in zip(windows, scores.tolist(), strict=True):
        if not window.is_model:
            for name in (f"genre/{window.genre}", *window.cells):
                sets[name].append(score)
    by_genre = {
        genre: {
            "auroc": rounded(auroc(labels[genres == genre], scores[genres == genre])),
            "recall_at_1pct": rounded(
                float(np.mean(scores[models & (genres == genre)] > threshold))
            ),
        }
        for genre in GENRES
    }
    human = {
        name: {
            "n": len(found),
            "above_1pct_threshold": rounded(float(np.mean(np.array(found) > threshold))),
        }
        for name, found in sorted(sets.items())
    }
    return {
        "pooled": pooled,
        "genres": by_genre,
        "second_language": _fairness(windows, scores),
        "human": human,
    }


def _fairness(windows: Sequence[Window], scores: Floats) -> dict[str, Any]:
    second, others = _essays(windows)
    threshold = float(np.quantile(scores[others], 0.95))
    by_corpus = {
        name: [
            int(sum(second & rows)),
            rounded(float(np.mean(scores[second & rows] > threshold))),
        ]
        for name in sorted({w.corpus for w, keep in zip(windows, second, strict=True) if keep})
        for rows in [np.array([w.corpus == name for w in windows])]
    }
    return {
        "n_other_essays": int(others.sum()),
        "n_second_language": int(second.sum()),
        "flagged_where_others_are_5pct": rounded(float(np.mean(scores[second] > threshold))),
        "by_corpus": by_corpus,
        "quantiles_second_language": [
            rounded(float(q)) for q in np.quantile(scores[second], (0.5, 0.9, 0.95))
        ],
        "quantiles_other_essays": [
            rounded(float(q)) for q in np.quantile(scores[others], (0.5, 0.9, 0.95))
        ],
    }


def _limits(found: tuple[float, float]) -> list[float | None]:
    return [rounded(value) for value in found]


def show(name: str, made: dict[str, Any]) -> None:
    """Print the figures."""
    pooled = made["pooled"]
    print(name)
    print(f"  pooled AUROC {pooled['auroc']} {pooled['auroc_95']}", end="")
    for level in ("1pct", "5pct"):
        print(f", recall at {level} {pooled[f'recall_at_{level}']}", end="")
    print(f" {pooled['recall_at_1pct_95']}")
    print("  by genre:", ", ".join(f"{g} {row['auroc']}" for g, row in made["genres"].items()))
    second = made["second_language"]
    print("  second language:", {key: second[key] for key in second if key[0] != "q"})
    if "second_language_each_left_out" in made:
        print("  each source of these left out alone:", made["second_language_each_left_out"])
    print(
        "  above the threshold of 1%:",
        ", ".join(f"{name} {row['above_1pct_threshold']}" for name, row in made["human"].items()),
    )


if __name__ == "__main__":
    main()
