"""Who leads a version: asked of Cloud where versions are milestones, and written down as seen."""

from datetime import timedelta

import pytest
from boards import Board

from cadence.config import Config, Jira, Milestones, MilestoneSource
from cadence.demo.faults import status
from cadence.demo.records import Project
from cadence.demo.server import SampleJira
from cadence.figures.capacity import people
from cadence.findings import findings
from cadence.model import Person
from cadence.reports.done import done_content
from cadence.sync import sync
from tests.sites import small_world, utc
from tests.syncing import FLAVORS, NOW, credentials_of, facts_of, run_sync, spoil

FOUR = ("P3", "P4", "P5", "P6")


@pytest.mark.parametrize("flavor", FLAVORS)
def test_the_driver_of_a_version_is_asked_for_where_versions_are_milestones(flavor, store):
    """Also of a store that was filled before: at the next sync, with the people's names."""
    world = small_world(issues=1)
    world.edit_version("io 1.0", driver="ben")
    with SampleJira(world, flavor) as jira:
        run_sync(store, jira, now=utc("2021-02-01 09:00"))
        assert not any("/version" in request.path for request in jira.requests)
        asked = Config(
            jira=Jira(url=jira.url, projects=("IO", *FOUR)),
            milestones=Milestones(MilestoneSource.VERSIONS),
        )
        for key in FOUR:
            world.add(Project(f"110{key[1]}", key, key))
        sync(store, asked, credentials_of(jira), utc("2021-02-01 10:00"))
        world.now += timedelta(days=1)
        world.edit_version("io 1.0", driver=None)
        sync(store, asked, credentials_of(jira), utc("2021-02-03 09:00"))
    told = [(o.value, o.seen.day) for o in facts_of(store).observations if o.field == "driver"]
    names = {person.account: person.name for person in facts_of(store).people}
    if flavor == "cloud":
        assert told == [("acc-ben", 1), (None, 3)]
        assert names["acc-ben"] == "Ben Ito"
    else:
        assert told == []


def test_a_site_that_refuses_to_tell_drivers_is_synced_without(store):
    world = small_world(issues=1)
    world.edit_version("io 1.0", driver="ben")
    with SampleJira(world) as jira:
        spoil(jira, lambda request: request.path.endswith("/version"), status(403))
        asked = Config(
            jira=Jira(url=jira.url, projects=("IO",)),
            milestones=Milestones(MilestoneSource.VERSIONS),
        )
        outcome = sync(store, asked, credentials_of(jira), NOW)
    assert outcome.run.complete
    assert [version.driver for version in facts_of(store).versions] == [None]


def of_versions() -> Board:
    """A version with one issue, which starts in March; nothing is known of who leads it."""
    board = Board(members=("Ada",))
    board.config = Config(team=board.config.team, milestones=Milestones(MilestoneSource.VERSIONS))
    board.version("7", False, "2021-05-01", "2021-01-01")
    board.add("A-1", fix_versions=("7",))
    board.move("A-1", "2021-03-10 active")
    return board


def missing(board: Board) -> list[str]:
    told = findings(board.month("2021-03"))
    return [line for f in told if f.code == "milestone-unclear-start" for line in f.evidence[1:]]


def test_the_driver_of_a_version_is_its_owner_as_the_syncs_saw_it():
    board = of_versions()
    board.people.append(Person("ben", "Ben Ito"))
    board.driver("7", None, "2021-02-01")
    board.driver("7", "ben", "2021-03-12")
    board.driver("7", None, "2021-04-02")
    owners = {
        month: done_content(board.month(month)).milestones[0].owner
        for month in ("2021-02", "2021-03", "2021-04")
    }
    assert owners == {"2021-02": None, "2021-03": "Ben Ito", "2021-04": None}
    assert missing(board) == ["no owner", "no description"]


def test_where_jira_has_no_place_for_a_versions_owner_none_is_missed():
    assert missing(of_versions()) == ["no description"]


def test_whoever_leads_a_version_is_not_by_that_of_the_team():
    board = of_versions()
    board.config = Config(milestones=board.config.milestones)
    board.set("A-1", "2021-03-10", "assignee", "ada")
    board.driver("7", "ben", "2021-02-01")
    assert board.month("2021-03").config.team.members == ()
    assert [*people(board.month("2021-03"))] == ["ada"]
