"""When a fix version was released: Jira keeps no history of it, so what each sync saw decides."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from cadence.history import Track, merged, track
from cadence.model import Observation, Version
from cadence.month import midnight

EPOCH = date(1970, 1, 1)
"""Before anything that a sync could have seen."""


@dataclass(frozen=True)
class VersionHistory:
    """A fix version and what the syncs saw of it; `looks` are the instants of all syncs."""

    version: Version
    observations: tuple[Observation, ...]
    looks: Sequence[datetime]
    zone: ZoneInfo

    def _seen(self, field: str, now: str | None) -> Track[str | None]:
        """What was seen of a field; the first look also speaks for the time before it."""
        seen = [(o.seen, o.value) for o in self.observations if o.field == field]
        if not seen:
            return Track((), (now,))
        return track(seen[0][1], seen[1:])

    @cached_property
    def name(self) -> Track[str | None]:
        """The name."""
        return self._seen("name", self.version.name)

    @cached_property
    def due(self) -> Track[date | None]:
        """The release date, planned or past."""
        now = self.version.release_date
        seen = self._seen("release_date", now.isoformat() if now else None)
        days = [date.fromisoformat(value) if value else None for value in seen.values]
        return Track(seen.at, tuple(days))

    @cached_property
    def driver(self) -> Track[str | None]:
        """The account that leads it."""
        return self._seen("driver", self.version.driver)

    @cached_property
    def described(self) -> Track[bool]:
        """Whether it has a description."""
        flags = self._seen("described", "1" if self.version.description else "0")
        return Track(flags.at, tuple(flag == "1" for flag in flags.values))

    @property
    def tells_driver(self) -> bool:
        """Whether Jira tells who leads it, or that nobody does: Data Center does not."""
        return any(one.field == "driver" for one in self.observations)

    @cached_property
    def _seen_released(self) -> Track[tuple[str | None, date | None]]:
        flags = self._seen("released", "1" if self.version.released else "0")
        return merged(flags, self.due)

    @cached_property
    def released(self) -> Track[date | None]:
        """The day from which the version counts as released, while it does.

        That is its release date; but where an earlier sync, after that date, still saw it
        unreleased, the day of the sync that first saw it released.
        """
        states = self._seen_released
        steps: list[tuple[datetime, date | None]] = []
        was_released, before = states.values[0][0] == "1", midnight(EPOCH, self.zone)
        for (flag, told), seen in zip(states.values[1:], states.at, strict=True):
            if flag != "1":
                steps.append((seen, None))
            elif was_released:
                steps.append((seen, told or self._day(seen)))
            else:
                day = self._release_day(told, seen)
                steps.append((min(max(midnight(day, self.zone), before), seen), day))
            was_released, before = flag == "1", seen
        first_told = states.values[0][1] or (self._first_seen and self._day(self._first_seen))
        first = first_told if states.values[0][0] == "1" else None
        return track(first, sorted(steps, key=lambda step: step[0]))

    @cached_property
    def _first_seen(self) -> datetime | None:
        return min((o.seen for o in self.observations), default=None)

    def _release_day(self, told: date | None, seen: datetime) -> date:
        """Return the release date, unless a look after that day had still seen it unreleased."""
        look = self._last_look(seen)
        believed = told and (look is None or self._day(look) <= told)
        return told if told and believed else self._day(seen)

    def _day(self, instant: datetime) -> date:
        return instant.astimezone(self.zone).date()

    def _last_look(self, seen: datetime) -> datetime | None:
        index = bisect_left(self.looks, seen)
        return self.looks[index - 1] if index else None
