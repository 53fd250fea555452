"""Figures of the profile by model family: what is right how often, and where."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from slopscan.model.families import OTHER
from slopscan.training.dataset import Window
from slopscan.training.evaluate import rounded
from slopscan.training.pieces import Cut

FAMILIES: Final = ("openai", "anthropic", "google", "meta", "mistral", "qwen", "deepseek", OTHER)
# Sources with texts of several families, as they are left out together: those of one benchmark
# share prompts, generators and form.
SOURCES: Final[dict[str, tuple[str, ...]]] = {
    "slop_score": ("slop_score",),
    "eq_bench": ("eq_creative", "eq_longform"),
    "alpaca_eval": ("alpaca_eval",),
    "persuasion": ("persuasion",),
    "biscope": ("biscope",),
    "assistants_2025": ("assistants_2025",),
    "reports_reviews": ("ai_research_reports", "ai_paper_reviews"),
}
SOURCE_OF: Final = {corpus: name for name, members in SOURCES.items() for corpus in members}
RIGHT: Final = 0.7
NAMED: Final = 0.01
_VERSION: Final = re.compile(
    r"-?20\d\d-\d\d(-\d\d)?|-\d{4,8}\b|meta-| \(with search\)"
    r"|-(instruct|preview|latest|turbo|chat|it|hf|exp|beta|adaptive|high|free)\b"
)
_STEPS: Final = tuple(step / 100 for step in range(20, 100, 5))

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Rows:
    """Windows of texts by models: counts of runs, and what is known of each."""

    windows: list[Window]
    cuts: list[Cut]
    counts: Any

    @property
    def families(self) -> Integers:
        return np.array([FAMILIES.index(window.family) for window in self.windows])

    @property
    def corpora(self) -> npt.NDArray[np.str_]:
        return np.array([window.corpus for window in self.windows])

    @property
    def sources(self) -> npt.NDArray[np.str_]:
        return np.array([SOURCE_OF[window.corpus] for window in self.windows])

    @property
    def generators(self) -> npt.NDArray[np.str_]:
        return np.array([generator_key(window.generator) for window in self.windows])

    def subset(self, keep: Mask) -> Rows:
        rows = np.flatnonzero(keep)
        return Rows(
            [self.windows[i] for i in rows], [self.cuts[i] for i in rows], self.counts[rows]
        )


def generator_key(name: str) -> str:
    """Return a generator's name without its dates and wrappers: `gpt-4-0125-preview` is `gpt-4`."""
    return _VERSION.sub("", name.lower().replace("chatgpt-gpt", "gpt"))


def balance(place: Integers, families: Integers) -> Floats:
    """Weigh the families of a source the same, and sources by the root of their size; sum 1."""
    cells = Counter(zip(place.tolist(), families.tolist(), strict=True))
    sizes = Counter(place.tolist())
    n_families = Counter(source for source, _ in cells)
    weights = np.array(
        [
            sizes[source] ** 0.5 / n_families[source] / cells[source, family]
            for source, family in zip(place.tolist(), families.tolist(), strict=True)
        ]
    )
    return np.asarray(weights / weights.sum())


def measured(rows: Rows, logits: Floats) -> dict[str, Any]:
    """Return figures by left-out source, and apart where no other source has the generator."""
    seen = seen_elsewhere(rows)
    by_source = {}
    for name in SOURCES:
        own = rows.sources == name
        if own.any():
            by_source[name] = summary(rows.subset(own), logits[own])
    return {
        "all": _mean_of(by_source) | {"n": len(rows.windows)},
        "sources": by_source,
    } | {
        name: summary(rows.subset(own), logits[own])
        for name, own in (("generator_seen", seen), ("generator_unseen", ~seen))
        if own.any()
    }


def seen_elsewhere(rows: Rows) -> Mask:
    """Say of each text whether another source has its generator too."""
    generators, sources = rows.generators, rows.sources
    known = {name: set(generators[sources != name].tolist()) for name in set(sources.tolist())}
    pairs = zip(generators.tolist(), sources.tolist(), strict=True)
    return np.array([generator in known[source] for generator, source in pairs])


