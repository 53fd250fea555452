"""Which rules a genre leaves out: measured rates first, then what its profile says.

People's habits are no tics. Where a rule was measured in the genre's texts, the figures decide:
a tic that people there show as often as models is left out, one that models show clearly more
often stays in whatever the profile says. The profile decides where figures are silent.
"""

from __future__ import annotations

from typing import Final

from slopscan.catalogue.load import Catalogue, Selection, select
from slopscan.catalogue.rates import Evidence, measured
from slopscan.config.profiles import profiles

_SPLIT: Final = "train"
_HUMAN_SHARE: Final = 0.02  # of human texts; above it a tic without excess in models is a habit
_MIN_TEXTS: Final = 50


def habits(genre: str, catalogue: Catalogue) -> dict[str, str]:
    """Return the rules a genre leaves out, by id, and why.

    Parameters
    ----------
    genre : str
        A profile's name.
    catalogue : Catalogue
        Rules changed since they were measured have no figures.
    """
    profile = profiles()[genre]
    said: dict[str, str] = {}
    for habit in profile.leave_out:
        for rule in select(catalogue, Selection(habit.names, preview=True)):
            said.setdefault(rule.id, habit.because)
    out: dict[str, str] = {}
    for rule_id, rule in catalogue.rules.items():
        evidence = measured(rule)
        figures = _figures(evidence, profile.reference) if evidence else None
        if figures:
            out[rule_id] = figures
        elif rule_id in said and not (evidence and _is_models(evidence, profile.reference)):
            out[rule_id] = said[rule_id]
    return out


def _is_models(evidence: Evidence, genre: str) -> bool:
    """Say whether models show the tic clearly more often than people in the genre."""
    found = evidence.splits.get(_SPLIT, {}).get(genre)
    return found is not None and found.ratio.low > 1


def _figures(evidence: Evidence, genre: str) -> str | None:
    found = evidence.splits.get(_SPLIT, {}).get(genre)
    if found is not None and found.ratio.high < 1:
        return f"measured: people write it more often than models ({genre})"
    if _is_models(evidence, genre):
        return None
    cell = evidence.cells.get(_SPLIT, {}).get(f"{genre}/human")
    _, texts = evidence.counts.get(_SPLIT, {}).get(f"{genre}/human", (0, 0))
    if cell is None or cell.n_documents < _MIN_TEXTS or texts < _HUMAN_SHARE * cell.n_documents:
        return None
    return f"measured: in {texts} of {cell.n_documents} human texts ({genre}), no more in models"
