"""The word lists of Biber's features, and what one word with its tag counts as."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from slopscan.features.view import word_set

WH: Final = word_set("who what where when why how which whose whom whether")
HAVE: Final = word_set("have has had having 've 'd 's")
DO: Final = word_set("do does did done doing")
DEMONSTRATIVES: Final = word_set("this that these those")
PARTICLES: Final = word_set("well now anyway anyhow anyways")
AUXILIARY: Final = word_set("MD VBD VBZ VBP VB VBN VBG")
NOMINAL: Final = re.compile(r"\w{3,}(?:tion|ment|ness|ity)(?:s|ies)?$|\w{3,}ities$")

_BY_WORD: Final[dict[str, frozenset[str]]] = {
    "place_adverbials": word_set(
        "aboard above abroad across ahead alongside around ashore astern away behind below "
        "beneath beside downhill downstairs downstream east far hereabouts indoors inland "
        "inshore inside locally near nearby north nowhere outdoors outside overboard overland "
        "overseas south underfoot underground underneath uphill upstairs upstream west"
    ),
    "time_adverbials": word_set(
        "afterwards again earlier early eventually formerly immediately initially instantly late "
        "lately later momentarily now nowadays once originally presently previously recently "
        "shortly simultaneously soon subsequently today tomorrow tonight yesterday"
    ),
    "first_person_pronouns": word_set("i me my mine myself we us our ours ourselves"),
    "second_person_pronouns": word_set("you your yours yourself yourselves"),
    "third_person_pronouns": word_set(
        "he him his himself she her hers herself they them their theirs themselves"
    ),
    "pronoun_it": frozenset({"it"}),
    "indefinite_pronouns": word_set(
        "anybody anyone anything everybody everyone everything nobody none nothing nowhere "
        "somebody someone something"
    ),
    "causative_subordinators": frozenset({"because"}),
    "concessive_subordinators": word_set("although though tho"),
    "conditional_subordinators": word_set("if unless"),
    "other_subordinators": word_set("since while whilst whereupon whereas whereby as"),
    "conjuncts": word_set(
        "alternatively altogether consequently conversely e.g. else furthermore hence however i.e. "
        "instead likewise moreover namely nevertheless nonetheless notwithstanding otherwise "
        "rather similarly therefore thus viz."
    ),
    "downtoners": word_set(
        "almost barely hardly merely mildly nearly only partially partly practically scarcely "
        "slightly somewhat"
    ),
    "hedges": word_set("maybe about roughly approximately"),
    "amplifiers": word_set(
        "absolutely altogether completely deeply enormously entirely extremely fully greatly "
        "highly intensely perfectly strongly thoroughly totally utterly very"
    ),
    "emphatics": word_set("just really most more such real so"),
    "possibility_modals": word_set("can may might could ca"),
    "necessity_modals": word_set("ought should must"),
    "predictive_modals": word_set("will would shall 'll wo sha"),
    "synthetic_negation": word_set("no neither nor"),
    "analytic_negation": word_set("not n't"),
}
# Only with these tags: "about" as an adverb hedges, as a preposition it does not.
_NEEDS: Final[dict[str, frozenset[str]]] = {
    "place_adverbials": word_set("RB RBR"),
    "time_adverbials": word_set("RB RBR NN"),
    "causative_subordinators": frozenset({"IN"}),
    "concessive_subordinators": frozenset({"IN"}),
    "conditional_subordinators": frozenset({"IN"}),
    "other_subordinators": frozenset({"IN"}),
    "conjuncts": frozenset({"RB"}),
    "downtoners": frozenset({"RB"}),
    "hedges": frozenset({"RB"}),
    "amplifiers": frozenset({"RB"}),
    "emphatics": word_set("RB RBR RBS JJ"),
    "possibility_modals": frozenset({"MD"}),
    "necessity_modals": frozenset({"MD"}),
    "predictive_modals": frozenset({"MD"}),
    "synthetic_negation": word_set("DT CC"),
}
_STEMS: Final[dict[str, str]] = {
    "public_verbs": "acknowledge admit agree assert claim complain declare deny explain hint "
    "insist mention proclaim promise protest remark reply report say suggest swear write",
    "private_verbs": "anticipate assume believe conclude decide demonstrate determine discover "
    "doubt estimate fear feel find forget guess hear hope imagine imply indicate infer know "
    "learn mean notice prove realize realise recall recognize recognise remember reveal see "
    "show suppose suspect think understand",
    "suasive_verbs": "agree arrange ask beg command decide demand grant insist instruct ordain "
    "pledge pronounce propose recommend request stipulate suggest urge",
    "seem_appear": "seem appear",
}
_IRREGULAR: Final = {
    "said": "say", "wrote": "write", "written": "write", "swore": "swear", "felt": "feel",
    "found": "find", "forgot": "forget", "forgotten": "forget", "heard": "hear", "knew": "know",
    "known": "know", "meant": "mean", "saw": "see", "seen": "see", "shown": "show",
    "thought": "think", "understood": "understand", "learnt": "learn", "proven": "prove",
}  # fmt: skip
_TAGS: Final = {
    "VBD": "past_tense",
    "VBZ": "present_tense",
    "VBP": "present_tense",
    "RBR": "adverbs",
    "RBS": "adverbs",
}


def _forms(stem: str) -> Iterator[str]:
    root = stem.removesuffix("e")
    yield from (stem, f"{stem}s", f"{root}ed", f"{root}ing")
    if stem.endswith("y") and stem[-2] not in "aeiou":
        yield from (f"{stem[:-1]}ies", f"{stem[:-1]}ied")
    if stem in {"admit", "infer", "beg"}:
        yield from (f"{stem}{stem[-1]}ed", f"{stem}{stem[-1]}ing")


def _index() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, stems in _STEMS.items():
        for stem in stems.split():
            irregular = [form for form, of in _IRREGULAR.items() if of == stem]
            for form in {*_forms(stem), *irregular}:
                found.setdefault(form, []).append(name)
    return {form: tuple(names) for form, names in found.items()}


_VERBS: Final = _index()
_WORDS: Final[dict[str, tuple[str, ...]]] = {
    word: tuple(name for name, words in _BY_WORD.items() if word in words)
    for word in sorted({word for words in _BY_WORD.values() for word in words})
}


def by_word(lower: str, tag: str) -> Iterator[str]:
    """Yield the features that a word counts towards by itself."""
    if tag in _TAGS:
        yield _TAGS[tag]
    elif tag == "RB":
        if lower not in {"not", "n't"}:
            yield "adverbs"
    elif tag == "IN":
        yield "prepositional_phrases"
    elif tag == "EX":
        yield "existential_there"
    for name in _WORDS.get(lower, ()):
        needed = _NEEDS.get(name)
        if needed is None or tag in needed:
            yield name
    if tag[:1] == "V":
        yield from _VERBS.get(lower, ())
    if (lower[0] == "'" and tag not in {"POS", "``", "''"}) or lower == "n't":
        yield "contractions"
