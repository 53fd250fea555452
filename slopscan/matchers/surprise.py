"""The test `surprise` of dependency rules: a pair that people do not make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from slopscan.catalogue.rule import SurpriseTest
from slopscan.nlp.preferences import load_preferences

if TYPE_CHECKING:
    from slopscan.matchers.tree import Tree


def is_surprising(tree: Tree, bound: Mapping[str, int | None], test: SurpriseTest) -> bool:
    """Say whether the pair a test names is as rare in human prose as the test asks.

    A pair the counts cannot judge (a word is unknown, or the governor too rare) is not
    surprising where `at_least` is asked for, and is unseen where only `max_seen` is.
    """
    governor, noun = (bound[name] for name in test.nodes)
    if governor is None or noun is None:
        return False
    attributes = tree.attributes
    # An adjective is counted by its form: "giving" and "given" are two of them.
    first = attributes["lower" if test.relation == "modifier" else "lemma"][governor]
    second = "name" if attributes["upos"][noun] == "PROPN" else attributes["lemma"][noun]
    preferences = load_preferences()
    if test.max_seen is not None:
        if preferences.seen(test.relation, first, second) > test.max_seen:
            return False
        if test.at_least is None:
            return True
    surprise = preferences.surprise(test.relation, first, second)
    return surprise is not None and test.at_least is not None and surprise >= test.at_least
