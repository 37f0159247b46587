"""The month agrees with an independent reading of design.md, and with itself, on random worlds."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from reference.compare import differences, program_says
from reference.flows import flow
from reference.oracle import Report
from reference.rows import ms
from reference.site import Site
from reference.worlds import World, make_world, write_store

from cadence.config import Config, Milestones, MilestoneSource
from cadence.month import Month
from cadence.snapshot import Moment
from cadence.store.database import open_store
from cadence.store.facts import load_facts
from cadence.world import world_of

EPIC = {"key": "TFIO-1", "type": "100", "summary": "Parity", "status": "1"}
SEEDS = [*range(100, 116), 7, 18, 61, 326, 570, 9473]
HONEST = [seed for seed in range(200, 225) if seed % 10 != 7 and make_world(seed).honest][:10]


def stored(world: World, folder: Path, name: str = "cadence.db", **until) -> Path:
    path = folder / name
    write_store(world.rows(**until), path)
    return path


def at(day: date) -> int:
    return ms(datetime.combine(day, time(9), tzinfo=UTC).isoformat())


@pytest.mark.parametrize("seed", SEEDS)
def test_every_number_of_a_random_month_is_the_one_worked_out_by_brute_force(seed, tmp_path):
    world = make_world(seed)
    store = stored(world, tmp_path)
    for month in (world.month.back(1), world.month):
        told = differences(store, world.config, month, world.now)
        assert not told, f"seed {seed}, {month}:\n" + "\n".join(told)


@pytest.mark.parametrize("seed", range(4))
def test_forecasts_and_what_came_of_them_are_those_worked_out_by_brute_force(seed, tmp_path):
    write_store(flow(seed), tmp_path / "cadence.db")
    for number in (3, 5):
        asked = (Config(), Month(2021, number), datetime(2022, 1, 1, tzinfo=UTC))
        told = differences(tmp_path / "cadence.db", *asked)
        assert not told, f"seed {seed}, month {number}:\n" + "\n".join(told)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("source", MilestoneSource)
def test_what_is_kept_of_an_issue_between_two_turns_is_what_a_replay_tells(source, seed, tmp_path):
    world = make_world(seed)
    config = replace(world.config, milestones=Milestones(source))
    with open_store(stored(world, tmp_path)) as db:
        replayed = world_of(load_facts(db), config)
    looked_at = 0
    for history in replayed.histories.values():
        edges = [history.issue.created, history.issue.resolved or world.now, *history.turns]
        edges += [*history.kind.at, *history.due.at, *history.status.at]
        for instant in sorted({e + timedelta(milliseconds=n) for e in edges for n in (0, 1, 9)}):
            moment = Moment(replayed, instant)
            if (state := moment.issue(history.issue.id)) is not None:
                assert state == moment._replayed(history), f"seed {seed}, {state.key}, {instant}"
                looked_at += 1
    assert looked_at > 50


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


@pytest.mark.parametrize("seed", range(10))
def test_the_months_slips_add_up_to_the_whole(seed, tmp_path):
    """Holds where the date only ever moves forward: what is late in one month is not told twice."""
    chosen = random.Random(seed)
    site, due = Site(), date(2021, 1, 5) + timedelta(days=chosen.randint(0, 60))
    site.apply((at(date(2021, 1, 3)), "create", 1, EPIC | {"due": str(due)}))
    site.apply((at(date(2021, 1, 4)), "edit", None, 1, {"status": "2"}))
    days = sorted(chosen.sample(range(5, 175), chosen.randint(0, 5)))
    for day in days[:-1]:
        due += timedelta(days=chosen.randint(1, 50))
        moment = at(date(2021, 1, 1) + timedelta(days=day))
        site.apply((moment, "edit", None, 1, {"due": str(due)}))
    for day in days[-1:]:
        site.apply((at(date(2021, 1, 1) + timedelta(days=day)), "edit", None, 1, {"status": "4"}))
    write_store(site.rows([]), tmp_path / "cadence.db")
    now = datetime(2021, 7, 2, tzinfo=UTC)
    told = [
        program_says(tmp_path / "cadence.db", Config(), Month(2021, number), now)
        for number in range(1, 7)
    ]
    epics = [one["done"]["milestones"][0] for one in told]
    assert sum(epic["slip_in_month_days"] for epic in epics) == epics[-1]["slip_days"]
