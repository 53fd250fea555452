"""The pipeline loads from the package alone and refuses what it cannot vouch for."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from slopscan.errors import ArtefactError, SlopscanError
from slopscan.nlp.load import PIPELINE_ROOT, load_pipeline, read_manifest


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    root = tmp_path / "en_slopscan"
    shutil.copytree(PIPELINE_ROOT, root)
    return root


def test_importing_the_loader_does_not_import_spacy() -> None:
    code = "import sys, slopscan.nlp.load; print('spacy' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"


def test_pipes_have_their_names(nlp) -> None:  # type: ignore[no-untyped-def]
    assert nlp.pipe_names == [
        "tok2vec",
        "tagger",
        "morphologizer",
        "senter",
        "parser",
        "lemmatizer",
    ]
    assert nlp.meta["name"] == "en_slopscan"


def test_manifest_names_licence_data_and_scores() -> None:
    manifest = read_manifest()
    assert manifest["license"] == "CC BY-SA 4.0"
    assert {"weights.npz", "pipeline.json", "lemmas.json", "LICENSE"} == set(manifest["files"])
    assert manifest["scores"]["ewt-test"]["las"] > 83
    assert any("EWT" in data["name"] for data in manifest["training_data"])


def test_weights_stay_under_twelve_megabytes() -> None:
    assert sum(path.stat().st_size for path in PIPELINE_ROOT.iterdir()) < 12_000_000


def test_altered_file_is_named(copy: Path) -> None:
    data = bytearray((copy / "weights.npz").read_bytes())
    data[1000] ^= 1
    (copy / "weights.npz").write_bytes(data)
    with pytest.raises(ArtefactError, match=r"altered") as caught:
        load_pipeline(copy)
    assert caught.value.where.endswith("weights.npz")
    assert "reinstall" in caught.value.fix


def test_missing_file_is_named(copy: Path) -> None:
    (copy / "lemmas.json").unlink()
    with pytest.raises(SlopscanError, match=r"missing"):
        load_pipeline(copy)


def test_missing_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(SlopscanError, match=r"no manifest"):
        load_pipeline(tmp_path)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [("spacy_version", ">=9.0", "needs spaCy >=9.0"), ("format", 99, "format 99")],
)
def test_unsupported_versions_are_refused(
    copy: Path, key: str, value: object, message: str
) -> None:
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf8"))
    manifest[key] = value
    (copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf8")
    with pytest.raises(ArtefactError, match=message):
        load_pipeline(copy)


def test_folder_holds_no_pickle_and_no_code() -> None:
    assert {path.suffix for path in PIPELINE_ROOT.iterdir()} == {".json", ".npz", ""}
