"""Office files and e-books: what their text is, and what is refused."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from archive_files import archive, docx, epub, odt, w_p, w_r

from slopscan.errors import InputError
from slopscan.readers import archives, parse, read_bytes

_LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'


def text(data: bytes, name: str) -> str:
    return read_bytes(data, name).text


def test_one_paragraph_a_line() -> None:
    body = w_p("A title", "Titre1") + w_p("Words.") + w_p("") + w_p("Theirs.", "Zitat")
    assert text(docx(body + w_p("x = 1", "Pre"), w_p("A note.")), "a.docx") == (
        "# A title\nWords.\n> Theirs.\n\tx = 1\n^ A note.\n"
    )
    assert [
        (block.kind.value, block.depth) for block in parse(read_bytes(docx(body), "a.docx")).blocks
    ] == [("heading", 1), ("paragraph", 0), ("block_quote", 1)]


def test_a_part_of_a_book_is_named() -> None:
    book = epub("<h2>One</h2><p>Words <code>x</code>.</p>", "<ul><li>Two</li></ul>")
    assert text(book, "a.epub") == (
        "<!-- OPS/c 0.xhtml -->\n## One\nWords `code`.\n<!-- OPS/c 1.xhtml -->\n- Two\n"
    )


def test_comments_to_slopscan_stay() -> None:
    word = docx(
        w_p(w_r("Words.") + '<w:r><w:commentReference w:id="1"/></w:r>'),
        comment=w_p("slopscan: ignore house style"),
    )
    assert text(word, "a.docx") == "Words. <!-- slopscan: ignore house style -->\n"
    note = "<office:annotation><text:p>slopscan: ignore</text:p></office:annotation>"
    assert text(odt(f"<text:p>Words.{note}</text:p>"), "a.odt") == (
        "Words. <!-- slopscan: ignore -->\n"
    )
    book = epub("<p>Words.</p><!-- slopscan: off --><p>More.</p>")
    assert text(book, "a.epub").endswith("Words.\n<!-- slopscan: off -->\nMore.\n")


@pytest.mark.parametrize("suffix", ["docx", "odt", "epub"])
@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "broken archive"),
        (b"PK\x03\x04rest", "broken archive"),
        (b"plain words", "broken archive"),
        (docx(w_p("Words."))[:-40], "broken archive"),
        (archive({"x": "y"}), "inside"),
        ({"word/document.xml", "content.xml", "META-INF/container.xml"}, "no XML"),
    ],
)
def test_broken_archives_are_refused(suffix: str, data: bytes | set[str], what: str) -> None:
    made = archive(dict.fromkeys(data, "<x>")) if isinstance(data, set) else data
    with pytest.raises(InputError, match=what):
        text(made, f"a.{suffix}")


@pytest.mark.parametrize(
    ("suffix", "member"),
    [("docx", "word/document.xml"), ("odt", "content.xml"), ("epub", "META-INF/container.xml")],
)
def test_entities_and_bombs_are_refused(
    suffix: str, member: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match="declares a document type"):
        text(archive({member: _LAUGHS}), f"a.{suffix}")
    with pytest.raises(InputError, match="nested too deep"):
        text(archive({member: "<x>" * 300 + "</x>" * 300}), f"a.{suffix}")
    monkeypatch.setattr(archives, "MAX_PART", 1 << 20)
    with pytest.raises(InputError, match="unpacks to more than 1 MiB"):
        text(archive({member: "<x>" + " " * (2 << 20) + "</x>"}), f"a.{suffix}")


def test_a_lie_about_the_size_does_not_help() -> None:
    data = bytearray(archive({"content.xml": "<x>" + "y" * 9000 + "</x>"}))
    with zipfile.ZipFile(BytesIO(bytes(data))) as packed:
        size = packed.getinfo("content.xml").file_size.to_bytes(4, "little")
    lied = bytes(data).replace(size, (10).to_bytes(4, "little"))
    with pytest.raises(InputError):
        text(lied, "a.odt")


TIC = "It is not just a tool, but a way of thinking."


def places(data: bytes, name: str) -> list[str]:
    from slopscan.catalogue.load import Selection
    from slopscan.scan import Scanner, Settings

    scanner = Scanner(Settings(Selection(("negative-parallelism",)), parse=False))
    source = read_bytes(data, name)
    assert len(source.places) == source.text.count("\n")
    return [str(found.place) for found in scanner.scan(source).findings]


def test_findings_say_where_in_the_file_they_stand() -> None:
    runs = w_r("So ") + w_r("it", "Emphasis") + w_r(" is not ") + w_r("just a tool, but a way.")
    word = docx(
        w_p("A title", "Titre1") + w_p("") + w_p(TIC) + w_p(runs) + f"<w:tbl>{w_p(TIC)}</w:tbl>",
        w_p(TIC),
    )
    assert places(word, "a.docx") == [
        "word/document.xml: paragraph 3, run 1",
        "word/document.xml: paragraph 4, run 3",
        "word/document.xml: paragraph 5, run 1",
        "word/footnotes.xml: paragraph 1, run 1",
    ]
    span = '<text:span text:style-name="T1">is not just</text:span>'
    text = f"<text:p/><text:h>A title</text:h><text:p>It {span} a tool, but a way.</text:p>"
    assert places(odt(text), "a.odt") == ["content.xml: paragraph 3, run 2"]
    book = epub("<h2>One</h2><p>Words.</p>", f"<p>More.</p><p><b>Now.</b> {TIC}</p>")
    assert places(book, "a.epub") == ["OPS/c 1.xhtml: paragraph 2"]
