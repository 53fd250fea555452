"""Known findings: written once, then only new ones count.

An entry holds no position and no text: the rule, a digest of the matched words, and digests of
what stands before and after them. Findings of equal words are told apart by their surroundings;
what is left over is matched by number, so an edit near a known finding does not make it new.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from operator import attrgetter
from pathlib import Path
from typing import Final

from slopscan.errors import InputError, UsageError
from slopscan.findings import Finding
from slopscan.report import FileReport

VERSION: Final = 1
_AROUND: Final = 40  # code points on either side that make up a finding's surroundings
_KEYS: Final = ("rule", "matched", "before", "after")


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One known finding."""

    rule: str
    matched: str
    before: str
    after: str


# From the closest likeness to the loosest.
_LIKENESS: Final[tuple[Callable[[Entry], tuple[str, ...]], ...]] = (
    attrgetter("rule", "matched", "before", "after"),
    attrgetter("rule", "matched", "before"),
    attrgetter("rule", "matched", "after"),
    attrgetter("rule", "matched"),
)


@dataclass(frozen=True, slots=True)
class Baseline:
    """Known findings of many files.

    Attributes
    ----------
    path : Path
        Where it is written; file names in it count from its folder.
    files : mapping of str to tuple of Entry
    """

    path: Path
    files: Mapping[str, tuple[Entry, ...]]

    def key(self, path: str) -> str:
        """Return the name a file goes by, with forward slashes."""
        folder = self.path.absolute().parent
        try:
            return Path(os.path.relpath(Path(path).absolute(), folder)).as_posix()
        except ValueError:  # another drive
            return Path(path).absolute().as_posix()

    def without_known(self, report: FileReport) -> tuple[FileReport, int, int]:
        """Take the known findings out of a report.

        Returns
        -------
        report : FileReport
        n_known, n_gone : int
            Findings taken out; entries that match nothing any more.
        """
        entries = self.files.get(self.key(report.path), ())
        known = _known(entries, [entry_of(finding, report) for finding in report.findings])
        new = tuple(item for place, item in enumerate(report.findings) if place not in known)
        return replace(report, findings=new), len(known), len(entries) - len(known)


def entry_of(finding: Finding, report: FileReport) -> Entry:
    """Return the entry a finding of a report would have."""
    if finding.measure is not None:
        return Entry(finding.rule, "", "", "")
    start, end = finding.span.start, finding.span.end
    before = report.text[max(start - _AROUND, 0) : start]
    after = report.text[end : end + _AROUND]
    return Entry(finding.rule, _digest(finding.matched), _digest(before), _digest(after))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def read_baseline(path: Path) -> Baseline:
    """Read a baseline.

    Raises
    ------
    InputError
        The file is missing or is none.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["version"] != VERSION:
            raise InputError(
                f"is a baseline of version {data['version']}, not {VERSION}",
                where=str(path),
                fix="write it anew with --write-baseline",
            )
        files = {
            name: tuple(Entry(*(_text(item[key]) for key in _KEYS)) for item in items)
            for name, items in data["files"].items()
        }
    except FileNotFoundError as error:
        raise InputError(
            "no such baseline", where=str(path), fix=f"write one: --write-baseline {path}"
        ) from error
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path)) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(
            "is no baseline", where=str(path), fix="write it anew with --write-baseline"
        ) from error
    return Baseline(path, files)


def write_baseline(path: Path, reports: Iterable[FileReport]) -> int:
    """Write the findings of these files as known; return how many.

    What the file held about other files stays, as long as those exist.

    Raises
    ------
    InputError
        The file there is no baseline.
    UsageError
        It cannot be written.
    """
    old = read_baseline(path) if path.exists() else Baseline(path, {})
    folder = path.absolute().parent
    files = {name: items for name, items in old.files.items() if (folder / name).is_file()}
    total = 0
    for report in reports:
        entries = tuple(sorted(entry_of(finding, report) for finding in report.findings))
        total += len(entries)
        files[old.key(report.path)] = entries
    shown = {
        name: [asdict(item) for item in items] for name, items in sorted(files.items()) if items
    }
    data = {"version": VERSION, "files": shown}
    try:
        path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"cannot write: {error.strerror}", where=str(path)) from error
    return total


def _known(entries: Sequence[Entry], found: Sequence[Entry]) -> set[int]:
    """Return the places of findings that entries stand for, each entry for one."""
    spent: set[int] = set()
    known: set[int] = set()
    for likeness in _LIKENESS:
        free: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        for place, entry in enumerate(entries):
            if place not in spent:
                free[likeness(entry)].append(place)
        for place, entry in enumerate(found):
            if place not in known and free[likeness(entry)]:
                spent.add(free[likeness(entry)].pop())
                known.add(place)
    return known


def _digest(text: str) -> str:
    words = " ".join(text.casefold().split())
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:12]
