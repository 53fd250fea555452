"""One line a finding, `path:line:column: severity rule message`, for editors and grep."""

from __future__ import annotations

from typing import TextIO

from slopscan.outputs import Options
from slopscan.outputs.safe import safe_line
from slopscan.report import RunReport


def render(run: RunReport, stream: TextIO, options: Options) -> None:
    """Write the findings of every file, then its error when it has one."""
    for report in run.files:
        path = safe_line(report.path)
        for finding in report.findings:
            place = f"{path}:{finding.line}:{finding.column}"
            message = safe_line(finding.message)
            stream.write(f"{place}: {finding.severity.value} {finding.rule} {message}\n")
        if report.error:
            stream.write(f"{path}: error: {safe_line(report.error.what)}\n")
