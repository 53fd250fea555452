"""Which values occur at all, for those who look for some of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class Known(dict[str, frozenset[str]]):
    """The values that occur in each of some lists, by name; found out when first asked for."""

    def __init__(self, named: Mapping[str, Sequence[str]]) -> None:
        super().__init__()
        self._named = named

    def __missing__(self, name: str) -> frozenset[str]:
        found = self[name] = frozenset(self._named[name])
        return found
