"""R1, R20: a sync that is killed at any point loses nothing, and the next one needs no help."""

import random
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tests.campaigns import oracle
from tests.campaigns.nursery import Child, Nursery, workplace
from tests.campaigns.sites import (
    FEW,
    FLAVORS,
    HASTY,
    SMALL_GROUPS,
    Home,
    Rig,
    live,
    made_world,
    rude,
)
from tests.campaigns.tally import Tally

MOMENTS = ("coming", "going", "writing")
_LONGEST_AFTER = 0.012
_LARGE = 1000


@dataclass(frozen=True)
class Site:
    """A site to kill syncs of, and how many."""

    issues: int
    changes: int
    edits: int
    kills: int


SMALL = (Site(60, 120, 12, 8),)
FULL = (Site(120, 400, 25, 110), Site(1200, 6000, 150, 70), Site(5000, 100_000, 800, 20))


@dataclass(frozen=True)
class Point:
    """When to strike: at the n-th request, so long after its answer, or at the n-th write."""

    moment: str
    number: int
    after: float


def run(seed: int, sites: tuple[Site, ...] = SMALL, tally: Tally | None = None) -> list[str]:
    """Kill syncs, half of them first ones, on both flavors; return the broken promises."""
    tally = tally or Tally()
    with Nursery() as nursery, workplace() as folder:
        for number, site in enumerate(sites):
            for flavor in FLAVORS:
                place = Path(folder) / f"{number}-{flavor}"
                _Kills(nursery, place, site, flavor, seed).run(tally)
    if tally.kills < sum(site.kills for site in sites) * 3 // 4:
        tally.broken.append(f"only {tally.kills} kills met a live process (seed {seed})")
    return tally.broken


