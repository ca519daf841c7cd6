"""Do the parts of a verification in several processes, each with a connection of its own.

The processes are started as plain interpreters that import this module, not through ``multiprocessing``: that would run
the caller's own program again in each of them, unless its author knew to guard against it. All processes of a crew hash
strings with the same seed, drawn anew for each crew, so that their fingerprints can be compared and not foreseen.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from typing import IO, Any, Final, NamedTuple, Protocol

from evenhand.errors import EvenhandError, UnavailableError
from evenhand.ledger.order import Ids, Indexes, Versions, Walked, walk_ids, walk_versions
from evenhand.ledger.stretch import Examined, Rows, Stretch, examine
from evenhand.sentence import Sentence
from evenhand.store.store import Store

Job = Stretch | Versions | Ids
Result = Examined | Walked

_START: Final = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); "
    "from evenhand.ledger.crew import serve; serve(sys.stdin.buffer, sys.stdout.buffer)"
)


class Source(Rows, Indexes, Protocol):
    """What the parts of a verification read of a store."""


class Door(NamedTuple):
    """How another process opens the same entries."""

    url: str
    read_only: bool


def perform(stored: Source, job: Job) -> Result:
    """Do one part."""
    match job:
        case Stretch():
            return examine(stored, job)
        case Versions():
            return walk_versions(stored, job)
        case Ids():
            return walk_ids(stored, job)


def share(door: Door, jobs: Sequence[Job], *, workers: int) -> Iterator[Result]:
    """Yield the results in the order of the jobs, done by as many processes at once.

    Raises what a process could not do, or ``UnavailableError`` if one was killed.
    """
    with _crew(door, workers) as idle, ThreadPoolExecutor(workers) as threads:

        def ask(job: Job) -> Result:
            worker = idle.get()
            try:
                return _ask(worker, job)
            finally:
                idle.put(worker)

        yield from threads.map(ask, jobs)


def serve(asked: IO[bytes], answers: IO[bytes]) -> None:
    """Answer jobs until there are no more: the other side of ``share``."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who asks is interrupted, and closes the pipe
    gc.disable()  # nothing here makes cycles that grow, and looking for them costs a tenth
    door: Door = _load(asked)
    store: Store | None = None
    try:
        while (job := _next(asked)) is not None:
            try:
                store = store or Store.open(door.url, read_only=door.read_only)
                answer: Result | EvenhandError = perform(store.stored(), job)
            except EvenhandError as error:
                answer = error
            pickle.dump(answer, answers)
            answers.flush()
    finally:
        if store:
            store.close()


@contextmanager
def _crew(door: Door, workers: int) -> Generator[SimpleQueue[subprocess.Popen[bytes]]]:
    seed = int.from_bytes(os.urandom(4)) or 1
    started: list[subprocess.Popen[bytes]] = []
    try:
        idle: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        for _ in range(workers):
            worker = subprocess.Popen(  # noqa: S603 - our own interpreter and our own words
                [sys.executable, "-c", _START],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONHASHSEED": str(seed)},
            )
            started.append(worker)
            _tell(worker, sys.path)
            _tell(worker, door)
            idle.put(worker)
        yield idle
    finally:
        for worker in started:
            worker.kill()
            with suppress(OSError):  # what was still to be told it
                worker.communicate()


def _ask(worker: subprocess.Popen[bytes], job: Job) -> Result:
    _tell(worker, job)
    try:
        answer: Result | EvenhandError = _load(worker.stdout)
    except (EOFError, pickle.UnpicklingError):
        raise _ended() from None
    if isinstance(answer, EvenhandError):
        raise answer
    return answer


def _tell(worker: subprocess.Popen[bytes], what: Any) -> None:
    assert worker.stdin is not None  # noqa: S101 - it was started with a pipe
    try:
        pickle.dump(what, worker.stdin)
        worker.stdin.flush()
    except OSError:
        raise _ended() from None


def _ended() -> UnavailableError:
    return UnavailableError(
        Sentence("a process that was verifying a part of the ledger ended before it was done; run verify again")
    )


def _load(pipe: IO[bytes] | None) -> Any:
    assert pipe is not None  # noqa: S101 - it was started with a pipe
    return pickle.load(pipe)  # noqa: S301 - both ends are this module


def _next(pipe: IO[bytes]) -> Job | None:
    try:
        job: Job = _load(pipe)
    except EOFError:
        return None
    return job
