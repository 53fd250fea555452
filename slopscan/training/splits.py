"""Which sources are held out together, and how much each window weighs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from slopscan.training.dataset import Window

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
