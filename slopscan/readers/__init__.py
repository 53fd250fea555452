"""From bytes to a `Document`: decode, then one module per format.

To add a format, write one module with `parse(source) -> Document` and add one line to
`_READERS`; modules are imported when the first file of their kind is read.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path, PurePath

from slopscan.document import Document, Source
from slopscan.errors import InputError
from slopscan.readers.decode import decode

_READERS = {
    "text/markdown": "slopscan.readers.markdown",
    "text/mdx": "slopscan.readers.markdown",
    "text/plain": "slopscan.readers.plain",
    "text/html": "slopscan.readers.webpage",
}
_MEDIA_TYPES = {
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".mdx": "text/mdx",
    ".txt": "text/plain",
    ".text": "text/plain",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "text/html",
}
# What a folder is searched for; `.text`, Python and the like are read when they are named.
SUFFIXES = (".md", ".markdown", ".mdx", ".txt", ".html", ".htm", ".xhtml")
_UNKNOWN = "text/markdown"


def read_path(path: str | Path) -> Source:
    """Read a file.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Source
        Named by `path` as given; its media type follows from the suffix.

    Raises
    ------
    InputError
        When the file is missing, is a folder, may not be read, or is not text.
    """
    name = str(path)
    try:
        data = Path(path).read_bytes()
    except FileNotFoundError as error:
        raise InputError(
            "no such file", where=name, fix="check the spelling of the path"
        ) from error
    except IsADirectoryError as error:
        raise InputError("is a folder, not a file", where=name, fix="name files in it") from error
    except PermissionError as error:
        raise _unreadable(Path(path)) from error
    except (OSError, ValueError) as error:
        raise InputError(f"cannot be read: {error}", where=name, fix="check the path") from error
    return read_bytes(data, name)


def read_bytes(data: bytes, name: str) -> Source:
    """Decode the bytes of a file; `name` tells its format and appears in messages.

    Raises
    ------
    InputError
        When the bytes are not text in UTF-8, or in UTF-16 with a byte-order mark.
    """
    text, encoding = decode(data, name)
    return Source(name=name, text=text, encoding=encoding, media_type=media_type(name))


def media_type(name: str) -> str:
    """Tell the media type by the suffix; anything unknown is read as Markdown."""
    return _MEDIA_TYPES.get(PurePath(name).suffix.lower(), _UNKNOWN)


def parse(source: Source) -> Document:
    """Find the prose of a source, with its way back."""
    module = import_module(_READERS.get(source.media_type, _READERS[_UNKNOWN]))
    document: Document = module.parse(source)
    return document


def _unreadable(path: Path) -> InputError:
    # Windows reports a folder opened as a file as a lack of permission.
    if path.is_dir():
        return InputError("is a folder, not a file", where=str(path), fix="name files in it")
    return InputError(
        "may not be read", where=str(path), fix="give yourself permission, or leave the file out"
    )
