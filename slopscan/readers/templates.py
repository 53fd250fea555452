"""Front matter and template tags (Liquid, Jinja, Hugo): found before Markdown is parsed.

Tags are overwritten by neutral characters, one for one, so that they cannot be mistaken for
Markdown and every offset stays; blocks of code between tags become blank lines.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from slopscan.document import RegionKind
from slopscan.readers.prose import Stretches

_FRONT_MATTER = re.compile(
    r"\ufeff?(?P<fence>---|\+\+\+)[ \t]*(?:\r\n|\n|\r)"
    r"(?=[ \t]*(?:[\w\"'.-]+[ \t]*[:=]|#|\[|-[ \t]|(?P=fence)|(?:\r\n|\n|\r)))"
)
_FENCE_END = {
    "---": re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\r\n|\n|\r|\Z)", re.MULTILINE),
    "+++": re.compile(r"^\+\+\+[ \t]*(?:\r\n|\n|\r|\Z)", re.MULTILINE),
}
_TAG = re.compile(r"\{%[^\r\n]{0,400}?%\}|\{\{[^\r\n]{0,400}?\}\}")
_CODE_TAG = re.compile(
    r"\{(?:%-?|\{[<%])\s*(?P<end>end|/)?\s*(?P<name>highlight|codeblock|raw|comment|mermaid)\b"
)
_BRACE = re.compile(r"(?<!\\)(?:\{/\*|[{}])")
_LONGEST_EXPRESSION = 4000  # code points; a brace left open must not swallow a page
_NEUTRAL = "\ue000"
_NOT_LINE_END = re.compile(r"[^\r\n]")


class Masked(NamedTuple):
    """Text for the Markdown parser, of the length of the original, and what was covered."""

    text: str
    start: int
    dropped: Stretches
    regions: list[tuple[RegionKind, int, int]]


def mask(text: str, *, mdx: bool = False) -> Masked:
    """Cover front matter and template tags; in MDX, `{expressions}` and `{/* comments */}`.

    Returns
    -------
    Masked
        `start` is where Markdown begins, after front matter or a byte-order mark.
    """
    start = 1 if text.startswith("\ufeff") else 0
    regions: list[tuple[RegionKind, int, int]] = []
    front = _front_matter(text)
    if front is not None:
        regions.append((RegionKind.FRONT_MATTER, start, front))
        start = front
    if mdx:
        comments, tags = _expressions(text, start)
        codes: list[tuple[int, int]] = []
        regions += [(RegionKind.COMMENT, low, high) for low, high in comments]
    else:
        comments, (tags, codes) = [], _tags(text, start)
    regions += [(RegionKind.MARKUP, low, high) for low, high in tags]
    regions += [(RegionKind.CODE, low, high) for low, high in codes]
    tags = sorted(tags + comments)
    dropped = Stretches([low for low, _ in tags], [high for _, high in tags])
    covered = sorted([(*tag, _NEUTRAL) for tag in tags] + [(*code, " ") for code in codes])
    return Masked(_covered(text, covered), start, dropped, regions)


def _front_matter(text: str) -> int | None:
    opening = _FRONT_MATTER.match(text)
    if opening is None:
        return None
    closing = _FENCE_END[opening["fence"]].search(text, opening.end())
    return closing.end() if closing else None


def _tags(text: str, start: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return tags outside code, and code between a pair of tags, tags included."""
    if "{%" not in text and "{{" not in text:
        return [], []
    tags: list[tuple[int, int]] = []
    codes: list[tuple[int, int]] = []
    opened: tuple[str, int, int] | None = None
    for match in _TAG.finditer(text, start):
        code = _CODE_TAG.match(match.group())
        if code and not code["end"]:
            if opened is None:
                opened = (code["name"], match.start(), len(tags))
        elif code and opened and code["name"] == opened[0]:
            del tags[opened[2] :]
            codes.append((opened[1], match.end()))
            opened = None
            continue
        tags.append(match.span())
    return tags, codes


def _expressions(text: str, start: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return comments and other expressions of MDX, by balanced braces."""
    comments: list[tuple[int, int]] = []
    others: list[tuple[int, int]] = []
    opened: list[int] = []
    done = start
    for match in _BRACE.finditer(text, start):
        if match.start() < done or (not opened and match.group() == "}"):
            continue
        if match.group() == "}":
            begin = opened.pop()
            if not opened and match.end() - begin <= _LONGEST_EXPRESSION:
                others.append((begin, match.end()))
        elif match.group() == "{":
            opened.append(match.start())
        else:
            close = text.find("*/}", match.end())
            if close >= 0 and not opened:
                done = close + 3
                comments.append((match.start(), done))
    return comments, others


def _covered(text: str, covered: list[tuple[int, int, str]]) -> str:
    chunks, done = [], 0
    for start, end, filler in covered:
        chunks += [text[done:start], _NOT_LINE_END.sub(filler, text[start:end])]
        done = end
    return "".join([*chunks, text[done:]]) if chunks else text
