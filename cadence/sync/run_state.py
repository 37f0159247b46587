"""What one run of the sync carries: the store, the site, the clocks, and what has happened."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlite_utils import Database

from cadence.jira.connect import Connection
from cadence.jira.site import Site
from cadence.model import Sprint, State

MOST_LOOKS = 1000
"""So many issues are asked for alone by one sync, to see whether they are there."""

Progress = Callable[[int, int], None]
"""Told how many issues are fetched, of how many that are known to be due so far."""


@dataclass
class Pull:
    """One run: the store, the site, the clocks, and what has happened so far.

    `now` is ours and dates what is seen, `time` tells how late it is by then; `clock` is Jira's at
    the first answer and makes the watermark. `odd` were set aside by the runs before, `parents`
    are the keys of parents whose id is not known yet, by issue. `loading` tells of a first load,
    `daily` of a run that does what is due once a day, `problems` why the run is not complete.
    `drivers`: versions are milestones, and their owners are asked for.
    """

    db: Database
    connection: Connection
    site: Site
    now: datetime
    clock: datetime
    workers: int
    overlap: timedelta
    progress: Progress
    time: Callable[[], datetime]
    odd: set[int] = field(default_factory=set)
    loading: bool = False
    daily: bool = False
    drivers: bool = False
    expected: int = 0
    due: int = 0
    fetched: int = 0
    looks_left: int = field(default_factory=lambda: MOST_LOOKS)
    parents: dict[int, str] = field(default_factory=dict)
    sprints: set[Sprint] = field(default_factory=set)
    counts: dict[State, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def latest(self) -> datetime:
        """The later one of the two clocks: Jira can have told of nothing beyond it before."""
        return max(self.now, self.clock)

    def is_new(self, sprint: Sprint) -> bool:
        """Tell whether this run has not met a sprint as it is here: many issues are in one."""
        known = sprint in self.sprints
        self.sprints.add(sprint)
        return not known
