"""Configuration is strict, and the nearest file wins whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from slopscan.config import Config, find_config, load_config
from slopscan.errors import ConfigError
from slopscan.outputs import FORMATS


def written(folder: Path, text: str, name: str = "slopscan.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_every_key_is_read(tmp_path: Path) -> None:
    text = """
    select = ["contrast"]
    ignore = ["tricolon"]
    extend-select = ["em-dash-density"]
    preview = true
    fail-on = "note"
    include = ["quotes"]
    output-format = "concise"
    """
    path = written(tmp_path, text)
    assert load_config(path) == Config(
        ("contrast",),
        ("tricolon",),
        ("em-dash-density",),
        preview=True,
        fail_on="note",
        include=("quotes",),
        output_format="concise",
        path=path,
    )


@pytest.mark.parametrize(
    ("text", "what", "fix"),
    [
        ("sellect = []", 'unknown key "sellect"', 'did you mean "select"?'),
        ("fail_on = 'note'", 'unknown key "fail_on"', 'did you mean "fail-on"?'),
        ("zzz = 1", 'unknown key "zzz"', "known keys: select"),
        ("preview = 1", '"preview" must be true or false', ""),
        ("select = 'contrast'", '"select" must be a list of strings', ""),
        ("fail-on = 'fatal'", "\"fail-on\" cannot be 'fatal'", "use one of note, warning"),
        ("include = ['code']", "\"include\" cannot be 'code'", "quotes"),
        ("= 3", "is not TOML", "mend"),
    ],
)
def test_mistakes_name_the_file_and_the_remedy(
    tmp_path: Path, text: str, what: str, fix: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert what in caught.value.what
    assert fix in caught.value.fix
    assert caught.value.where == str(path)


def test_nearest_file_wins_and_slopscan_toml_comes_before_pyproject(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    far = written(tmp_path, "preview = true")
    assert find_config(inner) == far
    written(tmp_path / "a", "[project]\nname = 'x'", "pyproject.toml")
    assert find_config(inner) == far
    near = written(tmp_path / "a", "[tool.slopscan]\npreview = false", "pyproject.toml")
    assert find_config(inner) == near
    nearest = written(tmp_path / "a", "")
    assert find_config(inner) == nearest


def test_known_formats_are_those_of_the_outputs() -> None:
    from slopscan.config import OUTPUT_FORMATS

    assert OUTPUT_FORMATS == FORMATS
