"""Word lists, pair lists and norms: `lexicons/lists/NAME.txt`.

A list is read the first time something asks for it. Its digest covers the entries alone, so a
corrected comment does not change the digest of a rule.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from slopscan.errors import CatalogueError
from slopscan.folding import fold

_SORT = "sort by code point: LC_ALL=C sort -u"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `did you mean "x"?` for the nearest known name, or an empty text."""
    import difflib  # noqa: PLC0415

    near = difflib.get_close_matches(name, list(known), n=1)
    return f'did you mean "{near[0]}"?' if near else ""


def is_reference(entry: str) -> bool:
    """Say whether an entry of a rule names a list (`@name`, `-@name`) and is no word itself."""
    return entry.startswith(("@", "-@"))


def reference_name(entry: str) -> str:
    """Return `name` of `@name` or `-@name`."""
    return entry.removeprefix("-").removeprefix("@")


@dataclass(frozen=True)
class _ListFile:
    path: Path
    rows: tuple[tuple[str, ...], ...]


@dataclass
class Lists:
    """The lists of one folder, by name.

    Parameters
    ----------
    folder : Path
        Holds `NAME.txt` files; may be missing, then there are no lists.
    base : Lists, optional
        Where a list is looked for that is not in the folder.
    """

    folder: Path
    base: Lists | None = None
    _files: dict[str, _ListFile] = field(default_factory=dict, repr=False)
    _digests: dict[str, str] = field(default_factory=dict, repr=False)
    _own: frozenset[str] | None = field(default=None, repr=False)

    @property
    def own(self) -> frozenset[str]:
        """Names of the lists of the folder, without reading them."""
        if self._own is None:
            self._own = frozenset(path.stem for path in self.folder.glob("*.txt"))
        return self._own

    @property
    def names(self) -> frozenset[str]:
        """Names of all lists, without reading them."""
        return self.own | self.base.names if self.base else self.own

    def words(self, name: str) -> tuple[str, ...]:
        """Return the entries of a word list, or the entries of norms without their numbers.

        Raises
        ------
        CatalogueError
            There is no such list, it is malformed, or it holds pairs.
        """
        file = self._file(name)
        if _is_pairs(file.rows):
            raise CatalogueError(f'list "{name}" holds pairs, not words', where=str(file.path))
        return tuple(row[0] for row in file.rows)

    def pairs(self, name: str) -> frozenset[tuple[str, str]]:
        """Return a pair list as pairs in both orders.

        Raises
        ------
        CatalogueError
            There is no such list, it is malformed, or it does not hold pairs.
        """
        file = self._file(name)
        if not _is_pairs(file.rows):
            raise CatalogueError(
                f'list "{name}" does not hold pairs',
                where=str(file.path),
                fix="divide the two entries of a line by one tab",
            )
        return frozenset(pair for row in file.rows for pair in ((row[0], row[1]), (row[1], row[0])))

    def norms(self, name: str) -> Mapping[str, float]:
        """Return norms: a number for each entry.

        Raises
        ------
        CatalogueError
            There is no such list, it is malformed, or it does not hold numbers.
        """
        file = self._file(name)
        try:
            return {row[0]: float(row[1]) for row in file.rows}
        except (IndexError, ValueError):
            raise CatalogueError(
                f'list "{name}" does not hold numbers',
                where=str(file.path),
                fix="write the entry, one tab, the number",
            ) from None

    def digest(self, name: str) -> str:
        """Return the SHA-256 of a list's entries, in hexadecimal, without checking them."""
        if self.base and name not in self.own and name in self.base.names:
            return self.base.digest(name)
        if name not in self._digests:
            self.require(name, where=str(self.folder))
            content = (self.folder / f"{name}.txt").read_bytes()
            entries = [line for line in content.splitlines() if not line.startswith(b"#")]
            self._digests[name] = hashlib.sha256(b"\n".join(entries)).hexdigest()
        return self._digests[name]

    def expand(self, entries: Iterable[str]) -> tuple[str, ...]:
        """Replace `@name` by the entries of that list and take away those of `-@name`.

        Parameters
        ----------
        entries : iterable of str
            Words and references to lists, mixed.

        Returns
        -------
        tuple of str
            In order of first mention, without repeats.
        """
        found: dict[str, None] = {}
        dropped: set[str] = set()
        for entry in entries:
            if entry.startswith("-@"):
                dropped.update(self.words(reference_name(entry)))
            elif entry.startswith("@"):
                found.update(dict.fromkeys(self.words(reference_name(entry))))
            else:
                found[entry] = None
        return tuple(word for word in found if word not in dropped)

    def check(self, name: str) -> None:
        """Read a list; raise `CatalogueError` when it is malformed."""
        self._file(name)

    def require(self, name: str, *, where: str) -> None:
        """Raise `CatalogueError` unless a list of that name exists; do not read it."""
        if name not in self.names:
            raise CatalogueError(
                f'unknown list "{name}"',
                where=where,
                fix=did_you_mean(name, self.names) or f"add lists/{name}.txt",
            )

    def _file(self, name: str) -> _ListFile:
        if self.base and name not in self.own and name in self.base.names:
            return self.base._file(name)
        if name not in self._files:
            self.require(name, where=str(self.folder))
            self._files[name] = read_list(self.folder / f"{name}.txt")
        return self._files[name]


def read_list(path: Path) -> _ListFile:
    """Read one list strictly.

    Raises
    ------
    CatalogueError
        No header comment; an entry that is empty, padded, not lower case or not folded; a line
        out of order or repeated; lines of different numbers of columns.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or not lines[0].startswith("#"):
        raise CatalogueError(
            "a list begins with a comment",
            where=f"{path}:1",
            fix='write "# what it is, source, licence" on the first line',
        )
    first = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    entries = lines[first:]
    if not entries:
        raise CatalogueError("the list is empty", where=str(path))
    for number, line in enumerate(entries, first + 1):
        _check_line(line, f"{path}:{number}")
    _check_order(entries, first, path)
    rows = tuple(tuple(line.split("\t")) for line in entries)
    _check_columns(rows, first, path)
    return _ListFile(path, rows)


def _check_line(line: str, where: str) -> None:
    if not line or any(not part or part != part.strip() for part in line.split("\t")):
        raise CatalogueError("an empty or padded entry", where=where)
    if line != line.lower():
        raise CatalogueError(f'"{line}" is not lower case', where=where)
    if line.replace("\t", " ") != fold(line):
        raise CatalogueError(
            f'"{line}" is not folded',
            where=where,
            fix="write quotes straight and dashes longer than a hyphen as an em dash",
        )


def _check_order(entries: list[str], first: int, path: Path) -> None:
    for number, (before, after) in enumerate(pairwise(entries), first + 2):
        if before == after:
            raise CatalogueError(f'"{after}" stands twice', where=f"{path}:{number}", fix=_SORT)
        if before > after:
            raise CatalogueError(
                f'"{after}" belongs before "{before}"', where=f"{path}:{number}", fix=_SORT
            )


def _check_columns(rows: tuple[tuple[str, ...], ...], first: int, path: Path) -> None:
    for number, row in enumerate(rows, first + 1):
        if len(row) != len(rows[0]) or len(row) > 2:
            raise CatalogueError(
                f"{len(row)} columns where the first line has {len(rows[0])}",
                where=f"{path}:{number}",
            )


def _is_pairs(rows: tuple[tuple[str, ...], ...]) -> bool:
    if len(rows[0]) != 2:
        return False
    try:
        float(rows[0][1])
    except ValueError:
        return True
    return False
