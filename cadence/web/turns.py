"""Writing in turns: answers that come at once share one transaction, and one wait for the disk.

Nobody is told that an answer is saved before that transaction is on the disk.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock

from sqlite_utils import Database

from cadence.store.database import open_store
from cadence.store.traceless import traceless

Work = Callable[[Database], object]


@dataclass(eq=False)
class _Job:
    """What one request wants to write, whether it was tried, and what went wrong.

    Its thread waits until the job is done, or until it is the one to write for all who wait.
    """

    work: Work
    woken: Event = field(default_factory=Event)
    done: bool = False
    fault: BaseException | None = None


class Turns:
    """Who writes to the store next: one alone, or all answers that are waiting together."""

    def __init__(self, store_path: Path) -> None:
        self._store_path = store_path
        self._turn = Lock()
        self._queue = Lock()
        self._waiting: list[_Job] = []
        self._somebody_writes = False

    @contextmanager
    def alone(self) -> Iterator[Database]:
        """Open the store for one who writes alone."""
        with self._turn, open_store(self._store_path, create=False) as db:
            yield db

    def together(self, work: Work) -> None:
        """Write with all who wait; what was refused of one leaves the others as they are.

        Raises what `work` raises, or what kept all of them from being stored.
        """
        job = _Job(work)
        with self._queue:
            self._waiting.append(job)
            first, self._somebody_writes = not self._somebody_writes, True
        if not first:
            job.woken.wait()
        if not job.done:
            self._write_all()
        if job.fault is not None:
            raise job.fault

    def _write_all(self) -> None:
        with self._turn:
            with self._queue:
                jobs, self._waiting = self._waiting, []
            try:
                self._write(jobs)
            finally:
                with self._queue:  # the next who waits writes for those who came meanwhile
                    following = self._waiting[:1]
                    self._somebody_writes = bool(following)
                for job in following + jobs:
                    job.done = job in jobs
                    job.woken.set()

    def _write(self, jobs: list[_Job]) -> None:
        try:
            with open_store(self._store_path, create=False) as db, traceless(db):
                for job in jobs:
                    _try(job, db)
        except BaseException as fault:  # noqa: BLE001 - raised to each whose words it kept back
            for job in jobs:
                job.fault = job.fault or fault


def _try(job: _Job, db: Database) -> None:
    try:
        job.work(db)
    except Exception as fault:  # noqa: BLE001 - it is raised to whom it concerns, not to the others
        job.fault = fault
