"""What string rules need before they can run, worked out once and kept with the catalogue.

The strings of every search, arranged for the filter, and the code of every regular expression: a
start then neither reads expressions nor compiles them. All of it is plain data in JSON.
"""

from __future__ import annotations

import binascii
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from slopscan.catalogue.rule import Status
from slopscan.matchers.prefilter import Needles

if TYPE_CHECKING:
    import regex

    from slopscan.catalogue.load import Catalogue
    from slopscan.matchers.base import StringMatcher


_USUAL: Final = frozenset({Status.STABLE, Status.ADVISORY, Status.PREVIEW})
_MAPPINGS: Final = ("short", "further", "echoes", "leads", "openings")


class Group(NamedTuple):
    """Searches behind one filter: rule and number of each, and what the filter looks for."""

    searches: Sequence[tuple[str, int]]
    needles: Needles


class Prepared(NamedTuple):
    """What was worked out for the string rules of a catalogue.

    Attributes
    ----------
    blocks, files : tuple of Group
        Searches of rules on blocks, and on the file as it is: those usually asked for, and the
        rest.
    codes : mapping of str to str or bytes
        By rule, its compiled expressions in JSON, for this version of the regex package.
    version : str
        That version.
    """

    blocks: tuple[Group, ...]
    files: tuple[Group, ...]
    codes: Mapping[str, str | bytes]
    version: str

    @property
    def rules(self) -> frozenset[str]:
        """Ids of the rules it knows."""
        return frozenset(
            rule for group in (*self.blocks, *self.files) for rule, _ in group.searches
        )

    def patterns(self, rule: str) -> tuple[regex.Pattern[str], ...] | None:
        """Return the expressions of a rule, ready to run; None where they must be compiled."""
        import regex  # noqa: PLC0415 - not for runs without such rules

        if rule not in self.codes or regex.__version__ != self.version:
            return None
        make = regex._regex.compile
        return tuple(make(*map(_made, args)) for args in json.loads(self.codes[rule]))


def prepare(catalogue: Catalogue) -> dict[str, Any]:
    """Work out everything for the string rules of a catalogue, as data for `json.dumps`."""
    import regex  # noqa: PLC0415

    from slopscan.catalogue.rule import PatternMatch, PhraseMatch  # noqa: PLC0415
    from slopscan.matchers import pattern, phrase  # noqa: PLC0415
    from slopscan.matchers.searches import on_files  # noqa: PLC0415

    rules = catalogue.rules.values()
    phrases = list(
        phrase.build((r for r in rules if isinstance(r.search, PhraseMatch)), catalogue.lists)
    )
    patterns = list(
        pattern.build((r for r in rules if isinstance(r.search, PatternMatch)), catalogue.lists)
    )
    matchers: list[StringMatcher] = [*phrases, *patterns]
    codes = {m.rules[0].id: [_code(p) for p in m.compile_all()] for m in patterns}
    return {
        "blocks": _groups([m for m in matchers if not on_files(m)]),
        "files": _groups([m for m in matchers if on_files(m)]),
        "codes": {rule: json.dumps(code) for rule, code in codes.items() if all(code)},
        "regex": regex.__version__,
    }


def prepared_from(data: Mapping[str, Any]) -> Prepared:
    """Return what `prepare` worked out; raise LookupError, TypeError or ValueError."""
    blocks, files = (tuple(map(_group_from, data[name])) for name in ("blocks", "files"))
    return Prepared(blocks, files, data["codes"], data["regex"])


def _groups(matchers: Sequence[StringMatcher]) -> list[dict[str, Any]]:
    usual = [m for m in matchers if m.rules[0].status in _USUAL]
    return [_group(chosen) for chosen in (usual, [m for m in matchers if m not in usual])]


def _group(matchers: Iterable[StringMatcher]) -> dict[str, Any]:
    from slopscan.matchers.prefilter import needles  # noqa: PLC0415

    made = [
        (matcher.rules[0].id, number, need)
        for matcher in matchers
        for number, need in enumerate(matcher.needed)
    ]
    sought = needles([need for _, _, need in made])
    mappings = {name: list(getattr(sought, name).items()) for name in _MAPPINGS}
    searches = [(rule, number) for rule, number, _ in made]
    return {"searches": searches, "needles": {**sought._asdict(), **mappings}}


def _group_from(data: Mapping[str, Any]) -> Group:
    plain = data["needles"]
    sought = Needles(**{**plain, **{name: dict(plain[name]) for name in _MAPPINGS}})
    return Group([(rule, number) for rule, number in data["searches"]], sought)


_KINDS: Final = {"tuple": tuple, "list": list, "frozenset": frozenset, "dict": dict}


def _code(pattern: regex.Pattern[str]) -> list[Any] | None:
    """Return what the regex package itself pickles of an expression; None if it is unlike it."""
    import copyreg  # noqa: PLC0415

    import regex  # noqa: PLC0415

    reduce: Any = copyreg.dispatch_table.get(type(pattern))
    try:
        function, args = reduce(pattern)
        return [_plain(arg) for arg in args] if function is regex._regex.compile else None
    except (TypeError, ValueError):
        return None


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, bytes):
        return {"bytes": binascii.b2a_base64(value, newline=False).decode()}
    if isinstance(value, dict):
        return {"dict": [[_plain(key), _plain(item)] for key, item in value.items()]}
    name = type(value).__name__
    if name not in _KINDS:
        raise TypeError(name)
    items = sorted(value) if isinstance(value, frozenset) else value
    return {name: [_plain(item) for item in items]}


def _made(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((name, inner),) = value.items()
    if name == "bytes":
        return binascii.a2b_base64(inner)
    if name == "dict":
        return {_made(key): _made(item) for key, item in inner}
    return _KINDS[name](map(_made, inner))
