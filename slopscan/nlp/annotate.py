"""Documents with sentences and, where asked for, parses.

The parser sees folded prose, one spaCy `Doc` for each block, so a parse does not depend on the
style of quotation marks and a changed paragraph can be parsed alone. Blocks of several documents
share a batch: most blocks are short, and the parser is several times faster on many at once.

spaCy is imported by whoever passes a pipeline, not by this module.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby, islice
from sys import intern
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from slopscan.document import Block, BlockKind, Document
from slopscan.lazy import lazy
from slopscan.nlp.pieces import STOP, encoded, lines, most_alike, pieces
from slopscan.nlp.sentences import split
from slopscan.spans import ProseSpan, prose_span

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

    from slopscan.nlp.columns import Columns

MAX_BLOCK_WORDS: Final = 1_200
# A stretch without a blank counts as one word; this bounds the parser's memory there.
_MAX_BLOCK_CHARS: Final = 15_000
_MAX_BATCH_CHARS: Final = 100_000
_TAIL: Final = 60  # code points at the end of a sentence that nearly always hold its last words
_WORD: Final = re.compile(r"\w+(?:['-]\w+)*")


class Word(NamedTuple):
    """A word of a block, lower case; offsets count from the start of the block's text."""

    start: int
    end: int
    lower: str


# The same in a third of the time.
_word: Final[Callable[[tuple[int, int, str]], Word]] = partial(tuple.__new__, Word)


@dataclass(eq=False)  # frozen, it takes twice as long to make
class AnnotatedBlock:
    """A block, or one part of a block too long to be parsed at once; nothing in it is changed.

    Attributes
    ----------
    block : Block
    text : str
        Folded prose.
    offset : int
        Where `text` begins in the prose of the document.
    doc : spacy.tokens.Doc or None
        Its parse as spaCy has it; None without a pipeline, or where only `read` was kept.
        Character offsets count from `offset`.
    read : Columns or None
        Its parse, where it was read out already.
    """

    block: Block
    text: str
    offset: int
    doc: Doc | None = None
    read: Columns | None = None

    @lazy
    def columns(self) -> Columns | None:
        """The parse as plain lists; None without one."""
        if self.doc is None:
            return self.read
        from slopscan.nlp.columns import columns_of  # noqa: PLC0415 - only with a parse

        return columns_of(self.doc)

    @lazy
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """Start and end of each sentence in `text`, found without a parse."""
        return tuple(split(self.text))

    @lazy
    def words(self) -> tuple[Word, ...]:
        """The words of `text`; those of `n_words`."""
        found = _WORD.finditer(self.text)
        return tuple([_word((hit.start(), hit.end(), hit[0].lower())) for hit in found])

    @lazy
    def lowered(self) -> tuple[str, ...]:
        """`words` without their places, for those who only compare and count.

        One object a word, not one a place: in a book that is a tenth of the memory.
        """
        text = self.text
        if text.isascii():
            return tuple(map(intern, _WORD.findall(text.lower())))
        return tuple(intern(word.lower()) for word in _WORD.findall(text))

    @lazy
    def sentence_words(self) -> tuple[list[str], ...]:
        """The lower-case words of each sentence that has any."""
        found = (_WORD.findall(self.text, start, end) for start, end in self.sentences)
        return tuple([word.lower() for word in words] for words in found if words)

    @lazy
    def sentence_ranges(self) -> tuple[tuple[int, int], ...]:
        """First word of each sentence that has any, and the one after its last, by number."""
        starts = [word.start for word in self.words]
        edges = (
            (bisect_left(starts, low), bisect_left(starts, high)) for low, high in self.sentences
        )
        return tuple([(first, last) for first, last in edges if first < last])

    @lazy
    def longest_runs(self) -> tuple[int, int]:
        """How many sentences in a row, at most, begin with one word, and end with one."""
        firsts: list[str] = []
        lasts: list[str] = []
        for start, end in self.sentences:
            first = _WORD.search(self.text, start, end)
            if first:
                firsts.append(first.group().lower())
                lasts.append(_last_word(self.text, start, end))
        return _longest_run(firsts), _longest_run(lasts)

    @lazy
    def lower(self) -> str:
        """`text` in lower case, of the same length."""
        lowered = self.text.lower()
        if len(lowered) == len(self.text):
            return lowered
        return "".join(low if len(low := char.lower()) == 1 else char for char in self.text)

    @property
    def opens_block(self) -> bool:
        """Say whether this is the first part of its block."""
        return self.offset == self.block.span.start

    @property
    def closes_block(self) -> bool:
        """Say whether this is the last part of its block."""
        return self.offset + len(self.text) == self.block.span.end

    def prose(self, start: int, end: int) -> ProseSpan:
        """Turn offsets in `text` into a span of the document's prose."""
        return prose_span(self.offset + start, self.offset + end)

    def sentence_around(self, start: int, end: int) -> str:
        """Return the sentence, or the sentences, that `text[start:end]` lies in."""
        first = bisect_right(self._ends, start)
        last = bisect_left(self._starts, end) - 1
        if first > last:
            return self.text[start:end]
        low, high = self.sentences[first][0], self.sentences[last][1]
        return self.text[min(start, low) : max(end, high)]

    @lazy
    def _starts(self) -> list[int]:
        return [start for start, _ in self.sentences]

    @lazy
    def _ends(self) -> list[int]:
        return [end for _, end in self.sentences]


