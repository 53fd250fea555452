"""Markdown: kinds of block, placeholders, regions and the way back."""

from __future__ import annotations

import time

import pytest

from slopscan.document import Document, RegionKind, Source
from slopscan.readers import parse, read_bytes
from slopscan.spans import prose_span


def read(text: str, name: str = "a.md") -> Document:
    return parse(read_bytes(text.encode(), name))


def blocks(text: str, name: str = "a.md") -> list[tuple[str, int, str]]:
    document = read(text, name)
    return [
        (block.kind.value, block.depth, document.prose[block.span.start : block.span.end])
        for block in document.blocks
    ]


def regions(text: str, kind: RegionKind) -> list[str]:
    document = read(text)
    return [
        text[region.span.start : region.span.end]
        for region in document.regions
        if region.kind is kind
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("\ufeff", []),
        ("---\na: b\n---\n", []),
        ("## Head {#id}\n", [("heading", 2, "Head")]),
        ("Head\n===\n", [("heading", 1, "Head")]),
        (
            "- a\n  - b\n\n    c\n",
            [("list_item", 1, "a"), ("list_item", 2, "b"), ("list_item", 2, "c")],
        ),
        ("- [x] done\n", [("list_item", 1, "done")]),
        ("- a\n\n  > q\n", [("list_item", 1, "a"), ("block_quote", 1, "q")]),
        (
            "> # h\n> - i\n>> n\n",
            [("block_quote", 1, "h"), ("block_quote", 1, "i"), ("block_quote", 2, "n")],
        ),
        ("> a\n\n> > b\n", [("block_quote", 1, "a"), ("block_quote", 2, "b")]),
        ("|a|b\\|c|\n|-|-|\n|*d*|`e`|\n", [("table_cell", 0, w) for w in ("a", "b|c", "d")]),
        ("x[^1]\n\n[^1]: note\n", [("paragraph", 0, "x"), ("footnote", 0, "note")]),
        ("![A red barn](b.png)\n", [("caption", 0, "A red barn")]),
        ("![](b.png)\n", []),
        ("See ![A red barn](b.png) there\n", [("paragraph", 0, "See image there")]),
        ("A red rose\\\nA blue bird\\\nA word\n", [("verse", 0, "A red rose A blue bird A word")]),
        ("<h2>Head</h2>\n<ul><li>item</ul>\n", [("heading", 2, "Head"), ("list_item", 1, "item")]),
        ("<p>a\nb &amp; c<br>d</p>\n", [("paragraph", 0, "a b & c d")]),
        ("<figcaption>A cap</figcaption>\n", [("caption", 0, "A cap")]),
        ("x<sup>2</sup> y\n", [("paragraph", 0, "x2 y")]),
        ("* * *\n", []),
        ("a <!-- b -->\n<!-- c --> d\n", [("paragraph", 0, "a"), ("paragraph", 0, "d")]),
        ("It costs $5 and then $10.\n", [("paragraph", 0, "It costs $5 and then $10.")]),
        ("From $5-$10 now\n", [("paragraph", 0, "From $5-$10 now")]),
        ("[^2] and [x] stay\n", [("paragraph", 0, "[^2] and [x] stay")]),
    ],
)
def test_blocks(text: str, expected: list[tuple[str, int, str]]) -> None:
    assert blocks(text) == expected


def test_placeholders_stand_for_what_is_not_prose() -> None:
    text = "Run `ls -l`, see <https://a.b>, www.c.de. Or $x^2$ (http://e.f/(g)) or me@h.org!\n"
    document = read(text)
    assert document.prose == "Run code, see link, link. Or math (link) or link!"
    words = [document.prose[span.start : span.end] for span in document.placeholders]
    assert words == ["code", "link", "link", "math", "link", "link"]
    sources = [document.offsets.to_source(span) for span in document.placeholders]
    assert [text[span.start : span.end] for span in sources] == [
        "`ls -l`",
        "<https://a.b>",
        "www.c.de",
        "$x^2$",
        "http://e.f/(g)",
        "me@h.org",
    ]


def test_placeholder_as_long_as_its_source_is_one_piece() -> None:
    document = read("a `bc` d\n")
    assert document.prose == "a code d"
    source = document.offsets.to_source(prose_span(3, 5))
    assert (source.start, source.end) == (2, 6)


