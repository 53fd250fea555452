"""Score a folder on two raylets of this machine, killing a worker and then one of the raylets.

python run_cluster.py INPUT OUTPUT; prints what was killed, and the rows scored.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import ray
from ray.cluster_utils import Cluster

from slopscan.corpus.inputs import Reading, find_inputs
from slopscan.corpus.rayengine import score_on_ray
from slopscan.corpus.worker import WorkerConfig


def workers() -> list[int]:
    """Return the processes that hold a scorer."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            # Ray names its processes after the class they run.
            if b"ShardScorer" in place.read_bytes() and is_ours(int(place.parent.name)):
                found.append(int(place.parent.name))
        except OSError:
            continue
    return sorted(found)


def is_ours(pid: int) -> bool:
    while pid > 1:
        if pid == os.getpid():
            return True
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return False


def main(source: str, output: str) -> None:
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    second = cluster.add_node(num_cpus=1)
    ray.init(address=cluster.address, log_to_driver=False)
    killed: list[str] = []

    def done() -> int:
        return len(list(Path(output, "_done").glob("*")))

    def kill() -> None:
        while done() < 2:
            time.sleep(0.02)
        os.kill(workers()[0], signal.SIGKILL)
        killed.append("worker")
        while done() < 5:
            time.sleep(0.02)
        cluster.remove_node(second, allow_graceful=False)
        killed.append("machine")

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    config = WorkerConfig(parse=False)
    totals = score_on_ray(find_inputs([source]), Reading(), config, output)
    killer.join(timeout=60)
    print(*killed, totals["rows"])
    ray.shutdown()
    cluster.shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])
