"""The shipped model: intact, additive, and silent where it should be."""

from __future__ import annotations

import json
import random
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from slopscan.document import Block, BlockKind, Document, Region, RegionKind, Source
from slopscan.errors import ArtefactError
from slopscan.features.families import SCHEMA
from slopscan.features.view import SentenceView, sentences_of
from slopscan.model import decide, infer
from slopscan.model.artefact import Model, load_model, shipped
from slopscan.model.check import check_model
from slopscan.model.manifest import write_manifest
from slopscan.nlp.load import load_pipeline
from slopscan.readers import parse
from slopscan.spans import OffsetMap, Piece, prose_span, source_span
from slopscan.verdict import Verdict

FOLDER = shipped()


def _golden() -> dict[str, str]:
    lines = (FOLDER / "golden.jsonl").read_text(encoding="utf8").splitlines()
    return {row["name"]: row["text"] for row in map(json.loads, lines)}


GOLDEN = _golden()
COLOURS = ("enamel paint", "oil paint", "chalk", "masonry paint", "wood stain", "primer")


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model()


@pytest.fixture(scope="module")
def parsed() -> dict[str, list[SentenceView]]:
    nlp = load_pipeline()
    return {name: list(sentences_of(nlp(text))) for name, text in GOLDEN.items()}


def _document(text: str, kind: BlockKind = BlockKind.PARAGRAPH) -> Document:
    block = Block(kind, prose_span(0, len(text)))
    return Document(
        Source("x.txt", text), text, (block,), OffsetMap((Piece(0, len(text), 0, len(text)),))
    )


def _judge(model: Model, sentences: list[SentenceView], text: str) -> Verdict:
    return decide.judge(model, sentences, _document(text))


def test_golden_texts_score_as_recorded() -> None:
    assert set(check_model()) == set(GOLDEN)


def test_folder_is_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 9_000_000


@pytest.mark.parametrize("name", sorted(set(GOLDEN) - {"too-short"}))
def test_contributions_add_up(
    model: Model, parsed: dict[str, list[SentenceView]], name: str
) -> None:
    found = _judge(model, parsed[name], GOLDEN[name])
    assert found.log_odds is not None
    total = sum(item.log_odds for item in found.contributions)
    assert total == pytest.approx(found.log_odds, abs=1e-5)
    assert found.probability == pytest.approx(infer.probability(found.log_odds))
    assert found.interval is not None
    assert found.interval[0] <= found.probability <= found.interval[1]
    assert len(found.heat) == len(parsed[name])


@pytest.mark.parametrize("name", sorted(set(GOLDEN) - {"too-short"}))
def test_named_measures_speak_as_their_averages_do(
    model: Model, parsed: dict[str, list[SentenceView]], name: str
) -> None:
    found = _judge(model, parsed[name], GOLDEN[name])
    named = {c.name: c for c in found.contributions if c.value is not None}
    assert len(named) >= 15
    for column, feature in enumerate(SCHEMA.features):
        reason = named.get(feature.name)
        if reason is None or abs(reason.log_odds) < 0.05 or reason.value is None:
            continue
        human = float(model.arrays["human_means"][column])
        other = float(model.arrays["model_means"][column])
        nearer_to_models = abs(reason.value - other) < abs(reason.value - human)
        beyond = (reason.value - other) * (other - human) > 0
        assert (reason.log_odds > 0) == (nearer_to_models or beyond), reason.label
        assert reason.reference == pytest.approx(human)


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_the_verdict_is_the_same_without_its_reasons(
    model: Model, parsed: dict[str, list[SentenceView]], name: str
) -> None:
    document = _document(GOLDEN[name])
    whole = decide.judge(model, parsed[name], document)
    bare = decide.judge(model, parsed[name], document, reasons=False)
    assert bare.contributions == bare.heat == ()
    assert bare.log_odds == pytest.approx(whole.log_odds, abs=1e-9)
    assert bare.probability == pytest.approx(whole.probability, abs=1e-9)
    assert (bare.abstained, bare.flagged) == (whole.abstained, whole.flagged)


def test_long_text_is_the_average_of_its_chunks(
    model: Model, parsed: dict[str, list[SentenceView]]
) -> None:
    one = infer.score(model, parsed["plain-repair"])
    many = infer.score(model, parsed["plain-repair"] * 12)
    assert many.raw == pytest.approx(one.raw, abs=1.5)
    assert many.raw == pytest.approx(
        model.intercept
        + many.joint
        - float((many.of_factors * model.layer.means).sum())
        + many.gram_parts.sum()
        + many.dense_parts.sum(),
        abs=1e-4,
    )


