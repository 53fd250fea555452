"""A text that is being written: scanned again after each edit, only new paragraphs parsed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from slopscan.document import Source
from slopscan.matchers.memory import Memory
from slopscan.nlp.annotate import annotate_known
from slopscan.readers import media_type, parse

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from slopscan.report import FileReport
    from slopscan.scan import Scanner

# Blocks parsed between two looks at whether the text has changed again.
_BATCH: Final = 16


class Overtaken(Exception):  # noqa: N818 - nothing went wrong
    """The text changed while it was being scanned; the result would be of an old one."""


class Live:
    """One open text. Keeps the parses of its paragraphs, and what was found in them.

    Attributes
    ----------
    n_parsed : int
        Paragraphs the last scan had to parse.
    """

    def __init__(self) -> None:
        self._docs: dict[str, Doc] = {}
        self._memory = Memory()
        self._scanner: Scanner | None = None
        self.n_parsed = 0

    def scan(
        self,
        name: str,
        text: str,
        scanner: Scanner,
        is_overtaken: Callable[[], bool] = lambda: False,
    ) -> FileReport:
        """Scan the text as it is now.

        Parameters
        ----------
        name : str
            Its path; the ending chooses the reader.
        text : str
        scanner : Scanner
        is_overtaken : callable
            Asked between batches of paragraphs; true gives the scan up.

        Raises
        ------
        Overtaken
            The scan was given up.
        InputError
            The text cannot be read as what its name says.
        """
        if self._scanner is not scanner:
            self._docs, self._memory, self._scanner = {}, Memory(), scanner
        document = parse(Source(name, text, media_type=media_type(name)))

        def go_on() -> bool:
            return not is_overtaken()

        annotated, docs = annotate_known(
            document, scanner.pipeline, self._docs, batch_size=_BATCH, go_on=go_on
        )
        self.n_parsed = len(docs.keys() - self._docs.keys())
        # What was parsed before a scan was given up is kept: the next one will want it.
        self._docs = docs if annotated is not None else {**self._docs, **docs}
        if annotated is None:
            raise Overtaken
        return scanner.report(annotated, verdict=False, memory=self._memory)
