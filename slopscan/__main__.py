"""`python -m slopscan`."""

from __future__ import annotations

from slopscan.cli.app import main

raise SystemExit(main())
