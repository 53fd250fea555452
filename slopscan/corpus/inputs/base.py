"""Input files: opened, unpacked, decoded line by line, with the place reached."""

from __future__ import annotations

import codecs
import gzip
import io
import os
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from slopscan.corpus.extra import needed
from slopscan.corpus.remote import file_system, is_uri, size
from slopscan.corpus.rows import RowOptions
from slopscan.errors import InputError, UsageError

STDIN: Final = "-"
_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_PEEK: Final = 4096


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file and the format it is read as."""

    name: str
    format: str

    @property
    def size(self) -> int:
        """Bytes on disk; 0 for standard input."""
        if self.name == STDIN:
            return 0
        return size(self.name) if is_uri(self.name) else Path(self.name).stat().st_size

    def open(self) -> BinaryIO:
        """Open for reading, wherever it is."""
        if not is_uri(self.name):
            return Path(self.name).open("rb")
        system, path = file_system(self.name)
        return cast(BinaryIO, io.BufferedReader(system.open_input_file(path), 1 << 20))


@dataclass(frozen=True, slots=True)
class Reading:
    """How inputs are read.

    Attributes
    ----------
    rows : RowOptions
    encoding : str or None
        Of text formats; None takes a byte-order mark's, otherwise UTF-8.
    """

    rows: RowOptions = field(default_factory=RowOptions)
    encoding: str | None = None

    def __post_init__(self) -> None:
        if self.encoding is not None:
            try:
                codecs.lookup(self.encoding)
            except LookupError as error:
                raise UsageError(
                    f'unknown encoding "{self.encoding}"', fix="for instance: cp1252, latin-1"
                ) from error


class Position:
    """How far the reading of all inputs has come, in bytes on disk."""

    def __init__(self) -> None:
        self.total: int | None = None
        self._finished = 0
        self._here: Callable[[], int] = lambda: 0

    @property
    def done(self) -> int:
        """Bytes read so far."""
        return self._finished + self._here()

    @property
    def fraction(self) -> float | None:
        """Share read so far, 0 to 1; None when the whole is not known."""
        return min(self.done / self.total, 1.0) if self.total else None

    def follow(self, here: Callable[[], int]) -> None:
        """Ask `here` for the bytes read of the current file."""
        self._here = here

    def finish(self, size: int) -> None:
        """Count the current file as read."""
        self._finished += size
        self._here = lambda: 0


@dataclass(frozen=True, slots=True)
class Opened:
    """An input file about to be read; `groups` are the row groups of Parquet to read."""

    file: InputFile
    reading: Reading
    position: Position
    groups: tuple[int, int] | None = None

    def raw(self) -> BinaryIO:
        """Open the file as it is on disk; `UsageError` when standard input is a terminal."""
        if self.file.name == STDIN:
            if sys.stdin.isatty():
                raise UsageError("standard input is a terminal", fix="pipe rows in: ... | slopscan")
            return sys.stdin.buffer
        stream = self.file.open()
        if is_uri(self.file.name):
            self.position.follow(lambda: 0 if stream.closed else stream.tell())
        else:
            self.position.follow(lambda: 0 if stream.closed else os.lseek(stream.fileno(), 0, 1))
        return stream

    def stream(self) -> io.BufferedReader:
        """Open and unpack: gzip and Zstandard are known by their first bytes."""
        raw = self.raw()
        peekable = cast(io.BufferedReader, raw)
        head = peekable.peek(_PEEK)[:4]
        if head.startswith(_GZIP):
            return _Checked(gzip.GzipFile(fileobj=peekable, mode="rb"))
        if head == _ZSTD:
            return _Checked(_Zstandard(peekable))
        return peekable

    def encoding_of(self, stream: io.BufferedReader) -> str:
        """Return the encoding: as told, else by the byte-order mark, else UTF-8."""
        if self.reading.encoding:
            return self.reading.encoding
        head = stream.peek(_PEEK)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        return "utf-8-sig"


class _Unpacked(io.RawIOBase):
    """A decompressor as a raw stream whose damage is an `InputError`."""

    def __init__(self, source: object) -> None:
        self._source = cast(io.BufferedReader, source)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        try:
            # Not read: it would drop what it has when the next piece turns out to be damaged.
            data = self._source.read1(len(view))
        except EOFError as error:
            raise InputError("the compressed data end early") from error
        except (OSError, zlib.error) as error:
            raise InputError(f"the compressed data are damaged ({error})") from error
        except Exception as error:
            # zstandard's own error class cannot be named without importing it.
            if type(error).__name__ != "ZstdError":
                raise
            raise InputError(f"the compressed data are damaged ({error})") from error
        view[: len(data)] = data
        return len(data)


class _Zstandard:
    """Reads frame after frame; the library's own reader takes a cut file for a whole one."""

    def __init__(self, packed: io.BufferedReader) -> None:
        zstandard = needed("zstandard", "to read .zst files")
        self._packed = packed
        self._new = zstandard.ZstdDecompressor().decompressobj
        self._frame: Any = None
        self._ready = b""
        self._rest = b""

    def read1(self, size: int) -> bytes:
        """Return up to `size` bytes, none at the end."""
        while not self._ready:
            data = self._rest or self._packed.read(1 << 16)
            if not data:
                if self._frame is not None:
                    raise EOFError
                return b""
            self._frame = self._frame or self._new()
            self._ready, self._rest = self._frame.decompress(data), b""
            if self._frame.eof:
                self._rest, self._frame = self._frame.unused_data, None
        data, self._ready = self._ready[:size], self._ready[size:]
        return data


class _Checked(io.BufferedReader):
    def __init__(self, source: object) -> None:
        super().__init__(_Unpacked(source), 1 << 16)


def lines(opened: Opened) -> Iterator[tuple[int, str | None, str | None]]:
    """Yield number, text and error of each line; exactly one of the last two is None.

    A line of more bytes than the longest text could need is passed over, not held in memory.
    """
    stream = opened.stream()
    encoding = opened.encoding_of(stream)
    if encoding == "utf-8-sig":
        # Escapes can make six bytes of one character of a text; other fields need room too.
        yield from _utf8_lines(stream, 6 * opened.reading.rows.max_chars + (1 << 20))
        return
    try:
        for number, line in enumerate(io.TextIOWrapper(stream, encoding, newline="\n"), start=1):
            yield number, line, None
    except UnicodeError as error:
        raise InputError(f"not {encoding}: {error}") from error


def _utf8_lines(
    stream: io.BufferedReader, limit: int
) -> Iterator[tuple[int, str | None, str | None]]:
    number = 0
    while line := stream.readline(limit + 1):
        number += 1
        if len(line) > limit:
            while line and not line.endswith(b"\n"):
                line = stream.readline(limit)
            yield number, None, f"a line of more than {limit:,} bytes; raise --max-chars"
            continue
        try:
            yield number, line.decode("utf-8-sig" if number == 1 else "utf-8"), None
        except UnicodeDecodeError as error:
            byte = line[error.start]
            yield (
                number,
                None,
                f"not UTF-8 (byte 0x{byte:02x}); if the file has another encoding, "
                "name it with --encoding",
            )
