"""Make the pictures of the README and the guide: `python docs/screenshots.py`.

Needs Chromium and the `dev` extra. Each picture is of the real output for
`examples/essay.md` and stays under 150 KB.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright
from rich.ansi import AnsiDecoder
from rich.console import Console
from rich.terminal_theme import MONOKAI

from slopscan.catalogue.cards import rule_cards
from slopscan.catalogue.load import Selection, load_catalogue
from slopscan.outputs import Options, render
from slopscan.report import RunReport
from slopscan.scan import Scanner, Settings

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
ESSAY = Path("examples/essay.md")
MOST_BYTES = 150_000
ROWS = 31
TERMINAL = """<body style="margin:0;background:#1b1b1f">
<pre style="margin:0;padding:18px 22px;color:{foreground};font:14px/1.35 monospace">
{code}</pre></body>"""


def main() -> int:
    """Write the pictures; return 1 when Chromium is missing or a picture is too large."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.stderr.write("error: no chromium on this machine\n  install it, then try again\n")
        return 1
    os.chdir(ROOT)
    IMAGES.mkdir(exist_ok=True)
    run = scanned()
    flags = ["--disable-lcd-text", "--force-color-profile=srgb"]
    flags += ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        page = Path(folder) / "report.html"
        with page.open("w", encoding="utf-8") as stream:
            render("html", run, stream)
        terminal(browser, run)
        report(browser, page, "report.png", (1140, 800), "light", "not just a hobby")
        report(browser, page, "report-phone.png", (390, 780), "dark", "not just a hobby")
        browser.close()
    return max(map(too_large, sorted(IMAGES.glob("*.png"))))


def scanned() -> RunReport:
    """Scan the example with preview rules."""
    scanner = Scanner(Settings(Selection(preview=True), windows=True))
    found = scanner.scan_path(ESSAY)
    cards = rule_cards(load_catalogue(), (finding.rule for finding in found.findings))
    return RunReport((found,), scanner.provenance, cards)


def terminal(browser: Any, run: RunReport) -> None:
    """Take the first rows of the text report as a terminal shows them."""
    stream = io.StringIO()
    render("text", run, stream, Options(width=104, color=True))
    rows = stream.getvalue().splitlines()[:ROWS]
    console = Console(record=True, width=106, file=io.StringIO(), force_terminal=True)
    for row in AnsiDecoder().decode("\n".join(rows)):
        console.print(row, soft_wrap=True)
    content = console.export_html(theme=MONOKAI, inline_styles=True, code_format=TERMINAL)
    page = browser.new_page(viewport={"width": 940, "height": 400})
    page.set_content(content)
    page.screenshot(path=IMAGES / "terminal.png", full_page=True)
    page.close()


def report(  # noqa: PLR0917
    browser: Any, file: Path, name: str, size: tuple[int, int], scheme: str, words: str
) -> None:
    """Take the page with the note of one tic open."""
    viewport = {"width": size[0], "height": size[1]}
    page = browser.new_page(viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
    page.goto(file.as_uri())
    page.locator("a.tic", has_text=words).first.click()
    page.evaluate("scrollTo(0, document.querySelector('nav.heat').offsetTop - 150)")
    page.mouse.move(1, 1)
    page.wait_for_timeout(300)
    page.screenshot(path=IMAGES / name)
    page.close()


def too_large(path: Path) -> int:
    """Keep 128 colours of a picture and say its size; return 1 when it is over the limit."""
    picture = Image.open(path).convert("RGB")
    picture.quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    sys.stdout.write(f"{path.relative_to(ROOT)}  {size / 1000:.0f} KB\n")
    return int(size > MOST_BYTES)


if __name__ == "__main__":
    raise SystemExit(main())
