"""R13: two syncs, and reports meanwhile: one is told to wait, nobody sees a locked store."""

import re
import signal
import threading
import time
from datetime import timedelta
from pathlib import Path
from random import Random

from tests.campaigns import oracle
from tests.campaigns.nursery import Child, Nursery, workplace
from tests.campaigns.sites import FLAVORS, SMALL_GROUPS, Home, Rig, live, made_world, rude
from tests.campaigns.tally import Tally

READERS = (("status",), ("report", "--month", "this", "--format", "json"), ("findings",))


_PATIENCE = 20.0


def run(seed: int, seconds: float = 1.5, tally: Tally | None = None) -> list[str]:
    """Sync, try to sync and report at once for so long, on both flavors."""
    tally = tally or Tally()
    with Nursery() as nursery, workplace() as folder:
        for flavor in FLAVORS:
            with Rig(made_world(seed, 80, 200), flavor) as rig:
                home = Home(nursery, Path(folder) / flavor, rig)
                home.tune |= SMALL_GROUPS
                found = rude(home.run(), (0,))
                tally.case(f"{flavor}, at once", found + _crowded(home, seconds, tally), 1)
                tally.case(f"{flavor}, a holder that died", _inherited(home, tally), 1)
    return tally.broken


def _crowded(home: Home, seconds: float, tally: Tally) -> list[str]:
    rig, until = home.rig, time.monotonic() + seconds
    rig.traits.latency = 0.01
    found: list[str] = []
    counts = {"synced": 0, "told": 0, "read": 0}

    def more() -> bool:
        # On a busy machine it may take longer until each of them has happened.
        now = time.monotonic()
        return now < until or (not all(counts.values()) and now < until + _PATIENCE)

    def syncs() -> None:
        while more():
            ended = home.run()
            found.extend(rude(ended, (0, 6)))
            counts["synced" if ended.code == 0 else "told"] += 1
            if ended.code == 6 and not re.search(r"running \((process \d+|just begun)", ended.err):
                found.append(f"it names no holder: {ended.err!r}")

    def reads() -> None:
        number = 0
        while more():
            ended = home.run(*READERS[number % len(READERS)])
            found.extend(rude(ended, (0,)))
            counts["read"] += 1
            number += 1

    threads = [threading.Thread(target=act) for act in (syncs, syncs, reads)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        with rig.lock:
            live(rig.world, Random(counts["synced"]), 3)
        time.sleep(0.05)
    rig.traits.latency = 0.0
    rig.world.now += timedelta(hours=1)
    found += rude(home.run(), (0,)) + oracle.differences(rig.world, home.store, rig.cloud)
    found += [f"nothing was {what}" for what, count in counts.items() if not count]
    tally.say(f"  {counts}")
    return found


def _inherited(home: Home, tally: Tally) -> list[str]:
    """A sync that is killed while it holds the lock keeps nobody out."""
    held = threading.Event()
    home.rig.calm()
    home.rig.coming = lambda request, number: held.set() if number == 3 else None
    home.rig.traits.latency = 0.05
    child: Child = home.start()
    if not held.wait(10):
        return ["it has not begun"]
    found = rude(home.run(), (6,))
    tally.kills += child.kill(signal.SIGKILL)
    child.wait()
    home.rig.traits.latency = 0.0
    home.rig.calm()
    return found + [f"after the kill: {line}" for line in rude(home.run(), (0,))]