def test_polished_essay_scores_above_plain_repair(
    model: Model, parsed: dict[str, list[SentenceView]]
) -> None:
    essay = _judge(model, parsed["polished-essay"], GOLDEN["polished-essay"])
    plain = _judge(model, parsed["plain-repair"], GOLDEN["plain-repair"])
    assert essay.log_odds is not None
    assert plain.log_odds is not None
    assert essay.log_odds > 0 > plain.log_odds


def test_short_text_has_log_odds_but_no_probability(
    model: Model, parsed: dict[str, list[SentenceView]]
) -> None:
    found = _judge(model, parsed["too-short"], GOLDEN["too-short"])
    assert found.probability is None
    assert found.abstained is not None
    assert found.abstained.startswith("too short")
    assert found.log_odds is not None
    assert not found.flagged


def test_abstains_on_other_languages(model: Model) -> None:
    german = "Der Kessel steht auf dem Herd und die Katze liegt daneben in der Sonne. " * 12
    greek = (
        "\u039f \u03bb\u03cd\u03ba\u03bf\u03c2 \u03ba\u03b1\u03b9 \u03b7 \u03b3\u03ac\u03c4\u03b1 "
        * 40
    )
    for text, reason in ((german, "not English"), (greek, "not in English")):
        found = decide.why_abstain(model, [], _document(text))
        assert found is not None
        assert found.startswith(reason)


def test_a_list_is_called_a_list_and_not_a_foreign_language(model: Model) -> None:
    items = "\n".join(f"- {a} {b}" for a in ("red", "green", "blue") for b in COLOURS)
    listed = parse(Source("t.md", f"# Paints\n\nWe sell these.\n\n{items}\n"))
    found = decide.why_abstain(model, [], listed)
    assert found is not None
    assert found.startswith("mostly lists")
    bare = decide.why_abstain(model, [], parse(Source("t.md", items)))
    assert bare is not None
    assert bare.startswith("mostly lists")


def test_abstains_on_verse_and_code(model: Model) -> None:
    verse = _document(
        "The kettle sang of the rain and of the sea in a low voice. " * 8, BlockKind.VERSE
    )
    assert decide.why_abstain(model, [], verse) == "verse"
    code = replace(
        _document("Run the script."), regions=(Region(RegionKind.CODE, source_span(0, 400)),)
    )
    assert decide.why_abstain(model, [], code) == "mostly code"


def test_abstains_on_text_unlike_any_prose(model: Model) -> None:
    words = GOLDEN["polished-essay"].replace(".", "").split()
    random.Random(4).shuffle(words)
    shuffled = " ".join(words)
    found = _judge(model, list(sentences_of(load_pipeline()(shuffled))), shuffled)
    assert found.probability is None
    assert found.abstained is not None
    assert found.abstained.startswith("unlike the prose")
    assert found.above_humans is None
    assert found.log_odds is not None


def test_golden_prose_is_not_novel(model: Model, parsed: dict[str, list[SentenceView]]) -> None:
    assert 0.15 < model.most_novelty < 0.4
    assert all(infer.score(model, s).novelty < model.most_novelty for s in parsed.values())


def test_share_below_is_a_mid_rank() -> None:
    percentiles = [float(n) for n in range(101)]
    assert infer.share_below(percentiles, -1.0) == 0.0
    assert infer.share_below(percentiles, 50.0) == pytest.approx(0.5)
    assert infer.share_below(percentiles, 1000.0) == 1.0
    assert infer.share_below([0.0] * 101, 0.0) == pytest.approx(0.5)


def test_rank_among_human_texts_follows_the_score(
    model: Model, parsed: dict[str, list[SentenceView]]
) -> None:
    essay = _judge(model, parsed["polished-essay"], GOLDEN["polished-essay"])
    plain = _judge(model, parsed["plain-repair"], GOLDEN["plain-repair"])
    assert essay.above_humans is not None
    assert plain.above_humans is not None
    assert essay.above_humans > 0.95 > plain.above_humans
    at_threshold = infer.above_humans(model, model.threshold, 200)
    assert at_threshold >= 0.98
    ranks = [infer.above_humans(model, odds, 200, "essay") for odds in (-9.0, -3.0, 0.0, 9.0)]
    assert ranks == sorted(ranks)


