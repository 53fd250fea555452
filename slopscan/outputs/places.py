"""Where a finding begins and ends in lines and columns, from the finding alone."""

from __future__ import annotations

from typing import NamedTuple

from slopscan.findings import Finding
from slopscan.spans import LineIndex


class Place(NamedTuple):
    """First character and the one after the last, lines and columns from 1 in code points."""

    line: int
    column: int
    end_line: int
    end_column: int


def place_of(finding: Finding) -> Place:
    """Return where a finding stands; the words it matched tell where it ends."""
    down, along = LineIndex(finding.matched).position(len(finding.matched))
    end_column = along if down > 1 else finding.column + along - 1
    return Place(finding.line, finding.column, finding.line + down - 1, end_column)
