"""Set every rule's status and severity to what the evidence proposes, or show what would change.

    python benchmarks/statuses.py [--write] [--all]

Reads `benchmarks/results/rates.json` and `precision.json`. Decisions that are not the
evidence's stand in `DECIDED` with their reason.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from slopscan.catalogue.load import catalogue_root, load_catalogue
from slopscan.catalogue.rates import ALL, FILE_NAME, read_rates, shipped_paths
from slopscan.catalogue.rule import Rule
from slopscan.evidence.judging import events_of, proposals

DECIDED = {
    "stock-names": (
        "advisory",
        "note",
        "real people have these names; a name alone proves nothing",
    ),
    "that-relative-subject": (
        "preview",
        "note",
        "plain defining clauses by people look the same",
    ),
    "crammed-detail": (
        "preview",
        "note",
        "expository prose by people is full of things that act",
    ),
    "with-augmentation": ("preview", "note", "journalists and encyclopaedias write so by habit"),
    "overused-in-answers": (
        "preview",
        "note",
        "where people trip it, the words are their topic",
    ),
    "paragraph-uniformity": (
        "stable",
        "note",
        "pupils are taught essays of five even paragraphs: five of 60 such texts have it",
    ),
    "truncation": ("preview", "note", "the windows are cut, so their ends say nothing"),
    "bimodal-cadence": (
        "folklore",
        "note",
        "one text by people in seven has it, of models one in five",
    ),
    "validate-then-pivot": ("preview", "note", "replies to a speaker stand in one corpus alone"),
    "benign-yielding-predicate": ("preview", "note", "a tone, not a count: too rare to measure"),
    "oxymoronic-coordination": ("preview", "note", "a tone, not a count: too rare to measure"),
    "refusal-boilerplate": ("stable", "error", "by logic"),
    "plus-n-source": ("stable", "warning", "by logic"),
    "tortured-phrase": ("stable", "warning", "by logic"),
    "invalid-identifier": ("stable", "warning", "by logic"),
    "placeholder": ("stable", "warning", "by logic"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--all", action="store_true", help="also what stays as it is")
    args = parser.parse_args()
    rules = load_catalogue().rules
    rates = read_rates(next(path for path in shipped_paths(FILE_NAME) if path.is_file()))
    for name, judgement in proposals(rules, rates).items():
        rule = rules[name]
        status, severity, reason = DECIDED.get(
            name, (judgement.status.value, judgement.severity.value, judgement.reason)
        )
        changed = (status, severity) != (rule.status.value, rule.severity.value)
        if changed or args.all:
            entry = rates.rules[rule.digest[:16]]
            found = entry.splits["train"].get(ALL)
            ratio = (
                f"{found.ratio.value:g} ({found.ratio.low:g}-{found.ratio.high:g})" if found else ""
            )
            counts = "/".join(str(events_of(entry, label)) for label in ("human", "model"))
            was = f"{rule.status.value},{rule.severity.value}"
            head = f"{rule.family}/{name}: {was} -> {status},{severity}"
            print(head, counts, ratio, reason, sep="; ")
        if changed and args.write:
            _write(rule, status, severity)
    unmeasured = [name for name, rule in rules.items() if rates.of(rule) is None]
    print(f"{len(rules)} rules, not measured as they stand: {', '.join(unmeasured) or 'none'}")


def _write(rule: Rule, status: str, severity: str) -> None:
    path = Path(catalogue_root()) / rule.family / f"{rule.id}.toml"
    text = path.read_text(encoding="utf-8")
    for key, value in (("status", status), ("severity", severity)):
        pattern = re.compile(rf'^{key} = "[a-z]+"', re.MULTILINE)
        text = pattern.sub(f'{key} = "{value}"', text, count=1)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
