"""Unlabelled prose for word vectors and for silver parses."""

import gzip
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from slopscan.errors import SlopscanError

# Treebank texts stay unseen, so that the test sets are a test.
TREEBANK_FILES = ("ud_ewt", "gum")
# Licences that let weights be used commercially. A document whose licence field opens with
# anything else ("none stated", NC, "non-commercial") is not read at all. For some sources the
# field names the repository's licence while the texts remain their authors'; the LICENSE of the
# weights says so.
OPEN_LICENCES = (
    "Apache-2.0",
    "BSD-3-Clause",
    "CC-BY-4.0",
    "CC-BY-SA-4.0",
    "CC0-1.0",
    "MIT",
    "public domain",
)


@dataclass(frozen=True, slots=True)
class Prose:
    """One unlabelled document."""

    id: str
    text: str
    genre: str
    label: str
    file: str


def corpora_root(project: Path) -> Path:
    """Folder of the corpora: SLOPSCAN_CORPORA, or ../shared/corpora beside the project."""
    root = Path(os.environ.get("SLOPSCAN_CORPORA") or project.parent / "shared" / "corpora")
    if not root.is_dir():
        raise SlopscanError(
            what="the corpora for word vectors and self-training are absent",
            where=str(root),
            fix="set SLOPSCAN_CORPORA to the folder of *.jsonl.gz files",
        )
    return root


def is_open(licence: str) -> bool:
    """Whether the licence of a document allows commercial use of what is learnt from it."""
    return licence.startswith(OPEN_LICENCES) and "-NC-" not in licence


def read_prose(root: Path) -> Iterator[Prose]:
    """Yield the training documents under open licences, in file order."""
    for path in sorted(root.glob("*.jsonl.gz")):
        name = path.name.removesuffix(".jsonl.gz")
        if name in TREEBANK_FILES:
            continue
        with gzip.open(path, "rt", encoding="utf8") as lines:
            for line in lines:
                row = json.loads(line)
                if row["split"] == "train" and is_open(row.get("license") or ""):
                    yield Prose(row["id"], row["text"], row["genre"], row["label"], name)
