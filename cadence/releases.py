"""When a fix version was released: Jira keeps no history of it, so what each sync saw decides."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from cadence.history import Track, track
from cadence.model import Observation, Version
from cadence.month import midnight


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
    def _flags(self) -> Track[str | None]:
        return self._seen("released", "1" if self.version.released else "0")

    @cached_property
    def released(self) -> Track[date | None]:
        """The day from which the version counts as released, while it does.

        That is its release date; but where an earlier sync, after that date, still saw it
        unreleased, the day of the sync that first saw it released.
        """
        steps: list[tuple[datetime, date | None]] = []
        for flag, seen in zip(self._flags.values[1:], self._flags.at, strict=True):
            if flag != "1":
                steps.append((seen, None))
                continue
            day = self._release_day(seen, self._last_look(seen))
            steps.append((min(midnight(day, self.zone), seen), day))
        first = self._release_day(self._first_seen, None) if self._flags.values[0] == "1" else None
        return track(first, sorted(steps, key=lambda step: step[0]))

    @cached_property
    def _first_seen(self) -> datetime | None:
        return min((o.seen for o in self.observations), default=None)

    def _release_day(self, seen: datetime | None, look: datetime | None) -> date:
        """Return the release date, unless a look after that day had still seen it unreleased."""
        told = self.due.upto(seen) if seen else self.version.release_date
        if told and (look is None or look.astimezone(self.zone).date() <= told):
            return told
        return seen.astimezone(self.zone).date() if seen else date(1970, 1, 1)

    def _last_look(self, seen: datetime) -> datetime | None:
        index = bisect_left(self.looks, seen)
        return self.looks[index - 1] if index else None
