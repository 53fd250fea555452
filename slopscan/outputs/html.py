"""The report as one page that stands alone: the essay set to be read, its tics in the margin.

Nothing is loaded and nothing of the text is markup: all of it is escaped, its links lead
nowhere, and the page's policy allows no script or style but the two of ours, by digest.
Without script every note is still there and every tic still leads to its own.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files
from typing import Final, TextIO

from slopscan.findings import Finding, Severity
from slopscan.outputs import Options, plots
from slopscan.outputs.figures import families, habits, reasons
from slopscan.outputs.prose import is_about_whole
from slopscan.outputs.safe import safe_block, safe_html, safe_line
from slopscan.outputs.setting import Line, Passage, Run, set_text
from slopscan.outputs.windows import Window, windows
from slopscan.outputs.words import (
    CAVEAT,
    in_words,
    interval_in_words,
    numbered,
    percent,
    rank_in_words,
)
from slopscan.report import FileReport, RuleCard, RunReport

# In the order of the sheet's colours.
FAMILIES: Final = (
    "contrast",
    "repetition",
    "grammar",
    "figures",
    "narrative",
    "claims",
    "metadiscourse",
    "assistant",
    "reasoning",
    "characters",
    "layout",
    "artefacts",
    "provenance",
    "vocabulary",
)
_SIGNS: Final = {Severity.ERROR: "\u2716", Severity.WARNING: "\u25b2", Severity.NOTE: "\u2022"}


def render(run: RunReport, stream: TextIO, options: Options) -> None:
    """Write the run as one page; the essays of several files follow each other."""
    style, script = (_asset(name) for name in ("page.css", "page.js"))
    title = safe_line(run.files[0].path) if len(run.files) == 1 else f"{len(run.files)} files"
    stream.write(
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(style, script)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f'<link rel="icon" href="data:,">\n<title>{safe_html(title)} \u00b7 slopscan</title>\n'
        f"<style>{style}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#f0-text">Skip to the text</a>\n'
        '<header class="top"><span class="brand">slopscan</span>'
        '<button type="button" id="theme" hidden>Dark or light</button></header>\n<main>\n'
    )
    stream.write(_contents(run.files))
    for number, report in enumerate(run.files):
        for part in _Article(report, run, f"f{number}-").parts():
            stream.write(part)
    stream.write(f"</main>\n{_footer(run)}\n<script>{script}</script>\n</body>\n</html>\n")


def _asset(name: str) -> str:
    return files("slopscan.outputs").joinpath(name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _digest(content: str) -> str:
    raw = hashlib.sha256(content.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(raw).decode('ascii')}"


def _contents(reports: Sequence[FileReport]) -> str:
    if len(reports) < 2:
        return ""
    rows = []
    for number, report in enumerate(reports):
        verdict = report.verdict
        known = verdict is not None and verdict.probability is not None
        said = (
            "could not be read"
            if report.error
            else numbered(len(report.findings), "note")
            + (f", {percent(verdict.probability)}" if known else "")  # type: ignore[union-attr,arg-type]
        )
        rows.append(f'<li><a href="#f{number}-top">{safe_html(report.path)}</a> {said}</li>')
    return (
        '<nav class="contents" aria-label="Files"><h1>'
        f"{numbered(len(reports), 'file')}</h1><ul>{''.join(rows)}</ul></nav>\n"
    )


def _footer(run: RunReport) -> str:
    made = run.provenance
    parts = [f"slopscan {made.slopscan}", f"rules {made.catalogue[:12]}"]
    parts += [f"parser {made.pipeline}"] if made.pipeline else []
    parts += [f"model {made.model}"] if made.model else []
    return (
        f"<footer><p>Made by {safe_html(', '.join(parts))}. This page loads nothing.</p></footer>"
    )


class _Article:
    """One file's part of the page; `prefix` keeps its ids apart from other files'."""

    def __init__(self, report: FileReport, run: RunReport, prefix: str) -> None:
        self._report = report
        self._cards = run.cards
        self._prefix = prefix
        self._level = 2
        self._ids: dict[int, str] = {}
        self._n_runs = 0
        self._windows: list[Window] = []
        self._anchors: dict[int, int] = {}
        self._unmarked = {rule for rule, card in run.cards.items() if card.kind == "measure"}
        self._counts: Counter[str] = Counter()
        for finding in report.findings:
            whole = is_about_whole(finding, report.text, self._unmarked)
            self._counts[finding.rule] += 0 if whole else 1 + len(finding.related)

    def parts(self) -> Iterator[str]:
        report = self._report
        yield f'<article id="{self._prefix}top" aria-labelledby="{self._prefix}name">\n'
        yield f'<h1 class="name" id="{self._prefix}name">{safe_html(report.path)}</h1>\n'
        if report.error:
            words = f"{report.error.what}. {report.error.fix}".strip()
            yield f'<p class="failure">{safe_html(words)}</p>\n</article>\n'
            return
        self._windows = windows(report)
        self._anchors = {w.span.start: place for place, w in enumerate(self._windows)}
        yield self._summary()
        yield self._strip()
        yield from self._text()
        if report.verdict is not None and report.verdict.probability is not None:
            yield reasons(report.verdict)
        if report.family_profile is not None:
            yield families(report.family_profile)
        yield habits(self._counts, self._cards, report.n_words, report.reference)
        yield "</article>\n"

    # -- top -----------------------------------------------------------------------------

    def _summary(self) -> str:
        report = self._report
        places = sum(self._counts.values())
        rules = len({finding.rule for finding in report.findings})
        words = numbered(report.n_words, "word")
        if rules:
            lede = (
                f"{words}. {numbered(places, 'place')} to look at again, "
                f"{numbered(rules, 'habit')} between them."
            )
        else:
            lede = f"{words}. Nothing to look at again."
        return (
            f'<section class="summary" aria-label="Summary"><p class="lede">{lede}</p>'
            f"{self._verdict()}{self._disclosures()}{self._legend()}</section>\n"
        )

    def _disclosures(self) -> str:
        """What the text says of its making, quoted."""
        items = "".join(
            f"<li>Line {item.line:,} {item.kind.words}: <q>{safe_html(item.quote)}</q>"
            + (
                f" ({numbered(len(item.findings), 'note')} inside, not counted)"
                * bool(item.findings)
            )
            + "</li>"
            for item in self._report.disclosures
        )
        if not items:
            return ""
        return f'<div class="about-itself"><p>The text about itself</p><ul>{items}</ul></div>'

    def _verdict(self) -> str:
        verdict = self._report.verdict
        if verdict is None:
            return '<p class="quiet">No probability: only the rules were run.</p>'
        if verdict.probability is None:
            reason = safe_html(verdict.abstained or "unknown")
            return f'<p class="quiet">No probability: {reason}.</p>'
        return (
            '<div class="verdict"><p><strong class="percent">'
            f"{percent(verdict.probability)}</strong> "
            f"{in_words(verdict, verdict.probability)}</p>"
            f"{plots.gauge(verdict, verdict.probability)}"
            '<p class="ends"><span>people</span><span>'
            f"{interval_in_words(verdict)}</span><span>models</span></p>"
            f"{_quiet(rank_in_words(verdict))}{_quiet(CAVEAT)}</div>"
        )

    def _legend(self) -> str:
        counts = Counter(finding.family for finding in self._report.findings)
        if not counts:
            return ""
        boxes = "".join(
            f'<label class="{_family(family)}"><input type="checkbox" checked '
            f'data-family="{_family(family)}"> <span class="line">{safe_html(family)}</span> '
            f"{counts[family]}</label>"
            for family in sorted(counts, key=lambda name: (-counts[name], name))
        )
        return f'<fieldset class="legend"><legend>Show notes on</legend>{boxes}</fieldset>'

    def _strip(self) -> str:
        if len(self._windows) < 2:
            return ""
        return (
            '<p class="quiet hint">How each stretch reads, taken with the 100 words around it: '
            "the higher, the more like model prose; the line is even odds. Choose one to go "
            "there.</p>"
            '<nav class="heat" aria-label="Where the style leans to model prose">'
            f"{plots.strip(self._windows, self._prefix)}</nav>\n"
        )

    # -- text ----------------------------------------------------------------------------

    def _text(self) -> Iterator[str]:
        yield f'<div class="text" id="{self._prefix}text">\n'
        passages = set_text(self._report, self._anchors, self._unmarked)
        if not passages:
            yield '<p class="quiet">There is nothing to read.</p>\n'
        rows = "".join(self._row(passage) for passage in passages)
        # Made after the text, because a note leads back to the words it is about.
        yield self._whole()
        yield rows
        yield "".join(map(self._anchor, tuple(self._anchors)))
        yield "</div>\n"

    def _row(self, passage: Passage) -> str:
        findings = self._report.findings
        shown = self._passage(passage)
        # A sentence may begin with what is not set, such as a picture.
        inside = [start for start in self._anchors if start < passage.span.end]
        shown = "".join(map(self._anchor, inside)) + shown
        notes = self._notes([n for n in passage.notes if findings[n].measure is None])
        return (
            f'<div class="row {self._heat(passage)}"><div class="block">{shown}</div>'
            f"{notes}</div>\n"
        )

    def _whole(self) -> str:
        findings = self._report.findings
        numbers = [n for n, finding in enumerate(findings) if finding.measure is not None]
        notes = self._notes(numbers, "on the whole text")
        return f'<div class="row whole">{notes}</div>\n' if notes else ""

    def _heat(self, passage: Passage) -> str:
        touching = [
            window.level
            for window in self._windows
            if window.span.overlaps(passage.span) and passage.kind != "aside"
        ]
        return f"heat{round(sum(touching) / len(touching))}" if touching else "heat"

    def _passage(self, passage: Passage) -> str:
        if passage.kind == "heading":
            self._level = min(passage.lines[0].depth + 1, self._level + 1, 6)
            return f'<h{self._level} dir="auto">{self._lines(passage)}</h{self._level}>'
        if passage.kind == "list_item":
            items = "".join(self._item(line) for line in passage.lines)
            return f'<ul class="list">{items}</ul>'
        if passage.kind == "table_cell":
            rows = "".join(self._table_row(line) for line in passage.lines)
            return _scrolling("Table", f"<table>{rows}</table>")
        if passage.kind == "aside":
            inside = f"<pre>{self._lines(passage, block=True)}</pre>"
            return _scrolling(f"{passage.label} in the text".capitalize(), inside)
        verse = passage.kind == "verse"
        words = self._lines(passage, block=verse)
        inside = f'<p class="{passage.kind}" dir="auto">{words}</p>'
        return f"<blockquote>{inside}</blockquote>" if passage.kind == "block_quote" else inside

    def _item(self, line: Line) -> str:
        depth = min(max(line.depth, 1), 4)
        marker = f'<span class="marker">{escape(line.marker)}</span> ' if line.marker else ""
        return f'<li class="d{depth}" dir="auto">{marker}{self._runs(line.cells[0])}</li>'

    def _table_row(self, line: Line) -> str:
        cells = "".join(f'<td dir="auto">{self._runs(cell)}</td>' for cell in line.cells)
        return f"<tr>{cells}</tr>"

    def _lines(self, passage: Passage, *, block: bool = False) -> str:
        return "".join(self._runs(tuple(line.runs), block=block) for line in passage.lines)

    def _runs(self, runs: Sequence[Run], *, block: bool = False) -> str:
        return "".join(self._run(run, block=block) for run in runs)

    def _run(self, run: Run, *, block: bool) -> str:
        anchor = ""
        if run.start in self._anchors:
            anchor = self._anchor(run.start)
        if "break" in run.style:
            return f"{anchor}<br>"
        shown = escape(safe_block(run.text) if block else safe_line(run.text))
        for name, tag in (("strong", "strong"), ("em", "em"), ("code", "code")):
            if name in run.style and not block:
                shown = f"<{tag}>{shown}</{tag}>"
        if run.findings and (run.text.strip() or run.findings[0] not in self._ids):
            shown = self._tic(run, shown)
        elif run.related:
            first = self._report.findings[run.related[0]]
            numbers = " ".join(map(str, run.related))
            shown = f'<span class="more {_family(first.family)}" data-n="{numbers}">{shown}</span>'
        return anchor + shown

    def _anchor(self, start: int) -> str:
        """Return the place a link of the strip leads to; each is made once."""
        return f'<span id="{self._prefix}w{self._anchors.pop(start)}"></span>'

    def _tic(self, run: Run, shown: str) -> str:
        """One stretch is a link to its weightiest note; the first of each takes the tab key."""
        findings = self._report.findings
        lead = max(
            run.findings, key=lambda n: (findings[n].severity.rank, -findings[n].span.length)
        )
        self._n_runs += 1
        own = f"{self._prefix}t{self._n_runs}"
        is_first = lead not in self._ids
        for number in run.findings:
            self._ids.setdefault(number, own)
        numbers = " ".join(map(str, [lead, *(n for n in run.findings if n != lead)]))
        tab = "" if is_first else ' tabindex="-1"'
        classes = f"tic {_family(findings[lead].family)} s-{findings[lead].severity.value}"
        return (
            f'<a id="{own}" class="{classes}" href="#{self._prefix}n{lead}" '
            f'data-n="{numbers}" aria-describedby="{self._prefix}m{lead}"{tab}>{shown}</a>'
        )

    # -- notes ---------------------------------------------------------------------------

    def _notes(self, numbers: Sequence[int], about: str = "") -> str:
        if not numbers:
            return ""
        items = "".join(self._note(number) for number in numbers)
        title = f"{numbered(len(numbers), 'note')} {about}".strip()
        label = f"Notes {about or 'on this paragraph'}"
        return (
            f'<details class="notes" open><summary>{title}</summary>'
            f'<ul aria-label="{label}">{items}</ul></details>'
        )

    def _note(self, number: int) -> str:
        finding = self._report.findings[number]
        more = len(finding.related)
        tail = f" (and {numbered(more, 'more place')})" if more else ""
        back = ""
        if number in self._ids:
            back = f'<p><a class="back" href="#{self._ids[number]}">Back to the words</a></p>'
        return (
            f'<li class="note {_family(finding.family)} s-{finding.severity.value}" '
            f'data-n="{number}"><details id="{self._prefix}n{number}"><summary>'
            f'<span class="sign" aria-hidden="true">{_SIGNS[finding.severity]}</span> '
            f'<span id="{self._prefix}m{number}">{safe_html(finding.message)}{tail}</span> '
            f'<span class="rule"><span class="hidden">{finding.severity.value}, rule </span>'
            f"{safe_html(finding.rule)}</span></summary>"
            f'<div class="why">{self._why(finding)}{back}</div></details></li>'
        )

    def _why(self, finding: Finding) -> str:
        card = self._cards.get(finding.rule)
        if card is None:
            return f"<p>A rule of the family {safe_html(finding.family)}.</p>"
        sources = "".join(f"<li>{_source(title, url)}</li>" for title, url in card.sources)
        listed = f"<p>Evidence</p><ul>{sources}</ul>" if sources else ""
        return (
            f"<p>{safe_html(card.why)}</p><p><b>Instead.</b> {safe_html(card.advice)}</p>"
            f"{plots.evidence(card.rates, self._rate(card), self._report.reference)}"
            f'<div class="sources">{listed}</div>'
        )

    def _rate(self, card: RuleCard) -> float | None:
        if not self._report.n_words or not self._counts[card.id]:
            return None
        return 1000 * self._counts[card.id] / self._report.n_words

    # -- below ---------------------------------------------------------------------------


def _scrolling(label: str, inside: str) -> str:
    return f'<div class="wide" role="region" aria-label="{label}" tabindex="0">{inside}</div>'


def _family(name: str) -> str:
    return f"fam{FAMILIES.index(name)}" if name in FAMILIES else "fam"


def _source(title: str, url: str) -> str:
    if not url.startswith("https://"):
        return safe_html(title)
    return f'<a href="{escape(url)}" rel="noopener noreferrer">{safe_html(title)}</a>'


def _quiet(words: str) -> str:
    return f'<p class="quiet">{words}</p>' if words else ""
