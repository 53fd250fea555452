"""The 67 linguistic features of Biber (1988, appendix II), under his names, on UD parses.

Each is counted for 1,000 words but the type/token ratio and the word length. They are measures
for rules and reports; the learned score gains nothing from them (decision 0030).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from slopscan.features import biber_words as w
from slopscan.features.schema import Feature
from slopscan.features.view import SentenceView, any_alnum

_PER_1K: Final = "per 1,000 words"
_UNPARSED: Final = "no words, or no parse"
_SOURCE: Final = "Biber 1988, appendix II"
_FIRST_WORDS: Final = 400
_OBJECTS: Final = frozenset({"obj", "xcomp", "ccomp"})

# name, label, highest rate that counts
_ROWS: Final[tuple[tuple[str, str, float], ...]] = (
    ("past_tense", "verbs in the past tense", 120),
    ("perfect_aspect", "perfect forms ('has gone')", 30),
    ("present_tense", "verbs in the present tense", 120),
    ("place_adverbials", "adverbials of place ('nearby')", 15),
    ("time_adverbials", "adverbials of time ('soon')", 20),
    ("first_person_pronouns", "first-person pronouns", 90),
    ("second_person_pronouns", "second-person pronouns", 60),
    ("third_person_pronouns", "third-person pronouns", 130),
    ("pronoun_it", "the pronoun 'it'", 40),
    ("demonstrative_pronouns", "demonstratives that stand alone ('This is')", 20),
    ("indefinite_pronouns", "indefinite pronouns ('anyone')", 15),
    ("pro_verb_do", "'do' in the place of another verb", 12),
    ("direct_wh_questions", "questions with a wh-word", 12),
    ("nominalizations", "nouns in -tion, -ment, -ness, -ity", 90),
    ("gerunds", "-ing forms used as nouns", 20),
    ("other_nouns", "nouns other than these", 380),
    ("agentless_passives", "passives without an agent", 30),
    ("by_passives", "passives with a by-phrase", 8),
    ("be_as_main_verb", "'be' as main verb", 50),
    ("existential_there", "'there is', 'there are'", 12),
    ("that_verb_complements", "that-clauses after a verb", 20),
    ("that_adjective_complements", "that-clauses after an adjective", 6),
    ("wh_clauses", "wh-clauses after a verb", 12),
    ("infinitives", "infinitives with 'to'", 45),
    ("present_participial_clauses", "clauses in -ing beside the main one", 20),
    ("past_participial_clauses", "clauses in -ed beside the main one", 8),
    ("past_participial_whiz_deletions", "nouns with a clause in -ed after them", 15),
    ("present_participial_whiz_deletions", "nouns with a clause in -ing after them", 12),
    ("that_relatives_subject", "that-relatives on the subject", 12),
    ("that_relatives_object", "that-relatives on the object", 8),
    ("wh_relatives_subject", "wh-relatives on the subject", 15),
    ("wh_relatives_object", "wh-relatives on the object", 6),
    ("pied_piping_relatives", "relatives such as 'in which'", 5),
    ("sentence_relatives", "relatives on a whole sentence (', which')", 5),
    ("causative_subordinators", "'because'", 8),
    ("concessive_subordinators", "'although', 'though'", 6),
    ("conditional_subordinators", "'if', 'unless'", 15),
    ("other_subordinators", "'since', 'while', 'whereas' and the like", 15),
    ("prepositional_phrases", "prepositional phrases", 170),
    ("attributive_adjectives", "adjectives before a noun", 110),
    ("predicative_adjectives", "adjectives after 'be'", 30),
    ("adverbs", "adverbs", 110),
    ("type_token_ratio", "distinct words among the first 400", 1),
    ("mean_word_length", "letters per word", 6.3),
    ("conjuncts", "conjuncts ('however', 'thus')", 15),
    ("downtoners", "downtoners ('nearly', 'slightly')", 10),
    ("hedges", "hedges ('at about', 'sort of')", 6),
    ("amplifiers", "amplifiers ('completely', 'deeply')", 10),
    ("emphatics", "emphatics ('really', 'for sure')", 20),
    ("discourse_particles", "particles that open a sentence ('well', 'now')", 6),
    ("demonstratives", "demonstratives before a noun", 25),
    ("possibility_modals", "'can', 'may', 'might', 'could'", 25),
    ("necessity_modals", "'must', 'should', 'ought'", 12),
    ("predictive_modals", "'will', 'would', 'shall'", 25),
    ("public_verbs", "verbs of saying", 30),
    ("private_verbs", "verbs of thinking and feeling", 40),
    ("suasive_verbs", "verbs of asking and proposing", 10),
    ("seem_appear", "'seem', 'appear'", 6),
    ("contractions", "contractions", 50),
    ("that_deletion", "that-clauses without 'that'", 15),
    ("stranded_prepositions", "prepositions left at the end", 8),
    ("split_infinitives", "split infinitives", 4),
    ("split_auxiliaries", "auxiliaries split by an adverb", 15),
    ("phrasal_coordination", "'and' between two words of a kind", 35),
    ("clausal_coordination", "'and' that opens a clause", 25),
    ("synthetic_negation", "'no', 'neither', 'nor'", 10),
    ("analytic_negation", "'not'", 25),
)
_OTHER_UNITS: Final = {
    "type_token_ratio": ("share", (0.2, 1.0), "fewer than 400 words, or no parse"),
    "mean_word_length": ("letters", (3.3, 6.3), _UNPARSED),
}


def _feature(name: str, label: str, highest: float) -> Feature:
    unit, limits, undefined = _OTHER_UNITS.get(name, (_PER_1K, (0.0, highest), _UNPARSED))
    return Feature(f"biber.{name}", label, unit, limits, undefined, _SOURCE, learned=False)


FEATURES: Final = tuple(_feature(*row) for row in _ROWS)


def measure(sentences: list[SentenceView]) -> dict[str, float]:
    """Return the features of this family that are defined for `sentences`."""
    parsed = [sentence for sentence in sentences if sentence.deps and sentence.n_words]
    n_words = sum(sentence.n_words for sentence in parsed)
    if not n_words:
        return {}
    counts: Counter[str] = Counter()
    for sentence in parsed:
        counts.update(_found(sentence))
    scale = 1000 / n_words
    found = {f"biber.{name}": counts[name] * scale for name, *_ in _ROWS}
    spelled = [x for sentence in parsed for x in sentence.lower if any_alnum(x)]
    found["biber.mean_word_length"] = sum(map(len, spelled)) / len(spelled)
    del found["biber.type_token_ratio"]
    if len(spelled) >= _FIRST_WORDS:
        found["biber.type_token_ratio"] = len(set(spelled[:_FIRST_WORDS])) / _FIRST_WORDS
    return found


def _found(sentence: SentenceView) -> Iterator[str]:
    """Yield the name of a feature each time it occurs."""
    children: list[list[int]] = [[] for _ in sentence.heads]
    for index, head in enumerate(sentence.heads):
        if head >= 0:
            children[head].append(index)
    question = sentence.words[-1] == "?" or "?" in sentence.words[-2:]
    if question and any(word in w.WH for word in sentence.lower[:3]):
        yield "direct_wh_questions"
    if sentence.lower[0] in w.PARTICLES and sentence.words[1:2] == (",",):
        yield "discourse_particles"
    for index, (lower, tag, dep) in enumerate(
        zip(sentence.lower, sentence.tags, sentence.deps, strict=True)
    ):
        if not any_alnum(lower):
            continue
        yield from w.by_word(lower, tag)
        yield from _by_tag(sentence, index, children[index])
        yield from _by_relation(sentence, index, dep, children[index])


def _by_tag(sentence: SentenceView, index: int, below: list[int]) -> Iterator[str]:
    lower, tag, dep = sentence.lower[index], sentence.tags[index], sentence.deps[index]
    head = sentence.heads[index]
    if tag in {"NN", "NNS", "NNP", "NNPS"}:
        if tag in {"NN", "NNS"} and w.NOMINAL.match(lower):
            yield "nominalizations"
        elif lower.endswith("ing") and tag in {"NN", "NNS"}:
            yield "gerunds"
        else:
            yield "other_nouns"
    elif tag == "VBG" and dep in {"nsubj", "obj", "obl", "nmod", "csubj"}:
        yield "gerunds"
    elif tag == "VBN" and any(sentence.lower[i] in w.HAVE and i < index for i in below):
        yield "perfect_aspect"
    elif tag == "TO" and head == index + 1:
        yield "infinitives"
    elif tag == "TO" and head == index + 2 and sentence.tags[index + 1] == "RB":
        yield from ("infinitives", "split_infinitives")
    elif tag in {"JJ", "JJR", "JJS"}:
        if dep == "amod":
            yield "attributive_adjectives"
        elif any(sentence.deps[i] == "cop" for i in below):
            yield "predicative_adjectives"
    yield from _auxiliary(sentence, index, below)


def _auxiliary(sentence: SentenceView, index: int, below: list[int]) -> Iterator[str]:
    lower, tag, dep = sentence.lower[index], sentence.tags[index], sentence.deps[index]
    head = sentence.heads[index]
    if tag in w.AUXILIARY and dep.startswith("aux") and 0 <= index + 1 < head:
        adverb = sentence.tags[index + 1] == "RB"
        if adverb and sentence.lower[index + 1] not in {"n't", "not"}:
            yield "split_auxiliaries"
    full = tag[0] == "V" and not dep.startswith("aux")
    if lower in w.DO and full and not {sentence.deps[i] for i in below} & _OBJECTS:
        yield "pro_verb_do"


def _by_relation(sentence: SentenceView, index: int, dep: str, below: list[int]) -> Iterator[str]:
    lower, tag, head = sentence.lower[index], sentence.tags[index], sentence.heads[index]
    words_below = {sentence.lower[i] for i in below}
    if dep in {"nsubj:pass", "csubj:pass"}:
        agents = any(
            sentence.heads[i] == head
            and sentence.deps[i].startswith("obl")
            and _has_by(sentence, i)
            for i in range(len(sentence.deps))
        )
        yield "by_passives" if agents else "agentless_passives"
    elif dep == "cop":
        yield "be_as_main_verb"
    elif dep == "ccomp":
        yield from _complement(sentence, head, words_below, index)
    elif dep.startswith("acl:relcl"):
        yield from _relative(sentence, index, below)
    elif dep == "acl" and tag in {"VBN", "VBG"}:
        yield f"{'past' if tag == 'VBN' else 'present'}_participial_whiz_deletions"
    elif dep.startswith("advcl") and tag in {"VBN", "VBG"} and not _marked(sentence, below):
        yield f"{'past' if tag == 'VBN' else 'present'}_participial_clauses"
    elif dep == "cc" and lower == "and" and head >= 0:
        yield from _coordination(sentence, index, head)
    left_behind = tag == "IN" and dep == "case" and head < index
    if left_behind or (tag in {"IN", "RP"} and dep in {"obl", "nmod"}):
        yield "stranded_prepositions"
    if lower in w.DEMONSTRATIVES and tag == "DT":
        yield "demonstratives" if dep == "det" else "demonstrative_pronouns"


def _has_by(sentence: SentenceView, index: int) -> bool:
    return any(
        head == index and lower == "by"
        for head, lower in zip(sentence.heads, sentence.lower, strict=True)
    )


def _marked(sentence: SentenceView, below: list[int]) -> bool:
    return any(sentence.deps[i] == "mark" for i in below)


def _complement(
    sentence: SentenceView, head: int, words_below: set[str], index: int
) -> Iterator[str]:
    if "that" in words_below:
        verb = head >= 0 and sentence.tags[head].startswith("V")
        yield "that_verb_complements" if verb else "that_adjective_complements"
    elif words_below & w.WH:
        yield "wh_clauses"
    elif 0 <= head < index and sentence.tags[head].startswith("V"):
        yield "that_deletion"


def _relative(sentence: SentenceView, index: int, below: list[int]) -> Iterator[str]:
    for i in below:
        lower, dep = sentence.lower[i], sentence.deps[i]
        if lower == "that" and sentence.tags[i] in {"WDT", "IN", "DT"}:
            subject = dep.startswith("nsubj")
            yield "that_relatives_subject" if subject else "that_relatives_object"
            return
        if lower in {"which", "who", "whom", "whose"}:
            if i > 1 and sentence.tags[i - 1] == "IN":
                yield "pied_piping_relatives"
                return
            subject = dep.startswith("nsubj")
            yield "wh_relatives_subject" if subject else "wh_relatives_object"
            head = sentence.heads[index]
            after_clause = head >= 0 and sentence.tags[head].startswith("V")
            if lower == "which" and i > 0 and sentence.words[i - 1] == "," and after_clause:
                yield "sentence_relatives"
            return


def _coordination(sentence: SentenceView, index: int, head: int) -> Iterator[str]:
    first = sentence.heads[head]
    if first >= 0 and sentence.deps[head] == "conj" and index < head:
        same = sentence.tags[first][:2] == sentence.tags[head][:2]
        if same and sentence.tags[head][:2] in {"NN", "JJ", "RB"} and head - first <= 4:
            yield "phrasal_coordination"
            return
        if any(
            sentence.heads[i] == head and sentence.deps[i].startswith("nsubj")
            for i in range(len(sentence.deps))
        ):
            yield "clausal_coordination"
    elif index == 0:
        yield "clausal_coordination"
