"""Summaries and comparisons of scored corpora: figures, intervals, and both ways to show them."""

from __future__ import annotations

import json
import math
import random
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from slopscan.cli.app import main
from slopscan.corpus import statistics
from slopscan.corpus.compare import Side, compare
from slopscan.corpus.scored import ScoredRow, is_score_table, read_scores
from slopscan.corpus.statistics import Rate
from slopscan.corpus.summary import Reference, summarise
from slopscan.corpus.writers import write_table


def row(words: int = 100, rules: dict[str, int] | None = None, **more: Any) -> ScoredRow:
    values: dict[str, Any] = {
        "probability": 0.5,
        "log_odds": 0.0,
        "flagged": False,
        "abstained": False,
        "findings_per_1k": 1.0,
        "error": False,
        **more,
    }
    return ScoredRow(n_words=words, rules=rules or {}, **values)


def corpus(seed: int, per_text: float, n: int = 300) -> list[ScoredRow]:
    rng = random.Random(seed)
    rows = []
    for index in range(n):
        tics = {"tic": sum(rng.random() < per_text / 10 for _ in range(10))}
        tics["same"] = int(rng.random() < 0.3)
        rows.append(row(rng.randint(150, 400), {k: v for k, v in tics.items() if v}, id=str(index)))
    return rows


def test_groups_errors_and_periods_are_counted() -> None:
    rows = [
        row(50, {"a": 2}, fields={"by": "x", "on": "2024-01-05"}, probability=1.0, flagged=True),
        row(300, {"a": 1, "b": 1}, fields={"by": "x", "on": "2024-02"}),
        row(9, fields={"by": "y", "on": "(none)"}, abstained=True, probability=None),
        row(0, fields={"by": "y", "on": "2024-02"}, error=True),
    ]
    summary = summarise(rows, by="by", date="on")
    whole = summary.whole
    assert (whole.rows, whole.errors, whole.words, whole.judged) == (4, 1, 359, 2)
    assert whole.flagged_share[0] == 0.5
    assert (whole.bins[10], whole.bins[19], sum(whole.bins)) == (1, 1, 2)
    assert [(group.name, group.rows) for group in summary.groups] == [("x", 2), ("y", 2)]
    assert [period.name for period in summary.periods] == ["(none)", "2024-01", "2024-02"]
    tic = whole.tics({"a": Reference(Rate(1.0, 0.5, 2.0), Rate(9.0, 8.0, 10.0))})[0]
    assert (tic.rule, tic.count) == ("a", 3)
    assert tic.times_human == pytest.approx(tic.rate.value)
    assert tic.at_least == pytest.approx(tic.rate.low / 2)
    assert tic.rate.value == pytest.approx(1000 * 3 / 359)
    assert tic.times_human == pytest.approx(1000 * 3 / 359)


def test_small_groups_are_put_together() -> None:
    rows = [row(fields={"by": str(index % 40)}) for index in range(400)]
    summary = summarise(rows, by="by", max_groups=5)
    assert len(summary.groups) == 6
    assert sum(group.rows for group in summary.groups) == 400
    assert summary.groups[0].name == "(others)"


def test_many_months_become_years() -> None:
    rows = [row(fields={"on": f"{2000 + m // 12}-{m % 12 + 1:02d}"}) for m in range(48)]
    assert [group.name for group in summarise(rows, date="on").periods] == [
        "2000",
        "2001",
        "2002",
        "2003",
    ]


