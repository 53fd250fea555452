"""`python -m slopscan`."""

from __future__ import annotations

from slopscan.cli.start import program

raise SystemExit(program())
