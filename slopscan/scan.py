"""The whole line from a source to its report: the only module that sees every stage."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import slopscan
from slopscan.catalogue.load import Catalogue, Selection, select
from slopscan.catalogue.packs import Pack, with_packs
from slopscan.catalogue.rule import Kind, MeasureMatch, Rule
from slopscan.disclosure import Disclosure, DisclosureKind
from slopscan.document import BlockKind, Document, RegionKind, Source
from slopscan.errors import InputError, SlopscanError
from slopscan.findings import ArchivePlace, Finding
from slopscan.matchers.base import kinds_in
from slopscan.matchers.cache import shipped_catalogue
from slopscan.matchers.engine import Engine, Hits, prose_hits
from slopscan.matchers.memory import Memory
from slopscan.nlp.annotate import annotate
from slopscan.readers import parse, read_path
from slopscan.readers.declared import declared, declares_whole
from slopscan.report import Failure, FileReport, Provenance
from slopscan.suppression import RULES as SUPPRESSION_RULES
from slopscan.suppression import Known, suppress

if TYPE_CHECKING:
    from spacy.language import Language

    from slopscan.features.measures import Measured
    from slopscan.model.artefact import Model
    from slopscan.model.families import FamilyModel
    from slopscan.nlp.annotate import Annotated
    from slopscan.verdict import FamilyProfile, Verdict


@dataclass(frozen=True, slots=True)
class Settings:
    """What a scan does.

    Attributes
    ----------
    selection : Selection
        Which rules run.
    parse : bool
        Without it only the rules on strings run, there is no probability, and neither spaCy
        nor numpy is imported.
    quotes : bool
        Also report what stands in quotations and block quotes.
    windows : bool
        Also give the probability around each sentence, as `Verdict.windows`; takes time.
    reasons : bool
        Give what a probability is made of, by measure and by sentence; without it the verdict
        has neither `contributions` nor `heat`, and costs less.
    measures : bool
        Also give every measure that is defined, as `FileReport.measures`.
    family : bool
        Also say which family of models the habits resemble, as `FileReport.family_profile`; it
        changes nothing else.
    packs : tuple of Pack
        Rules beside those of the catalogue.
    rank_in : str
        Genre of the reference corpora whose human texts a text is ranked among; all by default.
    model : Path, optional
        Folder of the model that gives the probability; the shipped one by default.
    """

    selection: Selection = field(default_factory=Selection)
    parse: bool = True
    quotes: bool = False
    windows: bool = False
    reasons: bool = True
    measures: bool = False
    family: bool = False
    packs: tuple[Pack, ...] = ()
    rank_in: str = ""
    model: Path | None = None


class Resources:
    """What scanners with different settings share; each part is loaded when first needed.

    Parameters
    ----------
    catalogue : Catalogue, optional
        The shipped one by default.
    """

    def __init__(self, catalogue: Catalogue | None = None) -> None:
        self.catalogue = catalogue or shipped_catalogue(slopscan.__version__)
        self._joined: dict[tuple[Pack, ...], Catalogue] = {(): self.catalogue}
        self._models: dict[Path | None, Model | None] = {}

    def catalogue_with(self, packs: tuple[Pack, ...]) -> Catalogue:
        """Return the catalogue with the rules of packs; raises what `with_packs` raises."""
        if packs not in self._joined:
            self._joined[packs] = with_packs(self.catalogue, packs)
        return self._joined[packs]

    @cached_property
    def nlp(self) -> Language:
        from slopscan.nlp.load import load_pipeline  # noqa: PLC0415

        return load_pipeline()

    def model(self, folder: Path | None = None) -> Model | None:
        """Return the model of a folder, or the shipped one; None where none is shipped.

        Raises
        ------
        ArtefactError
            As `load_model`.
        """
        if folder not in self._models:
            from slopscan.model import artefact  # noqa: PLC0415

            found = folder is not None or any(artefact.DATA.glob("*/manifest.json"))
            self._models[folder] = artefact.load_model(folder) if found else None
        return self._models[folder]

    @cached_property
    def families(self) -> FamilyModel:
        from slopscan.model.families import load_families  # noqa: PLC0415

        return load_families()


class Scanner:
    """Scans any number of texts; rules, pipeline and model are loaded once.

    Attributes
    ----------
    skipped : list of str
        Where a rule ran out of time on a text, in words; its findings there are missing.

    Raises
    ------
    UsageError
        The selection names no known rule.
    CatalogueError, ArtefactError
        A rule file, the pipeline or the model is damaged.
    """

    def __init__(
        self, settings: Settings | None = None, *, resources: Resources | None = None
    ) -> None:
        self.settings = settings or Settings()
        self._resources = resources or Resources()
        self.catalogue = self._resources.catalogue_with(self.settings.packs)
        self.rules = self._rules()
        self._engine = Engine(self.rules, self.catalogue)
        self.skipped: list[str] = []
        self._measured = frozenset(
            rule.match.measure for rule in self.rules if isinstance(rule.match, MeasureMatch)
        )

    def scan(self, source: Source) -> FileReport:
        """Scan one text."""
        return next(self.scan_many([source]))

    def scan_many(self, sources: Iterable[Source]) -> Iterator[FileReport]:
        """Scan texts in order, their blocks parsed in shared batches."""
        documents = (parse(source) for source in sources)
        for annotated in self._annotated(documents):
            yield self.report(annotated)

    def scan_path(self, path: Path) -> FileReport:
        """Scan one file; one that cannot be read gives a report with an error."""
        return next(self.scan_paths([path]))

    def scan_paths(self, paths: Iterable[Path]) -> Iterator[FileReport]:
        """Scan files in order, as `scan_many` does texts; errors are as in `scan_path`."""
        # What could not be read, and None for a document that is still to come.
        order: deque[FileReport | None] = deque()

        def documents() -> Iterator[Document]:
            for path in paths:
                document = _read(path)
                order.append(document if isinstance(document, FileReport) else None)
                if isinstance(document, Document):
                    yield document

        for annotated in self._annotated(documents()):
            while (report := order.popleft()) is not None:
                yield report
            yield self.report(annotated)
        yield from (report for report in order if report is not None)

    def _annotated(self, documents: Iterable[Document]) -> Iterator[Annotated]:
        kinds = self._parsed_kinds if self.settings.parse else None
        for batch in _batches(annotate(documents, self._nlp, keep_docs=False, kinds=kinds)):
            self._engine.look(batch)
            yield from batch

    @cached_property
    def _parsed_kinds(self) -> frozenset[BlockKind]:
        """The kinds of block whose parse features or rules look at."""
        from slopscan.features.view import PROSE_KINDS  # noqa: PLC0415 - only with a parse

        return PROSE_KINDS.union(*(kinds_in(rule.scope) for rule in self.rules if rule.needs_parse))

    @cached_property
    def provenance(self) -> Provenance:
        """Versions and digests of all that decides a result."""
        meta = self._nlp.meta if self._nlp else None
        return Provenance(
            slopscan=slopscan.__version__,
            catalogue=self.catalogue.digest,
            pipeline=f"{meta['name']} {meta['version']}" if meta else None,
            model=self._model.label if self._model else None,
        )

    @property
    def _nlp(self) -> Language | None:
        return self._resources.nlp if self.settings.parse else None

    @property
    def _model(self) -> Model | None:
        return self._resources.model(self.settings.model) if self.settings.parse else None

    @cached_property
    def _known(self) -> Known:
        selection = self.settings.selection
        return Known(
            {rule.id: rule.family for rule in self.catalogue.rules.values()},
            frozenset(rule.id for rule in self.rules),
            complete=self.settings.parse and not selection.select,
            ignored=frozenset(selection.ignore) & frozenset(SUPPRESSION_RULES),
        )

    def _rules(self) -> tuple[Rule, ...]:
        rules = select(self.catalogue, self.settings.selection)
        if not self.settings.parse:
            rules = tuple(rule for rule in rules if is_string_rule(rule))
        return rules

    @property
    def pipeline(self) -> Language | None:
        """The parser; None where the settings do without."""
        return self._nlp

    def report(
        self, annotated: Annotated, *, verdict: bool = True, memory: Memory | None = None
    ) -> FileReport:
        """Scan a text that is annotated already.

        Parameters
        ----------
        annotated : Annotated
        verdict : bool
            False leaves the probability out.
        memory : Memory, optional
            Of the last scan of the same text with this scanner.
        """
        document = annotated.document
        statements = declared(document)
        theirs, own = _parted(annotated, statements)
        findings, said = _apart(document, self._findings(own, memory))
        blocks = self._blocks(statements, theirs) if theirs.blocks else statements
        disclosures = sorted((*blocks, *said), key=lambda item: (item.span.start, item.span.end))
        kept, silenced = suppress(document, _outside(findings, statements), self._known)
        judged = self._verdict(own, statements) if verdict else None
        return FileReport(
            path=document.source.name,
            text=document.source.text,
            n_words=annotated.n_words,
            verdict=judged,
            findings=tuple(_placed(document.source, kept)),
            suppressed=tuple(silenced),
            disclosures=tuple(disclosures),
            measures=self._all_measures(own) if self.settings.measures else None,
            family_profile=self._family_profile(own, judged) if self.settings.family else None,
        )

    def _family_profile(self, annotated: Annotated, verdict: Verdict | None) -> FamilyProfile:
        from slopscan.verdict import FamilyProfile  # noqa: PLC0415 - not for runs without a parse

        if not self.settings.parse:
            return FamilyProfile(None, "only the rules were run", annotated.n_words)
        from slopscan.model.families import profile_of  # noqa: PLC0415

        return profile_of(self._resources.families, annotated, verdict)

    def _all_measures(self, annotated: Annotated) -> Mapping[str, float]:
        from slopscan.features.measures import measures  # noqa: PLC0415

        return measures(annotated)

    def _findings(self, annotated: Annotated, memory: Memory | None = None) -> list[Finding]:
        hits = self._engine.hits(annotated, memory, reported=True)
        name = annotated.document.source.name
        self.skipped += [
            f"{name}: {skip.rule}, {skip.where}: {skip.reason}" for skip in hits.skipped
        ]
        measured = self._measures(annotated, hits)
        return self._engine.findings(
            annotated,
            hits,
            measured.values if measured else {},
            seen_at=measured.places if measured else {},
            include_quotes=self.settings.quotes,
        )

    def _blocks(
        self, statements: tuple[Disclosure, ...], theirs: Annotated
    ) -> tuple[Disclosure, ...]:
        found = self._findings(theirs)
        return tuple(
            replace(item, findings=tuple(f for f in found if item.span.contains(f.span)))
            if item.kind is DisclosureKind.BLOCK
            else item
            for item in statements
        )

    def _measures(self, annotated: Annotated, hits: Hits) -> Measured | None:
        if not self._measured:
            return None
        from slopscan.features.measures import measure  # noqa: PLC0415

        return measure(annotated, prose_hits(self.rules, hits), self._measured)

    def _verdict(self, annotated: Annotated, statements: tuple[Disclosure, ...]) -> Verdict | None:
        if not self.settings.parse:
            return None
        from slopscan.verdict import Verdict  # noqa: PLC0415 - not for runs without a parse

        if declares_whole(statements) or (statements and not annotated.blocks):
            return Verdict(None, "declared to be written with a model", annotated.n_words)
        if self._model is None:
            return Verdict(None, "no model installed", annotated.n_words)
        from slopscan.model.decide import verdict  # noqa: PLC0415

        settings = self.settings
        return verdict(
            self._model,
            annotated,
            windows=settings.windows,
            reasons=settings.reasons,
            genre=settings.rank_in,
        )


_BATCH_CHARS: Final = 200_000  # of documents in which strings are looked for together
# Rules that find what a text says of its own making: quoted apart, no tic of the prose.
_STATEMENTS: Final = {
    "ai-assistance-disclosure": DisclosureKind.ASSISTANCE,
    "human-authorship-claim": DisclosureKind.HUMAN_AUTHORSHIP,
    "co-author-trailer": DisclosureKind.CREDIT,
}


def _batches(found: Iterable[Annotated]) -> Iterator[list[Annotated]]:
    """Take documents together up to some length of text."""
    batch: list[Annotated] = []
    n_chars = 0
    for annotated in found:
        batch.append(annotated)
        n_chars += len(annotated.document.source.text)
        if n_chars >= _BATCH_CHARS:
            yield batch
            batch, n_chars = [], 0
    if batch:
        yield batch


def _parted(
    annotated: Annotated, statements: tuple[Disclosure, ...]
) -> tuple[Annotated, Annotated]:
    """Part a text into its declared blocks and the rest."""
    document = annotated.document
    spans = [item.span for item in statements if item.kind is DisclosureKind.BLOCK]
    if not spans:
        return replace(annotated, blocks=()), annotated
    flags = [
        any(document.offsets.to_source(block.prose(0, len(block.text))).overlaps(s) for s in spans)
        for block in annotated.blocks
    ]
    pairs = list(zip(annotated.blocks, flags, strict=True))
    theirs = tuple(block for block, inside in pairs if inside)
    own = tuple(block for block, inside in pairs if not inside)
    return replace(annotated, blocks=theirs), replace(annotated, blocks=own)


def _outside(findings: list[Finding], statements: tuple[Disclosure, ...]) -> list[Finding]:
    """Drop what rules that read the file as it is found inside declared blocks."""
    spans = [item.span for item in statements if item.kind is DisclosureKind.BLOCK]
    return [found for found in findings if not any(span.overlaps(found.span) for span in spans)]


def _apart(document: Document, findings: list[Finding]) -> tuple[list[Finding], list[Disclosure]]:
    """Take the findings that are statements about the making of the text out of the rest."""
    rest: list[Finding] = []
    said: list[Disclosure] = []
    for found in findings:
        kind = _STATEMENTS.get(found.rule)
        if kind is None:
            rest.append(found)
        elif not _in_front_matter(document, found):
            quote = " ".join(found.matched.split())
            said.append(Disclosure(kind, found.span, found.line, quote))
    return rest, said


def _placed(source: Source, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Say where findings stand in an archive, for a text that was extracted from one."""
    for found in findings:
        line = source.places[found.line - 1] if found.line <= len(source.places) else None
        if line is None or not line.paragraph:
            yield found
            continue
        begun = [number for column, number in line.runs if column < found.column]
        run = begun[-1] if begun else None
        yield replace(found, place=ArchivePlace(line.part, line.paragraph, run))


def _in_front_matter(document: Document, found: Finding) -> bool:
    # What stands there is read by `declared`, with its scope and tools.
    return any(
        region.kind is RegionKind.FRONT_MATTER and region.span.contains(found.span)
        for region in document.regions
    )


def is_string_rule(rule: Rule) -> bool:
    """Say whether a rule runs without a parse."""
    return not rule.needs_parse and rule.kind is not Kind.MEASURE


def _read(path: Path) -> Document | FileReport:
    try:
        return parse(read_path(path))
    except InputError as error:
        return failed(str(path), error)
    except OSError as error:
        reason = error.strerror or str(error)
        return failed(str(path), InputError(reason.lower(), fix="check the path"))


def failed(path: str, error: SlopscanError) -> FileReport:
    """Return the report of a file that could not be scanned."""
    return FileReport(path, error=Failure.of(error))
