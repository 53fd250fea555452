"""A probability in words: what it is of, its interval, its rank among human texts."""

from __future__ import annotations

from slopscan.outputs.words import rank_in_words
from slopscan.verdict import Verdict


def test_rank_never_claims_all_or_none() -> None:
    said = [rank_in_words(Verdict(0.9, None, 200, above_humans=s)) for s in (0.0, 0.973, 1.0)]
    assert [words.split("%")[0] for words in said] == [
        "higher than 1",
        "higher than 97",
        "higher than 99",
    ]
    assert rank_in_words(Verdict(None, "too short", 20)) == ""
