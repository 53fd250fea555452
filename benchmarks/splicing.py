"""Can windows tell where the hand changes? Documents spliced from people's and models' paragraphs.

    python benchmarks/splicing.py --corpus DIR [--documents 400]

Each document has two to four parts of one genre, by a person and a model in turn, each 100 to 400
words of whole paragraphs or sentences of the dev split. The shipped model knows the sources, and
none of the texts. Writes `benchmarks/results/splicing.json`.

`windows` of about 100 words that lie in one part are scored by hand; `sentences` by the smoothed
score of the sentence, those beside a change included. `boundary` fits one step to the
sentences of documents of two parts; its error is compared with naming the middle.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from slopscan.document import Source
from slopscan.features.stream import sentences_of_text
from slopscan.features.view import SentenceView, count_words
from slopscan.model.artefact import Model, load_model
from slopscan.model.windows import WINDOW_WORDS, sentence_log_odds, window_log_odds
from slopscan.nlp.annotate import annotate
from slopscan.nlp.load import load_pipeline
from slopscan.readers import parse
from slopscan.spans import prose_span
from slopscan.training.dataset import read_blocks
from slopscan.training.evaluate import auroc, calibration_error, rounded
from slopscan.training.rows import read_rows

RESULTS: Final = Path(__file__).parent / "results" / "splicing.json"
FEWEST, MOST = 100, 400
FEWEST_TEXTS: Final = 10
PARTS: Final = (2, 2, 3, 4)
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])[\"')\]]{0,2}\s+(?=[\"'(\[]{0,2}[A-Z])")

Part = tuple[bool, str]


@dataclass(frozen=True)
class Spliced:
    """A document of parts; `starts` are their offsets."""

    genre: str
    hands: tuple[bool, ...]
    starts: tuple[int, ...]
    text: str

    def part_at(self, place: int) -> int:
        return sum(start <= place for start in self.starts) - 1


def main() -> int:
    """Splice, score and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="folder of *.jsonl.gz files")
    parser.add_argument("--documents", type=int, default=400)
    options = parser.parse_args()
    documents = list(splice(texts_by_genre(options.corpus), options.documents))
    result = measure(load_model(), documents)
    RESULTS.write_text(json.dumps(result, indent=1) + "\n", encoding="utf8")
    print(json.dumps(result, indent=1))
    return 0


def texts_by_genre(corpus: Path) -> dict[str, dict[bool, list[list[str]]]]:
    """Return the paragraphs of each dev text by genre and hand (True: a model's)."""
    found: defaultdict[str, dict[bool, list[list[str]]]] = defaultdict(
        lambda: {False: [], True: []}
    )
    for row in read_rows(corpus):
        if row["split"] == "dev" and row["label"] in {"ai", "human"}:
            blocks = read_blocks(row["text"])
            if sum(map(count_words, blocks)) >= FEWEST:
                found[row["genre"]][row["label"] == "ai"].append(blocks)
    return {
        genre: hands
        for genre, hands in sorted(found.items())
        if min(map(len, hands.values())) >= FEWEST_TEXTS
    }


def splice(
    texts: dict[str, dict[bool, list[list[str]]]], n: int, seed: int = 3
) -> Iterator[Spliced]:
    """Yield documents, every genre as often as the next."""
    rng = random.Random(seed)
    genres = list(texts)
    for number in range(n):
        genre = genres[number % len(genres)]
        hand = rng.random() < 0.5
        parts: list[Part] = []
        for _ in range(rng.choice(PARTS)):
            parts.append((hand, passage(rng.choice(texts[genre][hand]), rng)))
            hand = not hand
        text = "\n\n".join(part for _, part in parts)
        starts = np.cumsum([0] + [len(part) + 2 for _, part in parts])[:-1]
        yield Spliced(genre, tuple(h for h, _ in parts), tuple(map(int, starts)), text)


