"""Import spaCy without its command line; for programs, not for the library.

`import spacy` also imports every command of `python -m spacy`, with what they need to download,
train and debug: more than a third of its time.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any, Final

_COMMANDS: Final = ("spacy.cli", "spacy.cli.info")
_chosen: set[str] = set()


def choose() -> None:
    """Let this process import spaCy so, when it comes to a parse."""
    _chosen.add("lean")


def import_spacy() -> None:
    """Import spaCy, its commands left out where that was chosen and spaCy is new.

    `import spacy.cli` still works afterwards, `spacy.info` does not.
    """
    if "spacy" in sys.modules or not _chosen:
        return
    for name in _COMMANDS:
        stub: Any = ModuleType(name)
        stub.info = None
        stub.__path__ = []
        sys.modules[name] = stub
    try:
        importlib.import_module("spacy")
    finally:
        for name in _COMMANDS:
            del sys.modules[name]
