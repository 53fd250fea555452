"""Text of others made harmless for a terminal.

An escape sequence, a bell, a carriage return or a direction override in a scanned file must
not act on the reader's terminal. Each unsafe character becomes one visible one.
"""

from __future__ import annotations

import re
from typing import Final

TAB_STOP: Final = 4
_C0: Final = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "\u2421"}
_UNSAFE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0001-\U000e007f]"
)


def safe_character(char: str) -> str:
    """Return one visible character for an unsafe one, any other unchanged.

    The zero-width joiner and the variation selectors stay: emoji are made of them.
    """
    return _visible(char) if _UNSAFE.match(char) else char


def safe_line(text: str) -> str:
    """Return `text` on one line, with every unsafe character made visible."""
    flat = re.sub(r"\r\n|[\r\n\t]", " ", text)
    return _UNSAFE.sub(lambda match: _visible(match.group()), flat)


def safe_html(text: str) -> str:
    """Return `safe_line(text)` as characters of a page, in an attribute too."""
    from html import escape  # noqa: PLC0415 - its tables cost more than a short text

    return escape(safe_line(text))


def safe_block(text: str) -> str:
    """Return `text` with its line breaks, and every other unsafe character made visible."""
    plain = re.sub(r"\r\n?", "\n", text).replace("\t", " " * TAB_STOP)
    return "\n".join(_UNSAFE.sub(lambda m: _visible(m.group()), row) for row in plain.split("\n"))


def _visible(char: str) -> str:
    return _C0.get(ord(char), "\ufffd")
