"""R9: a moved issue stays one issue, with its whole history, and is found by its old key."""

import random
from datetime import timedelta
from pathlib import Path

from tests.campaigns import oracle
from tests.campaigns.nursery import Nursery, workplace
from tests.campaigns.sites import FEW, FLAVORS, SMALL_GROUPS, Home, Rig, live, made_world, rude
from tests.campaigns.tally import Tally

WAYS = ("to OPS", "there and back", "to OPS, edited", "edited, to OPS")


def run(seed: int, moved: int = 12, tally: Tally | None = None) -> list[str]:
    """Move issues within the scope, and out of it, on both flavors; return the broken promises."""
    tally = tally or Tally()
    with Nursery() as nursery, workplace() as folder:
        for flavor in FLAVORS:
            for inside in (True, False):
                place = Path(folder) / f"{flavor}-{inside}"
                _run(nursery, place, flavor, inside, (seed, moved), tally)
    return tally.broken


def _run(
    nursery: Nursery,
    folder: Path,
    flavor: str,
    inside: bool,
    size: tuple[int, int],
    tally: Tally,
) -> None:
    seed, moved = size
    rng = random.Random(f"{seed} {flavor} {inside}")
    # Many more than are moved: out of the scope they must not look like a mass disappearance.
    world = made_world(seed, moved * 6, moved * 10)
    with Rig(world, flavor) as rig:
        home = Home(nursery, folder, rig)
        home.projects = '["IO", "OPS"]' if inside else '["IO"]'
        home.write()
        home.tune |= FEW | SMALL_GROUPS
        found = [f"the first sync: {line}" for line in rude(home.run(), (0,))]
        old_keys = {n: row[1] for n, row in oracle.stored_issues(home.store).items()}
        world.now += timedelta(hours=30)
        chosen = rng.sample(sorted(old_keys), moved)
        for position, number in enumerate(chosen):
            _move(rig, rng, number, WAYS[position % len(WAYS)])
        live(world, rng, moved)
        world.now += timedelta(hours=1)
        found += rude(home.run(), (0,))
        found += _wrong(home, inside, chosen, old_keys)
        found += [f"once more: {line}" for line in rude(home.run(), (0,))]
        found += _wrong(home, inside, chosen, old_keys)
    where = "within the scope" if inside else "out of it"
    tally.case(f"seed {seed}, {flavor}, {moved} moved {where}", found, moved)


def _move(rig: Rig, rng: random.Random, number: int, way: str) -> None:
    world = rig.world
    world.now += timedelta(minutes=rng.uniform(1, 5))
    if way == "edited, to OPS":
        world.edit("ada", number, summary="Moved soon")
    world.move("ada", number, "OPS")
    world.now += timedelta(minutes=rng.uniform(1, 5))
    if way == "to OPS, edited":
        world.edit("ben", number, summary="Moved")
    if way == "there and back":
        world.move("ben", number, "IO")


def _wrong(home: Home, inside: bool, chosen: list[int], old_keys: dict[int, str]) -> list[str]:
    world, cloud = home.rig.world, home.rig.cloud
    projects = ("IO", "OPS") if inside else ("IO",)
    found = oracle.differences(world, home.store, cloud, projects)
    states = oracle.states(home.store)
    away = {n for n in chosen if world.issues[n].states.values[-1].project not in projects}
    wrong = {n: states.get(n) for n in away if states.get(n) != "moved"}
    found += (
        [f"{len(wrong)} moved issues are not called so: {sorted(wrong.items())[:3]}"]
        if wrong
        else []
    )
    with oracle.looking(home.store) as conn:
        twice = list(conn.execute("SELECT key FROM issues GROUP BY key HAVING count(*) > 1"))
        told = dict(
            conn.execute(
                "SELECT from_text, issue_id FROM changes WHERE field = 'key' ORDER BY at DESC"
            )
        )
    found += [f"keys twice: {twice[:3]}"] if twice else []
    lost = [key for number, key in old_keys.items() if number in chosen and told.get(key) != number]
    return found + ([f"{len(lost)} old keys lead nowhere: {lost[:3]}"] if lost else [])
