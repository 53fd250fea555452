"""`slopscan train` on small corpora of our own: two styles that nobody writes in."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest

from slopscan import scan_text
from slopscan.cli.app import main
from slopscan.errors import InputError
from slopscan.training import train as training
from slopscan.training.dataset import Window
from slopscan.training.rows import read_rows, split_of
from slopscan.training.splits import FOLDS, plan_folds

NOUNS = (
    *("gate", "pump", "boat", "shed", "letter", "road", "field"),
    *("kettle", "roof", "bridge", "garden", "winter", "market", "river"),
)
PLAIN = (
    "I didn't fix the {0} till Sunday.",
    "We'd left the {0} by the {1}, so it got wet.",
    "He said it wasn't his {0}, and I told him it was.",
    "There's a {0} behind the {1} if you look.",
    "That was the year the {0} went, and nobody missed it.",
)
POLISHED = (
    "The {0} stands as a powerful reminder of the {1}, reflecting a deeper connection.",
    "Moreover, the {0} plays a crucial role in shaping the {1}, fostering resilience and growth.",
    "Ultimately, understanding the {0} is essential for preserving the {1}.",
    "It is not merely a {0}, but a testament to the enduring value of the {1}.",
    "By embracing the {0}, communities can navigate the complexities of the {1}.",
)


def prose(style: tuple[str, ...], seed: str, n_sentences: int = 14) -> str:
    rng = random.Random(seed)
    return " ".join(rng.choice(style).format(*rng.sample(NOUNS, 2)) for _ in range(n_sentences))


def write_corpus(folder: Path, name: str, n_texts: int, labels: str = "ha") -> None:
    rows = []
    for number in range(n_texts):
        for label in labels:
            style = PLAIN if label == "h" else POLISHED
            text = prose(style, f"{name}{label}{number}", 24 if label == "h" else 16)
            rows.append(
                {
                    "text": text,
                    "label": "human" if label == "h" else "ai",
                    "genre": "letters",
                    "prompt_id": f"{name}-{number}",
                }
            )
    with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in rows)


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpora")
    for name in ("alpha", "beta", "gamma"):
        write_corpus(folder, name, 50)
    return folder


def test_a_model_of_ones_own_from_corpus_to_scan(
    corpora: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = tmp_path / "house"
    command = ["train", "--corpus", str(corpora), "-o", str(out), "--cache", str(tmp_path / "c")]
    assert main(command) == 0
    told = capsys.readouterr()
    assert "on sources it had not seen" in told.out
    assert "model written to" in told.err
    figures = json.loads((out / "evaluation.json").read_text())
    assert set(figures["train_dev"]["folds"]) == {"summary", "alpha", "beta", "gamma"}
    assert figures["train_dev"]["folds"]["summary"]["worst_auroc"] > 0.95
    # A source is shown alone on either side, though one side has few texts of it.
    alone = {side: set(figures[side]["sources_with_both_labels"]) for side in ("train_dev", "test")}
    assert alone["test"] == alone["train_dev"] == {"alpha", "beta", "gamma"}
    known = figures["known_sources"]["all"]
    assert 0 < known["n_human"] + known["n_model"] < 100  # of 300, those not trained on
    polished = scan_text(prose(POLISHED, "new"), model=out).verdict
    plain = scan_text(prose(PLAIN, "new", 30), model=out).verdict
    assert polished is not None
    assert plain is not None
    assert polished.log_odds is not None
    assert plain.log_odds is not None
    assert polished.log_odds > 0 > plain.log_odds
    # From the cache, without a parse, the same bytes come out.
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    monkeypatch.setattr(training, "parsed_passages", _no_parse)
    assert main([*command, "--quiet"]) == 0
    assert {path.name: path.read_bytes() for path in out.iterdir()} == first


def _no_parse(plan: object, nlp: object) -> None:
    raise AssertionError("parsed again")


def test_an_interrupted_parse_goes_on(
    corpora: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "CHUNK", 100)
    seen: list[int] = []
    whole = training.parsed_passages

    def breaking(plan: Any, nlp: Any) -> Any:
        seen.append(len(plan))
        if len(seen) == 3:
            raise KeyboardInterrupt
        return whole(plan, nlp)

    monkeypatch.setattr(training, "parsed_passages", breaking)
    silent = training.Reporter(lambda _: None, lambda _: None)
    with pytest.raises(KeyboardInterrupt):
        training.parsed(corpora, tmp_path, silent)
    found = training.parsed(corpora, tmp_path, silent)
    assert len(found) == 300
    assert seen == [100, 100, 100, 100]
    again = training.parsed(corpora, tmp_path, silent)
    assert [_words(text) for text in again] == [_words(text) for text in found]
    assert len(seen) == 4


def _words(text: Window) -> tuple[str, list[tuple[str, ...]]]:
    return text.doc_id, [sentence.words for sentence in text.sentences]


def test_too_little_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()
    write_corpus(tmp_path / "in", "few", 4)
    assert main(["train", "--corpus", str(tmp_path / "in"), "-o", str(tmp_path / "out"), "-q"]) == 2
    told = capsys.readouterr().err
    assert "too few texts" in told
    assert "100 of each" in told


@pytest.mark.parametrize("where", ["nowhere", "empty"])
def test_a_folder_without_corpora_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], where: str
) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["train", "--corpus", str(tmp_path / where), "-o", str(tmp_path / "out")]) == 2
    assert "error:" in capsys.readouterr().err


def test_a_folder_that_is_no_model_is_not_written_over(
    corpora: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    assert main(["train", "--corpus", str(corpora), "-o", str(tmp_path)]) == 2
    assert "no model" in capsys.readouterr().err


ROWS = (
    ('{"text": "a", "label": "human"}', None),
    ('{"text": "a"}', "label"),
    ('{"label": "ai"}', "text"),
    ('{"text": "a", "label": "ai", "split": "val"}', "split"),
    ("[1]", "not a JSON object"),
    ("{", "Expecting property name"),
    ("", None),
)


def test_bad_rows_are_named_and_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("\n".join(row for row, _ in ROWS))
    told: list[str] = []
    found = list(read_rows(tmp_path, tell=told.append))
    assert [row["id"] for row in found] == ["a-1"]
    assert found[0]["source"] == "a"
    expected = [(n, why) for n, (_, why) in enumerate(ROWS, start=1) if why]
    assert len(told) == len(expected)
    for line, (number, why) in zip(told, expected, strict=True):
        assert f"a.jsonl:{number}: " in line
        assert why in line
    with pytest.raises(InputError, match="label"):
        list(read_rows(tmp_path))


def test_a_broken_archive_keeps_what_came_before(tmp_path: Path) -> None:
    row = json.dumps({"text": "word " * 50, "label": "ai"})
    packed = gzip.compress("\n".join([row] * 2000).encode())
    (tmp_path / "a.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    told: list[str] = []
    found = list(read_rows(tmp_path, tell=told.append))
    assert 0 < len(found) < 2000
    assert "cannot be read on" in told[-1]


def test_texts_on_one_prompt_share_a_split() -> None:
    splits = [split_of(f"prompt {number}") for number in range(2000)]
    assert splits == [split_of(f"prompt {number}") for number in range(2000)]
    assert 0.77 < splits.count("train") / 2000 < 0.83
    assert 0.08 < splits.count("test") / 2000 < 0.12


def _text(corpus: str, label: str, genre: str, doc: str = "d") -> Window:
    return Window(doc, corpus, corpus, genre, label, "train", "", "", "", None, 0, [])


def test_known_sources_keep_their_folds() -> None:
    texts = [
        _text(c, "ai", "essay") for c in ("biscope", "slop_score", "persuasion", "alpaca_eval")
    ]
    texts += [_text(c, "human", "essay") for c in ("biscope", "cc_fiction", "ud_ewt")]
    texts += [_text(c, "human", "essay") for c in ("modern_fiction_novels", "formal_brown")]
    found = plan_folds(texts)
    assert {name: found.of_corpus[name] for name in ("cc_fiction", "ud_ewt")} == {
        "cc_fiction": "fiction",
        "ud_ewt": "questions",
    }
    assert found.names == tuple(name for name in FOLDS if name in found.of_corpus.values())


def test_human_sources_join_models_of_their_genre() -> None:
    texts = [_text(f"m-{g}", "ai", g) for g in ("essay", "news", "fiction")]
    texts += [_text(f"h-{g}", "human", g) for g in ("essay", "news", "fiction")]
    texts += [_text("h-more", "human", "news")]
    found = plan_folds(texts)
    assert found.by_source
    for genre in ("essay", "news", "fiction"):
        assert found.of_corpus[f"h-{genre}"] == found.of_corpus[f"m-{genre}"]
    assert found.of_corpus["h-more"] == "m-news"


def test_sources_of_one_known_fold_are_held_out_one_by_one() -> None:
    names = ("liang", "rexshijaku", "sherbold")
    texts = [_text(name, label, "essay") for name in names for label in ("ai", "human")]
    assert plan_folds(texts).names == names


def test_few_sources_are_held_out_by_text() -> None:
    texts = [_text("one", label, "essay", f"{n}") for n in range(50) for label in ("ai", "human")]
    found = plan_folds(texts)
    assert not found.by_source
    assert {found.of(text) for text in texts} == set(found.names)
    assert found.of(_text("one", "ai", "essay", "7#passage2")) == found.of(texts[14])
