"""Python files, when named: the prose of docstrings and comments, read as Markdown.

Code is never run: `ast` says which strings are docstrings, `tokenize` where comments stand.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate
from typing import Final, NamedTuple

from slopscan.document import Document, Region, RegionKind, Source
from slopscan.errors import InputError
from slopscan.readers import markdown
from slopscan.readers.virtual import Virtual
from slopscan.spans import source_span

_LITERAL: Final = re.compile(r"(?P<prefix>[rRuU]?)(?P<quote>\"{3}|'{3}|\"|')")
_ESCAPE: Final = re.compile(r"\\(?:[\\'\"abfnrtv]|\n|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4})")
_ORDER: Final = re.compile(
    r"#[!:]|#\s*(?:slopscan:|type:|noqa|pragma|pylint:|mypy:|ruff:|fmt:|isort:|-\*-|coding[:=])"
)
_DOCTEST: Final = re.compile(r"[ \t]*(?:>>>|\.\.\.) ")
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")  # as Python counts lines
_MARK: Final = re.compile(r"#+[ \t]?")


class _Passage(NamedTuple):
    start: int
    end: int
    is_comment: bool


def parse(source: Source) -> Document:
    """Read docstrings and comments; everything else is code.

    Raises
    ------
    InputError
        When the file is not Python of this interpreter's version or before.
    """
    text = source.text
    lines = [0, *accumulate(len(line) for line in _LINE.findall(text))]
    lines[0] = int(text.startswith("\ufeff"))
    try:
        comments = list(_comments(text, lines))
        passages = sorted([*_docstrings(text, lines), *comments])
    except (SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError) as error:
        raise InputError(
            f"is not Python: {error}", where=source.name, fix="correct it, or leave it out"
        ) from error
    virtual, last = Virtual(), None
    regions = []
    for passage in passages:
        if passage.is_comment and _ORDER.match(text, passage.start):
            regions.append(Region(RegionKind.COMMENT, source_span(passage.start, passage.end)))
            last = None
            continue
        if last is not None and not (passage.is_comment and _continues(text, last, passage)):
            virtual.gap("\n\n")
        elif last is not None:
            virtual.gap("\n")
        elif virtual.text:
            virtual.gap("\n\n")
        (_comment if passage.is_comment else _docstring)(text, passage, virtual)
        last = passage
    inner = markdown.parse(Source(source.name, virtual.text))
    document = virtual.rebase(inner, source)
    merged = sorted([*document.regions, *regions], key=lambda item: item.span.start)
    return replace(document, regions=tuple(merged))


def _comments(text: str, lines: list[int]) -> Iterator[_Passage]:
    stream = io.StringIO(text.removeprefix("\ufeff"), newline=None)
    for token in tokenize.generate_tokens(stream.readline):
        if token.type == tokenize.COMMENT:
            start = lines[token.start[0] - 1] + token.start[1]
            yield _Passage(start, start + len(token.string), True)


def _docstrings(text: str, lines: list[int]) -> Iterator[_Passage]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(text.removeprefix("\ufeff"))
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(tree):
        if isinstance(node, kinds) and ast.get_docstring(node, clean=False) is not None:
            literal = node.body[0]
            yield _Passage(
                _offset(text, lines, literal.lineno, literal.col_offset),
                _offset(text, lines, literal.end_lineno or 1, literal.end_col_offset or 0),
                False,
            )


def _offset(text: str, lines: list[int], line: int, byte: int) -> int:
    start = lines[line - 1]
    before = text[start : start + byte].encode()[:byte]
    return start + len(before.decode(errors="ignore"))


def _continues(text: str, last: _Passage, passage: _Passage) -> bool:
    between = text[last.end : passage.start]
    return last.is_comment and between.count("\n") == 1 and not between.strip()


def _comment(text: str, passage: _Passage, virtual: Virtual) -> None:
    mark = _MARK.match(text, passage.start, passage.end)
    start = mark.end() if mark else passage.start
    virtual.same(text[start : passage.end], start)


def _docstring(text: str, passage: _Passage, virtual: Virtual) -> None:
    literal = _LITERAL.match(text, passage.start)
    if literal is None:
        return
    low, high = literal.end(), passage.end - len(literal["quote"])
    raw = literal["prefix"].lower() == "r"
    lines = _LINE.findall(text[low:high])
    indents = [len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()]
    margin = min(indents, default=0)
    at = low
    code = False
    for number, line in enumerate(lines):
        cut = min(margin, len(line) - len(line.lstrip(" \t"))) if number else 0
        code = bool(line.strip()) and (code or _DOCTEST.match(line) is not None)
        if code:
            virtual.gap("    \n" if line.endswith(("\n", "\r")) else "    ")
        else:
            _literal(text, at + cut, at + len(line), raw, virtual)
        at += len(line)


def _literal(text: str, start: int, end: int, raw: bool, virtual: Virtual) -> None:
    if not raw:
        for match in _ESCAPE.finditer(text, start, end):
            virtual.same(text[start : match.start()], start)
            value = ast.literal_eval(f'"{match.group()}"')
            virtual.other(value or " ", *match.span())
            start = match.end()
    virtual.same(text[start:end], start)
