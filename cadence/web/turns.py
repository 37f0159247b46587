"""Writing in turns: answers that come at once share one transaction, and one wait for the disk.

Nobody is told that an answer is saved before that transaction is on the disk.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from sqlite_utils import Database

from cadence.store.database import open_store
from cadence.store.traceless import traceless

Work = Callable[[Database], object]


@dataclass(eq=False)
class _Job:
    """What one request wants to write, whether it was tried, and what went wrong."""

    work: Work
    done: bool = False
    fault: BaseException | None = None


class Turns:
    """Who writes to the store next: one alone, or all answers that are waiting together."""

    def __init__(self, store_path: Path) -> None:
        self._store_path = store_path
        self._turn = Lock()
        self._waiting: list[_Job] = []

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
        self._waiting.append(job)
        with self._turn:
            if not job.done:  # else somebody has taken it along
                self._write_all()
        if job.fault is not None:
            raise job.fault

    def _write_all(self) -> None:
        jobs, self._waiting = self._waiting, []
        try:
            with open_store(self._store_path, create=False) as db, traceless(db):
                for job in jobs:
                    _try(job, db)
        except BaseException as fault:
            for job in jobs:
                job.fault = job.fault or fault
            raise
        finally:
            for job in jobs:
                job.done = True


def _try(job: _Job, db: Database) -> None:
    try:
        job.work(db)
    except Exception as fault:  # noqa: BLE001 - it is raised to whom it concerns, not to the others
        job.fault = fault
