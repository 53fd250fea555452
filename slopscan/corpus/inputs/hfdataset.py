"""Folders written by Hugging Face `Dataset.save_to_disk`, read without that library.

A saved dataset is Arrow stream files named by `state.json`; a `DatasetDict` is one such folder
for each split, named by `dataset_dict.json`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from slopscan.errors import UsageError


def dataset_files(folder: Path) -> list[Path] | None:
    """Return the shards in order, all splits one after another; None for any other folder.

    Raises
    ------
    UsageError
        The folder is a saved dataset and is damaged or incomplete.
    """
    if (folder / "dataset_dict.json").is_file():
        splits = _read(folder / "dataset_dict.json").get("splits", [])
        return [file for split in splits for file in _shards(folder / str(split))]
    if (folder / "state.json").is_file() and (folder / "dataset_info.json").is_file():
        return _shards(folder)
    return None


def _shards(folder: Path) -> list[Path]:
    state = _read(folder / "state.json")
    if state.get("_indices_files"):
        raise UsageError(
            "this dataset was saved with an index of rows",
            where=str(folder),
            fix="save it again after `dataset.flatten_indices()`",
        )
    files = [folder / Path(str(item["filename"])).name for item in state.get("_data_files", [])]
    for file in files:
        if not file.is_file():
            raise UsageError(f"the shard {file.name} is missing", where=str(folder))
    return files


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(
            f"cannot be read as the state of a dataset: {error}", where=str(path)
        ) from error
    return data if isinstance(data, dict) else {}
