"""Which sources are held out together, and how much each window weighs."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from slopscan.training.dataset import PASSAGE, Window

# Each fold holds out model sources and human sources of like genre; no human source is in two.
FOLDS: Final[dict[str, tuple[str, ...]]] = {
    "biscope": ("biscope",),
    "news_wiki": ("iu_corpus", "formal_news_2016", "formal_news_web", "formal_wiki"),
    "student_essays": (
        "liang",
        "rexshijaku",
        "sherbold",
        "feedback_prize",
        "modern_essays_school",
        "modern_essays_learner",
    ),
    "fiction": (
        "eq_creative",
        "eq_longform",
        "confederacy",
        "lamp",
        "modern_fiction_fanfic",
        "modern_fiction_masc",
        "cc_fiction",
    ),
    "slop_score": (
        "slop_score",
        "modern_fiction_novels",
        "modern_fiction_prompts",
        "modern_fiction_blogs",
        "modern_essays_blogs",
        "standardebooks",
        "formal_web_fiction",
    ),
    "blogs_docs": (
        "ai_blogs_docs",
        "human_blogs",
        "human_docs",
        "formal_company_blogs",
        "formal_company_handbooks",
        "formal_handbooks",
        "formal_nonnative_blogs",
        "formal_peps",
        "formal_nist",
        "formal_policies",
    ),
    "persuasion": (
        "persuasion",
        "formal_news_us",
        "formal_presidential",
        "formal_books",
        "formal_brown",
        "modern_essays_masc",
    ),
    "questions": (
        "alpaca_eval",
        "assistants_2025",
        "formal_medquad",
        "formal_counsel",
        "ud_ewt",
        "gum",
    ),
    "academic": (
        "ai_paper_reviews",
        "ai_research_reports",
        "formal_abstracts",
        "formal_theses",
        "formal_textbooks",
        "formal_scotus",
    ),
}
FOLD_OF: Final = {corpus: fold for fold, members in FOLDS.items() for corpus in members}
# With fewer folds of sources than this there is too little left to train on when one is held out.
FEWEST_FOLDS: Final = 3
PARTS: Final = 5


@dataclass(frozen=True)
class Folds:
    """What is held out together.

    Attributes
    ----------
    of_corpus : mapping of str to str
        Source to fold; empty where the sources are too few to hold one out, and texts are.
    names : tuple of str
        The folds, in order.
    """

    of_corpus: Mapping[str, str]
    names: tuple[str, ...]

    @property
    def by_source(self) -> bool:
        """Whether whole sources are held out, as they should be."""
        return bool(self.of_corpus)

    def of(self, window: Window) -> str:
        """Return the fold of a window; all passages of a text are in one."""
        if self.of_corpus:
            return self.of_corpus[window.corpus]
        text = window.doc_id.partition(PASSAGE)[0].encode()
        return self.names[hashlib.sha256(text).digest()[0] % PARTS]


def plan_folds(texts: Sequence[Window]) -> Folds:
    """Decide what is held out together, so that every fold has texts of both labels.

    The sources of `FOLDS` are held out as it says. Of others, one with both labels is a fold, one
    by models alone begins a fold, and one by people alone joins that fold which shares most of
    its genres; the smaller one of equals. Where that gives fewer than `FEWEST_FOLDS`, the sources
    of `FOLDS` are taken one by one too; where even that does, texts are held out in `PARTS` parts:
    not unseen sources, and figures flatter.
    """
    labels: defaultdict[str, set[str]] = defaultdict(set)
    genres: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        labels[text.corpus].add(text.label)
        genres[text.corpus][text.genre] += 1
    for known in (FOLD_OF, {}):
        of_corpus = _joined(known, labels, genres)
        if len(_both_labels(of_corpus, labels)) >= FEWEST_FOLDS:
            order = [fold for fold in FOLDS if fold in of_corpus.values()]
            return Folds(of_corpus, (*order, *sorted(set(of_corpus.values()) - set(order))))
    return Folds({}, tuple(f"part {number}" for number in range(1, PARTS + 1)))


def _joined(
    known: Mapping[str, str], labels: Mapping[str, set[str]], genres: Mapping[str, Counter[str]]
) -> dict[str, str]:
    """Return the fold of every source, those that are known as they are."""
    of_corpus = {corpus: known[corpus] for corpus in labels if corpus in known}
    rest = sorted(set(labels) - set(of_corpus), key=lambda name: (-genres[name].total(), name))
    of_corpus |= {corpus: corpus for corpus in rest if "ai" in labels[corpus]}
    begun = sorted({fold for corpus, fold in of_corpus.items() if "ai" in labels[corpus]})
    for corpus in rest:
        if corpus not in of_corpus and begun:
            of_corpus[corpus] = max(
                begun, key=lambda fold: _affinity(fold, genres[corpus], of_corpus, genres, labels)
            )
    return of_corpus


def _affinity(
    fold: str,
    own: Counter[str],
    of_corpus: Mapping[str, str],
    genres: Mapping[str, Counter[str]],
    labels: Mapping[str, set[str]],
) -> tuple[float, int]:
    """Return how well a fold suits a human source: genres of its models, then few human texts."""
    members = [corpus for corpus, name in of_corpus.items() if name == fold]
    of_models: Counter[str] = Counter()
    for corpus in members:
        if "ai" in labels[corpus]:
            of_models += genres[corpus]
    shared = sum(n for genre, n in own.items() if of_models[genre]) / max(own.total(), 1)
    n_human = sum(genres[corpus].total() for corpus in members if "human" in labels[corpus])
    return shared, -n_human


def _both_labels(of_corpus: Mapping[str, str], labels: Mapping[str, set[str]]) -> set[str]:
    seen: defaultdict[str, set[str]] = defaultdict(set)
    for corpus, fold in of_corpus.items():
        seen[fold] |= labels[corpus]
    return {fold for fold, found in seen.items() if {"human", "ai"} <= found}


def sample_weights(windows: Sequence[Window], power: float = 0.5) -> npt.NDArray[np.float64]:
    """Weigh cells of source, genre and label by n**power, both labels the same in sum.

    Returns
    -------
    numpy.ndarray, shape (n_windows,)
        Mean 1. `power` 1 leaves the sample as it is, 0 makes every cell count the same.
    """
    cells = [(window.corpus, window.genre, window.label) for window in windows]
    sizes = Counter(cells)
    weights = np.array([sizes[cell] ** (power - 1.0) for cell in cells])
    is_model = np.array([window.is_model for window in windows])
    for side in (is_model, ~is_model):
        if side.any():
            weights[side] *= len(windows) / 2 / weights[side].sum()
    return weights
