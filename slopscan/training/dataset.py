"""Corpus rows to parsed texts, through the real reader.

The corpora differ by label in line ends, paragraphing, markup, framing and length. So the
reader takes the markup out, what only the container put there is removed here, and
`pieces.py` cuts both labels to windows drawn from the same lengths.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from sys import intern
from typing import TYPE_CHECKING, Any, Final

from slopscan.features.view import SentenceView, count_words, is_prose, make_sentence, sentences_of

if TYPE_CHECKING:
    from spacy.language import Language

FEWEST_WORDS: Final = 60
MOST_WORDS: Final = 500
MOST_PASSAGES: Final = 3
# Between the id of a text and the number of a further passage of it.
PASSAGE: Final = "#passage"

_MASK: Final = re.compile(r"@[A-Z]+\d+(?:'s)?")
_TEMPLATE: Final = re.compile(r"\{%.{0,300}?%\}|\{\{.{0,300}?\}\}", re.DOTALL)
_GLUED: Final = re.compile(r"(?<=[a-z]{2}[.!?])(?=[A-Z][a-z])")
_NOTE: Final = re.compile(r"\[(?:citation needed|edit|\d{1,3})\]")
_DETACHED: Final = re.compile(r"(?<=\w) +(?=[,.;:!?](?:\s|$))")
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])[\"')\]]{0,2}\s+(?=[\"'(\[]{0,2}[A-Z])")

BlockReader = Callable[[str], list[str]]
Piece = tuple[int, str, int]
Planned = tuple[Mapping[str, Any], str, list[str]]


@dataclass(frozen=True, slots=True)
class Window:
    """A parsed text, or a run of its sentences, with what is known of it.

    `target` is the length it was cut to, 0 for a whole text.
    """

    doc_id: str
    corpus: str
    source: str
    genre: str
    label: str
    split: str
    generator: str
    date: str
    family: str
    native: bool | None
    target: int
    sentences: list[SentenceView]

    @property
    def is_model(self) -> bool:
        return self.label == "ai"

    @property
    def n_words(self) -> int:
        return sum(sentence.n_words for sentence in self.sentences)


@dataclass(frozen=True, slots=True)
class Sampling:
    """How many texts of one corpus and label to take from each split.

    `train_words` is how many words of one corpus and label make up the train split at most; the
    texts of the large ones are taken until then, the small ones give further passages.
    """

    train_human: int = 4000
    train_model: int = 4000
    train_words: int = 1_500_000
    dev: int = 90
    test: int = 150
    seed: int = 20261123

    def cap(self, split: str, label: str) -> int:
        train = self.train_model if label == "ai" else self.train_human
        return {"train": train, "dev": self.dev}.get(split, self.test)


def clean(text: str) -> str:
    """Remove what a corpus container, not a writer, put into a text."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _TEMPLATE.sub(" ", text)
    text = _MASK.sub("Morgan", text)
    text = _NOTE.sub("", text)
    text = _GLUED.sub(" ", text)
    text = _DETACHED.sub("", text)
    return re.sub(r"(?<=\S) {2,}", " ", text)


def read_blocks(text: str) -> list[str]:
    """Return the folded prose blocks of a corpus text, as the scanner would see them."""
    from slopscan import readers  # noqa: PLC0415
    from slopscan.document import Source  # noqa: PLC0415

    document = readers.parse(Source("text.md", clean(text)))
    found = ((block.kind, document.text_of(block)) for block in document.blocks)
    return [block for kind, block in found if is_prose(kind, block)]


