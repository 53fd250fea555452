"""Where in a text: the probability of each sentence with what stands around it.

A window of about 100 words begins at every sentence. The log-odds of a sentence are the average
over the windows it lies in, so a change of hand shows as a slope about as long as a window.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from slopscan.document import Document
from slopscan.features import families
from slopscan.features.view import SentenceView
from slopscan.model import infer
from slopscan.model.artefact import Model
from slopscan.spans import prose_span
from slopscan.verdict import WindowScore

if TYPE_CHECKING:
    from slopscan.nlp.annotate import Annotated

WINDOW_WORDS: Final = 100
_AT_ONCE: Final = 500  # sentences whose runs are looked up together: bounds the memory

Floats = npt.NDArray[np.float64]


def window_probabilities(
    model: Model, annotated: Annotated, n_words: int = WINDOW_WORDS
) -> tuple[WindowScore, ...]:
    """Return the probability around each sentence of an annotated text.

    Parameters
    ----------
    model : Model
    annotated : Annotated
        With a parse.
    n_words : int
        Length of a window in words; the last sentence of a window may pass it.

    Returns
    -------
    tuple of WindowScore
        One for each sentence of running prose, in order of the text.
    """
    from slopscan.features.stream import sentences_of_text  # noqa: PLC0415

    return around_sentences(model, sentences_of_text(annotated), annotated.document, n_words)


def around_sentences(
    model: Model, sentences: list[SentenceView], document: Document, n_words: int = WINDOW_WORDS
) -> tuple[WindowScore, ...]:
    """As `window_probabilities`, from sentences that are at hand."""
    found = zip(sentences, sentence_log_odds(model, sentences, n_words), strict=True)
    return tuple(
        WindowScore(
            document.offsets.to_source(prose_span(sentence.start, sentence.end)),
            infer.probability(log_odds),
            sentence.n_words,
        )
        for sentence, log_odds in found
    )


def sentence_log_odds(
    model: Model, sentences: list[SentenceView], n_words: int = WINDOW_WORDS
) -> list[float]:
    """Return the smoothed, calibrated log-odds of each parsed sentence."""
    sums = np.zeros(len(sentences))
    n_windows = np.zeros(len(sentences))
    for first, last, log_odds in window_log_odds(model, sentences, n_words):
        sums[first:last] += log_odds
        n_windows[first:last] += 1
    return [float(value) for value in sums / np.maximum(n_windows, 1)]


def window_log_odds(
    model: Model, sentences: list[SentenceView], n_words: int = WINDOW_WORDS
) -> Iterator[tuple[int, int, float]]:
    """Yield first and last (exclusive) sentence and calibrated log-odds of every window."""
    columns, ends = _columns(model, sentences)
    for first, last in windows([sentence.n_words for sentence in sentences], n_words):
        inside = sentences[first:last]
        size = sum(sentence.n_words for sentence in inside)
        found, counts = np.unique(columns[ends[first] : ends[last]], return_counts=True)
        raw = infer.weigh(model, found, counts, families.measure(inside)).raw
        yield first, last, infer.slope(model, size) * raw + infer.shift(model, size)


def windows(sizes: list[int], n_words: int) -> list[tuple[int, int]]:
    """Return first and last (exclusive) sentence of every window.

    One window begins at each sentence that has `n_words` from it to the end; a shorter text is
    one window.
    """
    ends = list(accumulate(sizes))
    found = []
    for first, before in enumerate([0, *ends[:-1]]):
        last = bisect_left(ends, before + n_words)
        if last == len(ends):
            break
        found.append((first, last + 1))
    return found or ([(0, len(sizes))] if sizes else [])


def _columns(
    model: Model, sentences: list[SentenceView]
) -> tuple[npt.NDArray[np.int64], list[int]]:
    """Return the known runs of all sentences, and where those of each begin; then the end."""
    columns = [np.zeros(0, dtype=np.int64)]
    sizes: list[int] = []
    for start in range(0, len(sentences), _AT_ONCE):
        part = sentences[start : start + _AT_ONCE]
        found = model.grams.find(part)
        columns.append(found.columns)
        sizes += np.bincount(found.sentences, minlength=len(part)).tolist()
    return np.concatenate(columns), list(accumulate(sizes, initial=0))
