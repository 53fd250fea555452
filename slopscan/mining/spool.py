"""The texts of both sides on disk, read again in each pass over them.

Memory holds one short entry for each text; the texts themselves are read one at a time, those of
one prompt after another, since prompts are the units that vary.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from slopscan.corpus.statistics import Totals
from slopscan.mining.texts import HUMAN, MODEL, Text, text_of

SIDES: Final = (MODEL, HUMAN)
LABELS: Final = ("id", "prompt", "source", "generator")


@dataclass(slots=True)
class _Entry:
    cluster: str
    number: int
    place: int
    words: int


@dataclass(slots=True)
class Side:
    """What is known of one side before any counting.

    Attributes
    ----------
    texts, words : int
    groups : mapping of str to (mapping of str to int)
        For prompts, sources and generators: how many texts each has.
    """

    texts: int = 0
    words: int = 0
    groups: dict[str, dict[str, int]] = field(
        default_factory=lambda: {name: {} for name in LABELS[1:]}
    )


class Spool:
    """A file of texts in a folder.

    Parameters
    ----------
    folder : Path
        Exists; the file is left to its owner to delete.

    Attributes
    ----------
    sides : dict of str to Side
    rules : Counter of str
        In how many texts each rule has hits.
    """

    def __init__(self, folder: Path) -> None:
        self._stream = (folder / "texts.jsonl").open("w+b")
        self._entries: dict[str, list[_Entry]] = {side: [] for side in SIDES}
        self.sides = {side: Side() for side in SIDES}
        self.rules: Counter[str] = Counter()

    def add(self, side: str, labels: Mapping[str, str], record: Mapping[str, Any]) -> None:
        """Keep a text."""
        known, entries = self.sides[side], self._entries[side]
        number = len(entries)
        words = int(record["n_words"])
        cluster = f"p{labels['prompt']}" if labels["prompt"] else f"t{number:09d}"
        place = self._stream.tell()
        entries.append(_Entry(cluster, number, place, words))
        self._stream.write(json.dumps([labels, record]).encode("ascii") + b"\n")
        self.rules.update(record["hits"].keys())
        known.texts += 1
        known.words += words
        for name, groups in known.groups.items():
            if labels[name]:
                groups[labels[name]] = groups.get(labels[name], 0) + 1

    def clusters(self, side: str) -> Iterator[list[Text]]:
        """Yield the texts of each prompt; a text without a prompt stands alone."""
        entries = sorted(self._entries[side], key=lambda entry: (entry.cluster, entry.number))
        start = 0
        for end in range(1, len(entries) + 1):
            if end == len(entries) or entries[end].cluster != entries[start].cluster:
                yield [self._read(entry) for entry in entries[start:end]]
                start = end

    def texts(self, side: str) -> Iterator[Text]:
        """Yield every text of a side, in the order of `clusters`."""
        entries = sorted(self._entries[side], key=lambda entry: (entry.cluster, entry.number))
        return (self._read(entry) for entry in entries)

    def totals(self, side: str) -> Totals:
        """Return the size of a side in clusters."""
        words: dict[str, int] = {}
        for entry in self._entries[side]:
            words[entry.cluster] = words.get(entry.cluster, 0) + entry.words
        squared = sum(float(n) ** 2 for n in words.values())
        return Totals(len(words), sum(words.values()), squared)

    def close(self) -> None:
        """Close the file."""
        self._stream.close()

    def _read(self, entry: _Entry) -> Text:
        self._stream.seek(entry.place)
        labels, record = json.loads(self._stream.readline())
        return text_of(entry.number, labels, record)
