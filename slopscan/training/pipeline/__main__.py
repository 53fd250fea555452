"""`python -m slopscan.training.pipeline`: train the English pipeline and write its folder."""

import argparse
import json
import sys
from pathlib import Path

from slopscan.errors import SlopscanError
from slopscan.nlp.load import PIPELINE_ROOT, load_pipeline
from slopscan.training.pipeline import corpora, export, notice, stages
from slopscan.training.pipeline.settings import read_settings
from slopscan.training.pipeline.treebanks import read_sources, read_treebank, treebanks_root

PROJECT = Path(__file__).resolve().parents[3]


def main(argv: list[str] | None = None) -> int:
    """Run the stages that the work folder lacks; ends with the shipped folder and its scores."""
    parser = argparse.ArgumentParser(
        prog="python -m slopscan.training.pipeline", description=main.__doc__
    )
    parser.add_argument("--work", type=Path, required=True, help="folder that keeps the stages")
    parser.add_argument("--output", type=Path, default=PIPELINE_ROOT)
    parser.add_argument("--trial", action="store_true", help="two epochs and little prose")
    options = parser.parse_args(argv)
    try:
        run(options.work, options.output, trial=options.trial)
    except SlopscanError as error:
        print(f"slopscan: {error}", file=sys.stderr)
        return 2
    return 0


def run(work: Path, output: Path, *, trial: bool) -> None:
    """Train, write, score, and put the scores into the manifest."""
    shop = stages.Workshop(
        work=work,
        treebanks=treebanks_root(PROJECT),
        corpora=corpora.corpora_root(PROJECT),
        settings=read_settings(),
    )
    work.mkdir(parents=True, exist_ok=True)
    documents = notice.document_list(read_treebank(shop.treebanks, "gum-train"))
    sources = read_sources(shop.treebanks, "gum-train")
    commits = {
        path.parent.name: path.read_text(encoding="utf8").strip()
        for path in shop.treebanks.glob("*/COMMIT")
    }
    head = notice.manifest_head(documents, commits)
    licence = notice.licence_text(documents, sources)
    stages.ship(stages.reduced(shop) if trial else shop, output, head, licence)
    stages.log("scores")
    found = stages.scores_of(load_pipeline(output), shop.treebanks)
    (work / "scores.json").write_text(json.dumps(found, indent=1), encoding="utf8")
    export.write_manifest(output, {**head, "scores": stages.summary(found)})


if __name__ == "__main__":
    raise SystemExit(main())
