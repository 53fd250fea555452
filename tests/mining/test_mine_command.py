"""`slopscan mine`: what recurs in texts by models and not in texts by people."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from mining.conftest import Outcome, command, human_rows, model_rows, run, write

from slopscan.catalogue.lists import Lists
from slopscan.catalogue.load import catalogue_root
from slopscan.catalogue.rule import Status
from slopscan.catalogue.rulefile import read_rule
from slopscan.cli.app import main

BEACON = "it was a beacon of"


def test_phrases_and_openers_without_a_parse(strings: Outcome) -> None:
    model = strings.data["sides"]["model"]
    assert (model["texts"], model["groups"]["prompt"], model["groups"]["generator"]) == (40, 10, 3)
    beacon = strings.found[BEACON]
    assert beacon["kind"] in ("phrase", "opener")
    assert beacon["model"]["texts"] == 40 and beacon["human"]["count"] == 0
    assert beacon["model"]["prompts"] == 10 and beacon["model"]["generators"] == 3
    assert beacon["interval"][0] > 0.69 and beacon["q"] < 0.001
    assert beacon["model"]["examples"][0]["id"].startswith("m")
    assert "beacon" in beacon["model"]["examples"][0]["text"]
    assert any(item["kind"] == "opener" for item in strings.data["candidates"])
    scores = [item["score"] for item in strings.data["candidates"]]
    assert scores == sorted(scores, reverse=True)


def test_what_one_prompt_asks_for_is_no_tic(strings: Outcome) -> None:
    names = [*strings.found, *(f for item in strings.found.values() for f in item["forms"])]
    assert not [name for name in names if "lantern" in name]


def test_forms_of_one_thing_are_one_candidate(strings: Outcome) -> None:
    beacons = [name for name in strings.found if "beacon" in name]
    assert len(beacons) <= 2
    assert any("beacon" in form for form in strings.found[beacons[0]]["forms"])


def test_rules_that_know_a_candidate_are_named(strings: Outcome, tmp_path: Path) -> None:
    delve = next(item for name, item in strings.found.items() if "delve" in name)
    assert delve["known"][0]["share"] >= 0.5
    assert not strings.found[BEACON]["known"]
    new = run(tmp_path, "--no-parse", "-n", "1000", "--new")
    assert BEACON in new.found
    assert not any("delve" in name for name in new.found)


def test_templates_and_pairs_with_a_parse(parsed: Outcome) -> None:
    names = [*parsed.found, *(form for item in parsed.found.values() for form in item["forms"])]
    assert any("NOUN" in name for name in names)
    assert any(name.endswith("< beacon") or "beacon <" in name for name in names)
    assert parsed.data["settings"]["pipeline"]
    again = run(parsed.folder, "-n", "1000", "--cache", str(parsed.folder / "cache"), fresh=False)
    assert again.data == parsed.data


def test_rows_in_another_order_another_format_and_by_several_workers(
    strings: Outcome, tmp_path: Path
) -> None:
    packed, table = tmp_path / "m.jsonl.gz", tmp_path / "h.csv"
    rows = [{**row, "body": row["text"], "key": row["id"]} for row in reversed(model_rows())]
    packed.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    with table.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, ["key", "body"])
        writer.writeheader()
        writer.writerows({"key": r["id"], "body": r["text"]} for r in human_rows())
    target = tmp_path / "other.json"
    args = ["mine", "--model-text", str(packed), "--human-text", str(table), "--no-parse", "-q"]
    fields = ["--text-field", "body", "--id-field", "key", "-j", "2", "-n", "1000"]
    assert main([*args, *fields, "--output-format", "json", "-o", str(target)]) == 0
    other = json.loads(target.read_text("utf-8"))["candidates"]
    figures = ("rank", "candidate", "log_odds", "q", "spread", "known", "forms")
    wanted = strings.data["candidates"]
    assert [[i[f] for f in figures] for i in other] == [[i[f] for f in figures] for i in wanted]


def test_tables_on_the_terminal_and_as_csv(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (folder / "m.jsonl").open("a") as stream:
        stream.write('{"id": "x", "text": 3}\n')
    assert main([*command(folder), "--no-parse", "--width", "200"]) == 0
    told = capsys.readouterr()
    assert 'm.jsonl, row 41: "text" is not a string' in told.err
    assert "model: 40 texts" in told.out and "1 with an error" in told.out
    assert "a beacon of" in told.out
    target = folder / "out.csv"
    args = [*command(folder), "--no-parse", "--sample", "30", "--kind", "phrase"]
    assert main([*args, "--output-format", "csv", "-o", str(target)]) == 0
    with target.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows[0]["rank"] == "1" and float(rows[0]["low"]) > 0
    assert {row["kind"] for row in rows} == {"phrase"}
    assert max(int(row["model_texts"]) for row in rows) == 30
    assert rows[0]["example_ids"].split()[0].startswith("m")


def loaded(path: Path) -> Any:
    return read_rule(path, Lists(catalogue_root() / "lists"))


def test_drafts_are_rules_that_find_their_examples(parsed: Outcome) -> None:
    drafts = parsed.folder / "drafts"
    rules = [loaded(path) for path in sorted(drafts.glob("*/*.toml"))]
    new = [item for item in parsed.data["candidates"] if not item["known"]]
    assert len(rules) == len(new)
    assert {rule.kind.value for rule in rules} >= {"phrase", "dependency"}
    for rule in rules:
        assert rule.status is Status.PREVIEW
        assert "finish:" in rule.message and "finish:" in rule.advice
        assert rule.evidence[0].source.startswith("slopscan mine: in ")
    assert main(["rules", "check", str(drafts)]) == 0


def test_one_draft_goes_into_a_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = folder / "figures" / "own-name.toml"
    args = [*command(folder), "--no-parse", "--sample", "30"]
    assert main([*args, "--write-rule", str(target), "--candidate", "2"]) == 0
    assert loaded(target).id == "own-name"
    assert "finish what stands in brackets" in capsys.readouterr().err
    for path, words in (
        (target, "is there already"),
        (folder / "x.toml", "the folder of its family"),
        (folder / "contrast" / "negative-parallelism.toml", "the catalogue has a rule"),
    ):
        assert main([*args, "--write-rule", str(path)]) == 2
        assert words in capsys.readouterr().err
    assert main([*args, "--write-rule", str(folder / "d"), "--candidate", "999"]) == 2
    assert "no candidate 999" in capsys.readouterr().err
    both = ["--candidate", "1", "--candidate", "2"]
    assert main([*args, "--write-rule", str(folder / "figures" / "two.toml"), *both]) == 2
    assert "one file cannot hold several rules" in capsys.readouterr().err


def test_mistakes_are_told(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    model, human = str(folder / "m.jsonl"), str(folder / "h.jsonl")
    empty = write(folder / "empty.jsonl", [])
    copy = write(folder / "copy.jsonl", model_rows())
    broken = folder / "broken.jsonl"
    broken.write_text('{"id": 1}\n{oops\n')
    cases = [
        (model, model, "is on both sides"),
        (model, str(copy), "texts are on both sides"),
        (model, str(empty), "the human side has no text"),
        (str(broken), human, 'broken.jsonl, row 1: no field "text"'),
        (str(folder / "none.jsonl"), human, "no such file"),
        ("-", "-", "both sides are standard input"),
    ]
    for one, other, words in cases:
        args = ["mine", "--model-text", one, "--human-text", other, "--no-parse", "-q", "-j", "1"]
        assert main(args) == 2, words
        told = capsys.readouterr().err
        assert words in told and "Traceback" not in told
    monkeypatch.setattr("tempfile.tempdir", str(folder / "none"))
    assert main([*command(folder), "--no-parse"]) == 2
    assert "name another folder with TMPDIR" in capsys.readouterr().err
    assert main([*command(folder), "--candidate", "1"]) == 2
    assert "add --write-rule" in capsys.readouterr().err
