"""The campaigns by name: the promise of each, its small size for the tests, and its full size."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.campaigns import deletions, kills, moves, paging, schedules, throttling
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
        "R1",
        lambda seed, tally: kills.run(seed, kills.SMALL, tally),
        lambda seed, tally: kills.run(seed, kills.FULL, tally),
    ),
    "schedules": Campaign(
        "R2, R18",
        lambda seed, tally: schedules.run(seed, 12, tally),
        lambda seed, tally: schedules.run(seed, 300, tally),
    ),
    "paging": Campaign(
        "R6",
        lambda seed, tally: paging.run(seed, 6, tally),
        lambda seed, tally: paging.run(seed, 1, tally),
    ),
    "throttling": Campaign(
        "R7",
        lambda seed, tally: throttling.run(seed, 2, tally),
        lambda seed, tally: throttling.run(seed, 60, tally),
    ),
    "deletions": Campaign(
        "R8",
        lambda seed, tally: deletions.run(seed, 5, tally),
        lambda seed, tally: deletions.run(seed, 1, tally),
    ),
    "moves": Campaign(
        "R9",
        lambda seed, tally: moves.run(seed, 8, tally),
        lambda seed, tally: moves.run(seed, 100, tally),
    ),
}
