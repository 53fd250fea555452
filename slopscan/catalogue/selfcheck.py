"""Run every rule's examples, and every regular expression under stress.

The examples go the whole way of a file: they are read as Markdown, annotated, matched and
placed. Gates and lengths are lifted for an example, unless it says `gated = true`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from slopscan.catalogue.lists import Lists
from slopscan.catalogue.load import (
    LISTS_FOLDER,
    Catalogue,
    Selection,
    catalogue_root,
    lists_of,
    rule_paths,
    select,
)
from slopscan.catalogue.rule import (
    FlagExample,
    MeasureMatch,
    PassExample,
    Rule,
    named_lists,
    regexes_of,
)
from slopscan.catalogue.rulefile import read_rule
from slopscan.document import Source
from slopscan.errors import CatalogueError
from slopscan.features.measures import NEED_HITS, measure
from slopscan.findings import Finding
from slopscan.matchers.engine import Engine, prose_hits
from slopscan.nlp.annotate import Annotated, annotate
from slopscan.readers import parse

if TYPE_CHECKING:
    from spacy.language import Language

REGEX_SECONDS: Final = 0.2
STRESS_TEXTS: Final[tuple[str, ...]] = (
    "a" * 20_000,
    "not " * 2_000,
    "It is not a thing, " * 500,
    "red, green, and blue, " * 500,
    " " * 10_000,
    '"' * 5_000,
    "'" * 5_000,
    "—" * 5_000,
    "* " * 5_000,
    "no word ends this sentence " * 400,
    "Why? " * 2_000,
    "A b. " * 2_000,
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a rule or a list: whose, where in it, what."""

    rule: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.rule}::{self.where}: {self.what}"


def check_catalogue(catalogue: Catalogue, nlp: Language | None) -> list[Problem]:
    """Check the lists and every rule of a catalogue.

    Parameters
    ----------
    catalogue : Catalogue
    nlp : spacy.language.Language or None
        Without it, the examples of rules that need a parse are not run.

    Returns
    -------
    list of Problem
        By rule; empty when all is well.
    """
    found = list(check_lists(catalogue.lists))
    for rule in catalogue.rules.values():
        found += check_rule(rule, catalogue, nlp)
    return found


def check_files(folder: Path | None = None) -> list[Problem]:
    """Read every file of a catalogue and name all that are refused, not only the first."""
    root = catalogue_root() if folder is None else folder
    lists = lists_of(root)
    found = list(check_lists(lists))
    for path in rule_paths(root):
        try:
            read_rule(path, lists)
        except CatalogueError as error:
            found.append(Problem(path.stem, error.where, _what(error)))
    return found


def check_lists(lists: Lists) -> Iterator[Problem]:
    """Yield a problem for each list that is malformed."""
    for name in sorted(lists.own):
        try:
            lists.check(name)
        except CatalogueError as error:
            yield Problem(f"{LISTS_FOLDER}/{name}", error.where, _what(error))


def check_rule(rule: Rule, catalogue: Catalogue, nlp: Language | None) -> list[Problem]:
    """Run one rule's examples and put its regular expressions under stress."""
    try:
        found = list(check_regexes(rule, catalogue.lists))
        engine = Engine([rule], catalogue)
    except CatalogueError as error:
        return [Problem(rule.id, "match", _what(error))]
    if engine.needs_parse and nlp is None:
        return found
    for number, flag in enumerate(rule.flags):
        what = check_flag(flag, run_example(rule, engine, nlp, flag, catalogue))
        found += [Problem(rule.id, f"flag[{number}]", what)] if what else []
    for number, passed in enumerate(rule.passes):
        what = check_pass(passed, run_example(rule, engine, nlp, passed, catalogue))
        found += [Problem(rule.id, f"pass[{number}]", what)] if what else []
    return found


def run_example(
    rule: Rule,
    engine: Engine,
    nlp: Language | None,
    example: FlagExample | PassExample,
    catalogue: Catalogue,
) -> list[Finding]:
    """Return what a rule finds in one of its examples."""
    document = parse(Source(name=f"{rule.id}.md", text=example.text))
    (annotated,) = annotate([document], nlp)
    hits = engine.hits(annotated)
    if not isinstance(rule.match, MeasureMatch):
        return engine.findings(annotated, hits, gated=example.gated)
    computed = measure(annotated, _hits_of_all(annotated, rule.match, catalogue))
    return engine.findings(
        annotated, hits, computed.values, seen_at=computed.places, gated=example.gated
    )


def _hits_of_all(annotated: Annotated, match: MeasureMatch, catalogue: Catalogue) -> Any:
    if match.measure not in NEED_HITS:
        return None
    rules = select(catalogue, Selection(preview=True))
    return prose_hits(rules, Engine(rules, catalogue).hits(annotated))


def check_flag(example: FlagExample, findings: list[Finding]) -> str:
    """Say what is wrong with the findings of a `flag` example; nothing when they are right."""
    if not findings:
        return f"not flagged: {example.text!r}"
    matched = [finding.matched for finding in findings]
    if example.span is not None and example.span not in matched:
        return f"underlines {matched}, not {example.span!r}"
    return ""


def check_pass(example: PassExample, findings: list[Finding]) -> str:
    """Say what is wrong with the findings of a `pass` example; nothing when there are none."""
    if findings:
        matched = [finding.matched for finding in findings]
        return f"flagged {matched} though {example.because}: {example.text!r}"
    return ""


def check_regexes(rule: Rule, lists: Lists) -> Iterator[Problem]:
    """Yield a problem for each expression that does not compile or is slow on a stress text."""
    for pattern in regexes_of(rule):
        try:
            compiled = _compiled(pattern, lists)
        except Exception as error:
            # `regex` raises its own error, ValueError, KeyError and more for a wrong pattern.
            yield Problem(rule.id, "match", f"{pattern!r} does not compile ({error})")
            continue
        for text in STRESS_TEXTS:
            seconds = _search_seconds(compiled, text)
            if seconds > REGEX_SECONDS:
                what = f"{pattern!r} takes more than {REGEX_SECONDS} s on {text[:20]!r} repeated"
                yield Problem(rule.id, "match", what)


def _compiled(pattern: str, lists: Lists) -> Any:
    import regex  # noqa: PLC0415 - see matchers.base.compiled

    named = {name: lists.words(list_name) for name, list_name in named_lists(pattern).items()}
    return regex.compile(pattern, **named)


def _search_seconds(compiled: Any, text: str) -> float:
    start = time.process_time()
    try:
        for _ in compiled.finditer(text, timeout=REGEX_SECONDS):
            pass
    except TimeoutError:
        return float("inf")
    return time.process_time() - start


def _what(error: CatalogueError) -> str:
    return f"{error.what} ({error.fix})" if error.fix else error.what
