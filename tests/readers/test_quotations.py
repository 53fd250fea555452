"""Quoted speech and quoted words."""

from __future__ import annotations

import pytest

from slopscan.readers import parse, read_bytes


def quotations(text: str, name: str = "a.md") -> list[str]:
    document = parse(read_bytes(text.encode(), name))
    return [document.prose[span.start : span.end] for span in document.quotations]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"Yes," he said. "No."', ['"Yes,"', '"No."']),
        ("\u201cYes,\u201d he said.", ["\u201cYes,\u201d"]),
        ("\u201eJa\u201c he said.", ["\u201eJa\u201c"]),
        ("a \u00abb c\u00bb d", ["\u00abb c\u00bb"]),
        ("\u2018Yes,\u2019 he said; it\u2019s fine.", ["\u2018Yes,\u2019"]),
        ("'Yes, it's fine,' he said.", ["'Yes, it's fine,'"]),
        ("the dogs' bowl and the cats' toys", []),
        ("'Tis the season, rock 'n' roll, the '90s' end", []),
        ("It's Bob's and it isn't Ann's.", []),
        ('A 5" pipe and a 6" pipe', []),
        ('He said "wait and left.', []),
        ('He said "wait and "left."', ['"left."']),
        ("(\"a\") ['b.']", ['"a"', "'b.'"]),
        (
            "\u201cHe said \u2018no\u2019 twice,\u201d she said.",
            ["\u201cHe said \u2018no\u2019 twice,\u201d"],
        ),
        ("\"He said 'no' twice,\" she said.", ["\"He said 'no' twice,\""]),
        ('"One.\n\n"Two."\n\nThree.', ['"One.', '"Two."']),
        ('"One.\n\nTwo "three".', ['"three"']),
        ("the word *delve* and *that*", ["delve"]),
        ("The phrases **a b**, _c_", []),
        ('the term *"x"*', ['"x"']),
        ('He said "*wait* there" now', ['"wait there"']),
        ('""', []),
    ],
)
def test_quotations(text: str, expected: list[str]) -> None:
    assert quotations(text) == expected


def test_speech_over_paragraphs_in_plain_text() -> None:
    text = "\u201cOne.\n\n\u201cTwo.\n\n\u201cThree,\u201d he said.\n"
    assert quotations(text, "a.txt") == ["\u201cOne.", "\u201cTwo.", "\u201cThree,\u201d"]
