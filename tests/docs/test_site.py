"""The guide builds into a site whose every link and anchor leads somewhere."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import sys
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("markdown_it")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_site", ROOT / "docs" / "build_site.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["build_site"] = module  # its dataclasses look themselves up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def site(builder: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    assert builder.main(str(folder)) == 0
    return Path(folder)


class Page(HTMLParser):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name == "id" and value:
                self.ids.append(value)
            if name in ("href", "src") and value:
                self.links.append(value)


def test_every_link_of_the_site_leads_somewhere(site: Path) -> None:
    pages = {path: Page(path) for path in site.rglob("*.html")}
    assert len(pages) > 30
    for path, page in pages.items():
        assert len(page.ids) == len(set(page.ids)), path
        assert "script" not in page.tags
        for link in page.links:
            if re.match(r"[a-z]+:", link):
                continue
            name, _, anchor = link.partition("#")
            target = (path.parent / name).resolve() if name else path
            assert target.is_file(), f"{path.name}: {link}"
            if anchor and target.suffix == ".html":
                assert anchor in pages[target].ids, f"{path.name}: {link}"


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    for path in site.rglob("*.html"):
        loaded = re.findall(r"<(?:link|img|script)[^>]*?(?:href|src)=\"([^\"]+)", path.read_text())
        assert not [address for address in loaded if address.startswith(("http", "//"))]
    assert "url(" not in (site / "site.css").read_text()


def test_every_page_names_itself_and_the_guide_leads_through_all(
    builder: ModuleType, site: Path
) -> None:
    index = (site / "index.html").read_text()
    sections = builder.sections(builder.read_pages(ROOT / "docs"))
    listed = [name for section in sections for name in section.pages]
    assert len(listed) == len(set(listed)) > 15
    for name in listed:
        address = name.removesuffix(".md") + ".html"
        assert f'href="{address}"' in index
        assert 'aria-current="page"' in (site / address).read_text()


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("[gone](gone.md)", "docs/voice.md: no page or picture gone.md"),
        ("[off](files.md#nowhere)", "docs/voice.md: no heading #nowhere in files.md"),
        ("![shot](images/no.png)", "docs/voice.md: no page or picture images/no.png"),
        ("[out](../pyproject.toml)", "docs/voice.md: no page or picture ../pyproject.toml"),
    ],
)
def test_a_wrong_link_is_told(
    words: str, problem: str, builder: ModuleType, tmp_path: Path
) -> None:
    docs = tmp_path / "docs"
    shutil.copytree(ROOT / "docs", docs)
    shutil.copytree(ROOT / "lexicons", tmp_path / "lexicons", ignore=shutil.ignore_patterns("*.t*"))
    assert builder.check(builder.read_pages(docs), docs) == []
    with (docs / "voice.md").open("a", encoding="utf-8") as stream:
        stream.write(f"\n{words}\n")
    (docs / "lost.md").write_text("# Lost\n", encoding="utf-8")
    assert builder.check(builder.read_pages(docs), docs) == [
        problem,
        "lost.md: no page leads to it",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(scheme: str, site: Path) -> None:
    api = pytest.importorskip("playwright.sync_api")
    axe = pytest.importorskip("axe_playwright_python")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no chromium on this machine")
    script = files(axe).joinpath("axe.min.js").read_text(encoding="utf-8")
    # The sandbox needs a user of its own, which root in a container has not.
    flags = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        page = browser.new_page(color_scheme=scheme)
        for name in ("index.html", "suppression.html", "rules/contrast.html"):
            page.goto((site / name).as_uri())
            page.evaluate(script)
            found = page.evaluate("axe.run(document)")["violations"]
            assert [(item["id"], item["nodes"][0]["html"]) for item in found] == [], name
        browser.close()
