"""Measure how much a stretch of human prose differs from the rest of its text.

    python benchmarks/style_spreads.py

Prints one standard deviation for each value of `slopscan.features.breaks`, from up to 60 human
documents of the training part of each corpus (folder in SLOPSCAN_CORPORA).
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import pstdev
from typing import Final

from slopscan.document import Source
from slopscan.features import breaks
from slopscan.nlp.annotate import annotate
from slopscan.readers import parse

PER_CORPUS: Final = 60


def human_texts(path: Path) -> Iterator[str]:
    """Yield the human training texts of one corpus file."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            row = json.loads(line)
            if row["label"] == "human" and row["split"] == "train":
                yield row["text"]


def main() -> None:
    """Print the spreads, in the order of the module."""
    folder = Path(os.environ.get("SLOPSCAN_CORPORA", "../shared/corpora"))
    texts = (
        t for p in sorted(folder.glob("*.jsonl.gz")) for t in islice(human_texts(p), PER_CORPUS)
    )
    documents = (parse(Source(name=f"{i}.md", text=text)) for i, text in enumerate(texts))
    rows = [row for text in annotate(documents) for row in breaks.residuals(text)]
    for name, column in zip(breaks.NAMES, zip(*rows, strict=True), strict=True):
        print(f"{name}\t{pstdev(column):.3g}")


if __name__ == "__main__":
    main()
