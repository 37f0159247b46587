"""What one run of the sync carries: the store, the site, the clocks, and what has happened."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlite_utils import Database

from cadence.jira.connect import Connection
from cadence.jira.site import Site
from cadence.model import State

MOST_LOOKS = 1000
"""So many issues are asked for alone by one sync, to see whether they are there."""

Progress = Callable[[int, int], None]
"""Told how many issues are fetched, of how many that are known to be due so far."""


@dataclass
class Pull:
    """One run: the store, the site, the clocks, and what has happened so far.

    `now` is ours and dates what is seen, `time` tells how late it is by then; `clock` is Jira's at
    the first answer and makes the watermark. `odd` were set aside by the runs before, `parents`
    are the keys of parents whose id is not known yet, by issue. `problems` are why the run is not
    complete.
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
    odd: frozenset[int] = frozenset()
    expected: int = 0
    due: int = 0
    fetched: int = 0
    looks_left: int = field(default_factory=lambda: MOST_LOOKS)
    parents: dict[int, str] = field(default_factory=dict)
    counts: dict[State, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
