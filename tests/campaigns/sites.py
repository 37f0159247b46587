"""The sites that campaigns sync: seeded worlds with a life of their own, and a server with hooks."""

import random
import shutil
import ssl
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from cadence.demo.exchange import Answer, Request
from cadence.demo.records import Version
from cadence.demo.server import SampleJira
from cadence.demo.world import World
from tests.campaigns.nursery import LONGEST, Child, Ended, How, Nursery
from tests.sites import small_world

FLAVORS = ("cloud", "datacenter")
HASTY = {"patience": {"first_pause": 0.01}}
"""Waits that Jira did not ask for begin with a hundredth of a second."""

FEW = {"cadence.sync.granted:_OTHER_WAY": -(10**6)}
"""Sync a small scope as a large one is: by what has changed since the watermark."""

SMALL_GROUPS = {
    "cadence.jira.cloud:_BULK_HISTORIES": (20,),
    "cadence.jira.datacenter:_LARGEST_BATCH": 20,
    "cadence.jira.cloud:_BULK_ISSUES": 10,
}
"""Many small transactions where a small world would have a single one."""

ASIDE = {
    "cadence.jira.cloud:WORTH_A_PROCESS": 1,
    "cadence.jira.datacenter:WORTH_A_PROCESS": 1,
}
"""Read long answers in the process aside, as a large load does."""

_LABELS = ("io", "cache", "support", "probe")


def made_world(seed: int, issues: int, changes: int) -> World:
    """Return a site of so many issues in IO and so many changes, all from one seed."""
    rng = random.Random(seed)
    world = small_world()
    world.add(Version("10101", "io 2.0", "IO"))
    for number in range(issues):
        pass_time(world, rng.uniform(1, 90))
        if number and number % 10 == 0:
            parent = f"IO-{number // 10 * 10 - 9}"
            world.create("ben", "IO", "Story", f"Child {number + 1}", parent=parent)
        else:
            kind = "Epic" if number % 10 == 0 else "Story"
            world.create("ada", "IO", kind, f"Issue {number + 1}", points=rng.choice([None, 1, 5]))
    live(world, rng, changes)
    return world


def pass_time(world: World, seconds: float) -> None:
    """Let time pass on the site."""
    world.now = world.now + timedelta(seconds=seconds)


def live(world: World, rng: random.Random, changes: int, seconds: float = 40.0) -> list[int]:
    """Let so many changes happen to issues of IO, with time between; return whose they were."""
    # The latest states, not what is shown at this instant: the clock may have been set back.
    living = [
        issue.id
        for issue in world.issues.values()
        if not (last := issue.states.values[-1]).deleted and last.project == "IO"
    ]
    touched = []
    for number in range(changes):
        pass_time(world, rng.uniform(seconds / 10, seconds))
        one = rng.choice(living)
        _edit(world, rng, one, number)
        touched.append(one)
    return touched


def _edit(world: World, rng: random.Random, one: int, number: int) -> None:
    who = rng.choice(["ada", "ben"])
    match rng.randrange(8):
        case 0 | 1:
            status = rng.choice(["To Do", "In Progress", "Done"])
            more = {"resolution": "Done"} if status == "Done" else {}
            world.transition(who, one, status, **more)
        case 2:
            world.edit(who, one, assignee=rng.choice([None, "ada", "ben"]))
        case 3:
            world.edit(who, one, due=rng.choice([None, "2021-03-15", "2021-05-31"]))
        case 4:
            world.edit(who, one, labels=rng.sample(_LABELS, rng.randrange(3)))
        case 5:
            world.edit(who, one, summary=f"Renamed {number} — „é” {rng.randrange(1000)}")
        case 6:
            world.edit(who, one, points=rng.choice([None, 1, 2, 8]), fix_versions=["io 1.0"])
        case _:
            world.edit(who, one, description=rng.choice([None, f"Text {number}"]))


