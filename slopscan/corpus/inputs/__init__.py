"""From names on the command line to rows, whatever the format.

To add a format, write a module with `records(opened) -> Iterator[Record]` and add it to
`READERS` and its suffixes to `_SUFFIXES`; modules are imported when first needed.
"""

from __future__ import annotations

import glob
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

from slopscan.corpus.inputs.base import STDIN, InputFile, Opened, Position, Reading
from slopscan.corpus.inputs.hfdataset import dataset_files
from slopscan.corpus.remote import is_uri, listed
from slopscan.corpus.rows import Record, Row, fault, row_of
from slopscan.errors import InputError, UsageError
from slopscan.readers import KNOWN_SUFFIXES, SUFFIXES, is_archive, media_type, read_bytes

__all__ = ["FORMATS", "InputFile", "Position", "Reading", "find_inputs", "read_inputs"]

READERS: Final = {
    "jsonl": "slopscan.corpus.inputs.jsonl",
    "csv": "slopscan.corpus.inputs.delimited",
    "tsv": "slopscan.corpus.inputs.delimited",
    "parquet": "slopscan.corpus.inputs.parquet",
    "arrow": "slopscan.corpus.inputs.arrow",
}
FORMATS: Final = (*READERS, "text")
_SUFFIXES: Final = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".ipc": "arrow",
}
_PACKED: Final = (".gz", ".zst")
_MOST_BYTES: Final = 1 << 28  # of an archive
_SKIPPED: Final = frozenset({"node_modules", "__pycache__", "site-packages"})


def find_inputs(names: Sequence[str], input_format: str | None = None) -> list[InputFile]:
    """Resolve files, folders, globs and `-` to input files, in order, none twice.

    Parameters
    ----------
    names : sequence of str
        A folder stands for the data and text files below it, sorted, or for the shards of a
        saved Hugging Face dataset.
    input_format : str, optional
        One of `FORMATS`, for names whose suffix does not tell.

    Raises
    ------
    UsageError
        A name matches nothing, or its format cannot be told.
    """
    found: dict[str, InputFile] = {}
    for name in names:
        for file in _resolve(name, input_format):
            found.setdefault(file.name, file)
    if not found:
        raise UsageError("nothing to score", fix="give files, folders, or - for standard input")
    return list(found.values())


def _resolve(name: str, input_format: str | None) -> Iterator[InputFile]:
    if name == STDIN:
        yield InputFile(STDIN, input_format or "jsonl")
        return
    if is_uri(name):
        for found in listed(name):
            if kind := input_format or _format_of(found, strict=found == name):
                yield InputFile(found, kind)
        return
    path = Path(name)
    if path.is_dir():
        files = list(_below(path, input_format))
        if not files:
            raise UsageError("no data or text file in this folder", where=name)
        yield from files
    elif path.exists():
        yield InputFile(name, input_format or _format_of(name, strict=True))
    elif any(char in name for char in "*?["):
        matches = sorted(glob.glob(name, recursive=True))  # noqa: PTH207
        if not matches:
            raise UsageError("no file matches this pattern", where=name)
        for match in matches:
            yield from _resolve(match, input_format)
    else:
        raise UsageError("no such file or folder", where=name, fix="check the path")


def _below(folder: Path, input_format: str | None) -> Iterator[InputFile]:
    shards = dataset_files(folder)
    if shards is not None:
        yield from (InputFile(str(shard), "arrow") for shard in shards)
        return
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name in _SKIPPED:
            continue
        if path.is_dir():
            yield from _below(path, input_format)
        elif kind := input_format or _format_of(path.name):
            yield InputFile(str(path), kind)


def _format_of(name: str, *, strict: bool = False) -> str:
    path = Path(name.lower())
    suffix = Path(path.stem).suffix if path.suffix in _PACKED else path.suffix
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    if suffix in (KNOWN_SUFFIXES if strict else SUFFIXES) or suffix == ".text":
        return "text"
    if not strict:
        return ""
    fix = f"name its format with --input-format ({', '.join(FORMATS)})"
    if suffix == ".json":
        fix = "turn an array of objects into lines with `jq -c '.[]'`, or " + fix
    raise UsageError(f'cannot tell the format from "{path.name}"', where=name, fix=fix)


def read_inputs(
    files: Sequence[InputFile], reading: Reading, position: Position | None = None
) -> Iterator[Row]:
    """Yield the rows of all inputs in order.

    A file that cannot be read on gives one row with an error, after the rows read so far, and
    the next file follows.

    Parameters
    ----------
    files : sequence of InputFile
    reading : Reading
    position : Position, optional
        Told how far the reading has come.

    Raises
    ------
    UsageError
        A package that the format needs is not installed.
    """
    place = position if position is not None else Position()
    place.total = None if any(f.name == STDIN for f in files) else sum(f.size for f in files)
    for file in files:
        opened = Opened(file, reading, place)
        if file.format == "text":
            yield _text_row(opened)
        else:
            yield from _table_rows(opened, several=len(files) > 1)
        place.finish(file.size)


def read_part(
    file: InputFile, reading: Reading, groups: tuple[int, int] | None, *, several: bool
) -> Iterator[Row]:
    """Yield the rows of one file, or of some row groups of it, as `read_inputs` would."""
    opened = Opened(file, reading, Position(), groups)
    return (
        iter([_text_row(opened)]) if file.format == "text" else _table_rows(opened, several=several)
    )


def _table_rows(opened: Opened, *, several: bool) -> Iterator[Row]:
    file, options = opened.file, opened.reading.rows
    module = import_module(READERS[file.format])
    number = 0
    try:
        records: Iterator[Record] = module.records(opened)
        for record in records:
            number = record.number
            yield row_of(record, file.name, options, several=several)
    except (InputError, OSError, EOFError) as error:
        what = error.what if isinstance(error, InputError) else str(error) or "ends early"
        failure = Record(number + 1, None, f"the file cannot be read from here on: {what}")
        yield row_of(failure, file.name, options, several=several)


def _text_row(opened: Opened) -> Row:
    file, options = opened.file, opened.reading.rows
    keep = dict.fromkeys(options.keep)
    name = file.name.removesuffix(".gz").removesuffix(".zst")
    archived = is_archive(name)
    try:
        # An archive holds pictures too, and its text is at its end as well as at its beginning.
        data = opened.stream().read(_MOST_BYTES if archived else 4 * options.max_chars + 5)
        encoding = None if archived else opened.reading.encoding
        text = data.decode(encoding) if encoding else read_bytes(data, name).text
    except InputError as error:
        return Row(file.name, None, f"{file.name}: {error.what}", keep)
    except (OSError, EOFError, UnicodeError) as error:
        return Row(file.name, None, f"{file.name}: cannot be read: {error}", keep)
    problem = fault(text, options.max_chars)
    if problem:
        return Row(file.name, None, f"{file.name}: {problem}", keep)
    return Row(file.name, text, None, keep, media_type(name))
