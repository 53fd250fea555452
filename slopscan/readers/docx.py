"""Word documents (`.docx`) to an outline: paragraphs of the body, then foot- and endnotes.

Styles tell headings, quotations and code; deleted text, fields, headers and footers are left out.
A Word comment whose words begin with `slopscan:` stays, at the place it refers to.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from slopscan.document import BlockKind
from slopscan.readers.archives import Archive
from slopscan.readers.outline import LINE_BREAK, Outline, Run, comment

_SKIPPED: Final = frozenset(
    {"rPr", "pPr", "del", "moveFrom", "instrText", "delText", "Fallback", "sdtPr", "tblPr", "trPr"}
)
_CHARACTERS: Final = {
    "tab": " ",
    "br": LINE_BREAK,
    "cr": LINE_BREAK,
    "noBreakHyphen": "\u2011",
}
_QUOTES: Final = frozenset({"quote", "intense quote", "block text", "quotations", "quotation"})
_CODES: Final = frozenset(
    {"html preformatted", "source code", "code", "preformatted text", "macro text", "code block"}
)
_CODE_RUNS: Final = frozenset({"html code", "verbatim char", "source text", "code", "code char"})
_STYLED: Final = {
    **{f"heading {level}": (BlockKind.HEADING, level) for level in range(1, 10)},
    "title": (BlockKind.HEADING, 1),
    "subtitle": (BlockKind.HEADING, 2),
    **dict.fromkeys(_QUOTES, (BlockKind.BLOCK_QUOTE, 1)),
}


def extract(data: bytes, name: str) -> Outline:
    """Return the outline of a document.

    Raises
    ------
    InputError
        The archive or its XML is broken, protected or too large.
    """
    archive = Archive(data, name)
    return _Reader(archive, _main_part(archive)).run()


def _main_part(archive: Archive) -> str:
    if "_rels/.rels" in archive.names:
        for relation in archive.xml("_rels/.rels"):
            if relation.get("Type", "").endswith("/officeDocument"):
                return relation.get("Target", "").lstrip("/")
    return "word/document.xml"


class _Reader:
    def __init__(self, archive: Archive, main: str) -> None:
        self._archive, self._main = archive, main
        self._folder = main.rpartition("/")[0]
        self._out = Outline()
        self._styles = dict(self._read_styles())
        self._comments = dict(self._read_comments())
        self._inner: list[Element] = []  # paragraphs of text boxes
        self._now, self._numbers = main, dict[int, int]()

    def run(self) -> Outline:
        """Read the body and the notes."""
        body = self._archive.xml(self._main)
        self._begin(self._main, body)
        self._blocks(body, None)
        for part, item in (("footnotes.xml", "footnote"), ("endnotes.xml", "endnote")):
            notes = self._part(part)
            self._begin(f"{self._folder}/{part}".lstrip("/"), notes)
            for note in notes:
                if note.tag == item and note.get("type") is None:
                    self._blocks(note, BlockKind.FOOTNOTE)
        return self._out

    def _begin(self, part: str, root: Element | tuple[()]) -> None:
        """Number the paragraphs of a part."""
        found = root.iter("p") if isinstance(root, Element) else ()
        self._now, self._numbers = part, {id(item): n for n, item in enumerate(found, 1)}

    def _part(self, name: str) -> Element | tuple[()]:
        path = f"{self._folder}/{name}" if self._folder else name
        return self._archive.xml(path) if path in self._archive.names else ()

    def _read_styles(self) -> Iterator[tuple[str, str]]:
        for style in self._part("styles.xml"):
            name = style.find("name")
            if style.tag == "style" and name is not None:
                yield style.get("styleId", ""), name.get("val", "").lower()

    def _read_comments(self) -> Iterator[tuple[str, str]]:
        for item in self._part("comments.xml"):
            words = "".join(text.text or "" for text in item.iter("t")).strip()
            if words.startswith("slopscan:"):
                yield item.get("id", ""), words

    def _blocks(self, parent: Element, within: BlockKind | None) -> None:
        for child in parent:
            if child.tag == "p":
                self._paragraph(child, within)
            elif child.tag == "tbl":
                self._blocks(child, within or BlockKind.TABLE_CELL)
            elif child.tag not in _SKIPPED:
                self._blocks(child, within)

    def _paragraph(self, element: Element, within: BlockKind | None) -> None:
        self._out.at(self._now, self._numbers.get(id(element), 0))
        self._n_runs = 0
        runs = list(self._runs(element, False, 0))
        kind, depth, is_code = self._kind(element.find("pPr"))
        if is_code:
            self._out.code("".join(text for text, _, _ in runs))
        elif within is not None and kind is not BlockKind.BLOCK_QUOTE:
            self._out.add(within, runs)
        else:
            self._out.add(kind, runs, depth)
        inner, self._inner = self._inner, []
        for paragraph in inner:
            self._paragraph(paragraph, within)

    def _kind(self, properties: Element | None) -> tuple[BlockKind, int, bool]:
        if properties is None:
            return BlockKind.PARAGRAPH, 0, False
        style = self._style(properties.find("pStyle"))
        if style in _STYLED:
            return (*_STYLED[style], False)
        numbered = properties.find("numPr")
        if numbered is not None or style.startswith("list "):
            level = numbered.find("ilvl") if numbered is not None else None
            value = level.get("val", "0") if level is not None else "0"
            return BlockKind.LIST_ITEM, 1 + (int(value) if value.isdigit() else 0), False
        return BlockKind.PARAGRAPH, 0, style in _CODES

    def _style(self, element: Element | None) -> str:
        name = element.get("val", "") if element is not None else ""
        return self._styles.get(name, name.lower())

    def _runs(self, parent: Element, is_code: bool, number: int) -> Iterator[Run]:
        for child in parent:
            tag = child.tag
            if tag == "t":
                yield child.text or "", is_code, number
            elif tag in _CHARACTERS:
                yield _CHARACTERS[tag], is_code, number
            elif tag == "p":
                self._inner.append(child)
            elif tag == "oMath":
                yield "".join(text.text or "" for text in child.iter("t")), True, number
            elif tag == "commentReference":
                words = self._comments.get(child.get("id", ""))
                if words:
                    yield f" {comment(words)}", False, number
            elif tag == "r":
                style = self._style(child.find("rPr/rStyle"))
                self._n_runs += 1
                yield from self._runs(child, style in _CODE_RUNS, self._n_runs)
            elif tag not in _SKIPPED:
                yield from self._runs(child, is_code, number)
