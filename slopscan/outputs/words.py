"""What reports say of a probability, in the same words everywhere."""

from __future__ import annotations

from typing import Final

from slopscan.verdict import FamilyProfile, Verdict

CAVEAT: Final = (
    "The number says whose style this resembles. It is no proof of who wrote it: "
    "people write like this too, and models can be told not to."
)

FAMILY_CAVEAT: Final = (
    "Habits of style, compared with texts of known models. It is advice for a writer and no "
    "statement about who or what wrote this; nothing else in the report depends on it."
)
FAMILY_NAMES: Final = {
    "openai": "OpenAI (GPT)",
    "anthropic": "Anthropic (Claude)",
    "google": "Google (Gemini, Gemma)",
    "meta": "Meta (Llama)",
    "mistral": "Mistral",
    "qwen": "Qwen",
    "deepseek": "DeepSeek",
    "other": "other makers together",
}


def percent(probability: float) -> str:
    """Write a probability as a whole percentage that never claims certainty."""
    if probability > 0.99:
        return "over 99%"
    if probability < 0.01:
        return "under 1%"
    return f"{probability:.0%}"


def in_words(verdict: Verdict, probability: float) -> str:
    """Say what a probability is of, without accusing."""
    if verdict.flagged:
        return "probability that prose like this is a language model's"
    if probability >= 0.5:
        return "probability of model prose; not enough to flag it"
    return "probability of model prose; it reads more like a person's"


def interval_in_words(verdict: Verdict) -> str:
    """Write the interval, or nothing where there is none."""
    if verdict.interval is None:
        return ""
    low, high = (percent(edge) for edge in verdict.interval)
    return f"90% interval {low} to {high}" if low != high else f"90% interval {low}"


# Texts of a genre of the reference corpora, as a reader would call them.
_WHOSE: Final = {
    "essay": "essays",
    "fiction": "stories",
    "docs": "technical documents",
    "academic": "academic texts",
    "business": "business texts",
    "forum": "forum posts",
}


def rank_in_words(verdict: Verdict) -> str:
    """Say how many human texts score lower, or nothing where that is not known."""
    if verdict.above_humans is None:
        return ""
    share = min(max(round(100 * verdict.above_humans), 1), 99)
    whose = _WHOSE.get(verdict.ranked_genre or "", "texts")
    return f"higher than {share}% of human {whose} of about this length"


def family_in_words(profile: FamilyProfile) -> str:
    """Say which family a text's habits resemble, or that none is named and why."""
    if profile.family is None:
        said = f"No family named: {profile.abstained or 'unknown'}."
    else:
        name = FAMILY_NAMES.get(profile.family, profile.family)
        said = f"The habits resemble those of models by {name} most."
    if profile.nearest_right is None or profile.by_chance is None:
        return said
    right, chance = round(100 * profile.nearest_right), round(100 * profile.by_chance)
    return (
        f"{said} Measured on models' texts from new sources, the nearest family was theirs for "
        f"{right} of 100; guessing gives {chance}."
    )


def numbered(count: int, noun: str) -> str:
    """Write a number and what it counts: `1 word`, `2,000 words`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
