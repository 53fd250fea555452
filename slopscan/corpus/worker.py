"""What runs in a worker process: score chunks that come over a pipe, until it closes.

Messages are JSON, one a message. To the worker: `{"rows": [[name, text, media type] ...],
"alone": bool}`. From it: `{"ready": provenance}`, `{"at": [positions]}` before each batch,
`{"row": position, "values": ...}` for each text when scored alone, `{"done": [values ...],
"skipped": [...], "last": bool}` at the end, or `{"fatal": [class, what, where, fix]}`.
"""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from multiprocessing import connection, parent_process
from pathlib import Path
from typing import Any, Final

from slopscan.corpus.score import Item, ScannerScorer, score_items
from slopscan.errors import SlopscanError
from slopscan.garbage import collect_rarely
from slopscan.nlp import lean

DEFAULT_FACTORY: Final = "slopscan.corpus.worker:scanner_scorer"
PRELOAD_VARIABLE: Final = "SLOPSCAN_PRELOAD"
# What is kept of words is bounded, but a heap fragments; a worker this old, some three minutes of
# CPU, makes way for a fresh one, which costs a fork.
CHARS_PER_LIFE: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class WorkerConfig:
    """What a worker needs to build its scorer; plain values, so that it can be sent."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    preview: bool = False
    parse: bool = True
    quotes: bool = False
    findings: bool = False
    windows: bool = False
    measures: bool = False
    packs: tuple[tuple[str, str], ...] = ()
    model: str | None = None
    factory: str = DEFAULT_FACTORY

    @classmethod
    def of_json(cls, values: Mapping[str, Any]) -> WorkerConfig:
        """Read what `to_json` wrote."""
        lists = {key: tuple(values[key]) for key in ("select", "ignore")}
        packs = tuple((name, folder) for name, folder in values["packs"])
        return cls(**{**values, **lists, "packs": packs})

    def to_json(self) -> dict[str, Any]:
        """Return the settings as JSON values."""
        return asdict(self)


def scanner_scorer(config: WorkerConfig) -> ScannerScorer:
    """Build the usual scorer and load everything it needs."""
    from slopscan.catalogue.load import Selection  # noqa: PLC0415
    from slopscan.catalogue.packs import Pack  # noqa: PLC0415
    from slopscan.scan import Scanner, Settings  # noqa: PLC0415

    selection = Selection(config.select, config.ignore, preview=config.preview)
    packs = tuple(Pack(name, Path(folder)) for name, folder in config.packs)
    settings = Settings(
        selection,
        parse=config.parse,
        quotes=config.quotes,
        windows=config.windows,
        measures=config.measures,
        reasons=False,
        packs=packs,
        model=Path(config.model) if config.model else None,
    )
    collect_rarely()
    lean.choose()
    scanner = Scanner(settings)
    scorer = ScannerScorer(scanner, findings=config.findings, windows=config.windows)
    scorer.provenance()
    # The first text loads what is loaded lazily: better before a fork than once in each worker.
    scorer.score([Item("warm-up", "It was a plain day. We went home.", "text/markdown")])
    return scorer


def build(config: WorkerConfig) -> ScannerScorer:
    """Build the scorer that the configuration names."""
    module, _, name = config.factory.partition(":")
    scorer: ScannerScorer = getattr(import_module(module), name)(config)
    return scorer


def run(channel: connection.Connection, config: WorkerConfig) -> None:
    """Serve chunks until the other end closes or this worker has done its share."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_with_parent()
    try:
        scorer = _preloaded(config) or build(config)
        _send(channel, {"ready": scorer.provenance()})
        n_chars = 0
        while n_chars < CHARS_PER_LIFE:
            message = json.loads(channel.recv_bytes())
            n_chars += sum(len(text) for _, text, _ in message["rows"])
            _serve(channel, scorer, message, last=n_chars >= CHARS_PER_LIFE)
    except (EOFError, OSError):
        return
    except SlopscanError as error:
        _send(channel, {"fatal": [type(error).__name__, error.what, error.where, error.fix]})


def _serve(
    channel: connection.Connection,
    scorer: ScannerScorer,
    message: Mapping[str, Any],
    *,
    last: bool,
) -> None:
    items = [Item(*fields) for fields in message["rows"]]
    if message["alone"]:
        for index, item in enumerate(items):
            _send(channel, {"at": [index]})
            _send(channel, {"row": index, "values": scorer.score([item])[0]})
        done: Sequence[Any] = ()
    else:
        done = score_items(scorer, items, lambda batch: _send(channel, {"at": batch}))
    _send(channel, {"done": done, "skipped": scorer.skipped(), "last": last})


def _send(channel: connection.Connection, message: Mapping[str, Any]) -> None:
    channel.send_bytes(json.dumps(message).encode("ascii"))


def _preloaded(config: WorkerConfig) -> ScannerScorer | None:
    from slopscan.corpus import preload  # noqa: PLC0415

    return preload.SCORER if config == preload.CONFIG else None


def _end_with_parent() -> None:
    """End at once when the parent is gone: a stalled text would else keep an orphan busy."""
    parent = parent_process()
    if parent is None:
        return

    def watch() -> None:
        connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
