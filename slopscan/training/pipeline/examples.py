"""Turn treebank sentences into spaCy examples, with changed typography for robustness."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from spacy.tokens import Doc
from spacy.training import Example
from spacy.vocab import Vocab

from slopscan.training.pipeline.treebanks import Sentence, Word

# spaCy keeps white space beyond one blank as words; these are their annotations.
SPACE_TAG: Final = "_SP"
SPACE_POS: Final = "SPACE"
SPACE_DEP: Final = "dep"
_DASHES: Final = {"-", "--", "\u2014", "\u2013"}


@dataclass(frozen=True, slots=True)
class Noise:
    """Share of sentences (0 to 1) to which each change is applied."""

    lower_case: float
    upper_case: float
    dash_spacing: float
    white_space: float
    open_end: float
    quotes: float
    line_breaks: float
    """Between sentences of one paragraph; between paragraphs it is half of them."""


NO_NOISE: Final = Noise(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def noisy_words(words: list[Word], noise: Noise, rng: random.Random) -> list[Word]:
    """Copy of a sentence's words with changes of case, spacing and white space.

    Parameters
    ----------
    words : list of Word
        Gold words.
    noise : Noise
        Shares.
    rng : random.Random
        Source of chance.

    Returns
    -------
    list of Word
        Gold annotations stay; white-space words may be added.
    """
    changed = words
    if rng.random() < noise.lower_case:
        changed = [replace(word, form=word.form.lower()) for word in changed]
    elif len(words) < 12 and rng.random() < noise.upper_case:
        changed = [replace(word, form=word.form.upper()) for word in changed]
    if rng.random() < noise.dash_spacing:
        changed = _respaced_dashes(changed, rng.random() < 0.5)
    if rng.random() < noise.open_end:
        changed = _without_final_stop(changed)
    if rng.random() < noise.quotes:
        changed = _single_quotes(changed)
    if rng.random() < noise.white_space:
        changed = _with_white_space(changed, rng)
    return changed


def _respaced_dashes(words: list[Word], spaced: bool) -> list[Word]:
    """Write every dash (not hyphens) closed up or with blanks around it."""
    result = [replace(word) for word in words]
    for i, word in enumerate(result):
        is_dash = word.form in _DASHES and word.upos == "PUNCT" and word.xpos != "HYPH"
        if is_dash and 0 < i < len(result) - 1:
            word.form = "--"
            word.space = result[i - 1].space = spaced
    return result


def _without_final_stop(words: list[Word]) -> list[Word]:
    """Drop a final full stop: headings and list items have none."""
    if len(words) < 3 or words[-1].form != "." or any(w.head == len(words) - 1 for w in words):
        return words
    return words[:-1]


def _single_quotes(words: list[Word]) -> list[Word]:
    """British quotation marks: single for double."""
    if not any(word.form == '"' for word in words):
        return words
    return [replace(word, form="'") if word.form == '"' else word for word in words]


def _with_white_space(words: list[Word], rng: random.Random) -> list[Word]:
    """Break the line (or double the blank) at one or two gaps."""
    gaps = [i for i, word in enumerate(words[:-1]) if word.space]
    chosen = set(rng.sample(gaps, min(len(gaps), rng.randint(1, 2))))
    position, moved = {}, 0
    for i in range(len(words)):
        position[i] = i + moved
        moved += i in chosen
    result: list[Word] = []
    for i, word in enumerate(words):
        head = position[word.head] if word.head >= 0 else -1
        copy = replace(word, head=head)
        result.append(copy)
        if i in chosen:
            text = rng.choice(["\n", "\n", " ", "\n  "])
            copy.space = text == " "
            result.append(Word(text, text, SPACE_POS, SPACE_TAG, "", position[i], SPACE_DEP, False))
    return result


def _with_line_break(words: list[Word], rng: random.Random) -> list[Word]:
    """End the sentence with the white-space word of a line or paragraph break."""
    text = rng.choice(["\n", "\n\n"])
    last = replace(words[-1], space=False)
    gap = Word(text, text, SPACE_POS, SPACE_TAG, "", len(words) - 1, SPACE_DEP, False)
    return [*words[:-1], last, gap]


def sentences_doc(vocab: Vocab, sentences: list[list[Word]]) -> Doc:
    """One annotated Doc of several sentences."""
    words = [word for sentence in sentences for word in sentence]
    starts = [i == 0 for sentence in sentences for i in range(len(sentence))]
    heads: list[int] = []
    for sentence in sentences:
        base = len(heads)
        heads.extend(base + (w.head if w.head >= 0 else i) for i, w in enumerate(sentence))
    doc = Doc(
        vocab,
        words=[word.form for word in words],
        spaces=[word.space for word in words],
        tags=[word.xpos for word in words],
        pos=[word.upos for word in words],
        morphs=[word.feats for word in words],
        lemmas=[word.lemma for word in words],
        heads=heads,
        deps=["ROOT" if word.head < 0 else word.deprel for word in words],
    )
    assert starts[0]
    return doc


def as_example(doc: Doc) -> Example:
    """Example whose prediction side has the same words and no annotation."""
    bare = Doc(
        doc.vocab,
        words=[token.text for token in doc],
        spaces=[bool(token.whitespace_) for token in doc],
    )
    return Example(bare, doc)


def epoch_examples(
    vocab: Vocab, documents: list[list[Sentence]], noise: Noise, rng: random.Random
) -> Iterator[Example]:
    """Every sentence once, shuffled, alone or with its neighbours.

    Runs of up to eight sentences teach the parser where sentences end.
    """
    groups: list[list[Sentence]] = []
    for document in documents:
        start = 0
        while start < len(document):
            size = 1 if rng.random() < 0.35 else rng.randint(2, 8)
            groups.append(document[start : start + size])
            start += size
    rng.shuffle(groups)
    for group in groups:
        noisy = [noisy_words(sentence.words, noise, rng) for sentence in group]
        for i, following in enumerate(group[1:]):
            rate = (
                min(0.5, 100 * noise.line_breaks)
                if following.opens_paragraph
                else noise.line_breaks
            )
            if rng.random() < rate:
                noisy[i] = _with_line_break(noisy[i], rng)
        yield as_example(sentences_doc(vocab, noisy))
