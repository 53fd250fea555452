"""Worker processes that score tasks, outlive their own crashes, and say which text did it.

On Linux and macOS workers are forked from one server process that has loaded the pipeline
(`preload`), so a worker costs little memory and a dead one is replaced at once; the parent stays
small and single-threaded, and holds no pipe that a sibling's death would have to close. On
Windows each worker loads its own.

A task whose worker dies or stalls is scored again text by text; a text that ends its worker
when alone becomes an error.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import connection
from types import ModuleType
from typing import Any, Final

from slopscan import errors
from slopscan.corpus.score import Item, Scored, nothing
from slopscan.corpus.worker import PRELOAD_VARIABLE, WorkerConfig, run
from slopscan.errors import SlopscanError

_PRELOAD: Final = "slopscan.corpus.preload"
_POLL_SECONDS: Final = 0.5
_MAX_FAILED_STARTS: Final = 3


@dataclass(eq=False)
class Task:
    """Texts to score together, and what is known of them so far."""

    index: int
    items: Sequence[Item]
    alone: bool = False
    done: dict[int, Scored] = field(default_factory=dict)

    @property
    def left(self) -> list[int]:
        """Positions without a result."""
        return [index for index in range(len(self.items)) if index not in self.done]

    def results(self) -> list[Scored]:
        """Return the results in order."""
        return [self.done[index] for index in range(len(self.items))]


@dataclass(eq=False)
class _Worker:
    process: Any
    channel: connection.Connection
    ready: bool = False
    leaving: bool = False
    task: Task | None = None
    sent: list[int] = field(default_factory=list)
    at: list[int] = field(default_factory=list)
    since: float = field(default_factory=time.monotonic)


class Pool:
    """A fixed number of workers.

    Parameters
    ----------
    config : WorkerConfig
    jobs : int
    timeout : float
        Seconds a batch of texts (100,000 characters, or one longer text) may take.
    """

    def __init__(self, config: WorkerConfig, jobs: int, *, timeout: float = 600.0) -> None:
        self._config = config
        self._jobs = jobs
        self._timeout = timeout
        self._workers: list[_Worker] = []
        self._redo: deque[Task] = deque()
        self._finished: deque[Task] = deque()
        self._failed_starts = 0
        self.provenance: dict[str, str | None] = {}
        self.skipped: list[str] = []
        self.restarts = 0
        self._context: Any = _context()

    def __enter__(self) -> Pool:
        """Start the workers and wait until the first is ready."""
        with _environment(self._config):
            _start_server()
            for _ in range(self._jobs):
                self._start()
        while not self.provenance:
            self._step()
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            _end(worker)
        self._workers.clear()

    def run(self, tasks: Iterator[Task]) -> Iterator[Task]:
        """Yield each task when its results are there, in any order.

        While all workers are busy, one task more is taken from `tasks`, so that none of them
        waits for what it costs to make one; and results are yielded when workers have their next.

        Raises
        ------
        SlopscanError
            The workers cannot be started, or their model is damaged.
        """
        following = next(tasks, None)
        while True:
            for worker in list(self._workers):
                if worker.task is not None or not worker.ready or worker.leaving:
                    continue
                if self._redo:
                    self._give(worker, self._redo.popleft())
                elif following is not None:
                    self._give(worker, following)
                    following = next(tasks, None)
            while self._finished:
                yield self._finished.popleft()
            busy = any(worker.task for worker in self._workers)
            if not (busy or following or self._redo):
                return
            self._step()

    def _give(self, worker: _Worker, task: Task) -> None:
        worker.task, worker.sent, worker.at = task, task.left, []
        worker.since = time.monotonic()
        rows = [
            [item.name, item.text, item.media_type]
            for item in (task.items[index] for index in worker.sent)
        ]
        message = json.dumps({"rows": rows, "alone": task.alone}).encode("ascii")
        try:
            worker.channel.send_bytes(message)
        except OSError:
            # It ended before it could take the task: no text is to blame.
            self._redo.appendleft(task)
            worker.task = None
            self._replace(worker)

    def _step(self) -> None:
        """Wait for news from the workers, and take it in."""
        by_handle: dict[Any, _Worker] = {}
        for worker in self._workers:
            by_handle[worker.channel] = worker
            by_handle[worker.process.sentinel] = worker
        news = connection.wait(list(by_handle), timeout=_POLL_SECONDS)
        for worker in dict.fromkeys(by_handle[handle] for handle in news):
            self._listen(worker)
        for worker in list(self._workers):
            waited = time.monotonic() - worker.since
            expected = worker.task is not None or not worker.ready
            if expected and waited > self._timeout:
                worker.process.kill()
                worker.process.join()
                self._lost(worker, f"took more than {self._timeout:g} seconds, alone too")

    def _listen(self, worker: _Worker) -> None:
        try:
            while worker.channel.poll():
                self._take(worker, json.loads(worker.channel.recv_bytes()))
        except (EOFError, OSError):
            worker.process.join(timeout=10)
            self._lost(worker, _cause(worker.process.exitcode))

    def _take(self, worker: _Worker, message: Mapping[str, Any]) -> None:
        worker.since = time.monotonic()
        if "ready" in message:
            worker.ready = True
            self._failed_starts = 0
            self.provenance = message["ready"]
        elif "fatal" in message:
            name, what, where, fix = message["fatal"]
            raise getattr(errors, name, SlopscanError)(what, where=where, fix=fix)
        elif "at" in message:
            worker.at = message["at"]
        elif worker.task is not None and "row" in message:
            worker.task.done[worker.sent[message["row"]]] = message["values"]
            worker.at = []
        elif worker.task is not None:
            task = worker.task
            task.done.update(zip(worker.sent, message["done"], strict=False))
            self.skipped += message["skipped"]
            worker.leaving = message["last"]
            worker.task = None
            self._finished.append(task)

    def _lost(self, worker: _Worker, cause: str) -> None:
        """Take the task of a dead worker back, and put another in its place."""
        task = worker.task
        if task is None and not worker.ready:
            self._failed_starts += 1
            if self._failed_starts >= _MAX_FAILED_STARTS:
                raise SlopscanError(
                    f"worker processes end before they are ready: {cause}",
                    fix="run with --jobs 1, or see whether memory is short",
                )
        if task is not None:
            if task.alone and worker.at:
                task.done[worker.sent[worker.at[0]]] = nothing(f"the scorer {cause}")
            task.alone = True
            if task.left:
                self._redo.append(task)
            else:
                self._finished.append(task)
            worker.task = None
        self._replace(worker)

    def _replace(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        _end(worker)
        self.restarts += 1
        self._start()

    def _start(self) -> None:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=run, args=(theirs, self._config), daemon=True)
        with _no_main():
            process.start()
        theirs.close()
        self._workers.append(_Worker(process, ours))


def default_jobs() -> int:
    """Return the number of cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _context() -> Any:
    names = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("forkserver" if "forkserver" in names else "spawn")


