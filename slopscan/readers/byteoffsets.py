"""Byte offsets of UTF-8 to code points, in logarithmic time; free for plain ASCII."""

from __future__ import annotations

import re
from bisect import bisect_right

# Runs of characters of one width, so that a place inside a run is a division.
_RUNS = re.compile(
    "(?P<two>[\x80-\u07ff]+)|(?P<three>[\u0800-\uffff]+)|(?P<four>[\U00010000-\U0010ffff]+)"
)
_WIDTHS = {"two": 2, "three": 3, "four": 4}


class ByteOffsets:
    """Answers "which code point begins at this byte" for one text."""

    def __init__(self, text: str) -> None:
        self._starts = [0]
        self._code_points = [0]
        self._widths = [1]
        if not text.isascii():
            self._index(text)
        self.ascii = len(self._starts) == 1

    def __call__(self, byte: int) -> int:
        """Return the code point offset of a byte offset."""
        if self.ascii:
            return byte
        run = bisect_right(self._starts, byte) - 1
        return self._code_points[run] + (byte - self._starts[run]) // self._widths[run]

    def _index(self, text: str) -> None:
        byte = done = 0
        for match in _RUNS.finditer(text):
            start, end = match.span()
            byte += start - done
            self._add(byte, start, _WIDTHS[match.lastgroup or "two"])
            byte += (end - start) * self._widths[-1]
            self._add(byte, end, 1)
            done = end

    def _add(self, byte: int, code_point: int, width: int) -> None:
        self._starts.append(byte)
        self._code_points.append(code_point)
        self._widths.append(width)
