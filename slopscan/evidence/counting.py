"""Run rules over windows in worker processes; parses can be kept for the next run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from slopscan.catalogue.load import load_catalogue, select
from slopscan.catalogue.rule import DensityMatch, Kind, MeasureMatch, Rule
from slopscan.document import Source
from slopscan.features.measures import NEED_HITS, measure
from slopscan.matchers.engine import Engine, prose_hits
from slopscan.nlp.annotate import Annotated, annotate
from slopscan.readers import parse

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

_CHUNK: Final = 60
_ATTRIBUTES: Final = ("ORTH", "TAG", "POS", "MORPH", "LEMMA", "HEAD", "DEP")


@dataclass(frozen=True, slots=True)
class Counted:
    """What was found in one window: words, events by rule id, places as (rule, start, end)."""

    n_words: int
    events: dict[str, int]
    places: list[tuple[str, int, int]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a worker needs; all of it can be sent to another process."""

    catalogue: Path | None
    rules: tuple[str, ...]
    cache: Path | None
    pipeline: str


def counts_documents(rule: Rule) -> bool:
    """Say whether an event of a rule is a document, not a place: it weighs the whole text."""
    return rule.gate.min_hits > 1 or rule.gate.min_per_1k_words > 0 or is_whole(rule)


def is_whole(rule: Rule) -> bool:
    """Say whether a rule makes one finding for a whole document."""
    return isinstance(rule.match, DensityMatch) or rule.kind is Kind.MEASURE


def _counts_hits(rule: Rule) -> bool:
    return isinstance(rule.match, MeasureMatch) and rule.match.measure in NEED_HITS


def count(
    texts: Sequence[str], plan: Plan, *, jobs: int, step: Callable[[int], None] | None = None
) -> list[Counted]:
    """Count every rule of a plan in every text, in order.

    Parameters
    ----------
    texts : sequence of str
        Markdown.
    plan : Plan
    jobs : int
        Worker processes; 1 works in this one.
    step : callable, optional
        Told how many texts were just done.
    """
    chunks = [list(texts[start : start + _CHUNK]) for start in range(0, len(texts), _CHUNK)]
    found: list[Counted] = []
    for part in _mapped(chunks, plan, jobs):
        found += part
        if step:
            step(len(part))
    return found


def _mapped(chunks: list[list[str]], plan: Plan, jobs: int) -> Iterator[list[Counted]]:
    if jobs <= 1:
        worker = Worker(plan)
        yield from map(worker.count, chunks)
        return
    with ProcessPoolExecutor(
        jobs, mp_context=get_context("spawn"), initializer=_start, initargs=(plan,)
    ) as pool:
        yield from pool.map(_work, chunks)


_WORKERS: dict[str, Worker] = {}


def _start(plan: Plan) -> None:
    _WORKERS["only"] = Worker(plan)


def _work(texts: list[str]) -> list[Counted]:
    return _WORKERS["only"].count(texts)


class Worker:
    """One process's engine and pipeline."""

    def __init__(self, plan: Plan) -> None:
        catalogue = load_catalogue(plan.catalogue)
        self.rules = tuple(catalogue.rules[name] for name in plan.rules)
        self._by_id = {rule.id: rule for rule in self.rules}
        self.engine = Engine(self.rules, catalogue)
        self._plan = plan
        self._has_measures = any(rule.kind is Kind.MEASURE for rule in self.rules)
        self._parses = self._has_measures or self.engine.needs_parse
        # What a scan counts by default, whichever rules this plan is about.
        counted = select(catalogue) if any(map(_counts_hits, self.rules)) else ()
        self._counted = tuple(rule for rule in counted if rule.kind is not Kind.MEASURE)
        self._counting = Engine(self._counted, catalogue) if counted else None
        self._nlp: Language | None = None

    def count(self, texts: list[str]) -> list[Counted]:
        """Count every rule in every text."""
        return [self._count(annotated) for annotated in self.annotated(texts)]

    def annotated(self, texts: list[str]) -> Iterable[Annotated]:
        """Annotate texts, with the parses kept from an earlier run where there are any."""
        documents = [parse(Source("text.md", text)) for text in texts]
        if not self._parses:
            return annotate(documents)
        kept = self._kept(texts)
        bare = list(annotate(documents))
        if kept is not None and kept.is_file():
            return list(_with_parses(bare, self._read(kept)))
        parsed = list(annotate(documents, self.nlp))
        if kept is not None:
            _write(kept, [block.doc for item in parsed for block in item.blocks])
        return parsed

    @property
    def nlp(self) -> Language:
        """The pipeline, loaded when first asked for."""
        if self._nlp is None:
            from slopscan.nlp.load import load_pipeline  # noqa: PLC0415

            self._nlp = load_pipeline()
        return self._nlp

    def _count(self, annotated: Annotated) -> Counted:
        hits = self.engine.hits(annotated)
        known = self._measures(annotated) if self._has_measures else {}
        events: dict[str, int] = {}
        places: list[tuple[str, int, int]] = []
        for finding in self.engine.findings(annotated, hits, known):
            weighs = counts_documents(self._by_id[finding.rule])
            events[finding.rule] = 1 if weighs else events.get(finding.rule, 0) + 1
            spans = (finding.span, *finding.related) if weighs else (finding.span,)
            places += [(finding.rule, span.start, span.end) for span in spans]
        return Counted(annotated.n_words, events, places)

    def _measures(self, annotated: Annotated) -> Mapping[str, float]:
        if self._counting is None:
            return measure(annotated).values
        hits = self._counting.hits(annotated)
        return measure(annotated, prose_hits(self._counted, hits)).values

    def _kept(self, texts: list[str]) -> Path | None:
        if self._plan.cache is None:
            return None
        key = hashlib.sha256("\0".join([self._plan.pipeline, *texts]).encode()).hexdigest()[:24]
        return self._plan.cache / f"{key}.spacy"

    def _read(self, path: Path) -> Iterator[Doc]:
        from spacy.tokens import DocBin  # noqa: PLC0415

        found: Iterator[Any] = DocBin().from_disk(path).get_docs(self.nlp.vocab)
        return found


def _write(path: Path, docs: list[Doc | None]) -> None:
    from spacy.tokens import DocBin  # noqa: PLC0415

    path.parent.mkdir(parents=True, exist_ok=True)
    DocBin(attrs=_ATTRIBUTES, docs=[doc for doc in docs if doc is not None]).to_disk(path)


def _with_parses(bare: Iterable[Annotated], docs: Iterator[Doc]) -> Iterator[Annotated]:
    for annotated in bare:
        blocks = tuple(replace(block, doc=next(docs)) for block in annotated.blocks)
        yield Annotated(annotated.document, blocks)
