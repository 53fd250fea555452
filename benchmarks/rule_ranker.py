"""Rank texts by the rules alone: a sum of log-odds weights, and how well it parts the labels.

    python benchmarks/rule_ranker.py --corpus CORPORA [--cache CACHE] [--output FILE] [--test]
    python benchmarks/rule_ranker.py --corpus CORPORA [--cache CACHE] [--output FILE] --held-out

Weights are fitted on windows of 150 words of the split train (`slopscan/evidence/ranking.py`), for
every running rule but those on layout, characters and file residue, which may tell the container of
a corpus instead of the writer. What a list of over-used words finds in a training text is counted
by a list made without the prompts and authors of its fold: by the list that ships, texts it was
made from would look clearer than new ones. The mean score of essays by writers in a second language
may not be above that of the essays of pupils (`level_pairs`). Choices were made on train and dev;
docs/evidence.md says how often `--test` was run.
`--held-out` scores train and dev windows by weights and lists that do not know them: made without
their prompts and authors, without a whole fold of sources, and without each source of
second-language essays in turn. The threshold for writers in a second language is the score that 5%
of the other human essays are above.
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

import numpy as np
import numpy.typing as npt
from derive_overused import (
    GROUPS,
    N_DOCUMENTS,
    N_FOLDS,
    amount,
    count_windows,
    fold_of,
    overused,
    places_of,
    tokens,
)

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
Read = tuple[list[Window], Evidence]
TRAIN_DOCUMENTS, OTHER_DOCUMENTS = 500, 400
STRENGTH = 1.0
POWER = 1.0
# Human essays in a second language count so many times: none must be taken for a model's.
CARE = 20.0
# With fewer essays on a side there is no bound.
FEWEST_ESSAYS = 20
# Essays by pupils in the country's first language, on set questions as learners get them.
PUPILS = ("feedback_prize", "modern_essays_school")
GENRES = ("academic", "blog", "docs", "essay", "fiction", "news", "qa", "review", "wiki")
SECOND_LANGUAGE = "set/second-language"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--cache", type=Path, help="keeps parses and counts for the next run")
    parser.add_argument("--test", action="store_true", help="also score the test texts")
    parser.add_argument("--held-out", action="store_true", help="score texts unseen, and no more")
    parser.add_argument("--output", type=Path)
    args = parser.parse_args()
    running = select(load_catalogue(), Selection(preview=True))
    rules = tuple(rule for rule in running if container_bound(rule) is None)
    splits = ("train", "dev", *(("test",) if args.test and not args.held_out else ()))
    read = {split: _load(args.corpus, split, rules, args.cache) for split in splits}
    basis = {"catalogue": load_catalogue().digest[:12], "seed": SEED, "words": N_WORDS}
    made: dict[str, Any] = {"rules": len(rules)}
    learning = Learning(args.corpus, read["train"], read["dev"])
    if args.held_out:
        made = {"held_out": basis | made | _unseen(learning)}
    else:
        made = basis | made | _tried(read, learning)
    if args.output:
        known = json.loads(args.output.read_text()) if args.output.is_file() else {}
        args.output.write_text(_compact(known | made), encoding="utf-8")


def _tried(read: dict[str, Read], learning: Learning) -> dict[str, Any]:
    ranker = learning.ranker()
    made: dict[str, Any] = {}
    for split, (windows, evidence) in read.items():
        if split != "train":
            made[split] = {"texts": digest_of(windows)}
            made[split] |= figures(windows, ranker.score(evidence))
            show(split, made[split])
    return made | {"weights": ranker.weight_of(read["train"][1])}


def _unseen(learning: Learning) -> dict[str, Any]:
    made = {
        "prompts_and_authors_unseen": figures(learning.windows, by_prompt(learning)),
        "sources_unseen": figures(learning.windows, by_source(learning)),
    }
    for name, found in made.items():
        show(name, found)
    each = each_left_out(learning)
    print("each source of second-language essays left out:", each)
    return made | {"second_language_each_left_out": each}


def _compact(known: dict[str, Any]) -> str:
    """Return JSON with one line for each genre, set and rule."""
    text = json.dumps(known, indent=1)
    return re.sub(r"(?<=[\[{])\s+([^\[\]{}]*?)\s+(?=[\]}])", _one_line, text) + "\n"


def _one_line(found: re.Match[str]) -> str:
    return re.sub(r"\s+", " ", found[1])


def _load(corpus: Path, split: str, rules: tuple[Rule, ...], cache: Path | None) -> Read:
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
    """Pair the second-language essays with those of pupils."""
    second, _ = _essays(windows)
    pupils = np.array([not w.is_model and w.corpus in PUPILS for w in windows])
    return [(second, pupils)] if min(second.sum(), pupils.sum()) >= FEWEST_ESSAYS else []


def _essays(windows: Sequence[Window]) -> tuple[Mask, Mask]:
    """Return which windows are human essays in a second language, and which are others."""
    second = np.array([is_second_language(window) for window in windows])
    essays = np.array([not w.is_model and w.genre == "essay" for w in windows])
    return second, essays & ~second


def fitted(windows: Sequence[Window], evidence: Evidence) -> Ranker:
    """Fit the ranker to windows, second-language writers held level."""
    return fit(evidence, is_model(windows), text_weights(windows), STRENGTH, level_pairs(windows))


class Learning:
    """Rankers, with lists, that may know nothing of some sources, prompts and authors."""

    def __init__(self, corpus: Path, train: Read, dev: Read) -> None:
        self.windows = [*train[0], *dev[0]]
        self.corpora = np.array([window.corpus for window in self.windows])
        self.folds = np.array([fold_of(window.cluster) for window in self.windows])
        self._in_train = np.arange(len(self.windows)) < len(train[0])
        amounts = np.vstack([train[1].amounts, dev[1].amounts])
        self._evidence = replace(train[1], amounts=amounts)
        self._counted = count_windows(
            load_windows(corpus, N_DOCUMENTS, SEED, splits=("train",)),
        )
        runs = {run: number for number, run in enumerate(self._counted.runs)}
        words = [tokens(window.text) for window in self.windows]
        self._places = [places_of(text, runs) for text in words]
        lengths = np.array([sum(1 for word in text if word) for text in words])
        self._exposure = N_WORDS / np.maximum(lengths, FEWEST_WORDS)
        self._lists: dict[tuple[str, frozenset[str], frozenset[int]], list[float]] = {}

    def ranker(self) -> Ranker:
        """Fit on all training texts."""
        return self._fitted(self._in_train, self._blind(frozenset(), frozenset()))

    def scores(self, without: Collection[str], fold: int | None = None) -> Floats:
        """Score all windows by what was learned without some corpora, and without a fold."""
        keep = self._in_train & ~np.isin(self.corpora, list(without))
        if fold is not None:
            keep &= self.folds != fold
        folds_out = frozenset() if fold is None else frozenset({fold})
        blind = self._blind(frozenset(without), folds_out)
        return self._fitted(keep, blind).score(blind)

    def _fitted(self, keep: Mask, evidence: Evidence) -> Ranker:
        learnt = [window for window, use in zip(self.windows, keep, strict=True) if use]
        return fitted(learnt, evidence.subset(keep))

    def _blind(self, without: frozenset[str], folds_out: frozenset[int]) -> Evidence:
        """Count the lists again: none knows what is left out, nor a training text's own fold."""
        amounts = self._evidence.amounts.copy()
        for place, rule in enumerate(self._evidence.rules):
            group = rule.id.removeprefix("overused-in-")
            if group not in GROUPS:
                continue
            for fold in (None, *range(N_FOLDS)):
                rows = ~self._in_train if fold is None else self._in_train & (self.folds == fold)
                out = folds_out if fold is None else folds_out | {fold}
                odds = self._odds(group, without, out)
                found = [amount(self._places[row], odds) for row in np.flatnonzero(rows)]
                amounts[rows, place] = self._exposure[rows] * found
        return replace(self._evidence, amounts=amounts)

    def _odds(self, group: str, without: frozenset[str], out: frozenset[int]) -> list[float]:
        """Return a list's log-odds by number of the run, 0 for what is not in it."""
        key = (group, without, out)
        if key not in self._lists:
            entries = overused(self._counted, group, without, out)
            self._lists[key] = [entries.get(run, 0.0) for run in self._counted.runs]
        return self._lists[key]


