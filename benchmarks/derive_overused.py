"""Derive the graded lists of over-used words and phrases from the training texts.

    python benchmarks/derive_overused.py --corpus CORPORA

Writes `lexicons/lists/overused-in-GROUP.txt` for fiction, exposition, answers (also of assistants)
and reference (news and encyclopaedias): entry, tab, log-odds of standing in a window of model
prose against one of human prose. Every source counts by the square root of its windows, so that
none decides alone. An entry stays when

- models have it surely more often (z of at least 3.2, log-odds of at least 0.55);
- it is a habit and no topic: most model sources, and most model families, have it more often than
  people do, most human sources less often than models do, and writers in a second language clearly
  less often; what is a topic nevertheless is taken out by hand (`TOPICS`);
- its log-odds hold against those writers too: it has the lower of the two, against all people and
  against them, whose rate is drawn to that of all as if by 50 more windows;
- it holds a word that says something: runs of function words are left out.

Names are masked, texts of the splits dev and test are not read, no text is stored.
"""

from __future__ import annotations

import argparse
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from slopscan.evidence.measuring import SEED
from slopscan.evidence.windows import load_windows
from slopscan.folding import fold

LISTS: Final = Path(__file__).parent.parent / "lexicons" / "lists"
Floats = npt.NDArray[np.float64]

N_DOCUMENTS: Final = 400
LONGEST: Final = 3
FEWEST_WINDOWS: Final = 25
FEWEST_OF_SOURCE: Final = 25
FEWEST_OF_FAMILY: Final = 40
SMALLEST: Final = 0.002
# Writers in a second language are few: as many windows with the rate of all people go with theirs.
SHRINKAGE: Final = 50.0
N_FOLDS: Final = 5
GROUPS: Final = {
    "fiction": ("fiction",),
    "answers": ("qa",),
    "reference": ("news", "wiki"),
    "exposition": ("academic", "blog", "docs", "essay", "news", "qa", "review", "wiki"),
}
# Human texts of these genres stand against all lists but that of fiction.
_PLAIN: Final = (
    *GROUPS["exposition"],
    *("business", "email", "forum", "government", "legal", "speech", "textbook"),
)
_HABITS: Final = "Words and phrases that models over-use in"
TITLES: Final = {
    "fiction": f"{_HABITS} fiction, with their log-odds.",
    "exposition": f"{_HABITS} exposition, with their log-odds.",
    "answers": f"{_HABITS} answers, with their log-odds.",
    "reference": f"{_HABITS} news and reference, with their log-odds.",
}
_TOKEN: Final = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)?(?:-[A-Za-z]+)*|\d+|[^\w\s]")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FUNCTION_WORDS: Final = _words(
    """
a about above across after again against all almost along already also although always am
among an and another any are around as at away back be because been before behind being
below beneath beside between beyond both but by can certain could day did do does down
during each either else end enough even ever every few first for found from get go got group
had has have he her here hers him himself his how i i'd i'll i'm i've if in into is isn't it
it's its itself just knew know less let life like long-term lot made make making many may me
might mine more most much must my myself near need neither never new next no none nor not
now of off on once one only onto or other others our out over own perhaps place put quite
rather really same say seemed she should since so some something still such than that that's
the their theirs them themselves then there these they thing things this those though
through thus time to together too toward towards under until up upon us very was wasn't way
we well were what when where whether which while who whom whose why will with within without
would yet you your
"""
)
TOPICS: Final = {
    "answers": _words(
        """
add adds adjust ai air ancient asset atmosphere baking beauty body bowl brains breathing
brush building butter calculate carbon center characters checking classic coffee combine
combined consciousness conversation cook cool cup dark data design desired digital
discoveries distance edges electric electrical electromagnetic emissions energy
environmental equipment events fade faint field fields formula frequencies frequency frozen
game garden garlic genres given glass golden grid ground happy heat hidden hits homemade hot
ice ingredients input interference language large layer light lighting lights loop loops
meat mechanics meditation medium memories memory minute mixture models monitoring music
natural noise ocean optional oven pepper philosophical physics pieces playing points quantum
questions recipe recognition regulatory resistance room salt seconds see sequence serving
shape shift signal signals sky sleep soft song sound speculative spot square story sum
surface systems taste temperature texture theories thick timing tiny total traditions trends
tune tuning universe use vegetables visual warm water wave waves weather window yeah
"""
    ),
    "reference": _words(
        """
agriculture ai album algae ancient artist artistic artists attack attacked attributed award
awards basketball believed biggest billion biology bold cancer carbon career caused causing
champion chemical chemistry city climate colors concerns conducted country country's
creation criticism critics currently data dead death debate debut defeated died discovered
discovery diseases disrupted domestic dominated early eastern energy established fans figure
figures five followers football formation game games gases genes genetic genetics government
healthcare highest hits holds human immigration industries international investigation known
language largest later league lives located lyrics managed measures member men's mental met
metal metals million millions models modern-day music musical musicians occurred oldest
organizations people performances play played player players plays political pop produced
production proteins published ranked reactions record records reforms region reign released
researchers rose scene science scientists season seen several shoot shooting singer
sovereignty species sport stars study substances successful suicide support systems team
team's terrorism th themes three took trade tragedy tragic universe upcoming van victory war
went win winning won works
"""
    ),
    "fiction": _words(
        """
adventure alien battle beak beast chapter city city's cosmic creature crowd data digital
entity era history iron knowledge lab learning legend local map mask midnight mortal
physical raged rain relic scene screech sky smoke souls spirit stars stories storm story
streets sun survival swooped triumphant universe unknown victorious victory weapon wind
world
"""
    ),
    "exposition": _words(
        """
ablation accuracy ai algorithmic algorithms analysis artificial authors automation ban bans
baselines behavioral benchmark benchmarks biases billions blanket businesses carbon chains
change climate code community compare compulsory computational congestion conservation
consumption created creators cultural data datasets degradation detection developmental
digital discussion displacement ecological economic economies ecosystems effectiveness
emissions energy environmental equity evaluated evaluations existing experiments flavor
footprint fuels generalizability global governance growth harms healthcare high-dimensional
households hybrid improvements industries inequality infrastructure intelligence invest
investing investment language learning licensing literacy loops low-income machine
manipulation manufacturing metaphor method methodology methods mobility model's models noise
overhead paper parental performance platforms predictions predictive pricing proofs proposed
proposition quality recipe regulatory reinforcement report research restricting results
retention right savings sensors settings sizes social spatial state-of-the-art stats
streaming strengths subsidies systems tasks theoretical traditions training transit validate
validation weaknesses work
"""
    ),
}


