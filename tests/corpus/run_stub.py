"""A run with the stub scorer as a program of its own, so that a test can kill it.

python run_stub.py INPUT OUTPUT JOBS CHUNK_ROWS [TIMEOUT [MAX_FILE_BYTES]]
"""

from __future__ import annotations

import sys
from pathlib import Path

from slopscan.corpus import run
from slopscan.corpus.inputs import Reading, find_inputs
from slopscan.corpus.worker import WorkerConfig


def main(source: str, output: str, jobs: str, rows: str, timeout: str = "60") -> None:
    run.CHUNK_ROWS = int(rows)  # type: ignore[misc]
    counts = run.score_corpus(
        find_inputs([source]),
        Reading(),
        WorkerConfig(factory="stub_scorer:scorer"),
        run.RunOptions(Path(output), jobs=int(jobs), timeout=float(timeout), quiet=True),
    )
    print(counts.rows, counts.errors, counts.resumed_rows, counts.worker_restarts)


if __name__ == "__main__":
    main(*sys.argv[1:])
