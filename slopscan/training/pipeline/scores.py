"""Score the pipeline against gold trees, with gold words and on raw text."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from spacy.language import Language
from spacy.tokens import Doc, Token

from slopscan.nlp.inference import parsed
from slopscan.training.pipeline.treebanks import Sentence, Word

RELATIONS = ("nsubj", "conj", "advcl", "acl", "amod")


@dataclass(slots=True)
class Tally:
    """Counts from which all scores follow."""

    words: int = 0
    system_words: int = 0
    aligned: int = 0
    sentences: int = 0
    system_sentences: int = 0
    sentences_right: int = 0
    right: Counter[str] = field(default_factory=Counter)
    relation_gold: Counter[str] = field(default_factory=Counter)
    relation_system: Counter[str] = field(default_factory=Counter)
    relation_right: Counter[str] = field(default_factory=Counter)


Row = tuple[str, str, str, str, int, str, str]
"""UPOS, XPOS, FEATS, lemma, head (index in the list, -1 root), relation, form."""


def gold_doc(nlp: Language, words: Sequence[Word]) -> Doc:
    """Unannotated Doc with the gold words of one sentence, marked as one sentence."""
    return Doc(
        nlp.vocab,
        words=[word.form for word in words],
        spaces=[word.space for word in words],
        sent_starts=[i == 0 for i in range(len(words))],
    )


def doc_rows(doc: Doc) -> list[Row]:
    """Predictions per word, white-space words left out."""
    index: dict[int, int] = {}
    kept: list[Token] = []
    for token in doc:
        if not token.is_space:
            index[token.i] = len(kept)
            kept.append(token)
    rows: list[Row] = []
    for token in kept:
        head = token.head
        while head.is_space and head.head.i != head.i:
            head = head.head
        position = -1 if token.dep_ == "ROOT" else index.get(head.i, -1)
        relation = "root" if token.dep_ == "ROOT" else token.dep_
        rows.append(
            (token.pos_, token.tag_, str(token.morph), token.lemma_, position, relation, token.text)
        )
    return rows


def gold_rows(sentences: Iterable[Sentence]) -> list[Row]:
    """Gold annotation of consecutive sentences in one list."""
    rows: list[Row] = []
    for sentence in sentences:
        base = len(rows)
        for word in sentence.words:
            head = -1 if word.head < 0 else base + word.head
            rows.append(
                (word.upos, word.xpos, word.feats, word.lemma, head, word.deprel, word.form)
            )
    return rows


def count_rows(tally: Tally, gold: list[Row], system: list[Row], pairs: dict[int, int]) -> None:
    """Add the words of one text; `pairs` maps gold positions to aligned system positions."""
    tally.words += len(gold)
    tally.system_words += len(system)
    tally.aligned += len(pairs)
    tally.relation_gold.update(_base(row[5]) for row in gold)
    tally.relation_system.update(_base(row[5]) for row in system)
    for i, j in pairs.items():
        a, b = gold[i], system[j]
        for n, name in enumerate(("upos", "xpos", "feats", "lemma")):
            tally.right[name] += a[n] == b[n]
        tally.right["tags"] += a[:3] == b[:3]
        head_right = b[4] == (-1 if a[4] < 0 else pairs.get(a[4], -2))
        if head_right:
            tally.right["uas"] += 1
            tally.right["las"] += a[5] == b[5]
            tally.right["clas_base"] += _base(a[5]) == _base(b[5])
        if a[0] != "PUNCT":
            tally.right["nopunct_words"] += 1
            tally.right["nopunct_las"] += head_right and a[5] == b[5]
        if head_right and _base(a[5]) == _base(b[5]):
            tally.relation_right[_base(a[5])] += 1


def _base(relation: str) -> str:
    return relation.split(":", maxsplit=1)[0]


def _parsed(nlp: Language, texts: Iterable[str | Doc]) -> Iterator[Doc]:
    """Parse as at run time; a pipeline in training runs its components itself."""
    batches = iter(texts)
    while batch := list(islice(batches, 128)):
        yield from parsed(nlp, batch)


def score_gold_words(nlp: Language, sentences: list[Sentence]) -> Tally:
    """Scores with gold words and gold sentences."""
    tally = Tally()
    docs = _parsed(nlp, (gold_doc(nlp, s.words) for s in sentences))
    for sentence, doc in zip(sentences, docs, strict=True):
        gold = gold_rows([sentence])
        count_rows(tally, gold, doc_rows(doc), {i: i for i in range(len(gold))})
    tally.sentences = tally.system_sentences = tally.sentences_right = len(sentences)
    return tally


def paragraph_texts(document: list[Sentence]) -> tuple[str, list[list[tuple[int, int]]]]:
    """Raw text of a document and the character span of each gold word, by sentence."""
    text, spans = "", []
    for number, sentence in enumerate(document):
        if number:
            text += "\n\n" if sentence.opens_paragraph else " "
        row, start = [], 0
        for word in sentence.words:
            start = sentence.text.index(word.form, start)
            row.append((len(text) + start, len(text) + start + len(word.form)))
            start += len(word.form)
        text += sentence.text
        spans.append(row)
    return text, spans


def score_raw_text(nlp: Language, documents: list[list[Sentence]]) -> Tally:
    """Aligned F1 on raw text as in the CoNLL 2018 shared task, own words and sentences."""
    tally = Tally()
    prepared = [paragraph_texts(document) for document in documents]
    docs = _parsed(nlp, (text for text, _ in prepared))
    for document, (_, spans), doc in zip(documents, prepared, docs, strict=True):
        system = [token for token in doc if not token.is_space]
        place = {(t.idx, t.idx + len(t)): i for i, t in enumerate(system)}
        flat = [span for row in spans for span in row]
        pairs = {i: place[span] for i, span in enumerate(flat) if span in place}
        count_rows(tally, gold_rows(document), doc_rows(doc), pairs)
        gold_sentences = {(row[0][0], row[-1][1]) for row in spans}
        own = [[t for t in sent if not t.is_space] for sent in doc.sents]
        own_sentences = {(s[0].idx, s[-1].idx + len(s[-1])) for s in own if s}
        tally.sentences += len(gold_sentences)
        tally.system_sentences += len(own_sentences)
        tally.sentences_right += len(gold_sentences & own_sentences)
    return tally


def f1(right: int, gold: int, system: int) -> float:
    """Harmonic mean of precision and recall, 0 to 100."""
    return round(200 * right / max(1, gold + system), 2)


def as_scores(tally: Tally) -> dict[str, float | dict[str, dict[str, float]]]:
    """F1 scores, 0 to 100; with gold words they are accuracies.

    `las` counts punctuation and label subtypes; `las_base` ignores subtypes (the CoNLL 2018
    definition); `las_nopunct` leaves punctuation out (spaCy's own definition).
    """
    gold, system, right = tally.words, tally.system_words, tally.right
    relations = {
        name: {
            "precision": round(
                100 * tally.relation_right[name] / max(1, tally.relation_system[name]), 1
            ),
            "recall": round(
                100 * tally.relation_right[name] / max(1, tally.relation_gold[name]), 1
            ),
            "n": tally.relation_gold[name],
        }
        for name in RELATIONS
    }
    return {
        "words": f1(tally.aligned, gold, system),
        "sentences": f1(tally.sentences_right, tally.sentences, tally.system_sentences),
        "upos": f1(right["upos"], gold, system),
        "xpos": f1(right["xpos"], gold, system),
        "feats": f1(right["feats"], gold, system),
        "lemma": f1(right["lemma"], gold, system),
        "uas": f1(right["uas"], gold, system),
        "las": f1(right["las"], gold, system),
        "las_base": f1(right["clas_base"], gold, system),
        "las_nopunct": round(100 * right["nopunct_las"] / max(1, right["nopunct_words"]), 2),
        "relations": relations,
    }
