"""A document that tries to be more than text, and its report."""

from __future__ import annotations

from typing import Final

from slopscan.findings import Finding, Severity, with_fingerprints
from slopscan.report import FileReport, Provenance, RuleCard, RunReport
from slopscan.spans import LineIndex, source_span
from slopscan.verdict import Contribution, Verdict, WindowScore

TEXT: Final = (
    "# A <b>title</b> & more <script>window.pwned = 1</script>\n\n"
    "<script>window.pwned = 2</script>\n\n"
    '<img src=x onerror="window.pwned = 3"> and [a link](javascript:window.pwned=4) and '
    "<javascript:window.pwned=5> and ![an image](http://127.0.0.1:9/beacon.png) stay words.\n\n"
    "An override \u202e and a joiner \u200d, a nul \x00, an escape \x1b[31m, a lone \ud800 "
    "surrogate, a tag \U000e0041, a flag \U0001f3f4, \u05e9\u05dc\u05d5\u05dd and "
    "e\u0301\u0323 in one line; \"quoted\" 'too' -- &lt;not&gt; &amp;amp; {{ mustache }} ${x}.\n\n"
    "- one `<style>*{display:none}</style>` item\n- another\n\n  3. third\n\n"
    "| a | <b onclick=alert(1)>b</b> |\n|---|---|\n| c | d |\n\n"
    "```html\n</pre></style></script><script>window.pwned = 6</script>\n```\n\n"
    "<!-- --></main><script>window.pwned = 7</script> -->\n\n"
    "> It is **not just *a* text**, but a way\n> of life \u2014 truly.\n"
)
PATH: Final = 'x" onload="window.pwned=8" <script>window.pwned=9</script>.md'


def hostile_run() -> RunReport:
    """Return a run whose every string tries to break out of the page."""
    findings = with_fingerprints(
        [
            _finding("evil-\"rule'<i>", "<script>window.pwned = 2", Severity.ERROR),
            _finding("one", "stay words", Severity.WARNING),
            _finding("two", "words", Severity.NOTE),
            _finding("three", "override \u202e and a joiner", Severity.NOTE),
            _finding("four", "not just *a* text**, but a way\n> of life", Severity.WARNING),
        ]
    )
    start = TEXT.index("An override")
    parts = tuple(WindowScore(source_span(edge, edge + 90), 0.7, 45) for edge in (0, start))
    reasons = (
        Contribution("x", "<script>window.pwned = 10</script> 9%", 1.2, 2.0, 1.0),
        Contribution("y", '\'" onfocus="window.pwned=11"', -0.4, 0.0, 3.0),
    )
    verdict = Verdict(0.7, None, 80, (0.4, 0.9), 0.85, False, reasons, windows=parts)
    card = RuleCard(
        "one",
        "<u>title</u>",
        "<family>",
        "warning",
        "stable",
        "Because </details></li><script>window.pwned = 12</script>.",
        'Say "less".',
        (
            ("javascript source", "javascript:window.pwned=13"),
            ("a page", "https://example.org/?a&b"),
        ),
    )
    report = FileReport(PATH, TEXT, 80, verdict, tuple(findings))
    return RunReport((report,), Provenance("<b>0</b>"), {"one": card})


def _finding(rule: str, words: str, severity: Severity) -> Finding:
    start = TEXT.index(words)
    line, column = LineIndex(TEXT).position(start)
    span = source_span(start, start + len(words))
    message = f"'{words}' </span><script>window.pwned = 14</script>"
    return Finding(rule, "figures", severity, span, line, column, words, message)
