"""Cadence and paragraphing of a whole document: for rules, not for the learned score.

The learned features are computed on windows without paragraphs, so that the container of a text
cannot give it away; these look at the document as its writer laid it out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from itertools import chain, groupby
from math import log, sqrt
from typing import TYPE_CHECKING, Final

from slopscan.document import BlockKind
from slopscan.features.schema import Feature
from slopscan.features.stream import sentences_of_text
from slopscan.features.view import SentenceView, is_framing, word_set

if TYPE_CHECKING:
    from slopscan.nlp.annotate import Annotated, AnnotatedBlock

_PER_1K: Final = "per 1,000 words"
_CATALOGUE: Final = "catalogue of tics"
FEATURES: Final = (
    Feature(
        "shape.paragraph_length_cv",
        "variation of paragraph length (standard deviation over mean)",
        "ratio",
        (0, 2),
        "fewer than 5 paragraphs",
        _CATALOGUE,
    ),
    Feature(
        "shape.one_line_paragraphs",
        "paragraphs of at most 8 words that are not speech",
        _PER_1K,
        (0, 40),
        "fewer than 5 paragraphs",
        _CATALOGUE,
    ),
    Feature(
        "shape.length_bimodality",
        "bimodality of sentence length (Sarle's coefficient of the logarithms)",
        "coefficient",
        (0, 1),
        "fewer than 15 sentences",
        "Pfister et al. 2013, Good things peak in pairs",
    ),
    Feature(
        "shape.repeated_templates",
        "sentences with a run of 8 part-of-speech tags that another sentence has too",
        "share",
        (0, 1),
        "fewer than 20 sentences, or no parse; read in the first 40",
        "Shaib et al. 2024, Detection and measurement of syntactic templates",
    ),
    Feature(
        "shape.narrative_nouns_per_verb",
        "nouns for each verb of a story",
        "ratio",
        (0, 10),
        "no verb, or no parse, or the text is not told of persons in the past",
        "Reinhart et al. 2025; Biber 1988",
    ),
    Feature(
        "shape.contracted",
        "contractions among the places that allow one",
        "share",
        (0, 1),
        "fewer than 10 such places, or no parse",
        _CATALOGUE,
    ),
)
_OF_GRAMMAR: Final = frozenset(
    {"shape.repeated_templates", "shape.narrative_nouns_per_verb", "shape.contracted"}
)
_TEMPLATE: Final = 8
_TEMPLATE_SENTENCES: Final = 40
_PERSONS: Final = word_set("i he she they me him her them my his their")
_PERSONS_PER_1K: Final = 50
_PAST_SHARE: Final = 0.6
_FULL: Final = word_set("not am is are have has had will would")
_CONTRACTED: Final = word_set("n't 'm 're 've 'd 'll")
_HOSTS: Final = word_set("i you he she it we they that there who what here")


def measure(annotated: Annotated, wanted: Collection[str] | None = None) -> dict[str, float]:
    """Return the measures of this family that are defined for a document.

    Those that look at the grammar of every sentence may be left out unless they are wanted.
    """
    sentences = sentences_of_text(annotated)
    paragraphs = [block for block in annotated.blocks if _is_paragraph(block)]
    found = _paragraphs(paragraphs)
    found.update(_cadence([sentence.n_words for sentence in sentences if sentence.n_words]))
    if wanted is None or not _OF_GRAMMAR.isdisjoint(wanted):
        found.update(_grammar([sentence for sentence in sentences if sentence.deps], wanted))
    return found


def _is_paragraph(block: AnnotatedBlock) -> bool:
    return (
        block.block.kind is BlockKind.PARAGRAPH
        and bool(block.lowered)
        and not is_framing(block.text)
    )


def _paragraphs(blocks: Sequence[AnnotatedBlock]) -> dict[str, float]:
    """Measure paragraphs of the text; a very long one comes as several parts."""
    found: dict[str, float] = {}
    paragraphs = [list(parts) for _, parts in groupby(blocks, key=lambda part: part.block.span)]
    lengths = [sum(len(part.lowered) for part in parts) for parts in paragraphs]
    if len(paragraphs) >= 5:
        found["shape.paragraph_length_cv"] = variation(lengths)
        lines = sum(
            n <= 8 and _is_told(parts[-1].text)
            for n, parts in zip(lengths, paragraphs, strict=True)
        )
        found["shape.one_line_paragraphs"] = 1000 * lines / sum(lengths)
    return found


def _is_told(text: str) -> bool:
    """Say whether a short paragraph is a sentence outside speech, no title and no label."""
    return '"' not in text and text.rstrip().endswith((".", "!", "?", "..."))


def _cadence(lengths: list[int]) -> dict[str, float]:
    if len(lengths) < 15:
        return {}
    return {"shape.length_bimodality": bimodality([log(length) for length in lengths])}


def _grammar(
    sentences: list[SentenceView], wanted: Collection[str] | None = None
) -> dict[str, float]:
    n_words = sum(sentence.n_words for sentence in sentences)
    if not n_words:
        return {}
    found: dict[str, float] = {}
    if wanted is None or "shape.narrative_nouns_per_verb" in wanted:
        found.update(_nouns_per_verb(sentences, n_words))
    if len(sentences) >= 20 and (wanted is None or "shape.repeated_templates" in wanted):
        found["shape.repeated_templates"] = _templates(sentences[:_TEMPLATE_SENTENCES])
    if wanted is None or "shape.contracted" in wanted:
        short, full = (sum(found) for found in zip(*map(_contractions, sentences), strict=True))
        if short + full >= 10:
            found["shape.contracted"] = short / (short + full)
    return found


def _nouns_per_verb(sentences: list[SentenceView], n_words: int) -> dict[str, float]:
    tags = Counter(tag for sentence in sentences for tag in sentence.tags)
    nouns = sum(n for tag, n in tags.items() if tag.startswith("NN"))
    verbs = sum(n for tag, n in tags.items() if tag.startswith("VB"))
    if not verbs or not _is_narrative(sentences, tags, n_words):
        return {}
    return {"shape.narrative_nouns_per_verb": nouns / verbs}


def _is_narrative(sentences: list[SentenceView], tags: Counter[str], n_words: int) -> bool:
    finite = sum(tags[tag] for tag in ("VBD", "VBZ", "VBP"))
    persons = sum(word in _PERSONS for sentence in sentences for word in sentence.lower)
    return 1000 * persons / n_words >= _PERSONS_PER_1K and tags["VBD"] >= _PAST_SHARE * finite


def _contractions(sentence: SentenceView) -> tuple[int, int]:
    """Contracted and full forms: negated auxiliaries, and "be", "have", "will" after a pronoun."""
    short = full = 0
    for index, (word, tag) in enumerate(zip(sentence.lower, sentence.tags, strict=True)):
        before = sentence.lower[index - 1] if index else ""
        if word in _CONTRACTED or (word == "'s" and tag != "POS"):
            short += 1
        elif word == "not":
            full += sentence.deps[index] == "advmod" and before in _NEGATED
        elif word in _FULL:
            full += before in _HOSTS
    return short, full


_NEGATED: Final = word_set(
    "is are was were do does did have has had can could will would should must"
)


def _templates(sentences: list[SentenceView]) -> float:
    """Share of sentences that share a run of tags with a sentence of other words."""
    # A letter for each tag: runs of letters are compared faster than runs of tags.
    letters: dict[str, str] = {}
    coded = [
        "".join([letters.setdefault(tag, chr(len(letters))) for tag in sentence.tags])
        for sentence in sentences
    ]
    runs = [{tags[i : i + _TEMPLATE] for i in range(len(tags) - _TEMPLATE + 1)} for tags in coded]
    spread = Counter(chain.from_iterable(runs))
    return sum(any(spread[run] > 1 for run in found) for found in runs) / len(sentences)


def variation(values: Sequence[float]) -> float:
    """Return the sample standard deviation over the mean; two values or more."""
    mean = sum(values) / len(values)
    return sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1)) / mean


def bimodality(values: Sequence[float]) -> float:
    """Return Sarle's coefficient with the correction for a finite sample; 4 values or more.

    Above 0.555, that of the uniform distribution, it suggests two modes.
    """
    n = len(values)
    second, third, fourth = (_moment(values, power) for power in (2, 3, 4))
    if not second:
        return 0.0
    skewness = third / (second * sqrt(second))
    kurtosis = fourth / second**2 - 3
    return (skewness**2 + 1) / (kurtosis + 3 * (n - 1) ** 2 / ((n - 2) * (n - 3)))


def _moment(values: Sequence[float], power: int) -> float:
    mean = sum(values) / len(values)
    return sum((value - mean) ** power for value in values) / len(values)
