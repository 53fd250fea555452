"""What the measured evidence says a rule's status and severity should be.

The evidence proposes; the rule file decides. A rule that stays `stable` against it says why in
its own evidence ("By logic: ..."), as one for an artefact does that no corpus here holds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from slopscan.catalogue.rates import ALL, Cell, Comparison, Evidence, Rates
from slopscan.catalogue.rulefile import Rule, Status
from slopscan.findings import Severity

BY_LOGIC: Final = "By logic:"
# Section 8 of the research catalogue: a rule ships when its interval excludes this ratio.
SEPARATES: Final = 1.5
WARNS: Final = 10.0
MIN_EVENTS: Final = 8
MAX_Q: Final = 0.05
# Prose that is formal, or by people writing in a second language, and easily wronged.
CAREFUL_CELLS: Final = (
    "set/second-language",
    "academic/human",
    "legal/human",
    "government/human",
    "speech/human",
    "textbook/human",
    "news/human",
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A proposal: status, severity, the genres it rests on, and why."""

    status: Status
    severity: Severity
    genres: tuple[str, ...]
    reason: str


def is_by_logic(rule: Rule) -> bool:
    """Say whether a rule claims its status without measured rates."""
    return any(item.source.startswith(BY_LOGIC) for item in rule.evidence)


def judge(rule: Rule, entry: Evidence, cells: Mapping[str, Mapping[str, Cell]]) -> Judgement:
    """Propose a status and a severity.

    Parameters
    ----------
    rule : Rule
    entry : Evidence
        Of that rule.
    cells : mapping
        Amounts of text, from the same measurement.
    """
    if is_by_logic(rule):
        return Judgement(rule.status, rule.severity, (), "by logic, not by rates")
    n_events = sum(
        counts[0]
        for of_split in entry.counts.values()
        for cell, counts in of_split.items()
        if cell.endswith(("/human", "/model"))
    )
    if n_events < MIN_EVENTS:
        n_words = sum(
            cell.n_words
            for of_split in cells.values()
            for name, cell in of_split.items()
            if name.endswith(("/human", "/model"))
        )
        reason = f"{n_events} in {n_words:,} words: too rare to measure"
        return Judgement(Status.DORMANT, Severity.NOTE, (), reason)
    genres = confirmed(entry)
    if not genres:
        return _unconfirmed(entry)
    careful = careful_rate(entry, cells)
    best = max(found.model.value for found in _train(entry, genres))
    severity = severity_of(entry, genres)
    if entry.container:
        return Judgement(Status.ADVISORY, Severity.NOTE, genres, entry.container)
    if careful[1] * SEPARATES > best:
        reason = f"{careful[0]} has it nearly as often"
        return Judgement(Status.ADVISORY, Severity.NOTE, genres, reason)
    return Judgement(Status.STABLE, severity, genres, "separates in training and dev texts")


def confirmed(entry: Evidence) -> tuple[str, ...]:
    """Return the genres where the ratio's interval lies above `SEPARATES` in train and in dev."""
    if entry.q > MAX_Q:
        return ()
    train, dev = (entry.splits.get(split, {}) for split in ("train", "dev"))
    return tuple(
        genre
        for genre, found in train.items()
        if genre != ALL
        and found.ratio.low > SEPARATES
        and genre in dev
        and dev[genre].ratio.low > SEPARATES
    )


def severity_of(entry: Evidence, genres: tuple[str, ...]) -> Severity:
    """Return `warning` for a likelihood ratio of `WARNS` or more, otherwise `note`.

    The ratio is that over all genres with both labels, or that of the confirmed genres, if lower:
    a rule that is decisive in one genre and common among people elsewhere stays a note.
    """
    found = [entry.splits["train"].get(ALL), *_train(entry, genres)]
    least = min((item.ratio.value for item in found if item is not None), default=0.0)
    return Severity.WARNING if least >= WARNS else Severity.NOTE


def careful_rate(entry: Evidence, cells: Mapping[str, Mapping[str, Cell]]) -> tuple[str, float]:
    """Return the cell of `CAREFUL_CELLS` with the highest rate, both splits together."""
    best = ("", 0.0)
    for name in CAREFUL_CELLS:
        events = sum(of_split.get(name, (0, 0))[0] for of_split in entry.counts.values())
        known = [of_split[name] for of_split in cells.values() if name in of_split]
        sizes = [
            cell.n_documents / 100 if entry.unit == "documents" else cell.n_words / 1_000
            for cell in known
        ]
        if known and events and events / sum(sizes) > best[1]:
            best = (name, events / sum(sizes))
    return best


def _train(entry: Evidence, genres: tuple[str, ...]) -> list[Comparison]:
    return [entry.splits["train"][genre] for genre in genres]


def _unconfirmed(entry: Evidence) -> Judgement:
    over_all = entry.splits.get("train", {}).get(ALL)
    if over_all is None:
        return Judgement(Status.PREVIEW, Severity.NOTE, (), "no genre with both labels")
    ratio = over_all.ratio
    highs = [found.ratio.high for genre, found in entry.splits["train"].items() if genre != ALL]
    if ratio.high < SEPARATES and sum(high < SEPARATES for high in highs) * 2 > len(highs):
        reason = f"models do it {ratio.value:g} times as often ({ratio.low:g} to {ratio.high:g})"
        return Judgement(Status.FOLKLORE, Severity.NOTE, (), reason)
    high = "any" if math.isinf(ratio.high) else f"{ratio.high:g}"
    reason = f"ratio {ratio.value:g} ({ratio.low:g} to {high}), not confirmed in a genre on dev"
    return Judgement(Status.PREVIEW, Severity.NOTE, (), reason)


def proposals(rules: Mapping[str, Rule], rates: Rates) -> dict[str, Judgement]:
    """Return a proposal for every measured rule, by id."""
    known = ((rule, rates.of(rule)) for rule in rules.values())
    return {rule.id: judge(rule, entry, rates.cells) for rule, entry in known if entry}
