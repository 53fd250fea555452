"""Measures that only rules use: layout, recurrence, register, typography, breaks, tricks."""

from __future__ import annotations

import pytest

from slopscan.document import Source
from slopscan.features import tricks
from slopscan.features.measures import MEASURES, NEED_HITS, Measured, measure
from slopscan.nlp.annotate import annotate
from slopscan.readers import parse

FILLER = (
    "The survey ran for six weeks and we counted the birds we heard before eight in the morning, "
    "field {0}, hedge {0} and pond {0}, until the rain came and the whole party went home again."
)


def measured(text: str) -> Measured:
    (annotated,) = annotate([parse(Source(name="text.md", text=text))])
    return measure(annotated)


def test_every_measure_is_declared_once() -> None:
    names = [feature.name for feature in MEASURES.features]
    assert len(names) == len(set(names))
    found = measured("\n\n".join(FILLER.format(n) for n in range(60)))
    assert set(found.values) <= set(names)
    assert set(names) >= NEED_HITS


def test_counts_words_for_each_heading() -> None:
    found = measured("# A\n\nOne two.\n\n# B\n\nThree four.\n\n# C\n\nFive six.")
    assert found.values["layout.words_per_heading"] == 2.0
    assert "layout.words_per_heading" not in measured("# A\n\nOne two.").values


def test_list_share_is_of_words() -> None:
    items = "\n".join("- one two" for _ in range(5))
    assert measured(f"Ten words stand in this line, or so they say.\n\n{items}").values[
        "layout.list_share"
    ] == pytest.approx(0.5)


def test_equal_sections_do_not_vary() -> None:
    names = ("Introduction", "Soil", "Water", "Light", "Conclusion")
    even = "\n\n".join(f"## {name}\n\nOne two three." for name in names)
    assert measured(even).values["layout.section_spread"] == 0.0
    assert (
        "layout.section_spread"
        not in measured(even.replace("## Intro", "## A").replace("## Conclusion", "## B")).values
    )


def test_a_copied_paragraph_is_shown_where_it_comes_back() -> None:
    text = "\n\n".join([FILLER.format(1), FILLER.format(1)])
    found = measured(text)
    assert found.values["recurrence.copied_paragraphs"] == 1
    (place,) = found.places["recurrence.copied_paragraphs"]
    assert place.start == len(FILLER.format(1)) + 2


def test_restated_paragraphs_are_more_alike_than_others() -> None:
    topics = ("tide", "barn", "loom", "fox", "choir", "mill")
    other = [
        " ".join(f"{topic}{letter}" for letter in "abcdefghijklmnopqrstuvwxyzabcdefgh")
        for topic in topics
    ]
    same = [other[0], *other[:3], *other[:3]]
    name = "recurrence.restatement"
    assert measured("\n\n".join(other)).values[name] < 0.05
    assert measured("\n\n".join(same)).values[name] > 0.5


def test_spelling_switch_finds_the_cut() -> None:
    british = "colour harbour favourite centre organised"
    american = "color harbor favorite center organized"
    found = measured(f"{british}\n\n{american}")
    assert found.values["register.spelling_switch"] == 1.0
    assert found.places["register.spelling_switch"][0].start == len(british) + 2


def test_words_without_function_words() -> None:
    soup = " ".join(f"pelican{chr(97 + n % 26)}" for n in range(45))
    assert measured(soup).values["register.function_words_low"] == 0.0
    assert (
        measured(FILLER.format(1) + " " + FILLER.format(2)).values["register.function_words_low"]
        > 0.3
    )


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("Don\u2019t. " * 6 + "Can't. " * 6, 0.5),
        ("Don't. " * 12, 0.0),
        ("Don\u2019t. " * 9 + "Can't. " * 3, 0.25),
    ],
)
def test_quote_mix_is_the_rarer_share(text: str, share: float) -> None:
    assert measured(text).values["typography.quote_mix"] == share


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("The third reason is that the", 1.0),
        ("We walked, and talked, and then,", 1.0),
        ("It ended well.", 0.0),
        ("That is what he was looking at", 0.0),
    ],
)
def test_a_text_that_breaks_off(text: str, broken: float) -> None:
    assert measured(text).values["typography.broken_end"] == broken


def test_repeats_cost_more_each_time() -> None:
    def cost(*counts: int) -> float:
        return tricks.measure({str(n): count for n, count in enumerate(counts)}, 1000)[
            "tricks.repeats"
        ].value

    assert cost(1, 1, 1, 1) == 0.0
    assert cost(2, 2) < cost(4)
    assert cost(3) - cost(2) > cost(2) - cost(1)
    assert tricks.measure({"a": 3}, 0) == {}


def test_no_words_no_measures() -> None:
    assert measured("").values == {}


def test_families_that_nobody_reads_are_left_out() -> None:
    text = "\n\n".join(f"This is paragraph {n}. It has {'more ' * n}words." for n in range(9))
    (annotated,) = annotate([parse(Source("x.md", text))])
    everything = measure(annotated, {"rule": [1, 2]}).values
    for wanted in everything:
        found = measure(annotated, {"rule": [1, 2]}, {wanted}).values
        assert found[wanted] == everything[wanted]
        assert len(found) < len(everything)
    assert measure(annotated, {"rule": [1, 2]}, set()).values == {}
