"""The same sentence in every place it may stand: prose where it is prose, nothing elsewhere."""

from __future__ import annotations

import pytest

from slopscan.document import BlockKind, Document
from slopscan.folding import fold
from slopscan.readers import parse, read_bytes

SENTENCE = "It is not just a tool, it is a way of thinking."
CONTRACTED = "It isn't just a tool, it's a way of thinking."

PROSE = {
    "plain": f"{SENTENCE}\n",
    "hard-wrapped": "It is not just a tool,\nit is a way of\nthinking.\n",
    "emphasis inside": "It is *not* just a **tool**, it is a way of _thinking_.\n",
    "link inside": "It is not just [a tool](https://example.org 'x'), it is a way of thinking.\n",
    "reference link": "It is not just [a tool][t], it is a way of thinking.\n\n[t]: /u\n",
    "strikethrough": "It is not ~~just~~ a tool, it is a way of thinking.\n",
    "inline html": "It is not <b>just</b> a tool<!-- x -->, it is a way of thinking.\n",
    "escape": r"It is not just a tool\, it is a way of thinking\." + "\n",
    "entity": "It is not just a tool&#44; it is a way of thinking.\n",
    "crlf": "It is not just a tool,\r\nit is a way of thinking.\r\n",
    "byte-order mark": f"\ufeff{SENTENCE}\n",
    "mark and heading": f"\ufeff# {SENTENCE}\n",
    "hard break": "It is not just a tool,  \nit is a way of thinking.\n",
    "heading": f"## {SENTENCE}\n",
    "table cell": f"| a | b |\n|---|---|\n| {SENTENCE} | c |\n",
    "list item": f"- {SENTENCE}\n- other words\n",
    "wrapped list item": "1. It is not just a tool,\n   it is a way of thinking.\n",
    "after front matter": f"---\ntitle: x\n---\n{SENTENCE}\n",
    "footnote": f"A word.[^1]\n\n[^1]: {SENTENCE}\n",
    "html paragraph": f'<div class="a">\n<p>{SENTENCE}</p>\n</div>\n',
    "alert": f"> [!NOTE]\n> {SENTENCE}\n",
    "template tag": "It is not just a tool,{% x %} it is a way of thinking.\n",
}
PLAIN = {
    "plain": f"{SENTENCE}\n",
    "hard-wrapped": "It is not just a tool,\nit is a way of\nthinking.\n",
    "crlf": f"\r\n{SENTENCE}\r\n\r\n",
    "indented": f"    {SENTENCE}\n",
    "list item": f"- {SENTENCE}\n- other words\n",
    "byte-order mark": f"\ufeff{SENTENCE}",
}
HIDDEN = {
    "fenced": f"A.\n\n```\n{SENTENCE}\n```\n",
    "indented": f"A.\n\n    {SENTENCE}\n",
    "inline code": f"See `{SENTENCE}` there.\n",
    "html code": f"See <code>{SENTENCE}</code> there.\n",
    "front matter": f"---\ntitle: {SENTENCE}\n---\n\nA.\n",
    "toml front matter": f'+++\ntitle = "{SENTENCE}"\n+++\n\nA.\n',
    "comment": f"A.\n\n<!-- {SENTENCE} -->\n",
    "long comment": f"A.\n\n<!--\n\n{SENTENCE}\n\n-->\n",
    "inline comment": f"A <!-- {SENTENCE} --> b.\n",
    "link target": f"[a](</{SENTENCE}>)\n",
    "link title": f'[a](/u "{SENTENCE}")\n',
    "image target": f"![a](</{SENTENCE}>) b\n",
    "bare address": f"Go to https://example.org/?{SENTENCE.replace(' ', '_')} now.\n",
    "script": f"<script>\n{SENTENCE}\n</script>\n",
    "pre": f"<pre>\n{SENTENCE}\n</pre>\n",
    "liquid code": f"A.\n\n{{% highlight text %}}\n{SENTENCE}\n{{% endhighlight %}}\n",
    "template tag": f"A {{{{ '{SENTENCE}' }}}} b.\n",
    "mathematics": f"A $$\\text{{{SENTENCE}}}$$ b.\n",
    "reference": f"[a]: /u '{SENTENCE}'\n\n[a]\n",
}
QUOTED = {
    "block quote": f"> {SENTENCE}\n",
    "nested block quote": f"> - a\n>   > {SENTENCE}\n",
    "html block quote": f"<blockquote>\n\n{SENTENCE}\n\n</blockquote>\n",
    "straight": f'She said: "{SENTENCE}" And left.\n',
    "curly": f"She said: \u201c{SENTENCE}\u201d And left.\n",
    "single curly": f"She said: \u2018{SENTENCE}\u2019 And left.\n",
    "single straight": f"She said: '{SENTENCE}' And left.\n",
    "guillemets": f"She said: \u00ab{SENTENCE}\u00bb And left.\n",
    "running on": f'She said: "Well. {SENTENCE}\n\n"And so on," and left.\n',
    "mention": f"He hates the phrase *{SENTENCE}* by now.\n",
}


def read(text: str, name: str = "a.md") -> Document:
    return parse(read_bytes(text.encode(), name))


def places(document: Document, sentence: str = SENTENCE) -> list[int]:
    found, at = [], document.folded.find(sentence)
    while at >= 0:
        found.append(at)
        at = document.folded.find(sentence, at + 1)
    return found


def quoted(document: Document, at: int) -> bool:
    in_quotation = any(span.start <= at < span.end for span in document.quotations)
    return in_quotation or any(
        block.kind is BlockKind.BLOCK_QUOTE and block.span.start <= at < block.span.end
        for block in document.blocks
    )


@pytest.mark.parametrize("text", PROSE.values(), ids=PROSE.keys())
def test_is_prose_in_markdown(text: str) -> None:
    document = read(text)
    assert len(places(document)) == 1
    assert not quoted(document, places(document)[0])


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN.keys())
def test_is_prose_in_plain_text(text: str) -> None:
    document = read(text, "a.txt")
    assert len(places(document)) == 1
    assert not quoted(document, places(document)[0])


@pytest.mark.parametrize("text", HIDDEN.values(), ids=HIDDEN.keys())
def test_is_no_prose(text: str) -> None:
    document = read(text)
    assert places(document) == []
    assert any(
        fold(SENTENCE.replace(" ", "_"))[:9] in fold(covered).replace(" ", "_")
        for covered in (
            document.source.text[region.span.start : region.span.end] for region in document.regions
        )
    )


@pytest.mark.parametrize("text", QUOTED.values(), ids=QUOTED.keys())
def test_is_quoted(text: str) -> None:
    document = read(text)
    assert len(places(document)) == 1
    assert quoted(document, places(document)[0])


@pytest.mark.parametrize("apostrophe", ["'", "\u2019", "\u02bc", "&rsquo;", "&#39;"])
def test_apostrophes_are_alike(apostrophe: str) -> None:
    document = read(CONTRACTED.replace("'", apostrophe))
    assert places(document, CONTRACTED) == [0]
    assert document.quotations == ()
