"""The prose a feature sees: one stream of parsed sentences.

Headings, table cells, captions, block quotes and verse are left out, and so is what an
assistant says about its answer ("Sure, here is ...", "Word count: 141"): container and
framing are evidence for a rule, never for the learned score. Training and run time call the
same functions, so both see the same view.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from slopscan.document import BlockKind

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from slopscan.nlp.columns import Columns

PROSE_KINDS: Final = frozenset({BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.FOOTNOTE})
MIN_LIST_ITEM_WORDS: Final = 8
_WORD: Final = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")

_FRAMING: Final = re.compile(
    r"""(?ix)^\W*(?:
      (?:sure|certainly|of\ course|absolutely|okay|got\ it|great\ question|happy\ to\ help)
          \b.{0,160}
    | here(?:'s|\ is|\ are)\b.{0,160}:
    | (?:i\ hope\ (?:this|that)|let\ me\ know\ if|would\ you\ like\ me\ to|feel\ free\ to)
          \b.{0,240}
    | (?:total\ )?word\ count\b.{0,40}
    | \(?\d[\d,]*\ words\)?
    | (?:title|chapter|part|scene|act)\ ?[:\d].{0,80}
    | as\ an\ ai\b.{0,240}
    | end\ of\ .{0,40} | the\ end
    )\W*$"""
)


@dataclass(frozen=True, slots=True)
class SentenceView:
    """One parsed sentence: words as spelled in the folded prose, tags, relations, heads.

    `heads` index into the sentence, -1 for its root. `start` and `end` are prose offsets.
    Without a parse `tags`, `deps` and `heads` are empty.
    """

    words: tuple[str, ...]
    tags: tuple[str, ...]
    deps: tuple[str, ...]
    heads: tuple[int, ...]
    start: int = 0
    end: int = 0
    lower: tuple[str, ...] = ()
    n_words: int = 0


def word_set(words: str) -> frozenset[str]:
    """Return the blank-separated words of a string as a set."""
    return frozenset(words.split())


def count_words(text: str) -> int:
    """Count words: runs of letters and digits, "well-known" and "don't" being one."""
    return len(_WORD.findall(text))


def is_framing(text: str) -> bool:
    """Say whether a block is an assistant speaking of its answer, or a title line."""
    return len(text) <= 260 and bool(_FRAMING.match(text.strip()))


def is_prose(kind: BlockKind, text: str) -> bool:
    """Say whether a block belongs to the stream that features are computed on.

    Short list items are labels rather than sentences, and depend on the format of a page.
    """
    if kind not in PROSE_KINDS or is_framing(text):
        return False
    return kind is BlockKind.PARAGRAPH or count_words(text) >= MIN_LIST_ITEM_WORDS


def sentences_of(doc: Doc, offset: int = 0) -> Iterator[SentenceView]:
    """Yield the sentences of a parsed block that begins at prose offset `offset`."""
    from slopscan.nlp.columns import columns_of  # noqa: PLC0415 - only with a parse

    return sentences_in(columns_of(doc), offset)


def sentences_in(columns: Columns, offset: int = 0) -> Iterator[SentenceView]:
    """Yield the sentences of a parse that begins at prose offset `offset`."""
    blank = any(map(str.isspace, columns.words))
    for first, end in columns.sentences:
        if blank and any(map(str.isspace, columns.words[first:end])):
            yield from _without_space(columns, first, end, offset)
        else:
            yield make_sentence(
                columns.words[first:end],
                columns.tags[first:end],
                columns.deps[first:end],
                [
                    head - first if head != i and first <= head < end else -1
                    for i, head in enumerate(columns.heads[first:end], first)
                ],
                start=offset + columns.starts[first],
                end=offset + columns.end(end - 1),
                lower=columns.lower[first:end],
            )


def _without_space(columns: Columns, first: int, end: int, offset: int) -> Iterator[SentenceView]:
    """Yield the sentence of some tokens, those of white space left out; none if there is none."""
    kept = [i for i in range(first, end) if not columns.words[i].isspace()]
    if not kept:
        return
    place = {i: index for index, i in enumerate(kept)}
    heads = [columns.heads[i] for i in kept]
    yield make_sentence(
        [columns.words[i] for i in kept],
        [columns.tags[i] for i in kept],
        [columns.deps[i] for i in kept],
        [-1 if h == i else place.get(h, -1) for i, h in zip(kept, heads, strict=True)],
        start=offset + columns.starts[kept[0]],
        end=offset + columns.end(kept[-1]),
        lower=[columns.lower[i] for i in kept],
    )


def make_sentence(
    words: Iterable[str],
    tags: Iterable[str] = (),
    deps: Iterable[str] = (),
    heads: Iterable[int] = (),
    *,
    start: int = 0,
    end: int = 0,
    lower: Iterable[str] | None = None,
) -> SentenceView:
    """Build a view and count its words: clitics ("n't", "'s") belong to the word before.

    `lower` saves lower-casing the words again where somebody has done it.
    """
    spelled = tuple(words)
    return SentenceView(
        spelled,
        tuple(tags),
        tuple(deps),
        tuple(heads),
        start,
        end,
        tuple(map(str.lower, spelled) if lower is None else lower),
        sum(map(_counts, spelled)),
    )


@lru_cache(maxsize=65536)
def _counts(word: str) -> bool:
    return word[:1] != "'" and word.lower() != "n't" and any_alnum(word)


@lru_cache(maxsize=65536)
def any_alnum(word: str) -> bool:
    """Say whether a token has a letter or a digit."""
    return word.isalnum() or any(map(str.isalnum, word))


def chunks(sentences: list[SentenceView], n_words: int) -> list[list[SentenceView]]:
    """Cut a text into runs of sentences of nearly equal length, none much above `n_words`."""
    total = sum(sentence.n_words for sentence in sentences)
    n_chunks = max(1, round(total / n_words))
    found: list[list[SentenceView]] = [[] for _ in range(n_chunks)]
    seen = 0
    for sentence in sentences:
        middle = seen + sentence.n_words / 2
        found[min(n_chunks - 1, int(middle * n_chunks / max(total, 1)))].append(sentence)
        seen += sentence.n_words
    return [chunk for chunk in found if chunk]


Measure = Callable[[list[SentenceView]], dict[str, float]]
