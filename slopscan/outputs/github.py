"""Workflow commands of GitHub Actions: one annotation a finding, beside the line in a review.

Everything from the text or the path is escaped as the runner's toolkit does, so no finding
can begin a command of its own. An annotation over several lines takes no columns there.
"""

from __future__ import annotations

from typing import Final, TextIO

from slopscan.findings import Finding, Severity
from slopscan.outputs import Options
from slopscan.outputs.places import Place, place_of
from slopscan.outputs.safe import safe_character, safe_line
from slopscan.report import RunReport

_COMMAND: Final = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.NOTE: "notice",
}


def render(run: RunReport, stream: TextIO, options: Options) -> None:
    """Write one command for every finding and every file that could not be read."""
    for report in run.files:
        for finding in report.findings:
            stream.write(_annotation(report.path, finding, place_of(finding)))
        if report.error:
            words = f"{report.error.what}; {report.error.fix}".rstrip("; ")
            where = {"file": report.path, "title": "slopscan"}
            stream.write(_command("error", where, safe_line(words)))


def _annotation(path: str, finding: Finding, place: Place) -> str:
    where: dict[str, str] = {"file": path, "line": str(place.line), "endLine": str(place.end_line)}
    if place.line == place.end_line:
        where |= {"col": str(place.column), "endColumn": str(place.end_column)}
    where["title"] = f"slopscan {finding.rule}"
    return _command(_COMMAND[finding.severity], where, safe_line(finding.message))


def _command(name: str, properties: dict[str, str], message: str) -> str:
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {listed}::{_data(message)}\n"


def _data(words: str) -> str:
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    # Line ends have a code; any other control character of a name could act on a log.
    shown = "".join(char if char in "\r\n" else safe_character(char) for char in words)
    return _data(shown).replace(":", "%3A").replace(",", "%2C")