def by_prompt(learning: Learning, without: Collection[str] = ()) -> Floats:
    """Score every text by a ranker, and by lists, that know nothing of its prompt and author."""
    scores = np.zeros(len(learning.windows))
    for fold in range(N_FOLDS):
        rows = learning.folds == fold
        scores[rows] = learning.scores(without, fold)[rows]
    return scores


def by_source(learning: Learning) -> Floats:
    """Score every text by a ranker, and by lists, that know nothing of its fold of sources."""
    groups = np.array([FOLD_OF[name] for name in learning.corpora])
    scores = np.zeros(len(learning.windows))
    for group in np.unique(groups):
        corpora = {name for name, other in FOLD_OF.items() if other == group}
        scores[groups == group] = learning.scores(corpora)[groups == group]
    return scores


def each_left_out(learning: Learning) -> dict[str, Any]:
    """Tell how many second-language essays are flagged if their own source is left out alone."""
    second, others = _essays(learning.windows)
    made: dict[str, Any] = {}
    flagged = 0
    for name in np.unique(learning.corpora[second]).tolist():
        own = second & (learning.corpora == name)
        scores = by_prompt(learning, {name})
        above = int((scores[own] > np.quantile(scores[others], 0.95)).sum())
        flagged += above
        made[name] = [int(own.sum()), rounded(above / float(own.sum()))]
    return {"flagged": rounded(flagged / float(second.sum())), "by_corpus": made}


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
    pupils = others & np.array([window.corpus in PUPILS for window in windows])
    of_pupils = float(np.quantile(scores[pupils], 0.95))
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
        "flagged_95": _limits(exact_share(int((scores[second] > threshold).sum()), second.sum())),
        "flagged_where_pupils_are_5pct": rounded(float(np.mean(scores[second] > of_pupils))),
        "by_corpus": by_corpus,
        "quantiles_second_language": [
            rounded(float(q)) for q in np.quantile(scores[second], (0.5, 0.9, 0.95))
        ],
        "quantiles_other_essays": [
            rounded(float(q)) for q in np.quantile(scores[others], (0.5, 0.9, 0.95))
        ],
    }


def exact_share(n_hit: int, n: int) -> tuple[float, float]:
    """Return the exact 95% interval of a share (Clopper and Pearson)."""
    from scipy.stats import beta  # noqa: PLC0415 - slow to load, and only needed here

    low = float(beta.ppf(0.025, n_hit, n - n_hit + 1)) if n_hit else 0.0
    return low, float(beta.ppf(0.975, n_hit + 1, n - n_hit)) if n_hit < n else 1.0


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
    print(
        "  above the threshold of 1%:",
        ", ".join(f"{name} {row['above_1pct_threshold']}" for name, row in made["human"].items()),
    )


if __name__ == "__main__":
    main()
