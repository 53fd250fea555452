"""The files of one run: found, scanned with what holds for each, and filtered."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from slopscan.cli.inputs import expand
from slopscan.cli.messages import say
from slopscan.config.profiles import profiles
from slopscan.errors import InputError, SlopscanError, UsageError
from slopscan.report import Failure, FileReport

if TYPE_CHECKING:
    from slopscan.baseline import Baseline
    from slopscan.cli.changes import Changes
    from slopscan.scan import Scanner
    from slopscan.voice import Voice
    from slopscan.workspace import Workspace


@dataclass
class Run:
    """One call of `slopscan scan`.

    Attributes
    ----------
    n_known, n_gone : int
        Findings a baseline took out; its entries that match nothing any more.
    fail_on : dict of str to str
        By path, the least severity that fails the run.
    """

    workspace: Workspace
    stdin_name: str = "<stdin>"
    since: str | None = None
    uses_baseline: bool = True
    uses_voice: bool = True
    verbose: bool = False
    force_exclude: bool = False
    n_known: int = 0
    n_gone: int = 0
    fail_on: dict[str, str] = field(default_factory=dict)
    _baselines: dict[Path, Baseline] = field(default_factory=dict)
    _voices: dict[Path, Voice] = field(default_factory=dict)
    _seen: dict[str, Changes] = field(default_factory=dict)

    def inputs(self, paths: Sequence[str]) -> list[str]:
        """Return the files to scan: folders walked, excluded files and unchanged ones left out."""
        if self.since is not None and "-" in paths:
            raise UsageError("--since needs files, not standard input", fix="give the file's path")
        is_excluded = self.workspace.is_excluded
        found = expand(paths, lambda path: is_excluded(Path(path)), always=self.force_exclude)
        return [path for path in found if self.since is None or self._changes(path)]

    def reports(self, inputs: Iterable[str]) -> Iterator[FileReport]:
        """Scan files in order; one that fails gives a report that says so."""
        wanted = ((self._settled(path), path) for path in inputs)
        for scanner, group in groupby(list(wanted), key=itemgetter(0)):
            for report in self._scanned(scanner, [path for _, path in group]):
                yield self._filtered(report)

    def _settled(self, path: str) -> Scanner:
        name = self._name(path)
        found = self.workspace.resolve(Path(name))
        self.fail_on[name] = found.fail_on
        if self.verbose:
            say(f"{name}: configuration {found.config or 'none'}, genre {found.genre or 'none'}")
        return self.workspace.scanner(found.settings)

    def _scanned(self, scanner: Scanner, paths: Sequence[str]) -> Iterator[FileReport]:
        """Scan files together; those that an internal error leaves without a report, alone."""
        done = 0
        while done < len(paths):
            n_skipped = len(scanner.skipped)
            try:
                for report in self._together(scanner, paths[done:]):
                    yield report
                    done += 1
                    n_skipped = len(scanner.skipped)
            except Exception as error:
                if isinstance(error, SlopscanError) and not isinstance(error, InputError):
                    raise
                del scanner.skipped[n_skipped:]
                yield self._alone(scanner, paths[done])
                done += 1

    def _together(self, scanner: Scanner, paths: Sequence[str]) -> Iterator[FileReport]:
        if "-" not in paths:
            return scanner.scan_paths(map(Path, paths))
        return (self._alone(scanner, path) for path in paths)

    def _alone(self, scanner: Scanner, path: str) -> FileReport:
        try:
            if path != "-":
                return scanner.scan_path(Path(path))
            from slopscan.readers import read_bytes  # noqa: PLC0415

            return scanner.scan(read_bytes(sys.stdin.buffer.read(), self.stdin_name))
        except InputError as error:
            return FileReport(self._name(path), error=Failure.of(error))
        except SlopscanError:
            raise
        except Exception as error:
            return _broken(self._name(path), error, verbose=self.verbose)

    def _name(self, path: str) -> str:
        return self.stdin_name if path == "-" else path

    def _filtered(self, report: FileReport) -> FileReport:
        if report.error is not None:
            return report
        found = self.workspace.resolve(Path(report.path))
        if found.genre is not None:
            report = replace(report, reference=profiles()[found.genre].reference)
        if found.voice is not None and self.uses_voice:
            rules = self.workspace.catalogue.rules.values()
            digests = {rule.id: rule.digest[:16] for rule in rules}
            report = self._voice(found.voice).lowered(report, digests)
        if self.since is not None:
            from slopscan.cli.changes import only_changed  # noqa: PLC0415

            report = only_changed(report, self._changes(report.path))
        path = found.baseline if self.uses_baseline else None
        if path is None:
            return report
        if path not in self._baselines:
            from slopscan.baseline import read_baseline  # noqa: PLC0415

            self._baselines[path] = read_baseline(path)
        report, known, gone = self._baselines[path].without_known(report)
        self.n_known += known
        self.n_gone += gone if self.since is None else 0
        return report

    def _voice(self, path: Path) -> Voice:
        if path not in self._voices:
            from slopscan.voice import read_voice  # noqa: PLC0415

            self._voices[path] = read_voice(path)
        return self._voices[path]

    def _changes(self, path: str) -> Changes:
        assert self.since is not None
        if path not in self._seen:
            from slopscan.cli.changes import changes_since  # noqa: PLC0415

            self._seen[path] = changes_since(self.since, Path(path))
        return self._seen[path]


def _broken(name: str, error: Exception, *, verbose: bool) -> FileReport:
    if verbose:
        import traceback  # noqa: PLC0415

        traceback.print_exc()
    what = f"internal error: {type(error).__name__}: {error}"
    fix = "this is a bug in slopscan: please report it, with the output of --verbose"
    say(f"{name}: {what}; {fix}")
    return FileReport(name, error=Failure(what, name, fix))
