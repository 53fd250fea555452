"""Word forms by number: a word, and whether one blank follows it.

Most words of a text were seen before. A stretch between two blanks is cut into words once, and
what is known of a word is kept in lists by its number, so that a text is a list of numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from slopscan.nlp.lemmatizer import LemmaTables, lemma_of
from slopscan.nlp.tokenizer import split_stretch, split_text

MAX_KEPT: Final = 50_000
_MAX_LEMMAS: Final = 100_000
_MAX_STRETCH: Final = 40
_STRETCH: Final = re.compile(r"\S+ ?|\s+")
# Where the tokenizer looks beyond the blank: "no. 5", "pp. 3", "J. Smith".
_LOOKS_ON: Final = re.compile(r"(?:[Nn]o|p|[A-Z])\. ?\Z")
Numbers = npt.NDArray[np.intp]


class Forms:
    """The forms seen so far.

    Attributes
    ----------
    words, lower : list of str
        Of each form, as spelled and in lower case.
    blanks : list of bool
        Whether a blank follows.
    """

    def __init__(self) -> None:
        self.words: list[str] = []
        self.lower: list[str] = []
        self.blanks: list[bool] = []
        self._lengths: list[int] = []
        self._same: list[int] = []
        self._numbers: tuple[dict[str, int], dict[str, int]] = {}, {}
        self._stretches: dict[str, list[int]] = {}

    def __len__(self) -> int:
        return len(self.words)

    def cut(self, text: str) -> list[int]:
        """Return the numbers of the words that `split_text` cuts a text into."""
        found: list[int] = []
        known = self._stretches
        if len(known) > MAX_KEPT:
            known.clear()
        place = 0
        for stretch in _STRETCH.findall(text):
            numbers = known.get(stretch)
            found += self._new(stretch, text, place) if numbers is None else numbers
            place += len(stretch)
        return found

    def numbers(self, words: Iterable[str], blanks: Iterable[bool]) -> list[int]:
        """Return the numbers of words."""
        return [self._number(*pair) for pair in zip(words, blanks, strict=True)]

    def lengths(self, numbers: Numbers) -> Numbers:
        """Return the lengths of forms, the blank included."""
        return np.array(self._lengths, dtype=np.intp)[numbers]

    def spellings(self, numbers: Numbers) -> Numbers:
        """Return numbers that are the same for a word with a blank after it and without."""
        return np.array(self._same, dtype=np.intp)[numbers]

    def forget(self) -> None:
        """Drop all forms; their numbers mean nothing any more."""
        for of_forms in (self.words, self.lower, self.blanks, self._lengths, self._same):
            of_forms.clear()
        for by_text in (*self._numbers, self._stretches):
            by_text.clear()

    def _new(self, stretch: str, text: str, place: int) -> list[int]:
        """Cut a stretch that begins at a place of a text; keep it where it stands for itself."""
        looks_on = "." in stretch[-2:] and _LOOKS_ON.search(stretch)
        if looks_on or len(stretch) > _MAX_STRETCH:
            return [self._number(*pair) for pair in split_text(text, place, place + len(stretch))]
        found = self._stretches[stretch] = [self._number(*pair) for pair in split_stretch(stretch)]
        return found

    def _number(self, word: str, blank: bool) -> int:
        numbers = self._numbers[blank]
        number = numbers.get(word)
        if number is None:
            number = numbers[word] = len(self.words)
            self._same.append(self._numbers[not blank].get(word, number))
            self.words.append(word)
            self.lower.append(word.lower())
            self.blanks.append(blank)
            self._lengths.append(len(word) + blank)
        return number


class Lemmas:
    """Lemmas of forms, by number of the form and of the tag.

    Parameters
    ----------
    forms : Forms
    tags : sequence of str
    tables : LemmaTables
    """

    def __init__(self, forms: Forms, tags: Sequence[str], tables: LemmaTables) -> None:
        self._forms = forms
        self._tags = tags
        self._tables = tables
        self._spelled: dict[int, str] = {}
        self._lower: dict[int, str] = {}

    def of(self, numbers: Numbers, tags: Numbers) -> tuple[list[str], list[str]]:
        """Return the lemmas of words as they are spelled, and in lower case."""
        spelled, lower = self._spelled, self._lower
        if len(spelled) > _MAX_LEMMAS:
            self.forget()
        codes = (self._forms.spellings(numbers) * len(self._tags) + tags).tolist()
        for code in codes:
            if code not in spelled:
                number, tag = divmod(code, len(self._tags))
                lemma = lemma_of(self._forms.words[number], self._tags[tag], self._tables)
                spelled[code] = lemma
                lower[code] = lemma.lower()
        return [spelled[code] for code in codes], [lower[code] for code in codes]

    def forget(self) -> None:
        """Drop all lemmas; needed after the forms are forgotten."""
        self._spelled.clear()
        self._lower.clear()
