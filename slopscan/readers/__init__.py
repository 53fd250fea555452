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

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ODT = "application/vnd.oasis.opendocument.text"
_EPUB = "application/epub+zip"
_READERS = {
    "text/markdown": "slopscan.readers.markdown",
    "text/mdx": "slopscan.readers.markdown",
    "text/plain": "slopscan.readers.plain",
    "text/html": "slopscan.readers.webpage",
    "text/x-org": "slopscan.readers.org",
    "text/asciidoc": "slopscan.readers.asciidoc",
    "text/x-tex": "slopscan.readers.tex",
    "text/x-rst": "slopscan.readers.rst",
    "application/x-ipynb+json": "slopscan.readers.notebook",
    "text/x-python": "slopscan.readers.python",
    _DOCX: "slopscan.readers.outline",
    _ODT: "slopscan.readers.outline",
    _EPUB: "slopscan.readers.outline",
}
# Archives: their text is extracted first, by `extract(data, name) -> Outline`.
_EXTRACTORS = {
    _DOCX: "slopscan.readers.docx",
    _ODT: "slopscan.readers.odt",
    _EPUB: "slopscan.readers.epub",
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
    ".org": "text/x-org",
    ".adoc": "text/asciidoc",
    ".asciidoc": "text/asciidoc",
    ".tex": "text/x-tex",
    ".rst": "text/x-rst",
    ".ipynb": "application/x-ipynb+json",
    ".py": "text/x-python",
    ".pyi": "text/x-python",
    ".docx": _DOCX,
    ".odt": _ODT,
    ".epub": _EPUB,
}
# Read when they are named, but not looked for in folders.
_NAMED_ONLY = frozenset({".text", ".py", ".pyi"})
KNOWN_SUFFIXES = tuple(_MEDIA_TYPES)
SUFFIXES = tuple(suffix for suffix in _MEDIA_TYPES if suffix not in _NAMED_ONLY)
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
        When the bytes are not text in UTF-8, or in UTF-16 with a byte-order mark, or are a
        broken archive.
    """
    kind = media_type(name)
    if kind in _EXTRACTORS:
        outline = import_module(_EXTRACTORS[kind]).extract(data, name)
        return Source(name, outline.text(), media_type=kind, places=outline.places)
    try:
        text, encoding = decode(data, name)
    except InputError as error:
        suffix = PurePath(name).suffix.lower()
        if not suffix or suffix in _MEDIA_TYPES:
            raise
        readable = f"slopscan reads {' '.join(_MEDIA_TYPES)}"
        raise InputError(error.what, where=error.where, fix=f"{error.fix}; {readable}") from error
    return Source(name=name, text=text, encoding=encoding, media_type=kind)


def media_type(name: str) -> str:
    """Tell the media type by the suffix; anything unknown is read as Markdown."""
    return _MEDIA_TYPES.get(PurePath(name).suffix.lower(), _UNKNOWN)


def is_archive(name: str) -> bool:
    """Tell by the suffix whether a file is an archive that its text is extracted from."""
    return media_type(name) in _EXTRACTORS


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
