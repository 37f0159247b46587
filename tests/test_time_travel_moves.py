"""A past month does not change when issues move to another project, nor when versions do."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sites import small_world, utc
from syncing import FLAVORS, credentials_of

from cadence.config import Config, Jira, Member, Milestones, MilestoneSource, Team
from cadence.demo.server import SampleJira
from cadence.demo.world import World
from cadence.model import Filed
from cadence.month import Month
from cadence.plain import plain
from cadence.reports.content import month_content
from cadence.snapshot import snapshot_at
from cadence.store.database import open_store
from cadence.store.facts import load_facts
from cadence.sync import sync

ZONES = ("Pacific/Auckland", "America/St_Johns")
pytestmark = pytest.mark.parametrize("flavor", FLAVORS)


def config_of(jira: SampleJira, zone: str, source: MilestoneSource) -> Config:
    team = Team(name="us", timezone=zone, members=(Member("ada", account=_account(jira)),))
    return Config(
        team=team,
        jira=Jira(url=jira.url, projects=("IO", "OPS")),
        milestones=Milestones(source=source),
    )


def _account(jira: SampleJira) -> str:
    return "acc-ada" if jira.cloud else "apark"


def march(store: Path, config: Config, now: datetime) -> dict:
    with open_store(store) as db:
        facts = load_facts(db)
    month = Month.parse("2021-03", date(2021, 3, 1))
    values = plain(month_content(snapshot_at(facts, Filed(), config, month, now)))
    return values | {"synced_at": None}


def happened(world: World) -> tuple[str, str, str]:
    """An epic with two stories, one in progress; a version on both."""
    world.now = utc("2021-03-02 09:00")
    epic = world.create("ada", "IO", "Epic", "Readers", assignee="ada", due="2021-04-10")
    keys = [world.key_of(epic.id) or ""]
    for name in ("Cache", "Decode"):
        sets = {"parent": keys[0], "assignee": "ada", "fix_versions": ["io 1.0"]}
        made = world.create("ada", "IO", "Story", name, **sets)
        keys.append(world.key_of(made.id) or "")
    world.now = utc("2021-03-10 09:00")
    for key in keys:
        world.transition("ada", key, "In Progress")
    world.now = utc("2021-03-17 09:00")
    world.transition("ada", keys[1], "Done")
    return keys[0], keys[1], keys[2]


@pytest.mark.parametrize("zone", ZONES)
def test_a_move_to_another_project_after_the_month_is_not_told_in_it(flavor, zone, tmp_path):
    world = small_world()
    epic, cache, decode = happened(world)
    with SampleJira(world, flavor) as jira:
        config = config_of(jira, zone, MilestoneSource.EPICS)
        end = Month.parse("2021-03", date(2021, 3, 1)).end(config.team.zone).astimezone(UTC)
        world.now = end
        sync(tmp_path / "then.db", config, credentials_of(jira), end)
        then = march(tmp_path / "then.db", config, end)
        world.now = utc("2021-05-04 09:00")
        for key in (epic, cache, decode):
            world.move("ada", key, "OPS")
        later = world.now = utc("2022-04-01 09:00")
        for name in ("later.db", "then.db"):  # a store of its own, and the one that went on
            sync(tmp_path / name, config, credentials_of(jira), later)
            told = march(tmp_path / name, config, later)
            assert json.dumps(told, indent=1) == json.dumps(then, indent=1), name
    (row,) = then["done"]["milestones"]
    assert (row["key"], row["children"]["open"], row["children"]["done"]) == (epic, 1, 1)
    assert then["focus"]["effort_days"] > 0


@pytest.mark.parametrize("zone", ZONES)
def test_a_version_moved_and_released_after_the_month_is_as_it_was_seen(flavor, zone, tmp_path):
    world = small_world()
    happened(world)
    world.edit_version("io 1.0", release_date="2021-03-20")
    with SampleJira(world, flavor) as jira:
        config = config_of(jira, zone, MilestoneSource.VERSIONS)
        end = Month.parse("2021-03", date(2021, 3, 1)).end(config.team.zone).astimezone(UTC)
        for now in (utc("2021-03-11 09:00"), utc("2021-03-20 09:00"), end):
            world.now = now
            sync(tmp_path / "then.db", config, credentials_of(jira), now)
        then = march(tmp_path / "then.db", config, end)
        world.now = utc("2021-05-04 09:00")
        world.edit_version("io 1.0", release_date="2021-06-30", released=True)
        later = world.now = utc("2022-04-01 09:00")
        sync(tmp_path / "then.db", config, credentials_of(jira), later)
        told = march(tmp_path / "then.db", config, later)
    assert json.dumps(told, indent=1) == json.dumps(then, indent=1)
    (row,) = then["done"]["milestones"]
    assert (row["due"], row["owner"], row["built"]) == ("2021-03-20", None, None)
    assert (row["children"]["open"], row["children"]["done"]) == (1, 1)
