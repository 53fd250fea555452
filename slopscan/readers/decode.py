"""Bytes to text, changing nothing, or a message that names the byte at fault."""

from __future__ import annotations

import codecs
import re

from slopscan.errors import InputError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be"),
)
_SIGNATURES = (
    (b"%PDF-", "a PDF", "extract its text first, for instance with `pdftotext`"),
    (b"PK\x03\x04", "a zip or office file", "convert it first, for instance with `pandoc -t gfm`"),
    (b"\x89PNG", "a PNG image", "leave it out"),
    (b"\xff\xd8\xff", "a JPEG image", "leave it out"),
    (b"\x1f\x8b", "gzip data", "unpack it first with `gunzip`"),
)
_LINE_END = re.compile(rb"\r\n|\n|\r")


def decode(data: bytes, name: str) -> tuple[str, str]:
    """Decode text, keeping line ends and the byte-order mark (U+FEFF at offset 0).

    Parameters
    ----------
    data : bytes
    name : str
        File name, for messages.

    Returns
    -------
    text, encoding : str
        Encoding is `utf-8`, `utf-8-sig`, `utf-16-le` or `utf-16-be`.

    Raises
    ------
    InputError
        With the first byte at fault, its offset (bytes, from 0) and line (from 1).
    """
    for signature, what, fix in _SIGNATURES:
        if data.startswith(signature):
            raise InputError(f"is {what}, not text", where=name, fix=fix)
    for mark, codec, encoding in _MARKS:
        if data.startswith(mark):
            return _decode(data, codec, name), encoding
    nul = data.find(b"\0")
    if nul >= 0:
        raise InputError(
            f"is binary data, not text: NUL byte at offset {nul}",
            where=name,
            fix="leave it out; if it is UTF-16, save it with a byte-order mark or as UTF-8",
        )
    return _decode(data, "utf-8", name), "utf-8"


def _decode(data: bytes, codec: str, name: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        line = 1 + sum(1 for _ in _LINE_END.finditer(data, 0, error.start))
        label = codec.upper().replace("-LE", "").replace("-BE", "")
        fix = "convert it, for instance with `iconv -f latin1 -t utf-8`" if codec == "utf-8" else ""
        raise InputError(
            f"is not {label}: byte 0x{data[error.start]:02x} at offset {error.start}, line {line}",
            where=name,
            fix=fix or "save it again as UTF-8",
        ) from error
