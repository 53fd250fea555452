"""Lists are read strictly and expand inside rules."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from slopscan.catalogue.lists import Lists
from slopscan.errors import CatalogueError

Write = Callable[..., Path]


def lists(write: Write, **files: str) -> Lists:
    paths = [write(text, f"lists/{name}.txt") for name, text in files.items()]
    return Lists(paths[0].parent)


def test_references_expand_and_subtract(write: Write) -> None:
    found = lists(write, a="# a\none\nthree\ntwo\n", b="# b\ntwo\n")
    assert found.expand(["zero", "@a", "-@b", "one"]) == ("zero", "one", "three")


def test_pairs_hold_in_either_order(write: Write) -> None:
    pairs = lists(write, p="# pairs\ncold\thot\n").pairs("p")
    assert ("hot", "cold") in pairs
    assert ("cold", "hot") in pairs


def test_norms_are_numbers_and_words(write: Write) -> None:
    found = lists(write, v="# valence\nbad\t1.5\ngood\t7.9\n")
    assert found.norms("v") == {"bad": 1.5, "good": 7.9}
    assert found.words("v") == ("bad", "good")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("one\n", "begins with a comment"),
        ("# nothing\n", "is empty"),
        ("# order\ntwo\none\n", "belongs before"),
        ("# twice\none\none\n", "stands twice"),
        ("# case\nOne\n", "not lower case"),
        ("# quotes\nit\u2019s\n", "not folded"),
        ("# blank\n one\n", "padded"),
        ("# columns\na\tb\nc\n", "columns"),
    ],
)
def test_a_wrong_list_is_refused(write: Write, text: str, says: str) -> None:
    with pytest.raises(CatalogueError, match=says):
        lists(write, wrong=text).words("wrong")


def test_a_pair_list_is_no_word_list(write: Write) -> None:
    with pytest.raises(CatalogueError, match="holds pairs"):
        lists(write, p="# pairs\ncold\thot\n").words("p")
