"""A small corpus measured from rows to the file of rates."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from slopscan.catalogue.load import Catalogue, load_catalogue
from slopscan.catalogue.rates import Rates, read_rates, write_rates
from slopscan.cli.app import main
from slopscan.errors import ArtefactError, InputError
from slopscan.evidence.counting import Plan, count
from slopscan.evidence.measuring import Request, measure, preferences_digest
from slopscan.evidence.windows import cells, cut, load_windows
from slopscan.features.view import count_words

PLAIN = "The pump was switched on at nine and ran until the tank was full. "
TIC = "It is not just a pump, but a promise of water. "
RULE = """id = "{name}"
title = "A phrase"
kind = "phrase"
severity = "note"
status = "preview"
since = "0.1.0"
message = "'{{match}}'"
why = "Because."
advice = "Leave it out."
{extra}
[match]
phrases = ["{phrase}"]

[[examples.flag]]
text = "Here is {phrase} again."

[[examples.pass]]
text = "Here is nothing."
because = "other words"

[[evidence]]
source = "made for a test"
"""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for label, tics in (("human", 0), ("ai", 3)):
        with gzip.open(folder / f"{label}.jsonl.gz", "wt", encoding="utf8") as out:
            for split in ("train", "dev", "test"):
                for n in range(10):
                    text = PLAIN * 8 + TIC * (tics if split != "test" else 50)
                    row = {
                        "id": f"{label}{split}{n}",
                        "text": text,
                        "label": label,
                        "genre": "essay",
                        "generator": "m",
                        "family": "openai" if label == "ai" else None,
                        "source": "s",
                        "date": "2025-03",
                        "prompt_id": f"{label}{split}{n % 5}",
                        "split": split,
                    }
                    out.write(json.dumps(row) + "\n")
    return folder


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    (folder / "contrast").mkdir(parents=True)
    (folder / "lists").mkdir()
    gate = "\n[gate]\nmin_hits = 2\n"
    for name, phrase, extra in (
        ("promise", "a promise of", ""),
        ("promises", "a promise of", gate),
        ("pump", "the pump was", ""),
    ):
        rule = RULE.format(name=name, phrase=phrase, extra=extra)
        (folder / "contrast" / f"{name}.toml").write_text(rule, encoding="utf-8")
    return folder


def measured(corpus: Path, rules: Path, known: Rates | None = None) -> tuple[Catalogue, Rates]:
    catalogue = load_catalogue(rules)
    return catalogue, measure(Request(corpus, rules, jobs=1), catalogue, known or Rates())


def test_rates_are_those_of_the_texts(corpus: Path, rules: Path) -> None:
    catalogue, rates = measured(corpus, rules)
    entry = rates.of(catalogue.rules["promise"])
    assert entry is not None
    found = entry.splits["train"]["essay"]
    words = rates.cells["train"]["essay/model"].n_words
    assert words == 10 * (8 * 14 + 3 * 11)
    assert found.model.value == pytest.approx(30 / words * 1000, rel=5e-3)
    assert found.human.value == 0
    assert found.human.high > 0
    assert found.ratio.low > 5
    assert found.auc == 1.0
    assert entry.counts["train"] == {
        "essay/model": (30, 10),
        "essay/openai": (30, 10),
        "era/2025-": (30, 10),
    }
    assert set(entry.splits) == {"train", "dev"}


def test_a_rule_that_weighs_documents_counts_documents(corpus: Path, rules: Path) -> None:
    catalogue, rates = measured(corpus, rules)
    entry = rates.of(catalogue.rules["promises"])
    assert entry is not None
    assert entry.unit == "documents"
    assert entry.splits["dev"]["essay"].model.value == pytest.approx(100.0)


def test_what_both_do_alike_has_a_ratio_near_one(corpus: Path, rules: Path) -> None:
    catalogue, rates = measured(corpus, rules)
    entry = rates.of(catalogue.rules["pump"])
    assert entry is not None
    found = entry.splits["train"]["all"]
    assert found.ratio.low < 1.2
    assert found.ratio.value == pytest.approx(112 / 145, rel=0.02)


def test_repeats_of_all_devices_are_counted_when_one_rule_is_measured() -> None:
    plan = Plan(None, ("trick-concentration",), None, "")
    often, once = count([PLAIN * 14 + TIC * 8, PLAIN * 18 + TIC], plan, jobs=1)
    assert often.events == {"trick-concentration": 1}
    assert once.events == {}


def test_evidence_from_preferences_names_them() -> None:
    rates = read_rates(Path(__file__).parents[2] / "benchmarks" / "results" / "rates.json")
    catalogue = load_catalogue()
    entry = rates.of(catalogue.rules["inanimate-agency"])
    assert entry is not None
    assert preferences_digest() in entry.basis


def test_only_changed_rules_are_measured_again(
    corpus: Path, rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, first = measured(corpus, rules)
    write_rates(first, tmp_path / "rates.json")
    known = read_rates(tmp_path / "rates.json")
    path = rules / "contrast" / "pump.toml"
    path.write_text(path.read_text().replace("the pump was", "the tank was"))
    ran: list[tuple[str, ...]] = []
    from slopscan.evidence import measuring

    whole = measuring.count

    def watched(texts, plan, **options):  # type: ignore[no-untyped-def]
        ran.append(plan.rules)
        return whole(texts, plan, **options)

    monkeypatch.setattr(measuring, "count", watched)
    catalogue, again = measured(corpus, rules, known)
    assert ran == [("pump",)]
    assert len(again.rules) == 3
    assert again.of(catalogue.rules["promise"]) == known.of(catalogue.rules["promise"])
    measured(corpus, rules, again)
    assert len(ran) == 1


def test_rates_come_back_as_they_were_written(corpus: Path, rules: Path, tmp_path: Path) -> None:
    _, rates = measured(corpus, rules)
    paths = [tmp_path / "one.json", tmp_path / "two.json"]
    write_rates(rates, paths[0])
    write_rates(read_rates(paths[0]), paths[1])
    assert paths[0].read_bytes() == paths[1].read_bytes()
    paths[0].write_text("{}")
    with pytest.raises(ArtefactError):
        read_rates(paths[0])


def test_windows_are_of_equal_length_and_seeded(corpus: Path) -> None:
    text = " ".join(f"Sentence {n} has five words." for n in range(300))
    parts = {cut(text, str(seed)) for seed in range(40)}
    assert all(350 <= count_words(part) <= 360 for part in parts)
    assert any(part.startswith("Sentence 0 ") for part in parts)
    assert any(part.endswith("Sentence 299 has five words.") for part in parts)
    assert len(parts) > 5
    assert {window.split for window in load_windows(corpus, 5, 1)} == {"train", "dev"}


def test_cells_name_family_era_and_hard_sets() -> None:
    ai = {"label": "ai", "genre": "qa", "family": "google", "date": "2023-05", "corpus": "x"}
    assert list(cells(ai)) == ["qa/google", "era/-2023"]
    human = {"label": "human", "genre": "essay", "native": False, "date": "1910", "corpus": "x"}
    assert list(cells(human)) == ["set/second-language", "set/before-1966"]


def test_command_prints_a_table_and_refuses_a_folder_without_texts(
    corpus: Path, rules: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--catalogue", str(rules), "--jobs", "1"]
    assert main(["rules", "measure", "--corpus", str(corpus), *options]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert next(line.split("\t")[:2] for line in lines) == ["promise", "essay"]
    empty = tmp_path / "empty"
    empty.mkdir()
    assert main(["rules", "measure", "--corpus", str(empty), *options]) == 2
    assert "no corpus there" in capsys.readouterr().err
    with pytest.raises(InputError):
        load_windows(empty, 5, 1)
