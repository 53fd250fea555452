"""AsciiDoc to prose, line by line; its reference parser is Ruby, and none in Python is kept."""

from __future__ import annotations

import re
from typing import Final

from slopscan.document import BlockKind, Document, RegionKind, Source
from slopscan.readers.lines import Line, LineReader, lines

_HEADING: Final = re.compile(r"(?P<marks>={1,6}|#{1,6})[ \t]+(?=\S)")
_ITEM: Final = re.compile(
    r"[ \t]*(?:(?P<marks>\*{1,5}|-|\.{1,5})|\d{1,4}\.|[a-zA-Z]\.|<(?:\d{1,3}|\.)>)[ \t]+"
    r"(?:\[[ xX*]\][ \t]+)?(?=\S)"
)
_TERM: Final = re.compile(r"[ \t]*(?P<term>\S[^\n]*?)(?::{2,4}|;;)(?:[ \t]+|$)")
_FENCE: Final = re.compile(r"(?:-{4,}|\.{4,}|\+{4,}|/{4,}|_{4,}|={4,}|\*{4,}|--|`{3}.*)[ \t]*$")
_CODES: Final = "-.+`"
_MACRO: Final = re.compile(r"[A-Za-z_][\w-]*::[^\s\[]*\[.*\][ \t]*$")
_ATTRIBUTE: Final = re.compile(r":!?[\w-]+!?:(?:[ \t]|$)")
_LIST: Final = re.compile(r"\[(?P<style>[^\]]*)\][ \t]*$|\[\[[^\]]*\]\][ \t]*$")
_TITLE: Final = re.compile(r"\.(?=[^\s.])")
_ADMONITION: Final = re.compile(r"(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION):[ \t]+")
_RULE: Final = re.compile(r"(?:'{3,}|<{3,}|\+)[ \t]*$")
_CELL: Final = re.compile(r"(?:^|[ \t])(?:[\d.+*<>^]{0,6}[aehlmsv]?)?\|(?P<cell>[^|]*)")
_CODE_STYLES: Final = frozenset({"source", "listing", "literal", "stem", "latexmath", "asciimath"})
_INLINE: Final = re.compile(
    r"(?P<comment>^//(?!/)[^\n]*\n?)"
    r"|(?P<quote>[\"']`(?=\S)|(?<=\S)`[\"'])"
    r"|(?P<code>``[^\n]+?``|(?<![\w`\"'])`(?=\S)[^`]+?`(?![\w`])|(?<![\w+])\+(?=\S)[^+\n]+\+(?![\w+])"
    r"|\bkbd:\[[^\]\n]*\])"
    r"|(?P<math>\b(?:stem|latexmath|asciimath):\[[^\]\n]*\])"
    r"|(?:(?:\b(?:link|xref|mailto):|\b(?=https?://))[^\s\[\]<>]+\[|<<[^<>,\n]+,[ \t]*)"
    r"(?P<text>[^\]<>]+)(?:\]|>>)"
    r"|(?P<link><<[^<>\n]+>>|\b(?:link|xref):[^\s\[\]]+\[\])"
    r"|(?P<image>\b(?:image|icon):[^\s\[\]:]+\[[^\]]*\])"
    r"|(?P<drop>\bfootnote(?:ref)?:\w*\[[^\]]*\]|\(\(\([^()]*\)\)\)|\{[\w-]+\}|[ \t]\+(?=[ \t]*$)"
    r"|\[\[[^\]\n]+\]\]|\[\.[\w.-]+\](?=#)|\b(?:anchor|indexterm):[^\s\[]*\[[^\]]*\])"
    r"|(?P<pair>(?<![\w*_#])(?P<mark>\*\*|__|##|[*_#])(?=\S)(?:(?!\n\s*\n).){1,600}?(?<=\S)(?P=mark)"
    r"(?![\w*_#]))",
    re.DOTALL | re.MULTILINE,
)


def parse(source: Source) -> Document:
    """Read AsciiDoc: listings, passthroughs, attributes, macros and comments are no prose."""
    reader = _AsciiDoc(source)
    for line in lines(source.text):
        reader.take(line)
    return reader.document()


