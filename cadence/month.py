"""The calendar month in the team's zone, and the ways in which people write one."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cadence.errors import ConfigError

_NAMES = (
    "january february march april may june july august september october november december"
).split()


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """A calendar month: `[first day 00:00, next month's first day 00:00)` in the team's zone."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Month":
        """Return the month that contains this day."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str, today: date) -> "Month":
        """Understand `2026-10`, `2026/10`, `oct`, `October 2026`, `last` and `this`.

        A name without a year is the latest such month that has begun.
        Raises ConfigError for anything else.
        """
        words = text.strip().lower()
        this = cls.of(today)
        if words in ("this", "last"):
            return this if words == "this" else this.back(1)
        if found := re.fullmatch(r"(\d{4})[-/](\d{1,2})", words):
            year, number = int(found[1]), int(found[2])
        elif found := re.fullmatch(r"([a-z]{3,9})\.?,?(?:[ -](\d{4}))?", words):
            number = _number(found[1])
            year = int(found[2]) if found[2] else this.year - (number > this.number)
        else:
            number = year = 0
        if not (1 <= number <= 12 and 1900 <= year <= 2200):
            raise ConfigError(
                f"'{text.strip()}' is no month",
                remedy="Write 2026-10, 2026/10, oct, 'October 2026', last or this",
            )
        return cls(year, number)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    def back(self, months: int) -> "Month":
        """Return the month that many months earlier (later, if negative)."""
        count = self.year * 12 + self.number - 1 - months
        return Month(count // 12, count % 12 + 1)

    @property
    def name(self) -> str:
        """The month as people say it: `October 2026`."""
        return f"{_NAMES[self.number - 1].capitalize()} {self.year}"

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """The last day."""
        return self.back(-1).first - timedelta(days=1)

    def contains(self, day: date) -> bool:
        """Tell whether this day lies in the month."""
        return self.first <= day <= self.last

    def start(self, zone: ZoneInfo) -> datetime:
        """The instant at which the month begins in that zone."""
        return midnight(self.first, zone)

    def end(self, zone: ZoneInfo) -> datetime:
        """The instant at which the next month begins in that zone."""
        return self.back(-1).start(zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which a day begins in that zone."""
    return datetime.combine(day, time(), tzinfo=zone)


def _number(name: str) -> int:
    """Return 1-12 for an English month name or its beginning (three letters at least), else 0."""
    return next((n for n, full in enumerate(_NAMES, 1) if full.startswith(name)), 0)