Cell = tuple[str, str, bool, str, bool, int]


@dataclass(frozen=True)
class Counted:
    """In how many windows each run of words stands, by cell of corpus, genre, label, family.

    Attributes
    ----------
    cells : list of (source, genre, is_model, family, is_learner, fold)
    n_windows : numpy.ndarray, shape (n_cells,)
    table : numpy.ndarray, shape (n_cells, n_runs)
    runs : list of str
    """

    cells: list[Cell]
    n_windows: Floats
    table: Floats
    runs: list[str]


def tokens(text: str) -> list[str]:
    """Split a text into lower-case words; names, numbers and punctuation become blanks."""
    found = []
    previous = "."
    for word in _TOKEN.findall(fold(text)):
        name = word[0].isupper() and previous not in ".!?\"':—" and word.split("'")[0] != "I"
        found.append("" if name or not word[0].isalpha() else word.lower())
        previous = word
    return found


def runs_of(words: Sequence[str]) -> Iterator[str]:
    """Yield every run of one to three words of which one says something."""
    for start in range(len(words)):
        for end in range(start + 1, min(start + LONGEST, len(words)) + 1):
            if not words[end - 1]:
                break
            run = words[start:end]
            if any(word not in FUNCTION_WORDS for word in run):
                yield " ".join(run)


def count_windows(windows: Iterable[Any]) -> Counted:
    """Count runs of words in windows of texts; rare runs are dropped."""
    kept = list(windows)
    total: Counter[str] = Counter()
    for number, window in enumerate(kept, start=1):
        total.update(set(runs_of(tokens(window.text))))
        if number % 3_000 == 0:  # runs seen once so far: without this, gigabytes of them
            total = Counter({run: n for run, n in total.items() if n > 1})
    runs = sorted(run for run, n in total.items() if n >= FEWEST_WINDOWS)
    place = {run: index for index, run in enumerate(runs)}
    cells: dict[Cell, int] = {}
    sizes: Counter[int] = Counter()
    sums: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for window in kept:
        families = (cell.partition("/")[2] for cell in window.cells if cell[:4] not in ("era/",))
        family = next(families, "") if window.is_model else ""
        learner = "set/second-language" in window.cells
        fold = fold_of(window.cluster)
        key = (window.corpus, window.genre, window.is_model, family, learner, fold)
        cell = cells.setdefault(key, len(cells))
        sizes[cell] += 1
        found = set(runs_of(tokens(window.text)))
        sums[cell].update(place[run] for run in found if run in place)
    table = np.zeros((len(cells), len(runs)), dtype=np.float32)
    for cell, counts in sums.items():
        table[cell, list(counts)] = list(counts.values())
    n_windows = np.array([sizes[index] for index in range(len(cells))], dtype=float)
    return Counted(list(cells), n_windows, table, runs)


def fold_of(cluster: str) -> int:
    """Return the fold of a prompt or author, for lists that are tried on texts they do not know."""
    return zlib.crc32(cluster.encode()) % N_FOLDS


