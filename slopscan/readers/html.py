"""Blocks of HTML inside Markdown: the text between tags is prose, the rest is not.

The parser hands over one line at a time (container markup such as `> ` already taken off), so
this is a small state machine over lines. It reads tags, it does not repair them.
"""

from __future__ import annotations

import re

from slopscan.document import BlockKind, RegionKind
from slopscan.readers.prose import Builder, Part, PartKind

_MARKUP = re.compile(r"<!--|<[!?]|</?(?P<name>[A-Za-z][A-Za-z0-9-]*)|&(?:#\w{1,8}|\w{2,31});")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_VERBATIM = frozenset(
    {"script", "style", "pre", "textarea", "svg", "math", "iframe", "object", "code", "noscript"}
)
_INLINE = _words(
    """
    a abbr acronym b bdi bdo big cite del dfn em font i img ins label mark q s small span strike
    strong sub sup time u wbr
    """
)
_KINDS = {
    **{f"h{level}": (BlockKind.HEADING, level) for level in range(1, 7)},
    "li": (BlockKind.LIST_ITEM, 1),
    "td": (BlockKind.TABLE_CELL, 0),
    "th": (BlockKind.TABLE_CELL, 0),
    "figcaption": (BlockKind.CAPTION, 0),
    "caption": (BlockKind.CAPTION, 0),
}


class HtmlBlocks:
    """Reads all HTML blocks of one text; `quoted` says that a `<blockquote>` is open."""

    def __init__(self, text: str, builder: Builder) -> None:
        self._text = text
        self._out = builder
        self._last_quote_end = text.lower().rfind("</blockquote") if "<" in text else -1
        self._quotes = 0
        self._reset(BlockKind.PARAGRAPH, 0)

    @property
    def quoted(self) -> bool:
        return self._quotes > 0

    def open(self, kind: BlockKind, depth: int) -> None:
        """Begin a block inside a container of the given kind."""
        self._reset(kind, depth)

    def feed(self, start: int, end: int) -> None:
        """Read one line, its line end included; offsets count code points of the source."""
        at = start
        while at < end:
            at = self._skip(at, end) if self._until else self._step(at, end)

    def close(self) -> None:
        """End the block, closing what it left open."""
        if self._until:
            self._out.region(self._region, self._opened, self._seen)
        self._flush()
        self._reset(BlockKind.PARAGRAPH, 0)

    def _reset(self, kind: BlockKind, depth: int) -> None:
        self._container = (kind, depth)
        self._kind: tuple[BlockKind, int] | None = None
        self._parts: list[Part] = []
        self._until = ""
        self._region = RegionKind.MARKUP
        self._opened = self._seen = 0
        self._then = ""

    def _skip(self, at: int, end: int) -> int:
        """Look for the end of a comment, a tag or a verbatim element."""
        found = self._find(at, end)
        if found < 0:
            self._seen = end
            return end
        stop = found + len(self._until)
        if self._then:  # the tag that opens a verbatim element has just ended
            verbatim, self._then = self._then, ""
            if self._text[found - 1] != "/":
                self._until, self._region = f"</{verbatim}", RegionKind.CODE
                self._seen = stop
                return stop
        elif self._region is RegionKind.CODE:
            close = self._text.find(">", stop, end)
            stop = close + 1 if close >= 0 else end
        self._out.region(self._region, self._opened, stop)
        self._until = ""
        return stop

    def _find(self, at: int, end: int) -> int:
        if self._region is RegionKind.CODE:
            found = self._text[at:end].lower().find(self._until)
            return at + found if found >= 0 else -1
        return self._text.find(self._until, at, end)

    def _step(self, at: int, end: int) -> int:
        match = _MARKUP.search(self._text, at, end)
        if match is None:
            self._prose(at, end)
            return end
        self._prose(at, match.start())
        token = match.group()
        if token[0] == "&":
            import html  # noqa: PLC0415 - its tables, for the few who name such a value

            value = " ".join(html.unescape(token).split()) or " "
            self._parts.append(Part(PartKind.ATOM, match.start(), match.end(), value))
            return match.end()
        self._opened = self._seen = match.start()
        if token == "<!--":
            self._until, self._region = "-->", RegionKind.COMMENT
        else:
            self._until, self._region = ">", RegionKind.MARKUP
            self._tag(match["name"].lower() if match["name"] else "", token.startswith("</"))
        return match.end()

    def _tag(self, name: str, closing: bool) -> None:
        if name in _VERBATIM and not closing:
            self._then = name
        if name == "blockquote":
            self._flush()
            if closing:
                self._quotes = max(self._quotes - 1, 0)
            elif self._opened < self._last_quote_end:
                self._quotes += 1
        elif name == "br":
            self._parts.append(Part(PartKind.ATOM, self._opened, self._opened + 3, " "))
        elif name and name not in _INLINE and name not in ("code",):
            self._flush()
            self._kind = None if closing else _KINDS.get(name)

    def _prose(self, start: int, end: int) -> None:
        if start < end:
            self._parts.append(Part(PartKind.TEXT, start, end))

    def _flush(self) -> None:
        if self._parts:
            kind, depth = self._container
            if self._quotes and kind is not BlockKind.BLOCK_QUOTE:
                kind, depth = BlockKind.BLOCK_QUOTE, self._quotes
            elif self._kind is not None and kind is not BlockKind.BLOCK_QUOTE:
                kind, depth = self._kind
            self._out.block(kind, self._parts, depth)
        self._parts = []
