"""LaTeX to prose, through pylatexenc, whose nodes know where they stand.

Nothing is expanded, included or run: a macro of the author's own gives the text of its arguments.
The preamble is no prose; code is covered before parsing, character by character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from slopscan.document import BlockKind, Document, RegionKind, Source
from slopscan.errors import InputError
from slopscan.readers.mentions import announces_mention
from slopscan.readers.prose import Builder, Part, PartKind

_CODE: Final = re.compile(
    r"\\begin\{(?P<name>lstlisting|minted|[vV]erbatim|BVerbatim|comment|tikzpicture|alltt|algorithmic"
    r"|filecontents|bibtexsource)(?P<star>\*?)\}.*?(?:\\end\{(?P=name)(?P=star)\}|\Z)"
    r"|\\(?:lstinline|mintinline|Verb)\b(?:\[[^\]\n]*\])?(?:\{\w+\})?(?P<mark>[^\w\s{\[]).*?(?P=mark)",
    re.DOTALL,
)
_NOT_LINE_END: Final = re.compile(r"[^\r\n]")
_COMMENTED: Final = re.compile(r"(?:^|[^\\])(?:\\\\)*%")
_PARAGRAPH: Final = re.compile(r"\n[ \t]*\n\s*|\r\n[ \t]*\r\n\s*")
_OPTION: Final = re.compile(r"\s*\[[^\]\n]*\]")
_HEADINGS: Final = {
    name: min(level, 6)
    for level, name in enumerate(
        ("title", "chapter", "section", "subsection", "subsubsection", "paragraph"), 1
    )
} | {"part": 1, "subparagraph": 6, "frametitle": 3}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HIDDEN: Final = _words(
    """
    label cite citep citet citealp citeauthor citeyear nocite parencite textcite autocite footcite
    usepackage documentclass includegraphics input include bibliography bibliographystyle
    newcommand renewcommand providecommand newenvironment renewenvironment def let setlength
    addtolength vspace hspace pagestyle thispagestyle index addbibresource graphicspath color
    definecolor hypersetup newtheorem pagenumbering setcounter addtocounter date author
    selectlanguage hyphenation lstset PassOptionsToPackage affil email orcid keywords
    """
)
_PLACEHOLDERS: Final = {
    **dict.fromkeys(("texttt", "verb", "lstinline", "code", "path"), ("code", RegionKind.CODE)),
    **dict.fromkeys(("url", "nolinkurl"), ("link", RegionKind.URL)),
    **dict.fromkeys(
        ("ref", "pageref", "eqref", "autoref", "cref", "Cref", "nameref", "vref", "gls", "Gls"),
        ("link", RegionKind.MARKUP),
    ),
}
_FIRST_HIDDEN: Final = frozenset({"href", "textcolor", "hyperref", "foreignlanguage", "colorbox"})
_MATHS: Final = _words("equation align gather multline eqnarray displaymath math flalign alignat")
_QUOTES: Final = frozenset({"quote", "quotation", "displayquote", "displaycquote"})
_TABLES: Final = frozenset({"tabular", "tabularx", "longtable", "tabulary", "array"})
_LISTS: Final = frozenset({"itemize", "enumerate", "description"})
_NO_PROSE: Final = frozenset({"thebibliography", "algorithm", "filecontents"})
_SPECIALS: Final = {"~": " ", "--": "\u2013", "---": "\u2014", "``": "\u201c", "''": "\u201d"}


def parse(source: Source) -> Document:
    """Read LaTeX.

    Raises
    ------
    InputError
        When pylatexenc is not installed, or cannot cope with the nesting of the file.
    """
    builder = Builder(source)
    try:
        page = _Page(source.text, builder)
        page.run()
    except ImportError as error:
        raise InputError(
            "cannot be read: LaTeX needs pylatexenc",
            where=source.name,
            fix='pip install "slopscan-prose[files]"',
        ) from error
    except RecursionError as error:
        raise InputError(
            "is refused: nested too deep", where=source.name, fix="leave it out"
        ) from error
    return builder.document()


class _Page:
    """Walks the nodes in order. `_parts` is the block that is being filled."""

    def __init__(self, text: str, builder: Builder) -> None:
        from pylatexenc.latex2text import LatexNodes2Text  # noqa: PLC0415
        from pylatexenc.latexwalker import LatexWalker  # noqa: PLC0415

        self._text, self._out = text, builder
        self._symbols = LatexNodes2Text()
        self._parts: list[Part] = []
        self._kinds: list[tuple[BlockKind, int]] = [(BlockKind.PARAGRAPH, 0)]
        self._lists = 0
        self._start = 1 if text.startswith("\ufeff") else 0
        self._walker = LatexWalker(self._covered(), tolerant_parsing=True)

    def run(self) -> None:
        """Read the document, or all of a file that is a part of one."""
        nodes = self._walker.get_latex_nodes(pos=self._start)[0]
        body = [node for node in nodes if getattr(node, "environmentname", None) == "document"]
        if body:
            self._out.region(RegionKind.MARKUP, self._start, body[0].pos)
            self._comments(nodes, body[0].pos)
        self._visit(body[0].nodelist if body else nodes)
        self._flush()

    def _comments(self, nodes: Iterable[Any], end: int) -> None:
        for node in nodes:
            if type(node).__name__ == "LatexCommentNode" and node.pos < end:
                self._comment(node)

    def _covered(self) -> str:
        chunks, done = [], 0
        for match in _CODE.finditer(self._text):
            line = self._text.rfind("\n", 0, match.start()) + 1
            if match.start() < done or _COMMENTED.search(self._text[line : match.start()]):
                continue
            self._out.region(RegionKind.CODE, *match.span())
            chunks += [self._text[done : match.start()], _NOT_LINE_END.sub(" ", match.group())]
            done = match.end()
        return "".join([*chunks, self._text[done:]])

    def _visit(self, nodes: Iterable[Any]) -> None:
        hide = 0
        after_macro = False
        for node in nodes:
            if node is None:
                continue
            name = type(node).__name__
            if hide and name == "LatexGroupNode":
                hide -= 1
                self._out.region(RegionKind.MARKUP, node.pos, node.pos + node.len)
                continue
            if name == "LatexMacroNode":
                hide = self._macro(node)
                after_macro = True
                continue
            getattr(self, f"_on_{name[5:-4].lower()}")(node, after_macro)
            after_macro = after_macro and name == "LatexGroupNode"

    def _on_chars(self, node: Any, after_macro: bool) -> None:
        at, end = node.pos, node.pos + node.len
        option = _OPTION.match(self._text, at, end) if after_macro else None
        if option is not None:
            at = option.end()
        for match in _PARAGRAPH.finditer(self._walker.s, at, end):
            self._take(at, match.start())
            self._flush()
            at = match.end()
        self._take(at, end)

    def _on_group(self, node: Any, after_macro: bool) -> None:
        self._visit(node.nodelist)

    def _on_comment(self, node: Any, after_macro: bool) -> None:
        self._comment(node)
        # A blank line ends a paragraph after a comment too.
        if node.comment_post_space.count("\n") > 1:
            self._flush()

    def _on_math(self, node: Any, after_macro: bool) -> None:
        self._placeholder(node, "math", RegionKind.MATH)

    def _on_specials(self, node: Any, after_macro: bool) -> None:
        chars = node.specials_chars
        if chars in _SPECIALS:
            self._atom(node.pos, node.pos + node.len, _SPECIALS[chars])
        elif chars == "&" or "\n" in chars:
            self._flush()
        else:
            self._take(node.pos, node.pos + node.len)

    def _on_environment(self, node: Any, after_macro: bool) -> None:
        name = node.environmentname.rstrip("*")
        if name in _MATHS:
            self._placeholder(node, "math", RegionKind.MATH)
            return
        self._flush()
        if name in _NO_PROSE or not node.nodelist:
            self._out.region(RegionKind.MARKUP, node.pos, node.pos + node.len)
            return
        kind = self._kinds[-1]
        if name in _QUOTES:
            kind = (BlockKind.BLOCK_QUOTE, 1)
        elif kind[0] is not BlockKind.BLOCK_QUOTE:
            if name in _LISTS:
                self._lists += 1
                kind = (BlockKind.LIST_ITEM, self._lists)
            elif name in _TABLES:
                kind = (BlockKind.TABLE_CELL, 0)
            elif name == "verse":
                kind = (BlockKind.VERSE, 0)
        self._within(kind, node.nodelist)
        self._lists -= kind[0] is BlockKind.LIST_ITEM and name in _LISTS

    def _within(self, kind: tuple[BlockKind, int], nodes: Iterable[Any]) -> None:
        self._flush()
        self._kinds.append(kind)
        self._visit(nodes)
        self._flush()
        self._kinds.pop()

    def _macro(self, node: Any) -> int:
        """Take a macro; return how many groups after it are no prose."""
        name = node.macroname.rstrip("*")
        arguments = list(node.nodeargd.argnlist or ()) if node.nodeargd else []
        groups = [item for item in arguments if _is_braced(item)]
        hide = 0
        if name in _HIDDEN:
            self._out.region(RegionKind.MARKUP, node.pos, node.pos + node.len)
            hide = 0 if groups else 3
        elif name in _PLACEHOLDERS:
            self._placeholder(node, *_PLACEHOLDERS[name])
            hide = 0 if arguments else 1
        elif name in ("item", "par", "\\", "newline"):
            self._break(name)
        elif name in _HEADINGS:
            quoted = self._kinds[-1][0] is BlockKind.BLOCK_QUOTE
            self._within(
                self._kinds[-1] if quoted else (BlockKind.HEADING, _HEADINGS[name]), groups
            )
        elif name in ("footnote", "footnotetext", "caption"):
            kind = BlockKind.CAPTION if name == "caption" else BlockKind.FOOTNOTE
            self._within((kind, 0), groups)
        elif name == "enquote":
            hide = self._enquote(node, groups)
        elif name in _FIRST_HIDDEN:
            hide = 0 if groups else 1
            self._visit(groups[1:])
        elif groups:
            if name in ("emph", "textit") and self._is_mention():
                self._out.mention(node.pos, node.pos + node.len)
            self._visit(groups)
        else:
            self._symbol(node)
        return hide

    def _break(self, name: str) -> None:
        table = self._kinds[-1][0] is BlockKind.TABLE_CELL
        if table or name in ("item", "par"):
            self._flush()
        elif self._parts:
            end = self._parts[-1].end
            self._parts.append(Part(PartKind.ATOM, end, end, " "))

    def _enquote(self, node: Any, groups: list[Any]) -> int:
        self._visit(groups)
        end = node.pos + node.len
        if not groups and self._text[end : end + 1] == "{":
            close = self._text.find("}", end)
            self._out.mention(end + 1, close if close > end else end + 1)
        elif groups:
            self._out.mention(node.pos, end)
        return 0

    def _is_mention(self) -> bool:
        if not self._parts or self._parts[-1].kind is not PartKind.TEXT:
            return False
        return announces_mention(self._text[self._parts[-1].start : self._parts[-1].end])

    def _symbol(self, node: Any) -> None:
        start, end = node.pos, node.pos + node.len
        shown = self._symbols.nodelist_to_text([node])
        if shown.strip() and len(shown) < 20 and "\n" not in shown:
            self._atom(start, end, shown.strip())
        elif node.macroname in (" ", ",", ";", ":", "quad", "qquad"):
            self._atom(start, end, " ")
        else:
            self._out.region(RegionKind.MARKUP, start, end)

    def _atom(self, start: int, end: int, prose: str) -> None:
        self._parts.append(Part(PartKind.ATOM, start, end, prose))

    def _placeholder(self, node: Any, word: str, kind: RegionKind) -> None:
        self._parts.append(Part(PartKind.PLACEHOLDER, node.pos, node.pos + node.len, word))
        self._out.region(kind, node.pos, node.pos + node.len)

    def _comment(self, node: Any) -> None:
        end = node.pos + node.len - len(node.comment_post_space or "")
        self._out.region(RegionKind.COMMENT, node.pos, end)

    def _take(self, start: int, end: int) -> None:
        if start < end:
            # What was covered as code is blank for the parser, and must stay out.
            if self._walker.s[start:end] == self._text[start:end]:
                self._parts.append(Part(PartKind.TEXT, start, end))
                return
            for match in re.finditer(r"\S+(?:[ \t]\S+)*", self._walker.s[start:end]):
                low = start + match.start()
                if self._parts and self._parts[-1].end < low:
                    self._atom(self._parts[-1].end, low, " ")
                self._parts.append(Part(PartKind.TEXT, low, start + match.end()))

    def _flush(self) -> None:
        if self._parts:
            self._out.block(self._kinds[-1][0], self._parts, self._kinds[-1][1])
        self._parts = []


def _is_braced(node: Any) -> bool:
    delimiters = getattr(node, "delimiters", None)
    return delimiters is not None and delimiters[0] == "{"
