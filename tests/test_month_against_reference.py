"""The month agrees with an independent reading of design.md, and with itself, on random worlds."""

from fractions import Fraction
from pathlib import Path

import pytest
from reference.compare import differences, program_says
from reference.oracle import Report
from reference.worlds import World, make_world, write_store

SEEDS = [*range(100, 132), 7, 18, 61, 326, 570]
HONEST = [seed for seed in range(200, 240) if seed % 10 != 7 and make_world(seed).honest][:16]


def stored(world: World, folder: Path, name: str = "cadence.db", **until) -> Path:
    path = folder / name
    write_store(world.rows(**until), path)
    return path


@pytest.mark.parametrize("seed", SEEDS)
def test_every_number_of_a_random_month_is_the_one_worked_out_by_brute_force(seed, tmp_path):
    world = make_world(seed)
    store = stored(world, tmp_path)
    for month in (world.month.back(1), world.month):
        told = differences(store, world.config, month, world.now)
        assert not told, f"seed {seed}, {month}:\n" + "\n".join(told)


@pytest.mark.parametrize("seed", HONEST)
def test_the_report_of_a_past_month_is_not_changed_by_what_came_after(seed, tmp_path):
    world = make_world(seed)
    month = world.month.back(1)
    then = stored(world, tmp_path, "then.db", until=month.end(world.config.team.zone))
    now = stored(world, tmp_path, "now.db")
    asked = (world.config, month, world.now)
    before, after = program_says(then, *asked), program_says(now, *asked)
    for part in ("focus", "done", "findings"):
        assert before[part] == after[part], f"seed {seed}, {month}, {part}"


@pytest.mark.parametrize("seed", range(300, 308))
def test_a_persons_day_is_effort_or_stale_or_unallocated_and_nothing_is_lost(seed, tmp_path):
    world = make_world(seed)
    report = Report(world.rows(), world.config, world.month, world.now.isoformat())
    for day in report.days:
        for person in report.persons():
            one = report.person_day(person, day)
            spent = sum(one["effort"].values(), Fraction(0))
            assert spent + one["stale"] + one["unallocated"] == one["capacity"]
    focus = program_says(stored(world, tmp_path), world.config, world.month, world.now)["focus"]
    days = focus["effort_days"] + focus["stale_days"] + focus["unallocated_days"]
    assert days == pytest.approx(focus["capacity_days"], abs=1e-9)
    assert sum(b["person_days"] for b in focus["buckets"]) == pytest.approx(
        focus["effort_days"], abs=1e-9
    )
