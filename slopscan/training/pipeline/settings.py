"""Read config.cfg into typed settings."""

from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from thinc.api import Config

from slopscan.training.pipeline.examples import Noise
from slopscan.training.pipeline.fit import Schedule
from slopscan.training.pipeline.silver import SilverSettings
from slopscan.training.pipeline.vectors import VectorSettings

CONFIG_PATH: Final = Path(__file__).with_name("config.cfg")
TEACHERS: Final = ("teacher_1", "teacher_2", "teacher_3")
STUDENT: Final = "student"


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """One model to fit: the spaCy config with its sizes, and its schedule."""

    config: dict[str, Any]
    schedule: Schedule
    start: str | None
    """Model whose weights are the first weights; None for random ones."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All of config.cfg."""

    vectors: VectorSettings
    noise: Noise
    models: dict[str, ModelSettings]
    silver: SilverSettings
    lemma_document_step: int
    """Every so manieth document of the prose is tagged for the lemma tables."""


def read_settings(path: Path = CONFIG_PATH) -> Settings:
    """Read the config; an unknown or missing key raises TypeError or KeyError."""
    raw = Config().from_disk(path)
    base = {"nlp": raw["nlp"], "components": raw["components"]}
    return Settings(
        vectors=VectorSettings(**raw["vectors"]),
        noise=Noise(**raw["noise"]),
        models={name: _model(base, section) for name, section in raw["models"].items()},
        silver=SilverSettings(**raw["silver"]),
        lemma_document_step=raw["lemmas"]["every_nth_document"],
    )


def _model(base: dict[str, Any], section: dict[str, Any]) -> ModelSettings:
    config = deepcopy(dict(base))
    config["nlp"]["pipeline"] = section["pipes"]
    components = config["components"]
    encoder = components["tok2vec"]["model"]
    encoder["embed"]["width"] = encoder["encode"]["width"] = section["width"]
    encoder["encode"]["depth"] = section["depth"]
    for name in ("tagger", "morphologizer", "senter", "parser"):
        components[name]["model"]["tok2vec"]["width"] = section["width"]
    components["parser"]["model"]["hidden_width"] = section["hidden_width"]
    return ModelSettings(config, Schedule(**section["schedule"]), section["start"])
