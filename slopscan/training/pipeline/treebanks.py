"""Read CoNLL-U treebanks."""

import gzip
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from slopscan.errors import SlopscanError

FILES = {
    "ewt-train": "UD_English-EWT/en_ewt-ud-train.conllu.gz",
    "ewt-dev": "UD_English-EWT/en_ewt-ud-dev.conllu.gz",
    "ewt-test": "UD_English-EWT/en_ewt-ud-test.conllu.gz",
    "gum-train": "UD_English-GUM/en_gum-ud-train.conllu.gz",
    "gum-dev": "UD_English-GUM/en_gum-ud-dev.conllu.gz",
    "gum-test": "UD_English-GUM/en_gum-ud-test.conllu.gz",
    "pud-test": "UD_English-PUD/en_pud-ud-test.conllu.gz",
    "gentle-test": "UD_English-GENTLE/en_gentle-ud-test.conllu.gz",
    "lines-test": "UD_English-LinES/en_lines-ud-test.conllu.gz",
}


@dataclass(slots=True)
class Word:
    """One syntactic word."""

    form: str
    lemma: str
    upos: str
    xpos: str
    feats: str
    head: int
    """Index in the sentence, -1 for the root."""
    deprel: str
    space: bool
    """Whether white space follows in the text."""


@dataclass(slots=True)
class Sentence:
    """One sentence with its text and its document."""

    document: str
    text: str
    words: list[Word] = field(default_factory=list)
    opens_paragraph: bool = False


def treebanks_root(project: Path) -> Path:
    """Folder of the treebanks: SLOPSCAN_TREEBANKS, or ../shared/treebanks beside the project."""
    root = Path(os.environ.get("SLOPSCAN_TREEBANKS") or project.parent / "shared" / "treebanks")
    if not root.is_dir():
        raise SlopscanError(
            what="the Universal Dependencies treebanks are absent",
            where=str(root),
            fix="set SLOPSCAN_TREEBANKS to the folder that holds UD_English-EWT, UD_English-GUM, "
            "UD_English-PUD, UD_English-GENTLE and UD_English-LinES",
        )
    return root


def read_treebank(root: Path, name: str) -> list[Sentence]:
    """Read one file of `FILES`."""
    path = root / FILES[name]
    if not path.is_file():
        raise SlopscanError(
            what=f"treebank file for {name} is absent",
            where=str(path),
            fix="fetch it from the UniversalDependencies repository of that name",
        )
    return read_sentences(path)


def read_sentences(path: Path) -> list[Sentence]:
    """Read a gzipped CoNLL-U file."""
    with gzip.open(path, "rt", encoding="utf8") as lines:
        return list(_sentences(lines))


def _sentences(lines: Iterator[str]) -> Iterator[Sentence]:
    document = ""
    sentence = Sentence(document, "")
    glued_until, glued_space = 0, True
    for raw in lines:
        line = raw.rstrip("\n")
        if line.startswith("# newdoc id = "):
            document = line[14:]
        elif line.startswith("# newpar"):
            sentence.opens_paragraph = True
        elif line.startswith("# text = "):
            sentence.text = line[9:]
        elif not line:
            sentence.document = document
            yield sentence
            sentence, glued_until = Sentence(document, ""), 0
        elif line[0] != "#":
            columns = line.split("\t")
            space = "SpaceAfter=No" not in columns[9].split("|")
            if columns[0].isdigit():
                number = int(columns[0])
                if number < glued_until:
                    space = False
                elif number == glued_until:
                    space = glued_space
                sentence.words.append(_word(columns, space))
            elif "-" in columns[0]:
                # A multiword token: its words are written without blanks between them.
                glued_until, glued_space = int(columns[0].split("-")[1]), space


def _word(columns: list[str], space: bool) -> Word:
    return Word(
        form=columns[1],
        lemma=columns[2],
        upos=columns[3],
        xpos=columns[4],
        feats="" if columns[5] == "_" else columns[5],
        head=int(columns[6]) - 1,
        deprel=columns[7],
        space=space,
    )


def grouped_by_document(sentences: list[Sentence]) -> list[list[Sentence]]:
    """Sentences of each document, in order."""
    groups: list[list[Sentence]] = []
    for sentence in sentences:
        if not groups or groups[-1][0].document != sentence.document:
            groups.append([])
        groups[-1].append(sentence)
    return groups


def read_sources(root: Path, name: str) -> dict[str, str]:
    """Author and address of each document, from the comments of GUM."""
    sources: dict[str, str] = {}
    document, author = "", ""
    with gzip.open(root / FILES[name], "rt", encoding="utf8") as lines:
        for line in lines:
            if line.startswith("# newdoc id = "):
                document = line[14:].strip()
            elif line.startswith("# meta::author = "):
                author = line[17:].strip()
            elif line.startswith("# meta::sourceURL = "):
                sources[document] = f"{author}, {line[20:].strip()}"
    return sources
