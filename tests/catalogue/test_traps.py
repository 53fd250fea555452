"""Prose of people that looks like a tic and is none: no rule may find anything in it."""

from __future__ import annotations

import pytest

from slopscan.catalogue.load import Selection
from slopscan.document import Source
from slopscan.scan import Scanner, Settings

TRAPS = {
    "words spoken of": (
        'The word *delve* rose and fell within two years. Editors now cut the phrase "a '
        'testament to" on sight, and the formula "It\'s not X, it\'s Y" has a page of its own. '
        "The word `tapestry` is next."
    ),
    "scripture": (
        "And he said unto them, Ye have heard, and ye have not hearkened. The sower went "
        "forth, and the seed fell by the way, and the fowls came, and the sun rose, and it "
        "withered. Blessed is he that heareth, and woe unto him that hath ears and heareth "
        "not."
    ),
    "a speech": (
        "We shall not rest until the last mill is open. We shall not sleep while one loom is "
        "still. My friends, this is not the work of a day, nor of a year, but we shall see it"
        " done. (Applause.)"
    ),
    "a lease": (
        "The tenant shall not sublet, assign or part with possession of the premises or any "
        "part thereof. Goods include, but are not limited to, furniture, fixtures and "
        "fittings, whether or not attached. No waiver, consent or release shall be null and "
        "void save in writing."
    ),
    "classes that can be checked": (
        "The call returns a list, not a tuple, and takes O(n log n) rather than O(n) time. "
        "Use a copy instead of mutating the argument. It is not a thread but a process, so "
        "memory is not shared."
    ),
    "conventions of papers": (
        "These results suggest that the enzyme plays a role in uptake. The estimator is "
        "robust to outliers, and the difference is significant at the 5% level (t = 2.4, n = "
        "61). Landscape metrics were computed for each plot."
    ),
    "a learner's essay": (
        "Nowadays many people is thinking that the exam is not fair. First, the students have"
        " not enough time. Second, the teachers gives too many homework. Moreover, the bus is"
        " late. I think the school must to change the rule."
    ),
    "minutes": (
        "Present: Ellis, Roy, Hughes. Apologies: Tate. The minutes of the last meeting were "
        "agreed. The treasurer reported a balance of 412 pounds. The roof was discussed. "
        "Action: Roy to get two quotes by March."
    ),
    "a recipe": (
        "Rub the butter into the flour. Add the egg, the milk and a pinch of salt. Roll out, "
        "cut, and bake for ten minutes at 200 degrees. Serve warm with jam and cream."
    ),
    "an obituary": (
        "Mary Ellis, who has died aged 91, ran the post office in Porth for forty years. She "
        "is survived by two sons, five grandchildren and a parrot. The funeral is at noon on "
        "Friday."
    ),
    "high style of another century": (
        "The old gentleman, who had been, in his time, a great walker; who had crossed the "
        "moor in all weathers, and had the coat to prove it; now sat by the fire, and did not"
        " stir. The wind went round the house as a cat goes round a dairy."
    ),
    "real people": (
        "Sarah Chen (University of Leeds) and Elias Thorne presented the tide tables on 12 "
        "May 2019. Marcus thanked them and asked about the datum."
    ),
    "a product page": (
        "The mattress is soft and forgiving on one side and firm on the other. The cover "
        "unzips. Wash at forty degrees; do not tumble dry."
    ),
    "French spacing, units": (
        "Elle a dit\u00a0: «\u202fNon\u202f». The price was 10\u202fkm of road "
        "and 5\u00a0000\u00a0kg of salt."
    ),
    "a joined emoji": (
        "We had a baby! 👨\u200d👩\u200d👧 She weighs seven pounds and sleeps like one who has "
        "paid for it."
    ),
    "a letter by a second-language writer": (
        "I am writing to apply for the position of clerk. I have worked three years in the "
        "port office of Varna. I have good knowledge of English and of the customs law. I "
        "look forward to hear from you."
    ),
    "a house style": (
        "It was late – past ten – when the colour of the sky changed. The centre of the "
        "harbour was grey. Pages 20–30 describe it."
    ),
    "a change log": (
        "- Fixed a crash on empty input.\n"
        "- The parser now uses a map instead of the old list.\n"
        "- Removed the flag `--fast`, deprecated in 2.1."
    ),
    "documentation of chat tokens": (
        "Chat templates wrap a turn in tokens such as `<|im_start|>` and `</think>`:\n"
        "\n"
        "```\n"
        "<|im_start|>user\n"
        "Hello<|im_end|>\n"
        "```\n"
        "\n"
        "Strip them before display."
    ),
    "a book for children": (
        "The bear sat. The bear sat and sat. The moon said good night to the bear, and the "
        "bear said good night to the moon."
    ),
}


@pytest.fixture(scope="module")
def found() -> dict[str, list[str]]:
    scanner = Scanner(Settings(Selection(preview=True)))
    sources = [Source(name=name, text=text) for name, text in TRAPS.items()]
    return {
        report.path: [f"{finding.rule}: {finding.matched}" for finding in report.findings]
        for report in scanner.scan_many(sources)
    }


@pytest.mark.parametrize("trap", TRAPS)
def test_nothing_is_found(found: dict[str, list[str]], trap: str) -> None:
    assert found[trap] == []
