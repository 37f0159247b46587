"""The same story, told by both faces, in any zone, all at once or bit by bit, is the same store."""

import sqlite3
from contextlib import closing
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest

from cadence.config import Config, Jira
from cadence.credentials import Credentials
from cadence.demo.server import SampleJira
from cadence.demo.story import load_world
from cadence.sync import sync

TABLES = ("issues", "changes", "versions", "statuses", "types", "projects")


def synced(path, flavor, days_before_the_end, zones=None):
    """Return what the store holds after syncs at these days before the story's end."""
    world = load_world()
    end = world.now
    with SampleJira(world, flavor) as jira:
        if zones:
            jira.traits.caller_zone, jira.traits.site_zone = map(ZoneInfo, zones)
        config = Config(jira=Jira(url=jira.url, projects=("TFIO",)))
        email = jira.email if flavor == "cloud" else None
        for days in days_before_the_end:
            world.now = end - timedelta(days=days)
            sync(path, config, Credentials(email, jira.token), world.now.astimezone(UTC))
    return held(path)


def held(path):
    """Return the rows of what Jira told, with people by name instead of by account."""
    with closing(sqlite3.connect(path)) as db:
        people = dict(db.execute("SELECT account, name FROM people"))
        return {
            table: sorted(
                (tuple(people.get(value, value) for value in row) for row in
                 db.execute(f"SELECT * FROM {table}")),
                key=str,
            )
            for table in TABLES
        }  # fmt: skip


@pytest.fixture(scope="module")
def at_once(tmp_path_factory):
    return synced(tmp_path_factory.mktemp("once") / "cadence.db", "cloud", [0])


@pytest.mark.parametrize(
    ("flavor", "zones"),
    [
        ("cloud", None),
        ("datacenter", None),
        ("cloud", ("Pacific/Kiritimati", "Asia/Kolkata")),
        ("datacenter", ("America/Adak", "Europe/Berlin")),
    ],
)
def test_a_store_kept_current_equals_one_filled_at_once(tmp_path, at_once, flavor, zones):
    days = [90, 79.5, 79.4, 30, 0]  # summer time begins 80 days before the end
    told = synced(tmp_path / "cadence.db", flavor, days, zones)
    for table in TABLES:
        assert told[table] == at_once[table], table
    assert len(told["issues"]) > 200
