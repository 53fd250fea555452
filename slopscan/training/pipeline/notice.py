"""Licence text and manifest of the shipped weights."""

from collections.abc import Iterable
from typing import Any, Final

from slopscan.training.pipeline.corpora import OPEN_LICENCES
from slopscan.training.pipeline.licences import gum_genre, is_trainable
from slopscan.training.pipeline.treebanks import Sentence

NAME: Final = "en_slopscan"
VERSION: Final = "2026.11"
LICENCE: Final = "CC BY-SA 4.0"
SPACY_VERSION: Final = ">=3.8.0,<3.9.0"
DESCRIPTION: Final = (
    "English tags, morphology, Universal Dependencies trees, sentences and lemmas for slopscan"
)
_NOTICE: Final = """\
Weights and tables of the pipeline {name} {version}

The files of this folder were learnt from the data below and are licensed under the Creative
Commons Attribution-ShareAlike 4.0 International License
(https://creativecommons.org/licenses/by-sa/4.0/legalcode). The code of slopscan that reads them
is licensed separately.

1. Universal Dependencies English Web Treebank (UD_English-EWT), train. Annotations (c) 2013-2021
   by The Board of Trustees of The Leland Stanford Junior University, CC BY-SA 4.0,
   https://github.com/UniversalDependencies/UD_English-EWT. Silveira et al. (2014), A Gold
   Standard Dependency Corpus for English.

2. Universal Dependencies GUM (UD_English-GUM), the train documents below only. Annotations by
   the GUM annotators, https://gucorpling.org/gum/. Zeldes (2017), The GUM Corpus: Creating
   Multilayer Resources in the Classroom. The texts of these documents are under CC BY (Wikinews,
   Wikivoyage, OpenStax, PLOS ONE, MDPI, IOP, YouTube Creative Commons), CC BY-SA (Wikipedia) or
   in the public domain (political speeches, Wells, Lovecraft). Documents whose text is
   non-commercial or of unstated licence were not used. Each with its source:

{documents}

3. Word vectors and self-training: unlabelled documents whose source states a licence that begins
   with one of
   {licences}.
   In some of these sources (news, forum answers, essays) the statement is that of the repository
   and the texts remain their authors'. No text of these documents is contained here.

Changes: the data were converted to numbers by statistical learning; nothing of the texts or
annotations is reproduced except word forms and lemmas in lemmas.json.
"""


def document_list(gum_sentences: Iterable[Sentence]) -> list[str]:
    """Names of the GUM documents taken, in order."""
    names = dict.fromkeys(sentence.document for sentence in gum_sentences)
    return [name for name in names if is_trainable(name)]


def licence_text(documents: list[str], sources: dict[str, str]) -> str:
    """Licence and attribution, one line per GUM document.

    Parameters
    ----------
    documents : list of str
        GUM documents the weights were learnt from.
    sources : dict of str to str
        Author and address of each, from the treebank's metadata.
    """
    lines = "\n".join(f"   - {name}: {sources.get(name, '')}".rstrip(": ") for name in documents)
    return _NOTICE.format(
        name=NAME, version=VERSION, documents=lines, licences=", ".join(OPEN_LICENCES)
    )


def manifest_head(documents: list[str], commits: dict[str, str]) -> dict[str, Any]:
    """Manifest without digests and scores."""
    genres = sorted({gum_genre(name) for name in documents})
    return {
        "name": NAME,
        "version": VERSION,
        "description": DESCRIPTION,
        "license": LICENCE,
        "spacy_version": SPACY_VERSION,
        "training_data": [
            {
                "name": "UD_English-EWT train",
                "commit": commits.get("UD_English-EWT", ""),
                "license": "CC BY-SA 4.0",
            },
            {
                "name": f"UD_English-GUM train, {len(documents)} documents ({', '.join(genres)})",
                "commit": commits.get("UD_English-GUM", ""),
                "license": "CC BY, CC BY-SA, public domain; listed in LICENSE",
            },
            {
                "name": "unlabelled prose for word vectors and self-training",
                "license": "source states one that begins with " + ", ".join(OPEN_LICENCES),
            },
        ],
    }
