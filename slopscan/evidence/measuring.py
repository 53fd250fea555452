"""`slopscan rules measure`: measure what has no evidence yet, keep what has."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from slopscan.catalogue.load import Catalogue
from slopscan.catalogue.rates import Evidence, Rates, key_of
from slopscan.catalogue.rule import Kind, Rule
from slopscan.evidence import windows as windows_module
from slopscan.evidence.counting import Counted, Plan, count
from slopscan.evidence.judging import reads_preferences
from slopscan.evidence.summarise import N_DRAWS, amounts, summarise, with_q
from slopscan.evidence.windows import Window, load_windows
from slopscan.nlp.load import PIPELINE_ROOT
from slopscan.nlp.preferences import DATA as PREFERENCES_ROOT

SEED: Final = 20261123


@dataclass(frozen=True, slots=True)
class Request:
    """What to measure on what.

    Attributes
    ----------
    corpus : Path
        Folder of labelled texts.
    catalogue : Path or None
        Folder of rules; None is the shipped one.
    n_documents : int
        Texts of each file, label and split, at most.
    jobs : int
        Worker processes.
    cache : Path or None
        Folder to keep parses in.
    places : Path or None
        JSON file that gets every hit, for reading samples of them; of rules that are not run
        again it keeps what it has.
    """

    corpus: Path
    catalogue: Path | None = None
    n_documents: int = 150
    jobs: int = 2
    cache: Path | None = None
    places: Path | None = None


Progress = Callable[[int, int], None]


def measure(
    request: Request, catalogue: Catalogue, known: Rates, progress: Progress | None = None
) -> Rates:
    """Return the evidence of every rule of a catalogue.

    Parameters
    ----------
    request : Request
    catalogue : Catalogue
    known : Rates
        An earlier measurement; rules it has under their digest, on the same texts with the same
        pipeline, are not run again.
    progress : callable, optional
        Told how many texts were just done, and how many there are.

    Raises
    ------
    InputError
        There is no corpus in the folder.
    """
    windows = load_windows(request.corpus, request.n_documents, SEED)
    pipeline = pipeline_digest()
    texts = digest_of(windows)
    wanted = [
        rule for rule in catalogue.rules.values() if not _is_known(rule, known, texts, pipeline)
    ]
    kept = [
        entry
        for rule in catalogue.rules.values()
        if rule not in wanted and (entry := known.of(rule)) is not None
    ]
    if not wanted:
        return _rates(request, kept, known.cells, texts)
    plan = Plan(request.catalogue, tuple(rule.id for rule in wanted), request.cache, pipeline)
    step = None if progress is None else (lambda n: progress(n, len(windows)))
    counted = count([window.text for window in windows], plan, jobs=request.jobs, step=step)
    if request.places is not None:
        save_places(request.places, texts, wanted, counted)
    fresh = [
        replace(entry, basis=_basis(rule, texts, pipeline))
        for rule, entry in zip(wanted, summarise(windows, counted, wanted), strict=True)
    ]
    return _rates(request, [*kept, *fresh], amounts(windows, counted), texts)


def pipeline_digest() -> str:
    """Return a short digest of the shipped parser's files."""
    found = hashlib.sha256()
    for path in sorted(PIPELINE_ROOT.rglob("*")):
        if path.is_file() and path.name != "LICENSE":
            found.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:12]


@cache
def preferences_digest() -> str:
    """Return a short digest of the shipped selectional preferences: their manifest names all."""
    return hashlib.sha256((PREFERENCES_ROOT / "manifest.json").read_bytes()).hexdigest()[:12]


def digest_of(windows: Sequence[Window]) -> str:
    """Return a short digest of the texts that are counted."""
    found = hashlib.sha256()
    for window in windows:
        found.update(f"{window.doc_id}\0{window.text}\0".encode())
    return found.hexdigest()[:12]


def save_places(path: Path, texts: str, rules: Sequence[Rule], counted: Sequence[Counted]) -> None:
    """Write the hits of some rules: by rule id, [number of the window, start, end]."""
    known = load_places(path, texts) if path.is_file() else {}
    found: dict[str, list[tuple[int, int, int]]] = {rule.id: [] for rule in rules}
    for number, window in enumerate(counted):
        for rule, start, end in window.places:
            found[rule].append((number, start, end))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"texts": texts, "rules": {**known, **found}}), encoding="utf-8")


def load_places(path: Path, texts: str) -> dict[str, list[tuple[int, int, int]]]:
    """Read what `save_places` wrote; nothing if it was for other texts."""
    data = json.loads(path.read_text(encoding="utf-8"))
    if data["texts"] != texts:
        return {}
    return {rule: [tuple(place) for place in places] for rule, places in data["rules"].items()}


def _rates(
    request: Request,
    found: list[Evidence],
    cells: Mapping[str, Mapping[str, Any]],
    texts: str,
) -> Rates:
    run = {
        "command": f"slopscan rules measure --documents {request.n_documents}",
        "texts": texts,
        "seed": SEED,
        "words": windows_module.N_WORDS,
        "draws": N_DRAWS,
        "corpus": _manifest(request.corpus),
    }
    return Rates({entry.digest: entry for entry in with_q(found)}, cells, run)


def _manifest(folder: Path) -> str:
    sizes = {path.name: path.stat().st_size for path in sorted(folder.glob("*.jsonl.gz"))}
    return hashlib.sha256(json.dumps(sizes).encode()).hexdigest()[:12]


def _basis(rule: Rule, texts: str, pipeline: str) -> str:
    parses = rule.needs_parse or rule.kind is Kind.MEASURE
    basis = f"{texts} {pipeline}" if parses else texts
    return f"{basis} {preferences_digest()}" if reads_preferences(rule) else basis


def _is_known(rule: Rule, known: Rates, texts: str, pipeline: str) -> bool:
    entry = known.rules.get(key_of(rule))
    return (
        entry is not None and entry.rule == rule.id and entry.basis == _basis(rule, texts, pipeline)
    )