def _mean_of(found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    names = ("top1", "mean_recall", "macro_f1", "chance")
    return {name: rounded(float(np.mean([row[name] for row in found.values()]))) for name in names}


def summary(rows: Rows, logits: Floats) -> dict[str, Any]:
    """Return how often the nearest of all eight families is the right one.

    `mean_recall` and `macro_f1` are over the families these rows have; `chance` is the mean
    recall of any guess that does not look at the text; `commonest` is the share of the family
    most rows have.
    """
    own, nearest = rows.families, logits.argmax(axis=1)
    recalls, scores = {}, []
    for family in sorted(set(own.tolist())):
        right = int(((own == family) & (nearest == family)).sum())
        n_own, n_said = int((own == family).sum()), int((nearest == family).sum())
        recalls[FAMILIES[family]] = rounded(right / n_own)
        scores.append(2 * right / max(n_own + n_said, 1))
    return {
        "n": len(own),
        "families": len(recalls),
        "top1": rounded(float((own == nearest).mean())),
        "mean_recall": rounded(float(np.mean(list(recalls.values())))),
        "macro_f1": rounded(float(np.mean(scores))),
        "chance": rounded(1 / len(recalls)),
        "commonest": rounded(max(Counter(own.tolist()).values()) / len(own)),
        "recalls": recalls,
    }


def softmax(logits: Floats) -> Floats:
    """Return shares that add up to 1 in each row."""
    parts = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(parts / parts.sum(axis=1, keepdims=True))


def temperature(rows: Rows, logits: Floats) -> float:
    """Return the divisor under which shares of left-out sources are likeliest."""
    names = sorted(set(rows.sources.tolist()))
    weights = balance(np.array([names.index(name) for name in rows.sources]), rows.families)
    at = np.arange(len(logits))
    losses = {
        degrees: -float(weights @ np.log(softmax(logits / degrees)[at, rows.families] + 1e-12))
        for degrees in np.geomspace(0.5, 32.0, 49).tolist()
    }
    return float(min(losses, key=lambda degrees: losses[degrees]))


def steps(rows: Rows, found: Floats) -> list[dict[str, Any]]:
    """Return, for growing shares, how many texts would get a name, and how many the right one.

    Every source weighs the same; `right_unseen` is of texts whose generator no other source has.
    """
    own, nearest, top = rows.families, found.argmax(axis=1), found.max(axis=1)
    sizes = Counter(rows.sources.tolist())
    weights = np.array([1.0 / sizes[name] for name in rows.sources.tolist()]) / len(sizes)
    unseen = ~seen_elsewhere(rows)
    table = []
    for share in _STEPS:
        named = (nearest != FAMILIES.index(OTHER)) & (top >= share)
        right = named & (own == nearest)
        by_source = {
            name: [int((right & at).sum()), int((named & at).sum()), size]
            for name, size in sorted(sizes.items())
            for at in [rows.sources == name]
        }
        table.append(
            {
                "share": share,
                "named": rounded(float(weights[named].sum())),
                "right": _of(weights, right, named),
                "right_unseen": _of(weights, right & unseen, named & unseen),
                "right_named_texts": by_source,
            }
        )
    return table


def _of(weights: Floats, part: Mask, whole: Mask) -> float | None:
    return rounded(float(weights[part].sum() / weights[whole].sum())) if whole.any() else None


def least_share(table: list[dict[str, Any]]) -> float | None:
    """Return the least share from which names are right in `RIGHT` of the cases, or None.

    Of all texts, and of those by generators that no other source has: a family has to be
    known by more than the models that were trained on. At least `NAMED` must get a name.
    """
    for row in table:
        enough = [
            row[name] is not None and row[name] >= RIGHT for name in ("right", "right_unseen")
        ]
        if all(enough) and row["named"] >= NAMED:
            return float(row["share"])
    return None
