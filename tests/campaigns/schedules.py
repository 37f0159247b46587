"""R2: whatever goes wrong on the wire, a sync is whole, or says that it is not and spoils nothing.

With it R18: what is partial is nowhere called complete.
"""

import json
import random
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cadence.demo.exchange import Answer, Request
from tests.campaigns import oracle
from tests.campaigns.nursery import LONGEST, Ended, Nursery, workplace
from tests.campaigns.sites import (
    ASIDE,
    FEW,
    FLAVORS,
    SMALL_GROUPS,
    Home,
    Rig,
    live,
    made_world,
    rude,
)
from tests.campaigns.tally import Tally
from tests.campaigns.wrongs import EVERYTHING, Wrong

FOR_EVER = 10**6
ENDS = (0, 2, 3, 4, 5, 8)
"""The exit codes that a sync may end with when Jira is at fault."""

_BUDGET = 2.0
_UNBEGUN = (4, 5)


@dataclass
class Planned:
    """A fault for so many fitting requests, from the n-th of them on."""

    wrong: Wrong
    first: int
    times: int
    seen: int = 0
    fired: int = 0

    def meets(self, request: Request) -> bool:
        """Count a request; true if this one goes wrong."""
        if not self.wrong.fits(request):
            return False
        self.seen += 1
        if self.seen < self.first or self.fired >= self.times:
            return False
        self.fired += 1
        return True

    def __str__(self) -> str:
        often = "for ever" if self.times == FOR_EVER else f"{self.times} times"
        return f"{self.wrong.name} from {self.first} on, {often}"


def run(seed: int, count: int = 16, tally: Tally | None = None) -> list[str]:
    """Run so many schedules, first and later syncs on both flavors; return the broken promises."""
    tally = tally or Tally()
    with Nursery() as nursery, workplace() as folder:
        for kind, flavor in enumerate(FLAVORS):
            with Rig(made_world(seed, 70, 160), flavor) as rig:
                schedules = _Schedules(nursery, Path(folder) / flavor, rig, seed)
                for number in range(kind, count, len(FLAVORS)):
                    schedules.run(number, tally)
    return tally.broken


class _Schedules:
    """The schedules on one flavor: what is undisturbed is known before the first of them."""

    def __init__(self, nursery: Nursery, folder: Path, rig: Rig, seed: int) -> None:
        self.nursery, self.folder, self.rig, self.seed = nursery, folder, rig, seed
        world = rig.world
        self.moments = [world.now]
        rng = random.Random(f"{seed} {rig.flavor}")
        world.now += timedelta(hours=4)
        live(world, rng, 25)
        world.delete("IO-60")
        world.create("ada", "IO", "Story", "New", parent="IO-1")
        self.moments.append(world.now + timedelta(hours=9))  # longer ago than the overlap
        rig.traits.page_caps = 30, 20, 20
        rig.traits.page_cap = 20
        calm = self._home("calm")
        self.logs: list[list[Request]] = []
        self.hashes: list[str] = []
        self.problems: list[str] = []
        for later in (False, True):
            self._set_clock(later)
            rig.calm()
            self.problems += rude(calm.run(), (0,)) + self._wrong(calm)
            self.logs.append(
                [Request(r.method, r.path, r.query, r.headers, r.body) for r in rig.requests]
            )
            self.hashes.append(oracle.content_hash(calm.store))
            if not later:
                self.loaded = calm.copied(folder / "loaded")

    def _home(self, name: str) -> Home:
        home = Home(self.nursery, self.folder / name, self.rig)
        home.tune |= {"patience": {"first_pause": 0.01, "longest_total": _BUDGET}}
        home.tune |= SMALL_GROUPS | FEW
        return home

    def _set_clock(self, later: bool) -> None:
        self.rig.world.now = self.moments[later]

    def _wrong(self, home: Home) -> list[str]:
        return oracle.differences(self.rig.world, home.store, self.rig.cloud)

    def run(self, number: int, tally: Tally) -> None:
        rng = random.Random(f"{self.seed} {number}")
        later = number % 4 >= 2
        self._set_clock(later)
        folder = self.folder / str(number)
        home = self.loaded.copied(folder) if later else self._home(str(number))
        home.tune = dict(self._home(str(number)).tune) | (ASIDE if number % 3 == 0 else {})
        plan = drawn(rng, self.logs[later])
        before = Kept(home.store)
        ended = self._disturbed(home, plan)
        found = self.problems + rude(ended, ENDS)
        found += self._whole(home, later) if ended.code == 0 else self._partial(home, ended, before)
        fired = sum(planned.fired for planned in plan)
        if not fired:
            found.append("no fault fired")
        self.rig.calm()
        again = home.run()
        found += [f"the next run: {line}" for line in rude(again, (0,)) + self._whole(home, later)]
        name = f"seed {self.seed}, schedule {number}, {self.rig.flavor}"
        told = "; ".join(map(str, plan))
        tally.case(f"{name} ({told}; exit {ended.code})", found, fired)

    def _disturbed(self, home: Home, plan: list[Planned]) -> Ended:
        def going(request: Request, answer: Answer, number: int) -> Answer:
            for planned in plan:
                if planned.meets(request):
                    answer = planned.wrong.spoil(answer, self.rig.world.now)
            return answer

        self.rig.calm()
        self.rig.going = going
        return home.run(longest=LONGEST + _BUDGET)

    def _whole(self, home: Home, later: bool) -> list[str]:
        found = self._wrong(home) + oracle.unsound(home.store)
        if oracle.content_hash(home.store) != self.hashes[later]:
            found.append("the content differs from that of an undisturbed run")
        if not oracle.last_run(home.store)[0]:
            found.append("it ended with 0, and its record is not complete")
        return found

    def _partial(self, home: Home, ended: Ended, before: "Kept") -> list[str]:
        if not home.store.exists():
            return []
        found = oracle.unsound(home.store) + before.spoilt(self.rig, home.store)
        if oracle.last_run(home.store)[0]:
            found.append("it failed, and its record is complete")
        return found + called_complete(home, ended)


