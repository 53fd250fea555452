"""Find what a source declares about models: `ai_assistance` in front matter, marked blocks.

Front matter is read by lines and indentation, not as YAML: whatever stands there is quoted, and
only `scope`, `tools` and `blocks` are understood. A block is declared by a line range in front
matter, a pair of comments (`<!-- ai:begin -->`, `<!-- ai:end -->`), a fenced division
(`::: ai-written`) or an HTML element with class `ai-written` or `ai-generated`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

from slopscan.disclosure import Disclosure, DisclosureKind
from slopscan.document import Document, RegionKind
from slopscan.spans import LineIndex, source_span

_KEY: Final = re.compile(
    r"(?im)^(?P<key>ai[_-](?:assistance|assisted|disclosure|generated|written))[ \t]*:[ \t]*"
    r"(?P<rest>[^\r\n]*)(?P<body>(?:\r?\n(?:[ \t]+|- )[^\r\n]*)*)"
)
_LIST: Final = re.compile(
    r"(?i)\b(?P<name>scope|tools?|model)[ \t]*:[ \t]*(?:\[(?P<flow>[^\]\n]{0,400})\]"
    r"|(?P<block>(?:\r?\n[ \t]*- [^\n]{0,120}){1,40})|(?P<one>[^\n,{}\[\]]{1,120}))"
)
_BLOCK_RANGE: Final = re.compile(
    r"(?i)\bstart\s*:\s*(?P<start>\d{1,7})\b[^\n}]{0,40}(?:\r?\n[ \t]+)?[,\s]*"
    r"\bend\s*:\s*(?P<end>\d{1,7})\b"
    r"(?:(?:[,\s]|\r?\n[ \t]+){0,4}scope\s*:\s*(?P<scope>[\w-]{1,30}))?"
)
_OPEN: Final = re.compile(
    r"(?im)<!--[ \t]*(?:ai[:-](?:begin|start|written|generated)|begin ai[- ](?:written|generated))"
    r"[^>\n]{0,120}-->"
    r"|^:{3,10}[ \t]*\{?[ \t]*\.?ai(?:[-_](?:written|generated|assisted))?\b[^\n]{0,80}$"
    r"|<(?P<tag>div|section|aside|article|details|blockquote)\b[^>\n]{0,200}"
    r"\b(?:class=[\"'][^\"'\n]{0,80}\bai-(?:written|generated)\b|data-ai(?:-written|-generated)?\b)"
    r"[^>\n]{0,200}>"
)
_CLOSE_COMMENT: Final = re.compile(
    r"(?i)<!--[ \t]*(?:/ai\b|ai[:-](?:end|stop)|end ai)[^>\n]{0,80}-->"
)
_CLOSE_FENCE: Final = re.compile(r"(?m)^:{3,10}[ \t]*$")
_NOTHING: Final = frozenset({"none", "false", "no", "0", "null", "~", "[]"})
_MAX_QUOTE: Final = 200


def declared(document: Document) -> tuple[Disclosure, ...]:
    """Return the statements of front matter and the declared blocks, in order."""
    found = [*_front_matter(document), *_marked(document)]
    return tuple(sorted(found, key=lambda item: (item.span.start, item.span.end)))


def declares_whole(disclosures: tuple[Disclosure, ...]) -> bool:
    """Say whether a statement covers the whole text."""
    return any(
        item.kind is DisclosureKind.ASSISTANCE and "whole" in item.scope for item in disclosures
    )


def _front_matter(document: Document) -> Iterator[Disclosure]:
    text = document.source.text
    regions = [region for region in document.regions if region.kind is RegionKind.FRONT_MATTER]
    if not regions:
        return
    lines = LineIndex(text)
    for region in regions:
        for key in _KEY.finditer(text, region.span.start, region.span.end):
            body = key["rest"] + key["body"]
            yield Disclosure(
                _kind(key["key"], body),
                source_span(key.start(), key.end()),
                lines.position(key.start())[0],
                _quote(key.group()),
                scope=_scope(body),
                tools=_values(body, "tool", "tools", "model"),
            )
            yield from _ranges(text, body)


def _kind(key: str, body: str) -> DisclosureKind:
    said = body.strip().strip("\"'").lower()
    nothing = said in _NOTHING or _scope(body) == ("none",)
    return DisclosureKind.HUMAN_AUTHORSHIP if nothing else DisclosureKind.ASSISTANCE


def _scope(body: str) -> tuple[str, ...]:
    named = _values(body, "scope")
    if named or ":" in body or "\n" in body:
        return named
    return tuple(word.lower() for word in re.findall(r"[\w-]+", body)[:4])


def _values(body: str, *names: str) -> tuple[str, ...]:
    # The `scope` inside a list of blocks belongs to the block.
    head = re.split(r"(?i)\bblocks\s*:", body)[0]
    found: list[str] = []
    for match in _LIST.finditer(head):
        if match["name"].lower() not in names:
            continue
        if match["block"]:
            items = re.findall(r"- ([^\n]{0,120})", match["block"])
        else:
            items = (match["flow"] or match["one"] or "").split(",")
        found += [item.strip().strip("\"'") for item in items if item.strip()]
    return tuple(found)


def _ranges(text: str, body: str) -> Iterator[Disclosure]:
    starts = [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", text)), len(text)]
    for match in _BLOCK_RANGE.finditer(body):
        first, last = int(match["start"]), int(match["end"])
        if not 1 <= first <= last < len(starts):
            continue
        yield Disclosure(
            DisclosureKind.BLOCK,
            source_span(starts[first - 1], starts[last]),
            first,
            f"lines {first} to {last}",
            scope=(match["scope"],) if match["scope"] else (),
        )


def _marked(document: Document) -> Iterator[Disclosure]:
    text = document.source.text
    if not _may_open(text):
        return
    lines = LineIndex(text)
    code = [region.span for region in document.regions if region.kind is RegionKind.CODE]
    code_starts = [span.start for span in code]
    end = 0
    for opening in _OPEN.finditer(text):
        around = bisect_right(code_starts, opening.start()) - 1
        if opening.start() < end or (around >= 0 and opening.start() < code[around].end):
            continue
        closing = _closing(opening).search(text, opening.end())
        end = closing.end() if closing else len(text)
        yield Disclosure(
            DisclosureKind.BLOCK,
            source_span(opening.start(), end),
            lines.position(opening.start())[0],
            _quote(opening.group()),
        )


def _may_open(text: str) -> bool:
    """Say whether a text may hold an opening; costs next to nothing in nearly all texts."""
    if "<!--" in text or ":::" in text:
        return True
    if "<" not in text:
        return False
    lowered = text.lower()
    return any(sign in lowered for sign in ("ai-written", "ai-generated", "data-ai"))


def _closing(opening: re.Match[str]) -> re.Pattern[str]:
    if opening["tag"]:
        return re.compile(rf"(?i)</{opening['tag']}\s*>")
    return _CLOSE_FENCE if opening.group().lstrip().startswith(":") else _CLOSE_COMMENT


def _quote(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _MAX_QUOTE else flat[: _MAX_QUOTE - 1].rstrip() + "\u2026"
