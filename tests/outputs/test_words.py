"""A probability in words: what it is of, its interval, its rank among human texts."""

from __future__ import annotations

from slopscan.config.profiles import profiles
from slopscan.model.artefact import shipped
from slopscan.model.manifest import read_manifest
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


def test_rank_names_the_genre_it_is_of() -> None:
    of_all, of_essays = (
        rank_in_words(Verdict(0.9, None, 200, above_humans=0.5, ranked_genre=genre))
        for genre in (None, "essay")
    )
    assert of_all == "higher than 50% of human texts of about this length"
    assert of_essays == "higher than 50% of human essays of about this length"


def test_every_genre_a_text_can_be_ranked_in_has_a_name() -> None:
    genres = read_manifest(shipped())["human_log_odds"]["genres"]
    references = {profile.reference for profile in profiles().values()} & set(genres)
    texts = "human texts of"
    for genre in references:
        said = rank_in_words(Verdict(0.9, None, 200, above_humans=0.5, ranked_genre=genre))
        assert texts not in said, genre
