"""Loaded once by the process that workers are forked from, so that they share its memory.

The settings come in an environment variable, since the fork server takes only module names.
What goes wrong here goes wrong again in the first worker, which can tell it.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os

from slopscan.corpus.score import ScannerScorer
from slopscan.corpus.worker import PRELOAD_VARIABLE, WorkerConfig, build

CONFIG: WorkerConfig | None = None
SCORER: ScannerScorer | None = None

if PRELOAD_VARIABLE in os.environ:
    with contextlib.suppress(Exception):
        CONFIG = WorkerConfig.of_json(json.loads(os.environ[PRELOAD_VARIABLE]))
        SCORER = build(CONFIG)
        # A collection would write to, and so copy, every shared page.
        gc.collect()
        gc.freeze()
