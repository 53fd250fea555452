"""Org files to prose, line by line; no Python parser of Org keeps exact positions."""

from __future__ import annotations

import re
from typing import Final

from slopscan.document import BlockKind, Document, RegionKind, Source
from slopscan.readers.lines import Line, LineReader, lines

_HEADING: Final = re.compile(
    r"(?P<stars>\*+)[ \t]+(?:(?:TODO|DONE|NEXT|WAITING|CANCELLED)\b[ \t]*)?(?:\[#\w\][ \t]*)?"
    r"(?P<title>.*?)(?P<tags>[ \t]+:[\w@#%:]+:)?[ \t]*$"
)
_ITEM: Final = re.compile(
    r"(?P<indent>[ \t]*)(?:[-+]|\d{1,4}[.)]|[a-zA-Z][.)]|(?<=[ \t])\*)[ \t]+"
    r"(?:\[@\d+\][ \t]*)?(?:\[[ xX-]\][ \t]+)?(?:(?P<term>\S.*?)[ \t]+::(?:[ \t]+|$))?"
)
_BEGIN: Final = re.compile(r"[ \t]*#\+begin_(?P<name>\w+)", re.IGNORECASE)
_KEYWORD: Final = re.compile(r"[ \t]*#\+(?P<key>[\w-]+)(?:\[.*?\])?:[ \t]*", re.IGNORECASE)
_COMMENT: Final = re.compile(r"[ \t]*#(?:[ \t]|$)")
_DRAWER: Final = re.compile(r"[ \t]*:[\w-]+:[ \t]*$")
_PLANNING: Final = re.compile(r"[ \t]*(?:DEADLINE|SCHEDULED|CLOSED|CLOCK):")
_FIXED: Final = re.compile(r"[ \t]*:(?:[ \t]|$)")
_NOTE: Final = re.compile(r"\[fn:[\w-]+\][ \t]*")
_RULE: Final = re.compile(r"[ \t]*(?:-{5,}[ \t]*$|\|-)")
_CELL: Final = re.compile(r"[^|\s][^|]*")
_CODES: Final = frozenset({"src", "example", "export", "latex", "html", "ascii"})
_INLINE: Final = re.compile(
    r"(?P<code>(?<![\w=~])(?:=(?=\S)[^=\n]*(?:\n[^=\n]+)?(?<=\S)=|~(?=\S)[^~\n]*(?:\n[^~\n]+)?(?<=\S)~)"
    r"(?![\w=~])|\bsrc_\w+(?:\[[^\]\n]*\])?\{[^}\n]*\})"
    r"|\[\[[^\]\n]+\]\[(?P<text>[^\]]+)\]\]|(?P<link>\[\[[^\]\n]+\]\])"
    r"|(?P<math>\\\([^\n]*?\\\)|\\\[.*?\\\]|\$\$.*?\$\$|(?<![\w$])\$(?=\S)[^$\n]{1,80}(?<=\S)\$(?!\w))"
    r"|(?P<drop>\[fn:[\w-]*(?::[^\]]*)?\]|@@\w+:[^\n]*?@@|\\\\(?=[ \t]*$)|<<[^<>\n]+>>)"
    r"|(?P<pair>(?<![\w*/_+])(?P<mark>[*/_+])(?=\S)(?:(?!\n\s*\n).){1,600}?(?<=\S)(?P=mark)(?![\w*/_+]))",
    re.DOTALL | re.MULTILINE,
)


def parse(source: Source) -> Document:
    """Read Org: keywords, drawers, planning lines, source blocks and comments are no prose."""
    reader = _Org(source)
    for line in lines(source.text):
        reader.take(line)
    return reader.document()


class _Org(LineReader):
    inline = _INLINE

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._until: tuple[str, RegionKind] | None = None
        self._block = ""

    def take(self, line: Line) -> None:
        """Take one line."""
        text = line.text
        if self._until is not None:
            end, kind = self._until
            self.region(kind, line)
            if text.strip().lower() == end:
                self._until = None
        elif not text.strip():
            self.flush()
        elif not self._special(line):
            self._prose(line)

    def _special(self, line: Line) -> bool:
        """Take a line that is no prose."""
        text = line.text
        begin = _BEGIN.match(text)
        if begin is not None:
            self._open(line, begin["name"].lower())
        elif text.strip().lower().startswith("#+end_"):
            self.region(RegionKind.MARKUP, line)
            self._block = ""
        elif _KEYWORD.match(text):
            self._keyword(line)
        elif _COMMENT.match(text):
            self.region(RegionKind.COMMENT, line)
        elif _DRAWER.match(text):
            self.region(RegionKind.MARKUP, line)
            self._until = (":end:", RegionKind.MARKUP)
        elif _PLANNING.match(text) or _RULE.match(text):
            self.region(RegionKind.MARKUP, line)
        elif _FIXED.match(text):
            self.region(RegionKind.CODE, line)
        else:
            return False
        return True

    def _open(self, line: Line, name: str) -> None:
        code = name in _CODES
        if code or name == "comment":
            kind = RegionKind.CODE if code else RegionKind.COMMENT
            self._until = (f"#+end_{name}", kind)
            self.region(kind, line)
        else:
            self.region(RegionKind.MARKUP, line)
            self._block = name

    def _keyword(self, line: Line) -> None:
        match = _KEYWORD.match(line.text)
        if match is not None and match["key"].lower() == "caption":
            self.single(BlockKind.CAPTION, 0, line.start + match.end(), line.end)
        else:
            self.region(RegionKind.MARKUP, line)

    def _prose(self, line: Line) -> None:
        if self._block == "quote":
            self.extend(line, BlockKind.BLOCK_QUOTE, 1)
            return
        if self._block == "verse":
            self.extend(line, BlockKind.VERSE)
            return
        text, start = line.text, line.start
        heading, item, note = _HEADING.match(text), _ITEM.match(text), _NOTE.match(text)
        if heading is not None:
            title = heading.span("title")
            depth = min(len(heading["stars"]), 6)
            self.single(BlockKind.HEADING, depth, start + title[0], start + title[1])
        elif text.lstrip().startswith("|"):
            for cell in _CELL.finditer(text):
                self.single(BlockKind.TABLE_CELL, 0, start + cell.start(), start + cell.end())
        elif item is not None:
            if item["term"]:
                self.single(BlockKind.LIST_ITEM, 1, *(start + at for at in item.span("term")))
            depth = 1 + len(item["indent"].expandtabs()) // 2
            self.open(BlockKind.LIST_ITEM, depth, start + item.end(), line.end)
        elif note is not None:
            self.open(BlockKind.FOOTNOTE, 0, start + note.end(), line.end)
        else:
            self.extend(line)
