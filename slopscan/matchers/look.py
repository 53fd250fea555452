"""What a pass over the texts of a document found: which searches may match, and where."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from slopscan.lazy import lazy
from slopscan.matchers.base import Spans
from slopscan.matchers.normal import Form, Gaps

if TYPE_CHECKING:
    from slopscan.matchers.prefilter import Prefilter

# Places, and the strings one of which stands there.
Found = list[tuple[int, tuple[bytes, ...]]]


class Look:
    """What a pass found in the texts of one document."""

    def __init__(
        self,
        prefilter: Prefilter,
        texts: Sequence[str],
        form: Form,
        found: Mapping[int, Found],
        *,
        everywhere: Mapping[int, Sequence[int]],
        led: Mapping[int, list[tuple[int, int]]],
    ) -> None:
        self._prefilter = prefilter
        self._texts = texts
        self._form = form
        self._found = found
        self._everywhere = everywhere
        self._led = led
        self._whole: dict[int, list[tuple[int, int]]] = {}
        self.searches: Final = sorted(found.keys() | everywhere.keys() | led.keys())

    @lazy
    def _n_foreign(self) -> int:
        return self._prefilter.alphabet.n_foreign(self._form.data)

    def reaches(self, least: float, searches: Sequence[int], *, closely: bool = False) -> bool:
        """Say whether there may be so many matches of searches; `closely` as in `most`."""
        number = 0.0
        for search in searches:
            number += self.most(search)
        if not closely or number < least:
            return number >= least
        return sum(self.most(search, closely=True) for search in searches) >= least

    def most(self, search: int, *, closely: bool = False) -> float:
        """Return a number that the matches of a search do not exceed; `closely` takes longer."""
        if self._everywhere.get(search):
            return self._n_foreign if search in self._prefilter.only_foreign else float("inf")
        found: Sequence[Any] = self._found.get(search) or self._led.get(search, [])
        is_counted = closely and search in self._prefilter.phrases
        if is_counted and len(self._form.spaced) == len(self._form.shifted):
            return len(self._phrases(search))
        return len(found)

    def places(
        self, search: int, wanted: Sequence[bool] | None = None
    ) -> Iterator[tuple[int, Spans | None]]:
        """Yield the texts in which a search may match, in order, and where in them.

        For searches whose matches begin with a string, the places of these; for phrases, those that
        match. None: anywhere. Texts for which `wanted` is false are left out.
        """
        is_phrase = search in self._prefilter.phrases
        found: Iterable[tuple[int, Spans | None]]
        if search in self._led:
            found = self._where_led(search)
        elif is_phrase and not (self._form.shifted or self._everywhere.get(search)):
            found = self._grouped(_longest(self._phrases(search)))
        else:
            found = self._by_block(search, wanted, is_phrase=is_phrase)
        for text, at in found:
            if wanted is None or wanted[text]:
                yield text, at

    def _where_led(self, search: int) -> Iterator[tuple[int, Spans]]:
        for text, group in groupby(self._led[search], key=itemgetter(0)):
            yield text, [(at, at) for _, at in group]

    def _by_block(
        self, search: int, wanted: Sequence[bool] | None, *, is_phrase: bool
    ) -> Iterator[tuple[int, Spans | None]]:
        anywhere = not is_phrase and search not in self._prefilter.starts
        is_anchored = search in self._prefilter.anchored
        everywhere = self._everywhere.get(search, ())
        further = self._prefilter.further(search)
        found = self._by_text(search)
        shifted, spaced = self._form.shifted, self._form.spaced
        for text in sorted({*everywhere, *found}) if everywhere and found else everywhere or found:
            if wanted is not None and not wanted[text]:
                continue
            at: Spans | None = None
            is_moved = text in shifted and not (is_phrase and text in spaced)
            if is_anchored:
                at = [(0, 0)]
            elif not (anywhere or text in everywhere or is_moved):
                at = self._matching(text, found) if is_phrase else self._begun(search, text, found)
                if not at:
                    continue
            if not further or self._holds_each(text, further):
                yield text, at

    def _matching(self, text: int, found: Mapping[int, Found]) -> Spans:
        """Return the phrases in a text that match, the longest."""
        offset, spaced = self._form.starts[text], self._form.spaced
        spans = [(a - offset, b - offset) for a, b in _longest(self._words(found[text]))]
        return _moved(spans, Gaps(spaced[text])) if text in spaced else spans

    def _begun(self, search: int, text: int, found: Mapping[int, Found]) -> Spans:
        """Return the places in a text where a match may begin."""
        firsts, _, _ = self._prefilter.opening(search)
        offset, chars = self._form.starts[text], self._texts[text]
        places = [at for at, _ in found[text]]
        if firsts:
            places = [at for at in places if chars[at - offset] in firsts]
        begun = self._prefilter.begun(search, places, self._form.data)
        return [(at - offset, at - offset) for at in begun]

    def _phrases(self, search: int) -> list[tuple[int, int]]:
        """Return start and end of the strings of a search that stand as whole words."""
        if search not in self._whole:
            self._whole[search] = list(self._words(self._found.get(search, [])))
        return self._whole[search]

    def _grouped(self, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, Spans]]:
        """Yield the spans of each text that has some, counted from its start."""
        starts = self._form.starts
        text, offset, end = -1, 0, 0
        here: Spans = []
        for start, stop in spans:
            if start >= end:
                if here:
                    yield text, here
                text, here = bisect_right(starts, start) - 1, []
                offset = starts[text]
                end = starts[text + 1] if text + 1 < len(starts) else len(self._form.data)
            here.append((start - offset, stop - offset))
        if here:
            yield text, here

    def may_match(self, search: int) -> bool:
        """Say whether a search may match the only text."""
        further = self._prefilter.further(search)
        return not further or self._holds_each(0, further)

    def start_alone(self, search: int) -> Spans | None:
        """Return the start of a text where a match begins there if anywhere; else None."""
        return [(0, 0)] if search in self._prefilter.anchored else None

    def _by_text(self, search: int) -> dict[int, Found]:
        found = self._found.get(search)
        if not found:
            return {}
        starts = self._form.starts
        if len(found) == 1:
            return {bisect_right(starts, found[0][0]) - 1: found}
        grouped: dict[int, Found] = {}
        end = -1
        for item in sorted(found):
            if item[0] >= end:  # in another text than the one before
                text = bisect_right(starts, item[0])
                end = starts[text] if text < len(starts) else len(self._form.data)
                here = grouped[text - 1] = []
            here.append(item)
        return grouped

    def _words(self, found: Iterable[tuple[int, tuple[bytes, ...]]]) -> Iterator[tuple[int, int]]:
        """Yield start and end of the strings that stand as whole words."""
        data, is_word = self._form.data, self._prefilter.alphabet.is_word
        size = len(data)
        for at, strings in found:
            inside = at > 0 and is_word[data[at - 1]]
            for text in strings:
                end = at + len(text)
                if inside and is_word[text[0]]:
                    break  # the strings of a place begin with the same character
                if end < size and is_word[data[end]] and is_word[text[-1]]:
                    continue
                if len(strings) == 1 or data.startswith(text, at):
                    yield at, end

    def _holds_each(self, text: int, sets: tuple[tuple[bytes, ...], ...]) -> bool:
        starts, data = self._form.starts, self._form.data
        low, high = starts[text], starts[text + 1] if text + 1 < len(starts) else len(data)
        here = data[low:high]
        for strings in sets:  # a loop in Python costs less here than two generators
            for item in strings:
                if item in here:
                    break
            else:
                return False
        return True


def _moved(spans: Spans, gaps: Gaps) -> Spans:
    return [(gaps.original(start), gaps.original(end - 1) + 1) for start, end in spans]


def _longest(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the longest of the spans that begin at a place, and of those that overlap the first."""
    done = 0
    for start, minus_end in sorted((start, -end) for start, end in spans):
        if start >= done:
            done = -minus_end
            yield start, done
