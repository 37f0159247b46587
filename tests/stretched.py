"""Random worlds with a long past: what happened before the month's eve is spread over years."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from reference.rows import ms
from reference.worlds import World, make_world, write_store

from cadence.store.database import open_store, writing
from cadence.store.summary import mend_summary


def stretched(seed: int, factor: int) -> World:
    """The world of a seed, its past spread out by a factor, sign-offs too."""
    world = make_world(seed)
    eve = world.month.back(1).first - timedelta(days=10)
    pivot = ms(datetime.combine(eve, datetime.min.time(), world.config.team.zone).isoformat())

    def moved(operation):
        moment, kind, *rest = operation
        if kind == "file" and rest[0] == "sign_offs":
            days = ("day", "withdrawn")
            rest = [rest[0], rest[1] | {day: _earlier(rest[1][day], eve, factor) for day in days}]
        if kind == "file" or not 0 < moment < pivot:
            return (moment, kind, *rest)
        return (pivot - (pivot - moment) * factor, kind, *rest)

    return replace(world, operations=[moved(operation) for operation in world.operations])


def _earlier(text: str | None, eve: date, factor: int) -> str | None:
    if text is None or (day := date.fromisoformat(text)) >= eve:
        return text
    return str(eve - (eve - day) * factor)


def summed_up(world: World, path: Path) -> Path:
    """Write a world into a store, and its summary as a sync would have."""
    write_store(world.rows(), path)
    with open_store(path) as db, writing(db):
        mend_summary(db)
    return path
