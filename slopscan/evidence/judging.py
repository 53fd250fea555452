"""What the measured evidence says a rule's status and severity should be.

The evidence proposes; the rule file decides. A rule that stays `stable` against it says why in
its own evidence ("By logic: ..."), as one for an artefact does that no corpus here holds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from slopscan.catalogue.rates import ALL, Cell, Comparison, Evidence, Rates
from slopscan.catalogue.readings import Reading, reading_of
from slopscan.catalogue.rule import DependencyMatch, MeasureMatch, Rule, Status
from slopscan.findings import Severity

BY_LOGIC: Final = "By logic:"
# Section 8 of the research catalogue: a rule ships when its interval excludes this ratio.
SEPARATES: Final = 1.5
WARNS: Final = 10.0
MIN_EVENTS: Final = 8
MAX_Q: Final = 0.05
# A rule people trip more often than this in any genre does not run unasked.
MAX_HUMAN: Final = {"words": 0.3, "documents": 10.0}
MIN_TEXTS: Final = 30
MIN_PRECISION: Final = 0.8
MIN_READ: Final = 10
# Tics of chat and of agents at work: the corpora have prose, so that none there says little.
UNTESTED_FAMILIES: Final = frozenset({"assistant", "reasoning", "artefacts", "provenance"})
_FROM_PREFERENCES: Final = frozenset({"figures.load", "figures.longest_relief", "figures.surprise"})
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


def reads_preferences(rule: Rule) -> bool:
    """Say whether a rule asks the counts of human prose, which were taken from training texts."""
    if isinstance(rule.match, DependencyMatch):
        return any(pattern.surprise for pattern in rule.match.patterns)
    return isinstance(rule.match, MeasureMatch) and rule.match.measure in _FROM_PREFERENCES


def judge(
    rule: Rule,
    entry: Evidence,
    cells: Mapping[str, Mapping[str, Cell]],
    reading: Reading | None = None,
) -> Judgement:
    """Propose a status and a severity.

    Parameters
    ----------
    rule : Rule
    entry : Evidence
        Of that rule.
    cells : mapping
        Amounts of text, from the same measurement.
    reading : Reading, optional
        How many of the hits that were read are the tic.
    """
    if is_by_logic(rule):
        return Judgement(rule.status, rule.severity, (), "by logic, not by rates")
    rare = _too_rare(rule, entry, cells)
    if rare is not None:
        return rare
    unseen = reads_preferences(rule)
    genres = confirmed(entry, unseen_only=unseen)
    if not genres:
        return _unconfirmed(rule, entry)
    held_back = _held_back(entry, cells, genres, reading)
    if held_back is not None:
        return held_back
    severity = severity_of(entry, genres, split="dev" if unseen else "train")
    return Judgement(Status.STABLE, severity, genres, "separates in training and dev texts")


def _held_back(
    entry: Evidence,
    cells: Mapping[str, Mapping[str, Cell]],
    genres: tuple[str, ...],
    reading: Reading | None,
) -> Judgement | None:
    """Say what keeps a rule that separates from running as stable, if anything does."""
    if reading is not None and reading.n >= MIN_READ and reading.precision < MIN_PRECISION:
        reason = f"{reading.precision:.0%} of {reading.n} hits read are the tic"
        return Judgement(Status.PREVIEW, Severity.NOTE, genres, reason)
    loudest = _highest(entry, cells, _human_genres(cells))
    if loudest[1] > MAX_HUMAN[entry.unit]:
        reason = f"too common in {loudest[0]}: {loudest[1]:.2g}"
        return Judgement(Status.PREVIEW, Severity.NOTE, genres, reason)
    if entry.container:
        return Judgement(Status.ADVISORY, Severity.NOTE, genres, entry.container)
    careful = careful_rate(entry, cells)
    best = max(
        entry.splits[split][genre].model.value
        for split in ("train", "dev")
        for genre in genres
        if genre in entry.splits[split]
    )
    if careful[1] * SEPARATES > best:
        reason = f"{careful[0]} has it nearly as often"
        return Judgement(Status.ADVISORY, Severity.NOTE, genres, reason)
    return None


def events_of(entry: Evidence, label: str) -> int:
    """Return the events of a rule in texts of a label, `human` or `model`, both splits together."""
    return sum(
        counts[0]
        for of_split in entry.counts.values()
        for cell, counts in of_split.items()
        if cell.endswith(f"/{label}")
    )


def _too_rare(
    rule: Rule, entry: Evidence, cells: Mapping[str, Mapping[str, Cell]]
) -> Judgement | None:
    human, model = events_of(entry, "human"), events_of(entry, "model")
    if human + model >= MIN_EVENTS:
        return None
    n_words = sum(
        cell.n_words
        for of_split in cells.values()
        for name, cell in of_split.items()
        if name.endswith(("/human", "/model"))
    )
    reason = f"{human} in human and {model} in model texts, {n_words:,} words: too rare to measure"
    untested = model > human or (not human and rule.family in UNTESTED_FAMILIES)
    status = Status.PREVIEW if untested else Status.DORMANT
    status = rule.status if rule.status is Status.FOLKLORE else status
    return Judgement(status, Severity.NOTE, (), reason)


def confirmed(entry: Evidence, *, unseen_only: bool = False) -> tuple[str, ...]:
    """Return the genres where the ratio's interval lies above `SEPARATES` in train and in dev.

    A dev genre may be too small for an interval of its own: then the ratio itself has to lie
    above `SEPARATES` there, and the interval of the ratio over all genres, stratified by genre.
    A rule that was made from the training texts of people (`unseen_only`) is judged by dev alone.
    """
    if entry.q > MAX_Q:
        return ()
    train, dev = (entry.splits.get(split, {}) for split in ("train", "dev"))
    if unseen_only:
        return tuple(g for g, found in dev.items() if g != ALL and found.ratio.low > SEPARATES)
    return tuple(
        genre
        for genre, found in train.items()
        if genre != ALL and found.ratio.low > SEPARATES and _again(genre, dev)
    )


def _again(genre: str, dev: Mapping[str, Comparison]) -> bool:
    if genre not in dev or dev[genre].ratio.value <= SEPARATES:
        return False
    return max(dev[genre].ratio.low, dev[ALL].ratio.low) > SEPARATES


def severity_of(entry: Evidence, genres: tuple[str, ...], *, split: str = "train") -> Severity:
    """Return `warning` for a likelihood ratio of `WARNS` or more, otherwise `note`.

    The ratio is that over all genres with both labels; ten times in a confirmed genre is enough
    where it is still half of that over all, for a rule on single places: one that is decisive in
    one genre and common among people elsewhere stays a note.
    """
    over_all = entry.splits[split][ALL].ratio.value
    best = max(entry.splits[split][genre].ratio.value for genre in genres)
    places = entry.unit == "words"
    warns = over_all >= WARNS or (places and best >= WARNS and over_all >= WARNS / 2)
    return Severity.WARNING if warns else Severity.NOTE


def careful_rate(entry: Evidence, cells: Mapping[str, Mapping[str, Cell]]) -> tuple[str, float]:
    """Return the cell of `CAREFUL_CELLS` with the highest rate, both splits together."""
    return _highest(entry, cells, CAREFUL_CELLS)


def _human_genres(cells: Mapping[str, Mapping[str, Cell]]) -> set[str]:
    return {
        name
        for of_split in cells.values()
        for name, cell in of_split.items()
        if name.endswith("/human") and cell.n_documents >= MIN_TEXTS
    }


def _highest(
    entry: Evidence, cells: Mapping[str, Mapping[str, Cell]], names: Iterable[str]
) -> tuple[str, float]:
    best = ("", 0.0)
    for name in sorted(names):
        events = sum(of_split.get(name, (0, 0))[0] for of_split in entry.counts.values())
        known = [of_split[name] for of_split in cells.values() if name in of_split]
        sizes = [
            cell.n_documents / 100 if entry.unit == "documents" else cell.n_words / 1_000
            for cell in known
        ]
        if known and events and events / sum(sizes) > best[1]:
            best = (name, events / sum(sizes))
    return best


def _unconfirmed(rule: Rule, entry: Evidence) -> Judgement:
    over_all = entry.splits.get("train", {}).get(ALL)
    if over_all is None:
        return Judgement(Status.PREVIEW, Severity.NOTE, (), "no genre with both labels")
    ratio = over_all.ratio
    lows = [found.ratio.low for genre, found in entry.splits["train"].items() if genre != ALL]
    if ratio.high < SEPARATES and max(lows, default=0.0) <= SEPARATES:
        reason = f"models do it {ratio.value:g} times as often ({ratio.low:g} to {ratio.high:g})"
        return Judgement(Status.FOLKLORE, Severity.NOTE, (), reason)
    high = "any" if math.isinf(ratio.high) else f"{ratio.high:g}"
    status = Status.FOLKLORE if rule.status is Status.FOLKLORE else Status.PREVIEW
    reason = f"ratio {ratio.value:g} ({ratio.low:g} to {high}), not confirmed in a genre on dev"
    return Judgement(status, Severity.NOTE, (), reason)


def proposals(rules: Mapping[str, Rule], rates: Rates) -> dict[str, Judgement]:
    """Return a proposal for every measured rule, by id."""
    known = ((rule, rates.of(rule)) for rule in rules.values())
    return {
        rule.id: judge(rule, entry, rates.cells, reading_of(rule)) for rule, entry in known if entry
    }
