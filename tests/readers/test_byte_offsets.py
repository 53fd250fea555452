"""A table from offsets in UTF-8 to code points."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from slopscan.readers.byteoffsets import code_points


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_each_character_begins_where_the_table_says(text: str) -> None:
    table = code_points(text)
    byte = 0
    for at, char in enumerate(text):
        assert table[byte] == at
        byte += len(char.encode())
    assert table[byte] == len(text)
    assert len(table) == byte + 1
