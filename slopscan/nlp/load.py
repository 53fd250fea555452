"""Load the pinned English pipeline that ships inside the package.

Nothing is downloaded, unpickled or executed from the model folder: it holds JSON, text and one
`.npz` of float16 arrays. Every file is checked against its digest before it is read.

spaCy is imported by `load_pipeline`, not by this module.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from slopscan.errors import ArtefactError
from slopscan.nlp import lean

if TYPE_CHECKING:
    from spacy.language import Language

PIPELINE_ROOT: Final = Path(__file__).parent / "data" / "en_slopscan"
FORMAT: Final = 1
_REINSTALL: Final = "reinstall slopscan: pip install --force-reinstall slopscan-prose"


def load_pipeline(root: Path | None = None) -> Language:
    """Load tok2vec, tagger, morphologizer, parser and lemmatizer.

    Parameters
    ----------
    root : Path, optional
        Folder of the pipeline; the shipped one by default.

    Returns
    -------
    spacy.language.Language
        Sets tag_ (XPOS), pos_ (UPOS), morph, head, dep_ (UD relations in lower case, the root
        is spaCy's ROOT), lemma_ and sentence starts. Tokens spell the text exactly.

    Raises
    ------
    ArtefactError
        A file is missing or altered, or spaCy is of a version the weights do not fit.
    """
    folder = PIPELINE_ROOT if root is None else root
    manifest = read_manifest(folder)
    check_files(folder, manifest)
    lean.import_spacy()
    _check_spacy(folder, manifest)
    return _assembled(folder, manifest)


def read_manifest(root: Path | None = None) -> dict[str, Any]:
    """Manifest of a pipeline folder: name, version, digests, training data, scores.

    Raises
    ------
    ArtefactError
        The manifest is missing, is not JSON, or is of another format.
    """
    path = (PIPELINE_ROOT if root is None else root) / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf8"))
    except FileNotFoundError as error:
        raise ArtefactError(
            what="the English pipeline has no manifest", where=str(path), fix=_REINSTALL
        ) from error
    except (OSError, ValueError) as error:
        raise ArtefactError(
            what=f"the manifest of the English pipeline is unreadable ({error})",
            where=str(path),
            fix=_REINSTALL,
        ) from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        found = manifest.get("format") if isinstance(manifest, dict) else None
        raise ArtefactError(
            what=f"the English pipeline is of format {found}, this slopscan reads {FORMAT}",
            where=str(path),
            fix="install the slopscan that the pipeline was made for",
        )
    return manifest


def check_files(root: Path, manifest: dict[str, Any]) -> None:
    """Compare every file of the manifest with its SHA-256.

    Raises
    ------
    ArtefactError
        A file is missing or differs.
    """
    for name, digest in manifest["files"].items():
        path = root / name
        try:
            found = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            raise ArtefactError(
                what="a file of the English pipeline is missing or unreadable",
                where=str(path),
                fix=_REINSTALL,
            ) from error
        if found != digest:
            raise ArtefactError(
                what="a file of the English pipeline is altered: its SHA-256 is "
                f"{found[:12]}..., the manifest says {digest[:12]}...",
                where=str(path),
                fix=_REINSTALL,
            )


def _check_spacy(root: Path, manifest: dict[str, Any]) -> None:
    import spacy  # noqa: PLC0415

    wanted = manifest["spacy_version"]
    found = spacy.about.__version__
    if not spacy.util.is_compatible_version(found, wanted):
        raise ArtefactError(
            what=f"the English pipeline needs spaCy {wanted}, this is {found}",
            where=str(root / "manifest.json"),
            fix=f"pip install 'spacy{wanted}'",
        )


def _assembled(root: Path, manifest: dict[str, Any]) -> Language:
    from slopscan.nlp import architecture  # noqa: PLC0415

    description = json.loads((root / "pipeline.json").read_text(encoding="utf8"))
    lemmas = json.loads((root / "lemmas.json").read_text(encoding="utf8"))
    try:
        arrays = architecture.read_arrays(root / "weights.npz")
        nlp = architecture.restore(description, arrays)
        architecture.add_lemmatizer(nlp, lemmas)
    except (KeyError, TypeError, ValueError) as error:
        raise ArtefactError(
            what=f"the weights do not fit the description of the English pipeline ({error})",
            where=str(root),
            fix=_REINSTALL,
        ) from error
    for key in ("name", "version", "description", "license"):
        nlp.meta[key] = manifest[key]
    return nlp
