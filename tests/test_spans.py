"""The way from prose to source and back, for any text a reader may meet."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slopscan.document import Document, Source
from slopscan.nlp.sentences import split
from slopscan.readers import parse, read_bytes
from slopscan.spans import LineIndex, OffsetMap, Piece, SpanIndex, prose_span, source_span

MARKS = [
    "# ",
    "> ",
    "- ",
    "1. ",
    "* ",
    "**",
    "_",
    "~~",
    "`",
    "```\n",
    "    ",
    "\t",
    "[a](",
    "[b]",
    "][",
    "](",
    ")",
    "![",
    "<b>",
    "</b>",
    "<!-- ",
    " -->",
    "<div>",
    "</div>",
    "<code>",
    "</code>",
    "<blockquote>",
    "</blockquote>",
    "<script>",
    "</script>",
    "<p",
    "<br>",
    ">",
    "&amp;",
    "&#10;",
    "&nbsp;",
    "&#0;",
    "\\",
    "\\\n",
    "  \n",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "\r\n\r\n",
    "$",
    "$$",
    "$5 ",
    "{{ a }}",
    "{% b %}",
    "{% raw %}",
    "{% endraw %}",
    "[^1]",
    "[^1]: ",
    "[a]: /u\n",
    "---\n",
    "+++\n",
    "a: b\n",
    "\\",
    "",
    "http://a.b/c",
    "me@a.org",
    "www.a.b",
    '"',
    "'",
    "“",
    "”",
    "‘",
    "’",
    "«",
    "»",
    "the word ",
    "word ",
    "Word. ",
    "it's ",
    ". ",
    ", ",
    " ",
    "\ufeff",
    "\xa0",
    "\u200b",
    "\u2028",
    "\x85",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x00",
    "é",
    "é",
    "日本",
    "😀",
    "\ue000",
    "\U0010ffff",
]
TABLE = ["|a|b|\n|-|-|\n|c|`d\\|e`|\n", "| a |\n|---|\n", "|"]
markdown = st.lists(
    st.one_of(st.sampled_from([*MARKS, *TABLE]), st.text(max_size=4)), max_size=40
).map("".join)


def check(document: Document) -> None:
    text, prose = document.source.text, document.prose
    for piece in document.offsets.pieces:
        if piece.linear:
            here = prose[piece.prose_start : piece.prose_start + piece.prose_length]
            there = text[piece.source_start : piece.source_start + piece.source_length]
            assert here == there
    last = None
    for block in document.blocks:
        body = prose[block.span.start : block.span.end]
        assert body and body == body.strip() and not re.search("[\r\n]", body)
        if last is not None:
            assert prose[last : block.span.start] == "\n\n"
        last = block.span.end
    assert last in (None, len(prose))
    _check_words(document)
    for spans in (document.quotations, document.placeholders):
        ends = [0, *(span.end for span in spans)]
        assert all(end <= span.start < span.end for end, span in zip(ends, spans, strict=False))
        assert all(span.end <= len(prose) for span in spans)
    starts = [region.span.start for region in document.regions]
    assert starts == sorted(starts)
    assert all(region.span.end <= len(text) for region in document.regions)


def _check_words(document: Document) -> None:
    text, prose = document.source.text, document.prose
    linear = SpanIndex(
        prose_span(piece.prose_start, piece.prose_start + piece.prose_length)
        for piece in document.offsets.pieces
        if piece.linear
    )
    for match in re.finditer(r"\S+", prose):
        span = prose_span(match.start(), match.end())
        source = document.offsets.to_source(span)
        assert source.length > 0
        if linear.containing(span.start):
            assert text[source.start] == prose[span.start]
        if linear.containing(span.end - 1):
            assert text[source.end - 1] == prose[span.end - 1]
        back = document.offsets.to_prose(source)
        assert back is not None and back.contains(span)


@settings(max_examples=300, deadline=None)
@given(markdown, st.sampled_from(["a.md", "a.txt", "a.mdx"]))
def test_any_text_maps_back(text: str, name: str) -> None:
    kind = "text/plain" if name.endswith("txt") else "text/markdown"
    document = parse(Source(name=name, text=text, media_type=kind))
    check(document)
    for block in document.blocks:
        body = document.text_of(block)
        for start, end in split(body):
            assert body[start:end].strip() == body[start:end] != ""


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_bytes_come_back_unchanged(text: str) -> None:
    if "\0" not in text and not text.startswith(("%PDF-", "PK\x03\x04", "\x1f\x8b")):
        assert read_bytes(text.encode(), "a.md").text == text


def test_span_is_ordered() -> None:
    with pytest.raises(ValueError, match="not ordered"):
        source_span(3, 2)
    assert source_span(1, 3).overlaps(source_span(2, 4))
    assert not source_span(1, 2).overlaps(source_span(2, 4))


def test_map_refuses_overlap_and_nothing() -> None:
    with pytest.raises(ValueError, match="overlaps"):
        OffsetMap((Piece(0, 2, 0, 2), Piece(1, 1, 5, 1)))
    with pytest.raises(ValueError, match="no prose"):
        OffsetMap((Piece(0, 0, 0, 2),))
    with pytest.raises(ValueError, match="no source"):
        OffsetMap(()).to_source(prose_span(0, 1))


def test_map_crosses_gaps() -> None:
    offsets = OffsetMap((Piece(0, 2, 1, 2), Piece(2, 1, 5, 4), Piece(5, 3, 12, 3)))
    assert offsets.to_source(prose_span(1, 3)) == source_span(2, 9)
    assert offsets.to_source(prose_span(2, 6)) == source_span(5, 13)
    assert offsets.to_source(prose_span(3, 6)) == source_span(12, 13)
    assert offsets.to_prose(source_span(0, 6)) == prose_span(0, 3)
    assert offsets.to_prose(source_span(3, 5)) is None


def test_lines_and_columns() -> None:
    index = LineIndex("a\r\nb\U0001f600c\rd\n")
    assert index.n_lines == 4
    assert index.position(5) == (2, 3)
    assert index.position(5, unit="utf-16") == (2, 4)
    assert index.position(5, unit="utf-8") == (2, 6)
    assert index.line_span(2) == source_span(3, 6)
    with pytest.raises(ValueError, match="unknown unit"):
        index.position(0, unit="bytes")
