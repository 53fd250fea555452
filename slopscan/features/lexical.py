"""Rates of word classes and of closed sets of words."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import chain
from typing import Final

from slopscan.features.schema import Feature
from slopscan.features.view import SentenceView, any_alnum, word_set

_PER_1K: Final = "per 1,000 words"
_BIBER: Final = "Biber 1988"
_REINHART: Final = "Reinhart et al. 2025: instruction-tuned models overuse it"
_INFORMAL: Final = "Herbold et al. 2023: human essays are less formal"
_UNPARSED: Final = "no words, or no parse"

_SETS: Final[dict[str, frozenset[str]]] = {
    "lexical.first_singular": frozenset(["i", "me", "my", "mine", "myself"]),
    "lexical.first_plural": frozenset(["we", "us", "our", "ours", "ourselves"]),
    "lexical.second_person": frozenset(["you", "your", "yours", "yourself", "yourselves"]),
    "lexical.third_person": word_set(
        "he him his himself she her hers herself they them their theirs themselves"
    ),
    "lexical.it": frozenset(["it", "its", "itself"]),
    "lexical.demonstratives": frozenset(["this", "that", "these", "those"]),
    "lexical.negations": word_set("not n't no never nothing nobody none nor neither"),
    "lexical.emphatics": word_set(
        "very really just so quite pretty too even actually totally definitely"
    ),
    "lexical.hedges": word_set(
        "maybe perhaps probably possibly might seem seems seemed guess somewhat"
    ),
    "lexical.vague": word_set(
        "thing things stuff lot lots something anything everything someone people"
    ),
    "lexical.plain_verbs": word_set(
        "get gets got getting go goes went going say says said put puts thing came come"
    ),
    "lexical.and": frozenset({"and"}),
    "lexical.but": frozenset({"but"}),
    "lexical.of": frozenset({"of"}),
}
_LABELS: Final = {
    "lexical.first_singular": ("'I', 'me', 'my'", _BIBER, (0.0, 90.0)),
    "lexical.first_plural": ("'we', 'us', 'our'", _BIBER, (0.0, 45.0)),
    "lexical.second_person": ("'you', 'your'", _BIBER, (0.0, 60.0)),
    "lexical.third_person": ("'he', 'she', 'they' and their forms", _BIBER, (0.0, 130.0)),
    "lexical.it": ("'it', 'its'", _BIBER, (0.0, 40.0)),
    "lexical.demonstratives": ("'this', 'that', 'these', 'those'", _BIBER, (0.0, 45.0)),
    "lexical.negations": ("negations", _BIBER, (0.0, 30.0)),
    "lexical.emphatics": ("emphatics ('very', 'really', 'just')", _BIBER, (0.0, 30.0)),
    "lexical.hedges": ("hedges ('maybe', 'perhaps', 'seems')", _BIBER, (0.0, 12.0)),
    "lexical.vague": ("vague words ('thing', 'lot', 'something')", _INFORMAL, (0.0, 25.0)),
    "lexical.plain_verbs": ("plain verbs ('get', 'go', 'say')", _INFORMAL, (0.0, 35.0)),
    "lexical.and": ("'and'", "", (5.0, 60.0)),
    "lexical.but": ("'but'", "", (0.0, 15.0)),
    "lexical.of": ("'of'", "", (0.0, 60.0)),
}
_TAGGED: Final = {
    "lexical.nouns": ("common nouns", {"NN", "NNS"}, (80.0, 380.0)),
    "lexical.adjectives": ("adjectives", {"JJ", "JJR", "JJS"}, (15.0, 150.0)),
    "lexical.adverbs": ("adverbs", {"RB", "RBR", "RBS"}, (10.0, 110.0)),
    "lexical.past_tense": ("past-tense verbs", {"VBD"}, (0.0, 120.0)),
    "lexical.present_tense": ("present-tense verbs", {"VBZ", "VBP"}, (0.0, 120.0)),
    "lexical.ing_forms": ("verbs in -ing", {"VBG"}, (0.0, 60.0)),
    "lexical.modals": ("modal verbs", {"MD"}, (0.0, 40.0)),
    "lexical.determiners": ("determiners", {"DT", "PDT"}, (30.0, 150.0)),
    "lexical.prepositions": ("prepositions", {"IN"}, (50.0, 170.0)),
    "lexical.plurals": ("plural nouns", {"NNS"}, (5.0, 140.0)),
}

FEATURES: Final = (
    *(
        Feature(name, label, _PER_1K, limits, source=source)
        for name, (label, source, limits) in _LABELS.items()
    ),
    *(
        Feature(name, label, _PER_1K, limits, _UNPARSED, _BIBER)
        for name, (label, _, limits) in _TAGGED.items()
    ),
    Feature("lexical.contractions", "contractions", _PER_1K, (0, 50), _UNPARSED, _INFORMAL),
    Feature(
        "lexical.nominalisations",
        "nouns made from verbs and adjectives (-tion, -ment, -ness, -ity)",
        _PER_1K,
        (0, 90),
        _UNPARSED,
        _REINHART,
    ),
    Feature(
        "lexical.noun_verb_ratio",
        "common nouns for each verb",
        "ratio",
        (0.3, 5),
        "no verb, or no parse",
        _BIBER,
    ),
    Feature(
        "lexical.mattr",
        "variety of words (distinct share in runs of 50)",
        "ratio",
        (0.55, 0.95),
        "fewer than 50 words",
        "Covington and McFall 2010",
    ),
    Feature("lexical.word_length", "letters per word", "letters", (3.3, 6.3), source=_BIBER),
)

_NOMINAL: Final = re.compile(r"\w{3,}(?:tion|sion|ment|ness|ity|ance|ence)s?$")
_MATTR_WINDOW: Final = 50


def measure(sentences: list[SentenceView]) -> dict[str, float]:
    """Return the features of this family that are defined for `sentences`."""
    n_words = sum(sentence.n_words for sentence in sentences)
    if not n_words:
        return {}
    scale = 1000 / n_words
    words = list(chain.from_iterable(sentence.lower for sentence in sentences))
    lower = Counter(words)
    found = {name: sum(lower[w] for w in words) * scale for name, words in _SETS.items()}
    spelled = list(filter(any_alnum, words))
    found["lexical.word_length"] = sum(map(len, spelled)) / len(spelled)
    if len(spelled) >= _MATTR_WINDOW:
        found["lexical.mattr"] = _mattr(spelled)
    if any(sentence.tags for sentence in sentences):
        found.update(_tagged(sentences, scale))
    return found


def _tagged(sentences: list[SentenceView], scale: float) -> dict[str, float]:
    counts = Counter(chain.from_iterable(zip(s.lower, s.tags, strict=False) for s in sentences))
    tags: Counter[str] = Counter()
    contractions = nominalisations = 0
    for pair, n in counts.items():
        spelled, contracted, nominal = _kinds(*pair)
        if spelled:
            tags[pair[1]] += n
        if contracted:
            contractions += n
        if nominal:
            nominalisations += n
    found = {
        name: sum(tags[tag] for tag in wanted) * scale for name, (_, wanted, _r) in _TAGGED.items()
    }
    found["lexical.contractions"] = scale * contractions
    found["lexical.nominalisations"] = scale * nominalisations
    verbs = sum(n for tag, n in tags.items() if tag.startswith("V"))
    if verbs:
        found["lexical.noun_verb_ratio"] = (tags["NN"] + tags["NNS"]) / verbs
    return found


@lru_cache(maxsize=65536)
def _kinds(word: str, tag: str) -> tuple[bool, bool, bool]:
    """Say whether a word counts for its tag, as a contraction, and as a nominalisation."""
    if not any_alnum(word):
        return False, False, False
    contracted = (word[0] == "'" and tag not in {"POS", "``", "''"}) or word == "n't"
    nominal = tag in {"NN", "NNS"} and _NOMINAL.match(word) is not None
    return word not in {"n't", "not"}, contracted, nominal


def _mattr(words: list[str]) -> float:
    """Return the mean share of distinct words in every run of `_MATTR_WINDOW`.

    A word is counted in the runs in which it is the first of its kind: those that begin after
    its last occurrence, and not so early that they end before it.
    """
    last_start = len(words) - _MATTR_WINDOW
    seen: dict[str, int] = {}
    total = 0
    # Of a word in the middle of a text: as many runs as there are words since its last occurrence.
    for at, word in enumerate(words):
        since = at - seen.get(word, -1)
        seen[word] = at
        if at > last_start:
            # Runs after `last_start` would end beyond the text.
            since = min(since, _MATTR_WINDOW) - (at - last_start)
            total += since if since > 0 else 0
        else:
            total += since if since < _MATTR_WINDOW else _MATTR_WINDOW
    return total / (_MATTR_WINDOW * (last_start + 1))
