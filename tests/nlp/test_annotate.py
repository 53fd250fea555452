"""Annotation keeps order, offsets and a bound on what is parsed at once."""

from __future__ import annotations

from typing import Any

import pytest

from slopscan.catalogue.load import Selection
from slopscan.document import BlockKind, Document, Source
from slopscan.nlp import annotate as module
from slopscan.nlp.annotate import annotate, n_words
from slopscan.readers import parse
from slopscan.scan import Scanner, Settings


def document(text: str) -> Document:
    return parse(Source("test.md", text))


TEXTS = ("", "One block.", "# A\n\nTwo blocks.", "", "He said: \u201cno\u201d.\n\n- it\u2019s\n")


@pytest.mark.parametrize("batch_size", [1, 2, 64])
def test_documents_keep_their_order_and_blocks(nlp: Any, batch_size: int) -> None:
    documents = [document(text) for text in TEXTS]
    found = list(annotate(iter(documents), nlp, batch_size=batch_size))
    assert [annotated.document for annotated in found] == documents
    for annotated in found:
        assert [block.block for block in annotated.blocks] == list(annotated.document.blocks)
        for block in annotated.blocks:
            assert block.doc is not None
            assert block.doc.text == block.text
            assert annotated.document.folded[block.offset :].startswith(block.text)


def test_parses_can_be_kept_as_lists_alone(nlp: Any) -> None:
    (whole,) = annotate([document(TEXTS[-1])], nlp)
    (bare,) = annotate([document(TEXTS[-1])], nlp, keep_docs=False)
    for block, read in zip(whole.blocks, bare.blocks, strict=True):
        assert read.doc is None
        assert read.columns == block.columns


def test_without_a_pipeline_there_is_no_parse() -> None:
    (annotated,) = annotate([document("One block.")])
    assert annotated.blocks[0].doc is None
    assert annotated.n_words == 2


@pytest.mark.parametrize("keep_docs", [True, False])
def test_blocks_that_nobody_reads_are_not_parsed(nlp: Any, keep_docs: bool) -> None:
    text = document("# A title\n\nFirst things first.\n\n- one item\n\n## Second\n\nLast.\n")
    (whole,) = annotate([text], nlp, keep_docs=keep_docs)
    (found,) = annotate([text], nlp, keep_docs=keep_docs, kinds={BlockKind.PARAGRAPH})
    assert [block.text for block in found.blocks] == [block.text for block in whole.blocks]
    for block, parsed in zip(found.blocks, whole.blocks, strict=True):
        is_read = block.block.kind is BlockKind.PARAGRAPH
        assert block.columns == (parsed.columns if is_read else None)


def test_a_scan_without_the_parse_of_headings_finds_the_same(nlp: Any) -> None:
    text = (
        "# It is not a tool, it is a journey\n\nIt serves as a testament to care, showing what we "
        "can do, leaving no stone unturned.\n\n- It underscores the need, fostering trust.\n\n"
        "> It stands as a beacon, shaping the way.\n\n| a | b |\n|---|---|\n| It boasts. | x |\n"
    )
    scanner = Scanner(Settings(Selection(preview=True)))
    (annotated,) = annotate([document(text)], scanner.pipeline)
    found = scanner.scan(Source("test.md", text))
    assert found == scanner.report(annotated)
    assert found.findings


def test_words_are_counted_on_the_string() -> None:
    assert n_words("It's a well-known fact — 3.5 of 10, no?") == 9
    assert n_words("") == 0


def test_long_blocks_are_cut_at_sentence_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BLOCK_WORDS", 10)
    text = "One two three four. " * 7
    (annotated,) = annotate([document(text)])
    assert [block.text.strip() for block in annotated.blocks] == [
        "One two three four. One two three four.",
        "One two three four. One two three four.",
        "One two three four. One two three four.",
        "One two three four.",
    ]
    assert annotated.blocks[0].opens_block
    assert not annotated.blocks[0].closes_block
    assert annotated.blocks[-1].closes_block
    assert annotated.n_words == 28


@pytest.mark.parametrize("text", ["x" * 200_000, "word " * 12_000, "a-b" * 50_000])
def test_cuts_lose_nothing(text: str) -> None:
    (annotated,) = annotate([document(text)])
    assert "".join(block.text for block in annotated.blocks) == annotated.document.folded
    assert max(len(block.words) for block in annotated.blocks) <= module.MAX_BLOCK_WORDS
