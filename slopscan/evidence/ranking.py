"""A ranker made of rules alone: a sum of log-odds weights of what they find in a text.

No style is learned, only how much each rule's evidence weighs, and no rule may lower the score. A
rule on places weighs once when it is found, more when it is found again and often; a list with
log-odds of its own gives each entry that is found its weight, once, since repeats tell the topic;
a measure weighs the further it lies beyond what people usually do. Rates are per 150 words, so
that length does not count. Groups of writers can be named whose mean score may not be above that
of their peers.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from slopscan.catalogue.lists import Lists, is_reference, reference_name
from slopscan.catalogue.load import load_catalogue
from slopscan.catalogue.rule import MeasureMatch, PhraseMatch, Rule
from slopscan.errors import CatalogueError
from slopscan.evidence.counting import Plan, Worker
from slopscan.evidence.windows import Window
from slopscan.features.measures import measures
from slopscan.folding import fold
from slopscan.nlp.annotate import Annotated

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
N_WORDS: Final = 150
# A place in a text shorter than this would count for more than it can mean.
FEWEST_WORDS: Final = 100
STEPS: Final = (0.0, 1.5, 3.2)
MOST_GRADED: Final = 30.0
USUAL: Final = (0.5, 0.98)
# Of a group's mean score above that of its peers: so large that next to none is left.
_LEVELLING: Final = 1e5
_BATCH: Final = 60


@dataclass(frozen=True)
class Evidence:
    """What each rule shows of each text.

    Attributes
    ----------
    rules : tuple of Rule
    graded : frozenset of str
        Rules whose list gives log-odds to its entries.
    amounts : numpy.ndarray, shape (n_texts, n_rules)
        Places, or log-odds of entries found, per 150 words; for a rule on a measure its value,
        the sign turned so that more is more suspect. NaN where it is undefined.
    """

    rules: tuple[Rule, ...]
    graded: frozenset[str]
    amounts: Floats

    def subset(self, keep: Mask) -> Evidence:
        """Return the evidence of some texts."""
        return Evidence(self.rules, self.graded, self.amounts[keep])


@dataclass(frozen=True)
class Ranker:
    """Weights of evidence.

    Attributes
    ----------
    low, high : numpy.ndarray, shape (n_rules,)
        Of measures: where people's usual values end, and where the weight is full.
    weights : numpy.ndarray, shape (n_columns,)
        None below zero, in the order of `columns`.
    """

    low: Floats
    high: Floats
    weights: Floats

    def score(self, evidence: Evidence) -> Floats:
        """Return the sum of weights for each text; higher is more like a model's."""
        scores: Floats = columns(evidence, self.low, self.high) @ self.weights
        return scores

    def weight_of(self, evidence: Evidence) -> dict[str, list[float]]:
        """Return the weights by rule, those of zero left out."""
        parts = np.split(self.weights, np.cumsum(_widths(evidence))[:-1])
        named = zip(evidence.rules, parts, strict=True)
        return {rule.id: [round(float(w), 3) for w in part] for rule, part in named if part.any()}


def gather(
    windows: Sequence[Window],
    rules: Sequence[Rule],
    plan: Plan,
    store: Path | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Evidence:
    """Run rules over windows; what was counted before under a rule's digest is read back.

    Parameters
    ----------
    windows : sequence of Window
    rules : sequence of Rule
    plan : Plan
        Its `rules` do not matter.
    store : Path, optional
        Folder that keeps the amounts of each rule.
    progress : callable
        Told the texts done, and all of them.
    """
    texts = [window.text for window in windows]
    key = hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]
    lists = load_catalogue(plan.catalogue).lists
    grades = {rule.id: found for rule in rules if (found := grades_of(rule, lists))}
    known: dict[str, Floats] = {}
    for rule in rules:
        path = _kept(store, key, rule, plan)
        if path is not None and path.is_file():
            known[rule.id] = np.load(path, allow_pickle=False)
    wanted = [rule for rule in rules if rule.id not in known]
    if wanted:
        fresh = _run(texts, wanted, grades, plan, progress)
        for rule, column in zip(wanted, fresh.T, strict=True):
            known[rule.id] = column
            path = _kept(store, key, rule, plan)
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
                np.save(path, column.astype(np.float32), allow_pickle=False)
    amounts = np.column_stack([known[rule.id] for rule in rules]).astype(float)
    return Evidence(tuple(rules), frozenset(grades), amounts)


def _kept(store: Path | None, key: str, rule: Rule, plan: Plan) -> Path | None:
    parses = rule.needs_parse or isinstance(rule.match, MeasureMatch)
    parser = plan.pipeline if parses else "strings"
    return None if store is None else store / f"{key}-{parser}-{rule.digest[:16]}.npy"


def _run(
    texts: list[str],
    rules: Sequence[Rule],
    grades: Mapping[str, Mapping[str, float]],
    plan: Plan,
    progress: Callable[[int, int], None],
) -> Floats:
    names = tuple(rule.id for rule in rules)
    worker = Worker(Plan(plan.catalogue, names, plan.cache, plan.pipeline))
    rows: list[list[float]] = []
    for start in range(0, len(texts), _BATCH):
        part = texts[start : start + _BATCH]
        rows += [_amounts(worker, item, rules, grades) for item in worker.annotated(part)]
        progress(len(rows), len(texts))
    return np.array(rows)


