"""The wheel carries the catalogue, and an installation of it finds every rule."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(out), str(ROOT)],
        check=True,
        capture_output=True,
        text=True,
    )
    (built,) = out.glob("*.whl")
    return built


def test_wheel_installed_elsewhere_loads_every_rule_of_the_checkout(
    wheel: Path, tmp_path: Path
) -> None:
    expected = len(list((ROOT / "lexicons").glob("*/*.toml")))
    environment = tmp_path / "env"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    python = environment / "bin" / "python"
    # The light layer needs only `regex` and `tomli`; spaCy and the rest are not installed here.
    light = ["regex", *(["tomli"] if sys.version_info < (3, 11) else [])]
    subprocess.run(
        [str(python), "-m", "pip", "install", "--quiet", *light], check=True, capture_output=True
    )
    subprocess.run(
        [str(python), "-m", "pip", "install", "--quiet", "--no-deps", str(wheel)],
        check=True,
        capture_output=True,
    )
    code = "from slopscan.catalogue.load import load_catalogue; print(len(load_catalogue().rules))"
    done = subprocess.run(
        [str(python), "-c", code], check=True, capture_output=True, text=True, cwd=tmp_path
    )
    assert int(done.stdout) == expected > 0


def test_wheel_has_no_tests_and_stays_under_its_size_budget(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert any(name.startswith("slopscan/_lexicons/lists/") for name in names)
    assert "slopscan/_evidence/rates.json" in names
    for name in ("page.css", "page.js", "result.schema.json"):
        assert f"slopscan/outputs/{name}" in names
    assert not any(name.startswith(("tests/", "benchmarks/")) for name in names)
    assert wheel.stat().st_size < 25 * 2**20
