"""Rule files drafted from candidates, for a person to finish.

A draft is a valid rule with status `preview`: the strict loader reads it and it finds its own
examples, which come from the texts that were mined. What only a person can say stands in
brackets and begins with `finish:`.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from slopscan.catalogue.load import Catalogue, load_catalogue
from slopscan.catalogue.rule import FAMILIES
from slopscan.errors import CatalogueError, UsageError
from slopscan.mining.patterns import elements_of, is_slot, pair_of
from slopscan.mining.rank import Candidate

if TYPE_CHECKING:
    from spacy.language import Language

    from slopscan.mining.mine import Mined

_FAMILIES: Final = {
    "phrase": "vocabulary",
    "opener": "metadiscourse",
    "template": "grammar",
    "dependency": "grammar",
}
_TOKENS: Final = {
    "NOUN": 'upos = "NOUN"',
    "NAME": 'upos = "PROPN"',
    "ADJ": 'upos = "ADJ"',
    "ADV": 'upos = "ADV"',
    "NUM": 'upos = "NUM"',
    "VERB": 'upos = "VERB", xpos = ["VB", "VBP", "VBZ"]',
    "VERBING": 'upos = "VERB", xpos = "VBG"',
    "VERBED": 'upos = "VERB", xpos = ["VBD", "VBN"]',
}
_NODES: Final = {**_TOKENS, "VERBING": 'upos = "VERB"', "VERBED": 'upos = "VERB"'}
_SENTENCE_START: Final = r"(?:^|(?<=[.!?] )|(?<=[.!?][\"')] ))"
_FLAGS: Final = 3
_MAX_ID: Final = 48


def check_target(target: Path) -> None:
    """Check that drafts can be written there, before hours of work.

    Raises
    ------
    UsageError
        A file has no family or no fit name, or is there already; a folder is a file.
    """
    if target.suffix != ".toml":
        if target.exists() and not target.is_dir():
            raise UsageError("is no folder", where=str(target), fix="name a folder, or X.toml")
        return
    if target.parent.name not in FAMILIES:
        raise UsageError(
            "a rule file lies in the folder of its family",
            where=str(target),
            fix=f"for instance {target.parent / 'vocabulary' / target.name}; "
            f"families: {', '.join(FAMILIES)}",
        )
    if target.stem != rule_id(target.stem, ()):
        fix = f"for instance {rule_id(target.stem, ())}.toml"
        raise UsageError("the id of a rule is lower-case-with-hyphens", where=str(target), fix=fix)
    if target.exists():
        raise UsageError("is there already", where=str(target), fix="name another file")
    if target.stem in load_catalogue().rules:
        raise UsageError(
            f'the catalogue has a rule "{target.stem}"', where=str(target), fix="take another name"
        )


def write_drafts(
    target: Path, candidates: Sequence[Candidate], mined: Mined, *, parse: bool
) -> list[Path]:
    """Write a rule file for each candidate.

    Parameters
    ----------
    target : Path
        A folder, which gets a folder for each family; or, for one candidate, a file
        `FAMILY/ID.toml`.
    candidates : sequence of Candidate
    mined : Mined
    parse : bool
        Whether the texts were parsed; without, slots become regular expressions.

    Raises
    ------
    UsageError
        A file cannot be written, or one would have to hold several rules.
    """
    if target.suffix == ".toml" and len(candidates) > 1:
        raise UsageError(
            "one file cannot hold several rules",
            where=str(target),
            fix="choose one with --candidate RANK, or name a folder",
        )
    catalogue = load_catalogue()
    nlp = _pipeline() if parse and any(_needs_parse(item) for item in candidates) else None
    return [
        _write(_path(target, item, catalogue), item, mined, catalogue, nlp) for item in candidates
    ]


def _path(target: Path, item: Candidate, catalogue: Catalogue) -> Path:
    if target.suffix == ".toml":
        return target
    taken = {*catalogue.rules, *(path.stem for path in target.glob("*/*.toml"))}
    return target / _FAMILIES[item.kind] / f"{rule_id(item.label, taken)}.toml"


def rule_id(label: str, taken: Iterable[str]) -> str:
    """Return an id for a label that is not taken."""
    plain = "-".join(re.findall(r"[a-z0-9]+", label.lower().replace("'", "")))
    base = plain[:_MAX_ID].strip("-") or "candidate"
    known, number, made = set(taken), 1, base
    while made in known:
        number += 1
        made = f"{base}-{number}"
    return made


def _write(
    path: Path, item: Candidate, mined: Mined, catalogue: Catalogue, nlp: Language | None
) -> Path:
    from slopscan.catalogue.rulefile import read_rule  # noqa: PLC0415
    from slopscan.catalogue.selfcheck import check_rule  # noqa: PLC0415

    examples = [text for _, text in item.model.examples if "…" not in text] or ["…"]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(draft(item, path.stem, examples, mined), encoding="utf-8", newline="\n")
        rule = read_rule(path, catalogue.lists)
        bad = {problem.where for problem in check_rule(rule, catalogue, nlp)}
        good = [text for number, text in enumerate(examples) if f"flag[{number}]" not in bad]
        content = draft(item, path.stem, (good or examples)[:_FLAGS], mined)
        path.write_text(content, encoding="utf-8", newline="\n")
    except CatalogueError:
        path.unlink(missing_ok=True)
        raise
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}", where=str(path)) from error
    return path


def draft(item: Candidate, name: str, examples: Sequence[str], mined: Mined) -> str:
    """Return the text of a rule file."""
    label = item.label
    lines = [
        f"id = {_quoted(name)}",
        f"title = {_quoted(f'(finish: a title) {label}')}",
        f"kind = {_quoted(_kind(item))}",
        'severity = "note"',
        'status = "preview"',
        f"since = {_quoted(_version())}",
        "message = \"'{match}' (finish: what is wrong with it)\"",
        'why = "(finish: why a reader minds)"',
        'advice = "(finish: what to write instead)"',
        "",
        *_match(item),
        "",
    ]
    for text in examples:
        lines += ["[[examples.flag]]", f"text = {_quoted(text)}", ""]
    for identifier, text in item.human.examples[:2]:
        lines += [f"# A person wrote it too ({identifier}): {_comment(text)}"]
    lines += [
        "[[examples.pass]]",
        'text = "(finish: a near miss that is good prose)"',
        'because = "(finish: why it is good)"',
        "",
        "[[evidence]]",
        f"source = {_quoted(_evidence(item, mined))}",
        f"seen = {datetime.date.today().isoformat()}",
        "",
    ]
    return "\n".join(lines)


def _evidence(item: Candidate, mined: Mined) -> str:
    sides = mined.sides
    odds = item.odds
    groups = [f"{item.groups(name)} {name}s" for name in ("prompt", "source", "generator")]
    of = ", ".join(words for words in groups if not words.startswith("0 "))
    return (
        f"slopscan mine: in {item.model.texts} of {sides['model'].texts} texts by models"
        f"{f' ({of})' if of else ''}, {item.human.texts} of {sides['human'].texts} by people; "
        f"log-odds {odds.value:.2f} ({odds.low:.2f} to {odds.high:.2f})"
    )


def _needs_parse(item: Candidate) -> bool:
    return _kind(item) in ("tokens", "dependency")


def _kind(item: Candidate) -> str:
    if item.kind == "dependency":
        return "dependency"
    elements = elements_of(item.key)
    if item.kind == "template" and "WORD" not in elements:
        return "tokens"
    plain = all(_is_word(element) for element in elements)
    return "phrase" if plain and item.kind != "template" else "pattern"


def _match(item: Candidate) -> list[str]:
    kind = _kind(item)
    if kind == "dependency":
        return _tree(*pair_of(item.key))
    elements = elements_of(item.key)
    if kind == "phrase":
        place = ['position = "sentence_start"'] if item.kind == "opener" else []
        return ["[match]", f"phrases = [{_quoted(' '.join(elements))}]", *place]
    if kind == "tokens":
        return ["[match]", "patterns = [", f"  [{', '.join(map(_token, elements))}],", "]"]
    return ["[match]", f"regex = '''{_regex(elements, opener=item.kind == 'opener')}'''"]


def _tree(child: str, relation: str, head: str) -> list[str]:
    return [
        "[[match.pattern]]",
        "nodes = [",
        f'  {{name = "head", {_node(head)}}},',
        f'  {{name = "child", child_of = "head", dep = {_quoted(relation)}, {_node(child)}}},',
        "]",
    ]


def _node(word: str) -> str:
    return _NODES[word] if is_slot(word) else f"lemma = {_quoted(word)}"


def _token(element: str) -> str:
    return f"{{{_TOKENS[element] if is_slot(element) else f'lower = {_quoted(element)}'}}}"


def _regex(elements: Sequence[str], *, opener: bool) -> str:
    made = _SENTENCE_START if opener else r"\b" if _is_word(elements[0]) else ""
    for number, element in enumerate(elements):
        if number:
            dash = "—" in (element, elements[number - 1])
            made += " *" if dash else "" if not _is_word(element) else " +"
        made += r"[\w'-]+" if is_slot(element) else re.escape(element)
    return f"(?i){made}" + (r"\b" if _is_word(elements[-1]) else "")


def _is_word(element: str) -> bool:
    return any(char.isalnum() for char in element)


def _quoted(text: str) -> str:
    # What JSON writes as a string is a basic string of TOML, but for one control character.
    return json.dumps(text.replace("\x7f", ""), ensure_ascii=False)


def _comment(text: str) -> str:
    return "".join(char for char in text if char.isprintable())


def _version() -> str:
    import slopscan  # noqa: PLC0415

    return slopscan.__version__


def _pipeline() -> Language:
    from slopscan.nlp.load import load_pipeline  # noqa: PLC0415

    return load_pipeline()
