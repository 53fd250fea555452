"""Tests of a parse as plain lists."""

from typing import Any

import pytest

from slopscan.nlp.columns import columns_of

TEXTS = (
    "She left early. Nobody had spoken, and the lamp wasn't lit!",
    "One  line,\nthen another\n\nThe Nurses of St. Mary's ran.",
    "",
    "   ",
    "Stop",
)


@pytest.mark.parametrize("text", TEXTS)
def test_columns_are_the_tokens_properties(nlp: Any, text: str) -> None:
    doc = nlp(text)
    found = columns_of(doc)
    assert len(found) == len(doc)
    assert found.words == [token.text for token in doc]
    assert found.lower == [token.lower_ for token in doc]
    assert found.lemmas == [token.lemma_.lower() for token in doc]
    assert found.spelled_lemmas == [token.lemma_ for token in doc]
    assert found.morphs == [str(token.morph) for token in doc]
    assert found.pos == [token.pos_ for token in doc]
    assert found.tags == [token.tag_ for token in doc]
    assert found.deps == [token.dep_ for token in doc]
    assert list(found.heads) == [token.head.i for token in doc]
    assert list(found.starts) == [token.idx for token in doc]
    assert [found.end(i) for i in range(len(doc))] == [t.idx + len(t.text) for t in doc]
    assert found.sentences == [(sentence.start, sentence.end) for sentence in doc.sents]
    assert found.children() == [[child.i for child in token.children] for token in doc]