def _start_server() -> None:
    if "forkserver" in multiprocessing.get_all_start_methods():
        from multiprocessing import forkserver, resource_tracker  # noqa: PLC0415

        forkserver.set_forkserver_preload([_PRELOAD])
        # Ctrl-C reaches every process of a terminal; the parent alone answers it. A mask is
        # inherited, so not even a process that is still starting is interrupted. The resource
        # tracker, which the server starts too, would lift the mask.
        resource_tracker.ensure_running()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            with _no_main():
                forkserver.ensure_running()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _no_main() -> Iterator[None]:
    """Hide the program's main module: a worker needs nothing of it, and must not run it again."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


class _environment:  # noqa: N801
    """Settings for the server's preload, and one thread for each worker's arithmetic."""

    def __init__(self, config: WorkerConfig) -> None:
        threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
        self._values = {
            PRELOAD_VARIABLE: json.dumps(config.to_json()),
            **{name: os.environ.get(name, "1") for name in threads},
        }
        self._before: dict[str, str | None] = {}

    def __enter__(self) -> None:
        self._before = {name: os.environ.get(name) for name in self._values}
        os.environ.update(self._values)

    def __exit__(self, *_: object) -> None:
        for name, value in self._before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _end(worker: _Worker) -> None:
    worker.channel.close()
    worker.process.kill()
    worker.process.join(timeout=10)


def _cause(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        hint = ", perhaps for want of memory" if exit_code == -9 else ""
        return f"was ended by signal {-exit_code} on this text, alone too{hint}"
    return f"ended with code {exit_code} on this text, alone too"
