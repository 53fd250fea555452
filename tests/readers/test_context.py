"""The same sentence in every place it may stand: prose where it is prose, nothing elsewhere."""

from __future__ import annotations

import pytest
from context_table import TIC, headings, hidden, plain_text, prose, quoted

from slopscan.document import BlockKind, Document
from slopscan.folding import fold
from slopscan.readers import parse, read_bytes

SENTENCE = TIC.sentence
CONTRACTED = "It isn't just a tool, it's a way of thinking."
PROSE = prose(TIC) | headings(TIC)
PLAIN = plain_text(TIC)
HIDDEN = hidden(TIC)
QUOTED = quoted(TIC)


def read(text: str, name: str = "a.md") -> Document:
    return parse(read_bytes(text.encode(), name))


def places(document: Document, sentence: str = SENTENCE) -> list[int]:
    found, at = [], document.folded.find(sentence)
    while at >= 0:
        found.append(at)
        at = document.folded.find(sentence, at + 1)
    return found


def is_quoted(document: Document, at: int) -> bool:
    in_quotation = any(span.start <= at < span.end for span in document.quotations)
    return in_quotation or any(
        block.kind is BlockKind.BLOCK_QUOTE and block.span.start <= at < block.span.end
        for block in document.blocks
    )


@pytest.mark.parametrize("text", PROSE.values(), ids=PROSE.keys())
def test_is_prose_in_markdown(text: str) -> None:
    document = read(text)
    assert len(places(document)) == 1
    assert not is_quoted(document, places(document)[0])


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN.keys())
def test_is_prose_in_plain_text(text: str) -> None:
    document = read(text, "a.txt")
    assert len(places(document)) == 1
    assert not is_quoted(document, places(document)[0])


@pytest.mark.parametrize("text", HIDDEN.values(), ids=HIDDEN.keys())
def test_is_no_prose(text: str) -> None:
    document = read(text)
    assert places(document) == []
    assert any(
        fold(SENTENCE.replace(" ", "_"))[:9] in fold(covered).replace(" ", "_")
        for covered in (
            document.source.text[region.span.start : region.span.end] for region in document.regions
        )
    )


@pytest.mark.parametrize("text", QUOTED.values(), ids=QUOTED.keys())
def test_is_quoted(text: str) -> None:
    document = read(text)
    assert len(places(document)) == 1
    assert is_quoted(document, places(document)[0])


@pytest.mark.parametrize("apostrophe", ["'", "\u2019", "\u02bc", "&rsquo;", "&#39;"])
def test_apostrophes_are_alike(apostrophe: str) -> None:
    document = read(CONTRACTED.replace("'", apostrophe))
    assert places(document, CONTRACTED) == [0]
    assert document.quotations == ()
