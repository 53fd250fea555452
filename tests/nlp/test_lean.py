"""Programs import spaCy without its commands; the library leaves spaCy as it is."""

import subprocess
import sys

import pytest

CODE = """
import sys
from slopscan.nlp import lean
if {chosen}:
    lean.choose()
from slopscan.nlp.load import load_pipeline
assert [t.pos_ for t in load_pipeline()("She slept.")] == ["PRON", "VERB", "PUNCT"]
print("typer" in sys.modules, "spacy.cli" in sys.modules)
import spacy.cli
print(callable(spacy.cli.download))
"""


@pytest.mark.parametrize("chosen", [True, False])
def test_commands_are_left_out_where_chosen(chosen: bool) -> None:
    code = CODE.format(chosen=chosen)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [*[str(not chosen)] * 2, "True"]
