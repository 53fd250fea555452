"""The context table in every file type but Markdown and plain text: suffix to rows of files."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import NamedTuple

from archive_files import docx, epub, odt, w_p, w_r
from context_table import Parts, hidden, prose, quoted

Rows = Callable[[Parts], Mapping[str, "str | bytes"]]


class FileType(NamedTuple):
    """Files in which the sentence is the author's own, no prose at all, or another's."""

    prose: Rows
    hidden: Rows
    quoted: Rows


def _html_prose(parts: Parts) -> dict[str, str]:
    head, word, middle, tail = parts
    sentence = parts.sentence
    return {
        "plain": f"<!DOCTYPE html>\n<html><body>\n<p>{sentence}</p>\n</body></html>\n",
        "unclosed": f"<p>Words.<p>{sentence}\n",
        "no tags": f"{sentence}\n",
        "hard-wrapped": f"<p>\n  {head}\n  {word} {middle}\n  {tail}\n</p>\n",
        "emphasis": f"<p>{head} <em>{word}</em> {middle} <b>{tail}</b></p>\n",
        "link": f'<p>{head} <a href="/x?a>b" title="t">{word} {middle}</a> {tail}</p>\n',
        "entity": f"<p>{head} {word} {middle.replace(',', '&#44;')} {tail}</p>\n",
        "bare ampersand": f"<p>Q&a_b &c; {sentence}</p>\n",
        "no-break": f"<p>{head}&nbsp;{word} {middle} {tail}</p>\n",
        "comment inside": f"<p>{head} {word}<!-- x --> {middle} {tail}</p>\n",
        "crlf": f"<p>{head}\r\n{word} {middle} {tail}</p>\r\n",
        "byte-order mark": f"\ufeff<p>{sentence}</p>",
        "break": f"<p>{head} {word}<br>{middle} {tail}</p>\n",
        "cell": f"<table><tr><th>a</th></tr><tr><td>{sentence}</td></tr></table>\n",
        "item": f"<ul><li>{sentence}<li>other</ul>\n",
        "item with paragraph": f"<ol><li><p>{sentence}</p></li></ol>\n",
        "after a script": f"<script>if (a < b) {{ '<p>' }}</script><p>{sentence}</p>\n",
    }


def _html_hidden(parts: Parts) -> dict[str, str]:
    sentence = parts.sentence
    return {
        "script": f"<p>A.</p><script>\n// {sentence}\n</script>\n",
        "style": f"<style>/* {sentence} */</style><p>A.</p>\n",
        "comment": f"<p>A.</p><!-- {sentence} -->\n",
        "code": f"<p>See <code>{sentence}</code> there.</p>\n",
        "pre": f"<pre><span>{sentence}</span></pre>\n",
        "attribute": f'<p title="{sentence}">A.</p>\n',
        "alternative text": f'<p>A <img alt="{sentence}" src="x"> b.</p>\n',
        "title": f"<head><title>{sentence}</title></head><p>A.</p>\n",
        "textarea": f"<p>A.</p><textarea>{sentence}</textarea>\n",
        "unclosed script": f"<p>A.</p><script>{sentence}\n",
        "address": f"<p>Go to https://example.org/?{sentence.replace(' ', '_')} now.</p>\n",
    }


def _html_quoted(parts: Parts) -> dict[str, str]:
    sentence = parts.sentence
    return {
        "block quote": f"<blockquote><p>{sentence}</p></blockquote>\n",
        "q": f"<p>She said <q>{sentence}</q> and left.</p>\n",
        "entity quotes": f"<p>She said: &ldquo;{sentence}&rdquo; And left.</p>\n",
        "straight": f'<p>She said: "{sentence}" And left.</p>\n',
        "mention": f"<p>He hates the phrase <em>{sentence}</em> by now.</p>\n",
    }


def _mdx_prose(parts: Parts) -> dict[str, str]:
    head, word, middle, tail = parts
    sentence = parts.sentence
    return {
        "plain": f"{sentence}\n",
        "after import": f"import A from './a.js'\n\n{sentence}\n",
        "in a component": f"<Note kind={{['a b', \"c\"]}}>\n\n{sentence}\n\n</Note>\n",
        "comment inside": f"{head} {word} {middle}{{/* x */}} {tail}\n",
        "after a comment": f"{{/* a\n\nb */}}\n\n{sentence}\n",
        "emphasis": f"{head} *{word}* {middle} {tail}\n",
    }


def _mdx_hidden(parts: Parts) -> dict[str, str]:
    sentence = parts.sentence
    return {
        "comment": f"A.\n\n{{/* {sentence} */}}\n",
        "long comment": f"A.\n\n{{/*\n\n{sentence}\n\n*/}}\n",
        "expression": f"A {{f('{sentence}')}} b.\n",
        "export": f"export const a = '{sentence}'\n\nA.\n",
        "fenced": f"A.\n\n```\n{sentence}\n```\n",
        "code": f"See `{sentence}` there.\n",
        "attribute": f"<Note text={{'{sentence}'}} />\n\nA.\n",
        "front matter": f"---\ntitle: {sentence}\n---\n\nA.\n",
    }


def _mdx_quoted(parts: Parts) -> dict[str, str]:
    return {
        "block quote": f"> {parts.sentence}\n",
        "curly": f"She said: \u201c{parts.sentence}\u201d And left.\n",
    }


def _docx_prose(parts: Parts) -> dict[str, bytes]:
    head, word, middle, tail = parts
    sentence = parts.sentence
    list_item = '<w:numPr><w:ilvl w:val="1"/></w:numPr>'
    runs = w_r(f"{head} ") + w_r(word[:2]) + w_r(f"{word[2:]} {middle} {tail}")
    link = f"{w_r(head + ' ')}<w:hyperlink>{w_r(word)}</w:hyperlink>{w_r(f' {middle} {tail}')}"
    broken = f"{w_r(f'{head} {word}')}<w:r><w:br/></w:r>{w_r(f'{middle} {tail}')}"
    inserted = f"{w_r(f'{head} ')}<w:ins>{w_r(word)}</w:ins>{w_r(f' {middle} {tail}')}"
    gone = f"<w:del><w:r><w:delText>x</w:delText></w:r></w:del>{w_r(sentence)}"
    return {
        "plain": docx(w_p("Words.") + w_p(sentence)),
        "runs": docx(w_p(runs)),
        "link": docx(w_p(link)),
        "line break": docx(w_p(broken)),
        "inserted": docx(w_p(inserted)),
        "after a deletion": docx(w_p(gone)),
        "list item": docx(w_p(sentence, more=list_item)),
        "cell": docx(f"<w:tbl><w:tr><w:tc>{w_p(sentence)}</w:tc></w:tr></w:tbl>"),
        "footnote": docx(w_p("Words."), footnote=w_p(sentence)),
    }


def _docx_hidden(parts: Parts) -> dict[str, bytes]:
    sentence = parts.sentence
    field = f"<w:r><w:instrText>{sentence}</w:instrText></w:r>"
    return {
        "deleted": docx(w_p(f"<w:del><w:r><w:delText>{sentence}</w:delText></w:r></w:del>")),
        "field": docx(w_p(field + w_r("A."))),
        "code": docx(w_p(sentence, "Pre")),
        "inline code": docx(w_p(w_r("See ") + w_r(sentence, "Vc") + w_r(" there."))),
        "comment": docx(w_p("A."), comment=w_p(sentence)),
    }


def _docx_quoted(parts: Parts) -> dict[str, bytes]:
    return {
        "style": docx(w_p(parts.sentence, "Zitat")),
        "curly": docx(w_p(f"She said: \u201c{parts.sentence}\u201d And left.")),
    }


def _odt_prose(parts: Parts) -> dict[str, bytes]:
    head, word, middle, tail = parts
    sentence = parts.sentence
    note = "<text:note><text:note-citation>1</text:note-citation>{}</text:note>"
    body = f"<text:note-body><text:p>{sentence}</text:p></text:note-body>"
    paragraph = f"<text:p>{sentence}</text:p>"
    return {
        "plain": odt(f"<text:h text:outline-level='1'>A</text:h>{paragraph}"),
        "span": odt(f"<text:p>{head} <text:span>{word}</text:span> {middle} {tail}</text:p>"),
        "blanks": odt(f"<text:p>{head}<text:s/>{word}<text:tab/>{middle} {tail}</text:p>"),
        "line break": odt(f"<text:p>{head} {word}<text:line-break/>{middle} {tail}</text:p>"),
        "list": odt(f"<text:list><text:list-item>{paragraph}</text:list-item></text:list>"),
        "cell": odt(f"<table:table><table:table-cell>{paragraph}</table:table-cell></table:table>"),
        "note": odt(f"<text:p>Words.{note.format(body)}</text:p>"),
    }


def _odt_hidden(parts: Parts) -> dict[str, bytes]:
    paragraph = f"<text:p>{parts.sentence}</text:p>"
    code = f"<text:span text:style-name='Source_20_Text'>{parts.sentence}</text:span>"
    return {
        "deleted": odt(f"<text:tracked-changes>{paragraph}</text:tracked-changes>"),
        "annotation": odt(f"<text:p>A.<office:annotation>{paragraph}</office:annotation></text:p>"),
        "code": odt(f"<text:p text:style-name='P2'>{parts.sentence}</text:p>"),
        "inline code": odt(f"<text:p>See {code} there.</text:p>"),
    }


def _odt_quoted(parts: Parts) -> dict[str, bytes]:
    return {
        "style": odt(f"<text:p text:style-name='P1'>{parts.sentence}</text:p>"),
        "straight": odt(f'<text:p>She said: "{parts.sentence}" And left.</text:p>'),
    }


def _in_books(rows: Callable[[Parts], Mapping[str, str]], names: tuple[str, ...]) -> Rows:
    def made(parts: Parts) -> dict[str, bytes]:
        return {name: epub("<p>Words.</p>", rows(parts)[name]) for name in names}

    return made


_IN_BOOKS = ("hard-wrapped", "emphasis", "link", "entity", "break", "cell", "item")


def _notebook(*sources: str, kind: str = "markdown", **more: object) -> str:
    cells = [
        {"metadata": {}, "source": text.splitlines(keepends=True), "cell_type": kind, **more}
        for text in sources
    ]
    return json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def _ipynb_prose(parts: Parts) -> dict[str, str]:
    one = json.dumps({"cells": [{"cell_type": "markdown", "source": parts.sentence}]})
    rows = {name: _notebook("# A\n", text) for name, text in prose(parts).items() if name in _MD}
    accents = _notebook(f'"Caf\u00e9 \U0001f600" \\\\ *x*. {parts.sentence}')
    return rows | {"one string": one, "escapes": accents}


def _ipynb_hidden(parts: Parts) -> dict[str, str]:
    rows = {name: _notebook(text) for name, text in hidden(parts).items() if name in _MD_HIDDEN}
    output = [{"text": parts.sentence}]
    return rows | {
        "code cell": _notebook(f"# {parts.sentence}", kind="code"),
        "raw cell": _notebook(parts.sentence, kind="raw"),
        "output": _notebook("x", kind="code", outputs=output),
        "attachment": _notebook("A.", attachments={"a": {"text/plain": parts.sentence}}),
    }


def _ipynb_quoted(parts: Parts) -> dict[str, str]:
    return {
        name: _notebook(text)
        for name, text in quoted(parts).items()
        if name in ("block quote", "straight", "curly", "mention")
    }


_MD = ("plain", "hard-wrapped", "emphasis inside", "link inside", "entity", "table cell")
_MD_HIDDEN = ("fenced", "inline code", "comment", "link target", "script", "mathematics")


def _python_prose(parts: Parts) -> dict[str, str]:
    head, word, middle, tail = parts
    sentence = parts.sentence
    return {
        "module": f'"""{sentence}"""\n',
        "single quotes": f"'{sentence}'\nx = 1\n",
        "function": f'def f():\n    """Do.\n\n    {head} {word}\n    {middle} {tail}\n    """\n',
        "method": f'class A:\n    """Be."""\n    def f(self):\n        r"""{sentence}"""\n',
        "escape": f'"""{head}\\t{word} {middle} {tail}"""\n',
        "after accents": f'class \u00c9t\u00e9: "\u00e9"; x = 1\n# \u00e9 {sentence}\n',
        "comment": f"x = 1  # {sentence}\n",
        "byte-order mark": f'\ufeff"""{sentence}"""\n',
        "odd line ends": f"x = '\u2028'\r\n\f\r\n# {sentence}\r\n",
        "wrapped comment": f"# {head}\n# {word} {middle}\n# {tail}\nx = 1\n",
    }


def _python_hidden(parts: Parts) -> dict[str, str]:
    sentence = parts.sentence
    return {
        "string": f'x = "{sentence}"\n',
        "later string": f'def f():\n    x = 1\n    """{sentence}"""\n',
        "doctest": f'"""Do.\n\n>>> print("{sentence}")\n{sentence}\n\nMore.\n"""\n',
        "code in a docstring": f'"""See `{sentence}` there."""\n',
    }


def _python_quoted(parts: Parts) -> dict[str, str]:
    return {"straight": f'# She said: "{parts.sentence}" And left.\n'}


def _rst_prose(parts: Parts) -> dict[str, str]:
    head, word, middle, tail = parts
    sentence = parts.sentence
    row = f"{sentence:<60}"
    rule = f"{'=' * 60} ====="
    return {
        "plain": f"{sentence}\n",
        "hard-wrapped": f"{head}\n{word} {middle}\n{tail}\n",
        "emphasis": f"{head} *{word}* {middle} **{tail}**\n",
        "link": f"{head} `{word} {middle} <https://example.org>`_ {tail}\n",
        "reference": f"{head} `{word}`_ {middle} {tail}\n\n.. _{word}: https://example.org\n",
        "escape": f"{head} {word} {middle} \\{tail}\n",
        "escaped blank": f"{head} {word}\\ {middle[:0]} {middle} {tail}\n",
        "crlf": f"{head}\r\n{word} {middle} {tail}\r\n",
        "byte-order mark": f"\ufeff{sentence}\n",
        "list item": f"- other\n\n- {head} {word}\n  {middle} {tail}\n",
        "nested item": f"1. other\n\n   * {sentence}\n",
        "definition": f"term\n    {sentence}\n",
        "field": f":param x: {sentence}\n",
        "note": f".. note:: {head} {word}\n   {middle} {tail}\n",
        "note with title": f".. admonition:: A\n\n   {sentence}\n",
        "sphinx": f".. versionadded:: 1.0\n\n   {sentence}\n",
        "footnote": f"A word [1]_.\n\n.. [1] {sentence}\n",
        "table": f"{rule}\n{'a':<60} b\n{rule}\n{row} c\n{rule}\n",
        "grid": f"+{'-' * 60}+---+\n|{row}| c |\n+{'-' * 60}+---+\n",
        "under a title": f"Title\n=====\n\nSub\n---\n{sentence}\n",
        "after code": f"So::\n\n    x = 1\n\n{sentence}\n",
    }


def _rst_hidden(parts: Parts) -> dict[str, str]:
    sentence = parts.sentence
    return {
        "literal block": f"A::\n\n    {sentence}\n",
        "code block": f".. code-block:: text\n\n   {sentence}\n\nA.\n",
        "literal": f"See ``{sentence}`` there.\n",
        "comment": f"A.\n\n.. {sentence}\n",
        "long comment": f"A.\n\n..\n   {sentence}\n",
        "doctest": f">>> print('{sentence}')\n\nA.\n",
        "option": f".. image:: a.png\n   :alt: {sentence}\n\nA.\n",
        "unknown directive": f".. toctree::\n\n   {sentence}\n\nA.\n",
        "raw": f".. raw:: html\n\n   {sentence}\n\nA.\n",
        "mathematics": f"A :math:`{sentence}` b.\n",
        "role": f"A :ref:`{sentence}` b.\n",
    }


def _rst_quoted(parts: Parts) -> dict[str, str]:
    return {
        "block quote": f"Words.\n\n    {parts.sentence}\n\n    -- Someone\n",
        "straight": f'She said: "{parts.sentence}" And left.\n',
        "mention": f"He hates the phrase *{parts.sentence}* by now.\n",
    }


def _tex_prose(parts: Parts) -> dict[str, str]:
    head, word, middle, tail = parts
    sentence = parts.sentence
    begin, end = "\\begin{document}\n", "\n\\end{document}\n"
    return {
        "plain": f"\\documentclass{{article}}\n{begin}{sentence}{end}",
        "part of a document": f"{sentence}\n",
        "hard-wrapped": f"Words.\n\n{head}\n{word} {middle}\n{tail}\n",
        "emphasis": f"{head} \\emph{{{word}}} {middle} \\textbf{{{tail}}}\n",
        "own macro": f"{head} \\mine[x]{{{word}}} {middle} {tail}\n",
        "link": f"{head} \\href{{https://example.org}}{{{word} {middle}}} {tail}\n",
        "tie": f"{head}~{word} {middle} {tail}\n",
        "comment inside": f"{head} {word} % a comment\n{middle} {tail}\n",
        "label": f"{head} {word} {middle}\\label{{x}} {tail}\n",
        "crlf": f"{head}\r\n{word} {middle} {tail}\r\n",
        "byte-order mark": f"\ufeff{sentence}\n",
        "item": f"\\begin{{itemize}}\n\\item[x] {sentence}\n\\item o\n\\end{{itemize}}\n",
        "cell": f"\\begin{{tabular}}{{ll}}\na & {sentence} \\\\\n\\end{{tabular}}\n",
        "footnote": f"Words.\\footnote{{{sentence}}} More.\n",
        "after code": f"\\begin{{lstlisting}}\nx {{\n\\end{{lstlisting}}\n{sentence}\n",
        "theorem": f"\\begin{{theorem}}\n{sentence}\n\\end{{theorem}}\n",
        "grouped": f"{{\\small {sentence}}}\n",
    }


def _tex_hidden(parts: Parts) -> dict[str, str]:
    sentence = parts.sentence
    return {
        "preamble": f"\\title{{{sentence}}}\n\\begin{{document}}\nA.\n\\end{{document}}\n",
        "comment": f"A.\n% {sentence}\n",
        "verbatim": f"\\begin{{verbatim}}\n{sentence}\n\\end{{verbatim}}\nA.\n",
        "listing": f"A.\n\\begin{{lstlisting}}[x]\n{sentence}\n\\end{{lstlisting}}\n",
        "verb": f"A \\verb|{sentence}| b.\n",
        "inline listing": f"A \\lstinline|{sentence}| b.\n",
        "typewriter": f"A \\texttt{{{sentence}}} b.\n",
        "mathematics": f"A $\\text{{{sentence}}}$ b.\n",
        "equation": f"A\n\\begin{{equation*}}\n{sentence}\n\\end{{equation*}}\nb.\n",
        "citation": f"A \\cite[{sentence}]{{x}} b.\n",
        "definition": f"\\newcommand{{\\x}}{{{sentence}}}\nA.\n",
        "address": f"A \\href{{{sentence}}}{{b}}.\n",
        "label": f"A\\label{{{sentence}}} b.\n",
        "comment environment": f"A.\n\\begin{{comment}}\n{sentence}\n\\end{{comment}}\n",
    }


def _tex_quoted(parts: Parts) -> dict[str, str]:
    sentence = parts.sentence
    return {
        "quote": f"\\begin{{quote}}\n{sentence}\n\\end{{quote}}\n",
        "marks": f"She said: ``{sentence}'' And left.\n",
        "enquote": f"She said \\enquote{{{sentence}}} and left.\n",
        "mention": f"He hates the phrase \\emph{{{sentence}}} by now.\n",
    }


def _org_prose(parts: Parts) -> dict[str, str]:
    head, word, middle, tail = parts
    sentence = parts.sentence
    return {
        "plain": f"{sentence}\n",
        "hard-wrapped": f"{head}\n{word} {middle}\n{tail}\n",
        "emphasis": f"{head} /{word}/ {middle} *{tail}*\n",
        "link": f"{head} [[https://example.org][{word} {middle}]] {tail}\n",
        "footnote mark": f"{head} {word} {middle}[fn:1] {tail}\n",
        "crlf": f"{head}\r\n{word} {middle} {tail}\r\n",
        "byte-order mark": f"\ufeff{sentence}\n",
        "item": f"- [ ] {head} {word}\n  {middle} {tail}\n- other\n",
        "term": f"1. other\n   - term :: {sentence}\n",
        "cell": f"| a | b |\n|---+---|\n| {sentence} | c |\n",
        "footnote": f"Word.[fn:1]\n\n[fn:1] {sentence}\n",
        "under a heading": f"* TODO A :tag:\n:PROPERTIES:\n:x: y\n:END:\n{sentence}\n",
        "after code": f"#+begin_src c\nx\n#+end_src\n{sentence}\n",
        "centred": f"#+begin_center\n{sentence}\n#+end_center\n",
    }


def _org_hidden(parts: Parts) -> dict[str, str]:
    sentence = parts.sentence
    return {
        "source": f"#+BEGIN_SRC text\n{sentence}\n#+END_SRC\n",
        "example": f"#+begin_example\n{sentence}\n#+end_example\n",
        "fixed": f": {sentence}\n",
        "code": f"See ={sentence}= there.\n",
        "verbatim": f"See ~{sentence}~ there.\n",
        "comment": f"A.\n# {sentence}\n",
        "comment block": f"#+begin_comment\n{sentence}\n#+end_comment\n",
        "keyword": f"#+title: {sentence}\n\nA.\n",
        "drawer": f"* A\n:NOTES:\n{sentence}\n:END:\nA.\n",
        "target": f"[[{sentence}][a]] b\n",
    }


def _org_quoted(parts: Parts) -> dict[str, str]:
    return {
        "block": f"#+begin_quote\n{parts.sentence}\n#+end_quote\n",
        "straight": f'She said: "{parts.sentence}" And left.\n',
        "mention": f"He hates the phrase /{parts.sentence}/ by now.\n",
    }


def _adoc_prose(parts: Parts) -> dict[str, str]:
    head, word, middle, tail = parts
    sentence = parts.sentence
    return {
        "plain": f"{sentence}\n",
        "hard-wrapped": f"{head}\n{word} {middle}\n{tail}\n",
        "emphasis": f"{head} _{word}_ {middle} *{tail}*\n",
        "link": f"{head} https://example.org[{word} {middle}] {tail}\n",
        "cross reference": f"{head} <<id,{word}>> {middle} {tail}\n",
        "comment inside": f"{head} {word}\n// a comment\n{middle} {tail}\n",
        "crlf": f"{head}\r\n{word} {middle} {tail}\r\n",
        "byte-order mark": f"\ufeff{sentence}\n",
        "item": f"* {head} {word}\n{middle} {tail}\n** other\n",
        "term": f"term:: {sentence}\n",
        "admonition": f"NOTE: {sentence}\n",
        "cell": f"|===\n|a |b\n\n|{sentence} |c\n|===\n",
        "sidebar": f"****\n{sentence}\n****\n",
        "under a heading": f"= A\n:x: y\n\n== B\n\n{sentence}\n",
        "after code": f"[source,c]\n----\nx\n----\n{sentence}\n",
        "continued": f"* a\n+\n{sentence}\n",
    }


def _adoc_hidden(parts: Parts) -> dict[str, str]:
    sentence = parts.sentence
    return {
        "listing": f"----\n{sentence}\n----\n",
        "literal": f"....\n{sentence}\n....\n",
        "indented": f"A.\n\n  {sentence}\n",
        "source paragraph": f"[source]\n{sentence}\n\nA.\n",
        "passthrough": f"++++\n{sentence}\n++++\n",
        "code": f"See `{sentence}` there.\n",
        "comment": f"A.\n\n// {sentence}\n",
        "comment block": f"////\n{sentence}\n////\n",
        "attribute": f"= A\n:x: {sentence}\n\nA.\n",
        "macro": f"image::a.png[{sentence}]\n\nA.\n",
        "stem": f"A stem:[{sentence}] b.\n",
    }


def _adoc_quoted(parts: Parts) -> dict[str, str]:
    return {
        "block": f"[quote, Someone]\n____\n{parts.sentence}\n____\n",
        "paragraph": f"[quote]\n{parts.sentence}\n",
        "curved": f'She said: "`{parts.sentence}`" And left.\n',
        "mention": f"He hates the phrase _{parts.sentence}_ by now.\n",
    }


TYPES: dict[str, FileType] = {
    "html": FileType(_html_prose, _html_hidden, _html_quoted),
    "mdx": FileType(_mdx_prose, _mdx_hidden, _mdx_quoted),
    "rst": FileType(_rst_prose, _rst_hidden, _rst_quoted),
    "org": FileType(_org_prose, _org_hidden, _org_quoted),
    "adoc": FileType(_adoc_prose, _adoc_hidden, _adoc_quoted),
    "tex": FileType(_tex_prose, _tex_hidden, _tex_quoted),
    "ipynb": FileType(_ipynb_prose, _ipynb_hidden, _ipynb_quoted),
    "py": FileType(_python_prose, _python_hidden, _python_quoted),
    "docx": FileType(_docx_prose, _docx_hidden, _docx_quoted),
    "odt": FileType(_odt_prose, _odt_hidden, _odt_quoted),
    "epub": FileType(
        _in_books(_html_prose, _IN_BOOKS),
        _in_books(_html_hidden, ("script", "code", "pre", "attribute", "comment")),
        _in_books(_html_quoted, ("block quote", "q", "straight")),
    ),
}
# A comment that silences everything on its line or after it, in the file type's own syntax.
COMMENTS: dict[str, Callable[[str], str]] = {
    "html": lambda words: f"<!-- {words} -->",
    "rst": lambda words: f".. {words}",
    "org": lambda words: f"# {words}",
    "adoc": lambda words: f"// {words}",
    "tex": lambda words: f"% {words}",
    "mdx": lambda words: f"{{/* {words} */}}",
}
