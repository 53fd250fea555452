"""HTML pages to prose, from the events and positions of the standard library's parser.

The parser reports where each tag, comment, entity and text begins; nothing is searched for. It
expands no entity of its own accord and follows no reference.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from html.parser import HTMLParser
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from slopscan.document import BlockKind, Document, RegionKind, Source
from slopscan.readers.mentions import announces_mention
from slopscan.readers.prose import Builder, Part, PartKind


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HIDDEN: Final = _words(
    """
    script style template noscript svg iframe object pre textarea select datalist button nav title
    audio video canvas
    """
)
_WORDED: Final = {**dict.fromkeys(("code", "kbd", "samp", "tt", "var"), "code"), "math": "math"}
_INLINE: Final = _words(
    """
    a abbr acronym b bdi bdo big cite data del dfn em font i ins label mark q rp rt ruby s small
    span strike strong sub sup time u wbr img
    """
)
_VOID: Final = _words("area base br col embed hr img input link meta param source track wbr")
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_KINDS: Final = {
    "td": BlockKind.TABLE_CELL,
    "th": BlockKind.TABLE_CELL,
    "figcaption": BlockKind.CAPTION,
    "caption": BlockKind.CAPTION,
}
_NOTES: Final = frozenset({"doc-footnote", "doc-endnote", "footnote", "endnote", "rearnote"})
_VERSE_LINE: Final = 60  # code points; longer lines are broken prose, not verse
_VERSE_BREAKS: Final = 2


class _Event(NamedTuple):
    kind: str
    start: int
    end: int
    name: str = ""
    attributes: Sequence[tuple[str, str | None]] = ()


class _Events(HTMLParser):
    """Collects what the parser meets; the end of each event is known from the text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.text = text
        self.found: list[_Event] = []
        lengths = (len(line) + 1 for line in text.split("\n"))
        self._lines = [0, *accumulate(lengths)]
        self.feed(text)
        self.close()

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _until(self, mark: str) -> int:
        end = self.text.find(mark, self._at())
        return end + len(mark) if end >= 0 else len(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = self._at()
        kind = "void" if tag in _VOID else "start"
        self.found.append(_Event(kind, at, at + len(self.get_starttag_text() or ""), tag, attrs))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = self._at()
        self.found.append(_Event("void", at, at + len(self.get_starttag_text() or ""), tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(_Event("end", self._at(), self._until(">"), tag))

    def handle_data(self, data: str) -> None:
        at = self._at()
        self.found.append(_Event("text", at, at + len(data)))

    def _character(self, name: str) -> None:
        at = self._at()
        end = at + len(name)
        self.found.append(_Event("character", at, end + self.text.startswith(";", end)))

    def handle_charref(self, name: str) -> None:
        self._character(f"&#{name}")

    def handle_entityref(self, name: str) -> None:
        self._character(f"&{name}")

    def handle_comment(self, data: str) -> None:
        at = self._at()
        whole = self.text.startswith("<!--", at)
        end = self._until("-->") if whole else self._until(">")
        self.found.append(_Event("comment" if whole else "other", at, end))

    def handle_decl(self, decl: str) -> None:
        self.found.append(_Event("other", self._at(), self._until(">")))

    def handle_pi(self, data: str) -> None:
        self.found.append(_Event("other", self._at(), self._until(">")))

    def unknown_decl(self, data: str) -> None:
        self.found.append(_Event("other", self._at(), self._until(">")))

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """Read `<![...`; what is no marked section is a comment up to the next `>`, as in HTML 5.

        Some versions of the standard library raise an AssertionError at it.
        """
        place = self.lineno, self.offset
        try:
            return super().parse_marked_section(i, report)
        except AssertionError:
            self.lineno, self.offset = place  # moved on before the error
            return self.parse_bogus_comment(i)


def parse(source: Source) -> Document:
    """Read a page: text between tags is prose; code, scripts, attributes and comments are not."""
    builder = Builder(source)
    _Page(source.text, builder).run()
    return builder.document()


class _Page:
    """Walks the events once. `_parts` is the block that is being filled."""

    def __init__(self, text: str, builder: Builder) -> None:
        self._text = text
        self._out = builder
        self._parts: list[Part] = []
        self._breaks: list[int] = []
        self._skip: tuple[str, int, int] | None = None  # name, where it began, how deep
        self._quotes = self._lists = self._notes = 0
        self._note_tag = ""
        self._heading = 0
        self._kind: BlockKind | None = None
        self._q: list[int] = []
        self._last_quote_end = text.lower().rfind("</blockquote")

    def run(self) -> None:
        """Read the whole page."""
        for event in _Events(self._text).found:
            if self._skip is not None:
                self._skipped(event)
            else:
                self._take(event)
        if self._skip is not None:
            self._out.region(RegionKind.CODE, self._skip[1], len(self._text))
        self._flush()

    def _take(self, event: _Event) -> None:
        kind, start, end = event.kind, event.start, event.end
        if kind == "text":
            # A byte-order mark is no character of the page.
            start += start == 0 and self._text.startswith("\ufeff")
            if start < end:
                self._parts.append(Part(PartKind.TEXT, start, end))
        elif kind == "character":
            raw = self._text[start:end]
            value = " ".join(html.unescape(raw).split()) or " "
            same = value == raw
            part = Part(PartKind.TEXT if same else PartKind.ATOM, start, end, "" if same else value)
            self._parts.append(part)
        elif kind == "comment":
            self._out.region(RegionKind.COMMENT, start, end)
        elif kind == "other":
            self._out.region(RegionKind.MARKUP, start, end)
        else:
            self._tag(event)

    def _tag(self, event: _Event) -> None:
        name, opening = event.name, event.kind == "start"
        if opening and (name in _HIDDEN or name in _WORDED):
            if name not in _WORDED and name not in _INLINE:
                self._flush()
            self._skip = (name, event.start, 1)
            return
        self._out.region(RegionKind.MARKUP, event.start, event.end)
        if name == "br":
            self._breaks.append(event.start)
            self._parts.append(Part(PartKind.ATOM, event.start, event.end, " "))
        elif name == "img":
            self._parts.append(Part(PartKind.PLACEHOLDER, event.start, event.end, "image"))
        elif name in _INLINE:
            self._inline(event)
        elif name not in _WORDED:
            self._flush()
            self._block(event, opening)

    def _inline(self, event: _Event) -> None:
        if event.name == "q":
            if event.kind == "start":
                self._q.append(event.end)
            elif event.kind == "end" and self._q:
                self._out.mention(self._q.pop(), event.start)
        elif event.name in ("em", "i") and event.kind == "start" and self._parts:
            last = self._parts[-1]
            before = self._text[last.start : last.end] if last.kind is PartKind.TEXT else ""
            close = self._text.find("</", event.end)
            if announces_mention(before) and close > event.end:
                self._out.mention(event.end, close)

    def _block(self, event: _Event, opening: bool) -> None:
        name = event.name
        step = 1 if opening else -1
        if event.kind == "void":
            return
        if name == "blockquote":
            if not opening or event.start < self._last_quote_end:
                self._quotes = max(self._quotes + step, 0)
        elif name in ("ul", "ol", "menu"):
            self._lists = max(self._lists + step, 0)
        elif name in _HEADINGS:
            self._heading = _HEADINGS[name] if opening else 0
        elif name in _KINDS:
            self._kind = _KINDS[name] if opening else None
        elif name in ("tr", "table"):
            self._kind = None
        self._note(event, opening)

    def _note(self, event: _Event, opening: bool) -> None:
        if opening and not self._notes:
            said = {
                word
                for key, value in event.attributes
                if key in ("role", "epub:type")
                for word in (value or "").split()
            }
            if said & _NOTES:
                self._note_tag, self._notes = event.name, 1
        elif self._notes and event.name == self._note_tag:
            self._notes += 1 if opening else -1

    def _skipped(self, event: _Event) -> None:
        """Look for the end of an element that is no prose."""
        assert self._skip is not None
        name, start, depth = self._skip
        if event.name != name or event.kind not in ("start", "end"):
            return
        depth += 1 if event.kind == "start" else -1
        self._skip = (name, start, depth) if depth else None
        if self._skip is None:
            word = _WORDED.get(name)
            kind = RegionKind.MATH if word == "math" else RegionKind.CODE
            self._out.region(kind, start, event.end)
            if word is not None:
                self._parts.append(Part(PartKind.PLACEHOLDER, start, event.end, word))

    def _where(self) -> tuple[BlockKind, int]:
        if self._quotes:
            return BlockKind.BLOCK_QUOTE, self._quotes
        if self._heading:
            return BlockKind.HEADING, self._heading
        if self._kind is not None:
            return self._kind, 0
        if self._notes:
            return BlockKind.FOOTNOTE, 0
        if self._lists:
            return BlockKind.LIST_ITEM, self._lists
        return (BlockKind.VERSE if self._is_verse() else BlockKind.PARAGRAPH), 0

    def _is_verse(self) -> bool:
        if len(self._breaks) < _VERSE_BREAKS:
            return False
        marks = [self._parts[0].start, *self._breaks, self._parts[-1].end]
        return all(high - low <= _VERSE_LINE for low, high in pairwise(marks))

    def _flush(self) -> None:
        if self._parts:
            kind, depth = self._where()
            self._out.block(kind, self._parts, depth)
        self._parts, self._breaks = [], []
