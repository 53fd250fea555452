"""From counts of single windows to the rates, ratios and intervals of every rule."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from slopscan.catalogue.rates import ALL, Cell, Comparison, Estimate, Evidence, key_of, rounded
from slopscan.catalogue.rule import Rule
from slopscan.evidence import statistics
from slopscan.evidence.counting import Counted, counts_documents
from slopscan.evidence.statistics import RARE, Floats
from slopscan.evidence.windows import SPLITS, Window, container_bound

N_DRAWS: Final = 1_000
# A genre with fewer texts on a side gives no interval worth telling.
MIN_TEXTS: Final = 8
_SEED: Final = 20261123


@dataclass(frozen=True)
class _Group:
    """The windows of one label, genre and split.

    `exposure` counts thousands of words for rules on places, hundreds of documents for rules
    on documents; one column a rule.
    """

    events: Floats
    words: Floats
    clusters: list[str]
    draws: Floats
    drawn_words: Floats
    drawn_documents: Floats

    @property
    def n(self) -> int:
        return len(self.words)


@dataclass(frozen=True)
class _Pair:
    human: _Group
    model: _Group


def summarise(
    windows: Sequence[Window], counted: Sequence[Counted], rules: Sequence[Rule]
) -> list[Evidence]:
    """Return the evidence of every rule, in order; q-values are left to `with_q`.

    Parameters
    ----------
    windows, counted : sequence
        In the same order.
    rules : sequence of Rule
        All that were counted.
    """
    place = {rule.id: index for index, rule in enumerate(rules)}
    events = np.zeros((len(windows), len(rules)))
    for row, found in enumerate(counted):
        for name, n in found.events.items():
            events[row, place[name]] = n
    words = np.array([found.n_words for found in counted], dtype=float)
    by_document = np.array([counts_documents(rule) for rule in rules])
    splits: list[dict[str, list[Comparison]]] = []
    for split in SPLITS:
        pairs = _pairs(windows, events, words, split)
        splits.append({g: _compare([pair], by_document) for g, pair in pairs.items()})
        if pairs:
            splits[-1][ALL] = _compare(list(pairs.values()), by_document)
    cells = [_counts(windows, events, split) for split in SPLITS]
    return [
        Evidence(
            rule=rule.id,
            digest=key_of(rule),
            unit="documents" if by_document[index] else "words",
            container=container_bound(rule),
            splits={
                split: {genre: found[index] for genre, found in of_split.items()}
                for split, of_split in zip(SPLITS, splits, strict=True)
            },
            counts={
                split: {
                    cell: (int(table[0, index]), int(table[1, index]))
                    for cell, table in of_split.items()
                    if table[1, index]
                }
                for split, of_split in zip(SPLITS, cells, strict=True)
            },
        )
        for index, rule in enumerate(rules)
    ]


def with_q(found: Sequence[Evidence]) -> list[Evidence]:
    """Fill in q-values over all rules, from the clustered ratio in all genres of training."""
    p_values = [_p_value(item.splits.get("train", {}).get(ALL)) for item in found]
    q_values = statistics.benjamini_hochberg(p_values)
    return [replace(item, q=rounded(q)) for item, q in zip(found, q_values, strict=True)]


def amounts(windows: Sequence[Window], counted: Sequence[Counted]) -> dict[str, dict[str, Cell]]:
    """Return how much text stands in every cell of every split."""
    words: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    sources: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for window, found in zip(windows, counted, strict=True):
        for cell in cells_of(window):
            words[window.split, cell].append(found.n_words)
            sources[window.split, cell].add(window.source)
    return {
        split: {
            cell: Cell(len(found), sum(found), len(sources[split, cell]))
            for (of, cell), found in sorted(words.items())
            if of == split
        }
        for split in SPLITS
    }


def cells_of(window: Window) -> tuple[str, ...]:
    """Return the cells a window counts in, its genre and label first."""
    return (f"{window.genre}/{'model' if window.is_model else 'human'}", *window.cells)


def _p_value(item: Comparison | None) -> float:
    if item is None or item.ratio.value <= 0 or math.isinf(item.ratio.value):
        return 1.0
    low, high = item.ratio.low, item.ratio.high
    if math.isinf(high):
        spread = (math.log(item.ratio.value) - math.log(low)) / 1.96 if low > 0 else math.inf
    elif low <= 0:
        spread = (math.log(high) - math.log(item.ratio.value)) / 1.96
    else:
        spread = (math.log(high) - math.log(low)) / 3.92
    if not 0 < spread < math.inf:
        return 1.0
    return statistics.two_sided(math.log(item.ratio.value) / spread)


def _pairs(
    windows: Sequence[Window], events: Floats, words: Floats, split: str
) -> dict[str, _Pair]:
    rows: defaultdict[tuple[str, bool], list[int]] = defaultdict(list)
    for row, window in enumerate(windows):
        if window.split == split:
            rows[window.genre, window.is_model].append(row)
    found = {}
    for genre in sorted({genre for genre, _ in rows}):
        sides = [rows[genre, False], rows[genre, True]]
        if min(map(len, sides)) >= MIN_TEXTS:
            groups = [_group(windows, events, words, side) for side in sides]
            found[genre] = _Pair(*groups)
    return found


def _group(windows: Sequence[Window], events: Floats, words: Floats, rows: list[int]) -> _Group:
    clusters = [windows[row].cluster for row in rows]
    table = np.concatenate([events[rows], words[rows, None]], axis=1)
    drawn, documents = statistics.resample(table, np.ones(len(rows)), clusters, N_DRAWS, _SEED)
    return _Group(events[rows], words[rows], clusters, drawn[:, :-1], drawn[:, -1], documents)


def _exposure(n_words: Floats, n_documents: Floats, by_document: Floats) -> Floats:
    return np.where(by_document, n_documents[..., None] / 100, n_words[..., None] / 1_000)


def _totals(group: _Group, by_document: Floats) -> tuple[Floats, Floats]:
    documents, words = np.array(float(group.n)), np.array(group.words.sum())
    return group.events.sum(axis=0), _exposure(words, documents, by_document)


def _drawn(group: _Group, by_document: Floats) -> tuple[Floats, Floats]:
    return group.draws, _exposure(group.drawn_words, group.drawn_documents, by_document)


def _compare(pairs: list[_Pair], by_document: Floats) -> list[Comparison]:
    human, human_size = _stack([_totals(pair.human, by_document) for pair in pairs])
    model, model_size = _stack([_totals(pair.model, by_document) for pair in pairs])
    ratio = statistics.stratified_ratio(model, model_size, human, human_size)
    drawn_human, drawn_human_size = _stack([_drawn(pair.human, by_document) for pair in pairs])
    drawn_model, drawn_model_size = _stack([_drawn(pair.model, by_document) for pair in pairs])
    draws = statistics.stratified_ratio(
        drawn_model, drawn_model_size, drawn_human, drawn_human_size
    )
    limits = np.quantile(draws, (0.025, 0.975), axis=0)
    sides = [
        _estimates(human.sum(0), human_size.sum(0), drawn_human.sum(0), drawn_human_size.sum(0)),
        _estimates(model.sum(0), model_size.sum(0), drawn_model.sum(0), drawn_model_size.sum(0)),
    ]
    areas = _areas(pairs, by_document)
    found = []
    for index in range(human.shape[1]):
        events, base = int(model[:, index].sum()), int(human[:, index].sum())
        size, base_size = model_size[:, index].sum(), human_size[:, index].sum()
        low, high = limits[:, index]
        if min(events, base) < RARE:
            exact = statistics.exact_ratio_interval(events, size, base, base_size)
            low, high = min(low, exact[0]), max(high, exact[1])
        unit = 100 if by_document[index] else 1_000
        z = statistics.log_odds(events, size * unit, base, base_size * unit)[1]
        found.append(
            Comparison(
                sides[0][index],
                sides[1][index],
                _estimate(ratio[index], low, high),
                rounded(z),
                rounded(float(areas[index])),
            )
        )
    return found


def _stack(parts: list[tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    return np.stack([events for events, _ in parts]), np.stack([size for _, size in parts])


def _estimates(
    events: Floats, exposure: Floats, drawn: Floats, drawn_exposure: Floats
) -> list[Estimate]:
    limits = np.quantile(drawn / drawn_exposure, (0.025, 0.975), axis=0)
    found = []
    for index, n in enumerate(events):
        low, high = limits[:, index]
        if n < RARE:
            exact = statistics.poisson_interval(int(n))
            low = min(low, exact[0] / exposure[index])
            high = max(high, exact[1] / exposure[index])
        found.append(_estimate(n / exposure[index], low, high))
    return found


def _estimate(value: float, low: float, high: float) -> Estimate:
    return Estimate(*(rounded(float(number)) for number in (value, low, high)))


def _areas(pairs: list[_Pair], by_document: Floats) -> Floats:
    sizes = [min(pair.human.n, pair.model.n) for pair in pairs]
    areas = []
    for pair in pairs:
        rates = [
            np.where(by_document, group.events, group.events / np.maximum(group.words, 1)[:, None])
            for group in (pair.model, pair.human)
        ]
        areas.append(statistics.auc(*rates))
    averaged: Floats = np.average(areas, axis=0, weights=sizes)
    return averaged


def _counts(windows: Sequence[Window], events: Floats, split: str) -> Mapping[str, Floats]:
    tables: dict[str, Floats] = {}
    for row, window in enumerate(windows):
        if window.split == split and events[row].any():
            step = np.stack([events[row], events[row] > 0])
            for cell in cells_of(window):
                tables[cell] = tables[cell] + step if cell in tables else step
    return tables
