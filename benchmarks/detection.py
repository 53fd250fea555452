"""Measure the classifier on sources it has not seen; writes `benchmarks/results/detection.json`.

    python benchmarks/detection.py --corpus DIR [--cache DIR]

Every model of the leave-one-source-out folds is trained anew, so this is the training command
with the shipped folder left alone. `train_dev` figures helped to choose settings, the
calibration and the operating points; `test` figures did not.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from slopscan.training.__main__ import main

RESULTS = Path(__file__).parent / "results" / "detection.json"


def run(arguments: list[str]) -> int:
    """Train into a folder that is thrown away, keep the figures."""
    with tempfile.TemporaryDirectory() as folder:
        return main([*arguments, "--out", str(Path(folder) / "model"), "--report", str(RESULTS)])


if __name__ == "__main__":
    raise SystemExit(run(sys.argv[1:]))
