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
            return sum(1 for _ in self._words(found))
        return len(found)

    def places(
        self, search: int, wanted: Sequence[bool] | None = None
    ) -> Iterator[tuple[int, Spans | None]]:
        """Yield the texts in which a search may match, in order, and where in them.

        For searches whose matches begin with a string, the places of these; for phrases, those that
        match. None: anywhere. Texts for which `wanted` is false are left out.
        """
        if search in self._led:
            for text, group in groupby(self._led[search], key=itemgetter(0)):
                if wanted is None or wanted[text]:
                    yield text, [(at, at) for _, at in group]
            return
        is_phrase = search in self._prefilter.phrases
        anywhere = not is_phrase and search not in self._prefilter.starts
        everywhere = self._everywhere.get(search, ())
        further = self._prefilter.further(search)
        found = self._by_text(search)
        starts, shifted, spaced = self._form.starts, self._form.shifted, self._form.spaced
        for text in sorted({*everywhere, *found}) if everywhere and found else everywhere or found:
            if wanted is not None and not wanted[text]:
                continue
            if further and not self._holds_each(text, further):
                continue
            if search in self._prefilter.anchored:
                yield text, [(0, 0)]
                continue
            is_moved = text in shifted and not (is_phrase and text in spaced)
            if anywhere or text in everywhere or is_moved:
                yield text, None
                continue
            offset = starts[text]
            if not is_phrase:
                if places := self._begun(search, found[text], self._texts[text], offset):
                    yield text, [(at, at) for at in places]
            elif spans := list(_longest(self._words(found[text]), offset)):
                yield text, _moved(spans, Gaps(spaced[text])) if text in spaced else spans

    def _begun(self, search: int, found: Found, text: str, offset: int) -> list[int]:
        """Return the places in a text where a match may begin."""
        firsts, before, may_open = self._prefilter.opening(search)
        places = [at - offset for at, _ in found]
        if firsts:
            places = [at for at in places if text[at] in firsts]
        if before or may_open:
            ends_with = self._form.data.endswith
            places = [
                at for at in places if (ends_with(before, 0, at + offset) if at else may_open)
            ]
        return places

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


def _longest(spans: Iterable[tuple[int, int]], offset: int) -> Iterator[tuple[int, int]]:
    """Yield the longest of the spans that begin at a place, and of those that overlap the first."""
    done = 0
    for start, minus_end in sorted((start, -end) for start, end in spans):
        if start >= done:
            done = -minus_end
            yield start - offset, done - offset
