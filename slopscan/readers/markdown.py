"""Markdown to prose, straight from the events and byte ranges of pulldown-cmark.

Nothing is rendered and nothing searched for: every part of the prose is an event whose range
says where it came from. Container markup, emphasis and link marks are gaps in the map.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from pyromark import Markdown, Options

from slopscan.document import BlockKind, Document, RegionKind, Source
from slopscan.readers.byteoffsets import code_points
from slopscan.readers.html import HtmlBlocks
from slopscan.readers.mentions import announces_mention
from slopscan.readers.prose import Builder, Part, PartKind, part_of
from slopscan.readers.templates import mask

_PARSER = Markdown(
    options=Options.ENABLE_TABLES
    | Options.ENABLE_FOOTNOTES
    | Options.ENABLE_STRIKETHROUGH
    | Options.ENABLE_TASKLISTS
    | Options.ENABLE_MATH
    | Options.ENABLE_HEADING_ATTRIBUTES
    | Options.ENABLE_GFM
)
_INLINE_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*)")
_CODE_TAGS = frozenset({"code", "kbd", "samp", "tt", "var", "script", "style", "svg", "math"})
_MDX_LINE = re.compile(
    r"(?:import\s[^\n]*['\"]|import\s*\{|export\s+(?:const|default|function|let))"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_VERSE_LINE = 60  # code points; longer lines are broken prose, not verse
_VERSE_BREAKS = 2
_TEXT, _ATOM = PartKind.TEXT, PartKind.ATOM
_AUTOLINKS = ("Autolink", "Email")


def parse(source: Source) -> Document:
    """Read Markdown (CommonMark, GitHub's tables, notes and strikethrough, mathematics)."""
    mdx = source.media_type == "text/mdx"
    # The parser takes UTF-8, in which half of a surrogate pair has no form; same length in bytes.
    masked = mask(_encodable(source.text), mdx=mdx)
    builder = Builder(source, dropped=masked.dropped)
    body = masked.text[masked.start :]
    reader = _Reader(source.text, masked.text, masked.start, builder)
    reader.mdx = mdx
    reader.run(body)
    for kind, start, end in masked.regions:
        # What looks like an MDX comment inside a block of code is code.
        if not (mdx and builder.is_code(start)):
            builder.region(kind, start, end)
    return builder.document()


def _encodable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


class _Reader:
    """Walks the events once. `parts` is the block that is being filled."""

    def __init__(self, text: str, masked: str, base: int, builder: Builder) -> None:
        self._text = text
        self._masked = masked
        self._base = base
        self._out = builder
        self._parts: list[Part] = []
        self._kind: tuple[BlockKind, int] | None = None
        self._quotes: list[bool] = []
        self._quote_depth = 0
        self._lists = 0
        self._notes = 0
        self._hard: list[int] = []
        self._soft = 0
        self._ends: list[int] = []
        self._links: list[tuple[str, int]] = []
        self._images: list[int] = []
        self._captions: list[list[Part]] = []
        self._open_code: tuple[str, int, int] | None = None
        self._verbatim = False
        self._html = HtmlBlocks(text, builder)
        self.mdx = False

    def run(self, body: str) -> None:
        """Read all events of `body`, the text from `base` on."""
        base, offsets = self._base, code_points(body)
        plain = body.isascii()
        for event, span in _PARSER.events_with_range(body):
            start, end = span["start"], span["end"]
            if not plain:
                start, end = offsets[start], offsets[end]
            start, end = start + base, end + base
            if isinstance(event, str):
                self._bare(event, start, end)
                continue
            if "Text" in event:
                if not self._verbatim:
                    self._take_text(event["Text"], start, end)
            elif "Start" in event:
                self._tag(_STARTS, event["Start"], start, end)
            elif "End" in event:
                self._tag(_ENDS, event["End"], start, end)
                if self._links:
                    self._links[-1] = (self._links[-1][0], end)
            else:
                ((name, value),) = event.items()
                self._leaf(name, value, start, end)
        self._flush()
        self._definitions(body, offsets)

    def _take_text(self, value: Any, start: int, end: int) -> None:
        if self._masked[start:end] == value:
            self._parts.append(part_of((_TEXT, start, end, "")))
        else:
            self._odd_text(start, end, value)
        if self._links:
            self._links[-1] = (self._links[-1][0], end)

    def _bare(self, event: str, start: int, end: int) -> None:
        if event == "Rule":
            self._flush()
            return
        if event == "HardBreak":
            self._hard.append(start)
        else:
            self._soft += 1
        self._parts.append(part_of((_ATOM, start, end, " ")))

    def _odd_text(self, start: int, end: int, value: str) -> None:
        """Take text that differs from its source: an entity, or a range that is too wide."""
        prose = " ".join(value.split()) or " "
        if value[:1].isspace() and prose != " ":
            prose = " " + prose
        self._parts.append(Part(_ATOM, start, end, prose))

    def _leaf(self, name: str, value: Any, start: int, end: int) -> None:
        if name == "Code":
            self._placeholder("code", RegionKind.CODE, start, end)
        elif name in ("InlineMath", "DisplayMath"):
            if self._is_money(value, start, end):
                self._parts.append(Part(_TEXT, start, end))
            else:
                self._placeholder("math", RegionKind.MATH, start, end)
        elif name == "Html":
            self._html.feed(start, end)
        elif name == "InlineHtml":
            self._inline_html(start, end)
        elif name == "FootnoteReference":
            self._out.region(RegionKind.MARKUP, start, end)

    def _is_money(self, value: str, start: int, end: int) -> bool:
        if self._text[start : start + 2] == "$$" or not value[:1].isdigit():
            return False
        return self._text[end : end + 1].isdigit() or re.search("[a-z]{4,} ", value) is not None

    def _placeholder(self, word: str, kind: RegionKind, start: int, end: int) -> None:
        self._parts.append(Part(PartKind.PLACEHOLDER, start, end, word))
        self._out.region(kind, start, end)

    def _inline_html(self, start: int, end: int) -> None:
        tag = self._text[start : start + 40]
        if tag.startswith("<!--"):
            self._out.region(RegionKind.COMMENT, start, end)
            return
        self._out.region(RegionKind.MARKUP, start, end)
        match = _INLINE_TAG.match(tag)
        name = match["name"].lower() if match else ""
        if name == "br":
            self._hard.append(start)
            self._parts.append(Part(_ATOM, start, end, " "))
        if match is None or name not in _CODE_TAGS:
            return
        if not match["end"]:
            if self._open_code is None and not self._images:
                self._open_code = (name, len(self._parts), start)
        elif self._open_code is not None and self._open_code[0] == name:
            _, index, code_start = self._open_code
            self._open_code = None
            if index <= len(self._parts):
                del self._parts[index:]
                self._placeholder("code", RegionKind.CODE, code_start, end)

    def _tag(self, handlers: dict[str, _Handler], tag: Any, start: int, end: int) -> None:
        name, data = (tag, None) if isinstance(tag, str) else next(iter(tag.items()))
        handler = handlers.get(name)
        if handler is not None:
            handler(self, data, start, end)

    # Blocks

    def _close_block(self, data: Any, start: int, end: int) -> None:
        if self.mdx and _MDX_LINE.match(self._text, start):
            self._forget()
            self._out.region(RegionKind.MARKUP, start, end)
        self._flush()

    def _open_heading(self, data: Any, start: int, end: int) -> None:
        self._flush()
        self._kind = (BlockKind.HEADING, int(data["level"][1]))

    def _open_cell(self, data: Any, start: int, end: int) -> None:
        self._flush()
        self._kind = (BlockKind.TABLE_CELL, 0)

    def _open_quote(self, data: Any, start: int, end: int) -> None:
        self._flush()
        # An alert such as [!NOTE] borrows the syntax; its text is the author's own.
        self._quotes.append(data is None)
        self._quote_depth += data is None

    def _close_quote(self, data: Any, start: int, end: int) -> None:
        self._flush()
        self._quote_depth -= self._quotes.pop()

    def _open_list(self, data: Any, start: int, end: int) -> None:
        self._flush()
        self._lists += 1

    def _close_list(self, data: Any, start: int, end: int) -> None:
        self._flush()
        self._lists -= 1

    def _open_note(self, data: Any, start: int, end: int) -> None:
        self._flush()
        self._notes += 1

    def _close_note(self, data: Any, start: int, end: int) -> None:
        self._flush()
        self._notes -= 1

    def _open_code_block(self, data: Any, start: int, end: int) -> None:
        self._flush()
        self._verbatim = True
        self._out.region(RegionKind.CODE, start, end)

    def _close_code_block(self, data: Any, start: int, end: int) -> None:
        self._verbatim = False

    def _open_html(self, data: Any, start: int, end: int) -> None:
        self._flush()
        self._html.open(*self._where())

    def _close_html(self, data: Any, start: int, end: int) -> None:
        self._html.close()

    # Inline

    def _open_emphasis(self, data: Any, start: int, end: int) -> None:
        if not self._parts or self._parts[-1].kind is not PartKind.TEXT:
            return
        last = self._parts[-1]
        if announces_mention(self._text[last.start : last.end]):
            self._out.mention(start, end)

    def _open_link(self, data: Any, start: int, end: int) -> None:
        self._links.append((data["link_type"], start + 1))
        if data["link_type"] in _AUTOLINKS:
            self._verbatim = True

    def _close_link(self, data: Any, start: int, end: int) -> None:
        kind, inner = self._links.pop()
        if kind in _AUTOLINKS:
            self._verbatim = False
            self._placeholder("link", RegionKind.URL, start, end)
        else:
            self._out.region(RegionKind.URL, min(max(inner, start), end), end)

    def _open_image(self, data: Any, start: int, end: int) -> None:
        self._images.append(len(self._parts))

    def _close_image(self, data: Any, start: int, end: int) -> None:
        index = self._images.pop()
        if self._images:
            return
        alt = self._parts[index:]
        del self._parts[index:]
        if alt:
            self._captions.append(alt)
        self._parts.append(Part(PartKind.PLACEHOLDER, start, end, "image"))
        self._out.region(RegionKind.MARKUP, start, end)

    # What a block is, and its end

    def _where(self) -> tuple[BlockKind, int]:
        if self._quote_depth:
            return BlockKind.BLOCK_QUOTE, self._quote_depth
        if self._html.quoted:
            return BlockKind.BLOCK_QUOTE, 1
        if self._kind is not None:
            return self._kind
        if self._notes:
            return BlockKind.FOOTNOTE, 0
        if self._lists:
            return BlockKind.LIST_ITEM, self._lists
        return BlockKind.PARAGRAPH, 0

    def _flush(self, data: Any = None, start: int = 0, end: int = 0) -> None:
        """End the block that is being filled, if any; all that many a tag does."""
        if self._parts:
            kind, depth = self._where()
            if kind is BlockKind.PARAGRAPH and self._is_verse():
                kind = BlockKind.VERSE
            if not self._out.block(kind, self._parts, depth) and self._captions:
                self._write_captions(kind)
        elif self._kind is None and not self._captions and self._open_code is None:
            return  # nothing to forget
        self._forget()

    def _write_captions(self, kind: BlockKind) -> None:
        quoted = kind is BlockKind.BLOCK_QUOTE
        for alt in self._captions:
            self._out.block(kind if quoted else BlockKind.CAPTION, alt, int(quoted))

    def _forget(self) -> None:
        self._parts = []
        self._kind = None
        self._hard = []
        self._soft = 0
        self._captions = []
        self._open_code = None

    def _is_verse(self) -> bool:
        if len(self._hard) < _VERSE_BREAKS or self._soft:
            return False
        marks = [self._parts[0].start, *self._hard, self._parts[-1].end]
        return all(high - low <= _VERSE_LINE for low, high in pairwise(marks))

    def _definitions(self, body: str, offsets: Sequence[int]) -> None:
        if "]:" not in body:
            return
        for definition in _PARSER.reference_definitions(body).values():
            span = definition["span"]
            start, end = offsets[span["start"]], offsets[span["end"]]
            self._out.region(RegionKind.URL, start + self._base, end + self._base)


_Handler = Callable[[_Reader, Any, int, int], None]
_STARTS: dict[str, _Handler] = {
    "Paragraph": _Reader._flush,
    "Item": _Reader._flush,
    "Table": _Reader._flush,
    "Heading": _Reader._open_heading,
    "TableCell": _Reader._open_cell,
    "BlockQuote": _Reader._open_quote,
    "List": _Reader._open_list,
    "FootnoteDefinition": _Reader._open_note,
    "CodeBlock": _Reader._open_code_block,
    "MetadataBlock": _Reader._open_code_block,
    "HtmlBlock": _Reader._open_html,
    "Emphasis": _Reader._open_emphasis,
    "Link": _Reader._open_link,
    "Image": _Reader._open_image,
}
_ENDS: dict[str, _Handler] = {
    "Paragraph": _Reader._close_block,
    "Item": _Reader._flush,
    "Heading": _Reader._flush,
    "TableCell": _Reader._flush,
    "BlockQuote": _Reader._close_quote,
    "List": _Reader._close_list,
    "FootnoteDefinition": _Reader._close_note,
    "CodeBlock": _Reader._close_code_block,
    "MetadataBlock": _Reader._close_code_block,
    "HtmlBlock": _Reader._close_html,
    "Link": _Reader._close_link,
    "Image": _Reader._close_image,
}
