"""What every page may ask of the world: the store, the configuration, the clock, the month."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from threading import Lock

from sqlite_utils import Database

from cadence.config import Config
from cadence.errors import ConfigError
from cadence.model import Filed
from cadence.month import Month
from cadence.reach import facts_of
from cadence.reports.content import MonthContent, month_content
from cadence.snapshot import Snapshot, snapshot_at
from cadence.store.care import sum_up
from cadence.store.journal import load_filed
from cadence.store.runs import load_set_aside, load_syncs
from cadence.web.guard import Guesses
from cadence.web.reader import Reader
from cadence.web.turns import Turns
from cadence.web.visits import Visits


@dataclass
class Memory:
    """What was worked out a moment ago, and the mark of the store that it was worked out from."""

    content: dict[tuple[Month, bool], tuple[object, MonthContent]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)


@dataclass
class Site:
    """The workspace as it is served: its store, its clock, the addresses that are its own.

    `desk_token` opens everything to whoever runs the server; `tell` says something to them.
    `secure` is whether browsers come by https alone.
    """

    store_path: Path
    templates: Path
    config: Config
    clock: Callable[[], datetime]
    origins: frozenset[str]
    desk_token: str
    tell: Callable[[str], None]
    secure: bool = False
    memory: Memory = field(default_factory=Memory)
    guesses: Guesses = field(default_factory=Guesses)
    visits: Visits = field(default_factory=Visits)
    reader: Reader = field(default_factory=Reader)
    turns: Turns = field(init=False)

    def __post_init__(self) -> None:
        self.turns = Turns(self.store_path)

    @property
    def today(self) -> date:
        """The day it is in the team's zone."""
        return self.clock().astimezone(self.config.team.zone).date()

    @property
    def last_month(self) -> Month:
        """The month that ended last."""
        return Month.of(self.today).back(1)

    def store(self) -> AbstractContextManager[Database]:
        """Open the store to look."""
        return self.reader.open(self.store_path)

    def filed(self) -> Filed:
        """Return what people filed."""
        with self.store() as db:
            return load_filed(db)

    def snapshot(self, month: Month) -> Snapshot:
        """Return what was true in a month. Raises ConfigError if nothing was synced yet."""
        now = self.clock()
        with self.store() as db:
            sum_up(db)
            filed = load_filed(db)
            facts = facts_of(db, filed, self.config, (month,), now)
            set_aside = load_set_aside(db)
        if not facts.syncs:
            raise ConfigError("Nothing was synced yet", remedy="Run 'cadence sync' first")
        return snapshot_at(replace(facts, set_aside=set_aside), filed, self.config, month, now)

    def content(self, month: Month, *, answers: bool = True) -> MonthContent:
        """Return all that is told about a month, worked out anew only when something changed.

        Without `answers`, what people answer and vote changes nothing: the form's facts can do
        without, and need not be worked out after each answer.
        """
        with self.memory.lock:
            mark = self._mark(answers)
            held = self.memory.content.get((month, answers))
            if held and held[0] == mark:
                return held[1]
            content = month_content(self.snapshot(month))
            if len(self.memory.content) >= _MOST_MONTHS:
                self.memory.content.clear()
            self.memory.content[month, answers] = (mark, content)
            return content

    def _mark(self, answers: bool) -> object:
        """Return what differs whenever a report may: what was filed, the last sync, the day."""
        with self.store() as db:
            filed, syncs = load_filed(db), load_syncs(db)
        if not answers:
            filed = replace(filed, entries=(), reflections=())
        return (filed, syncs[-1:], self.today)


_MOST_MONTHS = 24