@dataclass(frozen=True, eq=False)
class Annotated:
    """A document with its blocks annotated.

    Attributes
    ----------
    document : Document
    blocks : tuple of AnnotatedBlock
    kept : dict
        What others computed of it and need again, by a name of theirs.
    """

    document: Document
    blocks: tuple[AnnotatedBlock, ...]
    kept: dict[str, Any] = field(default_factory=dict, init=False, repr=False)

    @lazy
    def n_words(self) -> int:
        """Words of prose, headings and quotations included."""
        return self._cut[1]

    @property
    def pieces(self) -> list[bytes]:
        """All words in lower case, cut at hyphens and apostrophes, letters outside ASCII alike."""
        return self._cut[0]

    @lazy
    def sentence_blocks(self) -> tuple[tuple[AnnotatedBlock, int, int], ...]:
        """The blocks that may hold more than one sentence, with the numbers of `most_alike`."""
        found = lines(self._encoded)
        if len(found) > len(self.blocks):
            found = lines(encoded("\n".join([b.text.replace("\n", " ") for b in self.blocks])))
        paired = zip(self.blocks, found, strict=False)  # of no block there is one line
        return tuple([(block, *most_alike(line)) for block, line in paired if STOP in line])

    @lazy
    def _cut(self) -> tuple[list[bytes], int]:
        return pieces(self._encoded)

    @lazy
    def _encoded(self) -> bytes:
        return encoded("\n".join([block.text for block in self.blocks]))


def _last_word(text: str, start: int, end: int) -> str:
    tail = _WORD.findall(text, max(start, end - _TAIL), end)
    words = tail if len(tail) > 1 else _WORD.findall(text, start, end)
    return str(words[-1]).lower()


def _longest_run(words: Iterable[str]) -> int:
    return max((len(list(group)) for _, group in groupby(words)), default=0)


def n_words(text: str) -> int:
    """Count the words of a text: letters and digits, joined by single hyphens or apostrophes.

    Counted on the string, so that the number is the same with a parse and without.
    """
    return sum(1 for _ in _WORD.finditer(text))


def annotate(
    documents: Iterable[Document],
    nlp: Language | None = None,
    *,
    batch_size: int = 512,
    keep_docs: bool = True,
    kinds: Collection[BlockKind] | None = None,
) -> Iterator[Annotated]:
    """Annotate documents one after another, parsing the blocks of several together.

    Parameters
    ----------
    documents : iterable of Document
        Consumed as needed; at most one batch is read ahead.
    nlp : spacy.language.Language, optional
        None leaves out the parse.
    batch_size : int
        Blocks parsed together, at most.
    keep_docs : bool
        False keeps of each parse what `AnnotatedBlock.columns` has; a long text then takes half
        the memory.
    kinds : collection of BlockKind, optional
        Those that somebody reads the parse of; other blocks get none.

    Yields
    ------
    Annotated
        In the order of `documents`.
    """
    waiting: deque[_Waiting] = deque()
    batch: list[AnnotatedBlock] = []
    n_chars = 0
    for document in documents:
        parts = list(_parts_of(document))
        if nlp is None:
            yield Annotated(document, tuple(parts))
            continue
        waiting.append(_Waiting(document, len(parts), []))
        for part in parts:
            batch.append(part)
            n_chars += len(part.text)
            if len(batch) >= batch_size or n_chars >= _MAX_BATCH_CHARS:
                _hand_out(_parsed(batch, nlp, keep_docs=keep_docs, kinds=kinds), waiting)
                batch, n_chars = [], 0
        yield from _finished(waiting)
    if nlp is not None:
        _hand_out(_parsed(batch, nlp, keep_docs=keep_docs, kinds=kinds), waiting)
    yield from _finished(waiting)


