"""Worlds in which work flows: epics whose children are finished week by week, with dates to meet."""

import random
from datetime import UTC, date, datetime, time, timedelta

from .rows import Rows, ms
from .site import Site

START = date(2021, 1, 1)


def flow(seed: int) -> Rows:
    """Three epics of a half year; each has its own pace, and a date that it may meet or miss."""
    drawn, site = random.Random(seed), Site()
    for epic in (1, 2, 3):
        _epic(site, drawn, epic)
    return site.rows([])


def _epic(site: Site, drawn: random.Random, epic: int) -> None:
    size, per_week = drawn.randint(8, 16), drawn.choice([0.8, 1.5, 2.5])
    started = drawn.randint(0, 20)
    due = started + int(7 * size / per_week * drawn.uniform(0.7, 1.5))
    fields = {"key": f"A-{epic}", "type": "100", "summary": f"Epic {epic}", "status": "1"}
    site.apply((at(0), "create", epic, fields | {"due": str(day(due))}))
    site.apply((at(started), "edit", None, epic, {"status": "2"}))
    last = started
    for position in range(size):
        last += 1 + int(drawn.expovariate(per_week / 7))
        _child(site, epic, epic * 100 + position, last)
    site.apply((at(last + drawn.randint(0, 9)), "edit", None, epic, {"status": "4"}))
    if drawn.random() < 0.3:
        site.apply((at(last + 20), "edit", None, epic, {"resolution": "Won't Do"}))


def _child(site: Site, epic: int, number: int, finished: int) -> None:
    fields = {"key": f"A-{number}", "type": "101", "summary": f"Part {number}", "status": "1"}
    site.apply((at(0) + number, "create", number, fields | {"parent": epic}))
    site.apply((at(finished) + number, "edit", None, number, {"status": "4"}))


def day(number: int) -> date:
    return START + timedelta(days=number)


def at(number: int) -> int:
    return ms(datetime.combine(day(number), time(9), tzinfo=UTC).isoformat())