def drawn(rng: random.Random, log: list[Request]) -> list[Planned]:
    """Return a schedule: one to six faults, each at a request that it fits."""
    assert log, "an undisturbed run asked for nothing"
    plan: list[Planned] = []
    while len(plan) < rng.choice([1, 1, 2, 3, 6]):
        wrong = rng.choice(EVERYTHING)
        fitting = sum(map(wrong.fits, log))
        if fitting:
            times = rng.choice([1, 1, 1, 2, 3, 6, FOR_EVER])
            plan.append(Planned(wrong, rng.randint(1, fitting), times))
    return plan


def called_complete(home: Home, ended: Ended) -> list[str]:
    """Return where, after a run that failed, its data is called complete."""
    found = []
    told = home.run("status")
    synced = told.out.splitlines()[:1]
    if told.code == 0 and not any("not complete" in line for line in synced):
        found.append(f"status says {synced}")
    told = home.run("report", "--month", "this", "--format", "json")
    # A run that Jira did not let in has touched nothing: what was whole before it is whole.
    if told.code == 0 and ended.code not in _UNBEGUN and json.loads(told.out)["complete"]:
        found.append("the report calls itself complete")
    return found


class Kept:
    """What a store held before a run."""

    def __init__(self, store: Path) -> None:
        self.there = store.exists()
        self.issues = oracle.stored_issues(store) if self.there else {}
        self.changes = oracle.stored_changes(store) if self.there else {}

    def spoilt(self, rig: Rig, store: Path) -> list[str]:
        """Return what is neither as it was before the run, nor as it is on the site now."""
        if not self.there:
            return []
        states = oracle.states(store)
        now = oracle.issue_rows(rig.world, ["IO"], rig.cloud)
        found = [f"issue {number} is gone" for number in self.issues if number not in states] + [
            f"issue {number} is {states[number]} and was not deleted"
            for number in self.issues
            if states.get(number) == "deleted" and number in now
        ]
        for number, row in oracle.stored_issues(store).items():
            if row not in (self.issues.get(number), now.get(number)):
                found.append(f"issue {number} is neither old nor new: {row}")
        changes = oracle.stored_changes(store)
        wanted = oracle.change_rows(rig.world, states, rig.cloud)
        for number in self.issues:
            here, old, new = (
                {key: row for key, row in rows.items() if key[0] == number}
                for rows in (changes, self.changes, wanted)
            )
            if here not in (old, new):
                found.append(f"the history of {number} is neither old nor new")
        return found[:5]
