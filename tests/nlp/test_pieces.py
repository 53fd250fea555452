"""Words counted all at once are those that are found one by one."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from slopscan.nlp.annotate import n_words
from slopscan.nlp.pieces import encoded, pieces

_TEXTS = st.text(
    st.sampled_from("aB9_-' .\n\u2014\u00e9\u0130\u212a\u0307\u2026\U0001f600"), max_size=40
)


@given(_TEXTS)
@example("a-b-c 'a' a--b a-'b rock-'n'-roll _-_ \u2014a-\u00e9")
def test_as_many_words_as_one_by_one(text: str) -> None:
    assert pieces(encoded(text))[1] == n_words(text)


@given(st.text(max_size=60))
def test_any_text_has_as_many_words(text: str) -> None:
    assert pieces(encoded(text))[1] == n_words(text)


def test_pieces_are_in_lower_case_and_cut_at_marks() -> None:
    found, n = pieces(encoded("A well-known fact: it's Caf\u00e9s\u2014no, K\u212a \u017fo."))
    assert n == 8
    assert b" ".join(found) == b"a well known fact it s caf\x80s no kk so"


def test_a_word_that_comes_often_is_one_object() -> None:
    found, n = pieces(encoded("a valve and " * 20_000))
    assert n == 60_000
    assert found[:3] == [b"a", b"valve", b"and"]
    assert len(set(map(id, found))) == 3
