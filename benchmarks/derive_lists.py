"""Derive the word lists of `lexicons/lists/` that are not compiled by hand.

    python benchmarks/derive_lists.py nouns --wordnet DIR --corpora DIR
    python benchmarks/derive_lists.py valence --vader FILE --corpora DIR
    python benchmarks/derive_lists.py pairs --corpora DIR [--seconds 220]

`nouns` keeps a noun when its senses agree and people use it; `valence` rescales the VADER
lexicon; `pairs` parses human training documents and keeps the word pairs that several
documents share, so that a figure everybody uses is not reported as one. No text is stored.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from slopscan.nlp.load import load_pipeline

LISTS = Path(__file__).parent.parent / "lexicons" / "lists"
WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")

PERSON, ANIMAL, GROUP, BODY = 18, 5, 14, 8
CONCRETE = frozenset({6, 13, 15, 17, 20, 27})  # artefact, food, place, object, plant, substance
ABSTRACT = frozenset({4, 7, 9, 12, 16, 26, 28})  # act, attribute, cognition, feeling, motive,
# state, time
OPEN_CLASSES = {
    "person-nouns": (frozenset({PERSON}), 0.5, 40),
    "animal-nouns": (frozenset({ANIMAL}), 0.5, 25),
    "group-nouns": (frozenset({GROUP}), 0.5, 40),
    "thing-nouns": (CONCRETE, 0.75, 30),
    "abstract-nouns": (ABSTRACT, 0.8, 120),
}
TITLES = {
    "person-nouns": "Nouns that name a person.",
    "animal-nouns": "Nouns that name an animal.",
    "group-nouns": "Nouns that name a group or an organisation.",
    "thing-nouns": "Nouns that name a thing: artefact, food, place, plant, substance.",
    "abstract-nouns": "Nouns that name an act, attribute, idea, feeling, state or time.",
}
# What the sense counts get wrong, corrected by hand.
ADDED = {
    "person-nouns": "boss buddy crew crowd dad daddy everybody everyone grandma grandpa guy kid "
    "mama mom mum nobody police somebody someone",
    "thing-nouns": "armchair blanket curtain door hallway house kettle lamp refrigerator window",
    "abstract-nouns": "absence grief longing memory silence",
}
REMOVED = {
    "person-nouns": "character content dark equal figure first great hope individual interior "
    "model national natural normal original past public rest second standard subject white",
    "animal-nouns": "chicken coral duck general stock",
    "thing-nouns": "aa arms baba basic basil bones bottom capital clear east end guide host inside "
    "intermediate lead leader light model mother necessary north office outside overall pale place "
    "china gardenia museum stile terry point record side source south star state top west "
    "working world",
    "abstract-nouns": "care check company government people sense thing way",
}
SENSE_KEY = re.compile(r"^(.+)%1:(\d\d):")


def documents(corpora: Path, *, splits: Iterable[str] = ("train",)) -> Iterator[dict[str, Any]]:
    """Human documents of the named splits."""
    wanted = set(splits)
    for path in sorted(corpora.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf8") as lines:
            for line in lines:
                row = json.loads(line)
                if row["label"] == "human" and row["split"] in wanted:
                    yield row


def word_counts(corpora: Path) -> Counter[str]:
    """Counts of lower-case words in the human training documents."""
    counts: Counter[str] = Counter()
    for row in documents(corpora):
        counts.update(WORD.findall(row["text"].lower()))
    return counts


def with_plural(noun: str, counts: Counter[str]) -> int:
    """Count of a noun with its regular plural."""
    plurals = {f"{noun}s", f"{noun}es", f"{noun[:-1]}ies"}
    return counts[noun] + sum(counts[plural] for plural in plurals)


def noun_senses(wordnet: Path) -> dict[str, Counter[int]]:
    """Noun -> lexicographer file -> weight; every sense counts 1 beside its tagged count."""
    senses: dict[str, Counter[int]] = defaultdict(Counter)
    tagged: Counter[tuple[str, int]] = Counter()
    for line in (wordnet / "cntlist.rev").read_text(encoding="ascii").splitlines():
        key, _, count = line.split(" ")
        match = SENSE_KEY.match(key)
        if match:
            tagged[match[1], int(match[2])] += int(count)
    for line in (wordnet / "data.noun").read_text(encoding="ascii").splitlines():
        if line.startswith("  "):
            continue
        fields = line.split(" ")
        for index in range(int(fields[3], 16)):
            word = fields[4 + 2 * index]
            if word.isalpha() and word.islower():
                senses[word][int(fields[1])] += 1
    for (word, file), count in tagged.items():
        if word in senses:
            senses[word][file] += count
    return senses


def derive_nouns(wordnet: Path, corpora: Path) -> None:
    """Write the noun lists."""
    counts = word_counts(corpora)
    senses = noun_senses(wordnet)
    for name, (files, share, least) in OPEN_CLASSES.items():
        kept = set(ADDED.get(name, "").split())
        for word, weights in senses.items():
            inside = sum(weights[file] for file in files)
            animate = weights[PERSON] + weights[ANIMAL] + weights[GROUP] + weights[BODY]
            total = sum(weights.values())
            mixed = name in ("thing-nouns", "abstract-nouns") and animate > 0.1 * total
            if inside >= share * total and not mixed and with_plural(word, counts) >= least:
                kept.add(word)
        kept -= set(REMOVED.get(name, "").split())
        write(name, TITLES[name], "WordNet 3.0 senses, filtered by frequency", "see NOTICE", kept)


def derive_valence(vader: Path, corpora: Path) -> None:
    """Write VADER's mean ratings (-4 to 4) on the usual scale of 1 to 9 for words in use."""
    counts = word_counts(corpora)
    rows = set()
    for line in vader.read_text(encoding="utf8").splitlines():
        word, mean, *_ = line.split("\t")
        if WORD.fullmatch(word) and counts[word] >= 20:
            rows.add(f"{word}\t{5 + float(mean):.1f}")
    write("valence", "Valence of words, 1 to 9.", "VADER (vaderSentiment)", "MIT, see NOTICE", rows)


