"""Let Python's collector of reference cycles run less often; for programs, not for the library.

A scan makes millions of small lists and strings and hardly a cycle. At the usual pace the
collector walks over all of them again and again, for a tenth of the time of a scan.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from typing import Final, NoReturn

_THRESHOLDS: Final = (200_000, 20, 100)


def collect_rarely() -> None:
    """Set the pace of the collector for this process."""
    gc.set_threshold(*_THRESHOLDS)


def leave_the_rest() -> None:
    """Spare the collector what is left at the end: it would walk over all of it once more."""
    gc.freeze()


def end_at_once(code: int) -> NoReturn:
    """End the process without taking apart what is left: a fiftieth of a scan of many files.

    Nothing that is to run at the end of a process runs; for commands that begin no threads and no
    other processes.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # closed, or nobody reads any more
            stream.flush()
    os._exit(code)
