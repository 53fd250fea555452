"""Whatever a configuration file holds, it is read or it is a mistake told in words."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from slopscan.catalogue.load import load_catalogue
from slopscan.config.keys import KEYS, Config
from slopscan.config.load import load_config
from slopscan.errors import ConfigError, SlopscanError
from slopscan.scan import Resources
from slopscan.workspace import Overrides, Workspace

_NAMES = [
    "contrast",
    "negative-parallelism",
    "all",
    "shipped",
    "preview",
    "essay",
    "quotes",
    "json",
]
_PATTERNS = ["*.md", "docs/**", "**", "[", "[!", "]", "a\\", "/", "", "..", "?", "{a,b}", "\x00"]
_TEXTS = st.one_of(st.sampled_from(_NAMES), st.sampled_from(_PATTERNS), st.text(max_size=6))
_VALUES = st.recursive(
    st.one_of(st.booleans(), st.integers(), st.floats(), _TEXTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(_TEXTS, inner, max_size=3)
    ),
    max_leaves=5,
)
_FITTING = st.fixed_dictionaries(
    {},
    optional={
        "select": st.lists(st.sampled_from(_NAMES[:5]), max_size=3),
        "extend-ignore": st.lists(st.sampled_from(_NAMES[:3]), max_size=3),
        "preview": st.booleans(),
        "family-profile": st.booleans(),
        "genre": st.sampled_from(["essay", "chat", "essey"]),
        "fail-on": st.sampled_from(["note", "never", "often"]),
        "exclude": st.lists(_TEXTS, max_size=3),
        "extend": _TEXTS,
        "catalogue": st.lists(_TEXTS, max_size=2),
        "packs": st.lists(_TEXTS, max_size=2),
        "voice": _TEXTS,
        "per-file-ignores": st.dictionaries(_TEXTS, st.lists(st.sampled_from(_NAMES)), max_size=3),
        "per-file-genre": st.dictionaries(_TEXTS, st.sampled_from(["essay", "no"]), max_size=3),
    },
)
_ANY = st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=5)), _VALUES, max_size=4)
_TOML = st.one_of(
    st.one_of(_FITTING, _ANY),
    st.lists(
        st.sampled_from(
            ["[", "]", "[[", "=", '"', "'", '"""', "\n", "#", ",", "{", "}", ".", "1", "e", "-",
             "_", "select", "extend", "true", "1979-05-27", "07:32", "\\u0000", "\\",
             "\x00", "é", "[" * 9]
        ),
        max_size=30,
    ).map("".join),
)  # fmt: skip
_RESOURCES = Resources(load_catalogue())


def _written(table: dict[str, Any]) -> str:
    return "".join(f"{_text(key)} = {_value(value)}\n" for key, value in table.items())


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_text(k)} = {_value(v)}' for k, v in value.items())}}}"
    return str(value)


def _text(value: str) -> str:
    escaped = (c if c.isalnum() and c.isascii() else f"\\U{ord(c):08x}" for c in value)
    return f'"{"".join(escaped)}"'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("configuration")


@settings(max_examples=250, deadline=None)
@given(text=_TOML)
@example(text=f"a = {'[' * 3000}")
@example(text=f"a = {'9' * 5000}")
@example(text='extend = "\\u0000"')
@example(text='catalogue = ["\\u0000"]')
@example(text=f'extend = "{"x" * 5000}"')
@example(text=f'catalogue = ["{"x" * 5000}"]')
@example(text='extend = "slopscan.toml"')
@example(text="per-file-ignores = {'[' = ['all']}")
def test_it_is_read_or_told_in_words(folder: Path, text: str | dict[str, Any]) -> None:
    path = folder / "slopscan.toml"
    path.write_text(text if isinstance(text, str) else _written(text), encoding="utf-8")
    try:
        found = load_config(path)
        assert isinstance(found, Config)
        workspace = Workspace(Overrides(), config=path, resources=_RESOURCES)
        workspace.is_excluded(folder / "docs" / "a.md")
        workspace.resolve(folder / "docs" / "a.md")
    except SlopscanError as error:
        _check_message(error)


def _check_message(error: SlopscanError) -> None:
    assert error.what
    assert error.where or error.fix
    assert "Traceback" not in str(error)


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=60))
@example(data=b"\xff\xfe")
@example(data=b"\xed\xa0\x80")
def test_any_bytes_are_read_or_told_in_words(folder: Path, data: bytes) -> None:
    path = folder / "pyproject.toml"
    path.write_bytes(b"[tool.slopscan]\n" + data)
    try:
        load_config(path)
    except ConfigError as error:
        assert error.where == str(path) or str(folder) in error.where


@pytest.mark.parametrize("text", [f"a = {'[' * 3000}", f"a = {'9' * 5000}", 'voice = "\\u0000"'])
def test_the_command_tells_it_in_two_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    from slopscan.cli.start import main

    (tmp_path / "slopscan.toml").write_text(text, encoding="utf-8")
    (tmp_path / "a.md").write_text("Words.\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    said = io.StringIO()
    monkeypatch.setattr("sys.stderr", said)
    assert main(["scan", "a.md", "--no-parse"]) == 2
    assert "error" in said.getvalue()
    assert "internal error" not in said.getvalue()
    assert len(said.getvalue().splitlines()) <= 3
