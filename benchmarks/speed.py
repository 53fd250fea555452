"""What string rules cost: cold start, many files, one big file, growth, layers, hostile texts.

    python benchmarks/speed.py --files FOLDER --peers FOLDER [--output FILE]

FOLDER holds Markdown files; the texts of the other measurements are made of them. `--peers` is a
folder in which a wheel of this tree and each peer get an environment of their own, installed by
pip, which compiles the byte code of all of them. Times are CPU seconds of the process and its
children, medians of `--repeats` rounds in which each takes its turn.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from hostile import BOUND, texts

import slopscan
from slopscan.catalogue.load import Selection, load_catalogue, select
from slopscan.catalogue.rule import DensityMatch, Match, PatternMatch, PhraseMatch
from slopscan.document import Source
from slopscan.garbage import collect_rarely
from slopscan.matchers.engine import Engine
from slopscan.nlp.annotate import Annotated, annotate, n_words
from slopscan.readers import parse, read_path
from slopscan.scan import Scanner, Settings, is_string_rule

_TOGETHER: Final = 40  # documents
PEERS: Final = {
    "slop-guard": ("slop-guard==0.5.0", ("sg",)),
    "slopscore-lint": ("slopscore-lint==0.14.3", ("slopscore-lint", "scan")),
    "proselint": ("proselint==0.16.0", ("proselint", "check")),
    "sloplint": ("sloplint==0.11.0", ("sloplint",)),
}
_OURS: Final = ("slopscan", "scan", "--no-parse", "--preview", "--output-format", "concise")
_GROWTH: Final = (2_000, 8_000, 32_000, 128_000, 512_000, 1_000_000)
_BIG: Final = 5_000_000  # bytes
_TREE: Final = Path(__file__).parent.parent
# Of the runs alone: others that use this machine must not make them fill it again.
_CACHE: Final = Path(tempfile.gettempdir()) / f"slopscan-speed-{os.getpid()}"
_RESULT: Final = _TREE / "benchmarks" / "results" / "speed.json"
# These change what a start costs; a user has none of them.
_UNUSUAL: Final = frozenset({"PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONPYCACHEPREFIX"})


def main() -> None:
    """Measure and write the results."""
    collect_rarely()  # as the command line does
    args = _arguments()
    files = sorted(args.files.glob("*.md"))[: args.n_files]
    runners = {"slopscan": _ours(args.peers / "slopscan"), **dict(_peers(args.peers))}
    with tempfile.TemporaryDirectory() as folder:
        results = {
            "slopscan": slopscan.__version__,
            "machine": f"{platform.machine()}, Python {platform.python_version()}",
            "load": os.getloadavg()[0],
            "runs": _runs(runners, files, Path(folder), args.repeats, args.limit),
            "layers": _layers(files),
            "twice the rules": _doubled(files),
            "growth": _growth(files),
            "hostile": _hostile(),
        }
    shutil.rmtree(_CACHE, ignore_errors=True)
    args.output.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(results, indent=1))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=Path, required=True)
    parser.add_argument("--n-files", type=int, default=400)
    parser.add_argument("--peers", type=Path, required=True)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--limit", type=int, default=120, help="CPU seconds for one run")
    parser.add_argument("--output", type=Path, default=_RESULT)
    return parser.parse_args()


def _ours(home: Path) -> list[str]:
    """Install a wheel of this tree, as users get it: the time of a start hangs on that."""
    with tempfile.TemporaryDirectory() as folder:
        wheel = ["wheel", "--quiet", "--no-deps", "--wheel-dir", folder, str(_TREE)]
        _pip(Path(sys.executable), wheel)
        (made,) = Path(folder).glob("*.whl")
        python = _environment(home)
        _pip(python, ["install", "--quiet", str(made)])
        _pip(python, ["install", "--quiet", "--no-deps", "--force-reinstall", str(made)])
    return [str(home / "bin" / _OURS[0]), *_OURS[1:]]


def _peers(folder: Path) -> Iterator[tuple[str, list[str]]]:
    for name, (package, command) in PEERS.items():
        home = folder / name
        script = home / "bin" / command[0]
        if not script.exists():
            try:
                _pip(_environment(home), ["install", "--quiet", package])
            except subprocess.CalledProcessError as error:
                print(f"{name} cannot be installed: {error.stderr[-300:]}", file=sys.stderr)
                continue
        yield name, [str(script), *command[1:]]


def _environment(home: Path) -> Path:
    if not home.exists():
        venv.create(home, with_pip=True)
    return home / "bin" / "python"


def _pip(python: Path, args: list[str]) -> None:
    command = [str(python), "-m", "pip", *args]
    subprocess.run(command, check=True, capture_output=True, text=True, env=_usual())


def _usual() -> dict[str, str]:
    usual = {name: value for name, value in os.environ.items() if name not in _UNUSUAL}
    return {**usual, "SLOPSCAN_CACHE_DIR": str(_CACHE)}


def _runs(
    runners: dict[str, list[str]], files: list[Path], folder: Path, repeats: int, limit: int
) -> dict[str, Any]:
    essay, big = folder / "essay.md", folder / "big.md"
    whole = _much(files, 1_000_000)
    essay.write_text(" ".join(whole.split(" ")[:1_000]), encoding="utf-8")
    big.write_text(whole.encode()[:_BIG].decode(errors="ignore"), encoding="utf-8")
    work = {"cold": [essay], "many": files, "big": [big]}
    words = {
        name: sum(n_words(path.read_text(encoding="utf-8")) for path in paths)
        for name, paths in work.items()
    }
    found: dict[str, Any] = {"words": words, **{name: {} for name in runners}}
    for what, paths in work.items():
        took: dict[str, list[tuple[float, float] | None]] = {name: [] for name in runners}
        # The first round fills caches; a big file shows nothing that a second run would change.
        for number in range(1 if what == "big" else repeats + 1):
            for name, command in runners.items():
                run = _run([*command, *map(str, paths)], limit)
                if number or what == "big":
                    took[name].append(run)
        for name, runs in took.items():
            found[name][what] = _summary(runs, words[what], limit)
            print(name, what, found[name][what], file=sys.stderr)
    return found


def _summary(
    runs: list[tuple[float, float] | None], words: int, limit: int
) -> dict[str, float] | str:
    done = [run for run in runs if run is not None]
    if len(done) < len(runs):
        return f"stopped after {limit} CPU seconds"
    seconds = [run[0] for run in done]
    return {
        "cpu_s": round(statistics.median(seconds), 3),
        "spread_s": round(max(seconds) - min(seconds), 3),
        "memory_mb": round(max(run[1] for run in done)),
        "words_per_cpu_s": round(words / statistics.median(seconds)),
    }


def _run(command: list[str], limit: int) -> tuple[float, float] | None:
    """Return CPU seconds and peak memory (MB) of a command; None when it ran out of time."""
    code = (
        "import resource, subprocess, sys\n"
        f"resource.setrlimit(resource.RLIMIT_CPU, ({limit}, {limit}))\n"
        "done = subprocess.run(sys.argv[1:], stdout=-3, stderr=-3)\n"
        "use = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(done.returncode, use.ru_utime + use.ru_stime, use.ru_maxrss / 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *command],
        check=True,
        capture_output=True,
        text=True,
        env=_usual(),
    )
    status, seconds, memory = done.stdout.split()
    return None if int(status) < 0 else (float(seconds), float(memory))


def _layers(files: list[Path]) -> dict[str, float]:
    """Measure each stage in one process, a second time over, everything compiled and warm."""
    scanner = _scanner()
    sources = [read_path(path) for path in files]
    list(scanner.scan_many(sources))
    documents, read = _timed(lambda: [parse(source) for source in sources])
    annotated, cut = _timed(lambda: list(annotate(documents)))
    words, counted = _timed(lambda: sum(item.n_words for item in annotated))
    engine = scanner._engine
    hits, searched = _timed(lambda: [engine.hits(item) for item in annotated])
    pairs = list(zip(annotated, hits, strict=True))
    _, shown = _timed(lambda: [engine.findings(item, found) for item, found in pairs])
    _, whole = _timed(lambda: list(scanner.scan_many(sources)))
    return {
        "words": words,
        "reader": read,
        "blocks": cut,
        "words counted": counted,
        "string rules": searched,
        "findings": shown,
        "whole scan": whole,
        "words_per_cpu_s": round(words / whole),
    }


def _growth(files: list[Path]) -> list[dict[str, float]]:
    scanner = _scanner()
    words = _much(files, _GROWTH[-1]).split(" ")
    curve = []
    for n in _GROWTH:
        text = " ".join(words[:n])
        _, seconds = _timed(lambda text=text: scanner.scan(Source(name="a.md", text=text)))
        curve.append({"words": n, "cpu_s": seconds})
    return curve


def _search(engine: Engine, annotated: list[Annotated]) -> None:
    """Find all hits as a scan does: strings of several documents are looked for together."""
    for start in range(0, len(annotated), _TOGETHER):
        batch = annotated[start : start + _TOGETHER]
        engine.look(batch)
        for item in batch:
            engine.hits(item)


def _doubled(files: list[Path]) -> dict[str, float]:
    """Measure string rules, and as many more of the same kinds whose words are read backwards."""
    catalogue = load_catalogue()
    chosen_rules = select(catalogue, Selection(preview=True))
    rules = [rule for rule in chosen_rules if is_string_rule(rule)]
    turned = [replace(rule, id=f"{rule.id}-2", match=_backwards(rule.match)) for rule in rules]
    # A rule without words would find as much again: the cost of hits, not of rules.
    more = [new for new, rule in zip(turned, rules, strict=True) if new.match != rule.match]
    annotated = list(annotate([parse(read_path(path)) for path in files]))
    seconds = []
    for chosen in (rules, [*rules, *more]):
        engine = Engine(chosen, catalogue)
        for _ in range(2):  # the first compiles what the texts need
            _, time_taken = _timed(lambda engine=engine: _search(engine, annotated))
        seconds.append(time_taken)
    once, twice = seconds
    n_rules = {"rules": len(rules), "more": len(more)}
    return {**n_rules, "cpu_s": once, "twice_cpu_s": twice, "ratio": round(twice / once, 3)}


def _backwards(match: Match) -> Match:
    if isinstance(match, DensityMatch):
        return match._replace(search=_backwards(match.search))
    if isinstance(match, PhraseMatch):
        return match._replace(phrases=tuple(map(_reversed, match.phrases)))
    if isinstance(match, PatternMatch):
        return match._replace(regexes=tuple(map(_reversed, match.regexes)))
    return match


def _reversed(text: str) -> str:
    # Not the names of groups, lists and flags.
    return re.sub(r"(?<![\\<?=\w@-])[a-z]{3,}", lambda found: found[0][::-1], text)


def _hostile() -> dict[str, dict[str, float]]:
    scanner = _scanner()
    found = {}
    halves = texts(0.5)
    for name, text in texts().items():
        times = [
            _timed(lambda text=text: scanner.scan(Source(name="a.md", text=text)))[1]
            for text in (halves[name], text)
        ]
        found[name] = {"half_cpu_s": times[0], "cpu_s": times[1], "bound_s": BOUND}
    return found


def _scanner() -> Scanner:
    scanner = Scanner(Settings(Selection(preview=True), parse=False))
    scanner.scan(Source(name="first.md", text="It is not a plan, but a wish."))
    return scanner


def _much(files: list[Path], words: int) -> str:
    parts: list[str] = []
    found = 0
    while found < words:
        for path in files:
            parts.append(path.read_text(encoding="utf-8"))
            found += parts[-1].count(" ")
    return "\n\n".join(parts)


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.process_time()
    result = work()
    return result, round(time.process_time() - start, 4)


if __name__ == "__main__":
    main()
