"""What a whole scan costs: parse, rules, features and probability, beside spaCy and one peer.

    python benchmarks/speed_whole.py --files FOLDER --peers FOLDER [--big] [--output FILE]

FOLDER holds Markdown files; all of them are the one corpus of both programs, and the first 90 a
second one. `--peers` is a folder in which a wheel of this tree and the peer get an environment of
their own, as in `benchmarks/speed.py`; spaCy is imported from the wheel's. Times are CPU seconds of
a process and its children, medians of `--repeats` rounds in which each takes its turn, one thread
each. `--big` adds a file of 5 MB and a line of 1 MB, which take minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import tempfile
from pathlib import Path
from typing import Any, Final

# ruff: noqa: E402
# Before numpy starts its threads, here and in every process that is measured.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

from speed import _BIG, _much, _ours, _peers, _run, _timed

import slopscan
from slopscan.features.stream import sentences_of_text
from slopscan.garbage import collect_rarely
from slopscan.nlp.annotate import annotate, n_words
from slopscan.readers import parse, read_path
from slopscan.scan import Scanner, Settings

_PEER: Final = "slopscore-lint"
_FEW: Final = 90
_LIMIT: Final = 600
_RESULT: Final = Path(__file__).parent / "results" / "speed_whole.json"


def main() -> None:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=Path, required=True)
    parser.add_argument("--n-files", type=int, default=400)
    parser.add_argument("--peers", type=Path, required=True)
    parser.add_argument("--big", action="store_true")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--output", type=Path, default=_RESULT)
    args = parser.parse_args()
    files = sorted(args.files.glob("*.md"))[: args.n_files]
    scan = [_ours(args.peers / "slopscan")[0], "scan", "--output-format", "concise"]
    peer = dict(_peers(args.peers))[_PEER]
    with tempfile.TemporaryDirectory() as folder:
        results = {
            "slopscan": slopscan.__version__,
            "machine": f"{platform.machine()}, Python {platform.python_version()}",
            "kernels": os.environ.get("OPENBLAS_CORETYPE", "as OpenBLAS chooses"),
            "load": round(os.getloadavg()[0], 2),
            **_in_turn(files, Path(folder), scan, peer, args.repeats),
            "layers": _layers(files),
        }
        if args.big:
            results["big"] = _big(files, Path(folder), scan)
    args.output.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(results, indent=1))


def _in_turn(
    files: list[Path], folder: Path, scan: list[str], peer: list[str], repeats: int
) -> dict[str, Any]:
    essay = folder / "essay.md"
    essay.write_text(" ".join(_much(files, 1_000).split(" ")[:1_000]), encoding="utf-8")
    corpora = {"cold": [essay], "many": files, "few": files[:_FEW]}
    words = {name: _words(paths) for name, paths in corpora.items()}
    python = Path(scan[0]).with_name("python")
    commands = {"import spacy": [str(python), "-c", "import spacy"]}
    for name, paths in corpora.items():
        commands[name] = [*scan, *map(str, paths)]
        if name != "cold":
            commands[f"{_PEER} {name}"] = [*peer, *map(str, paths)]
    # The first start makes the catalogue's cache.
    _run(commands["cold"], _LIMIT)
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
        corpus = name.removeprefix(f"{_PEER} ")
        if corpus in words:
            found[name]["words_per_cpu_s"] = round(words[corpus] / middle)
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
    hits, searched = _timed(
        lambda: [scanner._engine.hits(item, reported=True) for item in annotated]
    )
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


def _big(files: list[Path], folder: Path, scan: list[str]) -> dict[str, Any]:
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
        done = _run([*scan, str(path)], _LIMIT)
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
