"""Name the reasons behind a score; they add up to it."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from slopscan.features.families import SCHEMA
from slopscan.features.schema import Feature
from slopscan.features.view import SentenceView
from slopscan.model.artefact import Floats, Model
from slopscan.model.groups import NAMES
from slopscan.model.infer import Scored, share_below
from slopscan.verdict import Contribution

# Words named of a group, and the runs they are looked for in.
_NAMED: Final = 3
_LOOKED_AT: Final = 12
_JOINT: Final = "measures that correct one another"
_COMBINED: Final = "how the habits of this text combine"


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
    columns, groups = scored.columns, model.groups
    of_run = groups.of_run[columns]
    sums = np.bincount(of_run, scored.gram_parts, len(NAMES)) - _usual(model, scored)
    weights = model.arrays["gram_weights"][columns]
    weights = weights + model.layer.of_runs(columns, model.views[columns], scored.of_factors)
    unusual = scored.gram_parts - weights * model.arrays["gram_means"][columns]
    found = []
    for number, (name, label) in enumerate(NAMES):
        total = float(sums[number])
        own = np.flatnonzero((of_run == number) & groups.telling[columns])
        ranked = own[np.argsort(unusual[own] * (-1.0 if total >= 0 else 1.0), kind="stable")]
        shown = _named(label, scored.places[ranked[:_LOOKED_AT]], sentences)
        found.append(Contribution(name, shown, slope * total))
    return found


def _usual(model: Model, scored: Scored) -> Floats:
    """Return what each group is in the average training text, by the weights of a text."""
    linear, factors = _average_text(model)
    return np.asarray(linear + np.tensordot(factors, scored.of_factors, 2))


@lru_cache(maxsize=4)
def _average_text(model: Model) -> tuple[Floats, Floats]:
    """Return linear score and factors of each group in the average training text.

    Returns
    -------
    numpy.ndarray, shape (n_groups,), and numpy.ndarray, shape (n_groups, n_views, n_factors)
    """
    weights, means = model.arrays["gram_weights"], model.arrays["gram_means"]
    linear = np.bincount(model.groups.of_run, weights * means, len(NAMES))
    factors = []
    for number in range(len(NAMES)):
        own = np.flatnonzero(model.groups.of_run == number)
        less_average = model.layer.project(own, means[own], model.views[own])
        factors.append(less_average + model.layer.means)
    return linear.astype(np.float64), np.array(factors, dtype=np.float64)


def _named(label: str, places: npt.NDArray[np.int64], sentences: list[SentenceView]) -> str:
    words: list[str] = []
    for number, first, last in places.tolist():
        shown = spell(sentences[number].words[first : last + 1])
        if not any(shown in other or other in shown for other in words):
            words.append(shown)
        if len(words) == _NAMED:
            break
    return f"{label}: " + ", ".join(f"'{word}'" for word in words) if words else label


def spell(words: tuple[str, ...]) -> str:
    """Join tokens as they would stand in text."""
    text = ""
    for word in words:
        tight = word[0] in ",.;:!?)'" or word.lower() == "n't" or text.endswith("(")
        text += word if tight or not text else f" {word}"
    return text
