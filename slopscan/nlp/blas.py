"""Let numpy's OpenBLAS use the widest kernels of the processor.

OpenBLAS takes recent AMD processors, under virtual machines above all, for one without AVX-512:
107 GFLOP/s instead of 200 on one core of an EPYC (Zen 5). It reads its choice from the
environment when it is loaded, and then never again.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

_VARIABLE: Final = "OPENBLAS_CORETYPE"
_KERNELS: Final = "SkylakeX"
# What those kernels were compiled for.
_NEEDED: Final = frozenset({"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"})
_CPUINFO: Final = Path("/proc/cpuinfo")


def import_numpy() -> None:
    """Import numpy with the kernels that fit; does nothing where it is imported already.

    A choice in the environment stays; the environment is left as it was.
    """
    if "numpy" in sys.modules or _VARIABLE in os.environ or not has_hidden_avx512():
        return
    os.environ[_VARIABLE] = _KERNELS
    try:
        import numpy  # noqa: F401, PLC0415 - the point of this module
    finally:
        del os.environ[_VARIABLE]


def has_hidden_avx512(cpuinfo: Path = _CPUINFO) -> bool:
    """Say whether this is an AMD processor with all of AVX-512 that the kernels need."""
    try:
        with cpuinfo.open(encoding="ascii", errors="ignore") as lines:
            facts: dict[str, str] = {}
            for line in lines:
                name, _, value = line.partition(":")
                facts.setdefault(name.strip(), value.strip())
                if name.strip() == "flags":
                    break
    except OSError:
        return False
    flags = frozenset(facts.get("flags", "").split())
    return facts.get("vendor_id") == "AuthenticAMD" and flags >= _NEEDED
