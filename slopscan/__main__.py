"""`python -m slopscan`."""

from __future__ import annotations

from slopscan.cli.start import main

raise SystemExit(main())
