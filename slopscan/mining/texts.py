"""A text as the miner sees it: prose, sentences, parse, and where known rules have hits.

`reader` builds what runs in the worker processes of `slopscan.corpus.pool`; what it returns for
each text is plain JSON, so that it can travel over a pipe and lie in a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from slopscan import readers
from slopscan.catalogue.load import Catalogue, load_catalogue
from slopscan.catalogue.rule import DEFAULT_SCOPE, MeasureMatch, Rule
from slopscan.corpus.score import Item
from slopscan.corpus.worker import WorkerConfig
from slopscan.document import Source
from slopscan.errors import ArtefactError
from slopscan.matchers.engine import Engine
from slopscan.nlp.annotate import Annotated, annotate
from slopscan.nlp.forgetting import Forgetting

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Token

READER: Final = "slopscan.mining.texts:reader"
MODEL: Final = "model"
HUMAN: Final = "human"
# Words as the rules on strings count them, and the punctuation inside a sentence.
_TOKEN: Final = re.compile(r"\w+(?:['-]\w+)*|[,;:—]")
_WORD: Final = re.compile(r"\w")
_SLOTS: Final = {"NOUN": "NOUN", "PROPN": "NAME", "ADJ": "ADJ", "ADV": "ADV", "NUM": "NUM"}
_VERBS: Final = {"VBG": "VERBING", "VBN": "VERBED", "VBD": "VERBED"}
_SHOWN_CHARS: Final = 240


@dataclass(frozen=True, slots=True)
class Piece:
    """A word or a mark of a sentence; offsets count from the start of the prose.

    `slot` is the class of an open-class word (`NOUN`, `VERBING`, `WORD` ...), otherwise empty.
    `head` is the place of its governor in the sentence, -1 for none; `lemma` and `relation` are
    empty without a parse.
    """

    lower: str
    start: int
    end: int
    slot: str = ""
    lemma: str = ""
    head: int = -1
    relation: str = ""

    @property
    def is_word(self) -> bool:
        return _WORD.search(self.lower) is not None


@dataclass(frozen=True)
class Text:
    """One text of one side.

    Attributes
    ----------
    number : int
        Its place in the run, from 0.
    id, prompt, source, generator : str
        As the input names them; empty where it does not.
    prose : str
        Folded.
    sentences : sequence of sequence of Piece
        Words as rules on strings count them.
    parsed : sequence of sequence of Piece
        Words as the parser divides them; without a parse the same as `sentences`, with slots.
    hits : mapping of str to sequence of (int, int)
        Where rules of the catalogue have hits.
    n_words : int
    """

    number: int
    id: str
    prompt: str
    source: str
    generator: str
    prose: str
    sentences: Sequence[Sequence[Piece]]
    parsed: Sequence[Sequence[Piece]]
    hits: Mapping[str, Sequence[tuple[int, int]]] = field(default_factory=dict)
    n_words: int = 0

    def around(self, start: int, end: int) -> str:
        """Return the sentence that a stretch lies in, as one line."""
        low, high = start, end
        for pieces in self.sentences:
            if pieces and pieces[0].start <= start < pieces[-1].end:
                low, high = pieces[0].start, max(pieces[-1].end, end)
                break
        line = self.prose[low : high + 2].splitlines()
        sentence = " ".join(line[0].split()) if line else ""
        return sentence if len(sentence) <= _SHOWN_CHARS else _clipped(self.prose, start, end)


def _clipped(prose: str, start: int, end: int) -> str:
    low, high = max(0, start - _SHOWN_CHARS // 2), end + _SHOWN_CHARS // 2
    return "…" + " ".join(prose[low:high].split()[1:-1]) + "…"


def text_of(number: int, labels: Mapping[str, str], record: Mapping[str, Any]) -> Text:
    """Build a text from what the reader returned."""
    prose = record["prose"]
    sentences = [_cut(prose, start, end) for start, end in record["sentences"]]
    if record["parsed"] is None:
        parsed = [[_with_slot(piece) for piece in sentence] for sentence in sentences]
    else:
        parsed = [_parsed(prose, columns) for columns in record["parsed"]]
    hits = {rule: [(a, b) for a, b in spans] for rule, spans in record["hits"].items()}
    return Text(
        number=number,
        prose=prose,
        sentences=sentences,
        parsed=parsed,
        hits=hits,
        n_words=record["n_words"],
        **labels,
    )


def _cut(prose: str, start: int, end: int) -> list[Piece]:
    found = _TOKEN.finditer(prose, start, end)
    return [Piece(hit.group().lower(), hit.start(), hit.end()) for hit in found]


def _with_slot(piece: Piece) -> Piece:
    from slopscan.features.register import FUNCTION_WORDS  # noqa: PLC0415

    if not piece.is_word or piece.lower in FUNCTION_WORDS:
        return piece
    return Piece(piece.lower, piece.start, piece.end, "WORD")


def _parsed(prose: str, columns: Sequence[Sequence[Any]]) -> list[Piece]:
    return [
        Piece(prose[start:end].lower(), start, end, slot, lemma, head, relation)
        for start, end, slot, lemma, head, relation in zip(*columns, strict=True)
    ]


class TextReader:
    """Reads, parses and scans texts for the miner; has the methods of a scorer."""

    def __init__(self, rules: Sequence[Rule], catalogue: Catalogue, nlp: Language | None) -> None:
        self._engine = Engine(rules, catalogue)
        self._nlp = nlp
        self._forgetting = Forgetting(nlp) if nlp is not None else None
        self._digest = catalogue.digest

    def score(self, items: Sequence[Item]) -> list[dict[str, Any]]:
        """Return a record for each text; one that breaks has an `error`."""
        if self._forgetting is not None:
            self._forgetting.between_texts()
        try:
            return self._records(items)
        except ArtefactError:
            raise
        except Exception:
            return [self._alone(item) for item in items]

    def provenance(self) -> dict[str, str | None]:
        """Return what decides a record."""
        meta = self._nlp.meta if self._nlp else None
        pipeline = f"{meta['name']} {meta['version']}" if meta else None
        return {"reader": "1", "catalogue": self._digest, "pipeline": pipeline}

    def skipped(self) -> list[str]:
        """Return nothing: a rule that ran out of time only leaves a candidate unmarked."""
        return []

    def _alone(self, item: Item) -> dict[str, Any]:
        try:
            return self._records([item])[0]
        except Exception as error:
            return {"error": f"internal error: {type(error).__name__}: {error}"}

    def _records(self, items: Sequence[Item]) -> list[dict[str, Any]]:
        documents = (
            readers.parse(Source("text", item.text, media_type=item.media_type)) for item in items
        )
        found = annotate(documents, self._nlp)
        return [
            self._record(annotated, with_hits=item.name == MODEL)
            for item, annotated in zip(items, found, strict=True)
        ]

    def _record(self, annotated: Annotated, *, with_hits: bool) -> dict[str, Any]:
        blocks = [b for b in annotated.blocks if b.block.kind.value in DEFAULT_SCOPE]
        sentences = [
            [block.offset + start, block.offset + end]
            for block in blocks
            for start, end in block.sentences
        ]
        parsed = None
        if self._nlp is not None:
            parsed = [
                _columns(list(sentence), block.offset)
                for block in blocks
                if block.doc is not None
                for sentence in block.doc.sents
            ]
        return {
            "prose": annotated.document.folded,
            "sentences": sentences,
            "parsed": parsed,
            "hits": self._hits(annotated) if with_hits else {},
            "n_words": sum(len(block.lowered) for block in blocks),
            "error": None,
        }

    def _hits(self, annotated: Annotated) -> dict[str, list[list[int]]]:
        hits = self._engine.hits(annotated)
        places = {
            rule: [
                [int(hit.prose.start), int(hit.prose.end)] for hit in found if hit.prose is not None
            ]
            for rule, found in hits.items()
        }
        return {rule: found for rule, found in places.items() if found}


def reader(config: WorkerConfig) -> TextReader:
    """Return the reader; named by `WorkerConfig.factory`."""
    return _reader(config.parse)


@lru_cache(maxsize=2)
def _reader(parse: bool) -> TextReader:
    # All rules look, whatever their status: what a sleeping rule has is known too.
    catalogue = load_catalogue()
    rules = [
        rule
        for rule in catalogue.rules.values()
        if not isinstance(rule.match, MeasureMatch) and (parse or not rule.needs_parse)
    ]
    nlp = None
    if parse:
        from slopscan.nlp.load import load_pipeline  # noqa: PLC0415

        nlp = load_pipeline()
    made = TextReader(rules, catalogue, nlp)
    made.score([Item(MODEL, "It was a plain day. We went home.", "text/markdown")])
    return made


def _columns(tokens: Sequence[Token], offset: int) -> list[list[Any]]:
    first = tokens[0].i
    rows = list(_rows(tokens, offset, first))
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[]] * 6


def _rows(tokens: Sequence[Token], offset: int, first: int) -> Iterator[tuple[Any, ...]]:
    for token in tokens:
        start = offset + token.idx
        yield (
            start,
            start + len(token.text),
            slot_of(token.pos_, token.tag_),
            token.lemma_.lower(),
            -1 if token.head.i == token.i else token.head.i - first,
            token.dep_,
        )


def slot_of(upos: str, xpos: str) -> str:
    """Return the slot of an open-class word; empty for any other."""
    if upos == "VERB":
        return _VERBS.get(xpos, "VERB")
    return _SLOTS.get(upos, "")
