"""Whatever a file of any type holds, it is read with exact places or refused in words."""

from __future__ import annotations

import json
from xml.sax.saxutils import escape

import pytest
from archive_files import docx, epub, odt, w_p
from hypothesis import given, settings
from hypothesis import strategies as st
from test_spans import check

from slopscan.catalogue.load import Selection
from slopscan.document import Source
from slopscan.errors import InputError
from slopscan.readers import KNOWN_SUFFIXES, parse, read_bytes
from slopscan.scan import Scanner, Settings

_SCANNER = Scanner(Settings(Selection(select=("negative-parallelism",)), parse=False))
_TIC = "It is not just a tool, but a way of thinking."
_ARCHIVES = (".docx", ".odt", ".epub")
_PIECES = st.sampled_from(
    [_TIC, _TIC, "word ", " ", "\n", "\n\n", "\r\n", "\r", "\t", "# ", "> ", "- ", "1. ", "* ", "`",
     "```\n", "| a | b |\n|--|--|\n", "[a](b)", "<b>", "</b>", "<p>", "<!-- ", " -->", "&amp;", "&",
     "{", "}", "$", "$$", "%", "\\", "\\section{", "\\emph{", "\\begin{quote}", "\\end{quote}", "~",
     "====\n", "----\n", ".. note::\n", "::\n\n", "   ", "#+begin_quote\n", "#+end_quote\n", "//",
     '"""', "'''", "def f():\n", "# ", "x = 1\n", "\u201c", "\u2014", "\u0130", "a\u0301", "\u200b",
     "\u202e", "\U0001f600", "\x85", "\u2028", "\x0c", "\ufeff", "---\n", "title: a\n", "{{ x }}"]
)  # fmt: skip
_TEXTS = st.lists(st.one_of(_PIECES, st.text(max_size=3)), max_size=20).map("".join)
# Characters XML can hold; white space at the edge of a run is the format's own matter.
_WORDS = st.lists(
    st.sampled_from(
        ["a", "\u00e9", "a\u0301", "\U0001f600", "<", "&", ">", "-", "\u202e", "\u05e9"]
    ),
    min_size=1,
    max_size=8,
).map("".join)  # fmt: skip


def _check(source: Source) -> None:
    check(parse(source))
    for finding in _SCANNER.scan(source).findings:
        assert source.text[finding.span.start : finding.span.end] == finding.matched


@pytest.mark.parametrize("suffix", [s for s in KNOWN_SUFFIXES if s not in _ARCHIVES])
def test_places_are_exact_in_every_type(suffix: str) -> None:
    @settings(max_examples=40, deadline=None)
    @given(text=_TEXTS)
    def run(text: str) -> None:
        for data in (text, _wrapped(text, suffix)):
            try:
                _check(read_bytes(data.encode("utf-8"), f"a{suffix}"))
            except InputError as error:
                assert error.what

    run()


def _wrapped(text: str, suffix: str) -> str:
    """Put a text where a file of code or of cells has its prose."""
    if suffix == ".ipynb":
        cell = {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)}
        return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    if suffix in (".py", ".pyi"):
        return f"{json.dumps(text)}\n# {' '.join(text.split())}\nx = 1\n"
    return text


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=80), suffix=st.sampled_from(KNOWN_SUFFIXES))
def test_any_bytes_are_read_or_refused(data: bytes, suffix: str) -> None:
    try:
        _check(read_bytes(data, f"a{suffix}"))
    except InputError as error:
        assert error.what


@settings(max_examples=40, deadline=None)
@given(paragraphs=st.lists(_WORDS, min_size=1, max_size=4), suffix=st.sampled_from(_ARCHIVES))
def test_archives_keep_every_paragraph_and_its_place(paragraphs: list[str], suffix: str) -> None:
    lines = [f"{words}. {_TIC}" for words in paragraphs]
    source = read_bytes(_packed(lines, suffix), f"a{suffix}")
    for line in lines:
        assert line in source.text
    _check(source)
    found = _SCANNER.scan(source).findings
    assert len(found) == len(lines)
    places = [item.place.paragraph for item in found if item.place]
    assert places == sorted(set(places))
    assert len(places) == len(found)


def _packed(lines: list[str], suffix: str) -> bytes:
    safe = [escape(line) for line in lines]
    if suffix == ".docx":
        return docx("".join(map(w_p, safe)))
    if suffix == ".odt":
        return odt("".join(f"<text:p>{line}</text:p>" for line in safe))
    return epub("".join(f"<p>{line}</p>" for line in safe))


def test_a_notebook_with_a_number_too_long_to_read_is_refused() -> None:
    data = f'{{"cells": [], "nbformat": {"9" * 5000}}}'.encode()
    with pytest.raises(InputError, match="number too long"):
        parse(read_bytes(data, "a.ipynb"))


@pytest.mark.parametrize("start", ["<![", "<![-- x", "<![nonsense["])
def test_a_page_with_a_broken_marked_section_keeps_its_prose(start: str) -> None:
    source = read_bytes(f"<p>a {start} b > c</p>\n<p>{_TIC}</p>".encode(), "a.html")
    assert parse(source).prose == f"a  c\n\n{_TIC}"
    _check(source)
    assert len(_SCANNER.scan(source).findings) == 1
