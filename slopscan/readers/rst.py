"""reStructuredText to prose, through docutils.

docutils says what each stretch of text is and on which line it begins; its inline parser keeps
escapes in place, so that every piece can be laid against the source and is checked there. No file
is included, no raw passage taken, no other part of docutils run.
"""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from slopscan.document import BlockKind, Document, RegionKind, Source
from slopscan.errors import InputError
from slopscan.readers.mentions import announces_mention
from slopscan.readers.prose import Builder, Part, PartKind

_ODD_LINE_ENDS: Final = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029\x00]")
_LINE: Final = re.compile(r"([^\r\n]*)(?:\r\n|\n|\r|\Z)")
_NEAR: Final = (0, -1, 1, -2, 2, -3, 3)
_SKIPPED: Final = frozenset(
    {"system_message", "literal_block", "field_name", "doctest_block", "math_block", "option"}
)
_INSIDE: Final = {
    "block_quote": (BlockKind.BLOCK_QUOTE, 1),
    "epigraph": (BlockKind.BLOCK_QUOTE, 1),
    "entry": (BlockKind.TABLE_CELL, 0),
    "footnote": (BlockKind.FOOTNOTE, 0),
    "citation": (BlockKind.FOOTNOTE, 0),
    "caption": (BlockKind.CAPTION, 0),
    "line_block": (BlockKind.VERSE, 0),
}
_PLACEHOLDERS: Final = {
    "literal": ("code", RegionKind.CODE),
    "math": ("math", RegionKind.MATH),
    "problematic": ("link", RegionKind.MARKUP),
    "substitution_reference": ("link", RegionKind.MARKUP),
    "inline": ("code", RegionKind.CODE),
}
_DROPPED: Final = frozenset({"footnote_reference", "citation_reference", "raw"})
# Directives of Sphinx and its kin whose content is prose.
_PASSAGES: Final = (
    *("seealso", "versionadded", "versionchanged", "versionremoved", "deprecated", "only"),
    *("tab", "tab-set", "tab-item", "dropdown", "card", "glossary", "hlist"),
)


class _Record(NamedTuple):
    """What the inline parser was given, and the nodes it made."""

    text: str
    line: int
    nodes: list[Any]


def parse(source: Source) -> Document:
    """Read reStructuredText, Sphinx's most common directives included.

    Raises
    ------
    InputError
        When docutils is not installed, or cannot cope with the nesting of the file.
    """
    try:
        records = _records(_ODD_LINE_ENDS.sub(" ", source.text.removeprefix("\ufeff")))
    except ImportError as error:
        raise InputError(
            "cannot be read: reStructuredText needs docutils",
            where=source.name,
            fix='pip install "slopscan-prose[files]"',
        ) from error
    except RecursionError as error:
        raise InputError(
            "is refused: nested too deep", where=source.name, fix="leave it out"
        ) from error
    builder = Builder(source)
    page = _Page(source.text, builder)
    page.run(records)
    return builder.document()


def _records(text: str) -> list[_Record]:
    from docutils import nodes  # noqa: PLC0415
    from docutils.frontend import get_default_settings  # noqa: PLC0415
    from docutils.parsers.rst import Directive, Parser, directives, roles, states  # noqa: PLC0415
    from docutils.utils import new_document  # noqa: PLC0415

    found: list[_Record] = []

    # docutils reads the attributes of the very class, so a subclass would not do.
    inliner = states.Inliner()
    original = inliner.parse

    def recorded(text: str, lineno: int, memo: Any, parent: Any) -> Any:
        made, messages = original(text, lineno, memo, parent)
        found.append(_Record(text, lineno, made))
        return made, messages

    inliner.parse = recorded

    class Passage(Directive):  # type: ignore[misc]
        optional_arguments = 1
        final_argument_whitespace = True
        has_content = True

        def run(self) -> list[Any]:
            node = nodes.container()
            self.state.nested_parse(self.content, self.content_offset, node)
            return [node]

    for name in _PASSAGES:
        directives.register_directive(name, Passage)
    known = dict(roles._roles)
    try:
        parser = Parser(inliner=inliner)
        settings = get_default_settings(Parser)
        settings.file_insertion_enabled = settings.raw_enabled = False
        settings.report_level = settings.halt_level = 5
        settings.line_length_limit = len(text) + 1
        parser.parse(text, new_document("source", settings))
    finally:
        roles._roles.clear()
        roles._roles.update(known)
    return found


