"""Build the guide as a static site: `python docs/build_site.py [FOLDER]`, by default `site`.

Every page of `docs/` becomes one of HTML without script and without anything from elsewhere.
The lists of `index.md` are the navigation. A link that leads nowhere, an anchor that is not
there and a page no other page leads to end the build with exit code 1.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path, PurePosixPath
from posixpath import relpath
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

DOCS: Final = Path(__file__).resolve().parent
START: Final = "index.md"
# Lists the pages beside it.
RECORDS: Final = "decisions/index.md"
# Pages of the site that stand elsewhere in the project, by their name here.
ELSEWHERE: Final = {"rule-files.md": "lexicons/README.md"}
_OUTSIDE: Final = re.compile(r"[a-z][a-z0-9+.-]*:|//")
_SLUG: Final = re.compile(r"[^\w\- ]")
_PAGE: Final = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{root}site.css">
<title>{title}</title>
</head>
<body>
<header><a class="brand" href="{root}index.html">slopscan</a>
<a class="to" href="#pages">Pages</a></header>
<main>
{content}{neighbours}</main>
<nav id="pages" aria-label="Pages">{navigation}</nav>
</body>
</html>
"""


@dataclass
class Page:
    """One page: its tokens, the anchors on it, and where its links lead."""

    name: str
    source: Path
    tokens: list[Token]
    title: str = ""
    anchors: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return self.name.removesuffix(".md") + ".html"


@dataclass
class Section:
    """A heading of the navigation, and its pages by name with the words that lead to them."""

    title: str
    pages: dict[str, str] = field(default_factory=dict)


def main(folder: str = "site") -> int:
    """Write the site; return 1 when a link leads nowhere or a page cannot be reached."""
    pages = read_pages(DOCS)
    problems = check(pages, DOCS)
    for problem in problems:
        sys.stderr.write(f"error: {problem}\n")
    if problems:
        return 1
    target = Path(folder)
    write(pages, DOCS, target)
    sys.stdout.write(f"{len(pages)} pages written to {target}\n")
    return 0


def read_pages(docs: Path) -> dict[str, Page]:
    """Read every page below a folder, and those from elsewhere, by name."""
    sources = {path.relative_to(docs).as_posix(): path for path in sorted(docs.rglob("*.md"))}
    sources |= {name: docs.parent / place for name, place in ELSEWHERE.items()}
    return {name: _page(name, path, docs) for name, path in sources.items() if path.is_file()}


def _page(name: str, path: Path, docs: Path) -> Page:
    text = path.read_text(encoding="utf-8")
    if name == RECORDS:
        others = (item for item in sorted(path.parent.glob("*.md")) if item != path)
        text += "\n".join(f"- [{_heading(item)}]({item.name})" for item in others) + "\n"
    tokens = _markdown().parse(text)
    page = Page(name, path, tokens)
    seen: Counter[str] = Counter()
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            words = _words(tokens[place + 1])
            page.title = page.title or words
            anchor = _SLUG.sub("", words.lower()).replace(" ", "-")
            seen[anchor] += 1
            if seen[anchor] > 1:
                anchor = f"{anchor}-{seen[anchor] - 1}"
            token.attrSet("id", anchor)
            page.anchors.add(anchor)
    for token in _inline(tokens):
        key = {"link_open": "href", "image": "src"}.get(token.type)
        if key is not None:
            target = _resolved(page, str(token.attrGet(key)), docs)
            page.links.append(target)
            token.attrSet(key, _address(target, page))
    return page


def _heading(path: Path) -> str:
    return path.read_text(encoding="utf-8").split("\n", 1)[0].lstrip("# ")


def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")


def _words(token: Token) -> str:
    kinds = ("text", "code_inline")
    return "".join(part.content for part in token.children or () if part.type in kinds)


