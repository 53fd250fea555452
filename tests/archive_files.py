"""Small office files and e-books, written by hand for tests."""

from __future__ import annotations

import io
import zipfile

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STYLES = {"Titre1": "heading 1", "Zitat": "Quote", "Pre": "HTML Preformatted", "Vc": "HTML Code"}
_NAMES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
}


def archive(members: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in members.items():
            packed.writestr(name, text)
    return stream.getvalue()


def w_p(text: str, style: str = "", more: str = "") -> str:
    """A paragraph of Word; `text` may hold runs of its own."""
    runs = text if text.startswith("<w:") else w_r(text)
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{properties}{more}</w:pPr>{runs}</w:p>"


def w_r(text: str, style: str = "") -> str:
    properties = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


def docx(body: str, footnote: str = "", comment: str = "") -> bytes:
    def part(name: str, inner: str) -> str:
        return f'<?xml version="1.0"?><w:{name} xmlns:w="{_W}">{inner}</w:{name}>'

    styles = "".join(
        f'<w:style w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
        for key, name in _STYLES.items()
    )
    return archive(
        {
            "word/document.xml": part("document", f"<w:body>{body}</w:body>"),
            "word/styles.xml": part("styles", styles),
            "word/footnotes.xml": part("footnotes", f"<w:footnote>{footnote}</w:footnote>"),
            "word/comments.xml": part("comments", f'<w:comment w:id="1">{comment}</w:comment>'),
        }
    )


def odt(body: str) -> bytes:
    names = " ".join(f'xmlns:{key}="{value}"' for key, value in _NAMES.items())
    styles = (
        '<style:style style:name="P1" style:parent-style-name="Quotations"/>'
        '<style:style style:name="P2" style:parent-style-name="Preformatted_20_Text"/>'
    )
    content = (
        f"<office:document-content {names}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>"
    )
    return archive({"content.xml": content})


def epub(*chapters: str) -> bytes:
    items = "".join(
        f'<item id="c{i}" href="c%20{i}.xhtml" media-type="application/xhtml+xml"/>'
        for i in range(len(chapters))
    )
    order = "".join(f'<itemref idref="c{i}"/>' for i in range(len(chapters)))
    head = '<?xml version="1.0"?><!DOCTYPE html><html><head><title>x</title></head><body>'
    return archive(
        {
            "META-INF/container.xml": (
                "<container><rootfiles><rootfile full-path='OPS/book.opf'/></rootfiles></container>"
            ),
            "OPS/book.opf": (
                f"<package><manifest>{items}</manifest><spine>{order}</spine></package>"
            ),
            **{
                f"OPS/c {i}.xhtml": f"{head}{chapter}</body></html>"
                for i, chapter in enumerate(chapters)
            },
        }
    )
