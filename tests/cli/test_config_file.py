"""Configuration is strict, and the nearest file wins whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from slopscan.config.keys import OUTPUT_FORMATS, Config
from slopscan.config.load import find_config, load_config
from slopscan.config.patterns import matches
from slopscan.config.profiles import profiles
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
        select=("contrast",),
        ignore=("tricolon",),
        extend_select=("em-dash-density",),
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
        ("zzz = 1", 'unknown key "zzz"', "known keys: extend, select"),
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


def test_an_extended_file_is_replaced_key_by_key_and_joined_where_it_adds(tmp_path: Path) -> None:
    written(
        tmp_path,
        """
        select = ["contrast"]
        preview = true
        extend-ignore = ["tricolon"]
        [per-file-ignores]
        "a.md" = ["claims"]
        """,
        "base.toml",
    )
    (tmp_path / "docs").mkdir()
    path = written(
        tmp_path / "docs",
        """
        extend = "../base.toml"
        select = ["claims"]
        extend-ignore = ["litotes"]
        [per-file-ignores]
        "b.md" = ["figures"]
        """,
    )
    config = load_config(path)
    assert (config.select, config.preview) == (("claims",), True)
    assert config.extend_ignore == ("tricolon", "litotes")
    patterns = [(line.pattern, line.folder.resolve()) for line in config.per_file_ignores]
    assert patterns == [("a.md", tmp_path), ("b.md", tmp_path / "docs")]
    assert config.origin("select") == str(path)
    assert config.origin("preview").endswith("base.toml")
    assert config.origin("fail_on") == "default"


def test_a_file_may_not_extend_itself(tmp_path: Path) -> None:
    written(tmp_path, 'extend = "slopscan.toml"', "base.toml")
    path = written(tmp_path, 'extend = "base.toml"')
    with pytest.raises(ConfigError, match="extends itself"):
        load_config(path)


@pytest.mark.parametrize(
    ("text", "what", "fix"),
    [
        ("genre = 'fictoin'", "\"genre\" cannot be 'fictoin'", 'did you mean "fiction"?'),
        ("per-file-genre = 'x'", '"per-file-genre" must be a table', "[per-file-genre]"),
        ("[per-file-genre]\n'a' = 'x'", "\"per-file-genre.a\" cannot be 'x'", "use one of essay"),
        ("[per-file-ignores]\n'a' = 'x'", '"per-file-ignores.a" must be a list', ""),
        ("baseline = 3", '"baseline" must be a path', ""),
        ("extend = 'none.toml'", "cannot be read", "name an existing file"),
    ],
)
def test_mistakes_in_the_longer_keys(tmp_path: Path, text: str, what: str, fix: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(written(tmp_path, text))
    assert what in caught.value.what
    assert fix in caught.value.fix


@pytest.mark.parametrize(
    ("pattern", "path", "is_meant"),
    [
        ("*.md", "a.md", True),
        ("*.md", "deep/er/a.md", True),
        ("docs/*.md", "docs/a.md", True),
        ("docs/*.md", "docs/b/a.md", False),
        ("docs/**", "docs/b/a.md", True),
        ("**/notes.md", "notes.md", True),
        ("docs/**/x.md", "docs/x.md", True),
        ("docs", "docs/b/a.md", True),
        ("docs/", "docs/a.md", True),
        ("doc", "docs/a.md", False),
        ("a?.md", "ab.md", True),
        ("a[1].md", "a[1].md", True),
        ("*.md", "../a.md", False),
    ],
)
def test_patterns_of_paths(tmp_path: Path, pattern: str, path: str, is_meant: bool) -> None:
    folder = tmp_path / "root"
    folder.mkdir()
    name = tmp_path / "a.md" if path.startswith("..") else folder / path
    assert matches(pattern, name, folder) is is_meant


def test_every_habit_of_a_genre_is_a_rule_or_family() -> None:
    from slopscan.catalogue.load import known_names, load_catalogue

    known = known_names(load_catalogue())
    for profile in profiles().values():
        assert profile.title and profile.reference
        for habit in profile.leave_out:
            assert habit.because
            assert set(habit.names) <= known, profile.name


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
    assert OUTPUT_FORMATS == FORMATS