class _Page:
    def __init__(self, text: str, builder: Builder) -> None:
        self._text = text
        self._out = builder
        start = 1 if text.startswith("\ufeff") else 0
        self._lines = [match.span(1) for match in _LINE.finditer(text, start)]
        self._taken: dict[int, int] = {}  # line to the end of what was taken of it

    def run(self, records: list[_Record]) -> None:
        """Lay every text that is prose against the source, in its order."""
        blocks = []
        for record in records:
            names = _ancestors(record.nodes)
            if names and not _SKIPPED & set(names) and names[-1] == "document":
                places = self._places(record)
                if places is not None:
                    blocks.append((places, record, names))
        for places, record, names in sorted(blocks, key=lambda item: item[0][0]):
            parts = _Inline(self._text, record, places, self._out).parts()
            kind, depth = _kind(names)
            self._out.block(kind, parts, depth)
        self._rest()

    def _places(self, record: _Record) -> list[int] | None:
        """Return the source offset of every character of a text, None where it is not there."""
        lines = record.text.split("\n")
        for near in _NEAR:
            first = record.line - 1 + near
            found = self._lay(lines, first)
            if found is not None:
                for number, (line, at) in enumerate(zip(lines, found, strict=True)):
                    self._taken[first + number] = at + len(line)
                return [
                    place
                    for line, at in zip(lines, found, strict=True)
                    for place in range(at, at + len(line) + 1)
                ][:-1]
        return None

    def _lay(self, lines: list[str], first: int) -> list[int] | None:
        if first < 0 or first + len(lines) > len(self._lines):
            return None
        found = []
        for number, line in enumerate(lines, first):
            start, end = self._lines[number]
            begin = self._taken.get(number, start)
            shown = _ODD_LINE_ENDS.sub(" ", self._text[begin:end])
            bare = shown.rstrip()
            into = len(bare) - len(line) if bare.endswith(line) else shown.find(line)
            if into < 0:
                return None
            found.append(begin + into)
        return found

    def _rest(self) -> None:
        """Record lines that no prose was taken from: comments, code, underlines."""
        kind: RegionKind | None = None
        for number, (start, end) in enumerate(self._lines):
            line = self._text[start:end]
            if number in self._taken:
                kind = None
            elif line.strip():
                if not line[0].isspace() or kind is None:
                    body = line.lstrip()
                    if re.match(r"\.\.(?:\s(?!.*::)|$)", body):
                        kind = RegionKind.COMMENT
                    elif line[0].isspace() or body.startswith((">>>", "..")):
                        kind = RegionKind.CODE
                    else:
                        kind = RegionKind.MARKUP
                lead = len(line) - len(line.lstrip())
                self._out.region(kind, start + lead, start + len(line.rstrip()))


class _Inline:
    """One text: docutils' nodes laid against it from left to right."""

    def __init__(self, text: str, record: _Record, places: list[int], builder: Builder) -> None:
        self._source, self._out = text, builder
        self._record, self._places = record, places
        self._at = 0
        self._parts: list[Part] = []

    def parts(self) -> list[Part]:
        """Return the prose of the text; what does not fit is left out."""
        for node in self._record.nodes:
            name = type(node).__name__
            if name == "Text":
                self._words(str(node), self._at)
                self._at += len(str(node))
                continue
            raw = node.rawsource
            if not raw or not self._record.text.startswith(raw, self._at):
                continue  # the target inside a reference
            start, self._at = self._at, self._at + len(raw)
            self._node(name, node, start)
        return self._parts

    def _node(self, name: str, node: Any, start: int) -> None:
        low, high = self._span(start, self._at)
        if name in _DROPPED:
            self._out.region(RegionKind.MARKUP, low, high)
        elif name in _PLACEHOLDERS:
            word, kind = _PLACEHOLDERS[name]
            self._parts.append(Part(PartKind.PLACEHOLDER, low, high, word))
            self._out.region(kind, low, high)
        else:
            inner = "".join(str(child) for child in node.children if child.tagname == "#text")
            into = node.rawsource.find(inner.replace("\0", "\\")) if inner else -1
            if into < 0:
                self._out.region(RegionKind.URL, low, high)
                return
            if name == "emphasis" and self._parts and self._parts[-1].kind is PartKind.TEXT:
                last = self._parts[-1]
                if announces_mention(self._source[last.start : last.end]):
                    self._out.mention(low, high)
            self._words(inner, start + into)
            tail = self._span(start + into + len(inner), self._at)
            if name == "reference" and tail[1] - tail[0] > 2:
                self._out.region(RegionKind.URL, *tail)

    def _span(self, start: int, end: int) -> tuple[int, int]:
        if start >= end:
            return 0, 0
        return self._places[start], self._places[end - 1] + 1

    def _words(self, shown: str, start: int) -> None:
        """Append words; NUL stands for a backslash, which goes, and takes a blank with it."""
        text = shown.replace("\0", "\\")
        if self._record.text[start : start + len(text)] != text:
            return
        done = 0
        marks = [at for at, char in enumerate(shown) if char == "\0"]
        for at in marks:
            self._plain(start + done, start + at)
            done = at + 1 + (at + 1 < len(shown) and shown[at + 1].isspace())
        self._plain(start + done, start + len(text))

    def _plain(self, start: int, end: int) -> None:
        """Append characters, line by line, since lines lose their indentation."""
        while start < end:
            stop = self._record.text.find("\n", start, end)
            stop = end if stop < 0 else stop
            if start < stop:
                low, high = self._span(start, stop)
                self._parts.append(Part(PartKind.TEXT, low, high))
            if stop < end:
                low = self._places[stop - 1] + 1 if stop else self._places[stop]
                after = self._places[stop + 1] if stop + 1 < len(self._places) else low + 1
                self._parts.append(Part(PartKind.ATOM, low, after, " "))
            start = stop + 1


def _ancestors(nodes: list[Any]) -> list[str]:
    names: list[str] = []
    node = nodes[0].parent if nodes else None
    while node is not None:
        names.append(type(node).__name__)
        node = node.parent
    return names


def _kind(names: list[str]) -> tuple[BlockKind, int]:
    for name in names:
        if name in _INSIDE:
            return _INSIDE[name]
    if names[0] in ("title", "subtitle"):
        return BlockKind.HEADING, min(max(names.count("section"), 1), 6)
    depth = names.count("list_item")
    if depth:
        return BlockKind.LIST_ITEM, depth
    return BlockKind.PARAGRAPH, 0
