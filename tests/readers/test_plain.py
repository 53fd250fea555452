"""Plain text: where paragraphs are, and what was only wrapped."""

from __future__ import annotations

import pytest

from slopscan.readers import parse, read_bytes

WRAPPED = (
    "The harbour was quiet that morning, and the boats lay in\n"
    "two rows along the wall. A man in a blue coat walked up\n"
    "and down with a rope over his shoulder, and nobody had\n"
    "asked him why.\n"
)


def blocks(text: str) -> list[tuple[str, str]]:
    document = parse(read_bytes(text.encode(), "a.txt"))
    return [
        (block.kind.value, document.prose[block.span.start : block.span.end])
        for block in document.blocks
    ]


def test_wrapped_lines_are_joined() -> None:
    assert blocks(WRAPPED) == [("paragraph", " ".join(WRAPPED.split()))]
    assert blocks(WRAPPED.replace("\n", "\r\n")) == blocks(WRAPPED)


def test_two_lines_are_joined_when_the_text_is_wrapped() -> None:
    text = f"{WRAPPED}\nThen the whistle of the early ferry came across the bay,\nand he left.\n"
    assert len(blocks(text)) == 2


def test_lines_with_room_to_spare_are_paragraphs() -> None:
    lines = ["She put the cup down.", '"Are you quite sure that he went by train?"', "He was."]
    assert blocks("\n".join(lines)) == [("paragraph", line) for line in lines]


def test_long_lines_are_paragraphs() -> None:
    line = "This line goes on for a while and is far longer than anybody would wrap one. " * 3
    assert len(blocks(f"{line}\n{line}\n")) == 2


def test_short_lines_without_ends_are_verse() -> None:
    text = "The rain on the roof\nA lamp in the hall\nA step on the stair and\nNobody at all\n"
    assert blocks(text) == [("verse", " ".join(text.split()))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("> a\n>> b\n", [("block_quote", "a"), ("block_quote", "b")]),
        ("Hi.\n> you said\n> this\n", [("paragraph", "Hi."), ("block_quote", "you said this")]),
        ("- a\n  b\n- c\n", [("list_item", "a b"), ("list_item", "c")]),
        ("1. a\n2) b\n", [("list_item", "a"), ("list_item", "b")]),
        ("    indented\n", [("paragraph", "indented")]),
        ("# no heading\n", [("paragraph", "# no heading")]),
        ("see http://a.b/c.\n", [("paragraph", "see link.")]),
        ("a\n\n\n \t\nb\n", [("paragraph", "a"), ("paragraph", "b")]),
        ("\ufeffa", [("paragraph", "a")]),
        ("", []),
        (">\n", []),
    ],
)
def test_blocks(text: str, expected: list[tuple[str, str]]) -> None:
    assert blocks(text) == expected