def test_the_interval_of_a_rate_covers_the_truth() -> None:
    """300 corpora of 60 texts whose tics come in bunches; 95% should cover, Poisson would not."""
    covered = 0
    for seed in range(300):
        rng = random.Random(seed)
        sums, words, squared = statistics.Sums(), 0.0, 0.0
        for _ in range(60):
            n_words = rng.randint(100, 600)
            words += n_words
            squared += n_words**2
            if rng.random() < 0.3:
                sums.add(4 * n_words // 100, n_words)
        found = statistics.rate(sums, 60, words, squared)
        covered += found.low <= 1000 * 0.3 * 0.04 * 0.989 <= found.high
    assert 0.90 <= covered / 300 <= 0.98


def test_known_values_of_the_statistics() -> None:
    assert statistics.poisson_interval(10) == pytest.approx((4.795, 18.39), abs=0.02)
    assert statistics.poisson_interval(0)[0] == 0
    assert statistics.share_interval(5, 50) == pytest.approx((0.0434, 0.2136), abs=1e-3)
    assert statistics.two_sided(1.96) == pytest.approx(0.05, abs=1e-4)
    assert statistics.false_discovery([0.01, 0.04, 0.03, 0.5]) == pytest.approx(
        [0.04, 0.0533, 0.0533, 0.5], abs=1e-3
    )
    assert statistics.quantiles([1.0, 2.0, 4.0], (0, 0.5, 0.75, 1)) == [1.0, 2.0, 3.0, 4.0]
    assert math.isnan(statistics.quantiles([], (0.5,))[0])


def test_a_difference_is_found_and_an_equal_rule_is_not() -> None:
    a, b = Side.of(corpus(1, 1.0)), Side.of(corpus(2, 0.3))
    differences, features = compare(a, b)
    found = {item.rule: item for item in differences}
    assert found["tic"].q < 0.001
    assert found["tic"].low > 0.5
    assert found["same"].q > 0.05
    assert found["same"].low < 0 < found["same"].high
    assert found["tic"].example_a
    assert all(item.q > 0.001 for item in features)
    mirrored, _ = compare(b, a)
    assert {item.rule: -item.log_odds for item in mirrored}["tic"] == pytest.approx(
        found["tic"].log_odds
    )


def test_equal_corpora_rarely_differ() -> None:
    wrong = 0
    for seed in range(60):
        one, other = Side.of(corpus(seed, 0.5, 80)), Side.of(corpus(seed + 1000, 0.5, 80))
        wrong += any(item.q < 0.05 for item in compare(one, other)[0])
    assert wrong <= 8


def test_measures_are_compared_with_examples() -> None:
    rng = random.Random(5)
    sides = []
    for shift in (0.0, 1.0):
        rows = [
            row(200, id=f"d{i}", measures={"a.same": rng.random(), "b.more": rng.gauss(shift, 1.0)})
            for i in range(200)
        ]
        rows[7].measures["b.more"] = 9.0  # type: ignore[index]
        sides.append(Side.of(rows))
    _, features = compare(*sides)
    found = {item.name: item for item in features}
    assert features[0].name == "b.more"
    assert found["b.more"].deviations == pytest.approx(-1.0, abs=0.25)
    assert found["b.more"].high < 0 and found["b.more"].q < 0.001
    assert found["b.more"].example == "d7"
    assert found["a.same"].q > 0.05


def scores(path: Path, seed: int = 1, per_text: float = 0.5) -> Path:
    columns = ("id", "probability", "log_odds", "flagged", "abstained", "n_words")
    rows = [
        {
            **{name: getattr(item, name) for name in columns},
            "abstained": None,
            "findings_per_1k": 2.0,
            "rules": dict(item.rules),
            "error": None,
            "genre": "<b>news</b>" if index % 2 else "blog",
            "date": f"20{20 + index % 3}",
        }
        for index, item in enumerate(corpus(seed, per_text, 40))
    ]
    names = tuple(rows[0])
    write_table(path, lambda: iter(rows), names[:-2], names[-2:])
    return path


@pytest.mark.parametrize("name", ["s.jsonl", "s.jsonl.gz", "s.csv", "s.parquet"])
def test_every_format_of_scores_is_read_again(tmp_path: Path, name: str) -> None:
    pytest.importorskip("pyarrow")
    path = scores(tmp_path / name)
    assert is_score_table(str(path))
    rows = list(read_scores(str(path), ["genre"]))
    wanted = corpus(1, 0.5, 40)
    assert [(r.n_words, dict(r.rules), r.id) for r in rows] == [
        (r.n_words, dict(r.rules), r.id) for r in wanted
    ]
    assert rows[0].fields == {"genre": "blog"}


def test_the_report_on_a_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = scores(tmp_path / "s.jsonl")
    assert main(["report", str(path), "--by", "genre", "--date", "date", "--width", "160"]) == 0
    shown = capsys.readouterr().out
    for words in (
        "Texts by genre",
        "blog",
        "<b>news</b>",
        "Texts by date",
        "2022",
        "commonest",
        "Tics by genre",
    ):
        assert words in shown


class Checker(HTMLParser):
    """Collects what a page loads, and checks that its elements close."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loads += [str(value) for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta",):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_stands_alone(tmp_path: Path) -> None:
    path, page = scores(tmp_path / "s.jsonl"), tmp_path / "page.html"
    assert main(["report", str(path), "--by", "genre", "--date", "date", "-o", str(page)]) == 0
    text = page.read_text("utf-8")
    checker = Checker()
    checker.feed(text)
    assert checker.open == []
    assert checker.loads == []
    assert text.count("<svg") == 5
    assert "Flagged texts, % by date" in text and "<polyline" in text
    assert "&lt;b&gt;news&lt;/b&gt;" in text
    assert "<b>" not in text


def test_the_command_compare(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = scores(tmp_path / "a.jsonl", 1, 2.0), scores(tmp_path / "b.csv", 2, 0.3)
    assert main(["compare", str(a), str(b), "--width", "160"]) == 0
    shown = capsys.readouterr().out
    assert shown.index("More in a.jsonl") < shown.index("tic ") < shown.index("More in b.csv")
    assert main(["compare", str(a), str(b), "-o", str(tmp_path / "page.html")]) == 0
    assert "More in a.jsonl" in (tmp_path / "page.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("content", "args", "words"),
    [
        ('{"findings_per_1k": 1}\n', [], "no column of scores"),
        (None, ["--by", "topic"], 'no column "topic"'),
    ],
)
def test_what_cannot_be_summed_up(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    content: str | None,
    args: list[str],
    words: str,
) -> None:
    path = scores(tmp_path / "s.jsonl")
    if content is not None:
        path.write_text(content)
    assert main(["report", str(path), *args]) == 2
    assert words in capsys.readouterr().err


def test_scan_results_are_no_scores(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    path.write_text(json.dumps({"path": "x", "findings": []}) + "\n")
    assert not is_score_table(str(path))
