"""slopscan names, measures and shows the tics of model-written prose.

>>> import slopscan
>>> report = slopscan.scan_text("It is not just a tool, but a way of thinking.")

Importing the package imports no rule, no spaCy and no numpy; the first scan does.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable
    from typing import Any

    from slopscan.corpus.batch import score_batch
    from slopscan.report import FileReport
    from slopscan.scan import Scanner

__version__ = "0.1.0"
__all__ = ["__version__", "scan_file", "scan_text", "score_batch"]


def __getattr__(name: str) -> Any:
    if name == "score_batch":
        from slopscan.corpus.batch import score_batch  # noqa: PLC0415

        return score_batch
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def scan_text(
    text: str,
    *,
    name: str = "<text>",
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    preview: bool = False,
    parse: bool = True,
    model: str | os.PathLike[str] | None = None,
) -> FileReport:
    """Scan a text.

    Parameters
    ----------
    text : str
        Markdown or plain prose.
    name : str
        What the report calls it; its ending chooses the reader, Markdown by default.
    select, ignore : iterable of str
        Rules, families, statuses or `all`.
    preview : bool
        Also run preview rules.
    parse : bool
        False runs the rules on strings alone: fast, and without a probability.
    model : path, optional
        Folder of the model that gives the probability, as `slopscan train` writes it.

    Returns
    -------
    FileReport
        Findings in order of the text, and a verdict.

    Raises
    ------
    UsageError
        A name in `select` or `ignore` is unknown.
    ArtefactError
        The model cannot be used: altered, of another version or trained with another parser.
    """
    from slopscan.document import Source  # noqa: PLC0415
    from slopscan.readers import media_type  # noqa: PLC0415

    source = Source(name, text, media_type=media_type(name))
    return _scanner(tuple(select), tuple(ignore), preview, parse, _given(model)).scan(source)


def scan_file(
    path: str | os.PathLike[str],
    *,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    preview: bool = False,
    parse: bool = True,
    model: str | os.PathLike[str] | None = None,
) -> FileReport:
    """Scan a file; parameters as in `scan_text`.

    Raises
    ------
    InputError
        The file cannot be read as text.
    OSError
        The file cannot be opened.
    """
    from pathlib import Path  # noqa: PLC0415

    from slopscan.readers import read_path  # noqa: PLC0415

    source = read_path(Path(path))
    return _scanner(tuple(select), tuple(ignore), preview, parse, _given(model)).scan(source)


def _given(model: str | os.PathLike[str] | None) -> str | None:
    import os  # noqa: PLC0415

    return None if model is None else os.path.abspath(model)  # noqa: PTH100


@lru_cache(maxsize=4)
def _scanner(
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    preview: bool,
    parse: bool,
    model: str | None = None,
) -> Scanner:
    from pathlib import Path  # noqa: PLC0415

    from slopscan.catalogue.load import Selection  # noqa: PLC0415
    from slopscan.scan import Scanner, Settings  # noqa: PLC0415

    selection = Selection(select, ignore, preview=preview)
    return Scanner(Settings(selection, parse=parse, model=Path(model) if model else None))
