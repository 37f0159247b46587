"""R5: a history of any length is stored as it is, or the issue is marked and the run not whole."""

from dataclasses import dataclass
from pathlib import Path

from tests.campaigns import oracle
from tests.campaigns.nursery import Nursery, workplace
from tests.campaigns.sites import Home, Rig, pass_time, rude
from tests.campaigns.tally import Tally
from tests.sites import small_world

LENGTHS = (0, 1, 39, 40, 41, 99, 100, 101, 1000, 10_000)
FEW = (0, 40, 41, 101)


@dataclass(frozen=True)
class Way:
    """How a site serves histories. `whole`: all of them can be had there, one way or another."""

    name: str
    flavor: str
    traits: dict
    whole: bool = True


WAYS = (
    Way("in bulk", "cloud", {}),
    Way("in bulk, repeated", "cloud", {"repeated_histories": 3}),
    Way("in bulk, in no order", "cloud", {"shuffled_histories": True}),
    Way("bulk is 404", "cloud", {"changelog_bulkfetch": 404}),
    Way("bulk is 405", "cloud", {"changelog_bulkfetch": 405}),
    Way("bulk is 404, expand of 100", "cloud", {"changelog_bulkfetch": 404, "history_cap": 100}),
    Way("all at once", "datacenter", {}),
    Way("all at once, in no order", "datacenter", {"shuffled_histories": True}),
    *(
        Way(
            f"cut at {cap}, {named}",
            "datacenter",
            {"changelog_cap": cap, "issue_changelog": has},
            has,
        )
        for cap in (40, 100)
        for has, named in ((True, "and paged"), (False, "and no more"))
    ),
)


def run(seed: int, lengths: tuple[int, ...] = FEW, tally: Tally | None = None) -> list[str]:
    """Sync issues with histories of these lengths, served in every way."""
    tally = tally or Tally()
    with Nursery() as nursery, workplace() as folder:
        for number, way in enumerate(WAYS):
            _run(nursery, Path(folder) / str(number), way, lengths, tally)
    return tally.broken


def _run(nursery: Nursery, folder: Path, way: Way, lengths: tuple[int, ...], tally: Tally) -> None:
    world = small_world(issues=len(lengths))
    for number, length in enumerate(lengths, 1):
        for count in range(length):
            pass_time(world, 20)
            world.edit("ada", f"IO-{number}", summary=f"Summary {count}")
    with Rig(world, way.flavor) as rig:
        for name, value in way.traits.items():
            setattr(rig.traits, name, value)
        home = Home(nursery, folder, rig)
        ended = home.run()
        found = _marked(home, way, lengths)
        if way.whole:
            found += rude(ended, (0,)) + oracle.differences(world, home.store, rig.cloud)
        else:
            found += rude(ended, (3,))
    tally.case(f"{way.flavor}, {way.name} (exit {ended.code})", found, len(lengths))


def _marked(home: Home, way: Way, lengths: tuple[int, ...]) -> list[str]:
    """Return the issues whose history is not what was served, and which do not say so."""
    stored: dict[int, int] = {}
    for number, _, _ in oracle.stored_changes(home.store):
        stored[number] = stored.get(number, 0) + 1
    with oracle.looking(home.store) as conn:
        told = dict(conn.execute("SELECT key, history FROM issues"))
        ids = dict(conn.execute("SELECT key, id FROM issues"))
    found = []
    for number, length in enumerate(lengths, 1):
        key = f"IO-{number}"
        short = stored.get(ids[key], 0) < length
        if short != (told[key] == "cut"):
            found.append(f"{key}: {stored.get(ids[key], 0)} of {length} stored, marked {told[key]}")
        if short and way.whole:
            found.append(f"{key} is short of its history")
    return found
