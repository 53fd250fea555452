"""Which texts are counted: a seeded sample, cut to windows of equal length.

Both labels go through the same cleaning and the same cut, so that length and what a corpus
container put into a text say nothing. Layout is kept, since rules look at it; what differs
between labels by container alone is told by `container_bound`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from slopscan.catalogue.rule import Rule
from slopscan.errors import InputError
from slopscan.features.view import count_words
from slopscan.training.dataset import Sampling, clean, sample_rows
from slopscan.training.rows import read_rows

N_WORDS: Final = 350
MIN_WORDS: Final = 60
SPLITS: Final = ("train", "dev")
_FENCE: Final = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.MULTILINE | re.DOTALL)
_BOUNDARY: Final = re.compile(r"(?<=[.!?])[\"'”’)\]]{0,2}\s+|\n\s*\n\s*")
# Human texts here by people for whom English is a second language, or mostly so.
_LEARNERS: Final = frozenset({"modern_essays_learner", "sherbold"})
_OLD: Final = frozenset({"formal_books", "formal_brown", "standardebooks"})
_LAST_OLD_YEAR: Final = 1965


class _Sampling(Sampling):
    def __init__(self, n_documents: int, seed: int) -> None:
        super().__init__(n_documents, 2 * n_documents, n_documents, n_documents, seed)

    def cap(self, split: str, label: str) -> int:
        return self.train_model if label == "ai" else self.train_human


class _Even(_Sampling):
    def cap(self, split: str, label: str) -> int:
        return self.train_human


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a text and all that decides where it is counted."""

    doc_id: str
    split: str
    is_model: bool
    genre: str
    source: str
    cluster: str
    cells: tuple[str, ...]
    text: str
    corpus: str = ""


def load_windows(
    folder: Path,
    n_documents: int,
    seed: int,
    *,
    splits: Collection[str] = SPLITS,
    n_words: int = N_WORDS,
    even: bool = False,
) -> list[Window]:
    """Sample a corpus folder and cut its texts.

    Parameters
    ----------
    folder : Path
        Holds `*.jsonl.gz` files, one text a line, with `id`, `text`, `label`, `genre`, `split`.
    n_documents : int
        Human ones of each file and split, at most; twice as many by models, of which there
        are fewer files.
    seed : int
    splits : collection of str
        The others are left out.
    n_words : int
        Length of a window, about.
    even : bool
        As many texts by models as by people.

    Raises
    ------
    InputError
        There is no such folder, or no corpus in it.
    """
    rows = (row for row in read_rows(folder) if row.get("split") in splits)
    taken = sample_rows(rows, (_Even if even else _Sampling)(n_documents, seed))
    if not taken:
        raise InputError(
            "no labelled texts", where=str(folder), fix="name a folder with *.jsonl.gz files"
        )
    return list(_windows(taken, seed, n_words))


def _windows(rows: Iterable[Mapping[str, Any]], seed: int, n_words: int) -> Iterator[Window]:
    for row in rows:
        text = cut(_FENCE.sub("\n", clean(str(row["text"]))), f"{seed}{row['id']}", n_words)
        if count_words(text) >= MIN_WORDS and row["label"] in {"human", "ai"}:
            yield Window(
                str(row["id"]),
                str(row["split"]),
                row["label"] == "ai",
                str(row["genre"]),
                str(row["source"]),
                str(row.get("prompt_id") or row.get("author") or row["id"]),
                tuple(cells(row)),
                text,
                str(row["corpus"]),
            )


def cells(row: Mapping[str, Any]) -> Iterator[str]:
    """Yield the groups a text counts towards, beside its genre and label."""
    genre, date = row["genre"], str(row.get("date") or "")
    year = next((int(found) for found in re.findall(r"\d{4}", date)[-1:]), 0)
    if row["label"] == "ai":
        yield f"{genre}/{row.get('family') or 'other'}"
        yield f"era/{'2024' if year == 2024 else '2025-' if year > 2024 else '-2023'}"
        return
    if row.get("native") is False or row["corpus"] in _LEARNERS:
        yield "set/second-language"
    if row["corpus"] in _OLD or 0 < year <= _LAST_OLD_YEAR:
        yield "set/before-1966"


def cut(text: str, seed: str, n_words: int = N_WORDS) -> str:
    """Return about `n_words` of a text: its beginning, its end, or a stretch between.

    Each of the three has the same chance, by `seed`. Cuts are at the ends of sentences or
    paragraphs.
    """
    places = [0, *(hit.end() for hit in _BOUNDARY.finditer(text))]
    pieces = [text[a:b] for a, b in zip(places, [*places[1:], len(text)], strict=True)]
    sizes = [count_words(piece) for piece in pieces]
    spare = sum(sizes) - n_words
    if spare <= 0:
        return text
    rng = random.Random(seed)
    skip = (0, spare, rng.randint(0, spare))[rng.randrange(3)]
    kept: list[str] = []
    passed = seen = 0
    for piece, size in zip(pieces, sizes, strict=True):
        if passed >= skip:
            kept.append(piece)
            seen += size
        passed += size
        if seen >= n_words:
            break
    return "".join(kept)


def container_bound(rule: Rule) -> str | None:
    """Say why a rule's rates may tell containers apart instead of writers; None if they do not."""
    if rule.family == "layout":
        return "markup was stripped or kept by corpus"
    if rule.family == "characters":
        return "quotes and dashes follow the platform of each corpus"
    if "source" in rule.scope:
        return "residue and metadata were cleaned away in most corpora"
    return None
