"""Chance, from one seed: a zone and a month, and the choices that all parts of a world draw on."""

import random
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from cadence.month import Month

from .site import Operation, Site

# A zone and a month: each month holds a change of the clocks, or the zone is a far one.
PLACES = [
    ("America/Los_Angeles", Month(2021, 3)),
    ("America/Los_Angeles", Month(2020, 11)),
    ("Europe/Berlin", Month(2021, 3)),
    ("Europe/Berlin", Month(2020, 10)),
    ("Asia/Kolkata", Month(2021, 2)),
    ("Pacific/Auckland", Month(2021, 4)),
    ("Pacific/Auckland", Month(2020, 9)),
    ("Pacific/Kiritimati", Month(2021, 1)),
    ("Asia/Beirut", Month(2021, 3)),
    ("America/Havana", Month(2021, 11)),
    ("UTC", Month(2020, 2)),
]
DAY = timedelta(days=1)


class Chance:
    """The seed's own choices; the parts of a world are built on it."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.random = random.Random(seed)
        self.zone_name, self.month = self.random.choice(PLACES)
        self.zone = ZoneInfo(self.zone_name)
        self.first = self.month.back(self.random.randint(1, 4)).first
        self.last = self.month.back(-self.random.randint(0, 2)).last
        self.honest = self.random.random() < 0.7
        self.server = self.random.random() < 0.4
        self.odd_releases = seed % 10 == 7  # back-dated, undated, seen late
        # Few epics and work that flows: forecasts, percentiles.
        self.steady = self.random.random() < 0.4
        self.site = Site()
        self.operations: list[Operation] = []

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def pick(self, values):
        return self.random.choice(list(values))

    def some(self, values, most: int) -> list:
        values = list(values)
        return self.random.sample(values, self.random.randint(0, min(most, len(values))))

    def a_day(self) -> date:
        return self.first + DAY * self.random.randint(0, (self.last - self.first).days)

    def accounts(self) -> list[str]:
        return [f"acc-{name}" for name in ("ada", "ben", "chloe", "dev")[: self.team_size]]

    def now(self) -> datetime:
        """Mostly after everything; sometimes in the middle of the month."""
        if self.chance(0.25):
            day = self.month.first + DAY * self.random.randint(0, 27)
            return datetime(
                day.year, day.month, day.day, self.random.randint(0, 23), 17, 5, tzinfo=self.zone
            )
        return (
            datetime(self.last.year, self.last.month, self.last.day, 12, tzinfo=self.zone)
            + DAY * 40
        )
