"""Fit the shared encoder, tagger, morphologizer and parser together."""

import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from spacy.language import Language
from spacy.training import Example
from spacy.vectors import Vectors
from thinc.api import Adam, Optimizer, fix_random_seed

from slopscan.nlp import embedding
from slopscan.nlp.architecture import build_pipeline, models, use_fast_ops


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how fast to learn."""

    epochs: int
    batch_words_first: int
    batch_words_last: int
    learn_rate: float
    warmup_steps: int
    dropout: float
    seed: int


Epoch = Callable[[random.Random], Iterable[Example]]


def initialized(
    config: dict[str, Any],
    vectors: Vectors,
    examples: list[Example],
    seed: int,
    labels: dict[str, Any] | None = None,
) -> Language:
    """Pipeline with random weights and the labels of these examples, or the labels given."""
    fix_random_seed(seed)
    nlp = build_pipeline(config)
    for name, model in models(nlp).items():
        if name == "tok2vec":
            embedding.set_vectors(model, vectors)
    use_fast_ops(nlp)
    if labels is None:
        nlp.initialize(lambda: examples)
    else:
        _initialize_with(nlp, examples, labels)
    use_fast_ops(nlp)
    return nlp


def _initialize_with(nlp: Language, examples: list[Example], labels: dict[str, Any]) -> None:
    """Initialise pipe by pipe: spaCy's own way cannot pass labels that differ only in case."""
    nlp._link_components()
    for name, pipe in nlp.pipeline:
        given = {"labels": labels[name]} if name in labels else {}
        cast(Any, pipe).initialize(lambda: examples, nlp=nlp, **given)


def batches_by_words(examples: Iterable[Example], max_words: int) -> Iterator[list[Example]]:
    """Batches of at most this many words."""
    batch: list[Example] = []
    n_words = 0
    for example in examples:
        if batch and n_words + len(example) > max_words:
            yield batch
            batch, n_words = [], 0
        batch.append(example)
        n_words += len(example)
    if batch:
        yield batch


def train(
    nlp: Language,
    epoch: Epoch,
    words_per_epoch: int,
    schedule: Schedule,
    report: Callable[[int, Language], None],
) -> None:
    """Train in place; the pipeline ends with the averaged weights.

    Parameters
    ----------
    nlp : Language
        Initialised pipeline.
    epoch : callable
        Makes the examples of one epoch from a source of chance.
    words_per_epoch : int
        Words of one epoch, for the learning-rate schedule.
    schedule : Schedule
        Length and rates. The rate rises linearly, then falls linearly to zero.
    report : callable
        Called after every epoch with the pipeline under its averaged weights.
    """
    rng = random.Random(schedule.seed)
    optimizer = Adam(
        schedule.learn_rate,
        beta1=0.9,
        beta2=0.99,
        L2=0.01,
        L2_is_weight_decay=True,
        grad_clip=1.0,
        use_averages=True,
    )
    total = words_per_epoch * schedule.epochs
    seen = step = 0
    for number in range(schedule.epochs):
        started, losses = time.time(), {}  # type: tuple[float, dict[str, float]]
        share = number / max(1, schedule.epochs - 1)
        size = schedule.batch_words_first + share * (
            schedule.batch_words_last - schedule.batch_words_first
        )
        for batch in batches_by_words(epoch(rng), int(size)):
            warm = min(1.0, (step + 1) / schedule.warmup_steps)
            optimizer.learn_rate = schedule.learn_rate * warm * max(0.02, 1 - seen / total)
            nlp.update(batch, sgd=optimizer, losses=losses, drop=schedule.dropout)
            step += 1
            seen += sum(len(example) for example in batch)
        for model in models(nlp).values():
            embedding.forget_forms(model)
        with nlp.use_params(optimizer.averages):
            report(number, nlp)
        for model in models(nlp).values():
            embedding.forget_forms(model)
        print(
            f"epoch {number + 1}/{schedule.epochs}: {time.time() - started:.0f} s, {step} steps,",
            {name: round(loss) for name, loss in losses.items()},
            flush=True,
        )
    use_averages(nlp, optimizer)


def use_averages(nlp: Language, optimizer: Optimizer) -> None:
    """Put the running means of the weights in place of the weights."""
    for model in models(nlp).values():
        for node in model.walk():
            for name in node.param_names:
                mean = (optimizer.averages or {}).get((node.id, name))
                if mean is not None:
                    node.set_param(name, mean)
        embedding.forget_forms(model)
