"""SARIF, GitHub annotations and the JSON form against the schemas that promise them."""

from __future__ import annotations

import copy
import io
import json
import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from slopscan.catalogue.cards import rule_cards
from slopscan.catalogue.load import load_catalogue
from slopscan.findings import ArchivePlace, Severity, Silenced
from slopscan.outputs import Options, render
from slopscan.report import FileReport, RunReport
from slopscan.spans import source_span
from slopscan.stored import read_results

jsonschema = pytest.importorskip("jsonschema")
SCHEMAS = Path(__file__).parent / "schemas"


def rendered(name: str, run: RunReport, options: Options | None = None) -> str:
    stream = io.StringIO(newline="")
    render(name, run, stream, options)
    return stream.getvalue()


def with_cards(run: RunReport) -> RunReport:
    """Give the run the cards of two shipped rules, one of them with an address as a source."""
    cards = rule_cards(load_catalogue(), ["negative-parallelism", "summary-close"])
    names = iter(cards)
    first, *rest = run.files
    renamed = [replace(item, rule=next(names, item.rule)) for item in first.findings]
    return replace(run, files=(replace(first, findings=tuple(renamed)), *rest), cards=cards)


# -- SARIF -------------------------------------------------------------------------------


@pytest.fixture
def sarif(shared_run: RunReport) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(rendered("sarif", with_cards(shared_run)))
    return loaded


def test_sarif_is_valid_by_the_published_schema(
    sarif: dict[str, Any], shared_run: RunReport
) -> None:
    schema = json.loads((SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text())
    checker = jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())
    checker.validate(sarif)
    checker.validate(json.loads(rendered("sarif", shared_run)))
    checker.validate(json.loads(rendered("sarif", RunReport(()))))


def test_sarif_marks_what_a_comment_silences(shared_run: RunReport) -> None:
    first, *rest = shared_run.files
    (kept, *others) = first.findings
    silenced = (Silenced(kept, "a quotation"), *(Silenced(item) for item in others[:1]))
    changed = replace(first, findings=tuple(others[1:]), suppressed=silenced)
    run = replace(shared_run, files=(changed, *rest))
    log = json.loads(rendered("sarif", run))
    schema = json.loads((SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text())
    jsonschema.Draft4Validator(schema).validate(log)
    found = {
        (result["ruleId"], len(result["suppressions"])): result["suppressions"]
        for result in log["runs"][0]["results"]
    }
    assert found[kept.rule, 1] == [
        {"kind": "inSource", "status": "accepted", "justification": "a quotation"}
    ]
    assert found[others[0].rule, 1] == [{"kind": "inSource", "status": "accepted"}]
    assert len(found) > 2
    ids = [rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]]
    assert {kept.rule, others[0].rule} <= set(ids)
    bare = json.loads(rendered("sarif", run.without_suppressed()))
    assert all("suppressions" not in result for result in bare["runs"][0]["results"])
    stored = read_results(rendered("json", run, Options(include_text=True)), "a.json")
    assert rendered("sarif", replace(stored, cards=run.cards)) == rendered("sarif", run)


