"""The page in a real Chromium: clicks, keys, colours, a phone, axe, and a hostile text."""

from __future__ import annotations

import io
import os
import re
import shutil
from collections.abc import Iterator
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from slopscan import scan_text
from slopscan.catalogue.cards import rule_cards
from slopscan.catalogue.load import load_catalogue
from slopscan.outputs import render
from slopscan.report import RunReport
from slopscan.spans import source_span
from slopscan.verdict import Contribution, Verdict, WindowScore
from tests.outputs.hostile import hostile_run

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")

ESSAY = Path(__file__).parents[2] / "examples" / "essay.md"
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 800}


def written(run: RunReport, path: Path) -> str:
    stream = io.StringIO(newline="")
    render("html", run, stream)
    path.write_text(stream.getvalue(), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    # The sandbox needs a user of its own, which root in a container has not.
    flags = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield started
        started.close()


@pytest.fixture(scope="module")
def essay(tmp_path_factory: pytest.TempPathFactory) -> str:
    found = scan_text(ESSAY.read_text("utf-8"), name="essay.md", preview=True, parse=False)
    edges = [0, *(match.end() for match in re.finditer("\n\n", found.text)), len(found.text)]
    parts = tuple(WindowScore(source_span(*pair), 0.7, 40) for pair in pairwise(edges))
    reasons = (Contribution("a", "a reason", 1.0, 3.0, 1.0), Contribution("b", "one", -1.0, 1, 2))
    verdict = Verdict(0.8, None, 350, (0.5, 0.9), 1.4, True, reasons, windows=parts)
    from dataclasses import replace

    cards = rule_cards(load_catalogue(), (finding.rule for finding in found.findings))
    run = RunReport((replace(found, verdict=verdict),), cards=cards)
    return written(run, tmp_path_factory.mktemp("page") / "essay.html")


class Seen:
    """A page, and what it asked for or complained about."""

    def __init__(self, browser: Any, address: str, size: dict[str, int], scheme: str) -> None:
        self.page = browser.new_page(viewport=size, color_scheme=scheme)
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        self.page.goto(address)


@pytest.fixture
def wide(browser: Any, essay: str) -> Iterator[Any]:
    seen = Seen(browser, essay, WIDE, "light")
    yield seen.page
    assert seen.requests == [essay]
    assert seen.complaints == []
    seen.page.close()


@pytest.fixture
def phone(browser: Any, essay: str) -> Iterator[Any]:
    seen = Seen(browser, essay, PHONE, "dark")
    yield seen.page
    assert seen.complaints == []
    seen.page.close()


def focused(page: Any) -> str:
    found: str = page.evaluate("document.activeElement.textContent.trim()")
    return found


def tic(page: Any, words: str) -> Any:
    return page.locator("a.tic", has_text=words).first


def test_a_click_on_a_tic_opens_why_and_what_to_do(wide: Any) -> None:
    note = wide.locator(".note", has_text="negative-parallelism").first
    assert not note.locator(".why").is_visible()
    tic(wide, "not just a hobby").click()
    advice = load_catalogue().rules["negative-parallelism"].advice
    assert advice in note.locator(".why").inner_text()
    assert note.locator(".why").is_visible()
    assert "negative-parallelism" in focused(wide)
    assert "chosen" in tic(wide, "not just a hobby").get_attribute("class")


def test_the_keyboard_goes_from_the_words_to_the_note_and_back(wide: Any) -> None:
    tic(wide, "not just a hobby").focus()
    wide.keyboard.press("Enter")
    note = wide.locator(".note", has_text="negative-parallelism").first
    assert note.locator(".why").is_visible()
    wide.keyboard.press("Escape")
    assert focused(wide) == "not just a hobby, but"
    assert not note.locator(".why").is_visible()
    wide.keyboard.press("Enter")
    note.locator(".back").press("Enter")
    assert focused(wide) == "not just a hobby, but"


def test_tab_passes_every_tic_once_in_order(wide: Any) -> None:
    order = wide.evaluate(
        "[...document.querySelectorAll('a.tic')].filter((a) => a.tabIndex === 0)"
        ".map((a) => Number(a.getAttribute('href').split('n')[1]))"
    )
    assert len(order) == len(set(order)) >= 10
    tic(wide, "fast-paced").focus()
    wide.keyboard.press("Tab")
    assert wide.evaluate("document.activeElement.className").startswith("tic ")


def test_notes_stand_beside_the_text_and_never_over_each_other(wide: Any) -> None:
    edge = (
        "(e) => { const b = e.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom] }"
    )
    every = f"[...document.querySelectorAll('.text .notes')].map({edge})"
    block = wide.evaluate(f"({edge})(document.querySelector('.block p'))")
    assert min(box[0] for box in wide.evaluate(every)) >= block[2]
    tic(wide, "not just a hobby").click()
    wide.wait_for_timeout(200)
    for above, below in pairwise(wide.evaluate(every)):
        assert above[3] <= below[1]


def test_a_family_can_be_put_out_of_sight(wide: Any) -> None:
    note = wide.locator(".note", has_text="negative-parallelism").first
    wide.get_by_label("contrast").uncheck()
    assert not note.is_visible()
    line = "getComputedStyle(document.querySelector('a.tic.off')).textDecorationLine"
    assert wide.evaluate(line) == "none"
    wide.get_by_label("contrast").check()
    assert note.is_visible()


def test_the_strip_leads_into_the_text(wide: Any) -> None:
    links = wide.locator("nav.heat a")
    assert links.count() >= 2
    assert "model prose" in links.last.get_attribute("aria-label")
    before = wide.evaluate("scrollY")
    links.last.focus()
    wide.keyboard.press("Enter")
    # The page's policy forbids the evaluation that waiting for a condition needs.
    for _ in range(50):
        if wide.evaluate("scrollY") > before:
            break
        wide.wait_for_timeout(100)
    assert wide.evaluate("scrollY") > before


def test_dark_and_light_follow_the_reader_and_the_button(browser: Any, essay: str) -> None:
    seen = Seen(browser, essay, WIDE, "dark")
    paper = "getComputedStyle(document.body).backgroundColor"
    assert seen.page.evaluate(paper) == "rgb(23, 23, 26)"
    seen.page.get_by_role("button", name="Dark or light").click()
    assert seen.page.evaluate(paper) == "rgb(252, 251, 248)"
    seen.page.close()


def test_a_phone_shows_the_text_first_and_notes_on_request(phone: Any) -> None:
    wide_by = phone.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide_by <= 0
    note = phone.locator(".note", has_text="negative-parallelism").first
    assert not note.is_visible()
    tic(phone, "not just a hobby").click()
    assert note.locator(".why").is_visible()


def test_every_note_can_be_read_without_script(browser: Any, essay: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto(essay)
    note = page.locator(".note", has_text="negative-parallelism").first
    assert note.is_visible()
    note.locator("summary").click()
    assert note.locator(".why").is_visible()
    assert tic(page, "not just a hobby").get_attribute("href").startswith("#f0-n")
    context.close()


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (PHONE, "dark")])
def test_axe_finds_nothing(size: dict[str, int], scheme: str, browser: Any, essay: str) -> None:
    axe = pytest.importorskip("axe_playwright_python")
    seen = Seen(browser, essay, size, scheme)
    tic(seen.page, "not just a hobby").click()
    # Added by the debugger, which the page's policy does not bind.
    seen.page.evaluate(files(axe).joinpath("axe.min.js").read_text(encoding="utf-8"))
    found = seen.page.evaluate("axe.run(document)")
    assert [(item["id"], item["nodes"][0]["html"]) for item in found["violations"]] == []
    assert len(found["passes"]) > 30
    seen.page.close()


def test_a_hostile_document_is_shown_and_does_nothing(browser: Any, tmp_path: Path) -> None:
    address = written(hostile_run(), tmp_path / "hostile.html")
    seen = Seen(browser, address, WIDE, "light")
    for link in seen.page.locator("a.tic").all():
        link.click()
    seen.page.wait_for_timeout(200)
    assert seen.page.evaluate("window.pwned") is None
    assert seen.requests == [address]
    assert seen.complaints == []
    assert seen.page.locator("script").count() == 1
    shown = "".join(seen.page.locator("pre").all_inner_texts())
    assert "<script>window.pwned = 6</script>" in shown
    assert seen.page.locator(".block a:not(.tic)").count() == 0
    seen.page.close()
