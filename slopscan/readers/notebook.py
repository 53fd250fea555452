"""Jupyter notebooks: the Markdown cells, read as one Markdown text, with places in the JSON file.

The JSON is checked by the standard library; a second pass over the same text finds where the
strings of Markdown cells stand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from json.decoder import JSONDecodeError
from typing import Final

from slopscan.document import Document, Region, RegionKind, Source
from slopscan.errors import InputError
from slopscan.readers import markdown
from slopscan.readers.virtual import Virtual
from slopscan.spans import source_span

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_RUN: Final = re.compile(
    r"(?P<same>[^\\\"]+)|(?P<other>\\u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|\\u\w{4}|\\.)"
)
_DECODER: Final = json.JSONDecoder(strict=False)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_Strings = list[tuple[int, int]]


def parse(source: Source) -> Document:
    """Read the Markdown cells; code cells, outputs, raw cells and attachments are no prose.

    Raises
    ------
    InputError
        When the file is no JSON, or no notebook of format 4 or later.
    """
    text = source.text
    start = 1 if text.startswith("\ufeff") else 0
    _check(text[start:], source.name)
    virtual = Virtual()
    codes: list[Region] = []
    for kind, strings, begin, end in _cells(text, start):
        if kind == "markdown":
            for string in strings:
                _decode(text, *string, virtual)
            virtual.gap("\n\n")
        elif begin < end:
            codes.append(Region(RegionKind.CODE, source_span(begin, end)))
    inner = markdown.parse(Source(source.name, virtual.text, media_type="text/markdown"))
    document = virtual.rebase(inner, source)
    regions = sorted([*document.regions, *codes], key=lambda item: item.span.start)
    return replace(document, regions=tuple(regions))


def _check(text: str, name: str) -> None:
    try:
        book = json.loads(text, strict=False)
    except JSONDecodeError as error:
        raise InputError(
            f"is no notebook: {error.msg} at line {error.lineno}, column {error.colno}",
            where=name,
            fix="open it in Jupyter and save it again, or leave it out",
        ) from error
    except ValueError as error:
        raise InputError(
            "is no notebook: it holds a number too long to read", where=name, fix="leave it out"
        ) from error
    except RecursionError as error:
        raise InputError("is refused: nested too deep", where=name, fix="leave it out") from error
    cells = book.get("cells") if isinstance(book, dict) else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise InputError(
            "is no notebook: it has no list of cells",
            where=name,
            fix="a notebook of format 3 or before: `jupyter nbconvert --to notebook` upgrades it",
        )


def _cells(text: str, start: int) -> Iterator[tuple[str, _Strings, int, int]]:
    """Yield the kind of each cell, the strings of its source, and where that begins and ends."""
    for key, at in _members(text, start):
        if key == "cells":
            for cell in _items(text, at):
                yield _cell(text, cell)


def _cell(text: str, at: int) -> tuple[str, _Strings, int, int]:
    kind, strings, begin, end = "", [], 0, 0
    for key, value in _members(text, at):
        if key == "cell_type":
            kind = str(_DECODER.raw_decode(text, value)[0])
        elif key == "source":
            begin, end = value, _DECODER.raw_decode(text, value)[1]
            places = [value] if text[value] == '"' else list(_items(text, value))
            strings = [
                (place, _DECODER.raw_decode(text, place)[1])
                for place in places
                if text[place] == '"'
            ]
    return kind, strings, begin, end


def _members(text: str, at: int) -> Iterator[tuple[str, int]]:
    """Yield the keys of an object and where their values begin."""
    at = _skip(text, _skip(text, at) + 1)
    while text[at] != "}":
        key, at = _DECODER.raw_decode(text, at)
        at = _skip(text, _skip(text, at) + 1)
        yield key, at
        at = _after(text, at)


def _items(text: str, at: int) -> Iterator[int]:
    """Yield where the items of an array begin."""
    if text[at] != "[":
        return
    at = _skip(text, at + 1)
    while text[at] != "]":
        yield at
        at = _after(text, at)


def _after(text: str, at: int) -> int:
    at = _skip(text, _DECODER.raw_decode(text, at)[1])
    return _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _decode(text: str, start: int, end: int, virtual: Virtual) -> None:
    for match in _RUN.finditer(text, start + 1, end - 1):
        if match["same"] is not None:
            virtual.same(match["same"], match.start())
        else:
            value = _SURROGATE.sub("\ufffd", json.loads(f'"{match.group()}"'))
            virtual.other(value, match.start(), match.end())
