"""Write the tables of `docs/model-card.md` between its marks, from the benchmark's figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

Row = list[str]
# Windows of a source that are worth a figure, and recall below which it is named.
FEWEST = 10
WEAK = 0.85


def renew(path: Path, figures: Mapping[str, Any]) -> None:
    """Replace what stands between `<!-- NAME -->` and `<!-- /NAME -->` for each table."""
    text = path.read_text(encoding="utf8")
    for name, table in tables(figures).items():
        text = re.sub(
            rf"(?s)(<!-- {name} -->\n).*?(<!-- /{name} -->)",
            lambda found, table=table: f"{found[1]}{table}\n{found[2]}",
            text,
        )
    path.write_text(text, encoding="utf8")


def tables(figures: Mapping[str, Any]) -> dict[str, str]:
    """Return each table by the name of its mark."""
    known, test = figures["train_dev"], figures["test"]
    return {
        "summary": _summary(known, test),
        "folds": _folds(known, test),
        "lengths": _lengths(known, test),
        "genres": _genres(known, test, figures.get("without_genre", {})),
        "known": _known_sources(figures.get("known_sources", {})),
        "sources": _sources(known),
        "families": _families(figures.get("without_family", {})),
        "mixed": _mixed(figures.get("mixed", {})),
        "baselines": _baselines(figures.get("baselines", {})),
    }


def _table(head: Row, rows: Iterable[Row]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _area(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _share(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.1f}"


def _pair(values: list[float] | None, show: Any) -> str:
    return f" ({show(values[0])}-{show(values[1])})" if values else ""


def _with(found: Mapping[str, Any], name: str, show: Any) -> str:
    return show(found[name]) + _pair(found.get(f"{name}_95"), show)


def _counts(found: Mapping[str, Any]) -> Row:
    return [str(found["n_human"]), str(found["n_model"])]


def _rates(found: Mapping[str, Any], point: str = "strict") -> Row:
    return [_share(found[point]["false_positives"]), _share(found[point]["recall"])]


def _summary(known: Mapping[str, Any], test: Mapping[str, Any]) -> str:
    rows = []
    for name, side in (("train and dev", known), ("test", test)):
        of_folds, pooled = side["folds"]["summary"], side["all"]
        rows.append(
            [
                name,
                _area(of_folds["mean_auroc"]),
                _area(of_folds["worst_auroc"]),
                _share(of_folds["mean_recall_at_1pct"]),
                *_rates(pooled),
                *_rates(pooled, "sensitive"),
                _area(pooled["calibration_error"]),
            ]
        )
    head = ["split", "mean AUROC", "worst", "mean recall at 1% FPR", "human flagged % (strict)"]
    head += ["model flagged % (strict)", "human % (sensitive)", "model % (sensitive)", "ECE"]
    return _table(head, rows)


def _folds(known: Mapping[str, Any], test: Mapping[str, Any]) -> str:
    sides = [(name, found) for name, found in known["folds"].items() if name != "summary"]
    sides += [(f"{n} alone", f) for n, f in known["sources_with_both_labels"].items()]
    others = {
        **test["folds"],
        **{f"{n} alone": f for n, f in test["sources_with_both_labels"].items()},
    }
    rows = [
        [
            name,
            *_counts(found),
            _with(found, "auroc", _area),
            _with(found, "recall_at_1pct", _share),
            *_rates(found),
            _area(others[name]["auroc"]),
        ]
        for name, found in sides
    ]
    head = ["held out", "human", "model", "AUROC (95%)", "recall % at 1% FPR (95%)"]
    return _table([*head, "human flagged %", "model flagged %", "AUROC on test"], rows)


def _lengths(known: Mapping[str, Any], test: Mapping[str, Any]) -> str:
    rows = [
        [
            name,
            *_counts(found["all"]),
            _area(found["summary"]["mean_auroc"]),
            _area(found["summary"]["worst_auroc"]),
            _share(found["summary"]["mean_recall_at_1pct"]),
            *_rates(found["all"]),
            _area(found["all"]["calibration_error"]),
            _area(test["lengths"][name]["summary"]["mean_auroc"]),
        ]
        for name, found in known["lengths"].items()
    ]
    head = ["words", "human", "model", "mean AUROC", "worst", "mean recall % at 1% FPR"]
    return _table([*head, "human flagged %", "model flagged %", "ECE", "AUROC on test"], rows)


def _genres(known: Mapping[str, Any], test: Mapping[str, Any], without: Mapping[str, Any]) -> str:
    rows = []
    for name, found in known["genres"].items():
        held, other = without.get(name), test["genres"].get(name)
        rows.append(
            [
                name,
                *_counts(found),
                _area(found["auroc"]),
                *_rates(found),
                _area(found["calibration_error"]),
                _with(held, "auroc", _area) if held else "",
                *(_rates(held) if held else ["", ""]),
                *(_rates(other) if other else ["", ""]),
            ]
        )
    head = ["genre", "human", "model", "AUROC", "human flagged %", "model flagged %", "ECE"]
    head += ["AUROC without the genre", "human flagged %", "model flagged %"]
    return _table([*head, "test: human flagged %", "test: model flagged %"], rows)


def _known_sources(found: Mapping[str, Any]) -> str:
    named = [("all", found["all"]), *found["genres"].items()] if found else []
    rows = [
        [
            name,
            *_counts(row),
            _area(row["auroc"]),
            _share(row["recall_at_1pct"]),
            *_rates(row),
            _area(row["calibration_error"]),
        ]
        for name, row in named
        if row["auroc"] is not None
    ]
    head = ["genre", "human", "model", "AUROC", "recall % at 1% FPR", "human flagged %"]
    return _table([*head, "model flagged %", "ECE"], rows)


def _sources(known: Mapping[str, Any]) -> str:
    rows = [
        [
            name,
            str(found["n_human"]),
            *(_share(found[p]["false_positives"]) for p in ("strict", "sensitive")),
        ]
        for name, found in known["sources"].items()
        if found["n_human"] >= 30
    ]
    second = known["second_language"]
    rows.append(
        ["second-language essays", str(second["n_human"])]
        + [_share(second[p]["false_positives"]) for p in ("strict", "sensitive")]
    )
    return _table(["human source", "windows", "flagged % (strict)", "flagged % (sensitive)"], rows)


def _families(found: Mapping[str, Any]) -> str:
    rows = [
        [
            name,
            *_counts(row),
            _area(row["auroc"]),
            _share(row["recall_at_1pct"]),
            _share(_mean(row["sources"].values())),
            _weakest(row["sources"]),
        ]
        for name, row in found.items()
    ]
    head = ["family held out", "human", "model", "AUROC", "recall % at 1% FPR"]
    return _table([*head, "mean of its sources", "sources below 85%"], rows)


def _mean(rows: Iterable[Mapping[str, Any]]) -> float | None:
    values = [row["recall_at_1pct"] for row in rows if row["n_model"] >= FEWEST]
    return sum(values) / len(values) if values else None


def _weakest(sources: Mapping[str, Any]) -> str:
    """Name the sources of a family that are found least, with windows and recall in percent."""
    low = [
        f"{name} {_share(row['recall_at_1pct'])} ({row['n_model']})"
        for name, row in sources.items()
        if row["n_model"] >= FEWEST and row["recall_at_1pct"] < WEAK
    ]
    return ", ".join(low)


def _baselines(found: Mapping[str, Any]) -> str:
    rows = [
        [
            name,
            _area(row["mean_auroc"]),
            _area(row["worst_auroc"]),
            _share(row["mean_recall_at_1pct"]),
            _pair(row.get("slopscan_ahead_95"), _area).strip(" ()"),
        ]
        for name, row in found.items()
    ]
    head = ["detector", "mean AUROC", "worst", "mean recall % at 1% FPR"]
    return _table([*head, "slopscan ahead by (95%)"], rows)


def _mixed(found: Mapping[str, Any]) -> str:
    rows = [
        [
            edit,
            str(row["n"]),
            *(_share(value) for value in row["probability_quartiles"]),
            _share(row["flagged"]),
        ]
        for edit, row in found.items()
    ]
    return _table(["texts of two hands", "n", "25%", "median", "75%", "flagged %"], rows)
