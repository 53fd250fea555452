"""Sentences without a parse."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from slopscan.nlp.sentences import split


@pytest.mark.parametrize(
    "text",
    [
        "One here. | Two there! | Is it three? | Yes.",
        "Dr. Smith met Mr. J. R. Jones at 5 p.m. on Mr. Lee's boat. | They left.",
        "It costs 3.5 or 4. | That is all.",
        "Wait... what is it? | Nothing.",
        '"Go away!" she said. | "No."',
        '"Go away." | She left.',
        "See e.g. Fig. 3 and i.e. the other. | Then stop.",
        "The U.S. Army came. | It left the U.S. | The end.",
        "I am I. | You are you.",
        "It has nuts, bolts, etc. | The rest is wood.",
        "(It is small.) | It is red.",
        "Use version 2.0.1 of it. | Now run.",
        "What?! | No.",
        "No. 5 is alive. | No. | It is not.",
        "Open example.org now. | Close it.",
        "1. First of all",
        "No end here",
        "",
    ],
)
def test_split(text: str) -> None:
    expected = [part for part in text.split(" | ") if part]
    joined = text.replace(" | ", " ")
    assert [joined[start:end] for start, end in split(joined)] == expected


@pytest.mark.parametrize("unit", [".", ". ", "a. ", "?! ", '." ', "A. ", "Mr. ", "a ", " "])
def test_takes_linear_time(unit: str) -> None:
    text = unit * 100_000
    before = time.process_time()
    spans = split(text)
    assert time.process_time() - before < 3
    ends = [0, *(end for _, end in spans)]
    assert all(before <= start < end for before, (start, end) in zip(ends, spans, strict=False))


def test_loads_nothing_heavy() -> None:
    code = (
        "import sys, slopscan.nlp.sentences, slopscan.readers.markdown, slopscan.readers.plain;"
        "sys.exit(any(m in sys.modules for m in ('spacy', 'numpy', 'sklearn', 'thinc')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