def _amounts(
    worker: Worker,
    annotated: Annotated,
    rules: Sequence[Rule],
    grades: Mapping[str, Mapping[str, float]],
) -> list[float]:
    places = worker.engine.places(annotated, worker.engine.hits(annotated))
    asked = any(isinstance(rule.match, MeasureMatch) for rule in rules)
    known = measures(annotated) if asked else {}
    text = annotated.document.source.text
    exposure = N_WORDS / max(annotated.n_words, FEWEST_WORDS)
    row = []
    for rule in rules:
        if isinstance(rule.match, MeasureMatch):
            sign = 1.0 if rule.match.above is not None else -1.0
            row.append(sign * known.get(rule.match.measure, math.nan))
            continue
        spans = places.get(rule.id, [])
        grade = grades.get(rule.id)
        if grade is None:
            row.append(exposure * len(spans))
        else:
            matched = {plain(text[span.start : span.end]) for span in spans}
            row.append(exposure * sum(grade.get(entry, 0.0) for entry in matched))
    return row


def plain(matched: str) -> str:
    """Return a match as a list would have it: folded, lower case, one blank between words."""
    return " ".join(fold(matched).lower().split())


def grades_of(rule: Rule, lists: Lists) -> Mapping[str, float] | None:
    """Return the log-odds of a rule's entries; None if its list has none."""
    if not isinstance(rule.search, PhraseMatch) or len(rule.search.phrases) != 1:
        return None
    entry = rule.search.phrases[0]
    if not is_reference(entry):
        return None
    try:
        return lists.norms(reference_name(entry))
    except CatalogueError:
        return None


def fit(
    evidence: Evidence,
    is_model: Mask,
    weights: Floats,
    strength: float,
    level: Sequence[tuple[Mask, Mask]] = (),
) -> Ranker:
    """Fit weights of at least zero by logistic regression with an L2 penalty.

    Parameters
    ----------
    evidence : Evidence
    is_model : numpy.ndarray of bool, shape (n_texts,)
    weights : numpy.ndarray, shape (n_texts,)
        How much each text counts.
    strength : float
        Of the penalty.
    level : sequence of pairs of numpy.ndarray of bool, shape (n_texts,)
        A group of human texts and its peers: the group's mean score is held at or below theirs,
        by a penalty on the square of what is above.
    """
    from scipy.optimize import minimize  # noqa: PLC0415 - only the fit needs it

    low, high = _usual(evidence.amounts[~is_model])
    table = columns(evidence, low, high)
    signs = np.where(is_model, 1.0, -1.0)
    gaps = np.zeros((len(level), table.shape[1]))
    for row, (group, peers) in enumerate(level):
        gaps[row] = table[group].mean(axis=0) - table[peers].mean(axis=0)

    def loss(parameters: Floats) -> tuple[float, Floats]:
        coefficients = parameters[:-1]
        margins = signs * (table @ coefficients + parameters[-1])
        pull = -weights * signs / (1 + np.exp(np.clip(margins, -50, 50)))
        above = np.maximum(0.0, gaps @ coefficients)
        penalty = strength * coefficients @ coefficients + _LEVELLING * above @ above
        slope = table.T @ pull + strength * coefficients + _LEVELLING * (above @ gaps)
        value = weights @ np.logaddexp(0, -margins) + penalty / 2
        return float(value), np.append(slope, pull.sum())

    limits: list[tuple[float | None, float | None]] = [(0.0, None)] * table.shape[1]
    start = np.zeros(table.shape[1] + 1)
    options: Any = {"maxiter": 500}
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=[*limits, (None, None)], options=options
    )
    return Ranker(low, high, np.asarray(found.x[:-1], dtype=float))


def columns(evidence: Evidence, low: Floats, high: Floats) -> Floats:
    """Return the columns that weights belong to, those of one rule side by side."""
    parts: list[Floats] = []
    for place, rule in enumerate(evidence.rules):
        amount = evidence.amounts[:, place]
        if isinstance(rule.match, MeasureMatch):
            width = max(high[place] - low[place], 1e-9)
            parts.append(np.nan_to_num(np.clip((amount - low[place]) / width, 0.0, 1.0)))
        elif rule.id in evidence.graded:
            parts += [np.minimum(amount, MOST_GRADED) / 10, np.log1p(amount)]
        else:
            parts += [(amount > step).astype(float) for step in STEPS]
    return np.column_stack(parts)


def _widths(evidence: Evidence) -> list[int]:
    return [
        1
        if isinstance(rule.match, MeasureMatch)
        else (2 if rule.id in evidence.graded else len(STEPS))
        for rule in evidence.rules
    ]


def _usual(amounts: Floats) -> tuple[Floats, Floats]:
    """Return the median and a high quantile of people's values; zeros where there are none."""
    known = ~np.isnan(amounts).all(axis=0)
    limits = np.zeros((2, amounts.shape[1]))
    limits[:, known] = np.nanquantile(amounts[:, known], USUAL, axis=0)
    return limits[0], limits[1]
