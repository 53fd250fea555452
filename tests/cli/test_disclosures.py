"""What a text says of its own making is quoted apart and never held against it."""

from __future__ import annotations

import io
import json

import pytest

from slopscan.catalogue.load import Selection
from slopscan.disclosure import Disclosure, DisclosureKind
from slopscan.document import Source
from slopscan.outputs import Options, render
from slopscan.readers import parse
from slopscan.readers.declared import declared
from slopscan.report import FileReport, RunReport, to_json
from slopscan.scan import Scanner, Settings
from slopscan.stored import read_results

TIC = "It is not just a tool, but a way of thinking."
PLAIN = "The pump was mended on Friday and the water came back by noon."


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner(Settings(Selection(preview=True), parse=False))


def statements(text: str) -> tuple[Disclosure, ...]:
    return declared(parse(Source(name="essay.md", text=text)))


def scan(scanner: Scanner, text: str) -> FileReport:
    return scanner.scan(Source(name="essay.md", text=text))


def front(body: str, rest: str = PLAIN) -> str:
    return f"---\ntitle: Tea\n{body}\n---\n\n{rest}\n"


@pytest.mark.parametrize(
    ("body", "kind", "scope", "tools"),
    [
        ("ai_assistance: drafting", "assistance", ("drafting",), ()),
        ("ai-assistance: none", "human_authorship", ("none",), ()),
        ("ai_generated: false", "human_authorship", ("false",), ()),
        (
            "ai_assistance:\n  declared: true\n  scope: [outline, edit]\n  tools: [Claude 3]",
            "assistance",
            ("outline", "edit"),
            ("Claude 3",),
        ),
        (
            "ai_assistance:\n  scope:\n    - draft\n    - code\n  tools:\n    - ChatGPT",
            "assistance",
            ("draft", "code"),
            ("ChatGPT",),
        ),
        ("ai_assistance:\n  scope: [none]", "human_authorship", ("none",), ()),
    ],
)
def test_front_matter(body: str, kind: str, scope: tuple[str, ...], tools: tuple[str, ...]) -> None:
    (found,) = statements(front(body))
    assert (found.kind.value, found.scope, found.tools) == (kind, scope, tools)
    assert found.line == 3
    assert found.quote == " ".join(body.split())


@pytest.mark.parametrize(
    "text",
    [
        f"{PLAIN}\n\n<!-- ai:begin -->\n\n{TIC}\n\n<!-- ai:end -->\n\n{PLAIN}\n",
        f"{PLAIN}\n\n::: ai-written\n\n{TIC}\n\n:::\n\n{PLAIN}\n",
        f'{PLAIN}\n\n<div class="note ai-written">\n\n{TIC}\n\n</div>\n\n{PLAIN}\n',
        front("ai_assistance:\n  blocks:\n    - {start: 9, end: 9, scope: draft}", f"\n{TIC}"),
    ],
)
def test_findings_in_a_declared_block_stand_apart(scanner: Scanner, text: str) -> None:
    report = scan(scanner, text)
    (block,) = [d for d in report.disclosures if d.kind is DisclosureKind.BLOCK]
    assert "negative-parallelism" in {found.rule for found in block.findings}
    assert report.findings == ()
    assert TIC in text[block.span.start : block.span.end]


def test_findings_outside_a_declared_block_stay(scanner: Scanner) -> None:
    text = f"{TIC}\n\n<!-- ai:begin -->\n\n{PLAIN}\n\n<!-- ai:end -->\n"
    report = scan(scanner, text)
    assert [found.rule for found in report.findings] == ["negative-parallelism"]
    assert [d.findings for d in report.disclosures] == [()]


def test_an_open_block_runs_to_the_end(scanner: Scanner) -> None:
    text = f"{PLAIN}\n\n<!-- ai-written -->\n\n<!-- ai:begin -->\n\n{TIC}\n"
    assert scan(scanner, text).findings == ()


def test_a_marker_in_code_declares_nothing() -> None:
    assert statements("Write it so:\n\n```\n<!-- ai:begin -->\n```\n") == ()


def test_a_claim_is_quoted_and_changes_nothing(scanner: Scanner) -> None:
    with_claim = scan(scanner, f"{TIC}\n\nNo AI was used in this essay.\n")
    without = scan(scanner, f"{TIC}\n")
    (claim,) = with_claim.disclosures
    assert claim.kind is DisclosureKind.HUMAN_AUTHORSHIP
    assert claim.quote == "No AI was used"
    assert [f.fingerprint for f in with_claim.findings] == [f.fingerprint for f in without.findings]


def test_a_statement_is_no_finding(scanner: Scanner) -> None:
    text = "I used Claude to tidy the second section.\n\nCo-Authored-By: Claude <a@example.com>\n"
    report = scan(scanner, text)
    assert report.findings == ()
    assert [d.kind.value for d in report.disclosures] == ["assistance", "credit"]


def test_a_text_declared_whole_has_no_probability() -> None:
    scanner = Scanner(Settings())
    report = scanner.scan(Source(name="a.md", text=front("ai_assistance: whole", PLAIN * 20)))
    assert report.verdict is not None
    assert report.verdict.probability is None
    assert report.verdict.abstained == "declared to be written with a model"


def test_json_holds_them_and_reads_them_back(scanner: Scanner) -> None:
    text = front("ai_assistance:\n  scope: [edit]\n  tools: [Claude]", PLAIN)
    text += f"\n<!-- ai:begin -->\n\n{TIC}\n\n<!-- ai:end -->\n"
    run = RunReport((scan(scanner, text),))
    (file,) = to_json(run)["files"]
    assert [item["kind"] for item in file["disclosures"]] == ["assistance", "block"]
    assert file["disclosures"][0]["tools"] == ["Claude"]
    again = read_results(json.dumps(to_json(run)), "run.json")
    assert again.files[0].disclosures == run.files[0].disclosures


def test_text_quotes_them_without_a_verdict_on_them(scanner: Scanner) -> None:
    stream = io.StringIO()
    run = RunReport((scan(scanner, f"{TIC}\n\nThis page is 100% human-written.\n"),))
    render("text", run, stream, Options())
    shown = " ".join(stream.getvalue().split())
    assert 'line 3 says that a person wrote it: "100% human-written"' in shown
    assert "it changes no finding" in shown