def passage(blocks: list[str], rng: random.Random) -> str:
    """Take consecutive sentences of 100 to about 400 words, paragraph ends kept."""
    wanted = rng.randint(FEWEST, MOST)
    sentences = [
        (place, sentence)
        for place, block in enumerate(blocks)
        for sentence in _SENTENCE_END.split(" ".join(block.split()))
    ]
    sizes = [count_words(sentence) for _, sentence in sentences]
    room = [i for i in range(len(sizes)) if sum(sizes[i:]) >= wanted] or [0]
    kept: defaultdict[int, list[str]] = defaultdict(list)
    seen = 0
    first = rng.choice(room)
    for (place, sentence), size in zip(sentences[first:], sizes[first:], strict=True):
        kept[place].append(sentence)
        seen += size
        if seen >= wanted:
            break
    return "\n\n".join(" ".join(found) for found in kept.values())


def measure(model: Model, documents: list[Spliced]) -> dict[str, Any]:
    """Score all documents and summarise."""
    windows: list[tuple[str, bool, float]] = []
    sentences: list[tuple[str, bool, float]] = []
    errors: list[tuple[float, float]] = []
    parsed = annotate((parse(Source("t.txt", d.text)) for d in documents), load_pipeline())
    for document, annotated in zip(documents, parsed, strict=True):
        views = sentences_of_text(annotated)
        to_source = annotated.document.offsets.to_source
        places = [document.part_at(to_source(prose_span(v.start, v.end)).start) for v in views]
        for first, last, log_odds in window_log_odds(model, views):
            if places[first] == places[last - 1]:
                windows.append((document.genre, document.hands[places[first]], log_odds))
        scores = sentence_log_odds(model, views)
        hands = [document.hands[place] for place in places]
        sentences += [(document.genre, h, s) for h, s in zip(hands, scores, strict=True)]
        if len(document.hands) == 2:
            errors.append(boundary_errors(views, places, scores))
    found, middle = np.array(errors).T
    return {
        "documents": len(documents),
        "window_words": WINDOW_WORDS,
        "windows": summary(windows),
        "sentences": summary(sentences),
        "boundary": {
            "documents": len(errors),
            "median_error_words": float(np.median(found)),
            "within_50_words": rounded(float(np.mean(found <= 50))),
            "middle_of_document": {
                "median_error_words": float(np.median(middle)),
                "within_50_words": rounded(float(np.mean(middle <= 50))),
            },
        },
    }


def summary(rows: list[tuple[str, bool, float]]) -> dict[str, Any]:
    """AUROC, calibration error and counts, overall and by genre."""
    genres = np.array([genre for genre, _, _ in rows])
    labels = np.array([int(hand) for _, hand, _ in rows])
    scores = np.array([score for _, _, score in rows])

    def figures(keep: Any) -> dict[str, Any]:
        return {
            "n_human": int((labels[keep] == 0).sum()),
            "n_model": int((labels[keep] == 1).sum()),
            "auroc": rounded(auroc(labels[keep], scores[keep])),
            "calibration_error": rounded(calibration_error(labels[keep], scores[keep])),
        }

    every = np.ones(len(rows), dtype=bool)
    by_genre = {str(genre): figures(genres == genre) for genre in sorted(set(genres.tolist()))}
    return figures(every) | {"genres": by_genre}


def boundary_errors(
    views: list[SentenceView], places: list[int], scores: list[float]
) -> tuple[float, float]:
    """Return how many words the best single step and the middle are from the change of hand."""
    sizes = np.array([view.n_words for view in views], dtype=float)
    before = np.concatenate([[0.0], np.cumsum(sizes)])
    true = float(before[places.index(1)])
    mass, values = np.cumsum(sizes), np.cumsum(sizes * np.array(scores))
    left = values[:-1] ** 2 / np.maximum(mass[:-1], 1)
    right = (values[-1] - values[:-1]) ** 2 / np.maximum(mass[-1] - mass[:-1], 1)
    step = float(before[int(np.argmax(left + right)) + 1])
    return abs(step - true), abs(before[-1] / 2 - true)


if __name__ == "__main__":
    raise SystemExit(main())
