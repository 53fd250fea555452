"""One rule file, read strictly into frozen data.

What a rule author can get wrong is refused here with the file, the line where it is known, and
what to write instead. Regular expressions are compiled by the matchers when a rule runs and put
under stress by `selfcheck`; reading hundreds of files must stay cheap.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import string
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from slopscan.catalogue.lists import Lists, did_you_mean, is_reference, reference_name
from slopscan.catalogue.matchfile import read_match
from slopscan.catalogue.rule import (
    BLOCK_SCOPES,
    DEFAULT_SCOPE,
    FAMILIES,
    REGION_SCOPES,
    SCOPES,
    Evidence,
    FlagExample,
    Gate,
    Kind,
    Match,
    PassExample,
    Rule,
    Status,
    message_fields,
    named_lists,
)
from slopscan.catalogue.tables import RuleFile, Table
from slopscan.errors import CatalogueError
from slopscan.findings import Severity

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def read_rule(path: Path, lists: Lists) -> Rule:
    """Read one rule file.

    Parameters
    ----------
    path : Path
        `<family>/<id>.toml`.
    lists : Lists
        The lists it may name.

    Raises
    ------
    CatalogueError
        The file is not TOML, has an unknown, missing or ill-typed key, disagrees with its path,
        has no `pass` example or no evidence, or names an unknown list.
    """
    try:
        content = path.read_text(encoding="utf-8")
        data = tomllib.loads(content)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(f"not a readable TOML file ({error})", where=str(path)) from error
    return _rule(Table(data, RuleFile(path, content)), path, lists, data)


def _rule(table: Table, path: Path, lists: Lists, data: Mapping[str, Any]) -> Rule:
    identifier, family = _identity(table, path)
    kind = table.choice("kind", Kind)
    severity = table.choice("severity", Severity)
    status = table.choice("status", Status)
    texts = {key: table.text(key) for key in ("title", "since", "message", "why", "advice")}
    scope = _scope(table, kind)
    gate = _gate(table)
    match = read_match(table, kind)
    flags, passes = _examples(table)
    evidence = tuple(_evidence(entry) for entry in table.tables("evidence"))
    if not evidence:
        raise table.fail("no evidence", fix="add [[evidence]] with a source")
    table.finish()
    _check_message(table, texts["message"], match)
    used = tuple(sorted(set(_lists_in(data["match"]))))
    for name in used:
        if name not in lists.names:
            lists.require(name, where=table.file.where("match"))
    return Rule(
        id=identifier,
        family=family,
        kind=kind,
        severity=severity,
        status=status,
        scope=scope,
        gate=gate,
        match=match,
        flags=flags,
        passes=passes,
        evidence=evidence,
        lists=used,
        digest=_digest(kind, scope, gate, data["match"], {n: lists.digest(n) for n in used}),
        path=path,
        held=None,
        **texts,
    )


def _identity(table: Table, path: Path) -> tuple[str, str]:
    identifier = table.text("id")
    if identifier != path.stem:
        raise table.fail(f'id "{identifier}" differs from the file name "{path.stem}"', "id")
    if not _ID.fullmatch(identifier):
        raise table.fail(f'id "{identifier}" is not lower-case-with-hyphens', "id")
    family = path.parent.name
    if family not in FAMILIES:
        fix = did_you_mean(family, FAMILIES) or "families: " + ", ".join(FAMILIES)
        raise table.fail(f'folder "{family}" is not a family', fix=fix)
    return identifier, family


def _scope(table: Table, kind: Kind) -> frozenset[str]:
    scope = table.texts("scope") or DEFAULT_SCOPE
    for word in scope:
        if word not in SCOPES:
            raise table.unknown_value("scope", word, sorted(SCOPES))
    named = frozenset(scope)
    if "source" in named and kind not in (Kind.PATTERN, Kind.DENSITY):
        raise table.fail(f"a {kind.value} rule cannot have scope source", "scope")
    if named & REGION_SCOPES and "source" not in named:
        raise table.fail("url, comment, front_matter and code stand beside source", "scope")
    if not named & (BLOCK_SCOPES | {"source"}):
        # ["quotation"] alone adds quoted speech to what a rule sees anyway.
        named |= frozenset(DEFAULT_SCOPE)
    return named


def _gate(table: Table) -> Gate:
    gate = table.table("gate")
    if gate is None:
        return Gate()
    made = Gate(
        min_hits=gate.count("min_hits") or 1,
        min_per_1k_words=gate.number("min_per_1k_words") or 0.0,
        min_words=gate.count("min_words") or 0,
    )
    gate.finish()
    return made


def _examples(table: Table) -> tuple[tuple[FlagExample, ...], tuple[PassExample, ...]]:
    examples = table.table("examples")
    if examples is None:
        raise table.fail("no examples", fix="add [[examples.flag]] and [[examples.pass]]")
    flags = tuple(_flag_example(entry) for entry in examples.tables("flag"))
    passes = tuple(_pass_example(entry) for entry in examples.tables("pass"))
    examples.finish()
    if not flags:
        raise table.fail('no "flag" example', fix="add [[examples.flag]] with a text")
    if not passes:
        raise table.fail(
            'no "pass" example', fix="add [[examples.pass]]: a near miss that is good prose"
        )
    return flags, passes


def _flag_example(table: Table) -> FlagExample:
    example = FlagExample(table.text("text"), table.optional_text("span"), table.flag("gated"))
    table.finish()
    if example.span is not None and example.span not in example.text:
        raise table.fail(f'span "{example.span}" is not in its text', "span")
    return example


def _pass_example(table: Table) -> PassExample:
    example = PassExample(table.text("text"), table.text("because"), table.flag("gated"))
    table.finish()
    return example


def _evidence(table: Table) -> Evidence:
    source, url, seen = table.text("source"), table.optional_text("url"), table.take("seen")
    if seen is not None and not isinstance(seen, datetime.date):
        raise table.fail('"seen" is not a date', "seen", "write it without quotes: 2026-11-20")
    table.finish()
    return Evidence(source, url, seen)


def _check_message(table: Table, message: str, match: Match) -> None:
    known = message_fields(match)
    try:
        used = [name for _, name, _, _ in string.Formatter().parse(message) if name is not None]
    except ValueError as error:
        raise table.fail(f"message: {error}", "message") from None
    for name in used:
        if name not in known:
            fix = did_you_mean(name, known) or "known: " + ", ".join(sorted(known))
            raise table.fail(f'message names unknown "{{{name}}}"', "message", fix)


def _lists_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if is_reference(value):
            yield reference_name(value)
        else:
            yield from named_lists(value).values()
    elif isinstance(value, dict):
        for item in value.values():
            yield from _lists_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from _lists_in(item)


def _digest(
    kind: Kind,
    scope: frozenset[str],
    gate: Gate,
    match: Mapping[str, Any],
    lists: Mapping[str, str],
) -> str:
    content = {
        "kind": kind.value,
        "scope": sorted(scope),
        "gate": [gate.min_hits, gate.min_per_1k_words, gate.min_words],
        "match": match,
        "lists": lists,
    }
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()
