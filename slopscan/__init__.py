"""slopscan names, measures and shows the tics of model-written prose."""

from __future__ import annotations

__version__ = "0.1.0"
