"""What a whole scan costs: parse, rules, features and probability, beside spaCy and one peer.

    python benchmarks/speed_whole.py --files FOLDER [--peer SCRIPT] [--big] [--output FILE]

FOLDER holds Markdown files. SCRIPT is the `slopscore-lint` of an environment of its own
(`benchmarks/speed.py --peers` makes one). Times are CPU seconds of a process and its children,
medians of `--repeats` runs taken in turn, one thread each. `--big` adds a file of 5 MB and a line
of 1 MB, which take minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

# ruff: noqa: E402
# Before numpy starts its threads, here and in every process that is measured.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

from speed import _BIG, _much, _run, _timed

import slopscan
from slopscan.features.stream import sentences_of_text
from slopscan.garbage import collect_rarely
from slopscan.nlp.annotate import annotate, n_words
from slopscan.readers import parse, read_path
from slopscan.scan import Scanner, Settings

_SCAN: Final = (sys.executable, "-m", "slopscan", "scan", "--output-format", "concise")
_SPACY: Final = (sys.executable, "-c", "import spacy")
_LIMIT: Final = 600
_RESULT: Final = Path(__file__).parent / "results" / "speed_whole.json"


def main() -> None:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=Path, required=True)
    parser.add_argument("--n-files", type=int, default=100)
    parser.add_argument("--peer", type=Path)
    parser.add_argument("--big", action="store_true")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--output", type=Path, default=_RESULT)
    args = parser.parse_args()
    files = sorted(args.files.glob("*.md"))[: args.n_files]
    with tempfile.TemporaryDirectory() as folder:
        results = {
            "slopscan": slopscan.__version__,
            "machine": f"{platform.machine()}, Python {platform.python_version()}",
            "kernels": os.environ.get("OPENBLAS_CORETYPE", "as OpenBLAS chooses"),
            "load": round(os.getloadavg()[0], 2),
            **_in_turn(files, Path(folder), args.peer, args.repeats),
            "layers": _layers(files),
        }
        if args.big:
            results["big"] = _big(files, Path(folder))
    args.output.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(results, indent=1))


def _in_turn(files: list[Path], folder: Path, peer: Path | None, repeats: int) -> dict[str, Any]:
    essay = folder / "essay.md"
    essay.write_text(" ".join(_much(files, 1_000).split(" ")[:1_000]), encoding="utf-8")
    words = {"cold": _words([essay]), "many": _words(files)}
    commands = {
        "import spacy": [*_SPACY],
        "cold": [*_SCAN, str(essay)],
        "many": [*_SCAN, *map(str, files)],
    }
    if peer is not None:
        commands["slopscore-lint many"] = [str(peer), "scan", *map(str, files)]
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    memory: dict[str, float] = {}
    for _ in range(repeats):
        for name, command in commands.items():
            done = _run(command, _LIMIT)
            if done is not None:
                seconds[name].append(done[0])
                memory[name] = max(memory.get(name, 0), done[1])
    found: dict[str, Any] = {"words": words}
    for name, times in seconds.items():
        middle = statistics.median(times)
        found[name] = {
            "cpu_s": round(middle, 3),
            "spread_s": round(max(times) - min(times), 3),
            "memory_mb": round(memory[name]),
        }
        if name.endswith("many"):
            found[name]["words_per_cpu_s"] = round(words["many"] / middle)
    found["cold over import spacy"] = round(
        found["cold"]["cpu_s"] / found["import spacy"]["cpu_s"], 2
    )
    return found


def _layers(files: list[Path]) -> dict[str, float]:
    """Measure each stage in one process, a second time over, everything loaded and warm."""
    collect_rarely()
    scanner = Scanner(Settings(reasons=False))
    sources = [read_path(path) for path in files]
    list(scanner.scan_many(sources))
    documents, read = _timed(lambda: [parse(source) for source in sources])
    nlp = scanner.pipeline
    annotated, parsing = _timed(lambda: list(annotate(documents, nlp, keep_docs=False)))
    words, counted = _timed(lambda: sum(item.n_words for item in annotated))
    hits, searched = _timed(lambda: [scanner._engine.hits(item) for item in annotated])
    _, viewed = _timed(lambda: [sentences_of_text(item) for item in annotated])
    pairs = list(zip(annotated, hits, strict=True))
    _, measured = _timed(lambda: [scanner._measures(item, found) for item, found in pairs])
    _, scored = _timed(lambda: [scanner._verdict(item, ()) for item in annotated])
    stages = {
        "reader": read,
        "parse": parsing,
        "words counted": counted,
        "rules": searched,
        "sentences": viewed,
        "measures for rules": measured,
        "features and model": scored,
    }
    _, whole = _timed(lambda: list(scanner.scan_many(sources)))
    micro = {name: round(1e6 * value / words, 1) for name, value in stages.items()}
    return {
        "words": words,
        **{f"{name}, microseconds a word": value for name, value in micro.items()},
        "whole scan, microseconds a word": round(1e6 * whole / words, 1),
        "words_per_cpu_s": round(words / whole),
    }


def _big(files: list[Path], folder: Path) -> dict[str, Any]:
    whole = _much(files, 1_000_000)
    texts = {
        "5 MB": whole.encode()[:_BIG].decode(errors="ignore"),
        "1 MB": whole.encode()[: _BIG // 5].decode(errors="ignore"),
        "1 MB on one line": " ".join(whole.encode()[: _BIG // 5].decode(errors="ignore").split()),
    }
    found: dict[str, Any] = {}
    for name, text in texts.items():
        path = folder / "big.md"
        path.write_text(text, encoding="utf-8")
        done = _run([*_SCAN, str(path)], _LIMIT)
        found[name] = (
            f"stopped after {_LIMIT} CPU seconds"
            if done is None
            else {"cpu_s": round(done[0], 1), "memory_mb": round(done[1])}
        )
    return found


def _words(paths: list[Path]) -> int:
    return sum(n_words(path.read_text(encoding="utf-8")) for path in paths)


if __name__ == "__main__":
    main()
