"""From a score to a verdict, or to the reason why there is none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from slopscan.document import Block, BlockKind, Document, RegionKind
from slopscan.features.view import SentenceView, count_words, is_prose, word_set
from slopscan.model import explain, infer
from slopscan.model.artefact import Model
from slopscan.verdict import SentenceHeat, Verdict

if TYPE_CHECKING:
    from slopscan.nlp.annotate import Annotated

# The commonest words of English running text; together 35 to 60% of it, and in no other
# language more than about 10%.
_ENGLISH: Final = word_set(
    "the of and to a in that is was it for on with as be he i his at by not you this "
    "but from or have an they which one we her she all their there been has were "
    "would if so no what when my more can who will up out about had do are your its "
    "me them than our into just like"
)
_LISTED: Final = frozenset({BlockKind.LIST_ITEM, BlockKind.TABLE_CELL})
_MARKS: Final = ".,;:!?()\"'*_"
_MIN_ENGLISH: Final = 0.22
_MAX_QUOTED: Final = 0.6
_MIN_PROSE: Final = 0.3
_MIN_SENTENCE: Final = 4.0
_NOT_LATIN: Final = re.compile("[^\0-\u024f]+")


def verdict(
    model: Model,
    annotated: Annotated,
    *,
    windows: bool = False,
    reasons: bool = True,
    genre: str = "",
) -> Verdict:
    """Judge an annotated text.

    Parameters
    ----------
    model : Model
    annotated : Annotated
        With a parse.
    windows : bool
        Also give the probability around each sentence; costs about as much as the verdict
        several times over.
    reasons : bool
        False leaves out contributions and heat.
    genre : str
        Of the reference corpora: whose human texts to rank this one among, where they were
        measured; among those of all genres otherwise.

    Returns
    -------
    Verdict
        Abstaining, with the reason, when the text is too short, not English, or not prose.
        The log-odds and their contributions are given whenever there is a sentence.
    """
    from slopscan.features.stream import sentences_of_text  # noqa: PLC0415

    sentences = sentences_of_text(annotated)
    found = judge(model, sentences, annotated.document, reasons=reasons, genre=genre)
    if not windows:
        return found
    if found.probability is None:
        return replace(found, windows=())
    from slopscan.model.windows import around_sentences  # noqa: PLC0415

    return replace(found, windows=around_sentences(model, sentences, annotated.document))


def judge(
    model: Model,
    sentences: list[SentenceView],
    document: Document,
    *,
    reasons: bool = True,
    genre: str = "",
) -> Verdict:
    """Judge parsed sentences of a document."""
    n_words = sum(sentence.n_words for sentence in sentences)
    why_not = why_abstain(model, sentences, document)
    if not any(sentence.tags for sentence in sentences):
        return Verdict(None, why_not or "no parse", n_words)
    scored = infer.score(model, sentences, explained=reasons)
    why_not = why_not or _unlike(model, scored)
    slope, shift = infer.slope(model, n_words), infer.shift(model, n_words)
    log_odds = slope * scored.raw + shift
    found = Verdict(None, why_not, n_words, log_odds=log_odds)
    if reasons:
        found = replace(
            found,
            contributions=explain.contributions(model, scored, sentences, slope, shift),
            heat=tuple(_heat(document, sentences, [slope * value for value in scored.heat])),
        )
    if why_not is not None:
        return found
    return replace(
        found,
        probability=infer.probability(log_odds),
        interval=infer.interval(model, log_odds, n_words),
        flagged=log_odds > model.threshold,
        above_humans=infer.above_humans(model, log_odds, n_words, genre),
        ranked_genre=genre if infer.ranks_in(model, genre, n_words) else None,
    )


def _heat(
    document: Document, sentences: list[SentenceView], values: list[float]
) -> Iterable[SentenceHeat]:
    from slopscan.spans import prose_span  # noqa: PLC0415

    for sentence, value in zip(sentences, values, strict=True):
        span = document.offsets.to_source(prose_span(sentence.start, sentence.end))
        yield SentenceHeat(span, value)


def why_abstain(model: Model, sentences: list[SentenceView], document: Document) -> str | None:
    """Return the reason not to give a probability, or None.

    The order is from the most telling to the least: a page of code is also too short.
    """
    return _not_english_prose(sentences, document) or _too_little(model, sentences, document)


def _not_english_prose(sentences: list[SentenceView], document: Document) -> str | None:
    n_words = sum(sentence.n_words for sentence in sentences)
    code = sum(r.span.length for r in document.regions if r.kind is RegionKind.CODE)
    if code > 200 and code > 2 * len(document.prose):
        return "mostly code"
    if _words(document, BlockKind.VERSE) > max(n_words, 20):
        return "verse"
    if _not_letters(document.prose):
        return "not in English: most letters are not Latin"
    # Items of a list have few of the commonest words, whatever their language.
    running = document.folded
    if _list_words(document):
        running = " ".join(
            document.text_of(block) for block in document.blocks if not _is_list(document, block)
        )
    if _english(running) < _MIN_ENGLISH and count_words(running) >= 20:
        return "not English, or not running text: too few of English's commonest words"
    return None


def _too_little(model: Model, sentences: list[SentenceView], document: Document) -> str | None:
    n_words = sum(sentence.n_words for sentence in sentences)
    if n_words < model.min_words:
        everything = max(count_words(document.folded), 1)
        if _words(document, BlockKind.BLOCK_QUOTE) > _MAX_QUOTED * everything:
            return "mostly quotation"
        if _list_words(document) > (1 - _MIN_PROSE) * everything:
            return "mostly lists or tables: fewer words of prose than the score needs"
        return f"too short: {n_words} words of prose, the score needs {model.min_words}"
    if n_words / len(sentences) < _MIN_SENTENCE:
        return "not running prose: fewer than 4 words per sentence"
    return None


def _unlike(model: Model, scored: infer.Scored) -> str | None:
    if scored.novelty <= model.most_novelty:
        return None
    return (
        f"unlike the prose the model was trained on: {100 * scored.novelty:.0f}% of its patterns "
        f"are new, in human prose hardly ever more than {100 * model.most_novelty:.0f}%"
    )


def _words(document: Document, kind: BlockKind) -> int:
    return sum(count_words(document.text_of(b)) for b in document.blocks if b.kind is kind)


def _list_words(document: Document) -> int:
    return sum(
        count_words(document.text_of(block))
        for block in document.blocks
        if _is_list(document, block)
    )


def _is_list(document: Document, block: Block) -> bool:
    return block.kind in _LISTED and not is_prose(block.kind, document.text_of(block))


def _not_letters(text: str) -> bool:
    foreign = sum(map(str.isalpha, "".join(_NOT_LATIN.findall(text))))
    if not foreign:
        return False
    letters = sum(map(str.isalpha, text))
    return letters >= 40 and letters - foreign < 0.6 * letters


def _english(text: str) -> float:
    # Most words come back: each is looked at once.
    known = n_words = 0
    for marked, n in Counter(text.lower().split()).items():
        word = marked.strip(_MARKS)
        if word in _ENGLISH:
            known += n
        if word[:1].isalpha():
            n_words += n
    return known / n_words if n_words else 0.0