def annotate_known(
    document: Document,
    nlp: Language | None,
    known: Mapping[str, Doc],
    *,
    batch_size: int = 128,
    go_on: Callable[[], bool] = lambda: True,
) -> tuple[Annotated | None, dict[str, Doc]]:
    """Annotate a document, taking the parses of blocks that have been parsed before.

    Parameters
    ----------
    document : Document
    nlp : spacy.language.Language or None
        None leaves out the parse.
    known : mapping of str to spacy.tokens.Doc
        Parses by the folded text of their blocks.
    batch_size : int
        Blocks parsed together, at most.
    go_on : callable
        Asked before each batch; false gives up.

    Returns
    -------
    annotated : Annotated or None
        None when given up.
    docs : dict of str to spacy.tokens.Doc
        Parses of the blocks of this document, as far as they are known now.
    """
    parts = list(_parts_of(document))
    if nlp is None:
        return Annotated(document, tuple(parts)), {}
    docs = {part.text: known[part.text] for part in parts if part.text in known}
    new = [part for text, part in {p.text: p for p in parts}.items() if text not in docs]
    for start in range(0, len(new), batch_size):
        if not go_on():
            return None, docs
        docs |= {
            item.text: item.doc
            for item in _parsed(new[start : start + batch_size], nlp)
            if item.doc
        }
    blocks = (AnnotatedBlock(p.block, p.text, p.offset, docs[p.text]) for p in parts)
    return Annotated(document, tuple(blocks)), docs


@dataclass(frozen=True)
class _Waiting:
    document: Document
    n_parts: int
    done: list[AnnotatedBlock]


def _parsed(
    batch: list[AnnotatedBlock],
    nlp: Language,
    *,
    keep_docs: bool = True,
    kinds: Collection[BlockKind] | None = None,
) -> list[AnnotatedBlock]:
    from slopscan.nlp.inference import parsed, read  # noqa: PLC0415 - only with a parse

    wanted = [kinds is None or part.block.kind in kinds for part in batch]
    texts = [part.text for part, parse in zip(batch, wanted, strict=True) if parse]
    docs = iter(parsed(nlp, texts) if keep_docs else ())
    columns = iter(() if keep_docs else read(nlp, texts))
    return [
        AnnotatedBlock(part.block, part.text, part.offset, next(docs, None), next(columns, None))
        if parse
        else part
        for part, parse in zip(batch, wanted, strict=True)
    ]


def _hand_out(parsed: list[AnnotatedBlock], waiting: deque[_Waiting]) -> None:
    rest = iter(parsed)
    for entry in waiting:
        while len(entry.done) < entry.n_parts:
            part = next(rest, None)
            if part is None:
                return
            entry.done.append(part)


def _finished(waiting: deque[_Waiting]) -> Iterator[Annotated]:
    while waiting and len(waiting[0].done) == waiting[0].n_parts:
        entry = waiting.popleft()
        yield Annotated(entry.document, tuple(entry.done))


def _parts_of(document: Document) -> Iterator[AnnotatedBlock]:
    for block in document.blocks:
        text = document.text_of(block)
        if 0 < len(text) <= MAX_BLOCK_WORDS:  # nearly always
            yield AnnotatedBlock(block, text, block.span.start)
            continue
        for start, end in _cuts(text):
            yield AnnotatedBlock(block, text[start:end], block.span.start + start)


def _cuts(text: str) -> Iterator[tuple[int, int]]:
    """Cut a long text at sentence ends, a long sentence at blanks, anything else anywhere."""
    start = 0
    while len(text) - start > MAX_BLOCK_WORDS:
        rest = text[start : start + _MAX_BLOCK_CHARS]
        words = list(islice(_WORD.finditer(rest), MAX_BLOCK_WORDS + 1))
        if len(words) <= MAX_BLOCK_WORDS and start + len(rest) == len(text):
            break
        limit = words[MAX_BLOCK_WORDS].start() if len(words) > MAX_BLOCK_WORDS else len(rest)
        end = start + _cut_before(rest[:limit])
        yield start, end
        start = end
    if start < len(text):
        yield start, len(text)


def _cut_before(window: str) -> int:
    ends = [start for start, _ in split(window)[1:]]
    return ends[-1] if ends else (window.rfind(" ") + 1 or len(window))
