"""R14: a disk that is full at any point, a file or folder that cannot be written: nothing is lost."""

import random
from datetime import timedelta
from pathlib import Path

from tests.campaigns import oracle
from tests.campaigns.nursery import Nursery, workplace
from tests.campaigns.schedules import Kept
from tests.campaigns.sites import FLAVORS, SMALL_GROUPS, Home, Rig, live, made_world, rude
from tests.campaigns.tally import Tally

ENDS = (2, 3)
_SMALLEST = 512
"""Below, not even the line that tells of it could be written."""


def run(seed: int, points: int = 6, tally: Tally | None = None) -> list[str]:
    """Let the disk be full at so many points, then forbid to write; return the broken promises."""
    tally = tally or Tally()
    with Nursery() as nursery, workplace() as folder:
        for flavor in FLAVORS:
            with Rig(made_world(seed, 80, 400), flavor) as rig:
                disks = _Disks(nursery, Path(folder) / flavor, rig, seed)
                for number in range(points // len(FLAVORS)):
                    disks.full(number, points // len(FLAVORS), tally)
                for what in ("store", "data", "workspace"):
                    for later in (False, True):
                        disks.read_only(what, later, tally)
    return tally.broken


class _Disks:
    """The cases on one flavor: how large the files get is known before the first of them."""

    def __init__(self, nursery: Nursery, folder: Path, rig: Rig, seed: int) -> None:
        self.nursery, self.folder, self.rig = nursery, folder, rig
        world = rig.world
        self.moments = [world.now]
        rig.traits.page_cap = 20
        calm = self._home("calm")
        self.found = rude(calm.run(), (0,))
        # The log of the store is folded in at the end: while it lies there it is larger.
        self.sizes = [calm.store.stat().st_size * 6 // 5]
        self.loaded = calm.copied(folder / "loaded")
        world.now += timedelta(hours=4)
        live(world, random.Random(seed), 150)
        self.moments.append(world.now + timedelta(hours=9))  # longer ago than the overlap
        self.sizes.append(calm.store.stat().st_size * 6 // 5)

    def _home(self, name: str) -> Home:
        home = Home(self.nursery, self.folder / name, self.rig)
        home.tune |= SMALL_GROUPS
        return home

    def _begin(self, name: str, later: bool) -> Home:
        self.rig.world.now = self.moments[later]
        self.rig.calm()
        home = self.loaded.copied(self.folder / name) if later else self._home(name)
        home.tune |= SMALL_GROUPS
        return home

    def full(self, number: int, count: int, tally: Tally) -> None:
        """No file may grow beyond a size, as on a disk without room."""
        later = number % 2 == 1
        most = _SMALLEST + self.sizes[later] * number // count
        home = self._begin(f"full {number}", later)
        before = Kept(home.store)
        ended = home.run(largest_file=most)
        full = ended.code != 0
        found = self.found + (rude(ended, ENDS) if full else rude(ended, (0,)))
        found += self._intact(home, before) + self._recovers(home)
        when = "later" if later else "first"
        name = f"{self.rig.flavor}, {when} sync, files up to {most} bytes (exit {ended.code})"
        tally.case(name, found, int(full))

    def read_only(self, what: str, later: bool, tally: Tally) -> None:
        """The store, its folder or the workspace cannot be written."""
        home = self._begin(f"{what} {later}", later)
        (home.folder / "logs").mkdir(exist_ok=True)
        data = home.store.parent
        path = {"store": home.store, "data": data, "workspace": home.folder}[what]
        if not path.exists():
            return
        before = Kept(home.store)
        rights = path.stat().st_mode
        path.chmod(0o400 if what == "store" else 0o500)
        ended = home.run(plain=True)
        path.chmod(rights)
        codes = (0,) if what == "workspace" and later else (2,)
        found = self.found + rude(ended, codes) + self._intact(home, before)
        found += self._recovers(home)
        when = "later" if later else "first"
        name = f"{self.rig.flavor}, {when} sync, {what} read-only (exit {ended.code})"
        tally.case(name, found, 1)

    def _intact(self, home: Home, before: Kept) -> list[str]:
        if not home.store.exists() or not home.store.stat().st_size:
            return ["the store is gone"] if before.there else []
        with oracle.looking(home.store) as conn:
            tables = {row[0] for row in conn.execute("SELECT name FROM sqlite_master")}
        if "changes" not in tables:
            return ["the tables are gone"] if before.there else []
        return oracle.unsound(home.store) + before.spoilt(self.rig, home.store)

    def _recovers(self, home: Home) -> list[str]:
        self.rig.calm()
        found = rude(home.run(), (0,))
        found += oracle.differences(self.rig.world, home.store, self.rig.cloud)
        return [f"with room: {line}" for line in found]
