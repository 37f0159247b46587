"""R4: zones and summer time hide no change: the account's, the site's and the machine's."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.campaigns import oracle
from tests.campaigns.nursery import Nursery, workplace
from tests.campaigns.sites import FEW, Home, Rig, pass_time, rude
from tests.campaigns.tally import Tally
from tests.sites import small_world

ACCOUNTS = (
    "Pacific/Pago_Pago",
    "Pacific/Marquesas",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Sao_Paulo",
    "UTC",
    "Europe/Zurich",
    "Asia/Tehran",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Australia/Adelaide",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
)
"""From -11 to +14; with halves and quarters of an hour, and a summer time of half an hour."""

MACHINES = ("UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati")

_STEPS = (600, 1200, 1800, 1800, 3600, 90, 7200, 20 * 3600)
"""Seconds between the syncs: they lie around the change of the clock."""


def run(seed: int, every: int = 16, tally: Tally | None = None) -> list[str]:
    """Run each n-th pair of zones, at both changes of a year; return what was lost."""
    tally = tally or Tally()
    number = 0
    with Nursery() as nursery, workplace() as folder:
        for account in ACCOUNTS:
            for machine in MACHINES:
                for spring in (True, False):
                    number += 1
                    if number % every == seed % every:
                        place = Path(folder) / str(number)
                        _run(nursery, place, (account, machine, spring), seed + number, tally)
    return tally.broken


def change_of(zone: str, spring: bool) -> datetime:
    """Return when the zone's clock goes forward (or back) in 2021; without one, as in Zurich."""
    place = ZoneInfo(zone)
    at = datetime(2021, 1, 1, tzinfo=UTC)
    while at.year == 2021:
        after = at + timedelta(minutes=30)
        moved = after.astimezone(place).utcoffset() - at.astimezone(place).utcoffset()
        if moved and (moved > timedelta()) is spring:
            return after
        at = after
    return change_of("Europe/Zurich", spring)


def _run(
    nursery: Nursery, folder: Path, zones: tuple[str, str, bool], seed: int, tally: Tally
) -> None:
    account, machine, spring = zones
    rng = random.Random(seed)
    world = small_world(account)
    change = change_of(account, spring)
    world.now = change - timedelta(hours=5)
    for number in range(12):
        world.create("ada", "IO", "Story", f"Story {number + 1}")
        pass_time(world, 60)
    found: list[str] = []
    with Rig(world, "cloud" if rng.random() < 0.7 else "datacenter") as rig:
        rig.traits.caller_zone = ZoneInfo(account)
        rig.traits.site_zone = ZoneInfo(rng.choice(ACCOUNTS))
        home = Home(nursery, folder, rig, f"overlap_hours = {seed % 2 * 2}")
        home.tune |= FEW
        world.now = change - timedelta(hours=2)
        for step in _STEPS:
            ended = _sync(home, machine)
            found += [f"{world.now:%m-%d %H:%M} UTC: {line}" for line in ended]
            _pass(rig, rng, step)
        found += _sync(home, machine)
    season = "spring" if spring else "autumn"
    name = f"seed {seed}, {rig.flavor}, account {account}, machine {machine}, {season}"
    tally.case(name, found, len(_STEPS))


def _pass(rig: Rig, rng: random.Random, seconds: int) -> None:
    """Let time pass: IO-1 changes every minute, another issue one minute before the end."""
    until = rig.world.now + timedelta(seconds=seconds)
    minutes = min(seconds // 60, 90)
    rig.world.now = until - timedelta(minutes=minutes)
    for minute in range(minutes):
        rig.world.edit("ada", "IO-1", summary=f"Busy {rig.world.now:%d %H:%M}")
        if minute == minutes - 1:
            rig.world.edit("ben", f"IO-{rng.randint(2, 12)}", summary=f"Late {rig.world.now}")
        pass_time(rig.world, 60)
    rig.world.now = until


def _sync(home: Home, machine: str) -> list[str]:
    rig = home.rig
    before = oracle.stored_issues(home.store) if home.store.exists() else {}
    rig.calm()
    found = rude(home.run(env={"TZ": machine}), (0,))
    found += oracle.differences(rig.world, home.store, rig.cloud)
    now = oracle.issue_rows(rig.world, ["IO"], rig.cloud)
    again = [n for n in _fetched(rig) if before.get(n) == now[n]]
    return found + ([f"{len(again)} unchanged issues were fetched again"] if again else [])


def _fetched(rig: Rig) -> set[int]:
    """Return the issues that were asked for in full."""
    found: set[int] = set()
    for request in rig.requests:
        body = request.body or {}
        if request.path.endswith("issue/bulkfetch"):
            found |= {int(number) for number in body["issueIdsOrKeys"]}
        elif "changelog" in body.get("expand", ()):
            inside = body["jql"].split("(")[-1].split(")")[0]
            found |= {int(n) for n in inside.split(",") if n.strip().isdigit()}
    return found
