"""One JSON object a line, one line a file; each carries the schema version."""

from __future__ import annotations

import json
from typing import TextIO

from slopscan.outputs import Options
from slopscan.report import JSON_SCHEMA_VERSION, RunReport, file_to_json


def render(run: RunReport, stream: TextIO, options: Options) -> None:
    """Write one line for every file of the run."""
    for report in run.files:
        row = {
            "schema": JSON_SCHEMA_VERSION,
            **file_to_json(report, include_text=options.include_text),
        }
        stream.write(json.dumps(row, allow_nan=False) + "\n")
