"""A view of text in which typography does not matter, of the same length.

String rules, the parser and the classifier all see the folded view, so a curly apostrophe
and a straight one, a no-break space and a blank, an en dash and an em dash are the same to
them. Every replacement is one code point for one, hence offsets stay valid. Rules about the
characters themselves ask for the source instead.
"""

from __future__ import annotations

import re

_SINGLE_QUOTES = "\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4\u0060\uff07"
_DOUBLE_QUOTES = "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02"
_HYPHENS = "\u2010\u2011\u00ad"
_DASHES = "\u2012\u2013\u2015\u2212"
_SPACES = (
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
    "\u3000\t\v\f\u0085\u2028\u2029"
)
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u180e\u200e\u200f\u202a\u202b\u202c\u202d\u202e"

_TABLE = {
    **dict.fromkeys(_SINGLE_QUOTES, "'"),
    **dict.fromkeys(_DOUBLE_QUOTES, '"'),
    **dict.fromkeys(_HYPHENS, "-"),
    **dict.fromkeys(_DASHES, "\u2014"),
    **dict.fromkeys(_SPACES, " "),
    **dict.fromkeys(_INVISIBLE, " "),
    # Half of a pair is no text: nothing that encodes its input could read it.
    **dict.fromkeys(map(chr, range(0xD800, 0xE000)), "\ufffd"),
}
_ASCII_FOLDED = tuple(filter(str.isascii, _TABLE))
_FOLDED = re.compile(f"[{re.escape(''.join(_TABLE))}]")


def fold(text: str) -> str:
    """Return `text` with quotes straight, dashes long and spaces plain; same length."""
    if text.isascii() and not any(char in text for char in _ASCII_FOLDED):
        return text
    # Few characters change, so this is several times faster than `str.translate`.
    return _FOLDED.sub(lambda found: _TABLE[found[0]], text)