def derive_pairs(corpora: Path, seconds: float) -> None:
    """Write the pairs that human documents share."""
    nlp = load_pipeline()
    allowed = {kind: (entries(first), entries(last)) for kind, (first, last, _) in WANTED.items()}
    rows = list(documents(corpora))
    random.Random(1).shuffle(rows)
    end = time.monotonic() + seconds
    pairs: dict[str, dict[tuple[str, str], set[int]]] = defaultdict(lambda: defaultdict(set))
    stems = {word[:4] for name in STEMS for word in entries([name]) if len(word) > 3}
    stream = ((telling(row["text"][:9000], stems), number) for number, row in enumerate(rows))
    for doc, number in nlp.pipe(stream, as_tuples=True, batch_size=32):
        for kind, first, second, surface in doc_pairs(doc):
            if first in allowed[kind][0] and {second, surface} & allowed[kind][1]:
                pairs[kind][first, second].add(number)
        if time.monotonic() > end:
            break
    for kind, (_, _, least) in WANTED.items():
        kept = {
            f"{left}\t{right}"
            for (left, right), numbers in pairs[kind].items()
            if len(numbers) >= least
        }
        write(kind, KINDS[kind], "human training documents, parsed", "counts only", kept)
    print(f"{number + 1} documents read")


STEMS = (
    "verbs-agency-2",
    "verbs-agency-3-strict",
    "verbs-ambient",
    "verbs-carried",
    "verbs-of-fluid",
    "verbs-of-handling",
    "dispositions",
    "bodily-states",
    "tactile-adjectives",
    "moral-adjectives",
    "emotion-nouns",
    "textile-words",
    "hum-verbs",
)
ADJECTIVES = ("physical-adjectives", "moral-adjectives", "antonym-pairs", "yielding-ring-1")
NOT_PEOPLE = ("thing-nouns", "abstract-nouns", "ambient-nouns")
WANTED = {
    "conventional-adjectives": (ADJECTIVES, ADJECTIVES, 3),
    "conventional-agency": (
        (*NOT_PEOPLE, "emotion-nouns"),
        (*STEMS[:5], "textile-words", "hum-verbs"),
        2,
    ),
    "conventional-epithets": (
        (*NOT_PEOPLE, "body-parts"),
        ("dispositions", "bodily-states", "tactile-adjectives", "physical-adjectives"),
        2,
    ),
    "conventional-handling": ((*NOT_PEOPLE, "emotion-nouns"), ("verbs-of-handling",), 2),
    "conventional-containers": (
        (*NOT_PEOPLE, "emotion-nouns"),
        ("concrete-containers", "quantities-of-feeling", "weight-words"),
        2,
    ),
}
KINDS = {
    "conventional-adjectives": "Adjective pairs under one head that human writers share.",
    "conventional-agency": "Subject and verb of thought, body or movement shared by writers.",
    "conventional-epithets": "Noun and adjective that human writers share.",
    "conventional-handling": "Object and verb of handling that human writers share.",
    "conventional-containers": "Noun and head of an of-phrase that human writers share.",
}


