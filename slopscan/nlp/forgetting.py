"""Keep the memory of a pipeline flat over any number of texts.

spaCy keeps every spelling it meets, for ever. The first `MAX_NEW` are kept, the common words among
them; those that come later are dropped again, all at once, when there are as many more.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from spacy.language import Language

MAX_NEW: Final = 30_000


class Forgetting:
    """Drops the words that a pipeline learnt from texts.

    Parameters
    ----------
    nlp : spacy.language.Language
        The shipped pipeline; no other object may do the same for it.
    max_new : int
        Spellings learnt before they are dropped.
    """

    def __init__(self, nlp: Language, max_new: int = MAX_NEW) -> None:
        self._nlp = nlp
        self._max_new = max_new
        self._kept = 0
        self._zone = ExitStack()

    def between_texts(self) -> None:
        """Drop words where there are too many; no `Doc` of the pipeline may be in use any more."""
        strings = self._nlp.vocab.strings
        if len(strings) - self._kept < self._max_new:
            return
        self._zone.close()
        for _, component in self._nlp.pipeline:
            forget = getattr(component, "forget", None)
            if forget is not None:
                forget()
        self._kept = len(strings)
        self._zone.enter_context(self._nlp.memory_zone())
