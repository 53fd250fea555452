"""`slopscan rules docs`: one page a family and an index, made from the rule files and rates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from slopscan.catalogue.cards import rates_of
from slopscan.catalogue.rates import measured
from slopscan.catalogue.rule import FAMILIES

if TYPE_CHECKING:
    from slopscan.catalogue.load import Catalogue
    from slopscan.catalogue.rule import Rule

_MARKS = re.compile(r"([\\`*_{}\[\]<>|#])")


def pages(catalogue: Catalogue) -> dict[str, str]:
    """Return the Markdown pages by file name."""
    made = {f"{family}.md": _page(family, _of(catalogue, family)) for family in FAMILIES}
    return {"index.md": _index(catalogue), **made}


def _of(catalogue: Catalogue, family: str) -> list[Rule]:
    return [rule for rule in catalogue.rules.values() if rule.family == family]


def _index(catalogue: Catalogue) -> str:
    lines = [
        "# The rules",
        "",
        "Made by `slopscan rules docs`; do not edit. How the figures come about: "
        "[docs/evidence.md](../evidence.md).",
        "",
        "| family | stable | advisory | preview | dormant | folklore |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for family in FAMILIES:
        rules = _of(catalogue, family)
        counts = (
            sum(rule.status.value == status for rule in rules)
            for status in ("stable", "advisory", "preview", "dormant", "folklore")
        )
        lines.append(f"| [{family}]({family}.md) | {' | '.join(map(str, counts))} |")
    return "\n".join(lines) + "\n"


def _page(family: str, rules: Iterable[Rule]) -> str:
    lines = [f"# {family.capitalize()}", ""]
    for rule in rules:
        lines += [*_rule(rule), ""]
    return "\n".join(lines).rstrip() + "\n"


def _rule(rule: Rule) -> Iterator[str]:
    yield f"## {rule.id}"
    yield ""
    about = f"{rule.status.value}, {rule.shown_severity.value}, {rule.kind.value}"
    yield f"{_plain(rule.title)}. *{about}*"
    yield ""
    yield f"{_plain(rule.why)} {_plain(rule.advice)}"
    yield ""
    for flag in rule.flags[:2]:
        yield f"- flagged: {_quoted(flag.text)}"
    for example in rule.passes[:2]:
        yield f"- passes: {_quoted(example.text)} ({_plain(example.because)})"
    yield ""
    entry = measured(rule)
    rates = rates_of(entry) if entry else ()
    shown = [rate for rate in rates if rate.human or rate.model][:3]
    yield from (f"- {rate}" for rate in shown)
    if not shown:
        yield "- no hits in the measured texts" if entry else "- not measured as it stands"
    for item in rule.evidence:
        link = f", <{item.url}>" if item.url else ""
        yield f"- {_plain(item.source)}{link}"


def _quoted(text: str) -> str:
    """Show an example as code on one line, whatever marks it holds."""
    flat = " ".join(text.split())
    fence = "`" * (max((len(run) for run in re.findall(r"`+", flat)), default=0) + 1)
    pad = " " if "`" in flat else ""
    return f"{fence}{pad}{flat}{pad}{fence}"


def _plain(text: str) -> str:
    return _MARKS.sub(r"\\\1", text)
