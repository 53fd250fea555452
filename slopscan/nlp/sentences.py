"""Sentences without a parse, for string rules; the same with a parse or without."""

from __future__ import annotations

import re

_END = re.compile(r"[.!?\u2026]+[\"')\]*_]*|[\u3002\uff01\uff1f]+")
_WORD_BEFORE = 24  # code points looked back at for an abbreviation


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NEVER_END = _words(
    """
    mr mrs ms dr prof st rev hon gen col lt sgt capt cmdr maj gov sen rep pres messrs mme mlle
    fig figs eq eqs sec ch chap vol vols pp ed eds trans cf vs viz al approx ca dept univ
    e.g i.e eg ie resp incl esp nos op art arts ref refs tab mt ft
    """
)
_MAY_END = _words(
    """
    inc ltd co corp bros jr sr etc a.m p.m am pm u.s u.k u.n e.u d.c ph.d m.d b.a m.a b.c a.d
    jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun ave blvd rd
    no est min max
    """
)
_STARTERS = _words(
    """
    a after all also although an and as at because but by even every for from he her here his
    how however i if in instead it its maybe most my no not nothing now on once one or our
    perhaps she so some still such that the their then there these they this those though to
    today we what when where which while who why with yet you your
    """
)
_NEXT = re.compile(r"[\"'(\[*_\u2014-]*\s*([\w.]{0,30})")


def split(text: str) -> list[tuple[int, int]]:
    """Split folded text of one block into sentences.

    Parameters
    ----------
    text : str
        Folded prose (straight quotes) of a block.

    Returns
    -------
    list of (int, int)
        Half-open code point ranges in order, without the white space between them.
    """
    spans: list[tuple[int, int]] = []
    start = _skip_space(text, 0)
    for match in _END.finditer(text):
        end = match.end()
        if end >= len(text):
            break
        if _ends(text, start, match):
            spans.append((start, end))
            start = _skip_space(text, end)
    end = len(text.rstrip())
    if start < end:
        spans.append((start, end))
    return spans


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _ends(text: str, start: int, match: re.Match[str]) -> bool:
    """Say whether a sentence ends with this punctuation."""
    end = match.end()
    if text[match.start()] in "\u3002\uff01\uff1f":
        return True
    if not text[end].isspace() or start >= match.start():
        return False
    at = _skip_space(text, end)
    following = _NEXT.match(text, at)
    word = following.group(1) if following else ""
    if word[:1].islower():
        return False
    if match.group() != ".":
        return True
    return not _abbreviates(text[max(start, match.start() - _WORD_BEFORE) : match.start()], word)


def _abbreviates(before: str, following: str) -> bool:
    """Say whether a full stop after `before` belongs to the word and not to the sentence."""
    words = before.split()
    if not words:
        return True
    last = words[-1].lstrip("\"'([*_\u2014-")
    key = last.casefold()
    if key in _NEVER_END:
        return True
    if last == "No" or key in ("nos", "pp", "p"):
        return following[:1].isdigit()
    if len(words) == 1 and last.isdigit() and len(before) == len(before.lstrip()):
        return len(last) <= 2 and before == last
    initial = len(last) == 1 and last.isupper() and last != "I"
    if initial or key in _MAY_END or (len(last) > 2 and last[1::2].strip(".") == ""):
        return following.casefold() not in _STARTERS
    return False
