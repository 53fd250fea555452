"""Build the empty spaCy pipeline and set its arrays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import spacy
from numpy.typing import NDArray
from spacy.language import Language
from spacy.util import registry
from spacy.vectors import Vectors
from thinc.api import Model, NumpyOps

# Imported also for what they register under the names that configs use.
from slopscan.nlp import embedding, lemmatizer
from slopscan.nlp.assembly import assembled
from slopscan.nlp.tokenizer import Tokenizer


def fast_ops() -> NumpyOps:
    """Operations that multiply matrices with numpy's BLAS.

    thinc's own wheel of BLIS lacks kernels for recent processors: 36 GFLOP/s against
    107 GFLOP/s (AVX2) and 200 GFLOP/s (AVX-512) of numpy's OpenBLAS on one core of an AMD
    EPYC (Zen 5).
    """
    return NumpyOps(use_blis=False)


def build_pipeline(config: dict[str, Any]) -> Language:
    """Make the pipeline of a config, without weights, with the package's own tokenizer."""
    nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "slopscan.Blank.v1"}}})
    for name in config["nlp"]["pipeline"]:
        component = dict(config["components"][name])
        factory = component.pop("factory")
        nlp.add_pipe(factory, name=name, config=component)
    return nlp


@registry.tokenizers("slopscan.Blank.v1")  # type: ignore[untyped-decorator]
def _create_tokenizer() -> Any:
    return lambda nlp: Tokenizer(nlp.vocab)


def models(nlp: Language) -> dict[str, Model[Any, Any]]:
    """Models of the components that have one, by component name."""
    found = ((name, getattr(pipe, "model", None)) for name, pipe in nlp.pipeline)
    return {name: model for name, model in found if isinstance(model, Model)}


def use_fast_ops(nlp: Language) -> None:
    """Let every model of the pipeline multiply with numpy's BLAS."""
    ops = fast_ops()
    for model in models(nlp).values():
        model._to_ops(ops)


def floret_vectors(table: NDArray[np.float32], settings: dict[str, Any]) -> Vectors:
    """floret table with the hashing it was trained with."""
    return Vectors(
        data=table,
        mode="floret",
        minn=settings["minn"],
        maxn=settings["maxn"],
        hash_count=settings["hash_count"],
        hash_seed=settings["hash_seed"],
        bow=settings["bow"],
        eow=settings["eow"],
    )


def parameters(nlp: Language) -> dict[str, NDArray[np.float32]]:
    """Every weight array of the pipeline under a stable name."""
    found: dict[str, Any] = {}
    for pipe, model in models(nlp).items():
        for number, node in enumerate(model.walk()):
            for name in node.param_names:
                if node.has_param(name):
                    found[f"{pipe}.{number}.{node.name}.{name}"] = node.get_param(name)
    return found


def set_parameters(nlp: Language, arrays: dict[str, NDArray[Any]]) -> None:
    """Set the weight arrays that are named; others stay as they are."""
    for pipe, model in models(nlp).items():
        for number, node in enumerate(model.walk()):
            for name in node.param_names:
                key = f"{pipe}.{number}.{node.name}.{name}"
                if key in arrays:
                    node.set_param(name, _float32(arrays[key]))
        embedding.forget_forms(model)


def _float32(array: NDArray[Any]) -> Any:
    return np.ascontiguousarray(array, dtype=np.float32)


def _pipe(nlp: Language, name: str) -> Any:
    """Component of that name, with attributes beyond "a callable on Doc"."""
    return nlp.get_pipe(name)


def describe(nlp: Language, config: dict[str, Any], vectors: dict[str, Any]) -> dict[str, Any]:
    """Everything but the arrays that `restore` needs, as JSON."""
    dims = {
        pipe: [{name: node.maybe_get_dim(name) for name in node.dim_names} for node in model.walk()]
        for pipe, model in models(nlp).items()
    }
    return {
        "config": {"nlp": config["nlp"], "components": config["components"]},
        "labels": {
            "tagger": list(_pipe(nlp, "tagger").labels),
            "morphologizer": _pipe(nlp, "morphologizer").label_data,
            "parser": _pipe(nlp, "parser").label_data,
        },
        "dims": dims,
        "vectors": vectors,
    }


def restore(description: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Language:
    """Rebuild the pipeline from its description and arrays; the lemmatizer is added after.

    Raises
    ------
    KeyError, ValueError
        A weight is missing or too many, or has another shape than the description says.
    """
    nlp = assembled(description["config"])
    labels = description["labels"]
    _pipe(nlp, "tagger").cfg["labels"] = list(labels["tagger"])
    morphologizer = _pipe(nlp, "morphologizer")
    morphologizer.cfg["labels_morph"] = labels["morphologizer"]["morph"]
    morphologizer.cfg["labels_pos"] = labels["morphologizer"]["pos"]
    parser = _pipe(nlp, "parser")
    parser.moves.initialize_actions(labels["parser"])
    parser._resize()
    for name in (*labels["tagger"], *labels["morphologizer"]["morph"]):
        nlp.vocab.strings.add(name)
    for pipe, model in models(nlp).items():
        nodes = zip(model.walk(), description["dims"][pipe], strict=True)
        for node, dims in nodes:
            for name, size in dims.items():
                if size is not None:
                    node.set_dim(name, size, force=True)
    weights = {name: array for name, array in arrays.items() if name != "vectors"}
    set_parameters(nlp, weights)
    _check_shapes(nlp, weights)
    embedding.set_vectors(
        _pipe(nlp, "tok2vec").model,
        floret_vectors(arrays["vectors"].astype(np.float32), description["vectors"]),
    )
    nlp._link_components()
    use_fast_ops(nlp)
    return nlp


def add_lemmatizer(nlp: Language, lemmas: dict[str, Any]) -> None:
    """Append the lemmatizer with its tables as read from JSON."""
    tables = lemmatizer.LemmaTables(
        exceptions=lemmas["exceptions"],
        rules={
            tag: {suffix: (strip, append) for suffix, (strip, append) in rules.items()}
            for tag, rules in lemmas["rules"].items()
        },
    )
    component = lemmatizer.Lemmatizer()
    component.set_tables(tables)
    nlp._components.append((component.name, component))


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Read the float16 arrays; pickled objects are refused."""
    with np.load(path, allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def _check_shapes(nlp: Language, weights: dict[str, NDArray[Any]]) -> None:
    found = parameters(nlp)
    if found.keys() != weights.keys():
        raise ValueError(f"other weights: {sorted(found.keys() ^ weights.keys())[:4]}")
    for name, array in found.items():
        if not np.isfinite(array).all():
            raise ValueError(f"{name} is not finite")