class Rig(SampleJira):
    """A sample Jira that calls hooks: `coming` as a request arrives, `going` with its answer.

    A hook that raises would look like a connection that breaks: it is raised when the rig ends.
    """

    def __init__(self, world: World, flavor: str = "cloud", **more: Any) -> None:
        super().__init__(world, flavor, **more)
        self.flavor = flavor
        self.count = 0
        self.failed: list[Exception] = []
        self.coming: Callable[[Request, int], None] = lambda request, number: None
        self.going: Callable[[Request, Answer, int], Answer] = lambda request, answer, number: (
            answer
        )

    def __enter__(self) -> Self:
        super().__enter__()
        self._server.handle_error = _tell_of_others  # type: ignore[method-assign]
        return self

    def __exit__(self, *raised: Any) -> None:
        super().__exit__(*raised)
        if self.failed and raised[1] is None:
            raise self.failed[0]

    def answer(self, request: Request) -> Answer:
        with self.lock:
            self.count += 1
            number = self.count
            try:
                self.coming(request, number)
                return self.going(request, super().answer(request), number)
            except Exception as fault:
                self.failed.append(fault)
                raise

    def calm(self) -> None:
        """Take the hooks off, and count anew."""
        self.coming = lambda request, number: None
        self.going = lambda request, answer, number: answer
        self.count = 0
        self.requests.clear()


def _tell_of_others(request: object, address: object) -> None:
    """Say nothing of a client that was killed, or trusts nobody; tell of anything else."""
    if not isinstance(sys.exception(), ConnectionError | ssl.SSLError):
        sys.excepthook(*sys.exc_info())


class Home:
    """A workspace on disk that syncs with a rig."""

    def __init__(self, nursery: Nursery, folder: Path, rig: Rig, more: str = "") -> None:
        self.nursery = nursery
        self.folder = folder
        self.rig = rig
        self.url = rig.url
        self.more = more
        self.projects = '["IO"]'
        self.tune: dict[str, Any] = dict(HASTY)
        folder.mkdir(parents=True, exist_ok=True)
        self.write()

    @property
    def store(self) -> Path:
        return self.folder / "data" / "cadence.db"

    def write(self) -> None:
        """Write cadence.toml."""
        (self.folder / "cadence.toml").write_text(
            f'[jira]\nurl = "{self.url}"\nprojects = {self.projects}\n{self.more}\n'
            '[team]\nname = "Squad"\ntimezone = "Europe/Zurich"\n'
            '[[team.members]]\nname = "Ada Park"\naccount = "acc-ada"\n'
        )

    def copied(self, folder: Path) -> "Home":
        """Return a copy of this workspace in another folder."""
        shutil.copytree(self.folder, folder)
        home = Home(self.nursery, folder, self.rig, self.more)
        home.url, home.projects, home.tune = self.url, self.projects, dict(self.tune)
        home.write()
        return home

    def how(self, **more: Any) -> How:
        """Return how runs are started here: the token in the environment, the site's clock."""
        env = {
            "CADENCE_JIRA_TOKEN": self.rig.token,
            "CADENCE_NOW": f"{self.rig.world.now:%Y-%m-%dT%H:%M:%SZ}",
            "HOME": str(self.folder),
        }
        if self.rig.cloud:
            env["CADENCE_JIRA_EMAIL"] = self.rig.email
        env |= more.pop("env", {})
        return How(env=env, tune=self.tune, **more)

    def start(self, *args: str, **more: Any) -> Child:
        """Begin `cadence ARGS`; without arguments, a sync."""
        return self.nursery.start(self.folder, *(args or ("sync",)), how=self.how(**more))

    def run(self, *args: str, longest: float = LONGEST, **more: Any) -> Ended:
        """Run `cadence ARGS` to its end; without arguments, a sync."""
        return self.start(*args, **more).wait(longest)


def rude(ended: Ended, codes: tuple[int, ...]) -> list[str]:
    """Return what is wrong with how a run ended: its code, its time, what it said."""
    said = f"{ended.err[-300:]!r}"
    found = [] if ended.code in codes else [f"exit code {ended.code}, not {codes}: {said}"]
    if ended.hung:
        found.append("it hung")
    if "Traceback" in ended.err or "Unexpected fault" in ended.err:
        found.append(f"a traceback: {said}")
    faults = [line for line in ended.err.splitlines() if line.startswith("cadence: ")]
    if ended.code > 0 and len(faults) != 1:
        found.append(f"{len(faults)} lines of error: {said}")
    return found


def clock(text: str) -> datetime:
    """Read an RFC 3339 instant."""
    return datetime.fromisoformat(text)
