"""A month reads only its own part of the store, and tells what it would tell of everything."""

import json
from dataclasses import replace

import pytest
from stretched import stretched, summed_up

from cadence.config import Member, Milestones, MilestoneSource
from cadence.plain import plain
from cadence.reach import facts_of
from cadence.reports.content import month_content
from cadence.snapshot import snapshot_at
from cadence.store.database import open_store
from cadence.store.facts import load_facts
from cadence.store.journal import load_filed

YEARS = 25
"""How far the past is stretched: what took four months takes eight years."""

BACK = (-1, 0, 1, 3, 7, 15, 30)


def told(facts, filed, config, month, now):
    return json.dumps(plain(month_content(snapshot_at(facts, filed, config, month, now))))


def read_both(world, config, path):
    """Whether all months agree; and how many issues were in the store, and how many were read."""
    with open_store(path) as db:
        full, filed = load_facts(db), load_filed(db)
        counts = []
        for month in (world.month.back(back) for back in BACK):
            if month.start(config.team.zone) > world.now:
                continue
            part = facts_of(db, filed, config, [month], world.now)
            asked = (filed, config, month, world.now)
            assert told(part, *asked) == told(full, *asked), f"seed {world.seed}, {month}"
            counts.append((len(full.issues), len(part.issues)))
    return counts


@pytest.mark.parametrize("seed", range(100))
def test_the_part_that_is_read_tells_what_everything_tells(seed, tmp_path):
    world = stretched(seed, YEARS)
    config = world.config
    if not config.team.members:
        config = replace(config, team=replace(config.team, members=(Member("Ada", "acc-ada"),)))
    read_both(world, config, summed_up(world, tmp_path / "cadence.db"))


@pytest.mark.parametrize("seed", range(500, 530))
def test_with_versions_as_milestones_too(seed, tmp_path):
    world = stretched(seed, YEARS)
    config = replace(world.config, milestones=Milestones(MilestoneSource.VERSIONS))
    read_both(world, config, summed_up(world, tmp_path / "cadence.db"))
