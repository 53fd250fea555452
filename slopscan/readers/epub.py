"""E-books (`.epub`) to an outline: the chapters in reading order, each through the HTML reader."""

from __future__ import annotations

import posixpath
from typing import Final
from urllib.parse import unquote

from slopscan.document import Block, Document, RegionKind, Source
from slopscan.errors import InputError
from slopscan.readers import webpage
from slopscan.readers.archives import Archive
from slopscan.readers.decode import decode
from slopscan.readers.outline import Outline, Run
from slopscan.spans import prose_span

_PAGES: Final = frozenset({"application/xhtml+xml", "text/html"})
_QUOTE_MARKS: Final = "\"'\u2018\u201c\u201e\u00ab"


def extract(data: bytes, name: str) -> Outline:
    """Return the outline of a book; a comment names the part of the archive before each chapter.

    Raises
    ------
    InputError
        The archive or its XML is broken, protected or too large.
    """
    archive = Archive(data, name)
    outline = Outline()
    for path in _spine(archive):
        try:
            text, _ = decode(archive.read(path), name)
        except InputError as error:
            raise archive.failure(f"{path} inside {error.what}") from error
        outline.at(path, 0)
        outline.comment(path)
        _chapter(webpage.parse(Source(path, text, media_type="text/html")), outline)
    return outline


def _spine(archive: Archive) -> list[str]:
    root = archive.xml("META-INF/container.xml").find("rootfiles/rootfile")
    package = root.get("full-path", "") if root is not None else ""
    book = archive.xml(package)
    folder = posixpath.dirname(package)
    pages = {
        item.get("id", ""): posixpath.normpath(
            posixpath.join(folder, unquote(item.get("href", "")))
        )
        for item in book.iterfind("manifest/item")
        if item.get("media-type") in _PAGES and "nav" not in item.get("properties", "").split()
    }
    order = [item.get("idref", "") for item in book.iterfind("spine/itemref")]
    found = [pages[name] for name in order if name in pages]
    if not found:
        raise archive.failure("holds no chapters: its spine names none")
    return found


def _inside(folder: str, href: str) -> str:
    return posixpath.normpath(posixpath.join(folder, unquote(href)))


def _chapter(document: Document, outline: Outline) -> None:
    source = document.source.text
    comments = [
        (region.span.start, source[region.span.start + 4 : region.span.end - 3].strip())
        for region in document.regions
        if region.kind is RegionKind.COMMENT
    ]
    words = [item for item in comments if item[1].startswith("slopscan:")]
    for number, block in enumerate(document.blocks, 1):
        start = document.offsets.to_source(block.span).start
        while words and words[0][0] < start:
            outline.comment(words.pop(0)[1])
        outline.at(document.source.name, number)
        outline.add(block.kind, list(_runs(document, block)), block.depth)
    for _, rest in words:
        outline.comment(rest)


def _runs(document: Document, block: Block) -> list[Run]:
    """Return the runs of a block; quotations that markup alone made get their marks."""
    prose, done = document.prose, int(block.span.start)
    runs: list[Run] = []
    stops: list[tuple[int, int, str, bool]] = []
    for span in document.placeholders:
        if block.span.contains(span):
            word = prose[span.start : span.end]
            place = document.offsets.to_source(prose_span(span.start, span.end))
            raw = document.source.text[place.start : place.end]
            shown = {"link": raw, "image": ""}.get(word, word)
            stops.append((span.start, span.end, shown, word in ("code", "math")))
    for span in document.quotations:
        if block.span.contains(span) and prose[span.start] not in _QUOTE_MARKS:
            stops.append((span.start, span.start, "\u201c", False))
            stops.append((span.end, span.end, "\u201d", False))
    for start, end, shown, is_code in sorted(stops):
        runs += [(prose[done:start], False, 0), (shown, is_code, 0)]
        done = max(done, end)
    return [*runs, (prose[done : block.span.end], False, 0)]
