"""How long an editor waits: from an edit of a long text to its new diagnostics.

    python benchmarks/lsp_latency.py [--words 3000] [--edits 30] [--output FILE]

A real session: the server in a process of its own, pygls' client, a Markdown file made of the
example essays in which every paragraph differs, one word typed into another paragraph each time.
Wall time is what a writer waits, the pause after a key stroke included; CPU time is that of the
server and tells how much of it the machine's other work took. Every preview rule runs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from lsprotocol import types
from pygls.lsp.client import LanguageClient

import slopscan

_EXAMPLES: Final = Path(__file__).resolve().parents[1] / "examples"
_TARGET: Final = 0.3  # seconds
_WAIT: Final = 120.0


def main() -> None:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--words", type=int, default=3000)
    parser.add_argument("--edits", type=int, default=30)
    parser.add_argument("--output", type=Path)
    args = parser.parse_args()
    text = long_text(args.words)
    measured = {
        name: asyncio.run(session(text, args.edits, options))
        for name, options in (
            ("default rules", {}),
            ("preview rules", {"preview": True}),
            ("string rules", {"preview": True, "parse": False}),
        )
    }
    results = {
        "slopscan": slopscan.__version__,
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "load": round(os.getloadavg()[0], 2),
        "words": len(text.split()),
        "paragraphs": text.count("\n\n") + 1,
        "edits": args.edits,
        "target_seconds": _TARGET,
        "sessions": measured,
    }
    shown = json.dumps(results, indent=2) + "\n"
    if args.output:
        args.output.write_text(shown, encoding="utf-8")
    sys.stdout.write(shown)


def long_text(n_words: int) -> str:
    """Return a text of at least so many words in paragraphs of which no two are the same."""
    paragraphs = [
        item
        for name in ("essay.md", "clean.md")
        for item in (_EXAMPLES / name).read_text(encoding="utf-8").split("\n\n")
        if len(item.split()) > 20
    ]
    mixed = random.Random(3)
    made: list[str] = []
    while sum(len(item.split()) for item in made) < n_words:
        made.append(f"Number {len(made)}. {mixed.choice(paragraphs).strip()}")
    return "\n\n".join(made) + "\n"


async def session(text: str, n_edits: int, options: dict[str, Any]) -> dict[str, Any]:
    """Open the text, edit it, and return how long each answer took."""
    client = LanguageClient("benchmark", "1")
    published: asyncio.Queue[types.PublishDiagnosticsParams] = asyncio.Queue()
    client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(
        lambda params: published.put_nowait(params)  # noqa: PLW0108 - takes attributes
    )

    async def answer(version: int) -> int:
        while True:
            params = await asyncio.wait_for(published.get(), _WAIT)
            if params.version == version:
                return len(params.diagnostics)

    began = time.perf_counter()
    await client.start_io(sys.executable, "-m", "slopscan", "lsp")
    process = client._server
    assert process is not None
    await client.initialize_async(
        types.InitializeParams(
            capabilities=types.ClientCapabilities(), initialization_options=options
        )
    )
    client.initialized(types.InitializedParams())
    with tempfile.TemporaryDirectory() as folder:
        uri = (Path(folder) / "essay.md").as_uri()
        item = types.TextDocumentItem(uri, "markdown", 1, text)
        client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        n_diagnostics = await answer(1)
        first = time.perf_counter() - began
        walls, cpus = [], []
        lines = [n for n, line in enumerate(text.splitlines()) if line]
        for number in range(n_edits):
            place = types.Position(lines[number * 7 % len(lines)], 7)
            change = types.TextDocumentContentChangePartial(
                text=f"and {number} ", range=types.Range(place, place)
            )
            cpu, start = cpu_seconds(process.pid), time.perf_counter()
            client.text_document_did_change(
                types.DidChangeTextDocumentParams(
                    types.VersionedTextDocumentIdentifier(number + 2, uri), [change]
                )
            )
            await answer(number + 2)
            walls.append(time.perf_counter() - start)
            cpus.append(cpu_seconds(process.pid) - cpu)
        await client.shutdown_async(None)
        client.exit(None)
        await client.stop()  # type: ignore[no-untyped-call]
    return {
        "diagnostics": n_diagnostics,
        "first_report_seconds": round(first, 2),
        "wall_seconds": spread(walls),
        "cpu_seconds": spread(cpus),
        "within_target": sum(wall < _TARGET for wall in walls),
    }


def cpu_seconds(pid: int) -> float:
    """Return the processor time a process has used (Linux; elsewhere NaN)."""
    try:
        parts = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return float("nan")
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def spread(values: list[float]) -> dict[str, float]:
    """Return the median and the outer tenths."""
    tenths = statistics.quantiles(values, n=10)
    return {
        "median": round(statistics.median(values), 3),
        "p10": round(tenths[0], 3),
        "p90": round(tenths[-1], 3),
    }


if __name__ == "__main__":
    main()
