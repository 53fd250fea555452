"""Results written earlier, read back: the promised JSON form to a `RunReport`.

The form only grows, so keys this version does not know are left alone; a key it needs and a
value of the wrong type are errors that name the place.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from math import isfinite
from typing import Any, Final, TypeVar

from slopscan.disclosure import Disclosure, DisclosureKind
from slopscan.errors import InputError
from slopscan.findings import ArchivePlace, Finding, Measure, Severity, Silenced
from slopscan.report import (
    JSON_SCHEMA_VERSION,
    NOT_ASKED,
    Failure,
    FileReport,
    Provenance,
    RunReport,
)
from slopscan.spans import SourceSpan, source_span
from slopscan.verdict import Contribution, FamilyProfile, SentenceHeat, Verdict, WindowScore

_FIX: Final = "name a file written with --output-format json or jsonl"
# Beyond it a whole number is no measure of a text.
_MOST: Final = 10**15
_T = TypeVar("_T")


def read_results(text: str, name: str) -> RunReport:
    """Read a result in the form `json` or `jsonl`.

    Parameters
    ----------
    text : str
        What the file holds.
    name : str
        What messages call it.

    Returns
    -------
    RunReport
        `FileReport.text` is empty where the result does not hold the source.

    Raises
    ------
    InputError
        It is no JSON, of another schema, or a value is missing or wrong.
    """
    try:
        value = json.loads(text)
    except RecursionError as error:
        raise _too_deep(name) from error
    except ValueError:
        return _read_rows(text, name)
    if isinstance(value, dict) and "files" not in value:
        return _read_rows(text, name)
    run = _Node(value, name, "")
    _check_schema(run)
    files = tuple(_file(item) for item in run["files"])
    return RunReport(files, _provenance(run["provenance"]))


def _read_rows(text: str, name: str) -> RunReport:
    files = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = _Node(json.loads(line), name, f"line {number}")
        except RecursionError as error:
            raise _too_deep(name) from error
        except ValueError as error:
            raise InputError(f"line {number} is not JSON", where=name, fix=_FIX) from error
        _check_schema(row)
        files.append(_file(row))
    if not files:
        raise InputError("holds no result", where=name, fix=_FIX)
    return RunReport(tuple(files))


def _too_deep(name: str) -> InputError:
    return InputError("is refused: nested too deep", where=name, fix=_FIX)


class _Node:
    """A JSON value that knows where it stands, for messages."""

    def __init__(self, value: Any, name: str, place: str) -> None:
        self._value = value
        self._name = name
        self._place = place

    def __getitem__(self, key: str) -> _Node:
        return _Node(self.mapping().get(key), self._name, f"{self._place}.{key}".lstrip("."))

    def __iter__(self) -> Iterator[_Node]:
        for number, item in enumerate(self.a(list)):
            yield _Node(item, self._name, f"{self._place}[{number}]")

    def mapping(self) -> dict[str, Any]:
        return self.a(dict)

    def a(self, kind: type[_T]) -> _T:
        """Return the value, which must be of a type; `float` takes integers too."""
        value = self._value
        if kind is float and type(value) is int and abs(value) < _MOST:
            value = float(value)
        if isinstance(value, float) and not isfinite(value):
            raise self.wrong("must be a finite number")
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.wrong(f"must be {_NAMES[kind]}")
        return value

    def maybe(self, kind: type[_T]) -> _T | None:
        return None if self._value is None else self.a(kind)

    def share(self) -> float:
        """Return a number from 0 to 1."""
        found = self.a(float)
        if not 0 <= found <= 1:
            raise self.wrong("must be from 0 to 1")
        return found

    def maybe_share(self) -> float | None:
        return None if self._value is None else self.share()

    @property
    def missing(self) -> bool:
        return self._value is None

    def wrong(self, what: str) -> InputError:
        place = f'"{self._place}" ' if self._place else ""
        return InputError(f"{place}{what}", where=self._name, fix=_FIX)


_NAMES: Final = {
    dict: "an object",
    list: "a list",
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}


def _check_schema(node: _Node) -> None:
    found = node["schema"]
    if found.missing:
        raise found.wrong("is missing: no result of slopscan")
    if found.a(int) != JSON_SCHEMA_VERSION:
        raise found.wrong(f"is {found.a(int)}, this version reads {JSON_SCHEMA_VERSION}")


def _provenance(node: _Node) -> Provenance:
    return Provenance(
        slopscan=node["slopscan"].a(str),
        catalogue=node["catalogue"].a(str),
        pipeline=node["pipeline"].maybe(str),
        model=node["model"].maybe(str),
    )


def _file(node: _Node) -> FileReport:
    verdict = None if node["verdict"].missing else _verdict(node["verdict"])
    asked = verdict is not None and verdict.abstained != NOT_ASKED
    error = node["error"]
    return FileReport(
        path=node["path"].a(str),
        text=node["text"].maybe(str) or "",
        n_words=_n_words(node, verdict),
        verdict=verdict if asked else None,
        findings=tuple(_finding(item) for item in node["findings"]),
        error=None
        if error.missing
        else Failure(error["what"].a(str), error["where"].a(str), error["fix"].a(str)),
        text_sha256=node["text_sha256"].maybe(str),
        suppressed=()
        if node["suppressed"].missing
        else tuple(
            Silenced(_finding(item), item["reason"].maybe(str) or "") for item in node["suppressed"]
        ),
        disclosures=()
        if node["disclosures"].missing
        else tuple(_disclosure(item) for item in node["disclosures"]),
        reference=node["reference"].maybe(str),
        family_profile=None
        if node["family_profile"].missing
        else _family_profile(node["family_profile"]),
    )


def _family_profile(node: _Node) -> FamilyProfile:
    shares = node["shares"]
    return FamilyProfile(
        family=node["family"].maybe(str),
        abstained=node["abstained"].maybe(str),
        n_words=node["n_words"].a(int),
        shares=tuple((name, shares[name].share()) for name in shares.mapping()),
        nearest_right=node["nearest_right"].maybe_share(),
        by_chance=node["by_chance"].maybe_share(),
    )


def _disclosure(node: _Node) -> Disclosure:
    known = [kind.value for kind in DisclosureKind]
    if node["kind"].a(str) not in known:
        raise node["kind"].wrong(f"must be one of {', '.join(known)}")
    return Disclosure(
        kind=DisclosureKind(node["kind"].a(str)),
        span=_span(node, node["start"], node["end"]),
        line=_from_one(node["line"]),
        quote=node["quote"].a(str),
        scope=tuple(item.a(str) for item in node["scope"]),
        tools=tuple(item.a(str) for item in node["tools"]),
        findings=tuple(_finding(item) for item in node["findings"]),
    )


def _n_words(node: _Node, verdict: Verdict | None) -> int:
    found = node["n_words"].maybe(int)
    if found is None:
        return verdict.n_words if verdict else 0
    return found


def _verdict(node: _Node) -> Verdict:
    interval = node["interval"].maybe(list)
    if interval is not None and len(interval) != 2:
        raise node["interval"].wrong("must be two numbers")
    low, high = [item.share() for item in node["interval"]] if interval else (0.0, 0.0)
    return Verdict(
        probability=node["probability"].maybe_share(),
        abstained=node["abstained"].maybe(str),
        n_words=node["n_words"].a(int),
        interval=(low, high) if interval else None,
        log_odds=node["log_odds"].maybe(float),
        flagged=node["flagged"].a(bool),
        contributions=tuple(_contribution(item) for item in node["contributions"]),
        heat=() if node["heat"].missing else tuple(_heat(item) for item in node["heat"]),
        above_humans=node["above_humans"].maybe_share(),
        ranked_genre=node["ranked_genre"].maybe(str),
        windows=None
        if node["windows"].missing
        else tuple(_window(item) for item in node["windows"]),
    )


def _contribution(node: _Node) -> Contribution:
    return Contribution(
        name=node["name"].a(str),
        label=node["label"].a(str),
        log_odds=node["log_odds"].a(float),
        value=node["value"].maybe(float),
        reference=node["reference"].maybe(float),
        percentile=node["percentile"].maybe_share(),
    )


def _heat(node: _Node) -> SentenceHeat:
    parts = list(node)
    if len(parts) != 3:
        raise node.wrong("must be start, end and log-odds")
    return SentenceHeat(_span(node, parts[0], parts[1]), parts[2].a(float))


def _window(node: _Node) -> WindowScore:
    parts = list(node)
    if len(parts) != 4:
        raise node.wrong("must be start, end, probability and words")
    return WindowScore(_span(node, *parts[:2]), parts[2].share(), parts[3].a(int))


def _finding(node: _Node) -> Finding:
    measure = node["measure"]
    span = _span(node, node["start"], node["end"])
    if span.length != len(node["matched"].a(str)):
        raise node["matched"].wrong("is not as long as its place")
    return Finding(
        rule=node["rule"].a(str),
        family=node["family"].a(str),
        severity=_severity(node["severity"]),
        span=span,
        line=_from_one(node["line"]),
        column=_from_one(node["column"]),
        matched=node["matched"].a(str),
        message=node["message"].a(str),
        related=tuple(_pair(item) for item in node["related"]),
        measure=None
        if measure.missing
        else Measure(
            measure["value"].a(float), measure["threshold"].a(float), measure["unit"].a(str)
        ),
        fingerprint=node["fingerprint"].a(str),
        place=None if node["place"].missing else _place(node["place"]),
    )


def _place(node: _Node) -> ArchivePlace:
    return ArchivePlace(node["part"].a(str), node["paragraph"].a(int), node["run"].maybe(int))


def _severity(node: _Node) -> Severity:
    known = [severity.value for severity in Severity]
    if node.a(str) not in known:
        raise node.wrong(f"must be one of {', '.join(known)}")
    return Severity(node.a(str))


def _from_one(node: _Node) -> int:
    if node.a(int) < 1:
        raise node.wrong("must be 1 or more")
    return node.a(int)


def _pair(node: _Node) -> SourceSpan:
    parts = list(node)
    if len(parts) != 2:
        raise node.wrong("must be start and end")
    return _span(node, *parts)


def _span(node: _Node, start: _Node, end: _Node) -> SourceSpan:
    edges = (0, start.a(int), end.a(int))
    if any(later < earlier for earlier, later in pairwise(edges)):
        raise node.wrong("begins before the text or ends before it begins")
    return source_span(edges[1], edges[2])
