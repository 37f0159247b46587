"""The campaigns by name: the promise of each, its small size for the tests, and its full size."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.campaigns import (
    bombs,
    certificates,
    configs,
    deletions,
    disks,
    drift,
    histories,
    kills,
    lag,
    locks,
    moves,
    names,
    pages,
    paging,
    places,
    poisons,
    schedules,
    secrets,
    throttling,
    writes,
    zones,
)
from tests.campaigns.tally import Tally

Runs = Callable[[int, Tally], object]


@dataclass(frozen=True)
class Campaign:
    """A campaign: the rows of the goals that it looks at, and how it is run from a seed."""

    goals: str
    small: Runs
    full: Runs


CAMPAIGNS: dict[str, Campaign] = {
    "kills": Campaign(
        "R1, R20",
        lambda seed, tally: kills.run(seed, kills.SMALL, tally),
        lambda seed, tally: kills.run(seed, kills.FULL, tally),
    ),
    "schedules": Campaign(
        "R2, R18",
        lambda seed, tally: schedules.run(seed, 4, tally),
        lambda seed, tally: schedules.run(seed, 300, tally),
    ),
    "lag": Campaign(
        "R3",
        lambda seed, tally: lag.run(seed, 1, 60, tally),
        lambda seed, tally: lag.run(seed, 20, 1500, tally),
    ),
    "zones": Campaign(
        "R4",
        lambda seed, tally: zones.run(seed, 56, tally),
        lambda seed, tally: zones.run(seed, 1, tally),
    ),
    "histories": Campaign(
        "R5",
        lambda seed, tally: histories.run(seed, histories.FEW, tally),
        lambda seed, tally: histories.run(seed, histories.LENGTHS, tally),
    ),
    "paging": Campaign(
        "R6",
        lambda seed, tally: paging.run(seed, 40, tally),
        lambda seed, tally: paging.run(seed, 1, tally),
    ),
    "throttling": Campaign(
        "R7",
        lambda seed, tally: throttling.run(seed, 2, tally),
        lambda seed, tally: throttling.run(seed, 60, tally),
    ),
    "deletions": Campaign(
        "R8",
        lambda seed, tally: deletions.run(seed, 18, tally),
        lambda seed, tally: deletions.run(seed, 1, tally),
    ),
    "moves": Campaign(
        "R9",
        lambda seed, tally: moves.run(seed, 4, tally),
        lambda seed, tally: moves.run(seed, 100, tally),
    ),
    "poisons": Campaign(
        "R11",
        lambda seed, tally: poisons.run(seed, 67, tally),
        lambda seed, tally: poisons.run(seed, 1, tally),
    ),
    "drift": Campaign(
        "R12",
        lambda seed, tally: drift.run(seed, 25, tally),
        lambda seed, tally: drift.run(seed, 1, tally),
    ),
    "locks": Campaign(
        "R13",
        lambda seed, tally: locks.run(seed, 0.25, tally),
        lambda seed, tally: locks.run(seed, 300.0, tally),
    ),
    "disks": Campaign(
        "R14",
        lambda seed, tally: disks.run(seed, 2, tally),
        lambda seed, tally: disks.run(seed, 50, tally),
    ),
    "secrets": Campaign(
        "T1-T4",
        lambda seed, tally: secrets.run(seed, 44, tally),
        lambda seed, tally: secrets.run(seed, 1, tally),
    ),
    "certificates": Campaign(
        "T4",
        lambda seed, tally: certificates.run(seed, certificates.CASES[:2], tally),
        lambda seed, tally: certificates.run(seed, certificates.CASES, tally),
    ),
    "bombs": Campaign(
        "T5",
        lambda seed, tally: bombs.run(seed, 40, False, tally),
        lambda seed, tally: bombs.run(seed, 1, True, tally),
    ),
    "configs": Campaign(
        "C1, C3",
        lambda seed, tally: configs.run(seed, 12, tally),
        lambda seed, tally: configs.run(seed, 500, tally),
    ),
    "names": Campaign(
        "S8",
        lambda seed, tally: names.run(seed, 8, tally),
        lambda seed, tally: names.run(seed, 500, tally),
    ),
    "commands": Campaign(
        "B1",
        lambda seed, tally: places.run(seed, 4, tally),
        lambda seed, tally: places.run(seed, 50, tally),
    ),
    "pages": Campaign(
        "B3, B4",
        lambda seed, tally: pages.run(seed, 6, tally),
        lambda seed, tally: pages.run(seed, 40, tally),
    ),
    "writes": Campaign(
        "B2, B3",
        lambda seed, tally: writes.run(seed, 4, tally),
        lambda seed, tally: writes.run(seed, 200, tally),
    ),
}