def telling(text: str, stems: set[str]) -> str:
    """Keep the sentences in which a word begins like a word of the lists: the parse is dear."""
    sentences = re.split(r"(?<=[.!?])\s+", text)
    return " ".join(
        sentence
        for sentence in sentences
        if any(word[:4] in stems for word in WORD.findall(sentence.lower()))
    )


def doc_pairs(doc: Any) -> Iterator[tuple[str, str, str, str]]:
    """Pairs of one parse: kind, noun, partner's lemma and form (adjectives in order)."""
    for token in doc:
        lemma, head = token.lemma_.lower(), token.head
        partner = head.lemma_.lower()
        if token.dep_ == "nsubj" and token.pos_ in ("NOUN", "PROPN"):
            if head.pos_ == "VERB":
                yield "conventional-agency", lemma, partner, partner
            yield "conventional-epithets", lemma, partner, head.lower_
        elif token.dep_ == "amod":
            yield "conventional-epithets", partner, lemma, token.lower_
        elif token.dep_ == "obj" and token.pos_ == "NOUN":
            yield "conventional-handling", lemma, partner, partner
        elif token.dep_ == "nmod" and any(child.lower_ == "of" for child in token.children):
            yield "conventional-containers", lemma, partner, head.lower_
        elif token.dep_ == "conj" and token.pos_ == head.pos_:
            first, second = sorted((lemma, partner))
            yield "conventional-adjectives", first, second, second


def entries(names: Iterable[str]) -> set[str]:
    """Words of some lists, both columns of pairs."""
    found = set()
    for name in names:
        for line in (LISTS / f"{name}.txt").read_text(encoding="utf8").splitlines():
            if not line.startswith("#"):
                found.update(line.split("\t"))
    return found


def write(name: str, what: str, source: str, licence: str, rows: Iterable[str]) -> None:
    """Write one list, sorted."""
    body = "\n".join(sorted(rows))
    header = f"# {what}\n# Source: {source}; benchmarks/derive_lists.py. Licence: {licence}.\n"
    (LISTS / f"{name}.txt").write_text(f"{header}{body}\n", encoding="utf8")
    print(name, body.count("\n") + 1)


def main() -> None:
    """Read the arguments and run one step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", choices=["nouns", "valence", "pairs"])
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"))
    parser.add_argument("--vader", type=Path)
    parser.add_argument("--seconds", type=float, default=220)
    arguments = parser.parse_args()
    if arguments.step == "nouns":
        derive_nouns(arguments.wordnet, arguments.corpora)
    elif arguments.step == "valence":
        derive_valence(arguments.vader, arguments.corpora)
    else:
        derive_pairs(arguments.corpora, arguments.seconds)


if __name__ == "__main__":
    main()