def overused(
    counted: Counted,
    group: str,
    without: Collection[str] = frozenset(),
    folds_out: Collection[int] = frozenset(),
) -> dict[str, float]:
    """Return the entries of a group's list with their log-odds.

    Parameters
    ----------
    counted : Counted
    group : str
        A key of `GROUPS`.
    without : collection of str
        Corpora that are left out, for what is tried on sources it was not made of.
    folds_out : collection of int
        Folds that are left out, for what is tried on prompts and authors it was not made of.
    """
    genres = GROUPS[group]
    plain = genres if group == "fiction" else _PLAIN
    cells = [
        (place, cell)
        for place, cell in enumerate(counted.cells)
        if cell[0] not in without and cell[5] not in folds_out
    ]
    model = [(place, cell) for place, cell in cells if cell[2] and cell[1] in genres]
    human = [(place, cell) for place, cell in cells if not cell[2] and cell[1] in plain]
    if not model:
        return {}
    by_model, n_model = _grouped(counted, model, lambda cell: (cell[0], cell[1]), FEWEST_OF_SOURCE)
    by_human, n_human = _grouped(counted, human, lambda cell: (cell[0], cell[1]), FEWEST_OF_SOURCE)
    by_family, n_family = _grouped(counted, model, lambda cell: cell[3], FEWEST_OF_FAMILY)
    p_model, size_model = _mean(by_model, n_model)
    p_human, size_human = _mean(by_human, n_human)
    odds = np.log((p_model + SMALLEST) / (p_human + SMALLEST))
    z = odds / np.sqrt(1 / (p_human * size_human + 0.5) + 1 / (p_model * size_model + 0.5))
    above = ((by_model + 0.5) / (n_model[:, None] + 1) > 1.2 * p_human).mean(axis=0)
    families = ((by_family + 0.25) / (n_family[:, None] + 0.5) > 1.2 * p_human).mean(axis=0)
    shrunk = (by_human + 0.5 * p_human) / (n_human[:, None] + 0.5)
    below = (shrunk < 0.8 * p_model).mean(axis=0)
    keep = (z >= 3.2) & (odds >= 0.55) & (above >= 0.65) & (families >= 0.65) & (below >= 0.75)
    learners = [(place, cell) for place, cell in human if cell[4]]
    if learners:
        rows = [place for place, _ in learners]
        n, sums = counted.n_windows[rows].sum(), counted.table[rows].sum(axis=0)
        keep &= (sums + 0.5 * p_human) / (n + 0.5) < 0.6 * p_model
        p_learner = (sums + SHRINKAGE * p_human) / (n + SHRINKAGE)
        odds = np.minimum(odds, np.log((p_model + SMALLEST) / (p_learner + SMALLEST)))
    return {
        counted.runs[place]: round(float(odds[place]), 2)
        for place in np.flatnonzero(keep)
        if not set(counted.runs[place].split()) & TOPICS[group]
    }


def _grouped(
    counted: Counted, cells: Sequence[Any], key: Any, fewest: int
) -> tuple[Floats, Floats]:
    groups: defaultdict[Any, list[int]] = defaultdict(list)
    for place, cell in cells:
        groups[key(cell)].append(place)
    sums = [counted.table[rows].sum(axis=0) for rows in groups.values()]
    sizes = np.array([counted.n_windows[rows].sum() for rows in groups.values()])
    large = sizes >= fewest
    return np.array(sums)[large], sizes[large]


def _mean(sums: Floats, sizes: Floats) -> tuple[Floats, float]:
    """Return the mean rate over sources, and how many windows it is worth."""
    weights = np.sqrt(sizes)
    rates = (sums / sizes[:, None] * weights[:, None]).sum(axis=0) / weights.sum()
    return rates, float(weights.sum() ** 2 / (weights**2 / sizes).sum())


def places_of(words: Sequence[str], runs: Mapping[str, int]) -> list[tuple[int, int, int]]:
    """Return (start, length, number) of every run that has a number, the longest first."""
    found = []
    for start in range(len(words)):
        for length in range(min(LONGEST, len(words) - start), 0, -1):
            number = runs.get(" ".join(words[start : start + length]))
            if number is not None:
                found.append((start, length, number))
    return found


def amount(places: Sequence[tuple[int, int, int]], odds: Sequence[float]) -> float:
    """Return the sum of the log-odds of what a text has of a list, each once, longest first.

    Parameters
    ----------
    places : sequence of tuple
        What `places_of` gave.
    odds : sequence of float
        By number; 0 is not in the list.
    """
    seen: set[int] = set()
    free = 0
    for start, length, number in places:
        if start >= free and odds[number]:
            seen.add(number)
            free = start + length
    return sum(odds[number] for number in seen)


def main() -> None:
    """Write the lists."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    args = parser.parse_args()
    counted = count_windows(load_windows(args.corpus, N_DOCUMENTS, SEED, splits=("train",)))
    for group, title in TITLES.items():
        entries = overused(counted, group)
        lines = [f"{run}\t{odds:.2f}" for run, odds in sorted(entries.items())]
        head = (
            f"# {title}\n# Source: counts of the training texts; benchmarks/derive_overused.py.\n"
        )
        path = LISTS / f"overused-in-{group}.txt"
        path.write_text(head + "# Licence: MIT (counts only).\n" + "\n".join(sorted(lines)) + "\n")
        print(path.name, len(lines))


if __name__ == "__main__":
    main()
