"""Data handling of the classifier's training: no leak through the container."""

from __future__ import annotations

import os
import random
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse
from sklearn.metrics import roc_auc_score

from slopscan.features.view import count_words, make_sentence
from slopscan.training.calibrate import calibrate, conformal
from slopscan.training.dataset import (
    PASSAGE,
    Sampling,
    Window,
    clean,
    load_windows,
    passages,
    plan_passages,
    read_blocks,
    sample_rows,
    save_windows,
)
from slopscan.training.evaluate import auroc, best_share, calibration_error, recall_at
from slopscan.training.fit import weigh
from slopscan.training.pieces import (
    Counted,
    Cut,
    count_cuts,
    count_pieces,
    evaluation_cuts,
    training_cuts,
)
from slopscan.training.rows import LEFT_OUT
from slopscan.training.splits import FOLD_OF, FOLDS, plan_folds, sample_weights


def _window(corpus: str, label: str, n_words: int = 200, doc: str = "1") -> Window:
    sentence = make_sentence(["word"] * 10, ["NN"] * 10, ["dep"] * 10, [0] * 10)
    sentences = [sentence] * (n_words // 10)
    return Window(doc, corpus, "s", "essay", label, "train", "", "", "", None, 0, sentences)


def test_no_source_is_in_two_folds() -> None:
    assert max(Counter(name for members in FOLDS.values() for name in members).values()) == 1


@pytest.mark.corpora
def test_every_corpus_is_in_a_fold() -> None:
    folder = Path(os.environ.get("SLOPSCAN_CORPORA", "../shared/corpora"))
    if not folder.is_dir():
        pytest.skip("no corpora here")
    names = {path.name.removesuffix(".jsonl.gz") for path in folder.glob("*.jsonl.gz")}
    assert names - LEFT_OUT == set(FOLD_OF)


def test_labels_weigh_the_same_in_sum() -> None:
    found = [_window("a", "human")] * 9 + [_window("b", "human")] + [_window("c", "ai")] * 3
    weights = sample_weights(found)
    assert weights[:10].sum() == pytest.approx(weights[10:].sum())
    assert weights[9] > weights[0]


def test_container_traces_are_removed() -> None:
    text = "I met @PERSON1 there.\r\nThe end of it.Then {% raw %} we left , he said.[12]"
    assert clean(text) == "I met Morgan there.\nThe end of it. Then we left, he said."


def test_markup_and_framing_do_not_reach_the_blocks() -> None:
    text = (
        "Sure, here is a short piece:\n\n# A Heading\n\nThe *kettle* sang, and `x = 1` went by."
        "\n\n```\ncode()\n```\n\n- short item\n\nWord count: 9\n"
    )
    assert read_blocks(text) == ["The kettle sang, and code went by."]


def test_flat_and_paragraphed_text_give_the_same_words() -> None:
    flat = "The first came late. The second did not come. The third sat down."
    assert " ".join(read_blocks(flat.replace(". ", ".\n\n"))) == " ".join(read_blocks(flat))


def test_windows_are_cut_to_length_at_sentence_ends() -> None:
    blocks = ["One two three four five. " * 20] * 5
    (found,) = passages(blocks, 100, random.Random(1))
    assert 100 <= sum(map(count_words, found)) <= 110
    assert all(block.rstrip().endswith(".") for block in found)


def test_further_passages_do_not_overlap() -> None:
    blocks = [f"Sentence number {n} stands in this place." for n in range(80)]
    found = passages(blocks, 100, random.Random(3), most=3)
    assert len(found) == 3
    every = [block for passage in found for block in passage]
    assert len(every) == len(set(every))


def test_small_corpora_give_further_passages_and_large_ones_do_not() -> None:
    text = " ".join(["One two three four five six seven eight nine ten."] * 200)
    meta = {"label": "ai", "genre": "g", "source": "s", "text": text}
    rows = [
        {**meta, "id": f"{split[0]}-{corpus}{n}", "corpus": corpus, "split": split}
        for corpus, split, size in (
            ("big", "train", 20),
            ("small", "train", 2),
            ("small", "dev", 2),
        )
        for n in range(size)
    ]
    names = [name for _, name, _ in plan_passages(rows, read_blocks, train_words=3000)]
    assert names[:6] == [f"t-big{n}" for n in range(6)]
    assert names[6:10] == ["t-small0", "t-small1", "d-small0", "d-small1"]
    assert names[10:] == [f"t-small{n}{PASSAGE}{k}" for k in (2, 3) for n in (0, 1)]


def test_sampling_is_capped_and_repeatable() -> None:
    rows = [
        {"id": str(i), "corpus": "a", "label": "ai", "split": "train", "genre": "g", "generator": m}
        for i, m in enumerate("xyz" * 30)
    ]
    found = sample_rows(rows, Sampling(train_model=30))
    assert found == sample_rows(rows, Sampling(train_model=30))
    assert Counter(row["generator"] for row in found) == {"x": 10, "y": 10, "z": 10}


def test_windows_survive_the_cache(tmp_path: Path) -> None:
    found = [_window("a", "ai", 30)]
    save_windows(found, tmp_path / "w.gz")
    assert load_windows(tmp_path / "w.gz") == found


def _counted(windows: list[Window]) -> Counted:
    n = len(windows)
    return Counted(
        windows,
        np.arange(n),
        np.full(n, 200.0),
        sparse.csr_matrix((n, 1)),
        ["a"],
        np.zeros((n, 1)),
        [Cut(i, 0, 4, 200) for i in range(n)],
    )


def test_calibration_finds_the_slope_it_was_made_with() -> None:
    rng = np.random.default_rng(5)
    found = _counted([_window("a", "human")] * 3000 + [_window("b", "ai")] * 3000)
    raw = np.concatenate([rng.normal(-1, 1, 3000), rng.normal(1, 1, 3000)])
    kept = calibrate(found, raw)
    odds = kept.apply(np.array([1.0]), np.array([200.0]))
    assert odds[0] == pytest.approx(2.0, abs=0.15)
    log_odds = kept.apply(raw, found.n_words)
    assert calibration_error(found.labels, log_odds) < 0.02


def test_the_layer_has_the_share_that_sources_not_seen_want() -> None:
    windows = [
        replace(_window(corpus, label), target=200)
        for corpus in ("biscope", "liang", "persuasion")
        for label in ["human"] * 40 + ["ai"] * 40
    ]
    found, folds = _counted(windows), plan_folds(windows)
    sure, guess = found.labels - 0.5, np.random.default_rng(3).normal(0, 1, len(windows))
    assert best_share(found, np.array([sure, guess]), folds) == 0.0
    assert best_share(found, np.array([0.02 * guess, sure]), folds) == 0.25
    assert best_share(found, np.array([guess, sure]), folds) == 1.0
    # What the test split wants does not count.
    tested = replace(found, windows=[replace(window, split="test") for window in windows])
    mixed = replace(found, windows=found.windows[:120] + tested.windows[120:])
    flipped = np.where(np.arange(240) < 120, 1.0, -1.0)
    assert best_share(mixed, np.array([guess, sure * flipped]), folds) == 1.0


def test_conformal_quantile_keeps_its_promise() -> None:
    assert conformal(np.arange(99.0), 0.01) == 98
    assert conformal(np.arange(1000.0), 0.01) == 990


def test_windows_are_sums_of_pieces() -> None:
    texts = [_window("a", "ai", 400, str(i)) for i in range(30)]
    pieces = count_pieces(texts)
    assert [len(found) for found in pieces.pieces] == [8] * 30
    cuts = training_cuts(pieces, range(30), most=2)
    counted = count_cuts(pieces, cuts)
    column = counted.grams.index("NN")
    assert counted.counts[:, column].toarray().ravel().tolist() == counted.n_words.tolist()
    assert all(cut.last - cut.first <= 8 for cut in cuts)


def test_windows_to_train_on_have_as_many_lengths_as_asked_and_stay_in_their_text() -> None:
    texts = [_window("a", "ai", n_words, str(i)) for i, n_words in enumerate((400, 150, 50) * 10)]
    pieces = count_pieces(texts, min_documents=1)
    one = training_cuts(pieces, range(30), 6)
    two = training_cuts(pieces, range(30), 6, 2)
    for text in range(30):
        room = len(pieces.pieces[text])
        own = [cut for cut in two if cut.text == text]
        lengths = {cut.last - cut.first for cut in own}
        assert len(lengths) == (2 if room > 2 else 1)
        assert all(0 <= cut.first < cut.last <= room for cut in own)
        for length in lengths:
            spans = sorted((c.first, c.last) for c in own if c.last - c.first == length)
            assert all(before[1] <= after[0] for before, after in pairwise(spans))
        assert {cut for cut in one if cut.text == text} <= set(own)


def test_short_windows_of_an_evaluation_lie_in_the_long_one() -> None:
    pieces = count_pieces([_window("a", "ai", 500)], min_documents=1)
    cuts = {cut.target: cut for cut in evaluation_cuts(pieces, 0)}
    assert set(cuts) == {0, 50, 100, 200, 400}
    assert cuts[200].first == cuts[50].first <= cuts[100].first < cuts[200].last


def test_views_are_scaled_apart() -> None:
    matrix = sparse.csr_matrix(np.array([[3.0, 4.0, 5.0]], dtype=np.float32))
    found = weigh(matrix, np.ones(3), np.array([False, False, True])).toarray()[0]
    assert found.tolist() == pytest.approx([0.6, 0.8, 1.0])


def test_area_under_the_curve_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(3)
    labels, scores = rng.integers(0, 2, 200), rng.normal(size=200).round(1)
    assert auroc(labels, scores) == pytest.approx(roc_auc_score(labels, scores))
    assert np.isnan(auroc(np.ones(3, dtype=int), np.zeros(3)))


def test_recall_at_a_rate() -> None:
    labels = np.array([0] * 100 + [1] * 4)
    scores = np.array([*range(100), 50, 98.5, 100, 101], dtype=float)
    assert recall_at(labels, scores, 0.01) == 0.75
