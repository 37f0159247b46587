"""R3: what the index learns late, while the site changes under the sync, is not lost."""

import random
from collections.abc import Mapping
from pathlib import Path

from cadence.demo.exchange import Request
from cadence.demo.world import World
from tests.campaigns import oracle
from tests.campaigns.nursery import Nursery, workplace
from tests.campaigns.sites import FEW, FLAVORS, Home, Rig, live, made_world, pass_time, rude
from tests.campaigns.tally import Tally

LATE = 0.2
"""This share of all updates is indexed late."""

LATEST = 120.0
_BETWEEN = 600.0
_EVERY = 3
"""Something changes with every third request."""


class LateIndex:
    """The index of a rig: each state of an issue has its own instant from which it is found."""

    def __init__(self, world: World, rng: random.Random) -> None:
        self._rng = rng
        self._read = len(world.log)
        self._late: dict[tuple[int, int], int] = {}
        self.delayed = 0

    def note(self, world: World) -> None:
        """Draw, for all that has happened since the last time, how late it is indexed."""
        counted: dict[int, int] = {}
        for number in reversed(world.log[self._read :]):
            counted[number] = counted.get(number, 0) + 1
            states = world.issues[number].states
            position = len(states.times) - counted[number]
            if self._rng.random() < LATE:
                late = self._rng.uniform(1.0, LATEST) * 1000
                self._late[number, position] = states.times[position] + int(late)
                self.delayed += 1
        self._read = len(world.log)

    def behind(self, world: World, searches: int) -> Mapping[int, int]:
        """Return by how many states the index is behind, for each issue where it is."""
        found = {}
        for number in {number for number, _ in self._late}:
            times = world.issues[number].states.times
            known = [
                position
                for position in range(len(times))
                if self._late.get((number, position), 0) <= world.instant
            ]
            missing = len(times) - (known[-1] + 1 if known else 0)
            if missing:
                found[number] = missing
        return found


def run(seed: int, seeds: int = 1, issues: int = 200, tally: Tally | None = None) -> list[str]:
    """Sync so many sites eight times under change, then once in quiet; return what is stale."""
    tally = tally or Tally()
    with Nursery() as nursery, workplace() as folder:
        for number in range(seed, seed + seeds):
            for flavor in FLAVORS:
                place = Path(folder) / f"{number}-{flavor}"
                _run(nursery, place, flavor, (number, issues), tally)
    return tally.broken


def _run(nursery: Nursery, folder: Path, flavor: str, size: tuple[int, int], tally: Tally) -> None:
    seed, issues = size
    rng = random.Random(f"{seed} {flavor}")
    world = made_world(seed, issues, issues)
    found: list[str] = []
    with Rig(world, flavor) as rig:
        index = LateIndex(world, rng)
        rig.searches = index
        rig.traits.page_caps = 5000, 200, 100
        rig.traits.page_cap = 200
        rig.traits.live_tokens = seed % 2 == 0
        home = Home(nursery, folder, rig)
        if seed % 4 < 2:
            home.tune |= FEW

        def coming(request: Request, number: int) -> None:
            if number % _EVERY == 0:
                _happen(world, rng, index)

        for number in range(8):
            rig.calm()
            rig.coming = coming
            found += [f"sync {number + 1}: {line}" for line in rude(home.run(), (0,))]
            for _ in range(20):
                _happen(world, rng, index, _BETWEEN / 20)
        pass_time(world, LATEST + 5)
        rig.calm()
        found += rude(home.run(), (0,))
        found += oracle.differences(world, home.store, rig.cloud)
    tally.case(f"seed {seed}, {flavor}, {issues} issues", found, index.delayed)


def _happen(world: World, rng: random.Random, index: LateIndex, seconds: float = 4.0) -> None:
    live(world, rng, 3, seconds / 3)
    if rng.random() < 0.1:
        world.create("ada", "IO", "Story", "New meanwhile")
    index.note(world)
