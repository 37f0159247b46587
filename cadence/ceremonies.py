"""When the team meets and who leads: recurrence rules of RFC 5545, and a fair rotation.

Who leads goes in rounds: in each, everybody leads once, in the order of the configuration. Whoever
is absent, or has swapped, leads at the next meeting of the round; a meeting that is not held costs
nobody the turn. So the later rounds stay as they were, and are the same however far one looks.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile

from cadence.config.records import Ceremony, Config
from cadence.model import CeremonyChange

BEGIN = date(2018, 1, 1)
"""A Monday. Rules are counted from here, so that every second week is the same for all."""

LATEST = date(2200, 1, 1)


@dataclass(frozen=True)
class Meeting:
    """One date of a ceremony; `day` is the date by the rule, `start` in the team's zone.

    `skipped` is the reason why it is not held. `facilitator` is None where nobody is named, or all
    are absent.
    """

    ceremony: str
    day: date
    start: datetime
    minutes: int
    facilitator: str | None = None
    skipped: str | None = None

    @property
    def end(self) -> datetime:
        """When it ends: so many minutes later by any clock, also in the night of a change."""
        zone = self.start.tzinfo
        return (self.start.astimezone(UTC) + timedelta(minutes=self.minutes)).astimezone(zone)


def meetings(
    config: Config, changes: Iterable[CeremonyChange], start: date, end: date
) -> tuple[Meeting, ...]:
    """Return the meetings of all ceremonies in `[start, end)`, in the order of time."""
    kept = tuple(changes)
    found = [
        meeting
        for ceremony in config.ceremonies
        for meeting in _since_begin(ceremony, config, kept, end)
        if meeting.day >= start
    ]
    return tuple(sorted(found, key=lambda meeting: (meeting.start, meeting.ceremony)))


def next_meetings(
    config: Config, changes: Iterable[CeremonyChange], now: datetime
) -> tuple[Meeting, ...]:
    """Return for each ceremony the next meeting that is held, the soonest first."""
    kept = tuple(changes)
    found = []
    for ceremony in config.ceremonies:
        ahead = (
            meeting
            for meeting in _since_begin(ceremony, config, kept, LATEST)
            if meeting.start > now and not meeting.skipped
        )
        if (first := next(ahead, None)) is not None:
            found.append(first)
    return tuple(sorted(found, key=lambda meeting: meeting.start))


def days(ceremony: Ceremony) -> Iterator[date]:
    """Yield the dates of a ceremony by its rule, from its start on."""
    from dateutil.rrule import rrulestr

    begin = datetime.combine(ceremony.start or BEGIN, time())
    rule = ceremony.rule.upper().removeprefix("RRULE:")
    # An end in UTC cannot be compared with local dates: the day is what counts.
    rule = re.sub(r"UNTIL=(\d{8})(T\d{6}Z?)?", r"UNTIL=\1T235959", rule)
    for moment in rrulestr(rule, dtstart=begin):
        yield moment.date()


def _since_begin(
    ceremony: Ceremony, config: Config, changes: tuple[CeremonyChange, ...], end: date
) -> Iterator[Meeting]:
    """Yield all meetings of a ceremony before a day, from the very first: the rotation needs it."""
    members = {member.name for member in config.team.members}
    changed = {
        one.day: _as_of_members(one, members) for one in changes if one.ceremony == ceremony.name
    }
    absent = {member.name: frozenset(member.days_off) for member in config.team.members}
    at = time.fromisoformat(ceremony.at)
    turns = _Turns(ceremony.facilitators)
    for day in takewhile(lambda day: day < end, days(ceremony)):
        change = changed.get(day)
        skipped = _skipped(change, day in config.team.holidays)
        leads = None
        if skipped is None:
            there = [one for one in ceremony.facilitators if day not in absent.get(one, ())]
            leads = change.facilitator if change else None
            leads = turns.take([leads] if leads else there)
        start = datetime.combine(day, at, config.team.zone)
        yield Meeting(ceremony.name, day, start, ceremony.minutes, leads, skipped)


def _as_of_members(change: CeremonyChange, members: set[str]) -> CeremonyChange:
    """Return a change without a facilitator who is no member any more: the rotation goes on."""
    gone = change.facilitator and members and change.facilitator not in members
    return replace(change, facilitator=None) if gone else change


class _Turns:
    """Whose turns are left in this round; the next one is begun when nobody of it is there."""

    def __init__(self, everybody: tuple[str, ...]) -> None:
        self._everybody = everybody
        self._left: list[str] = []

    def take(self, there: list[str]) -> str | None:
        """Return who of those there leads, and count the turn; None if nobody is there."""
        if not set(there) & set(self._everybody):
            return there[0] if there else None  # somebody from outside the rotation
        if not set(there) & set(self._left):
            self._left += self._everybody
        leads = next(one for one in self._left if one in there)
        self._left.remove(leads)
        return leads


def _skipped(change: CeremonyChange | None, holiday: bool) -> str | None:
    """Return why a meeting is not held; on a holiday it is held only if somebody took it."""
    if change and change.skipped:
        return change.why or "skipped"
    return "holiday" if holiday and not (change and change.facilitator) else None
