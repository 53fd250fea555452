"""The promised JSON form, one object for a run.

Everything beyond ASCII is escaped, so the stream's encoding cannot break it and a control
character of the text cannot reach a terminal.
"""

from __future__ import annotations

import json
from typing import TextIO

from slopscan.outputs import Options
from slopscan.report import RunReport, to_json


def render(run: RunReport, stream: TextIO, options: Options) -> None:
    """Write the run as one indented JSON object."""
    json.dump(to_json(run, include_text=options.include_text), stream, indent=2, allow_nan=False)
    stream.write("\n")