def _inline(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from token.children or ()


def _resolved(page: Page, link: str, docs: Path) -> str:
    """Return where a link leads, from the folder of pages: `name#anchor`, or as it is."""
    if _OUTSIDE.match(link):
        return link
    name, mark, anchor = link.partition("#")
    if not name:
        return f"{page.name}{mark}{anchor}"
    place = (page.source.parent / name).resolve()
    for other, source in ELSEWHERE.items():
        if place == docs.parent / source:
            return f"{other}{mark}{anchor}"
    below = place.relative_to(docs) if place.is_relative_to(docs) else PurePosixPath(name)
    return f"{below.as_posix()}{mark}{anchor}"


def _address(target: str, page: Page) -> str:
    if _OUTSIDE.match(target):
        return target
    name, mark, anchor = target.partition("#")
    if name.endswith(".md"):
        name = name.removesuffix(".md") + ".html"
    return relpath(name, str(PurePosixPath(page.name).parent)) + mark + anchor


def check(pages: dict[str, Page], docs: Path) -> list[str]:
    """Return what is wrong: links that lead nowhere, pages that cannot be reached."""
    problems = []
    reached = {START}
    for page in pages.values():
        where = page.source.relative_to(docs.parent).as_posix()
        for link in page.links:
            if _OUTSIDE.match(link):
                continue
            name, _, anchor = link.partition("#")
            reached.update({name} - {page.name})
            if name not in pages:
                if name.startswith("..") or not (docs / name).is_file():
                    problems.append(f"{where}: no page or picture {name}")
            elif anchor and anchor not in pages[name].anchors:
                problems.append(f"{where}: no heading #{anchor} in {name}")
    problems += [f"{name}: no page leads to it" for name in pages if name not in reached]
    return problems


def sections(pages: dict[str, Page]) -> list[Section]:
    """Return the navigation: headings of the first page with the links of their lists."""
    found: list[Section] = []
    tokens = pages[START].tokens
    inside = 0
    for place, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            found.append(Section(_words(tokens[place + 1])))
        inside += {"bullet_list_open": 1, "bullet_list_close": -1}.get(token.type, 0)
        if inside and found and token.type == "inline":
            parts = token.children or []
            first = next((n for n, part in enumerate(parts) if part.type == "link_open"), None)
            if first is not None:
                name = str(parts[first].attrGet("href")).removesuffix(".html") + ".md"
                found[-1].pages[name] = parts[first + 1].content
    return [section for section in found if section.pages]


def write(pages: dict[str, Page], docs: Path, target: Path) -> None:
    """Write pages, pictures and the style sheet."""
    listed = sections(pages)
    order = [START, *(name for section in listed for name in section.pages)]
    for page in pages.values():
        path = target / page.address
        path.parent.mkdir(parents=True, exist_ok=True)
        root = "../" * (page.name.count("/"))
        path.write_text(
            _PAGE.format(
                root=root,
                title=escape(page.title if page.name == START else f"{page.title} · slopscan"),
                navigation=_navigation(page, listed, root),
                content=_content(page),
                neighbours=_neighbours(page, pages, order),
            ),
            encoding="utf-8",
        )
    shutil.copyfile(docs / "site.css", target / "site.css")
    shutil.copytree(docs / "images", target / "images", dirs_exist_ok=True)


def _navigation(page: Page, listed: list[Section], root: str) -> str:
    parts = []
    for section in listed:
        items = ""
        for name, words in section.pages.items():
            here = ' aria-current="page"' if name == page.name else ""
            address = root + name.removesuffix(".md") + ".html"
            items += f'<li><a href="{address}"{here}>{escape(words)}</a></li>'
        parts.append(f"<h2>{escape(section.title)}</h2><ul>{items}</ul>")
    return "".join(parts)


def _content(page: Page) -> str:
    markdown = _markdown()
    html = markdown.renderer.render(page.tokens, markdown.options, {})
    # Wide tables and long lines of a terminal scroll on their own, by keyboard too.
    html = html.replace("<table>", '<div class="wide" tabindex="0"><table>')
    return html.replace("</table>", "</table></div>").replace("<pre>", '<pre tabindex="0">')


def _neighbours(page: Page, pages: dict[str, Page], order: list[str]) -> str:
    if page.name not in order:
        return ""
    place = order.index(page.name)
    links = []
    for words, at in (("Before", place - 1), ("Next", place + 1)):
        if 0 <= at < len(order):
            other = pages[order[at]]
            address = _address(other.name, page)
            links.append(f'<a href="{address}">{words}: {escape(other.title)}</a>')
    return f'<nav class="neighbours" aria-label="Neighbours">{" ".join(links)}</nav>\n'


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:2]))
