"""Rates of constructions read from the parse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import Final

from slopscan.features.schema import Feature
from slopscan.features.view import SentenceView

_PER_1K: Final = "per 1,000 words"
_PARSE: Final = "no words, or no parse"
_REINHART: Final = "Reinhart et al. 2025: instruction-tuned models overuse it"
_BIBER: Final = "Biber 1988"
_FINITE: Final = frozenset({"VBD", "VBZ", "VBP", "MD"})

FEATURES: Final = (
    Feature(
        "syntax.participial_codas",
        "clauses in -ing hung on after a comma",
        _PER_1K,
        (0, 20),
        _PARSE,
        _REINHART,
    ),
    Feature("syntax.passives", "passives", _PER_1K, (0, 35), _PARSE, _BIBER),
    Feature(
        "syntax.existential_there", "'there is', 'there are'", _PER_1K, (0, 12), _PARSE, _BIBER
    ),
    Feature(
        "syntax.dependency_distance",
        "words between a word and its head",
        "words",
        (1.5, 4.5),
        _PARSE,
        "Liu 2008; Munoz-Ortiz et al. 2024",
    ),
    Feature("syntax.tree_depth", "depth of the sentence tree", "levels", (1.5, 10), _PARSE),
    Feature(
        "syntax.triples",
        "lists of exactly three among all coordinations",
        "share",
        (0, 0.7),
        "fewer than 3 coordinations, or no parse",
        "catalogue of tics: the rule of three",
    ),
    Feature("syntax.coordinations", "coordinations", _PER_1K, (5, 75), _PARSE),
    Feature("syntax.relative_clauses", "relative clauses", _PER_1K, (0, 30), _PARSE, _BIBER),
    Feature("syntax.adverbial_clauses", "adverbial clauses", _PER_1K, (0, 45), _PARSE, _BIBER),
    Feature("syntax.complement_clauses", "complement clauses", _PER_1K, (0, 40), _PARSE, _BIBER),
    Feature("syntax.appositions", "appositions", _PER_1K, (0, 20), _PARSE),
    Feature(
        "syntax.adjective_before_noun",
        "adjectives before each common noun",
        "ratio",
        (0, 0.8),
        "no noun, or no parse",
        _REINHART,
    ),
    Feature("syntax.fragments", "sentences without a finite verb", "share", (0, 0.6), _PARSE),
    Feature(
        "syntax.subject_first", "sentences that open with the subject", "share", (0, 1), _PARSE
    ),
    Feature(
        "syntax.clauses",
        "finite verbs for each sentence",
        "ratio",
        (0.3, 5),
        _PARSE,
        _BIBER,
    ),
)
_MAX_DEPTH: Final = 60
_SUBJECT_OPENERS: Final = frozenset({"PRP", "DT", "NNP", "NN", "NNS", "EX", "PRP$"})


def measure(sentences: list[SentenceView]) -> dict[str, float]:
    """Return the features of this family that are defined for `sentences`."""
    parsed = [sentence for sentence in sentences if sentence.deps and sentence.n_words]
    n_words = sum(sentence.n_words for sentence in parsed)
    if not n_words:
        return {}
    scale = 1000 / n_words
    deps = Counter(chain.from_iterable(sentence.deps for sentence in parsed))
    tags = Counter(chain.from_iterable(sentence.tags for sentence in parsed))
    sizes = [size for sentence in parsed for size in _coordinations(sentence)]
    finite = [sum(map(_FINITE.__contains__, sentence.tags)) for sentence in parsed]
    nouns = tags["NN"] + tags["NNS"]
    found = {
        "syntax.participial_codas": scale * sum(map(_codas, parsed)),
        "syntax.passives": scale * (deps["nsubj:pass"] + deps["csubj:pass"]),
        "syntax.existential_there": scale * tags["EX"],
        "syntax.dependency_distance": _distance(parsed),
        "syntax.tree_depth": sum(map(_depth, parsed)) / len(parsed),
        "syntax.coordinations": scale * len(sizes),
        "syntax.relative_clauses": scale * deps["acl:relcl"],
        "syntax.adverbial_clauses": scale * deps["advcl"],
        "syntax.complement_clauses": scale * (deps["ccomp"] + deps["xcomp"]),
        "syntax.appositions": scale * deps["appos"],
        "syntax.fragments": sum(n == 0 for n in finite) / len(parsed),
        "syntax.subject_first": sum(s.tags[0] in _SUBJECT_OPENERS for s in parsed) / len(parsed),
        "syntax.clauses": sum(finite) / len(parsed),
    }
    if nouns:
        found["syntax.adjective_before_noun"] = deps["amod"] / nouns
    if len(sizes) >= 3:
        found["syntax.triples"] = sum(size == 3 for size in sizes) / len(sizes)
    return found


def _coordinations(sentence: SentenceView) -> list[int]:
    if "conj" not in sentence.deps:
        return []
    pairs = zip(sentence.deps, sentence.heads, strict=True)
    return [1 + n for n in Counter(head for dep, head in pairs if dep == "conj").values()]


def _codas(sentence: SentenceView) -> int:
    if "VBG" not in sentence.tags or "," not in sentence.words:
        return 0
    return sum(
        tag == "VBG"
        and dep.startswith("advcl")
        and 0 <= head < index
        and "," in sentence.words[max(head, index - 3) : index]
        for index, (tag, dep, head) in enumerate(
            zip(sentence.tags, sentence.deps, sentence.heads, strict=True)
        )
    )


def _distance(sentences: list[SentenceView]) -> float:
    total = count = 0
    for sentence in sentences:
        for index, (dep, head) in enumerate(zip(sentence.deps, sentence.heads, strict=True)):
            if head >= 0 and dep != "punct":
                total += head - index if head > index else index - head
                count += 1
    return total / count if count else 0.0


def _depth(sentence: SentenceView) -> int:
    """Return how many steps the word farthest from its root is away from it."""
    heads = sentence.heads
    # All words, then those that are one step below a root, two steps, and so on.
    level: Sequence[int] = heads
    depth = -1
    while level and depth < _MAX_DEPTH:
        level = [heads[head] for head in level if head >= 0]
        depth += 1
    return depth
