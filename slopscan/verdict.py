"""What the classifier says of a text, as plain data."""

from __future__ import annotations

from dataclasses import dataclass

from slopscan.spans import SourceSpan


@dataclass(frozen=True, slots=True)
class Contribution:
    """One reason behind a score.

    Attributes
    ----------
    name : str
        Feature or group of features, `family.measure_unit`.
    label : str
        The same in a reader's words, with the value where it helps.
    log_odds : float
        Its share of `Verdict.log_odds`, natural logarithm; positive speaks for model prose.
        All contributions of a verdict, the base rate included, add up to its log-odds.
    value, reference : float or None
        Value in this text and average in human prose, both in the feature's unit.
    percentile : float or None
        Share, 0 to 1, of human texts with a lower value.
    """

    name: str
    label: str
    log_odds: float
    value: float | None = None
    reference: float | None = None
    percentile: float | None = None


@dataclass(frozen=True, slots=True)
class SentenceHeat:
    """How far one sentence pulls the score: log-odds per sentence, for display only."""

    span: SourceSpan
    log_odds: float


@dataclass(frozen=True, slots=True)
class WindowScore:
    """The probability of a sentence together with the about 100 words around it.

    Attributes
    ----------
    span : SourceSpan
        Of the sentence.
    probability : float
        Under equal prior odds, calibrated for the length of the window; smoothed, so
        neighbours differ little.
    n_words : int
        Words of the sentence.
    """

    span: SourceSpan
    probability: float
    n_words: int


@dataclass(frozen=True, slots=True)
class FamilyProfile:
    """Which family of models a text's habits resemble: advisory, and no part of a verdict.

    Attributes
    ----------
    family : str or None
        None where none stands out.
    abstained : str or None
        Why none is named, in words.
    n_words : int
        Words of prose that were compared.
    shares : tuple of (str, float)
        How near the text is to each family, nearest first; they add up to 1. Empty where the
        text was not compared.
    nearest_right : float or None
        Share, 0 to 1, of texts by models whose nearest family was theirs, measured on sources
        the weights had not seen; None where the text was not compared.
    by_chance : float or None
        The same share for guesses that do not look at the text.
    """

    family: str | None
    abstained: str | None
    n_words: int
    shares: tuple[tuple[str, float], ...] = ()
    nearest_right: float | None = None
    by_chance: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Calibrated probability that prose like this is a language model's, or why not to say.

    Attributes
    ----------
    probability : float or None
        Under equal prior odds; None when abstaining.
    abstained : str or None
        The reason, in words; None when a probability is given.
    n_words : int
        Words of prose the score rests on.
    interval : tuple of float or None
        90% interval of the probability.
    log_odds : float or None
        Calibrated score, given whenever it can be computed, also when abstaining.
    flagged : bool
        True above the default operating point; never true when abstaining.
    contributions : tuple of Contribution
        Largest first; they add up to `log_odds`.
    heat : tuple of SentenceHeat
        In order of the text.
    above_humans : float or None
        Share, 0 to 1, of human texts of about this length that score lower, measured on sources
        the scoring model had not seen; None when abstaining.
    ranked_genre : str or None
        Genre of those human texts; None where they are of all genres.
    windows : tuple of WindowScore or None
        One for each sentence, in order of the text; None when not asked for, empty when
        abstaining.
    """

    probability: float | None
    abstained: str | None
    n_words: int
    interval: tuple[float, float] | None = None
    log_odds: float | None = None
    flagged: bool = False
    contributions: tuple[Contribution, ...] = ()
    heat: tuple[SentenceHeat, ...] = ()
    windows: tuple[WindowScore, ...] | None = None
    above_humans: float | None = None
    ranked_genre: str | None = None
