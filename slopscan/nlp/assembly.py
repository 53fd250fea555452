"""The components of the pipeline, made directly instead of from a spaCy config.

spaCy looks every name of a config up among the entry points of all installed packages and checks
every value against the signatures: half a second before the first word is parsed. The shipped
pipeline has one shape, so its classes are called here by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from spacy.attrs import IS_ALPHA, IS_DIGIT, IS_PUNCT, IS_SPACE, LANG, LOWER
from spacy.lang.lex_attrs import is_punct
from spacy.language import Language
from spacy.ml.models.parser import build_tb_parser_model
from spacy.ml.models.tagger import build_tagger_model
from spacy.ml.models.tok2vec import MaxoutWindowEncoder, build_Tok2Vec_model, tok2vec_listener_v1
from spacy.pipeline import (
    DependencyParser,
    Morphologizer,
    SentenceRecognizer,
    Tagger,
    Tok2Vec,
)
from spacy.vocab import Vocab
from thinc.api import Model

from slopscan.nlp.embedding import build_form_embed
from slopscan.nlp.tokenizer import Tokenizer

# What is known of a word form beside itself. spaCy has twenty of them, which cost more than a
# parse where every word is new.
_OF_FORMS: Final[dict[int, Callable[[str], Any]]] = {
    LOWER: str.lower,
    IS_ALPHA: str.isalpha,
    IS_DIGIT: str.isdigit,
    IS_PUNCT: is_punct,
    IS_SPACE: str.isspace,
    LANG: lambda _: "en",
}
_MODELS: Final[Mapping[str, Callable[..., Model[Any, Any]]]] = {
    "slopscan.FormEmbed.v1": build_form_embed,
    "spacy.MaxoutWindowEncoder.v2": MaxoutWindowEncoder,
    "spacy.Tok2Vec.v2": build_Tok2Vec_model,
    "spacy.Tok2VecListener.v1": tok2vec_listener_v1,
    "spacy.Tagger.v2": build_tagger_model,
    "spacy.TransitionBasedParser.v2": build_tb_parser_model,
}
_COMPONENTS: Final[Mapping[str, Callable[..., Any]]] = {
    "tok2vec": Tok2Vec,
    "tagger": Tagger,
    "morphologizer": Morphologizer,
    "senter": SentenceRecognizer,
    "parser": DependencyParser,
}


class English(Language):  # type: ignore[no-untyped-call]
    """A pipeline for English without the exceptions of spaCy's own tokenizer."""

    lang = "en"


def assembled(config: Mapping[str, Any]) -> Language:
    """Make the pipeline of a config, without weights, with the package's own tokenizer.

    Raises
    ------
    KeyError, TypeError
        A component, an architecture or one of their settings is another than the shipped ones.
    """
    of_forms: Any = dict(_OF_FORMS)
    vocab = Vocab(lex_attr_getters=of_forms)
    nlp = English(vocab, create_tokenizer=lambda nlp: Tokenizer(nlp.vocab))
    for name in config["nlp"]["pipeline"]:
        settings = dict(config["components"][name])
        make, model = _COMPONENTS[settings.pop("factory")], _model(settings.pop("model"))
        nlp._components.append((name, make(vocab, model, name, **settings)))
    return nlp


def _model(config: Mapping[str, Any]) -> Model[Any, Any]:
    settings = {
        name: _model(value) if isinstance(value, Mapping) else value
        for name, value in config.items()
        if name != "@architectures"
    }
    return _MODELS[config["@architectures"]](**settings)
