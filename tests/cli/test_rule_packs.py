"""Rules of one's own: a folder, a configuration key, an installed package."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

RULE = """\
id = "{id}"
title = "Says {word}"
kind = "phrase"
severity = "warning"
status = "stable"
since = "1.0"
message = "'{{match}}' is not a word of this house"
why = "Readers abroad do not know it."
advice = "Say what is done."

[match]
phrases = [{phrases}]

[[examples.flag]]
text = "We {word} the meeting."
span = "{word}"

[[examples.pass]]
text = "We moved the meeting."
because = "plain words"

[[evidence]]
source = "House style guide"
"""
TEXT = "We prepone the meeting and delve into the rest.\n"
Run = Callable[..., Any]


def add_rule(folder: Path, rule_id: str = "acme-words", phrases: str = '"prepone"') -> Path:
    path = folder / "vocabulary" / f"{rule_id}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(RULE.format(id=rule_id, word="prepone", phrases=phrases), encoding="utf-8")
    return path


def install(folder: Path, value: str = "acme_rules.data", name: str = "acme") -> Path:
    """Make what an installed distribution leaves behind; return the folder of its rules."""
    package = folder / "acme_rules"
    (package / "data").mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('code of a pack ran')\n")
    info = folder / f"acme_{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: acme-{name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[slopscan.rules]\n{name} = {value}\n")
    return package / "data"


@pytest.fixture
def text(tmp_path: Path) -> str:
    (tmp_path / "memo.md").write_text(TEXT, encoding="utf-8")
    return "memo.md"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    return folder


def found(run: Run, *args: str) -> set[str]:
    done = run("scan", "--no-parse", "--output-format", "json", *args)
    assert done.code in {0, 1}, done.err
    return {item["rule"] for item in json.loads(done.out)["files"][0]["findings"]}


def sarif_rules(out: str) -> dict[str, Any]:
    driver = json.loads(out)["runs"][0]["tool"]["driver"]
    return {rule["id"]: rule for rule in driver["rules"]}


def test_the_rules_of_a_folder_run_beside_the_shipped_ones(
    run: Run, tmp_path: Path, text: str
) -> None:
    add_rule(tmp_path / "house")
    shipped = found(run, text, "--preview")
    assert found(run, text, "--preview", "--catalogue", "house") == shipped | {"acme-words"}
    assert found(run, text, "--catalogue", "house", "--select", "house") == {"acme-words"}
    assert found(run, text, "--catalogue", "house", "--ignore", "shipped") == {"acme-words"}
    assert found(run, text, "--catalogue", "house", "--ignore", "house") == found(run, text)


def test_the_report_tells_what_the_rule_says(run: Run, tmp_path: Path, text: str) -> None:
    add_rule(tmp_path / "house")
    done = run("scan", text, "--no-parse", "--catalogue", "house", "--output-format", "sarif")
    told = sarif_rules(done.out)
    assert "Say what is done." in json.dumps(told["acme-words"])
    assert done.code == 1


def test_a_folder_in_the_configuration_counts_from_its_file(
    run: Run, tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_rule(tmp_path / "style" / "house")
    (tmp_path / "style" / "base.toml").write_text('catalogue = ["house"]\n')
    (tmp_path / "slopscan.toml").write_text('extend = "style/base.toml"\nignore = ["shipped"]\n')
    assert found(run, text) == {"acme-words"}
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    assert found(run, "../memo.md") == {"acme-words"}
    done = run("config", "show", "../memo.md", "--json")
    shown = json.loads(done.out)["values"]["catalogue"]["value"]
    assert shown == [str(tmp_path / "style" / "house")]


def test_two_folders_each_have_their_own_pack(run: Run, tmp_path: Path) -> None:
    for name in ("a", "b"):
        add_rule(tmp_path / name / "rules", f"words-of-{name}")
        (tmp_path / name / "slopscan.toml").write_text(
            'catalogue = ["rules"]\nignore = ["shipped"]'
        )
        (tmp_path / name / "memo.md").write_text(TEXT)
    done = run("scan", "a", "b", "--no-parse", "--output-format", "json")
    result = json.loads(done.out)
    assert [[f["rule"] for f in file["findings"]] for file in result["files"]] == [
        ["words-of-a"],
        ["words-of-b"],
    ]
    done = run("scan", "a", "b", "--no-parse", "--output-format", "sarif")
    assert {"words-of-a", "words-of-b"} == set(sarif_rules(done.out))


def test_an_installed_pack_runs_when_it_is_named_and_its_code_never(
    run: Run, site: Path, text: str, tmp_path: Path
) -> None:
    rules = install(site)
    add_rule(rules)
    assert "acme-words" not in found(run, text)
    assert "acme-words" in found(run, text, "--pack", "acme")
    (tmp_path / "slopscan.toml").write_text('packs = ["acme"]\nselect = ["acme"]\n')
    assert found(run, text) == {"acme-words"}
    assert "acme_rules" not in sys.modules


def test_the_rules_of_a_pack_are_listed_shown_searched_and_checked(run: Run, site: Path) -> None:
    folder = install(site)
    add_rule(folder)
    listed = run("rules", "list", "--pack", "acme").out
    assert [line.split("\t")[0] for line in listed.splitlines()] == ["acme-words"]
    assert "Readers abroad" in run("rules", "show", "acme-words", "--pack", "acme").out
    assert "acme-words" in run("rules", "search", "prepone", "--catalogue", str(folder)).out
    assert run("rules", "check", "--pack", "acme").code == 0
    add_rule(folder, phrases='"postpone"')
    done = run("rules", "check", str(folder))
    assert done.code == 1
    assert "acme-words" in done.out


def test_a_pack_may_name_the_lists_of_the_catalogue_and_its_own(
    run: Run, tmp_path: Path, text: str
) -> None:
    house = tmp_path / "house"
    add_rule(house, phrases='"@acme", "@focal-words"')
    (house / "lists").mkdir()
    (house / "lists" / "acme.txt").write_text("# Words of the house.\nprepone\n")
    assert "acme-words" in found(run, text, "--catalogue", "house")
    assert run("rules", "check", "house").code == 0


def test_a_corpus_is_scored_with_packs(run: Run, site: Path, text: str) -> None:
    add_rule(install(site))
    done = run("score", text, "-o", "out.jsonl", "--no-parse", "--jobs", "1", "--pack", "acme")
    assert done.code == 0, done.err
    assert json.loads(Path("out.jsonl").read_text())["rules"]["acme-words"] == 1


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda house: None, ["house: no such folder of rules"]),
        (lambda house: house.mkdir(), ["house: no rules in this folder", "FAMILY/ID.toml"]),
        (
            lambda house: add_rule(house, "focal-words"),
            ["focal-words.toml: the id", "is taken", "see "],
        ),
        (
            lambda house: add_rule(house).write_text('id = "acme-words"\nkynd = "phrase"\n'),
            ["acme-words.toml", 'no "kind"'],
        ),
        (
            lambda house: add_rule(house, phrases='"@nowhere"'),
            ["acme-words.toml:11", 'unknown list "nowhere"'],
        ),
        (
            lambda house: add_rule(house).rename(house / "acme-words.toml"),
            ["acme-words.toml: a rule lies in the folder of its family", "move it to"],
        ),
        (
            lambda house: add_rule(house).parent.rename(house / "vocabulery"),
            ['folder "vocabulery" is not a family', 'did you mean "vocabulary"?'],
        ),
        (
            lambda house: [
                add_rule(house),
                (house / "lists").mkdir(),
                (house / "lists" / "focal-words.txt").write_text("# Ours.\nprepone\n"),
            ],
            ['focal-words.txt: the list "focal-words" is there already'],
        ),
    ],
)
def test_mistakes_in_a_folder_name_the_file(
    run: Run, tmp_path: Path, text: str, made: Callable[[Path], object], words: list[str]
) -> None:
    made(tmp_path / "house")
    done = run("scan", text, "--no-parse", "--catalogue", "house")
    assert done.code == 2
    for word in words:
        assert word in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("acme_rules:data", ['"acme_rules:data" is not the name of a package']),
        ("acme_rules.nothing", ['"acme_rules.nothing" is no folder on this machine']),
        ("acme_gone", ['"acme_gone" is no folder on this machine']),
    ],
)
def test_mistakes_of_an_installed_pack(
    run: Run, site: Path, text: str, value: str, words: list[str]
) -> None:
    install(site, value)
    done = run("scan", text, "--no-parse", "--pack", "acme")
    assert done.code == 2
    assert all(word in done.err for word in words), done.err


def test_an_unknown_pack_names_the_nearest_and_its_configuration(
    run: Run, site: Path, text: str, tmp_path: Path
) -> None:
    add_rule(install(site))
    done = run("scan", text, "--no-parse", "--pack", "acne")
    assert done.code == 2
    assert 'no rule pack "acne" is installed' in done.err
    assert 'did you mean "acme"?' in done.err
    (tmp_path / "slopscan.toml").write_text('packs = ["acne"]\n')
    assert "slopscan.toml: no rule pack" in run("scan", text, "--no-parse").err


def test_the_pack_of_the_guide_holds_its_examples(run: Run) -> None:
    examples = Path(__file__).parents[2] / "examples"
    assert run("rules", "check", str(examples / "house-rules")).code == 0
    memo = str(examples / "house-rules" / "memo.md")
    kept = found(run, memo, "--catalogue", str(examples / "house-rules"), "--select", "house-rules")
    assert kept == {"house-jargon"}


def test_checking_a_folder_warns_of_ids_that_are_taken(run: Run, tmp_path: Path) -> None:
    add_rule(tmp_path / "house", "focal-words")
    done = run("rules", "check", "house")
    assert done.code == 0
    assert "a scan refuses this folder beside the shipped rules, which have focal-words" in done.err
