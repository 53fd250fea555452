"""Labelled texts from a folder of JSON lines: the shared corpora, or a reader's own.

One JSON object a line, in files that end in .jsonl or .jsonl.gz; the file's name is the source.
Needed are `text` and `label` (`human`, `ai`, or `mixed`, which is never trained on); used where
they are there: `id`, `source`, `genre`, `generator`, `family`, `date`, `native`, `prompt_id`,
`author` and `split` (`train`, `dev` or `test`). A row without a split gets one by its prompt,
author or id, so that texts on one prompt or by one author stay together: 80, 10 and 10 in 100.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from slopscan.errors import InputError

LABELS: Final = ("human", "ai", "mixed")
SPLITS: Final = ("train", "dev", "test")
# Too small, or of no use for two classes: shown, never trained on.
LEFT_OUT: Final = frozenset({"mixed_edited"})
NO_GENRE: Final = "other"
_ENDINGS: Final = (".jsonl", ".jsonl.gz")

Tell = Callable[[str], None]


def corpus_files(folder: Path) -> dict[str, Path]:
    """Return the files of a folder of corpora by the name of their source, in order.

    Raises
    ------
    InputError
        There is no such folder, or no file of JSON lines in it.
    """
    found = {
        path.name[: -len(ending)]: path
        for ending in _ENDINGS
        for path in sorted(folder.glob(f"*{ending}"))
    }
    if not found:
        what = "no corpus there" if folder.is_dir() else "no such folder"
        raise InputError(what, where=str(folder), fix="give a folder of .jsonl or .jsonl.gz files")
    return dict(sorted(found.items()))


def read_rows(
    folder: Path, corpora: Iterable[str] | None = None, *, tell: Tell | None = None
) -> Iterator[dict[str, Any]]:
    """Yield rows with the name of their file as `corpus` and all that may be missing filled in.

    Parameters
    ----------
    folder : Path
    corpora : iterable of str, optional
        Names of files, without their endings; all but `LEFT_OUT` by default.
    tell : callable, optional
        Gets a line about each row that cannot be used, and about a file that breaks off; such
        rows are left out. Without it the first of them is an error.

    Raises
    ------
    InputError
        As `corpus_files`; or a row cannot be used and `tell` is not given.
    """
    wanted = None if corpora is None else set(corpora)
    for name, path in corpus_files(folder).items():
        if name in LEFT_OUT if wanted is None else name not in wanted:
            continue
        yield from _rows_of(name, path, tell)


def _rows_of(name: str, path: Path, tell: Tell | None) -> Iterator[dict[str, Any]]:
    number = 0
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                try:
                    yield _row(json.loads(line), name, number)
                except (ValueError, RecursionError) as error:
                    _reject(f"{path}:{number}", str(error), tell)
    except (OSError, EOFError, zlib.error) as error:
        _reject(f"{path}:{number + 1}", f"cannot be read on ({error})", tell)


def _reject(where: str, what: str, tell: Tell | None) -> None:
    if tell is None:
        raise InputError(what, where=where, fix="mend the row or take it out")
    tell(f"{where}: left out: {what}")


def _row(values: Any, corpus: str, number: int) -> dict[str, Any]:
    if not isinstance(values, dict):
        raise ValueError("not a JSON object")
    if not isinstance(values.get("text"), str):
        raise ValueError('no "text"')
    if values.get("label") not in LABELS:
        raise ValueError(f'"label" is {values.get("label")!r}, not one of {", ".join(LABELS)}')
    name = str(values.get("id") or f"{corpus}-{number}")
    group = values.get("prompt_id") or values.get("author") or name
    split = values.get("split") or split_of(str(group))
    if split not in SPLITS:
        raise ValueError(f'"split" is {split!r}, not one of {", ".join(SPLITS)}')
    return {
        **values,
        "corpus": corpus,
        "id": name,
        "source": str(values.get("source") or corpus),
        "genre": str(values.get("genre") or NO_GENRE),
        "split": split,
    }


def split_of(group: str) -> str:
    """Return the split of a group of rows: 80 in 100 train, 10 dev, 10 test."""
    place = int.from_bytes(hashlib.sha256(group.encode()).digest()[:4], "big") % 10
    return {8: "dev", 9: "test"}.get(place, "train")
