"""Markdown parsers compared, and the speed and growth of our whole reader.

python benchmarks/reading.py --output benchmarks/results/reading.json

Needs the corpora (SLOPSCAN_CORPORA) and `pip install markdown-it-py mistune marko`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from slopscan.document import Source  # noqa: E402
from slopscan.readers import parse  # noqa: E402
from slopscan.readers.markdown import _PARSER  # noqa: E402

CORPUS = "human_blogs.jsonl.gz"
SIZES = (125_000, 250_000, 500_000, 1_000_000, 2_000_000, 4_000_000)
# Each is repeated to 250,000 and 500,000 characters; linear reading takes twice the time.
HOSTILE = {
    "words on one line": "plain words in one line ",
    "emphasis never closed": "*a ",
    "emphasis in emphasis": "*a **b ",
    "brackets never closed": "[",
    "links": "[a](b) ",
    "backticks of all lengths": "` `` ``` ```` ",
    "angle brackets": "<a ",
    "comments never closed": "a <!-- b ",
    "straight quotes": 'a "b ',
    "apostrophes": "a 'b ",
    "block quotes": "> a\n\n",
    "list items": "- a\n",
    "table cells": "| a | b |\n|---|---|\n| c | d |\n\n",
    "dollars": "$a ",
    "template tags": "{% a ",
    "entities": "&amp; ",
}
Leaves = Iterator[tuple[str, tuple[int, int] | None]]


def posts(root: Path, n_chars: int) -> list[str]:
    """Human blog posts of the training split, up to a total length in code points."""
    found: list[str] = []
    total = 0
    with gzip.open(root / CORPUS, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["split"] == "train" and total < n_chars:
                found.append(row["text"])
                total += len(row["text"])
    return found


def pyromark_leaves(text: str) -> Leaves:
    """Text of each text event with its range, bytes turned to code points."""
    data = text.encode()
    for event, span in _PARSER.events_with_range(text):
        if isinstance(event, dict) and "Text" in event:
            start = len(data[: span["start"]].decode())
            yield event["Text"], (start, start + len(data[span["start"] : span["end"]].decode()))


def markdown_it_leaves(text: str) -> Leaves:
    """Text tokens; only blocks have a place, and that in lines."""
    for token in PARSERS["markdown-it-py"](text):
        for child in token.children or ():
            if child.type == "text" and child.content:
                yield child.content, None


def mistune_leaves(text: str) -> Leaves:
    """Text nodes of the tree; none has a place."""

    def walk(nodes: Any) -> Leaves:
        for node in nodes:
            if node["type"] == "text":
                yield node["raw"], None
            yield from walk(node.get("children", ()))

    yield from walk(PARSERS["mistune"](text))


def marko_leaves(text: str) -> Leaves:
    """Text nodes of the tree with `source_span` where there is one."""

    def walk(node: Any) -> Leaves:
        children = getattr(node, "children", ())
        if type(node).__name__ == "RawText":
            yield children, getattr(node, "source_span", None)
        elif not isinstance(children, str):
            for child in children:
                yield from walk(child)

    yield from walk(PARSERS["marko"](text))


def _markdown_it() -> Callable[[str], Any]:
    from markdown_it import MarkdownIt  # noqa: PLC0415

    return MarkdownIt("gfm-like", {"linkify": False}).disable("linkify").parse


def _mistune() -> Callable[[str], Any]:
    import mistune  # noqa: PLC0415

    return mistune.create_markdown(
        renderer=None, plugins=["table", "footnotes", "strikethrough", "task_lists", "math"]
    )


def _marko() -> Callable[[str], Any]:
    from marko import Markdown  # noqa: PLC0415

    return Markdown(extensions=["gfm", "footnote"]).parse


PARSERS: dict[str, Callable[[str], Any]] = {
    "pyromark": lambda text: list(_PARSER.events_with_range(text)),
    "markdown-it-py": _markdown_it(),
    "mistune": _mistune(),
    "marko": _marko(),
}
LEAVES = {
    "pyromark": pyromark_leaves,
    "markdown-it-py": markdown_it_leaves,
    "mistune": mistune_leaves,
    "marko": marko_leaves,
}


def cpu_seconds(call: Callable[[], Any], runs: int) -> float:
    """Median CPU seconds of some runs."""
    taken = []
    for _ in range(runs):
        started = time.process_time()
        call()
        taken.append(time.process_time() - started)
    return statistics.median(taken)


def compare(texts: list[str], runs: int) -> dict[str, Any]:
    """Speed of each parser on whole posts, and how much of their text it can place."""
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    table: dict[str, Any] = {}
    for name, parser in PARSERS.items():
        seconds = cpu_seconds(lambda parser=parser: [parser(text) for text in texts], runs)
        n_chars = n_placed = n_exact = 0
        for text in texts:
            for content, span in LEAVES[name](text):
                n_chars += len(content)
                n_placed += len(content) if span else 0
                n_exact += len(content) if span and text[slice(*span)] == content else 0
        table[name] = {
            "version": version(name),
            "mb_per_cpu_second": round(megabytes / seconds, 2),
            "percent_of_text_with_a_range": round(100 * n_placed / n_chars, 2),
            "percent_of_text_whose_range_is_exact": round(100 * n_exact / n_chars, 2),
        }
        print(name, table[name])
    return table


def read(text: str) -> None:
    """Our whole reader: masking, events, folding, quotations, offsets."""
    parse(Source("a.md", text))


def growth(texts: list[str], runs: int) -> list[dict[str, float]]:
    """Our reader on one file of growing size."""
    whole = "\n\n".join(texts)
    rows = []
    for size in SIZES:
        piece = whole[:size]
        seconds = cpu_seconds(lambda piece=piece: read(piece), runs)
        megabytes = len(piece.encode()) / 1e6
        rows.append({"mb": round(megabytes, 3), "mb_per_cpu_second": round(megabytes / seconds, 2)})
        print(rows[-1])
    return rows


def hostile(runs: int) -> dict[str, dict[str, float]]:
    """Time on text made to slow a reader down, and what doubling it costs."""
    rows = {}
    for name, unit in HOSTILE.items():
        once = unit * (250_000 // len(unit))
        half = cpu_seconds(lambda once=once: read(once), runs)
        full = cpu_seconds(lambda once=once: read(once + once), runs)
        rows[name] = {"cpu_seconds": round(full, 3), "times_the_half": round(full / half, 1)}
        print(name, rows[name])
    return rows


def main() -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    root = Path(os.environ.get("SLOPSCAN_CORPORA", PROJECT.parent / "shared" / "corpora"))
    texts = posts(root, max(SIZES))
    sample = texts[:150]
    found = {
        "command": "python benchmarks/reading.py --output benchmarks/results/reading.json",
        "python": platform.python_version(),
        "load_average_1min": round(os.getloadavg()[0], 2),
        "posts": len(sample),
        "posts_mb": round(sum(len(text.encode()) for text in sample) / 1e6, 2),
        "parsers": compare(sample, options.runs),
        "our_reader_mb_per_cpu_second": round(
            sum(len(text.encode()) for text in sample)
            / 1e6
            / cpu_seconds(lambda: [read(text) for text in sample], options.runs),
            2,
        ),
        "growth": growth(texts, options.runs),
        "hostile_500_kb": hostile(1),
    }
    print("our reader", found["our_reader_mb_per_cpu_second"])
    if options.output:
        options.output.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