def test_a_place_in_an_archive_is_told_and_read_back(shared_run: RunReport) -> None:
    first, *rest = shared_run.files
    placed = replace(first.findings[0], place=ArchivePlace("word/document.xml", 4, 2))
    run = replace(shared_run, files=(replace(first, findings=(placed, *first.findings[1:])), *rest))
    log = json.loads(rendered("sarif", run))
    schema = json.loads((SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text())
    jsonschema.Draft4Validator(schema).validate(log)
    (location,) = log["runs"][0]["results"][0]["locations"]
    (logical,) = location["logicalLocations"]
    assert logical["fullyQualifiedName"] == "word/document.xml: paragraph 4, run 2"
    stored = json.loads(rendered("json", run))
    package = json.loads(files("slopscan.outputs").joinpath("result.schema.json").read_text())
    jsonschema.Draft202012Validator(package).validate(stored)
    assert read_results(json.dumps(stored), "a.json").files[0].findings[0] == placed


def test_sarif_regions_cut_the_matched_text_out_of_the_file(
    sarif: dict[str, Any], shared_run: RunReport
) -> None:
    (run,) = sarif["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    text = shared_run.files[0].text
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
    checked = 0
    for result in run["results"]:
        for location in [*result["locations"], *result.get("relatedLocations", [])]:
            region = location["physicalLocation"]["region"]
            words = region["snippet"]["text"]
            start, length = region["charOffset"], region["charLength"]
            assert text[start : start + length] == words
            before = sum(map(len, lines[: region["startLine"] - 1]))
            end = sum(map(len, lines[: region["endLine"] - 1])) + region["endColumn"] - 1
            assert text[before + region["startColumn"] - 1 : end] == words
            checked += 1
    assert checked == 5


def test_sarif_rules_carry_help_with_advice_and_evidence(sarif: dict[str, Any]) -> None:
    driver = sarif["runs"][0]["tool"]["driver"]
    rule = next(rule for rule in driver["rules"] if rule["id"] == "negative-parallelism")
    shipped = load_catalogue().rules["negative-parallelism"]
    assert shipped.why in rule["help"]["text"]
    assert shipped.advice in rule["help"]["markdown"]
    assert all(item.source in rule["help"]["markdown"] for item in shipped.evidence)
    for result in sarif["runs"][0]["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_sarif_fingerprints_survive_text_put_in_above(shared_run: RunReport) -> None:
    moved = [
        replace(item, line=item.line + 9, span=source_span(item.span.start + 9, item.span.end + 9))
        for item in shared_run.files[0].findings
    ]
    other = replace(shared_run, files=(replace(shared_run.files[0], findings=tuple(moved)),))
    before, after = (
        [item["partialFingerprints"] for item in json.loads(text)["runs"][0]["results"]]
        for text in (rendered("sarif", shared_run), rendered("sarif", other))
    )
    assert before == after
    assert len({json.dumps(item) for item in before}) == len(before)


def test_sarif_tells_of_a_file_that_could_not_be_read(sarif: dict[str, Any]) -> None:
    (invocation,) = sarif["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    (note,) = invocation["toolExecutionNotifications"]
    assert "not UTF-8; save the file" in note["message"]["text"]


def test_sarif_addresses_are_percent_encoded() -> None:
    run = RunReport((FileReport("a b/100%#ü.md", "x"), FileReport("/abs/x.md", "x")))
    log = json.loads(rendered("sarif", run))
    relative, absolute = (item["location"] for item in log["runs"][0]["artifacts"])
    assert relative == {"uri": "a%20b/100%25%23%C3%BC.md", "uriBaseId": "%SRCROOT%"}
    assert absolute == {"uri": "file:///abs/x.md"}


# -- GitHub ------------------------------------------------------------------------------


def test_github_annotations_one_a_finding_and_one_a_failure(shared_run: RunReport) -> None:
    lines = rendered("github", shared_run).splitlines()
    assert len(lines) == len(shared_run.files[0].findings) + 1
    many_lines, one_line = lines[0], lines[1]
    assert many_lines.startswith("::warning file=essays/kettle.md,line=3,endLine=4,title=")
    assert re.match(r"::error file=essays/kettle\.md,line=4,endLine=4,col=\d+,endCol", one_line)
    assert any(line.startswith("::notice ") for line in lines)
    assert lines[-1].startswith("::error file=latin.txt,title=slopscan::byte 0xe9")


def test_github_commands_cannot_be_forged(shared_run: RunReport) -> None:
    finding = replace(
        shared_run.files[0].findings[1],
        message="50% of\n::error file=x::stop\r\x1b[31m",
        severity=Severity.NOTE,
    )
    run = RunReport((FileReport("a,b:c\n::stop-commands::x%.md", findings=(finding,)),))
    shown = rendered("github", run)
    assert shown.count("\n") == 1
    assert "file=a%2Cb%3Ac%0A%3A%3Astop-commands%3A%3Ax%25.md,line=" in shown
    assert "::50%25 of ::error file=x::stop \u241b[31m" in shown


# -- JSON --------------------------------------------------------------------------------


def published_schema() -> dict[str, Any]:
    text = files("slopscan.outputs").joinpath("result.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def closed(schema: Any) -> Any:
    """Return the schema with every object closed, so that it must name all keys we write."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    done = {key: closed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and "allOf" not in schema:
        done["additionalProperties"] = False
    return done


@pytest.mark.parametrize("include_text", [False, True])
def test_json_is_valid_by_the_schema_in_the_package(
    include_text: bool, shared_run: RunReport
) -> None:
    found = json.loads(rendered("json", shared_run, Options(include_text=include_text)))
    schema = published_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(found)
    jsonschema.Draft202012Validator(closed(schema)).validate(found)
    assert ("text" in found["files"][0]) is include_text


def test_jsonl_rows_are_valid_by_the_schema_in_the_package(shared_run: RunReport) -> None:
    schema = published_schema() | {"$ref": "#/$defs/row"}
    for key in ("type", "required", "properties"):
        del schema[key]
    for line in rendered("jsonl", shared_run).splitlines():
        jsonschema.Draft202012Validator(schema).validate(json.loads(line))


def test_the_schema_refuses_a_wrong_result(shared_run: RunReport) -> None:
    good = json.loads(rendered("json", shared_run))
    for path, value in (
        (["files", 0, "verdict", "probability"], 1.5),
        (["files", 0, "findings", 0, "line"], 0),
        (["files", 0, "findings", 0, "severity"], "fatal"),
        (["schema"], 2),
    ):
        bad = copy.deepcopy(good)
        at = bad
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] = value
        assert not jsonschema.Draft202012Validator(published_schema()).is_valid(bad), path


# -- and back ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["json", "jsonl"])
def test_a_result_read_back_writes_the_same(name: str, shared_run: RunReport) -> None:
    options = Options(include_text=True)
    first = rendered(name, shared_run, options)
    run = read_results(first, "r")
    assert rendered(name, run, options) == first
    assert run.files[0].findings == shared_run.files[0].findings
