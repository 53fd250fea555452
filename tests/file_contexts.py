"""The context table in every file type but Markdown and plain text: suffix to rows of files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from context_table import Parts

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


TYPES: dict[str, FileType] = {
    "html": FileType(_html_prose, _html_hidden, _html_quoted),
    "mdx": FileType(_mdx_prose, _mdx_hidden, _mdx_quoted),
}
# A comment that silences everything on its line or after it, in the file type's own syntax.
COMMENTS: dict[str, Callable[[str], str]] = {
    "html": lambda words: f"<!-- {words} -->",
    "mdx": lambda words: f"{{/* {words} */}}",
}
