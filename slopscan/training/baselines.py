"""Plain baselines on the same windows and the same folds as the classifier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from slopscan.features.punctuation import DASHES
from slopscan.training.dataset import Window
from slopscan.training.evaluate import Progress
from slopscan.training.pieces import Cut, Pieces
from slopscan.training.splits import FOLD_OF, FOLDS, sample_weights

Floats = npt.NDArray[np.float64]
Text = tuple[Window, str]

# One number each; the sign is that of the published finding, nothing is fitted.
_NUMBERS: Final[dict[str, Callable[[str], float]]] = {
    "mean word length": lambda text: float(np.mean([len(word) for word in text.split()])),
    "sentence length variation": lambda text: -_variation(text),
    "em dashes": lambda text: float(sum(text.count(f" {dash} ") for dash in DASHES)),
}


def _variation(text: str) -> float:
    sizes = [len(line.split()) for line in text.splitlines()]
    return float(np.std(sizes) / np.mean(sizes)) if len(sizes) > 1 else 0.0


def _learned() -> dict[str, Any]:
    """Pipelines over lower-cased tokens, typography already folded by the reader."""
    split: dict[str, Any] = {"tokenizer": str.split, "token_pattern": None, "lowercase": True}
    return {
        "200 commonest words": make_pipeline(
            CountVectorizer(max_features=200, **split), TfidfTransformer(use_idf=False)
        ),
        "word 1-2-grams": TfidfVectorizer(
            ngram_range=(1, 2), min_df=5, sublinear_tf=True, max_features=60000, **split
        ),
        "character 2-4-grams": TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 4), min_df=20, sublinear_tf=True, max_features=40000
        ),
    }


def baseline_scores(
    training: Sequence[Text], scored: Sequence[Text], progress: Progress = lambda _: None
) -> dict[str, Floats]:
    """Score windows by every baseline; learned ones never saw the window's fold of sources.

    Texts are tokens with blanks between them, one sentence per line.
    """
    found = {
        name: np.array([number(text) for _, text in scored]) for name, number in _NUMBERS.items()
    }
    own_fold = np.array([FOLD_OF[window.corpus] for window, _ in scored])
    other = np.array([FOLD_OF[window.corpus] for window, _ in training])
    windows = [window for window, _ in training]
    labels = np.array([int(window.is_model) for window in windows])
    for name, vectorizer in _learned().items():
        # The vocabulary is counted on every fold, which can only help a baseline.
        matrix = vectorizer.fit_transform([text for _, text in training]).tocsr()
        own = vectorizer.transform([text for _, text in scored]).tocsr()
        scores = np.full(len(scored), np.nan)
        for fold in FOLDS:
            rows, held = np.flatnonzero(other != fold), np.flatnonzero(own_fold == fold)
            if not len(held):
                continue
            model = LogisticRegression(C=5.0, max_iter=200, tol=1e-3)
            weights = sample_weights([windows[i] for i in rows])
            model.fit(matrix[rows], labels[rows], sample_weight=weights)
            scores[held] = model.decision_function(own[held])
        found[name] = scores
        progress(f"baseline {name}")
    return found


def words_of(pieces: Pieces, cut: Cut) -> str:
    """Return the tokens of a window, a sentence to a line."""
    inside = pieces.pieces[cut.text][cut.first : cut.last]
    return "\n".join(" ".join(s.words) for piece in inside for s in piece)
