"""Candidates as a table, JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Sequence
from typing import Any, Final

import slopscan
from slopscan.corpus.statistics import Rate
from slopscan.mining.counting import Tally
from slopscan.mining.mine import Mined
from slopscan.mining.rank import Candidate

_EXAMPLES: Final = 5
_FORMS: Final = 8
COLUMNS: Final = (
    *("rank", "kind", "candidate", "score", "log_odds", "low", "high", "q", "spread"),
    *("model_count", "model_texts", "model_per_1k", "human_count", "human_texts", "human_per_1k"),
    *("prompts", "sources", "generators", "known_rule", "known_share", "forms"),
    *("example_ids", "example"),
)


def to_json(mined: Mined, candidates: Sequence[Candidate]) -> str:
    """Return everything known of the candidates as one JSON object."""
    sides = {
        side: {name: getattr(counts, name) for name in counts.__slots__ if name != "first_errors"}
        for side, counts in mined.sides.items()
    }
    data = {
        "slopscan": slopscan.__version__,
        "settings": mined.settings,
        "sides": sides,
        "patterns_tested": mined.n_tested,
        "candidates": [_entry(rank, item) for rank, item in enumerate(candidates, start=1)],
    }
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _entry(rank: int, item: Candidate) -> dict[str, Any]:
    odds = item.odds
    return {
        "rank": rank,
        "kind": item.kind,
        "candidate": item.label,
        "score": _rounded(item.score),
        "log_odds": _rounded(odds.value),
        "interval": [_rounded(odds.low), _rounded(odds.high)],
        "q": _rounded(item.q),
        "spread": _rounded(item.spread),
        "model": _side(item.model, item.rates[0]),
        "human": _side(item.human, item.rates[1]),
        "known": [{"rule": rule, "share": _rounded(share)} for rule, share in item.known],
        "forms": item.forms[:_FORMS],
    }


def _side(tally: Tally, rate: Rate) -> dict[str, Any]:
    return {
        "count": int(tally.sums.f),
        "texts": tally.texts,
        "per_1k_words": _rounded(rate.value),
        "interval": [_rounded(rate.low), _rounded(rate.high)],
        **{f"{name}s": len(groups) for name, groups in sorted(tally.groups.items())},
        "examples": [{"id": name, "text": text} for name, text in tally.examples[:_EXAMPLES]],
    }


def to_csv(candidates: Sequence[Candidate]) -> str:
    """Return one row for each candidate."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for rank, item in enumerate(candidates, start=1):
        rule, share = item.known[0] if item.known else ("", None)
        examples = item.model.examples[:_EXAMPLES]
        writer.writerow(
            [
                *(rank, item.kind, item.label, _rounded(item.score), _rounded(item.odds.value)),
                *(_rounded(item.odds.low), _rounded(item.odds.high), _rounded(item.q)),
                *(_rounded(item.spread), int(item.model.sums.f), item.model.texts),
                *(_rounded(item.rates[0].value), int(item.human.sums.f), item.human.texts),
                *(_rounded(item.rates[1].value), item.groups("prompt"), item.groups("source")),
                *(item.groups("generator"), rule, "" if share is None else _rounded(share)),
                "; ".join(item.forms[:_FORMS]),
                " ".join(name for name, _ in examples),
                examples[0][1] if examples else "",
            ]
        )
    return stream.getvalue()


def to_terminal(mined: Mined, candidates: Sequence[Candidate], console: Any) -> None:
    """Print a table with rich."""
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    for side, counts in mined.sides.items():
        console.print(Text(f"{side}: {side_words(counts)}"))
    new = sum(not item.known for item in candidates)
    console.print(
        Text(
            f"{len(candidates):,} candidates of {mined.n_tested:,} patterns tested, "
            f"{new:,} of them not in the catalogue"
        )
    )
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, justify in (
        *(("", "right"), ("candidate", "left"), ("log-odds, 95%", "right")),
        *(("per 1,000 words: model", "right"), ("human", "right"), ("texts", "right")),
        *(("prompts", "right"), ("generators", "right"), ("rule", "left"), ("example", "left")),
    ):
        table.add_column(name, justify=justify, overflow="fold")  # type: ignore[arg-type]
    for rank, item in enumerate(candidates, start=1):
        table.add_row(*(Text(cell) for cell in _cells(rank, item)))
    console.print(table)


def side_words(counts: Any) -> str:
    """Tell what one side holds."""
    told = [f"{counts.texts:,} texts, {counts.words:,} words"]
    told += [f"{n:,} {name}s" for name, n in counts.groups.items() if n]
    left = (("short", "too short"), ("repeated", "repeated"), ("errors", "with an error"))
    told += [f"{n:,} {words}" for name, words in left if (n := getattr(counts, name))]
    return ", ".join(told)


def _cells(rank: int, item: Candidate) -> tuple[str, ...]:
    odds = item.odds
    return (
        str(rank),
        item.label,
        f"{odds.value:.1f} ({odds.low:.1f} to {odds.high:.1f})",
        f"{item.rates[0].value:.2g}",
        f"{item.rates[1].value:.2g}",
        f"{item.model.texts:,}",
        f"{item.groups('prompt'):,}" if item.groups("prompt") else "",
        f"{item.groups('generator'):,}" if item.groups("generator") else "",
        item.known[0][0] if item.known else "",
        item.model.examples[0][0] if item.model.examples else "",
    )


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else float(f"{value:.4g}")
