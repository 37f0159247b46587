"""B2, B3: an action has exactly one issue, wherever the network or the process is cut."""

import random
from dataclasses import dataclass
from pathlib import Path

from cadence.demo.creation import is_creation
from cadence.demo.faults import cut_body, reset, status
from cadence.demo.world import World
from cadence.model import Action
from cadence.month import Month
from cadence.store.audit import load_written
from cadence.store.database import open_store
from cadence.store.journal import load_filed, save_action
from tests.campaigns.nursery import Nursery, workplace
from tests.campaigns.sites import FLAVORS, HASTY, Home, Rig, pass_time, rude
from tests.campaigns.tally import Tally
from tests.sites import small_world

CUTS = (
    "before send: the connection breaks",
    "before send: the process is killed",
    "after send: no answer",
    "answer lost: half of it came",
    "5xx after create",
    "5xx instead of create",
    "killed before the commit",
    "killed as it is sent",
)
_LAG_SECONDS = 120
_ACTIONS = '[actions]\nproject = "IO"\ntype = "Story"\n'
_QUICK = {"cadence.jira.client:READ_SECONDS": 5.0}


@dataclass
class Case:
    """One action, and the cuts that its push must survive."""

    home: Home
    rig: Rig
    rng: random.Random
    killed: int = 0
    cuts: int = 0

    @property
    def world(self) -> World:
        return self.rig.world

    @property
    def marked(self) -> list[str]:
        """Return the keys of all issues that bear a marker."""
        states = [issue.states.values[-1] for issue in self.world.issues.values()]
        return [s.key for s in states if any(label.startswith("cadence-") for label in s.labels)]

    def push(self, cut: str | None) -> int:
        """Push once, cut as told; return the exit code."""
        self.rig.calm()
        self.rig.planned.clear()
        child = self.home.start("action", "push", "--apply") if not cut else self._cut(cut)
        ended = child.wait()
        self.killed += ended.killed
        if not ended.killed:
            self.said = rude(ended, (0, 5))
        return ended.code

    def _cut(self, cut: str):
        children = []

        def kill() -> None:
            while not children:
                pass
            self.cuts += 1
            children[0].kill()

        def going(request, answer, number):
            wanted = is_creation(request) if cut == CUTS[6] else _is_last_look(request, self.rig)
            if wanted:
                kill()
            return answer

        def coming(request, number):
            if is_creation(request):
                kill()

        spoiled = {CUTS[0]: reset(), CUTS[2]: reset(), CUTS[3]: cut_body()}
        spoiled |= {CUTS[4]: status(502), CUTS[5]: status(503)}
        if cut in spoiled:
            instead = cut in (CUTS[0], CUTS[5])
            standing = self.rig.always(is_creation, spoiled[cut], instead=instead)
            self.cuts += 1
            assert standing
        elif cut == CUTS[7]:
            self.rig.coming = coming
        else:
            self.rig.going = going
        children.append(self.home.start("action", "push", "--apply"))
        return children[0]


def _is_last_look(request, rig: Rig) -> bool:
    """Tell whether this is the last question before an issue is created, more or less."""
    return "search" in request.path or "bulkfetch" in request.path


def run(seed: int, cases: int, tally: Tally | None = None) -> list[str]:
    """Cut so many pushes, on both flavors in turn; return the broken promises."""
    tally = tally or Tally()
    with Nursery() as nursery, workplace() as folder:
        for number in range(cases):
            rng = random.Random(f"{seed} writes {number}")
            flavor = FLAVORS[number % 2]
            cut = CUTS[number // 2 % len(CUTS)]
            with Rig(_world(rng), flavor) as rig:
                rig.traits.index_lag_ms = _LAG_SECONDS * 1000
                home = Home(nursery, Path(folder) / str(number), rig, _ACTIONS)
                home.tune = HASTY | _QUICK
                case = Case(home, rig, rng)
                found = _survived(case, cut)
                tally.kills += case.killed
                tally.case(f"{flavor}, {number}, {cut} (seed {seed})", found, case.cuts)
    return tally.broken


def _world(rng: random.Random) -> World:
    """Return a site where others create issues, too, the newest of them not yet in the index."""
    world = small_world(issues=rng.randrange(6))
    for number in range(rng.randrange(4)):
        pass_time(world, rng.uniform(1, 60))
        world.create("ben", "IO", "Story", f"Other {number}")
    return world


def _survived(case: Case, cut: str) -> list[str]:
    """Push with a cut, sometimes two, then until all is well; return what is wrong."""
    _agree(case)
    found: list[str] = []
    posts = 0
    cuts = [cut] + [case.rng.choice(CUTS)] * (case.rng.random() < 0.3)
    for number in range(60):
        code = case.push(cuts.pop(0) if cuts else None)
        posts += sum(is_creation(logged) for logged in case.rig.requests)
        if len(case.marked) > 1:
            found.append(f"{len(case.marked)} issues after push {number + 1}: {case.marked}")
            break
        if code == 0:
            break
        case.world.create("ada", "IO", "Story", f"Meanwhile {number}")
        pass_time(case.world, case.rng.choice([1, 20, 100, 130, 400, 700]))
    else:
        found.append("it never ended")
    return found + _kept(case, posts)


def _agree(case: Case) -> None:
    now = case.world.now
    action = Action(Month(2021, 1), "Write it down", "Ada Park", now.date(), now.date(), now)
    with open_store(case.home.store) as db:
        save_action(db, action)


def _kept(case: Case, posts: int) -> list[str]:
    """Return what is wrong with what the store says in the end."""
    with open_store(case.home.store) as db:
        (action,) = load_filed(db).actions
        rows = load_written(db)
    found = []
    if case.marked != [action.jira_key]:
        found.append(f"the action says {action.jira_key}, Jira has {case.marked}")
    if len(rows) != posts:
        found.append(f"{posts} writes were sent, the audit has {len(rows)} rows")
    token = case.rig.token.encode()
    if any(token in path.read_bytes() for path in case.home.folder.rglob("*") if path.is_file()):
        found.append("the token lies in a file")
    return found + getattr(case, "said", [])
