"""The cache of the catalogue gives the same rules, and nothing in it is trusted blindly."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from slopscan.catalogue.load import Catalogue, load_catalogue, select
from slopscan.catalogue.packed import pack, unpack
from slopscan.catalogue.packs import Pack, with_packs
from slopscan.catalogue.rule import Rule
from slopscan.document import Source
from slopscan.matchers import cache
from slopscan.matchers.engine import Engine
from slopscan.matchers.prepared import Prepared
from slopscan.nlp.annotate import annotate
from slopscan.readers import parse
from slopscan.scan import is_string_rule

_HOUSE = Path(__file__).parent.parent.parent / "examples" / "house-rules"
posix = pytest.mark.skipif(sys.platform == "win32", reason="owners and modes of POSIX")


@pytest.fixture(scope="module")
def plain() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv(cache.FOLDER, str(folder))
    return folder


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Catalogue]:
    """A cache that holds the catalogue, and the catalogue out of it."""
    folder = tmp_path_factory.mktemp("home") / "cache"
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv(cache.FOLDER, str(folder))
        cache.shipped_catalogue("1")
        return folder, cache.shipped_catalogue("1")


def only_file(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def test_rules_out_of_the_cache_are_the_rules(
    plain: Catalogue, filled: tuple[Path, Catalogue]
) -> None:
    _, cached = filled
    assert (cached.digest, list(cached.rules)) == (plain.digest, list(plain.rules))
    assert cached.packs == plain.packs
    for name, rule in plain.rules.items():
        assert cached.rules[name].needs_parse == rule.needs_parse
        for field in fields(Rule):
            if field.compare:
                assert getattr(cached.rules[name], field.name) == getattr(rule, field.name)


def test_a_rule_makes_its_long_parts_when_asked(plain: Catalogue, tmp_path: Path) -> None:
    rule = next(iter(plain.rules.values()))
    made = unpack(json.loads(json.dumps(pack(rule, rule.path.parent))), rule.path.parent)
    with pytest.raises(AttributeError):
        object.__getattribute__(made, "flags")
    assert made.flags == rule.flags
    assert object.__getattribute__(made, "flags") == rule.flags
    with pytest.raises(AttributeError):
        made.unheard_of  # noqa: B018


@pytest.mark.parametrize("packs", [(), (Pack("house-rules", _HOUSE),)])
def test_findings_are_the_same_with_the_cache(
    plain: Catalogue, filled: tuple[Path, Catalogue], packs: tuple[Pack, ...]
) -> None:
    catalogues = [with_packs(catalogue, packs) for catalogue in (plain, filled[1])]
    assert isinstance(catalogues[1].prepared, Prepared)
    examples = [e.text for r in catalogues[0].rules.values() for e in (*r.flags, *r.passes)]
    engines = [
        Engine(filter(is_string_rule, catalogue.rules.values()), catalogue)
        for catalogue in catalogues
    ]
    n_hits = 0
    for start in range(0, len(examples), 100):
        text = "\n\n".join(examples[start : start + 100])
        (annotated,) = annotate([parse(Source("a.md", text))])
        expected, found = (engine.hits(annotated) for engine in engines)
        assert found == expected
        n_hits += sum(map(len, expected.values()))
    assert n_hits > len(examples) / 4


def test_a_selection_runs_no_other_rule(filled: tuple[Path, Catalogue]) -> None:
    _, cached = filled
    rules = [cached.rules["em-dash-density"]]
    (annotated,) = annotate([parse(Source("a.md", "One \u2014 two \u2014 a testament to three."))])
    assert list(Engine(rules, cached).hits(annotated)) == ["em-dash-density"]
    assert select(cached) == select(cached)


@pytest.mark.parametrize(
    "harm",
    [
        lambda content: b"",
        lambda content: content[:-40],
        lambda content: content.replace(b'"phrase"', b'"prhase"'),
        lambda content: _signed(b"[]"),
        lambda content: _signed(b'{"rules": [{"id": "a"}], "digest": "x", "prepared": {}}'),
        lambda content: _signed(b'{"rules": [], "digest": "x"}'),
        lambda content: _signed(b"{" * 100_000),
        lambda content: _signed(b"\n".join(content.split(b"\n")[1:-1])),
        lambda content: _signed(content.split(b"\n")[1]),
    ],
)
def test_a_broken_cache_is_made_anew(
    harm: object, filled: tuple[Path, Catalogue], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = only_file(filled[0])
    folder.mkdir()
    path = folder / source.name
    assert callable(harm)
    path.write_bytes(harm(source.read_bytes()))
    path.chmod(0o600)
    assert cache.shipped_catalogue("1").digest == filled[1].digest
    assert path.read_bytes() == source.read_bytes()


def _signed(content: bytes) -> bytes:
    return cache._digest(content) + b"\n" + content


@posix
def test_a_file_that_others_can_write_is_not_read(
    filled: tuple[Path, Catalogue], folder: Path
) -> None:
    source = only_file(filled[0])
    folder.mkdir()
    path = folder / source.name
    path.write_bytes(source.read_bytes())
    path.chmod(0o666)
    assert cache._read(path) is None
    path.chmod(0o600)
    assert cache._read(path) is not None
    link = folder / "link.json"
    link.symlink_to(path)
    assert cache._read(link) is None
    pipe = folder / "pipe.json"
    os.mkfifo(pipe)
    assert cache._read(pipe) is None


@posix
def test_it_is_private_and_old_files_go(filled: tuple[Path, Catalogue], folder: Path) -> None:
    folder.mkdir()
    (folder / "notes.txt").write_text("x")
    for age in range(6):
        path = folder / f"catalogue-{age}.json"
        path.write_text("x")
        os.utime(path, (1_000_000_000 - age, 1_000_000_000 - age))
    cache._write(folder / "catalogue-new.json", b"{}")
    kept = ["catalogue-0.json", "catalogue-1.json", "catalogue-2.json", "catalogue-new.json"]
    assert sorted(path.name for path in folder.iterdir()) == [*kept, "notes.txt"]
    assert only_file(filled[0]).stat().st_mode & 0o077 == 0


def test_without_a_place_to_write_everything_works(
    plain: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    monkeypatch.setenv(cache.FOLDER, str(blocked / "cache"))
    assert cache.shipped_catalogue("1").digest == plain.digest
    monkeypatch.setenv(cache.FOLDER, "")
    assert cache.cache_folder() is None
    assert cache.shipped_catalogue("1").prepared is None


def test_another_version_of_regex_compiles_anew(filled: tuple[Path, Catalogue]) -> None:
    prepared = filled[1].prepared
    assert isinstance(prepared, Prepared)
    rule = next(iter(prepared.codes))
    assert prepared.patterns(rule)
    assert prepared._replace(version="2001.1.1").patterns(rule) is None


def test_the_key_follows_files(tmp_path: Path) -> None:
    root = tmp_path / "lexicons"
    (root / "lists").mkdir(parents=True)
    path = root / "lists" / "a.txt"
    path.write_text("# a\nb\n")
    before = cache._key(root, "1")
    assert cache._key(root, "1") == before
    assert cache._key(root, "2") != before
    os.utime(path, ns=(1, 1))
    assert cache._key(root, "1") != before
