"""Words that are spoken of, not used: the phrase *a rich tapestry*."""

from __future__ import annotations

from typing import Final

_MENTION: Final = frozenset(
    {
        *("word", "words", "phrase", "phrases", "term", "terms", "expression", "expressions"),
        *("adverb", "adverbs", "adjective", "adjectives", "verb", "verbs", "noun", "nouns"),
    }
)
_WINDOW: Final = 16  # code points; the longest word above, a comma and blanks


def announces_mention(before: str) -> bool:
    """Say whether emphasis after these words holds words that are spoken of."""
    words = before[-_WINDOW:].split()
    return bool(words) and words[-1].rstrip(",:").lower() in _MENTION
