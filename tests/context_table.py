"""One sentence in every place it may stand, for tests of the reader and of the command.

A sentence comes in four parts, so that a context can put markup or a line end between any two.
"""

from __future__ import annotations

from typing import NamedTuple


class Parts(NamedTuple):
    """`word` is one word; `tail` is one word with its full stop."""

    head: str
    word: str
    middle: str
    tail: str

    @property
    def sentence(self) -> str:
        return " ".join(self)


TIC = Parts("It is not", "just", "a tool, it is a way of", "thinking.")
GRAMMAR_TIC = Parts("The ground was", "cold", "and", "giving.")


def prose(parts: Parts) -> dict[str, str]:
    """Markdown in which the sentence is the author's own."""
    head, word, middle, tail = parts
    sentence = parts.sentence
    last = tail.removesuffix(".")
    return {
        "plain": f"{sentence}\n",
        "hard-wrapped": f"{head}\n{word} {middle}\n{tail}\n",
        "emphasis inside": f"{head} *{word}* {middle} _{last}_.\n",
        "strong inside": f"{head} **{word}** {middle} {tail}\n",
        "link inside": f"{head} [{word} {middle}](https://example.org 'x') {tail}\n",
        "reference link": f"{head} [{word}][t] {middle} {tail}\n\n[t]: /u\n",
        "strikethrough": f"{head} ~~{word}~~ {middle} {tail}\n",
        "inline html": f"{head} <b>{word}</b> {middle}<!-- x --> {tail}\n",
        "escape": f"{head} {word} {middle.replace(',', chr(92) + ',')} {last}\\.\n",
        "entity": f"{head} {word} {middle.replace(',', '&#44;')} {last}&#46;\n",
        "entity in a word": f"{head} {word[0]}&#{ord(word[1])};{word[2:]} {middle} {tail}\n",
        "no-break spaces": f"{head}\u00a0{word}\u00a0{middle} {tail}\n",
        "crlf": f"{head}\r\n{word} {middle} {tail}\r\n",
        "byte-order mark": f"\ufeff{sentence}\n",
        "hard break": f"{head} {word}  \n{middle} {tail}\n",
        "table cell": f"| a | b |\n|---|---|\n| {sentence} | c |\n",
        "list item": f"- {sentence}\n- other words\n",
        "nested list item": f"- other words\n  - {sentence}\n",
        "wrapped list item": f"1. {head} {word}\n   {middle} {tail}\n",
        "after front matter": f"---\ntitle: x\n---\n{sentence}\n",
        "footnote": f"A word.[^1]\n\n[^1]: {sentence}\n",
        "html paragraph": f'<div class="a">\n<p>{sentence}</p>\n</div>\n',
        "alert": f"> [!NOTE]\n> {sentence}\n",
        "template tag": f"{head} {word} {middle}{{% x %}} {tail}\n",
    }


def headings(parts: Parts) -> dict[str, str]:
    """Markdown in which the sentence is a heading, which a rule sees when its scope says so."""
    return {
        "heading": f"## {parts.sentence}\n",
        "mark and heading": f"\ufeff# {parts.sentence}\n",
    }


def plain_text(parts: Parts) -> dict[str, str]:
    """Files without markup."""
    head, word, middle, tail = parts
    return {
        "plain": f"{parts.sentence}\n",
        "hard-wrapped": f"{head} {word}\n{middle}\n{tail}\n",
        "crlf": f"\r\n{parts.sentence}\r\n\r\n",
        "indented": f"    {parts.sentence}\n",
        "list item": f"- {parts.sentence}\n- other words\n",
        "byte-order mark": f"\ufeff{parts.sentence}",
    }


def hidden(parts: Parts) -> dict[str, str]:
    """Markdown in which the sentence is no prose at all."""
    sentence = parts.sentence
    return {
        "fenced": f"A.\n\n```\n{sentence}\n```\n",
        "indented": f"A.\n\n    {sentence}\n",
        "inline code": f"See `{sentence}` there.\n",
        "html code": f"See <code>{sentence}</code> there.\n",
        "front matter": f"---\ntitle: {sentence}\n---\n\nA.\n",
        "toml front matter": f'+++\ntitle = "{sentence}"\n+++\n\nA.\n',
        "comment": f"A.\n\n<!-- {sentence} -->\n",
        "long comment": f"A.\n\n<!--\n\n{sentence}\n\n-->\n",
        "inline comment": f"A <!-- {sentence} --> b.\n",
        "link target": f"[a](</{sentence}>)\n",
        "link title": f'[a](/u "{sentence}")\n',
        "image target": f"![a](</{sentence}>) b\n",
        "bare address": f"Go to https://example.org/?{sentence.replace(' ', '_')} now.\n",
        "script": f"<script>\n{sentence}\n</script>\n",
        "pre": f"<pre>\n{sentence}\n</pre>\n",
        "liquid code": f"A.\n\n{{% highlight text %}}\n{sentence}\n{{% endhighlight %}}\n",
        "template tag": f"A {{{{ '{sentence}' }}}} b.\n",
        "mathematics": f"A $$\\text{{{sentence}}}$$ b.\n",
        "reference": f"[a]: /u '{sentence}'\n\n[a]\n",
    }


def quoted(parts: Parts) -> dict[str, str]:
    """Markdown in which the sentence is another's, or is spoken about."""
    sentence = parts.sentence
    return {
        "block quote": f"> {sentence}\n",
        "nested block quote": f"> - a\n>   > {sentence}\n",
        "html block quote": f"<blockquote>\n\n{sentence}\n\n</blockquote>\n",
        "straight": f'She said: "{sentence}" And left.\n',
        "curly": f"She said: \u201c{sentence}\u201d And left.\n",
        "single curly": f"She said: \u2018{sentence}\u2019 And left.\n",
        "single straight": f"She said: '{sentence}' And left.\n",
        "guillemets": f"She said: \u00ab{sentence}\u00bb And left.\n",
        "running on": f'She said: "Well. {sentence}\n\n"And so on," and left.\n',
        "mention": f"He hates the phrase *{sentence}* by now.\n",
    }