class _Kills:
    """The kills on one site and flavor: what is undisturbed is known before the first of them."""

    def __init__(self, nursery: Nursery, folder: Path, site: Site, flavor: str, seed: int) -> None:
        self.nursery, self.folder, self.site, self.flavor = nursery, folder, site, flavor
        self.rng = random.Random(f"{seed} {flavor} {site.issues}")
        world = made_world(seed, site.issues, site.changes)
        self.first = world.now
        world.now += timedelta(hours=5)
        live(world, self.rng, site.edits)
        world.delete(f"IO-{site.issues // 10 * 10}")
        # Longer ago than the overlap: what a watermark that came too early hides is lost.
        self.second = world.now + timedelta(hours=9)
        self.world = world
        self.tune = HASTY | SMALL_GROUPS
        if site.issues < _LARGE:
            self.tune |= FEW
        self.span: dict[bool, tuple[int, int]] = {}
        self.hash: dict[bool, str] = {}

    def run(self, tally: Tally) -> None:
        with Rig(self.world, self.flavor) as rig:
            rig.traits.page_cap = 20 if self.site.issues < _LARGE else 250
            self.calm = self._home(rig, "calm")
            for first in (True, False):
                self._undisturbed(first, tally)
            count = self.site.kills // len(FLAVORS)
            for number in range(count):
                self._killed(number, count, tally)

    def _home(self, rig: Rig, name: str) -> Home:
        home = Home(self.nursery, self.folder / name, rig)
        home.tune = self.tune
        return home

    def _set_clock(self, first: bool) -> None:
        self.world.now = self.first if first else self.second

    def _undisturbed(self, first: bool, tally: Tally) -> None:
        self._set_clock(first)
        home = self.calm
        home.rig.calm()
        child = home.start()
        watch = _Writes(home.store, 0, lambda: None)
        ended = child.wait()
        writes = watch.stop()
        found = rude(ended, (0,)) + oracle.differences(self.world, home.store, self._cloud)
        found += oracle.unkempt(home.store)
        tally.case(f"{self._name(first)}, undisturbed", found)
        self.span[first] = home.rig.count, writes
        self.hash[first] = oracle.content_hash(home.store)
        if first:
            self.loaded = home.copied(self.folder / "loaded")

    @property
    def _cloud(self) -> bool:
        return self.flavor == "cloud"

    def _name(self, first: bool) -> str:
        return f"{self.flavor}, {self.site.issues} issues, {'first' if first else 'later'} sync"

    def _killed(self, number: int, count: int, tally: Tally) -> None:
        first = number % 2 == 0
        self._set_clock(first)
        folder = self.folder / str(number)
        home = self._home(self.calm.rig, str(number)) if first else self.loaded.copied(folder)
        points = [self._point(first, number, count)]
        if number % 5 == 4:  # and the one that goes on is killed, too
            points.append(self._point(first, self.rng.randrange(count), count))
        found: list[str] = []
        live_kills = 0
        for point in points:
            home.rig.calm()
            ended = strike(home, point)
            live_kills += ended.killed
            if not ended.killed:
                found += rude(ended, (0,))
            if home.store.exists():
                found += _legal(home.store)
        home.rig.calm()
        ended = home.run()
        found += rude(ended, (0,))
        found += oracle.differences(self.world, home.store, self._cloud)
        found += oracle.unsound(home.store)
        if oracle.content_hash(home.store) != self.hash[first]:
            found.append("the content differs from that of an undisturbed run")
        if not oracle.last_run(home.store)[0]:
            found.append("the last sync does not call itself complete")
        tally.kills += live_kills
        told = "; ".join(f"{p.moment} {p.number} + {p.after * 1000:.0f} ms" for p in points)
        tally.case(f"{self._name(first)}, kill {number} at {told}", found, live_kills)

    def _point(self, first: bool, number: int, count: int) -> Point:
        """Return the n-th of the points, which lie evenly from the first request to the last."""
        requests, writes = self.span[first]
        moment = MOMENTS[number // 2 % len(MOMENTS)]
        most = max(writes if moment == "writing" else requests, 1)
        at = min(1 + number * most // count, most)
        return Point(moment, at, self.rng.uniform(0, _LONGEST_AFTER))


def _legal(store: Path) -> list[str]:
    """Return what must not be seen even between a kill and the next sync."""
    if not store.stat().st_size:
        return []
    with oracle.looking(store) as conn:
        tables = [row[0] for row in conn.execute("SELECT name FROM sqlite_master")]
        if "syncs" not in tables:
            return []
    return oracle.unsound(store)


def strike(home: Home, point: Point):
    """Run a sync and kill it at a point; return how it ended."""
    known = threading.Event()
    children: list[Child] = []

    def kill() -> None:
        if known.wait(10):
            children[0].kill()

    def going(request, answer, number):
        if number == point.number:
            # The answer is written within a millisecond; then the child is at work on it.
            threading.Timer(point.after, kill).start()
        return answer

    def coming(request, number):
        if number == point.number:
            kill()

    if point.moment == "coming":
        home.rig.coming = coming
    elif point.moment == "going":
        home.rig.going = going
    watch = _Writes(home.store, point.number, kill) if point.moment == "writing" else None
    children.append(home.start())
    known.set()
    ended = children[0].wait()
    if watch:
        watch.stop()
    return ended


class _Writes:
    """Watches the store's log from outside: acts at its n-th growth, which is a commit at work."""

    def __init__(self, store: Path, number: int, act) -> None:
        self._log = store.with_name(f"{store.name}-wal")
        self._number, self._act = number, act
        self._over = threading.Event()
        self._seen = 0
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        last = None
        until = time.monotonic() + 120
        while not self._over.is_set() and time.monotonic() < until:
            try:
                told = self._log.stat()
                now = told.st_size, told.st_mtime_ns
            except OSError:
                now = None
            if now is not None and now != last:
                self._seen += 1
                if self._seen == self._number:
                    self._act()
                    return
            last = now
            time.sleep(0.0005)

    def stop(self) -> int:
        """Stop watching; return how many writes were seen."""
        self._over.set()
        self._thread.join()
        return self._seen
