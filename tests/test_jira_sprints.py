"""Sprints are read as either Jira writes them, whatever stands in their names and goals."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cadence.demo.server import SampleJira
from cadence.jira.sprints import decode_sprints
from cadence.model import Sprint
from cadence.store.database import open_store
from tests.sites import small_world
from tests.syncing import FLAVORS, NOW, issues_of, run_sync

JAVA = "com.atlassian.greenhopper.service.sprint.Sprint@1a2b["


def test_an_object_of_cloud_is_read():
    told = {"id": 7, "name": "Sprint 7", "state": "active", "startDate": "2021-03-01T09:00:00.000Z"}
    assert decode_sprints([told]) == (
        Sprint("7", "Sprint 7", "active", datetime(2021, 3, 1, 9, tzinfo=UTC)),
    )


@pytest.mark.parametrize("name", ["Plain", "A, B", "[x] y]", "two\nlines", "a=b", "Ümläut", ""])
@pytest.mark.parametrize("order", [1, -1])
def test_a_text_of_data_center_is_read_in_any_order_with_any_name(name, order):
    parts = ["id=12", "rapidViewId=3", "state=CLOSED", f"name={name}", "goal=<null>"]
    parts += ["startDate=2021-03-01T09:00:00.000Z", "endDate=<null>", "completeDate=<null>"]
    (found,) = decode_sprints([f"{JAVA}{','.join(parts[::order])}]"])
    assert (found.id, found.name, found.state) == ("12", name, "closed")
    assert found.starts == datetime(2021, 3, 1, 9, tzinfo=UTC)
    assert found.ends is None


@pytest.mark.parametrize("value", [None, [], [None], "x", [7], ["Sprint"], [{"name": "x"}], {}])
def test_what_is_no_sprint_is_none(value):
    assert decode_sprints(value) == ()


@pytest.mark.parametrize("flavor", FLAVORS)
def test_sprints_are_stored_and_their_dates_observed_as_they_change(flavor, tmp_path: Path):
    store = tmp_path / "cadence.db"
    world = small_world(issues=3)
    world.create_sprint("Sprint 1, [io]")
    world.edit("ada", "IO-2", sprints=["Sprint 1, [io]"])
    with SampleJira(world, flavor) as jira:
        run_sync(store, jira)
        world.now += timedelta(days=1)
        world.edit_sprint("Sprint 1, [io]", state="active", start="2021-01-05T09:00:00.000Z")
        world.edit("ada", "IO-2", summary="Renamed")
        run_sync(store, jira, now=NOW + timedelta(days=1))
    assert issues_of(store)["IO-2"].sprints == ("1",)
    with open_store(store) as db:
        assert db.conn.execute("SELECT name, state, starts FROM sprints").fetchall() == [
            ("Sprint 1, [io]", "active", "2021-01-05T09:00:00.000Z")
        ]
        seen = db.conn.execute(
            "SELECT value FROM observations WHERE subject = 'sprint:1' AND field = 'state'"
            " ORDER BY seen"
        ).fetchall()
    assert [value for (value,) in seen] == ["future", "active"]
