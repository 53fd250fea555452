"""Rules at work on passages as people meet them, with gates and lengths as in a scan."""

from __future__ import annotations

import pytest

from slopscan.catalogue.load import Selection
from slopscan.document import Source
from slopscan.scan import Scanner, Settings

PLAIN = (
    "The survey ran for six weeks in the spring. We walked the same path each morning and counted "
    "the birds we heard before eight. On two days it rained and nobody went out. The counts from "
    "the lower field were higher than those from the wood, and the ditch gave almost nothing. Tom "
    "kept the sheets in a biscuit tin and typed them up on Sundays. When the file was full we sent "
    "it to the county recorder, who asked about one owl and then thanked us. Next year we plan to "
    "start in March, take a second list at dusk, and leave the ditch alone. "
)

PASSAGES = {
    "sycophantic-opener": "That's a really sharp question! Interest compounds because each payment "
    "is worked out on the sum and what it has already earned.",
    "capitulation-formula": "You're absolutely right to call that out. I counted the header as a "
    "row. Here's the corrected total: 41.",
    "validate-then-pivot": "I understand your concern about the cost, but a bridge that nobody "
    "can cross costs more every winter it stands.",
    "intent-announcement": "## Let me say this gently, but clearly\n\nThe figures do not add up, "
    "and the lender will see it.",
    "unprompted-reassurance": "First: you're not broken. The form is long, and most people send it "
    "back with one page missing.",
    "closure-bluster": "The key insight is that both queues are the same queue. This elegantly "
    "resolves the ordering problem and the retry problem at once.",
    "handwave-marker": "With appropriate regularization the estimate follows, and edge cases are "
    "handled appropriately by the wrapper.",
    "spurious-trend": "When the runs are split by hour, an intriguing pattern emerges: the four "
    "late ones are all above the mean.",
    "completion-claim": "The importer is now fully implemented and every path is covered. All "
    "tests pass! It is production-ready code.",
    "vague-attribution": "Sleep matters more than it seems. Studies have shown that a regular hour "
    "helps, and experts agree that screens do not.",
    "o3-dialect": "We need the bound. But we disclaim vantages, so parted illusions overshadow. "
    "Then they marinade vantage and we fudge illusions again, watchers overshadow.",
    "degenerate-loop": "We take the sum of the two parts and divide by the count of rows. " * 6,
    "content-duplication": f"{PLAIN}\n\nThe tin is in the shed.\n\n{PLAIN}",
    "em-dash-density": PLAIN + "The owl — a tawny — called twice. Anna — never early — "
    "heard it — just. We wrote it down — in pencil.",
    "unicode-decoration": PLAIN + "Plan → walk → count → file. Each step → one sheet ✓ "
    "and one name ✓ in the tin.",
    "special-space": PLAIN + "The\u202fowl\u202fcalled twice and\u202fthen it\u202fwent quiet for "
    "the\u202frest of\u202fthe night.",
    "vocabulary-era": "The exhibit delves into the intricate tapestry of the valley, a testament "
    "to its enduring and vibrant crafts. It underscores a pivotal realm, showcasing a multifaceted "
    "interplay. " + PLAIN,
    "stock-names": "Dr. Elara Voss pushed the hatch shut and listened to the pumps.",
    "openai-citation-residue": "The mill closed in 1911. :contentReference[oaicite:3]{index=3}",
    "special-token": "The answer is 12.</think>\n\nTwelve boxes fit on the shelf.",
    "chat-utm": "See [the report](https://example.org/a?utm_source=chatgpt.com) for the figures.",
}


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner(Settings(Selection(select=tuple(PASSAGES)), parse=True))


@pytest.fixture(scope="module")
def found(scanner: Scanner) -> dict[str, set[str]]:
    sources = [Source(name=name, text=text) for name, text in PASSAGES.items()]
    return {
        report.path: {finding.rule for finding in report.findings}
        for report in scanner.scan_many(sources)
    }


@pytest.mark.parametrize("rule", PASSAGES)
def test_the_rule_finds_its_tic(found: dict[str, set[str]], rule: str) -> None:
    assert rule in found[rule]


def test_plain_prose_has_none_of_them(scanner: Scanner) -> None:
    assert scanner.scan(Source(name="plain.md", text=PLAIN)).findings == ()