class _AsciiDoc(LineReader):
    inline = _INLINE

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._until: tuple[str, RegionKind] | None = None
        self._quote = ""
        self._style = ""
        self._table = self._literal = False

    def take(self, line: Line) -> None:
        """Take one line."""
        text = line.text
        if self._until is not None:
            end, kind = self._until
            self.region(kind, line)
            if text.rstrip() == end:
                self._until = None
        elif not text.strip():
            self.flush()
            self._literal = False
            if self._style in _CODE_STYLES or not self._quote:
                self._style = ""
        elif not self._special(line):
            self._prose(line)

    def _special(self, line: Line) -> bool:
        """Take a line that is no prose."""
        text = line.text
        attributes = _LIST.match(text)
        if text.startswith("|==="):
            self.region(RegionKind.MARKUP, line)
            self._table = not self._table
        elif _FENCE.match(text):
            self._fence(line)
        elif attributes is not None:
            self.region(RegionKind.MARKUP, line)
            self._style = re.split(r"[,#%.]", attributes["style"] or "")[0].strip() or self._style
        elif _is_comment(text) and not self.filling:
            self.region(RegionKind.COMMENT, line)
        elif _ATTRIBUTE.match(text) or _MACRO.match(text) or _RULE.match(text):
            self.region(RegionKind.MARKUP, line)
        elif self._literal or self._style in _CODE_STYLES or self._is_literal(text):
            self._literal = True
            self.region(RegionKind.CODE, line)
        else:
            return False
        return True

    def _is_literal(self, text: str) -> bool:
        indented = text[0] in " \t" and not self.filling
        return indented and not _ITEM.match(text) and not _TERM.match(text)

    def _fence(self, line: Line) -> None:
        mark = line.text.rstrip()
        self.flush()
        if mark[0] == "/" or (mark[0] in _CODES and mark != "--"):
            kind = RegionKind.COMMENT if mark[0] == "/" else RegionKind.CODE
            self._until = (mark if mark[0] != "`" else "```", kind)
            self.region(kind, line)
        else:
            self.region(RegionKind.MARKUP, line)
            if mark[0] == "_":
                self._quote = "" if self._quote else (self._style or "quote")
        self._style = ""

    def _prose(self, line: Line) -> None:
        text, start = line.text, line.start
        style = self._quote or self._style
        if style in ("quote", "verse"):
            quoted = self._quote or style == "quote"
            self.extend(
                line, BlockKind.BLOCK_QUOTE if quoted else BlockKind.VERSE, int(bool(quoted))
            )
            return
        if self._table:
            self._cells(line)
            return
        heading, item, term = _HEADING.match(text), _ITEM.match(text), _TERM.match(text)
        title, note = _TITLE.match(text), _ADMONITION.match(text)
        if heading is not None:
            depth = len(heading["marks"])
            self.single(BlockKind.HEADING, depth, start + heading.end(), line.end)
        elif item is not None:
            depth = len(item["marks"] or "-")
            self.open(BlockKind.LIST_ITEM, depth, start + item.end(), line.end)
        elif term is not None and not self.filling:
            self.single(BlockKind.LIST_ITEM, 1, *(start + at for at in term.span("term")))
            if term.end() < len(text):
                self.open(BlockKind.LIST_ITEM, 1, start + term.end(), line.end)
        elif self.filling:
            self.extend(line)
        elif title is not None:
            self.single(BlockKind.CAPTION, 0, start + 1, line.end)
        else:
            self.open(BlockKind.PARAGRAPH, 0, start + (note.end() if note else 0), line.end)

    def _cells(self, line: Line) -> None:
        cells = list(_CELL.finditer(line.text))
        if not cells:
            self.extend(line, BlockKind.TABLE_CELL)
        for cell in cells:
            low, high = cell.span("cell")
            self.open(BlockKind.TABLE_CELL, 0, line.start + low, line.start + high)


def _is_comment(text: str) -> bool:
    return text.startswith("//") and not text.startswith("///")
