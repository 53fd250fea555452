"""Parse unlabelled prose with several teachers and keep the trees they agree on.

Treebank genres are web pages and encyclopaedias; the prose people scan is fiction, essays and
posts. A student that sees teachers' trees of such prose learns their vocabulary and layout.
"""

import gzip
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from spacy.language import Language

from slopscan.training.pipeline.corpora import Prose
from slopscan.training.pipeline.scores import Row, doc_rows, gold_doc
from slopscan.training.pipeline.treebanks import Sentence, Word

T = TypeVar("T")
_ODD = ("|", "```", "http", "](", "  ", "\t", "</", "{")


@dataclass(frozen=True, slots=True)
class SilverSettings:
    """How much prose, of what kind, and how much agreement."""

    words: int
    words_per_document: int
    genre_shares: dict[str, float]
    min_agreement: float
    """Mean share (0 to 1) of teachers behind an arc, below which a sentence is dropped."""
    max_sentence_words: int
    seed: int


def chosen_paragraphs(documents: Sequence[Prose], settings: SilverSettings) -> list[str]:
    """Paragraphs of running prose, shares by genre, human and model-written alternating.

    Parameters
    ----------
    documents : sequence of Prose
        All documents at hand.
    settings : SilverSettings
        Wanted words in all and share per genre.
    """
    rng = random.Random(settings.seed)
    chosen: list[str] = []
    for genre, share in settings.genre_shares.items():
        wanted = {"human": settings.words * share / 2, "ai": settings.words * share / 2}
        pool = [d for d in documents if d.genre == genre and d.label in wanted]
        rng.shuffle(pool)
        got: Counter[str] = Counter()
        for document in pool:
            if got[document.label] >= wanted[document.label]:
                continue
            paragraphs = _running_prose(document.text, settings.words_per_document, rng)
            got[document.label] += sum(len(p.split()) for p in paragraphs)
            chosen.extend(paragraphs)
    rng.shuffle(chosen)
    return chosen


def _running_prose(text: str, max_words: int, rng: random.Random) -> list[str]:
    """Consecutive paragraphs from a random place, without tables, lists and code."""
    paragraphs = [" ".join(p.split()) for p in text.split("\n")]
    start = rng.randrange(len(paragraphs))
    kept: list[str] = []
    n_words = 0
    for paragraph in paragraphs[start:] + paragraphs[:start]:
        plain = paragraph.replace("**", "").replace("*", "").lstrip("#>- ")
        if len(plain.split()) < 3 or any(mark in plain for mark in _ODD):
            continue
        kept.append(plain)
        n_words += len(plain.split())
        if n_words >= max_words:
            break
    return kept


def silver_sentences(
    teachers: Sequence[Language], paragraphs: Sequence[str], settings: SilverSettings
) -> Iterator[Sentence]:
    """Sentences as the first teacher cuts them, annotated by vote of all teachers."""
    numbers = range(len(paragraphs))
    for number, doc in zip(numbers, teachers[0].pipe(paragraphs, batch_size=64), strict=True):
        cut: list[list[Word]] = []
        for sent in doc.sents:
            words = [Word(t.text, "_", "", "", "", -1, "", bool(t.whitespace_)) for t in sent]
            if 2 < len(words) <= settings.max_sentence_words:
                cut.append(words)
        for words in _voted(teachers, cut, settings.min_agreement):
            text = "".join(w.form + " " * w.space for w in words).strip()
            yield Sentence(f"silver-{number}", text, words)


def _voted(
    teachers: Sequence[Language], cut: list[list[Word]], min_agreement: float
) -> Iterator[list[Word]]:
    parses = [
        [doc_rows(doc) for doc in teacher.pipe(gold_doc(teacher, words) for words in cut)]
        for teacher in teachers
    ]
    for number, words in enumerate(cut):
        if vote(words, [parse[number] for parse in parses]) >= min_agreement:
            yield words


def vote(words: list[Word], parses: Sequence[list[Row]]) -> float:
    """Annotate words in place by majority; ties go to the first teacher.

    Parameters
    ----------
    words : list of Word
        Words of one sentence, without annotation.
    parses : sequence of list of Row
        One parse per teacher, same words.

    Returns
    -------
    float
        Mean share of teachers behind the chosen heads; 0 when these make no tree.
    """
    if any(len(parse) != len(words) for parse in parses):
        return 0.0
    agreed = 0.0
    for i, word in enumerate(words):
        rows = [parse[i] for parse in parses]
        word.upos, word.xpos, word.feats = _majority([row[:3] for row in rows])
        word.head = _majority([row[4] for row in rows])
        word.deprel = _majority([row[5] for row in rows if row[4] == word.head])
        agreed += sum(row[4] == word.head for row in rows) / len(rows)
    return agreed / len(words) if is_tree([word.head for word in words]) else 0.0


def _majority(values: Sequence[T]) -> T:
    counts = Counter(values)
    best = max(counts.values())
    return next(value for value in values if counts[value] == best)


def is_tree(heads: Sequence[int]) -> bool:
    """Whether heads (-1 is the root) make one tree."""
    if sum(head < 0 for head in heads) != 1:
        return False
    children: dict[int, list[int]] = defaultdict(list)
    for i, head in enumerate(heads):
        children[head].append(i)
    reached, stack = 0, list(children[-1])
    while stack:
        node = stack.pop()
        reached += 1
        stack.extend(children[node])
    return reached == len(heads)


def write_conllu(sentences: Sequence[Sentence], path: Path) -> None:
    """Write sentences so that the treebank reader can read them back."""
    with gzip.open(path, "wt", encoding="utf8") as out:
        document = ""
        for sentence in sentences:
            if sentence.document != document:
                document = sentence.document
                out.write(f"# newdoc id = {document}\n")
            out.write(f"# text = {sentence.text}\n")
            for i, w in enumerate(sentence.words):
                space = "_" if w.space else "SpaceAfter=No"
                out.write(
                    f"{i + 1}\t{w.form}\t{w.lemma}\t{w.upos}\t{w.xpos}\t{w.feats or '_'}\t"
                    f"{w.head + 1}\t{w.deprel}\t_\t{space}\n"
                )
            out.write("\n")


def count_bases(sentences: Sequence[Sentence]) -> dict[str, Counter[str]]:
    """How often each lower-case word has each XPOS, for the lemma tables."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for sentence in sentences:
        for word in sentence.words:
            counts[word.xpos][word.form.lower()] += 1
    return dict(counts)