def test_rank_is_among_texts_of_a_genre_where_they_were_measured(model: Model) -> None:
    # Manuals by people score higher than stories by people, so one score ranks lower among them.
    among_manuals, among_stories, of_all, unknown = (
        infer.above_humans(model, -1.0, 300, genre) for genre in ("docs", "fiction", "", "sonnet")
    )
    assert among_manuals < of_all == unknown < among_stories
    assert infer.ranks_in(model, "docs", 1500)
    assert not infer.ranks_in(model, "sonnet", 1500)
    # Short posts alone were measured: a long one is not ranked among them.
    assert infer.ranks_in(model, "forum", 110)
    assert not infer.ranks_in(model, "forum", 1500)


def test_reasons_rank_their_value_among_human_texts(
    model: Model, parsed: dict[str, list[SentenceView]]
) -> None:
    found = _judge(model, parsed["polished-essay"], GOLDEN["polished-essay"])
    ranked = [item for item in found.contributions if item.percentile is not None]
    assert len(ranked) >= 15
    for item in ranked:
        assert item.percentile is not None
        word = "higher than in" if round(100 * item.percentile) > 50 else "lower than in"
        assert word in item.label


def test_altered_file_is_refused(tmp_path: Path) -> None:
    copy = tmp_path / "m"
    shutil.copytree(FOLDER, copy)
    with (copy / "vocabulary.txt").open("a", encoding="utf8") as out:
        out.write("zzz\n")
    with pytest.raises(ArtefactError, match="altered"):
        load_model(copy)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("protocol", 99, "protocol 99"),
        ("schema_digest", "0", "other features"),
        ("pipeline", {"manifest_sha256": "0"}, "another parser"),
        ("intercept", None, '"intercept"'),
        ("calibration", {"slope": "1"}, '"calibration.slope"'),
        ("spread", [], '"spread.between_sources"'),
        ("default_point", "loose", '"operating_points"'),
        ("files", {"../../etc/passwd": "0"}, '"files"'),
        ("human_log_odds", {"lengths": {"100": [0.0]}, "genres": {}}, "human_log_odds.lengths"),
        ("human_log_odds", {"lengths": {}, "genres": {}}, "human_log_odds.lengths"),
    ],
)
def test_foreign_manifest_is_refused(tmp_path: Path, key: str, value: object, message: str) -> None:
    copy = tmp_path / "m"
    shutil.copytree(FOLDER, copy)
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf8"))
    (copy / "manifest.json").write_text(json.dumps({**manifest, key: value}), encoding="utf8")
    with pytest.raises(ArtefactError, match=message):
        load_model(copy)


def test_arrays_that_are_no_archive_are_refused(tmp_path: Path) -> None:
    copy = tmp_path / "m"
    shutil.copytree(FOLDER, copy)
    (copy / "arrays.npz").write_bytes(b"PK\x03\x04 and no more")
    write_manifest(copy, json.loads((copy / "manifest.json").read_text(encoding="utf8")))
    with pytest.raises(ArtefactError, match="cannot be read"):
        load_model(copy)


def test_pickled_arrays_are_refused(tmp_path: Path) -> None:
    copy = tmp_path / "m"
    shutil.copytree(FOLDER, copy)
    with np.load(copy / "arrays.npz") as stored:
        arrays = dict(stored)
    np.savez(copy / "arrays.npz", **{**arrays, "idf": np.array([{"a": 1}], dtype=object)})
    write_manifest(copy, json.loads((copy / "manifest.json").read_text(encoding="utf8")))
    with pytest.raises(ArtefactError, match="cannot be read"):
        load_model(copy)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (np.zeros((3, 4), dtype=np.int8), "factors of 3 runs"),
        (np.zeros((3, 4)), "no table of 8 bits"),
        (np.zeros(3, dtype=np.int8), "no table of 8 bits"),
        (np.array([{"a": 1}], dtype=object), "cannot be read"),
    ],
)
def test_factors_of_another_shape_or_kind_are_refused(
    tmp_path: Path, table: npt.NDArray[Any], message: str
) -> None:
    copy = tmp_path / "m"
    shutil.copytree(FOLDER, copy)
    np.save(copy / "factors.npy", table)
    write_manifest(copy, json.loads((copy / "manifest.json").read_text(encoding="utf8")))
    with pytest.raises(ArtefactError, match=message):
        load_model(copy)


def test_results_name_a_model_of_ones_own_by_its_digest(tmp_path: Path) -> None:
    copy = tmp_path / "house"
    shutil.copytree(FOLDER, copy)
    assert load_model().label == load_model().id
    assert load_model(copy).label.startswith(f"{load_model().id}-")


def test_missing_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError) as caught:
        load_model(tmp_path)
    assert caught.value.fix
