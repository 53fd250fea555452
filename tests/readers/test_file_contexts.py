"""The same sentence in every place of every file type: prose where it is prose, nowhere else."""

from __future__ import annotations

import pytest
from context_table import TIC
from file_contexts import TYPES

from slopscan.document import BlockKind, Document
from slopscan.readers import parse, read_bytes

SENTENCE = TIC.sentence


def rows(table: str) -> list[object]:
    return [
        pytest.param(name, text, id=f"{name}-{row}")
        for name, kind in TYPES.items()
        for row, text in getattr(kind, table)(TIC).items()
    ]


def read(suffix: str, text: str | bytes) -> Document:
    data = text.encode() if isinstance(text, str) else text
    document = parse(read_bytes(data, f"a.{suffix}"))
    for piece in document.offsets.pieces:
        if piece.linear:
            prose = document.prose[piece.prose_start : piece.prose_start + piece.prose_length]
            source = document.source.text[piece.source_start :][: piece.source_length]
            assert prose == source
    return document


def is_quoted(document: Document, at: int) -> bool:
    return any(span.start <= at < span.end for span in document.quotations) or any(
        block.kind is BlockKind.BLOCK_QUOTE and block.span.start <= at < block.span.end
        for block in document.blocks
    )


@pytest.mark.parametrize(("suffix", "text"), rows("prose"))
def test_is_prose(suffix: str, text: str | bytes) -> None:
    document = read(suffix, text)
    assert document.folded.count(SENTENCE) == 1
    assert not is_quoted(document, document.folded.find(SENTENCE))


@pytest.mark.parametrize(("suffix", "text"), rows("hidden"))
def test_is_no_prose(suffix: str, text: str | bytes) -> None:
    document = read(suffix, text)
    assert SENTENCE[:12] not in document.folded


@pytest.mark.parametrize(("suffix", "text"), rows("quoted"))
def test_is_quoted(suffix: str, text: str | bytes) -> None:
    document = read(suffix, text)
    assert document.folded.count(SENTENCE) == 1
    assert is_quoted(document, document.folded.find(SENTENCE))
