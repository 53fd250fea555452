"""A scorer without a parser, whose worker a text can end: for tests of what a crash costs."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from slopscan.corpus.score import Item, Scored, nothing
from slopscan.corpus.worker import WorkerConfig


class StubScorer:
    """Counts words; a text may begin with CRASH, EXIT, STALL, SLEEP seconds, ONCE file, or
    HOLD file: wait until that file is there.
    """

    def score(self, items: Sequence[Item]) -> list[Scored]:
        return [self._one(item.text) for item in items]

    def provenance(self) -> dict[str, Any]:
        return {"slopscan": "stub"}

    def skipped(self) -> list[str]:
        return []

    def _one(self, text: str) -> Scored:
        words = text.split()
        match words[:2]:
            case ["CRASH", *_]:
                os.kill(os.getpid(), signal.SIGKILL)
            case ["EXIT", *_]:
                os._exit(7)
            case ["STALL", *_]:
                time.sleep(60)
            case ["SLEEP", seconds]:
                time.sleep(float(seconds))
            case ["HOLD", gate]:
                while not Path(gate).exists():
                    time.sleep(0.02)
            case ["ONCE", mark]:
                if not Path(mark).exists():
                    Path(mark).touch()
                    os._exit(7)
        return {**nothing(None), "n_words": len(words), "rules": {"words": len(words)}}


def scorer(config: WorkerConfig) -> StubScorer:
    """Build the stub; named by `WorkerConfig.factory`."""
    return StubScorer()
