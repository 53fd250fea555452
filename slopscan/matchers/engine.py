"""Run rules over an annotated document.

`Engine.hits` gives every place where a pattern holds: what the classifier counts.
`Engine.findings` makes of them what a reader is shown: without hits in quotations, with the
rule's gate, with positions in the source.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from importlib import import_module
from typing import Any, Final

from slopscan.catalogue.lists import Lists
from slopscan.catalogue.load import Catalogue
from slopscan.catalogue.rule import (
    DensityMatch,
    DependencyMatch,
    MeasureMatch,
    PatternMatch,
    PhraseMatch,
    RepetitionMatch,
    Rule,
    Status,
    TokensMatch,
)
from slopscan.errors import SlopscanError
from slopscan.findings import Finding, with_fingerprints
from slopscan.matchers.base import Hit, Skip
from slopscan.matchers.density import density, least_hits, passes_gate
from slopscan.matchers.measure import beyond
from slopscan.matchers.memory import Memory
from slopscan.matchers.prepared import Prepared
from slopscan.matchers.searches import StringSearches
from slopscan.matchers.view import Place, View
from slopscan.nlp.annotate import Annotated
from slopscan.spans import ProseSpan, SourceSpan

# Modules are named, not imported: a catalogue without a kind does not pay for its matcher.
_BUILDERS: Final[Mapping[type, str]] = {
    TokensMatch: "slopscan.matchers.tokens",
    DependencyMatch: "slopscan.matchers.dependency",
    RepetitionMatch: "slopscan.matchers.repetition",
}
_STRING_BUILDERS: Final[Mapping[type, str]] = {
    PhraseMatch: "slopscan.matchers.phrase",
    PatternMatch: "slopscan.matchers.pattern",
}
# Families whose rules look at characters, markup and metadata rather than at prose.
_NOT_PROSE: Final = frozenset({"characters", "layout", "artefacts", "provenance"})


class Hits(defaultdict[str, list[Hit]]):
    """Hits by rule id, those rules included that were given, and what was skipped."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        super().__init__(list, {rule.id: [] for rule in rules})
        self.skipped: list[Skip] = []


class Engine:
    """A set of rules, made ready once and run over many documents.

    Parameters
    ----------
    rules : iterable of Rule
        Usually `slopscan.catalogue.load.select(...)`.
    catalogue : Catalogue
        Where their lists are.
    filtered : bool
        False searches everywhere for everything: slow, and what the filter is tested against.

    Raises
    ------
    CatalogueError
        A list is malformed, or a regular expression that runs on every text does not compile;
        the others are compiled by the first text that may hold a match.
    """

    def __init__(
        self, rules: Iterable[Rule], catalogue: Catalogue, *, filtered: bool = True
    ) -> None:
        self.rules = tuple(rules)
        self._by_id = {rule.id: rule for rule in self.rules}
        self._measure_rules = [r for r in self.rules if isinstance(r.match, MeasureMatch)]
        self._matchers = tuple(_matchers(_BUILDERS, self.rules, catalogue.lists))
        known = catalogue.prepared
        prepared = known if isinstance(known, Prepared) and filtered else None
        searching = _matchers(_STRING_BUILDERS, self.rules, catalogue.lists, prepared)
        self._strings = StringSearches(searching, filtered=filtered, prepared=prepared)

    @property
    def needs_parse(self) -> bool:
        """Say whether any rule looks at tokens of a parse."""
        return any(rule.needs_parse for rule in self.rules)

    def look(self, batch: Iterable[Annotated]) -> None:
        """Do at once for several documents what `hits` begins with; faster for many short ones."""
        self._strings.look(batch)

    def hits(
        self, annotated: Annotated, memory: Memory | None = None, *, reported: bool = False
    ) -> Hits:
        """Find every place where a rule's pattern holds.

        Hits in quotations are marked, not dropped; hits that lie wholly in a placeholder for
        code, mathematics or an image are dropped. Without a parse, rules that need one have
        no hits.

        Parameters
        ----------
        annotated : Annotated
        memory : Memory, optional
            Of an earlier state of the same text, for this engine alone; changed by the run.
        reported : bool
            Leave out hits that are too few for a finding: of densities, and of rules that want
            several; and rules without hits. The findings, and `prose_hits`, are the same.
        """
        hits = Hits() if reported else Hits(self.rules)
        view = View(annotated.document)
        for number, matcher in enumerate(self._matchers):
            if memory is not None and matcher.by_block:
                found = memory.find(number, matcher, annotated)
            else:
                found = matcher.find(annotated)
            self._collect(found, matcher.rules, hits, view)
        least = partial(least_hits, n_words=annotated.n_words) if reported else None
        for rule, matches in self._strings.run(annotated, least):
            self._collect(matches, (rule,), hits, view)
        if memory is not None:
            memory.forget_old()
        return hits

    def _collect(
        self, found: Iterable[Hit | Skip], rules: Sequence[Rule], hits: Hits, view: View
    ) -> None:
        """Take what a matcher finds; an error of it is told with its rules."""
        odd = view.odd
        try:
            for hit in found:
                if isinstance(hit, Skip):
                    hits.skipped.append(hit)
                elif hit.prose is not None and (odd is None or not odd.touches(hit.prose)):
                    hits[hit.rule].append(hit)
                else:
                    self._keep(hit, hits, view)
        except SlopscanError:
            raise
        except Exception as error:
            names = ", ".join(rule.id for rule in rules)
            name = view.document.source.name
            raise RuntimeError(f"{name}: one of these rules failed: {names}") from error

    def _keep(self, hit: Hit, hits: Hits, view: View) -> None:
        """Take a hit that may stand in a quotation or for no prose."""
        rule = self._by_id[hit.rule]
        if not view.is_placeholder(hit) and view.is_in_blocks(hit, rule):
            quoted = view.is_quoted(hit, rule)
            hits[hit.rule].append(hit._replace(quoted=True) if quoted else hit)

    def places(
        self, annotated: Annotated, hits: Mapping[str, list[Hit]]
    ) -> dict[str, list[SourceSpan]]:
        """Return where each rule's pattern holds in the source, before gates and densities.

        Quotations are left out; of hits that overlap, the first and longest counts. Rules
        without a place are left out.
        """
        view = View(annotated.document)
        held = {
            name: [place.span for place in view.places(hit for hit in found if not hit.quoted)]
            for name, found in hits.items()
            if found
        }
        return {name: spans for name, spans in held.items() if spans}

    def findings(
        self,
        annotated: Annotated,
        hits: Mapping[str, list[Hit]],
        measures: Mapping[str, float] | None = None,
        *,
        seen_at: Mapping[str, tuple[ProseSpan, ...]] | None = None,
        include_quotes: bool = False,
        gated: bool = True,
    ) -> list[Finding]:
        """Make findings of hits.

        Parameters
        ----------
        annotated : Annotated
            The document `hits` were found in.
        hits : mapping of str to list of Hit
            From `hits`; a rule without an entry has none.
        measures : mapping of str to float, optional
            Measures of the document for rules of kind `measure`; none, no such findings.
        seen_at : mapping of str to tuple of ProseSpan, optional
            Where a measure can be seen; one without places is shown at the first sentence.
        include_quotes : bool
            Keep hits in quoted speech and block quotations.
        gated : bool
            False lifts gates and lengths, so that one sentence can show what a rule finds.

        Returns
        -------
        list of Finding
            Sorted by position, then rule; `matched` is exactly the source text of `span`.
        """
        view = View(annotated.document)
        found: list[Finding] = []
        for rule in self._measure_rules:
            match = rule.match
            assert isinstance(match, MeasureMatch)
            seen = (seen_at or {}).get(match.measure, ())
            found += _measured(
                rule, match, annotated, measures or {}, view, places=seen, gated=gated
            )
        for name, held in hits.items():
            if not held:
                continue
            rule = self._by_id[name]
            if isinstance(rule.match, MeasureMatch):
                continue
            places = view.places(hit for hit in held if include_quotes or not hit.quoted)
            if isinstance(rule.match, DensityMatch):
                found += _dense(
                    rule, rule.match, places, view, n_words=annotated.n_words, gated=gated
                )
            elif not gated or passes_gate(rule, len(places), annotated.n_words):
                found += [view.finding(rule, place) for place in places]
        found.sort(key=lambda item: (item.span.start, item.span.end, item.rule))
        return with_fingerprints(found)


