"""`--engine ray`: shards scored by actors of a Ray cluster, streamed by Ray Data.

Each actor owns a worker process of its own, as a run on one machine does, so a text that
crashes or stalls becomes an error row there too and does not take the actor along. An actor or a
machine that dies is Ray's to replace; the shard it held is scored again from its beginning.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import slopscan
from slopscan.corpus.extra import needed
from slopscan.corpus.inputs import InputFile, Reading
from slopscan.corpus.pool import Pool
from slopscan.corpus.rows import RowOptions
from slopscan.corpus.shards import Beside, Shard, Target, plan, score_shard
from slopscan.corpus.worker import WorkerConfig


class ShardScorer:
    """An actor: holds a worker with the loaded pipeline, and scores the shards it is given."""

    def __init__(self, job: str) -> None:
        given = json.loads(job)
        rows = {**given["rows"], "keep": tuple(given["rows"]["keep"])}
        self._reading = Reading(RowOptions(**rows), given["encoding"])
        config = WorkerConfig.of_json(given["config"])
        self._pool = Pool(config, 1, timeout=given["timeout"])
        self._pool.__enter__()
        self.settings = {**given, "scoring": self._pool.provenance}
        self._target = Target(given["output"], self.settings, Beside(**given["beside"]))

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Score the shards of a batch (each a JSON text); return their counts, the same way."""
        results = []
        for text in batch["shard"]:
            values = json.loads(str(text))
            groups = values.pop("groups")
            shard = Shard(**values, groups=tuple(groups) if groups else None)
            counts = score_shard(shard, self._pool, self._reading, self._target)
            results.append(json.dumps({**counts, "scoring": self._pool.provenance}))
        return {"result": results}


def score_on_ray(
    files: Sequence[InputFile],
    reading: Reading,
    config: WorkerConfig,
    output: str,
    *,
    address: str | None = None,
    jobs: int | None = None,
    timeout: float = 600.0,
    beside: Beside | None = None,
) -> dict[str, int]:
    """Score inputs into a folder of shards on a Ray cluster.

    Parameters
    ----------
    files : sequence of InputFile
        On a file system that every machine reaches.
    reading : Reading
    config : WorkerConfig
    output : str
        Folder or URI that every machine reaches.
    address : str, optional
        Of the cluster; without it, the one at hand or a new one on this machine.
    jobs : int, optional
        Actors at most; as many as the cluster has cores by default.
    timeout : float
        Seconds; see `Pool`.
    beside : Beside, optional
        Other tables to write, each a folder or URI that every machine reaches.

    Returns
    -------
    dict
        Rows, errors and words of the whole.
    """
    ray: Any = needed("ray", "for --engine ray", extra="ray")
    data: Any = needed("ray.data", "for --engine ray", extra="ray")
    began = time.time()
    started = not ray.is_initialized()
    if started:
        ray.init(address=address, ignore_reinit_error=True, log_to_driver=False)
    data.DataContext.get_current().enable_progress_bars = False
    job = {
        "config": config.to_json(),
        "rows": {**asdict(reading.rows), "keep": list(reading.rows.keep)},
        "encoding": reading.encoding,
        "timeout": timeout,
        "output": output,
        "beside": asdict(beside or Beside()),
    }
    shards = plan(files)
    items = [{"shard": json.dumps(asdict(shard))} for shard in shards]
    most = max(1, min(jobs or int(ray.cluster_resources().get("CPU", 1)), len(shards)))
    results = data.from_items(items, override_num_blocks=len(items)).map_batches(
        ShardScorer,
        batch_size=1,
        num_cpus=1,
        compute=data.ActorPoolStrategy(min_size=1, max_size=most, max_tasks_in_flight_per_actor=2),
        fn_constructor_args=[json.dumps(job)],
        max_restarts=-1,
        max_task_retries=-1,
    )
    totals = {"rows": 0, "errors": 0, "words": 0}
    scoring: dict[str, Any] = {}
    for row in results.iter_rows():
        found = json.loads(row["result"])
        scoring = found.pop("scoring")
        totals = {name: totals[name] + found[name] for name in totals}
    manifest = {
        "slopscan": slopscan.__version__,
        "settings": {**job, "scoring": scoring},
        "inputs": [file.name for file in files],
        "shards": len(shards),
        "counts": totals,
        "seconds": round(time.time() - began, 1),
    }
    Target(output, {}, beside).finish(manifest)
    if started:
        ray.shutdown()
    return totals
