"""Name the reasons behind a score; they add up to it."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from heapq import nsmallest
from typing import Final

import numpy as np

from slopscan.features import ngrams
from slopscan.features.families import SCHEMA
from slopscan.features.schema import Feature
from slopscan.features.view import SentenceView, word_set
from slopscan.model.artefact import Floats, Model
from slopscan.model.infer import Scored, share_below
from slopscan.verdict import Contribution

_MARKS: Final = frozenset(",.;:!?()")
_PRONOUNS: Final = word_set(
    "i me my mine you your yours he him his she her hers it its we us our ours they "
    "them their theirs myself yourself himself herself itself ourselves themselves "
    "who whom whose"
)
_AUXILIARIES: Final = word_set(
    "be am is are was were been being 's 're 'm 've 'd 'll have has had having do "
    "does did not n't will would can could may might must shall should to"
)
_GROUPS: Final = {
    "patterns.punctuation": "what stands around commas and stops",
    "patterns.pronouns": "what stands around pronouns",
    "patterns.auxiliaries": "what stands around auxiliaries and 'to'",
    "patterns.verbs": "verb patterns",
    "patterns.modifiers": "patterns of adjectives and adverbs",
    "patterns.noun_phrases": "noun-phrase patterns",
    "patterns.function_words": "runs of function words",
    "words.choice": "choice of words",
}
_NAMED: Final = 3
_JOINT: Final = "measures that correct one another"
_COMBINED: Final = "how the habits of this text combine"


@lru_cache(maxsize=65536)
def group_of(gram: str) -> str:
    """Return the group a run of symbols belongs to, by its most telling symbol."""
    if gram.startswith(ngrams.WORD):
        return "words.choice"
    found = set(gram.split(" "))
    tests = (
        ("patterns.punctuation", found & _MARKS),
        ("patterns.pronouns", found & _PRONOUNS),
        ("patterns.auxiliaries", found & _AUXILIARIES),
        ("patterns.verbs", any(symbol.startswith("VB") for symbol in found)),
        ("patterns.modifiers", any(symbol[:2] in {"JJ", "RB"} for symbol in found)),
        ("patterns.noun_phrases", any(symbol.startswith("NN") for symbol in found)),
    )
    return next((name for name, hit in tests if hit), "patterns.function_words")


def contributions(
    model: Model, scored: Scored, sentences: list[SentenceView], slope: float, shift: float
) -> tuple[Contribution, ...]:
    """Return the reasons, largest first; they add up to `slope * raw + shift`."""
    found = [
        Contribution("base_rate", "where an average text starts", slope * scored.base + shift),
        Contribution("habits.combined", _COMBINED, slope * scored.joint),
        *_dense(model, scored, slope),
        *_patterns(model, scored, sentences, slope),
    ]
    return tuple(sorted(found, key=lambda item: -abs(item.log_odds)))


def _dense(model: Model, scored: Scored, slope: float) -> list[Contribution]:
    """Name each measure that speaks in the direction its averages do; sum up the others.

    A measure stands at 0 half way between the average of human and of model prose, so one that
    is nearer to the human average always speaks against. Where the weights of this text have
    the other direction, the measure corrects a second one and means nothing by itself.
    """
    found = []
    joint = 0.0
    for column, feature in enumerate(SCHEMA.features):
        part = float(scored.dense_parts[column])
        value = scored.values.get(feature.name)
        if value is None and part == 0.0:
            continue
        human = float(model.arrays["human_means"][column])
        of_models = float(model.arrays["model_means"][column])
        half_way = float(model.arrays["dense_means"][column])
        if value is None or part * (value - half_way) * (of_models - human) <= 0:
            joint += part
            continue
        percentile = share_below(model.arrays["human_quantiles"][column], value)
        label = _label(feature, value, human, of_models, percentile)
        found.append(Contribution(feature.name, label, slope * part, value, human, percentile))
    found.append(Contribution("measures.joint", _JOINT, slope * joint))
    return found


def _label(
    feature: Feature, value: float, human: float, of_models: float, percentile: float
) -> str:
    shown, usual, other = (_number(feature, number) for number in (value, human, of_models))
    unit = "" if feature.unit in {"share", "ratio"} else f" {feature.unit}"
    return (
        f"{feature.label}: {shown}{unit}, {_rank(percentile)} "
        f"(human prose {usual}, model prose {other})"
    )


def _rank(percentile: float) -> str:
    """Say where a value stands among those of human texts."""
    percent = round(100 * percentile)
    if percent <= 50:
        return f"lower than in {min(max(100 - percent, 1), 99)}% of human texts"
    return f"higher than in {min(max(percent, 1), 99)}% of human texts"


def _number(feature: Feature, value: float) -> str:
    if feature.unit == "share":
        return f"{100 * value:.0f}%"
    if feature.unit == "ratio":
        return f"{value:.2f}"
    return f"{value:.1f}"


def _patterns(
    model: Model, scored: Scored, sentences: list[SentenceView], slope: float
) -> list[Contribution]:
    sums: dict[str, float] = dict.fromkeys(_GROUPS, 0.0)
    members: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)
    usual_parts = _usual_parts(model, scored)
    for gram, part in scored.gram_parts.items():
        name = group_of(gram)
        sums[name] += part
        members[name].append((part - usual_parts[gram], gram))
    for name, usual in group_bases(model, scored.of_factors).items():
        sums[name] -= usual
    return [
        Contribution(
            name, _named(label, sums[name], members[name], scored, sentences), slope * part
        )
        for name, label in _GROUPS.items()
        for part in (sums[name],)
    ]


def group_bases(model: Model, of_factors: Floats) -> dict[str, float]:
    """Return the score of each group in the average training text, by the weights of a text.

    Parameters
    ----------
    of_factors : numpy.ndarray, shape (2, n_factors)
        As in `Scored`.
    """
    return {
        name: linear + float((factors * of_factors).sum())
        for name, (linear, factors) in _average_text(model).items()
    }


@lru_cache(maxsize=4)
def _average_text(model: Model) -> dict[str, tuple[float, Floats]]:
    """Return linear score and factors of each group in the average training text."""
    names = np.array([group_of(gram) for gram in model.vocabulary])
    weights, means = model.arrays["gram_weights"], model.arrays["gram_means"]
    found = {}
    for name in _GROUPS:
        own = np.flatnonzero(names == name)
        factors = model.layer.project(own, means[own], model.are_words[own]) + model.layer.means
        found[name] = (float(weights[own] @ means[own]), factors.astype(np.float64))
    return found


def _usual_parts(model: Model, scored: Scored) -> dict[str, float]:
    """Return the score of each run of a text in the average training text."""
    grams = list(scored.gram_parts)
    columns = np.array([model.index[gram] for gram in grams], dtype=np.int64)
    own = model.layer.of_runs(columns, model.are_words[columns], scored.of_factors)
    weights = model.arrays["gram_weights"][columns] + own
    return dict(zip(grams, (weights * model.arrays["gram_means"][columns]).tolist(), strict=True))


def _named(
    label: str,
    total: float,
    members: list[tuple[float, str]],
    scored: Scored,
    sentences: list[SentenceView],
) -> str:
    sign = 1.0 if total >= 0 else -1.0
    shown_well = (member for member in members if _can_be_shown(member[1]))
    words: list[str] = []
    for _, gram in nsmallest(12, shown_well, key=lambda member: -sign * member[0]):
        number, first, last = scored.places[gram]
        shown = spell(sentences[number].words[first : last + 1])
        if not any(shown in other or other in shown for other in words):
            words.append(shown)
        if len(words) == _NAMED:
            break
    return f"{label}: " + ", ".join(f"'{word}'" for word in words) if words else label


@lru_cache(maxsize=65536)
def _can_be_shown(gram: str) -> bool:
    """Say whether the words behind a run tell a reader something: a bare tag does not."""
    own = [symbol for symbol in gram.split(" ") if symbol != ngrams.START]
    return len(own) > 1 or gram.startswith(ngrams.WORD)


def spell(words: tuple[str, ...]) -> str:
    """Join tokens as they would stand in text."""
    text = ""
    for word in words:
        tight = word[0] in ",.;:!?)'" or word.lower() == "n't" or text.endswith("(")
        text += word if tight or not text else f" {word}"
    return text
