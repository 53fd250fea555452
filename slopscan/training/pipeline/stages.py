"""The stages of the training, each kept in the work folder."""

import json
import random
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.training import Example

from slopscan.nlp import architecture
from slopscan.nlp.lemmatizer import LemmaTables
from slopscan.training.pipeline import corpora, examples, export, fit, lemmas, scores, silver
from slopscan.training.pipeline import vectors as word_vectors
from slopscan.training.pipeline.licences import is_trainable
from slopscan.training.pipeline.settings import STUDENT, TEACHERS, ModelSettings, Settings
from slopscan.training.pipeline.treebanks import (
    FILES,
    Sentence,
    grouped_by_document,
    read_sentences,
    read_treebank,
)

Documents = list[list[Sentence]]


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where things are and how they are to be done."""

    work: Path
    treebanks: Path
    corpora: Path
    settings: Settings


def gold_documents(shop: Workshop) -> Documents:
    """EWT train and the GUM train documents whose text may be used."""
    gum = read_treebank(shop.treebanks, "gum-train")
    ewt = read_treebank(shop.treebanks, "ewt-train")
    return grouped_by_document(ewt) + grouped_by_document(
        [sentence for sentence in gum if is_trainable(sentence.document)]
    )


def vector_table(shop: Workshop) -> tuple[NDArray[np.float32], dict[str, Any]]:
    """Train the floret table once; returns it with its hash settings."""
    words, table = shop.work / "words.txt", shop.work / "words.floret"
    if not table.is_file():
        log("word vectors")
        word_vectors.write_words(corpora.read_prose(shop.corpora), words)
        word_vectors.train_vectors(words, shop.settings.vectors)
    return word_vectors.read_table(table), word_vectors.hash_settings(table)


def fitted(shop: Workshop, name: str, silver_documents: Documents) -> Language:
    """Model of that name, trained unless the work folder has it."""
    folder = shop.work / name
    table, hashes = vector_table(shop)
    if not (folder / "description.json").is_file():
        log(f"model {name}")
        settings = shop.settings.models[name]
        nlp = _fit(shop, settings, architecture.floret_vectors(table, hashes), silver_documents)
        folder.mkdir(exist_ok=True)
        np.savez(folder / "weights.npz", **architecture.parameters(nlp))  # type: ignore[arg-type]
        description = architecture.describe(nlp, settings.config, hashes)
        (folder / "description.json").write_text(json.dumps(description), encoding="utf8")
    description = _description(shop, name)
    arrays = architecture.read_arrays(folder / "weights.npz")
    return architecture.restore(description, {**arrays, "vectors": table})


def _description(shop: Workshop, name: str) -> dict[str, Any]:
    path = shop.work / name / "description.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf8"))
    return found


def _fit(
    shop: Workshop, settings: ModelSettings, vectors: Any, silver_documents: Documents
) -> Language:
    gold = gold_documents(shop)
    noise = shop.settings.noise
    vocab = architecture.build_pipeline(settings.config).vocab
    sample = list(examples.epoch_examples(vocab, gold, noise, random.Random(0)))
    labels = None if settings.start is None else _description(shop, settings.start)["labels"]
    nlp = fit.initialized(settings.config, vectors, sample, settings.schedule.seed, labels)
    if settings.start is not None:
        earlier = architecture.parameters(fitted(shop, settings.start, []))
        architecture.set_parameters(nlp, earlier)
    documents = gold + silver_documents

    def epoch(rng: random.Random) -> Iterable[Example]:
        return examples.epoch_examples(nlp.vocab, documents, noise, rng)

    n_words = sum(len(sentence.words) for document in documents for sentence in document)
    dev = {name: read_treebank(shop.treebanks, name) for name in ("ewt-dev", "gum-dev")}

    def report(number: int, current: Language) -> None:
        for name, sentences in dev.items():
            found = scores.as_scores(scores.score_gold_words(current, sentences))
            raw = scores.score_raw_text(current, grouped_by_document(sentences))
            cut = scores.as_scores(raw)
            log(
                f"  epoch {number + 1} {name} upos {found['upos']} las {found['las']} "
                f"raw las {cut['las']} sentences {cut['sentences']}"
            )

    fit.train(nlp, epoch, n_words, settings.schedule, report)
    return nlp


def silver_documents(shop: Workshop) -> Documents:
    """Trees of unlabelled prose, by vote of the teachers."""
    path = shop.work / "silver.conllu.gz"
    if not path.is_file():
        teachers = [fitted(shop, name, []) for name in TEACHERS]
        log("silver trees")
        prose = list(corpora.read_prose(shop.corpora))
        paragraphs = silver.chosen_paragraphs(prose, shop.settings.silver)
        kept = list(silver.silver_sentences(teachers, paragraphs, shop.settings.silver))
        silver.write_conllu(kept, path)
    return grouped_by_document(read_sentences(path))


def lemma_tables(shop: Workshop) -> LemmaTables:
    """Lemma tables from the gold words and the counts of the silver words."""
    bases: dict[str, Counter[str]] = {}
    path = shop.work / "bases.json"
    if not path.is_file():
        log("word counts for lemmas")
        step = shop.settings.lemma_document_step
        chosen = islice(corpora.read_prose(shop.corpora), 0, None, step)
        tagger = fitted(shop, TEACHERS[1], [])
        counts = lemmas.count_tagged(tagger, (document.text for document in chosen))
        path.write_text(json.dumps(counts), encoding="utf8")
    for tag, found in json.loads(path.read_text(encoding="utf8")).items():
        bases[tag] = Counter(found)
    words = [w for d in gold_documents(shop) for s in d for w in s.words]
    return lemmas.learn_tables(words, bases)


def ship(shop: Workshop, output: Path, manifest: dict[str, Any], licence: str) -> None:
    """Run whatever is missing and write the shipped folder."""
    trees = silver_documents(shop)
    student = fitted(shop, STUDENT, trees)
    table, hashes = vector_table(shop)
    export.write_folder(
        output,
        student,
        config=shop.settings.models[STUDENT].config,
        vectors=table,
        vector_settings=hashes,
        tables=lemma_tables(shop),
        manifest=manifest,
        licence=licence,
    )


def scores_of(nlp: Language, root: Path) -> dict[str, Any]:
    """Gold-word and raw-text scores on every evaluation set, GUM and GENTLE also by genre."""
    result: dict[str, Any] = {}
    for name in [name for name in FILES if name.endswith("-test")]:
        sentences = read_treebank(root, name)
        result[name] = _both(nlp, sentences)
        if name in {"gum-test", "gentle-test"}:
            genres = sorted({s.document.split("_")[1] for s in sentences})
            result[name]["genres"] = {
                genre: _both(nlp, [s for s in sentences if s.document.split("_")[1] == genre])
                for genre in genres
            }
    return result


def _both(nlp: Language, sentences: list[Sentence]) -> dict[str, Any]:
    return {
        "n_sentences": len(sentences),
        "n_words": sum(len(s.words) for s in sentences),
        "gold_words": scores.as_scores(scores.score_gold_words(nlp, sentences)),
        "raw_text": scores.as_scores(scores.score_raw_text(nlp, grouped_by_document(sentences))),
    }


def reduced(shop: Workshop) -> Workshop:
    """Settings for a trial run of minutes: two epochs, little prose."""
    settings = shop.settings
    models = {
        name: replace(model, schedule=replace(model.schedule, epochs=2))
        for name, model in settings.models.items()
    }
    vectors = replace(settings.vectors, epochs=1)
    return replace(
        shop,
        settings=replace(
            settings, models=models, vectors=vectors, silver=replace(settings.silver, words=20_000)
        ),
    )


def log(message: str) -> None:
    """Progress to standard error."""
    print(message, file=sys.stderr, flush=True)


def summary(found: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Main figures per evaluation set, for the manifest."""
    return {
        name: {
            **{key: row["gold_words"][key] for key in ("upos", "xpos", "lemma", "uas", "las")},
            **{f"raw_{key}": row["raw_text"][key] for key in ("words", "sentences", "las")},
        }
        for name, row in found.items()
    }
