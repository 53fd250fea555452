"""Office files and e-books: zip archives of XML, read within bounds.

Sizes are counted while unpacking, whatever the archive claims; XML with a document type
declaration is refused, so no entity is ever expanded.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from slopscan.errors import InputError

_MIB: Final = 1 << 20
MAX_PART: Final = 48 * _MIB
_MAX_TOTAL: Final = 128 * _MIB
_MAX_MEMBERS: Final = 10_000
_MAX_DEPTH: Final = 200
_MAX_ELEMENTS: Final = 2_000_000
_SAVE_AGAIN: Final = "open it in the program that wrote it and save it again, or leave it out"


class Archive:
    """One archive; every failure is an `InputError` that names the file."""

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        self._left = _MAX_TOTAL
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self.names = frozenset(self._zip.namelist())
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise self.failure(f"is a broken archive: {error}") from error
        if len(self.names) > _MAX_MEMBERS:
            raise self.failure(f"holds more than {_MAX_MEMBERS:,} files", "leave it out")

    def failure(self, what: str, fix: str = _SAVE_AGAIN) -> InputError:
        """Make the error for something wrong with this file."""
        return InputError(what, where=self.name, fix=fix)

    def read(self, member: str) -> bytes:
        """Unpack one member.

        Raises
        ------
        InputError
            When it is missing, damaged, protected, or larger than the bounds.
        """
        limit = min(MAX_PART, self._left)
        try:
            with self._zip.open(member) as stream:
                data = stream.read(limit + 1)
        except KeyError as error:
            raise self.failure(f"has no {member} inside") from error
        except RuntimeError as error:
            raise self.failure("is protected by a password", "save it without one") from error
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise self.failure(f"is a broken archive: {member}: {error}") from error
        if len(data) > limit:
            size = f"{limit // _MIB} MiB"
            raise self.failure(f"is refused: {member} unpacks to more than {size}", "leave it out")
        self._left -= len(data)
        return data

    def xml(self, member: str) -> Element:
        """Unpack and parse one member; names of elements and attributes lose their namespace."""
        try:
            return _Tree(self, member).parse(self.read(member))
        except expat.ExpatError as error:
            raise self.failure(f"is damaged: {member} is no XML: {error}") from error


class _Tree:
    def __init__(self, archive: Archive, member: str) -> None:
        self._archive, self._member = archive, member
        self._builder = TreeBuilder()
        self._depth = self._elements = 0

    def parse(self, data: bytes) -> Element:
        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._builder.data
        parser.Parse(data, True)
        return self._builder.close()

    def _doctype(self, *_: object) -> None:
        raise self._archive.failure(
            f"is refused: {self._member} declares a document type, which could define entities",
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > _MAX_DEPTH or self._elements > _MAX_ELEMENTS:
            raise self._archive.failure(f"is refused: {self._member} is nested too deep or too big")
        self._builder.start(_local(name), {_local(key): v for key, v in attributes.items()})

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._builder.end(_local(name))


def _local(name: str) -> str:
    return name.rpartition("}")[2]
