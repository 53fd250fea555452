"""What a scored corpus looks like, by group: probabilities, lengths, tics, drift over time."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from slopscan.corpus.scored import ScoredRow
from slopscan.corpus.statistics import Rate, Sums, quantiles, rate, share_interval

BINS: Final = 20
LENGTHS: Final = ((0, "under 100"), (100, "100 to 249"), (250, "250 to 499"), (500, "500 to 999"))
LONGEST: Final = "1,000 and more"
EVERYTHING: Final = "all"


@dataclass(frozen=True, slots=True)
class Reference:
    """Events per 1,000 words of one rule in prose by people and by models, with intervals."""

    human: Rate
    model: Rate


@dataclass(frozen=True, slots=True)
class Tic:
    """One rule in one group.

    Attributes
    ----------
    rate : Rate
        Findings per 1,000 words.
    documents : float
        Share of documents with it, 0 to 1.
    times_human, at_least : float or None
        The rate over the human reference, and the low end of its interval over the high end
        of that of the reference.
    """

    rule: str
    count: int
    rate: Rate
    documents: float
    reference: Reference | None
    times_human: float | None
    at_least: float | None


@dataclass(slots=True)
class Group:
    """Sums over the rows of one group."""

    name: str
    rows: int = 0
    errors: int = 0
    flagged: int = 0
    abstained: int = 0
    words: int = 0
    words_squared: float = 0.0
    findings: Sums = field(default_factory=Sums)
    bins: list[int] = field(default_factory=lambda: [0] * BINS)
    log_odds: array[float] = field(default_factory=lambda: array("d"))
    rules: dict[str, Sums] = field(default_factory=lambda: defaultdict(Sums))
    lengths: Counter[str] = field(default_factory=Counter)

    def add(self, row: ScoredRow) -> None:
        """Count a row."""
        self.rows += 1
        if row.error:
            self.errors += 1
            return
        self.flagged += row.flagged
        self.abstained += row.abstained
        self.words += row.n_words
        self.words_squared += float(row.n_words) ** 2
        self.lengths[_length(row.n_words)] += 1
        if row.probability is not None:
            self.bins[min(int(row.probability * BINS), BINS - 1)] += 1
        if row.log_odds is not None and not row.abstained:
            self.log_odds.append(row.log_odds)
        total = 0
        for rule, count in row.rules.items():
            self.rules[rule].add(count, row.n_words)
            total += count
        if total:
            self.findings.add(total, row.n_words)

    @property
    def scored(self) -> int:
        """Rows without an error."""
        return self.rows - self.errors

    @property
    def judged(self) -> int:
        """Rows with a probability."""
        return self.scored - self.abstained

    @property
    def flagged_share(self) -> tuple[float, float, float]:
        """Share of the judged rows above the operating point, with its 95% interval."""
        low, high = share_interval(self.flagged, self.judged)
        return (self.flagged / self.judged if self.judged else 0.0, low, high)

    @property
    def log_odds_quartiles(self) -> list[float]:
        """Lower quartile, median and upper quartile of the log-odds."""
        return quantiles(sorted(self.log_odds), (0.25, 0.5, 0.75))

    @property
    def findings_rate(self) -> Rate:
        """All findings per 1,000 words."""
        return rate(self.findings, self.scored, self.words, self.words_squared)

    def tics(self, references: Mapping[str, Reference]) -> list[Tic]:
        """Return the rules found, the commonest first."""
        found = [self._tic(rule, sums, references.get(rule)) for rule, sums in self.rules.items()]
        return sorted(found, key=lambda tic: (-tic.count, tic.rule))

    def _tic(self, rule: str, sums: Sums, reference: Reference | None) -> Tic:
        found = rate(sums, self.scored, self.words, self.words_squared)
        human = reference.human if reference and reference.human.value else None
        return Tic(
            rule,
            int(sums.f),
            found,
            sums.documents / max(self.scored, 1),
            reference,
            found.value / human.value if human else None,
            found.low / human.high if human else None,
        )


@dataclass(frozen=True, slots=True)
class Summary:
    """A corpus: as a whole, by group, by period."""

    whole: Group
    groups: tuple[Group, ...]
    periods: tuple[Group, ...]
    by: str | None
    date: str | None
    references: dict[str, Reference]

    def overused(self, group: Group, limit: int = 12) -> list[Tic]:
        """Return the rules that are surely commoner than in human prose, by how much."""
        tics = [
            tic
            for tic in group.tics(self.references)
            if tic.at_least is not None and tic.at_least > 1 and tic.count >= 5
        ]
        return sorted(tics, key=lambda tic: -(tic.at_least or 0))[:limit]


def summarise(
    rows: Iterable[ScoredRow],
    *,
    by: str | None = None,
    date: str | None = None,
    references: Mapping[str, Reference] | None = None,
    max_groups: int = 30,
) -> Summary:
    """Sum a corpus up in one pass.

    Parameters
    ----------
    rows : iterable of ScoredRow
    by, date : str, optional
        Fields of the rows to group by. A date is cut to its month, or to its year where the
        months are more than 36.
    references : mapping of str to Reference, optional
        Rates to compare with, by rule.
    max_groups : int
        The largest are kept; the rest are one group.
    """
    whole = Group(EVERYTHING)
    groups: dict[str, Group] = {}
    periods: dict[str, Group] = {}
    for row in rows:
        whole.add(row)
        if by is not None:
            name = row.fields[by]
            groups.setdefault(name, Group(name)).add(row)
        if date is not None:
            name = row.fields[date][:7]
            periods.setdefault(name, Group(name)).add(row)
    if len(periods) > 36:
        periods = _merged(periods, lambda name: name[:4])
    largest = sorted(groups.values(), key=lambda group: (-group.rows, group.name))
    kept = {group.name for group in largest[:max_groups]}
    if len(largest) > max_groups:
        groups = _merged(groups, lambda name: name if name in kept else "(others)")
    ordered = sorted(groups.values(), key=lambda group: (-group.rows, group.name))
    in_time = tuple(periods[name] for name in sorted(periods))
    return Summary(whole, tuple(ordered), in_time, by, date, dict(references or {}))


def shipped_references(rules: Iterable[str]) -> dict[str, Reference]:
    """Return the measured rates of rules that count places, over all genres."""
    from slopscan.catalogue.load import load_catalogue  # noqa: PLC0415
    from slopscan.catalogue.rates import ALL, measured  # noqa: PLC0415

    catalogue = load_catalogue()
    found = {}
    for name in rules:
        rule = catalogue.rules.get(name)
        evidence = measured(rule) if rule is not None else None
        if evidence is None or evidence.unit != "words":
            continue
        comparison = evidence.splits.get("train", {}).get(ALL)
        if comparison is not None:
            human, model = comparison.human, comparison.model
            found[name] = Reference(
                Rate(human.value, human.low, human.high), Rate(model.value, model.low, model.high)
            )
    return found


def _merged(groups: Mapping[str, Group], name_of: Callable[[str], str]) -> dict[str, Group]:
    merged: dict[str, Group] = {}
    for old, group in groups.items():
        name = name_of(old)
        merged[name] = _sum(merged[name], group) if name in merged else _renamed(group, name)
    return merged


def _renamed(group: Group, name: str) -> Group:
    group.name = name
    return group


def _sum(one: Group, other: Group) -> Group:
    for name in ("rows", "errors", "flagged", "abstained", "words", "words_squared"):
        setattr(one, name, getattr(one, name) + getattr(other, name))
    one.bins = [a + b for a, b in zip(one.bins, other.bins, strict=True)]
    one.log_odds.extend(other.log_odds)
    one.lengths.update(other.lengths)
    _add(one.findings, other.findings)
    for rule, sums in other.rules.items():
        _add(one.rules[rule], sums)
    return one


def _add(one: Sums, other: Sums) -> None:
    one.f += other.f
    one.ff += other.ff
    one.fw += other.fw
    one.documents += other.documents


def _length(words: int) -> str:
    for (_, label), (end, _) in zip(LENGTHS, (*LENGTHS[1:], (1000, "")), strict=True):
        if words < end:
            return label
    return LONGEST