def test_phrase_runs_on_across_markup() -> None:
    text = '> A *very*\n> [long](/u "t")  \n> &quot;way&quot;\n'
    document = read(text)
    assert document.prose == 'A very long "way"'
    span = document.offsets.to_source(prose_span(2, 11))
    assert text[span.start : span.end] == "very*\n> [long"


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("[a *b*](/u 't') c\n", RegionKind.URL, ["](/u 't')"]),
        ("[a][r]\n\n[r]: /u\n", RegionKind.URL, ["][r]", "[r]: /u"]),
        ("a <b>c</b>\n", RegionKind.MARKUP, ["<b>", "</b>"]),
        ("<div>\na <!-- b\n c --> d\n</div>\n", RegionKind.COMMENT, ["<!-- b\n c -->"]),
        ("```py\nx\n```\n", RegionKind.CODE, ["```py\nx\n```"]),
        ("<style>\np {}\n</style>\n", RegionKind.CODE, ["<style>\np {}\n</style>"]),
        ("+++\na = 1\n+++\nb\n", RegionKind.FRONT_MATTER, ["+++\na = 1\n+++\n"]),
        ("---\nWords, not keys.\n---\n", RegionKind.FRONT_MATTER, []),
        ("a\n\n---\nb: c\n---\n", RegionKind.FRONT_MATTER, []),
        ("a {{ b.c }} d\n", RegionKind.MARKUP, ["{{ b.c }}"]),
        ("`{{ b.c }}` d\n", RegionKind.CODE, ["`{{ b.c }}`"]),
        ("$$\na\n$$\n", RegionKind.MATH, ["$$\na\n$$"]),
    ],
)
def test_regions(text: str, kind: RegionKind, expected: list[str]) -> None:
    assert regions(text, kind) == expected


def test_regions_nest_and_never_cross() -> None:
    document = read("[a `b` ![c](d)](e)[^1]\n\n[^1]: <i>`{{ f }}`</i> [g]( http://h )\n")
    ends: list[int] = []
    for region in document.regions:
        while ends and ends[-1] <= region.span.start:
            ends.pop()
        assert not ends or region.span.end <= ends[-1]
        ends.append(region.span.end)


def test_mdx_imports_are_markup() -> None:
    text = "import {A} from './a'\n\nWords here.\n"
    assert blocks(text, "a.mdx") == [("paragraph", 0, "Words here.")]


def test_unknown_suffix_is_read_as_markdown() -> None:
    assert blocks("# a\n", "notes.xyz") == [("heading", 1, "a")]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(">" * 10_000 + " x", id="block quotes"),
        pytest.param("- " * 5_000 + "x", id="lists"),
        pytest.param("*a " * 50_000, id="emphasis"),
        pytest.param("**a_ " * 30_000, id="mixed emphasis"),
        pytest.param("[" * 50_000, id="brackets"),
        pytest.param("![a](" * 20_000, id="images"),
        pytest.param("`a " * 50_000, id="backticks"),
        pytest.param("Words go on. " * 80_000, id="one line"),
        pytest.param('"a ' * 100_000, id="quotes"),
        pytest.param("'a " * 100_000, id="single quotes"),
        pytest.param("\u201ca " * 100_000, id="curly quotes"),
        pytest.param("<div " * 50_000, id="tags"),
        pytest.param("<blockquote>\n\nx\n\n" * 5_000, id="html quotes"),
        pytest.param("x <!-- " * 30_000, id="comments"),
        pytest.param("x <code>" * 30_000, id="html code"),
        pytest.param("{{ " * 20_000, id="tags of templates"),
        pytest.param("{% raw %}" * 20_000, id="raw"),
        pytest.param("a.@" * 50_000, id="addresses"),
        pytest.param("http://" + ")" * 100_000, id="parentheses"),
        pytest.param("the word *x* " * 20_000, id="mentions"),
        pytest.param("\u00e9\u65e5\U0001f600" * 50_000 + "*x*", id="wide characters"),
    ],
)
@pytest.mark.parametrize("name", ["a.md", "a.txt"])
def test_hostile_text_takes_linear_time(text: str, name: str) -> None:
    source = read_bytes(text.encode(), name)
    before = time.process_time()
    parse(source)
    # Quadratic behaviour would need minutes.
    assert time.process_time() - before < 5


@pytest.mark.parametrize("media_type", ["text/markdown", "text/plain"])
def test_half_a_surrogate_pair_is_read_and_keeps_its_place(media_type: str) -> None:
    text = "Odd \ud800 and *od\udc00der* ends."
    document = parse(Source("a.md", text, media_type=media_type))
    document.folded.encode("utf-8")
    at = document.folded.index("ends")
    place = document.offsets.to_source(prose_span(at, at + 4))
    assert text[place.start : place.end] == "ends"
