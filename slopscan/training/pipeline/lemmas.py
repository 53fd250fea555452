"""Learn the lemma tables."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from spacy.language import Language

from slopscan.nlp.lemmatizer import MAX_SUFFIX_CHARS, NAME_TAGS, LemmaTables, lemma_of
from slopscan.nlp.wordforms import folded_form
from slopscan.training.pipeline.irregulars import irregular_lemmas
from slopscan.training.pipeline.treebanks import Word

Edit = tuple[int, str]
MIN_RULE_TYPES = 2
# Classes whose words are too few or too odd for suffix rules.
_CLOSED = (
    "CC DT EX IN LS MD PDT POS PRP PRP$ RP TO WDT WP WP$ WRB CD UH FW SYM ADD AFX GW XX NFP "
    "HYPH . , : ( ) `` '' $ # -LRB- -RRB-"
)
CLOSED_TAGS = frozenset(_CLOSED.split())
BASE_TAGS = {
    "VBG": ("VB", "VBP"),
    "VBD": ("VB", "VBP"),
    "VBN": ("VB", "VBP"),
    "VBZ": ("VB", "VBP"),
    "NNS": ("NN",),
    "JJR": ("JJ",),
    "JJS": ("JJ",),
    "RBR": ("RB", "JJ"),
    "RBS": ("RB", "JJ"),
}


def edit_between(form: str, lemma: str) -> Edit | None:
    """Suffix edit that turns a form into its lemma; None when they share no beginning."""
    shared = 0
    while shared < min(len(form), len(lemma)) and form[shared] == lemma[shared]:
        shared += 1
    if shared == 0 and form != lemma:
        return None
    return len(form) - shared, lemma[shared:]


def learn_tables(words: Iterable[Word], bases: dict[str, Counter[str]]) -> LemmaTables:
    """Learn suffix rules and the exceptions to them.

    Parameters
    ----------
    words : iterable of Word
        Gold words.
    bases : dict of str to Counter
        How often unlabelled prose has each lower-case word with each XPOS; decides between
        "hope" and "hop" for words the treebanks lack. Empty to do without.

    Returns
    -------
    LemmaTables
        Every (form, tag) of the treebanks gets its most frequent lemma.
    """
    seen: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for word in words:
        seen[word.xpos, folded_form(word.form).lower()][word.lemma] += 1
    gold = {key: lemmas.most_common(1)[0][0] for key, lemmas in seen.items()}
    tables = LemmaTables(rules=_learn_rules(gold))
    wanted = {key: lemma for key, lemma in _inferred(bases, gold).items() if key not in gold}
    wanted.update(irregular_lemmas())
    wanted.update(gold)
    for (tag, low), lemma in sorted(wanted.items()):
        if tag in NAME_TAGS:
            # The case of a name is not known from its lower-case form.
            continue
        if lemma_of(low, tag, tables) != lemma:
            tables.exceptions.setdefault(tag, {})[low] = lemma
    return tables


def _learn_rules(gold: dict[tuple[str, str], str]) -> dict[str, dict[str, Edit]]:
    """Per tag, the shortest suffixes whose usual edit differs from a shorter suffix's."""
    votes: dict[str, dict[str, Counter[Edit]]] = defaultdict(lambda: defaultdict(Counter))
    for (tag, low), lemma in gold.items():
        edit = edit_between(low, lemma.lower())
        if tag in CLOSED_TAGS or edit is None or not low.isalpha():
            continue
        for length in range(min(MAX_SUFFIX_CHARS, len(low)) + 1):
            votes[tag][low[len(low) - length :]][edit] += 1
    rules: dict[str, dict[str, Edit]] = {}
    for tag, by_suffix in votes.items():
        kept: dict[str, Edit] = {}
        for suffix in sorted(by_suffix, key=len):
            edit, count = by_suffix[suffix].most_common(1)[0]
            inherited = next(
                (kept[suffix[i:]] for i in range(1, len(suffix) + 1) if suffix[i:] in kept), None
            )
            if (count >= MIN_RULE_TYPES or not suffix) and edit != inherited:
                kept[suffix] = edit
        rules[tag] = kept
    return rules


def candidates(low: str, tag: str) -> list[str]:
    """Bases a regular inflected form may have."""
    if tag == "VBG":
        stems = [low[:-3]] if low.endswith("ing") else []
    elif tag in {"VBD", "VBN"}:
        stems = [low[:-2]] if low.endswith("ed") else []
    elif tag in {"JJR", "RBR"}:
        stems = [low[:-2]] if low.endswith("er") else []
    elif tag in {"JJS", "RBS"}:
        stems = [low[:-3]] if low.endswith("est") else []
    else:
        return _s_candidates(low)
    found: list[str] = []
    for stem in stems:
        found += [stem, stem + "e"]
        if stem.endswith("i"):
            found.append(stem[:-1] + "y")
        if len(stem) > 2 and stem[-1] == stem[-2]:
            found.append(stem[:-1])
        if stem.endswith("y") and tag == "VBG":
            found.append(stem[:-1] + "ie")
    return [base for base in found if len(base) > 1]


def _s_candidates(low: str) -> list[str]:
    if not low.endswith("s") or len(low) < 3:
        return []
    found = [low[:-1]]
    if low.endswith("es"):
        found.append(low[:-2])
    if low.endswith("ies"):
        found.append(low[:-3] + "y")
    if low.endswith("ves"):
        found += [low[:-3] + "f", low[:-3] + "fe"]
    return found


def _inferred(
    bases: dict[str, Counter[str]], gold: dict[tuple[str, str], str]
) -> dict[tuple[str, str], str]:
    """Lemmas of inflected forms of prose whose base stands in the same prose."""
    known: dict[str, Counter[str]] = defaultdict(Counter)
    for tag, counts in bases.items():
        known[tag].update(counts)
    for (tag, low), lemma in gold.items():
        known[tag][low] += 20 * (low == lemma)
    found: dict[tuple[str, str], str] = {}
    for tag, base_tags in BASE_TAGS.items():
        for low, count in bases.get(tag, Counter()).items():
            if count < 2 or not low.isalpha():
                continue
            scored = sorted(
                ((sum(known[b][base] for b in base_tags), base) for base in candidates(low, tag)),
                reverse=True,
            )
            if (
                scored
                and scored[0][0] >= 3
                and (len(scored) < 2 or scored[0][0] > 2 * scored[1][0])
            ):
                found[tag, low] = scored[0][1]
    return found


def count_tagged(nlp: Language, texts: Iterable[str]) -> dict[str, dict[str, int]]:
    """How often prose has each lower-case word with each XPOS.

    Parameters
    ----------
    nlp : Language
        Pipeline with a tagger.
    texts : iterable of str
        Unlabelled prose.

    Returns
    -------
    dict
        Counts by XPOS and word, words of letters only.
    """
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    with nlp.select_pipes(enable=["tok2vec", "tagger"]):
        for doc in nlp.pipe(texts, batch_size=8):
            for token in doc:
                if token.is_alpha:
                    counts[token.tag_][token.lower_] += 1
    return {tag: dict(found) for tag, found in counts.items()}
