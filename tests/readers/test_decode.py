"""Reading bytes: nothing is changed, and failures say which byte and what to do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from slopscan.errors import InputError
from slopscan.readers import parse, read_bytes, read_path


def test_keeps_line_ends_and_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"\xef\xbb\xbfa\r\nb\rc\n")
    source = read_path(path)
    assert source.text == "\ufeffa\r\nb\rc\n"
    assert source.encoding == "utf-8-sig"
    assert source.name == str(path)
    assert parse(source).prose == "a b c"


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_reads_utf_16_with_a_mark(codec: str) -> None:
    source = read_bytes("\ufeffcaf\u00e9 \U0001f600".encode(codec), "a.txt")
    assert source.text == "\ufeffcaf\u00e9 \U0001f600"
    assert source.encoding == codec
    assert source.media_type == "text/plain"


def test_empty_file_is_an_empty_document() -> None:
    document = parse(read_bytes(b"", "<stdin>"))
    assert (document.prose, document.blocks, document.offsets.pieces) == ("", (), ())


@pytest.mark.parametrize(
    ("data", "what", "fix"),
    [
        (b"a\nb\r\ncaf\xe9 x", "is not UTF-8: byte 0xe9 at offset 8, line 3", "iconv -f latin1"),
        (b"abc\0def", "is binary data, not text: NUL byte at offset 3", "UTF-16"),
        (b"\xff\xfea\0\x00\xd8", "is not UTF-16: byte 0x00 at offset 4, line 1", "UTF-8"),
        (b"%PDF-1.7\n", "is a PDF, not text", "pdftotext"),
        (b"PK\x03\x04abc", "is a zip or office file, not text", "pandoc"),
    ],
)
def test_says_what_is_wrong(data: bytes, what: str, fix: str) -> None:
    with pytest.raises(InputError) as caught:
        read_bytes(data, "a.md")
    assert caught.value.what == what
    assert caught.value.where == "a.md"
    assert fix in caught.value.fix


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_path(tmp_path / "absent.md")
    with pytest.raises(InputError, match="is a folder"):
        read_path(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        read_path("a\0b.md")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="everything is permitted to root"
)
def test_forbidden_file(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("a")
    path.chmod(0)
    with pytest.raises(InputError, match="may not be read"):
        read_path(path)