def prose_hits(rules: Iterable[Rule], hits: Mapping[str, list[Hit]]) -> dict[str, list[Hit]]:
    """Return the hits, quoted ones left out, of the rules that look at devices of prose.

    Words that count by their density alone are vocabulary, not a device that comes back; what is
    a tic only in number (a gate) is known to come back; and rules on trial say nothing yet.
    """
    return {
        rule.id: [hit for hit in hits.get(rule.id, ()) if not hit.quoted]
        for rule in rules
        if rule.family not in _NOT_PROSE
        and rule.gate.min_hits == 1
        and rule.status in (Status.STABLE, Status.ADVISORY)
        and not isinstance(rule.match, DensityMatch)
    }


def _matchers(
    builders: Mapping[type, str], rules: Iterable[Rule], lists: Lists, *more: Prepared | None
) -> Iterator[Any]:
    by_kind: defaultdict[type, list[Rule]] = defaultdict(list)
    for rule in rules:
        by_kind[type(rule.search)].append(rule)
    for kind, module in builders.items():
        if by_kind[kind]:
            yield from import_module(module).build(by_kind[kind], lists, *more)


def _dense(
    rule: Rule,
    match: DensityMatch,
    places: list[Place],
    view: View,
    *,
    n_words: int,
    gated: bool,
) -> list[Finding]:
    measure = density(match, len(places), n_words, short_texts_too=not gated)
    if measure is None or (gated and not passes_gate(rule, len(places), n_words)):
        return []
    if match.min_distinct > 1 and view.n_distinct(places) < match.min_distinct:
        return []
    related = tuple(place.span for place in places[1:])
    first = places[0]._replace(related=related, values={"count": str(len(places))})
    return [view.finding(rule, first, measure)]


def _measured(
    rule: Rule,
    match: MeasureMatch,
    annotated: Annotated,
    measures: Mapping[str, float],
    view: View,
    *,
    places: tuple[ProseSpan, ...],
    gated: bool,
) -> list[Finding]:
    measure = beyond(match, measures, annotated.n_words, short_texts_too=not gated)
    place = None
    if measure and places:
        place = view.place_of(Hit(rule.id, places[0], related=places[1:]))
    elif measure:
        place = view.first_sentence(rule, annotated)
    short = gated and annotated.n_words < rule.gate.min_words
    return [] if place is None or short else [view.finding(rule, place, measure)]
