"""Train and measure the profile by model family, and renew its tables in the model card.

    python benchmarks/families.py --corpus DIR [--cache DIR] [--out DIR]

Runs `python -m slopscan.training.family`, writes `benchmarks/results/families.json` and what stands
between the marks `family-*` in `docs/model-card.md`.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from slopscan.training.family import main as train

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "families.json"
CARD = HERE.parent / "docs" / "model-card.md"


def main() -> int:
    """Run all of it; with --card alone, only renew the tables."""
    if sys.argv[1:] != ["--card"]:
        train([*sys.argv[1:], "--results", str(RESULTS)])
    figures = json.loads(RESULTS.read_text(encoding="utf8"))
    text = CARD.read_text(encoding="utf8")
    for name, table in tables(figures).items():
        text = re.sub(
            rf"(?s)(<!-- {name} -->\n).*?(<!-- /{name} -->)",
            lambda found, table=table: f"{found[1]}{table}\n{found[2]}",
            text,
        )
    CARD.write_text(text, encoding="utf8")
    return 0


def tables(figures: dict[str, Any]) -> dict[str, str]:
    """Return each table by the name of its mark."""
    known, test = figures["train_dev"], figures["test"]
    head = ["left out", "texts", "families", "right %", "mean recall %", "macro-F1", "chance %"]
    head += ["commonest %", "test: texts", "test: mean recall %"]
    rows = [_row(name, found, test["sources"][name]) for name, found in known["sources"].items()]
    rows.append(_row("generator in another source too", *_both(figures, "generator_seen")))
    rows.append(_row("generator in no other source", *_both(figures, "generator_unseen")))
    rows.append(_row("generators, source known", figures["unseen_generators"], None))
    steps = [
        [
            f"{row['share']:.2f}",
            *(_percent(row[name]) for name in ("named", "right", "right_unseen")),
            *(_percent(on_test[name]) for name in ("named", "right")),
        ]
        for row, on_test in zip(figures["steps"], figures["steps_test"], strict=True)
        if row["named"] >= 0.005
    ]
    lengths = [
        [name, str(row["n"]), _percent(row["top1"]), _percent(row["mean_recall"])]
        for name, row in figures["lengths"].items()
    ]
    shares = ["share at least", "named %", "right %", "right %, generator unseen"]
    return {
        "family-sources": _table(head, rows),
        "family-lengths": _table(["words", "windows", "right %", "mean recall %"], lengths),
        "family-shares": _table([*shares, "test: named %", "test: right %"], steps),
    }


def _both(figures: dict[str, Any], name: str) -> tuple[Any, Any]:
    return figures["train_dev"][name], figures["test"][name]


def _row(name: str, found: dict[str, Any], test: dict[str, Any] | None) -> list[str]:
    shown = [name, str(found["n"]), str(found["families"])]
    shown += [_percent(found[key]) for key in ("top1", "mean_recall")]
    shown += [f"{found['macro_f1']:.2f}", _percent(found["chance"]), _percent(found["commonest"])]
    return shown + ([str(test["n"]), _percent(test["mean_recall"])] if test else ["", ""])


def _percent(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.1f}"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


if __name__ == "__main__":
    raise SystemExit(main())
