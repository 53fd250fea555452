"""OpenDocument texts (`.odt`) to an outline: paragraphs in order, notes after their paragraph.

Styles tell quotations and code; tracked deletions and annotations are left out, but for an
annotation whose words begin with `slopscan:`, which stays at its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from slopscan.document import BlockKind
from slopscan.readers.archives import Archive
from slopscan.readers.outline import LINE_BREAK, Outline, Run, comment

_SKIPPED: Final = frozenset(
    {"tracked-changes", "note-citation", "object", "image", "table-of-content", "forms"}
    | {"sequence-decls", "title", "desc"}
)
_QUOTES: Final = frozenset({"Quotations", "Quote", "Intense_20_Quote"})
_CODES: Final = frozenset({"Preformatted_20_Text", "Source_20_Code", "Code"})
_CODE_RUNS: Final = frozenset({"Source_20_Text", "Teletype", "Code"})


def extract(data: bytes, name: str) -> Outline:
    """Return the outline of a text.

    Raises
    ------
    InputError
        The archive or its XML is broken, protected or too large.
    """
    archive = Archive(data, name)
    content = archive.xml("content.xml")
    reader = _Reader(content)
    body = content.find("body/text")
    if body is None:
        raise archive.failure("holds no text: it is another kind of OpenDocument file", "leave it")
    reader.blocks(body, None, 0)
    return reader.outline


def _parents(content: Element) -> dict[str, str]:
    return {
        style.get("name", ""): style.get("parent-style-name", "") for style in content.iter("style")
    }


class _Reader:
    def __init__(self, content: Element) -> None:
        self._parents = _parents(content)
        paragraphs = (item for item in content.iter() if item.tag in ("p", "h"))
        self._numbers = {id(item): n for n, item in enumerate(paragraphs, 1)}
        self._n_runs = 0
        self.outline = Outline()
        self._notes: list[Element] = []

    def blocks(self, parent: Element, within: BlockKind | None, depth: int) -> None:
        """Read all paragraphs below an element."""
        for child in parent:
            if child.tag in ("p", "h"):
                self._paragraph(child, within, depth)
            elif child.tag == "list":
                self.blocks(child, within or BlockKind.LIST_ITEM, depth + 1)
            elif child.tag == "table":
                self.blocks(child, BlockKind.TABLE_CELL, 0)
            elif child.tag not in _SKIPPED:
                self.blocks(child, within, depth)

    def _paragraph(self, element: Element, within: BlockKind | None, depth: int) -> None:
        self.outline.at("content.xml", self._numbers.get(id(element), 0))
        self._n_runs = 0
        runs = list(self._runs(element, False))
        styles = self._style(element)
        if styles & _CODES:
            self.outline.code("".join(text for text, _, _ in runs))
        elif styles & _QUOTES:
            self.outline.add(BlockKind.BLOCK_QUOTE, runs, 1)
        elif element.tag == "h":
            level = element.get("outline-level", "1")
            self.outline.add(BlockKind.HEADING, runs, int(level) if level.isdigit() else 1)
        else:
            self.outline.add(within or BlockKind.PARAGRAPH, runs, depth)
        notes, self._notes = self._notes, []
        for note in notes:
            self.blocks(note, None if note.tag == "text-box" else BlockKind.FOOTNOTE, 0)

    def _style(self, element: Element) -> frozenset[str]:
        name = element.get("style-name", "")
        return frozenset({name, self._parents.get(name, "")})

    def _runs(self, parent: Element, is_code: bool) -> Iterator[Run]:
        yield self._run(parent.text, is_code)
        for child in parent:
            yield from self._inline(child, is_code)
            yield self._run(child.tail, is_code)

    def _run(self, text: str | None, is_code: bool) -> Run:
        # A stretch of text between two tags counts as a run.
        self._n_runs += bool(text)
        return text or "", is_code, self._n_runs

    def _inline(self, child: Element, is_code: bool) -> Iterator[Run]:
        tag = child.tag
        if tag == "s":
            count = child.get("c", "1")
            yield " " * (min(int(count), 100) if count.isdigit() else 1), is_code, self._n_runs
        elif tag in ("tab", "line-break"):
            yield (" " if tag == "tab" else LINE_BREAK), is_code, self._n_runs
        elif tag in ("note-body", "text-box"):
            self._notes.append(child)
        elif tag == "annotation":
            words = " ".join("".join(item.itertext()) for item in child.iter("p")).strip()
            if words.startswith("slopscan:"):
                yield f" {comment(words)}", False, self._n_runs
        elif tag == "span":
            yield from self._runs(child, is_code or bool(self._style(child) & _CODE_RUNS))
        elif tag in ("note", "frame"):
            for inner in child:
                yield from self._inline(inner, is_code)
        elif tag not in _SKIPPED:
            yield from self._runs(child, is_code)
