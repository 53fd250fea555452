"""What a reader returns: the prose of a file, in blocks, with its way back to the source."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from slopscan.folding import fold
from slopscan.lazy import lazy
from slopscan.spans import OffsetMap, ProseSpan, SourceSpan


class BlockKind(str, Enum):
    """Kinds of block; rules name them in `scope`."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    LIST_ITEM = "list_item"
    TABLE_CELL = "table_cell"
    CAPTION = "caption"
    FOOTNOTE = "footnote"
    BLOCK_QUOTE = "block_quote"
    VERSE = "verse"


class RegionKind(str, Enum):
    """Kinds of source text that is not the author's running prose."""

    CODE = "code"
    FRONT_MATTER = "front_matter"
    COMMENT = "comment"
    URL = "url"
    MATH = "math"
    MARKUP = "markup"


@dataclass(frozen=True, slots=True)
class LinePlace:
    """Where a line of a text that was extracted from an archive comes from.

    Attributes
    ----------
    part : str
        Member of the archive.
    paragraph : int
        Its paragraph in order of the part, from 1, empty ones counted; 0: none.
    runs : tuple of (int, int)
        Column (from 0) where a run begins, and its number in the paragraph, from 1.
    """

    part: str
    paragraph: int
    runs: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A text as it was read.

    `name` is the path as given, or `<stdin>`; `text` is decoded with nothing changed, line
    ends and byte-order mark included; `encoding` is what it was decoded from. `places` has one
    entry a line for a text that was extracted from an archive, otherwise none.
    """

    name: str
    text: str
    encoding: str = "utf-8"
    media_type: str = "text/markdown"
    places: tuple[LinePlace, ...] = ()


class Block(NamedTuple):
    """One paragraph, heading, cell ... of prose.

    A text inside a block quote keeps kind `block_quote` whatever it is made of. `depth` is
    the heading level (1 to 6), the list or quotation depth (from 1), otherwise 0.
    """

    kind: BlockKind
    span: ProseSpan
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Region:
    """Source text that rules on prose never see: code, front matter, link targets ..."""

    kind: RegionKind
    span: SourceSpan


@dataclass(frozen=True)
class Document:
    """The prose of one source.

    Attributes
    ----------
    source : Source
    prose : str
        Blocks joined by a blank line. Inside a block, runs of white space with a line break
        are one blank; quotes and dashes stay as found. Inline code, mathematics, images and
        bare addresses are one placeholder word each.
    blocks : tuple of Block
        In order, disjoint. Code blocks and front matter have none; they are regions.
    offsets : OffsetMap
        Prose to source.
    quotations : tuple of ProseSpan
        Quoted speech inside a block, quote marks included. Sorted, disjoint.
    placeholders : tuple of ProseSpan
        Words of the prose that stand for something that is not prose.
    regions : tuple of Region
        Sorted by start. May nest (a link target in a footnote), may not cross.
    """

    source: Source
    prose: str
    blocks: tuple[Block, ...]
    offsets: OffsetMap
    quotations: tuple[ProseSpan, ...] = ()
    placeholders: tuple[ProseSpan, ...] = ()
    regions: tuple[Region, ...] = ()

    @lazy
    def folded(self) -> str:
        """The prose with quotes straight, dashes long and spaces plain; same length."""
        return fold(self.prose)

    def text_of(self, block: Block) -> str:
        """Return the folded prose of a block."""
        return self.folded[block.span.start : block.span.end]
