"""A writer's own habits: learnt from earlier texts, held against new ones.

A profile holds numbers alone, no text: for each rule how often it was found in how many words.
A tic that a new text shows no more often than the writer's earlier texts let expect is lowered
to a note. The bound is the 95% predictive one of a Poisson rate with Jeffreys' prior (a negative
binomial), so few earlier texts give a cautious bound.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from slopscan.errors import InputError, UsageError
from slopscan.findings import Finding, Severity
from slopscan.report import FileReport

VERSION: Final = 1
MIN_WORDS: Final = 2_000
_LEVEL: Final = 0.95
_PRIOR: Final = 0.5
# A rule about whole texts is a habit when so many of the writer's texts show it.
_USUAL_SHARE: Final = 0.2


@dataclass(frozen=True, slots=True)
class Habit:
    """How often a rule was found; `digest` is that of the rule as it was then."""

    findings: int
    texts: int
    digest: str


@dataclass(frozen=True, slots=True)
class Voice:
    """One writer's habits.

    Attributes
    ----------
    n_texts, n_words : int
        What they were learnt from.
    rules : mapping of str to Habit
        Every rule that ran, those never found included.
    """

    n_texts: int
    n_words: int
    rules: Mapping[str, Habit]

    def rate(self, rule: str) -> float | None:
        """Return the writer's own findings per 1,000 words; None for a rule that never ran."""
        habit = self.rules.get(rule)
        return 1000 * habit.findings / self.n_words if habit else None

    def usual(self, rule: str, n_words: int) -> int | None:
        """Return how many findings a text of so many words may have and be like the others."""
        habit = self.rules.get(rule)
        return _bound(habit.findings, self.n_words, n_words) if habit else None

    def lowered(self, report: FileReport, digests: Mapping[str, str]) -> FileReport:
        """Make notes of the findings that are within the writer's range.

        Parameters
        ----------
        report : FileReport
        digests : mapping of str to str
            Of the rules as they are now; a rule that has changed since is left as it is.
        """
        counts = Counter(item.rule for item in report.findings)
        own = {
            rule
            for rule, number in counts.items()
            if (habit := self.rules.get(rule)) and habit.digest == digests.get(rule)
        }
        findings = tuple(
            self._lowered(item, counts[item.rule], report.n_words) if item.rule in own else item
            for item in report.findings
        )
        return replace(report, findings=findings)

    def _lowered(self, finding: Finding, number: int, n_words: int) -> Finding:
        if finding.measure is not None:
            share = self.rules[finding.rule].texts / self.n_texts
            is_usual = share >= _USUAL_SHARE
        else:
            usual = self.usual(finding.rule, n_words)
            is_usual = usual is not None and number <= usual
        if not is_usual:
            return finding
        message = f"{finding.message} (no more than in your own texts)"
        return replace(finding, severity=Severity.NOTE, message=message)


def learn(reports: Iterable[FileReport], digests: Mapping[str, str]) -> Voice:
    """Learn a writer's habits from reports on their texts.

    Raises
    ------
    UsageError
        The texts have fewer than `MIN_WORDS` words together.
    """
    found: Counter[str] = Counter()
    texts: Counter[str] = Counter()
    n_texts = n_words = 0
    for report in reports:
        n_texts += report.n_words > 0
        n_words += report.n_words
        found.update(item.rule for item in report.findings)
        texts.update({item.rule for item in report.findings})
    if n_words < MIN_WORDS:
        raise UsageError(
            f"{n_words:,} words are too few to learn a voice from",
            fix=f"give at least {MIN_WORDS:,} words of one writer's own texts",
        )
    rules = {
        rule: Habit(found[rule], texts[rule], digest) for rule, digest in sorted(digests.items())
    }
    return Voice(n_texts, n_words, rules)


def read_voice(path: Path) -> Voice:
    """Read a profile.

    Raises
    ------
    InputError
        The file is missing or is none.
    """
    fix = "make one: slopscan voice learn FOLDER --output FILE"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["version"] != VERSION:
            raise InputError(f"is a voice of version {data['version']}", where=str(path), fix=fix)
        rules = {
            rule: Habit(int(item["findings"]), int(item["texts"]), str(item["digest"]))
            for rule, item in data["rules"].items()
        }
        return Voice(max(int(data["texts"]), 1), max(int(data["words"]), 1), rules)
    except OSError as error:
        raise InputError(
            f"cannot be read: {(error.strerror or '').lower()}", where=str(path), fix=fix
        ) from error
    except (
        *(ValueError, KeyError, TypeError, AttributeError),
        *(OverflowError, RecursionError),
    ) as error:
        raise InputError("is no voice", where=str(path), fix=fix) from error


def write_voice(path: Path, voice: Voice) -> None:
    """Write a profile as JSON.

    Raises
    ------
    UsageError
        It cannot be written.
    """
    rules = {rule: asdict(habit) for rule, habit in voice.rules.items()}
    data = {
        "version": VERSION,
        "texts": voice.n_texts,
        "words": voice.n_words,
        "rules": rules,
    }
    try:
        path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"cannot write: {error.strerror}", where=str(path)) from error


def _bound(known: int, known_words: int, n_words: int) -> int:
    """Return the smallest count whose predictive probability reaches the level."""
    shape, success = known + _PRIOR, known_words / (known_words + max(n_words, 1))
    chance = success**shape
    total, count = chance, 0
    while total < _LEVEL and count < 10_000:
        count += 1
        chance *= (count - 1 + shape) / count * (1 - success)
        total += chance
    return count