def sample_rows(rows: Iterable[Mapping[str, Any]], sampling: Sampling) -> list[Mapping[str, Any]]:
    """Take at most `cap` rows of each corpus, label, genre-balanced, in every split."""
    groups: defaultdict[tuple[str, ...], list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[(row["corpus"], row["label"], row["split"])].append(row)
    taken: list[Mapping[str, Any]] = []
    for (_, label, split), members in sorted(groups.items()):
        rng = random.Random(f"{sampling.seed}{members[0]['id']}")
        strata: defaultdict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
        for row in members:
            strata[(row["genre"], str(row.get("generator")))].append(row)
        for rows_of in strata.values():
            rng.shuffle(rows_of)
        taken.extend(_round_robin(list(strata.values()), sampling.cap(split, label)))
    return taken


def _round_robin(strata: list[list[Mapping[str, Any]]], n: int) -> Iterator[Mapping[str, Any]]:
    depth = 0
    while n > 0 and any(depth < len(stratum) for stratum in strata):
        for stratum in strata:
            if depth < len(stratum) and n > 0:
                yield stratum[depth]
                n -= 1
        depth += 1


def passages(blocks: list[str], n_words: int, rng: random.Random, most: int = 1) -> list[list[str]]:
    """Take passages of about `n_words` of consecutive sentences, block ends kept.

    The first begins at a random place; up to `most` in all, the others are what follows it, then
    what stands before it. None is under `FEWEST_WORDS` but the first.
    """
    pieces = [
        (index, piece, count_words(piece))
        for index, block in enumerate(blocks)
        for piece in _SENTENCE_END.split(block)
    ]
    total = sum(n for _, _, n in pieces)
    start = rng.randint(0, max(0, total - n_words))
    first = passed = 0
    while first < len(pieces) and passed < start and total - passed > n_words:
        passed += pieces[first][2]
        first += 1
    last = first + _reach(pieces[first:], n_words)
    found = [pieces[first:last]]
    for start_at, end in ((last, len(pieces)), (0, first)):
        begin = start_at
        while len(found) < most and sum(n for _, _, n in pieces[begin:end]) >= FEWEST_WORDS:
            size = _reach(pieces[begin:end], n_words)
            found.append(pieces[begin : begin + size])
            begin += size
    return [_joined(passage) for passage in found]


def _reach(pieces: list[Piece], n_words: int) -> int:
    seen = 0
    for number, (_, _, n) in enumerate(pieces, start=1):
        seen += n
        if seen >= n_words:
            return number
    return len(pieces)


def _joined(pieces: list[Piece]) -> list[str]:
    kept: defaultdict[int, list[str]] = defaultdict(list)
    for index, piece, _ in pieces:
        kept[index].append(piece)
    return [" ".join(found) for found in kept.values()]


def parsed_texts(
    rows: Iterable[Mapping[str, Any]],
    nlp: Language,
) -> Iterator[Window]:
    """Parse each row, at most `MOST_WORDS` of it; rows under 60 words of prose are left out."""
    return parsed_passages(plan_passages(rows, read_blocks), nlp)


def parsed_passages(plan: Sequence[Planned], nlp: Language) -> Iterator[Window]:
    """Parse what `plan_passages` planned, in its order."""
    texts = ((block, index) for index, (_, _, blocks) in enumerate(plan) for block in blocks)
    parsed: defaultdict[int, list[SentenceView]] = defaultdict(list)
    disable = [name for name in ("morphologizer", "lemmatizer") if name in nlp.pipe_names]
    for doc, index in nlp.pipe(texts, as_tuples=True, batch_size=256, disable=disable):
        parsed[index].extend(sentences_of(doc))
    for index, (row, name, _) in enumerate(plan):
        if parsed[index]:
            yield _text(row, name, parsed[index])


def plan_passages(
    rows: Iterable[Mapping[str, Any]], reader: BlockReader, seed: int = 7, train_words: int = 0
) -> list[Planned]:
    """Return row, name and blocks of every passage to parse, in the order of the rows.

    Long rows of the train split give a second and a third passage, until their corpus and
    label has `train_words`.
    """
    words: defaultdict[tuple[str, str], int] = defaultdict(int)
    found: list[Planned] = []
    more: list[Planned] = []
    for row in rows:
        in_train = train_words > 0 and row["split"] == "train"
        if in_train and words[row["corpus"], row["label"]] >= train_words:
            continue
        blocks = reader(row["text"])
        if sum(map(count_words, blocks)) < FEWEST_WORDS:
            continue
        most = MOST_PASSAGES if in_train else 1
        taken = passages(blocks, MOST_WORDS, random.Random(f"{seed}{row['id']}"), most)
        found.append((row, str(row["id"]), taken[0]))
        more += [(row, f"{row['id']}{PASSAGE}{n}", b) for n, b in enumerate(taken[1:], start=2)]
        if in_train:
            words[row["corpus"], row["label"]] += sum(map(count_words, taken[0]))
    for row, name, blocks in sorted(more, key=lambda planned: planned[1].rpartition(PASSAGE)[2]):
        if words[row["corpus"], row["label"]] < train_words:
            words[row["corpus"], row["label"]] += sum(map(count_words, blocks))
            found.append((row, name, blocks))
    return found


def _text(row: Mapping[str, Any], name: str, sentences: list[SentenceView]) -> Window:
    return Window(
        name,
        str(row["corpus"]),
        str(row["source"]),
        str(row["genre"]),
        str(row["label"]),
        str(row["split"]),
        str(row.get("generator") or ""),
        str(row.get("date") or ""),
        str(row.get("family") or ""),
        row.get("native"),
        0,
        sentences,
    )


def save_windows(found: Iterable[Window], path: Path) -> None:
    """Keep parsed windows beside the corpora, so that a second run need not parse."""
    with gzip.open(path, "wt", encoding="utf8", compresslevel=1) as out:
        for window in found:
            rows = [
                [" ".join(s.words), " ".join(s.tags), " ".join(s.deps), " ".join(map(str, s.heads))]
                for s in window.sentences
            ]
            meta = [getattr(window, name) for name in _META]
            out.write(json.dumps([meta, rows]) + "\n")


def load_windows(path: Path) -> list[Window]:
    """Read what `save_windows` wrote."""
    with gzip.open(path, "rt", encoding="utf8") as lines:
        return [_revive(json.loads(line)) for line in lines]


def _revive(row: list[Any]) -> Window:
    meta, sentences = row
    views = [
        make_sentence(
            map(intern, w.split(" ")),
            map(intern, t.split(" ")),
            map(intern, d.split(" ")),
            map(int, h.split(" ")),
        )
        for w, t, d, h in sentences
    ]
    return Window(**dict(zip(_META, meta, strict=True)), sentences=views)


# What of a row, beside its text, a window keeps.
META_KEYS: Final = (
    *("corpus", "source", "genre", "label", "split"),
    *("generator", "date", "family", "native"),
)
_META: Final = (
    "doc_id",
    "corpus",
    "source",
    "genre",
    "label",
    "split",
    "generator",
    "date",
    "family",
    "native",
    "target",
)
