"""Count selectional preferences in parsed human prose and write what the package ships.

    python benchmarks/derive_preferences.py --corpora DIR

Reads the human training documents whose licence lets figures about them be published with a
package: none that is non-commercial or states no licence. A pair is kept when two documents
or more have it, a word when it was counted five times or has a class. No text is stored.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from slopscan.document import Source
from slopscan.nlp.annotate import annotate
from slopscan.nlp.load import load_pipeline
from slopscan.nlp.preferences import CLASSES, DATA, FORMAT, RELATIONS, WORD_BITS, pairs_of
from slopscan.readers import parse

LISTS: Final = Path(__file__).parent.parent / "lexicons" / "lists"
LEFT_OUT: Final = ("-NC", "non-commercial", "none stated", "publishers'", "authors'")
MIN_COUNT: Final = 5
MIN_DOCUMENTS: Final = 2
# The first class whose lists hold a noun is its class.
CLASS_LISTS: Final = {
    "body": ("body-parts",),
    "ambient": ("ambient-nouns",),
    "feeling": ("emotion-nouns",),
    "group": ("metonyms", "group-nouns"),
    "person": ("person-nouns",),
    "animal": ("animal-nouns",),
    "thing": ("thing-nouns",),
    "abstract": ("abstract-nouns", "abstract-qualities", "abstract-extra"),
}


def documents(corpora: Path) -> Iterator[dict[str, Any]]:
    """Human training documents of the sources that are fit."""
    for path in sorted(corpora.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf8") as lines:
            for line in lines:
                row = json.loads(line)
                wanted = row["label"] == "human" and row["split"] == "train"
                if wanted and not any(mark in row["license"] for mark in LEFT_OUT):
                    yield row | {"file": path.name.split(".")[0]}


def noun_classes() -> dict[str, str]:
    """Class by noun."""
    found = {"person": "person", "name": "name"}
    for name, lists in CLASS_LISTS.items():
        for word_list in lists:
            for line in (LISTS / f"{word_list}.txt").read_text(encoding="utf8").splitlines():
                if not line.startswith("#"):
                    found.setdefault(line, name)
    return found


def count(corpora: Path) -> tuple[dict[str, Counter[tuple[str, str]]], dict[str, Any]]:
    """Count pairs by relation; those of one document only get the noun "" instead."""
    rows = list(documents(corpora))
    random.Random(1).shuffle(rows)
    pairs: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    spread: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    n_words = 0
    sources = (parse(Source(name=f"{row['id']}.md", text=row["text"])) for row in rows)
    for number, annotated in enumerate(annotate(sources, load_pipeline())):
        here: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
        for block in annotated.blocks:
            if block.columns is not None:
                for pair in pairs_of(block.columns):
                    here[pair.relation][pair.governor, pair.dependent] += 1
        for relation, found in here.items():
            pairs[relation].update(found)
            spread[relation].update(found.keys())
        n_words += annotated.n_words
        if number % 500 == 0:
            print(number, n_words, flush=True)
    about = {
        "documents": len(rows),
        "words": n_words,
        "sources": sorted({row["file"] for row in rows}),
        "licences": sorted({row["license"] for row in rows}),
    }
    return pairs, {"about": about, "spread": spread}


def write(folder: Path, pairs: dict[str, Counter[tuple[str, str]]], extra: dict[str, Any]) -> None:
    """Write the three files."""
    classes = noun_classes()
    words: Counter[str] = Counter()
    for found in pairs.values():
        for (governor, noun), n in found.items():
            words.update({governor: n, noun: n})
    words.update(dict.fromkeys(classes, 0))
    kept = sorted(
        word
        for word, n in words.items()
        if (n >= MIN_COUNT or word in classes)
        and word.isascii()
        and word.replace(" ", "").replace("-", "").isalpha()
    )
    assert len(kept) < 1 << WORD_BITS, len(kept)
    index = {word: number for number, word in enumerate(kept)}
    class_of = [CLASSES.index(classes.get(word, "other")) for word in kept]
    arrays: dict[str, np.ndarray] = {}
    totals = {}
    for relation in RELATIONS:
        found = pairs[relation]
        spread = extra["spread"][relation]
        n = len(kept)
        total, types, nouns = (np.zeros(n, np.uint32) for _ in range(3))
        by_class = np.zeros((n, len(CLASSES)), np.uint32)
        stored = []
        for (governor, noun), count_ in found.items():
            if (g := index.get(governor)) is None:
                continue
            total[g] += count_
            types[g] += 1
            by_class[g, CLASSES.index(classes.get(noun, "other"))] += count_
            if (d := index.get(noun)) is not None:
                nouns[d] += count_
                if spread[governor, noun] >= MIN_DOCUMENTS:
                    stored.append((g << WORD_BITS | d, min(count_, 65535)))
        stored.sort()
        keys = np.array([key for key, _ in stored], np.uint32)
        arrays[f"{relation}.totals"], arrays[f"{relation}.types"] = total, types
        arrays[f"{relation}.classes"], arrays[f"{relation}.nouns"] = by_class, nouns
        arrays[f"{relation}.steps"] = np.diff(keys, prepend=np.uint32(0))
        arrays[f"{relation}.counts"] = np.array([n for _, n in stored], np.uint16)
        totals[relation] = {"tokens": int(total.sum()), "pairs": len(stored)}
    folder.mkdir(parents=True, exist_ok=True)
    rows = [f"{word}\t{CLASSES[c]}\n" for word, c in zip(kept, class_of, strict=True)]
    (folder / "vocabulary.tsv").write_text("".join(rows), encoding="utf8")
    np.savez_compressed(folder / "counts.npz", **arrays)
    files = ("counts.npz", "vocabulary.tsv")
    manifest = {
        "format": FORMAT,
        "what": "counts of pairs in parsed human prose; words and figures only",
        "relations": totals,
        "classes": list(CLASSES),
        "min_documents": MIN_DOCUMENTS,
        "words_kept": len(kept),
        **extra["about"],
        "files": {n: hashlib.sha256((folder / n).read_bytes()).hexdigest() for n in files},
    }
    text = json.dumps(manifest, indent=1, sort_keys=True) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf8")
    print(text)


def main() -> None:
    """Read the arguments, count and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--output", type=Path, default=DATA)
    arguments = parser.parse_args()
    pairs, extra = count(arguments.corpora)
    write(arguments.output, pairs, extra)


if __name__ == "__main__":
    main()
