"""What a change of the scope costs, and what a sync of many projects costs."""

import math
from dataclasses import replace
from datetime import timedelta

import pytest

from cadence.config import Config, Jira
from cadence.demo import faults
from cadence.demo.records import Project
from cadence.demo.server import SampleJira
from cadence.errors import ConfigError
from cadence.model import State
from cadence.sync import plan
from tests.sites import small_world
from tests.syncing import (
    FLAVORS,
    NOW,
    content_hash,
    credentials_of,
    facts_of,
    issues_of,
    run_sync,
    spoil,
)

SEVEN = ("IO", "OPS", "P3", "P4", "P5", "P6", "P7")


def seven_projects(issues: int):
    world = small_world(issues=issues)
    world.add(*(Project(f"1100{key[1]}", key, f"Project {key}") for key in SEVEN[2:]))
    return world


# ---- requests --------------------------------------------------------------------------------


@pytest.mark.parametrize("projects", [SEVEN[:1], SEVEN[:3], SEVEN], ids=len)
def test_a_sync_of_an_unchanged_cloud_scope_stays_within_its_budget(store, projects):
    world = seven_projects(230)
    with SampleJira(world) as jira:
        jira.traits.page_caps = (100, 100, 100)
        pages = math.ceil(230 / 100)
        first = run_sync(store, jira, projects=projects)
        for hours in range(1, 4):
            world.now += timedelta(hours=1)
            now = NOW + timedelta(hours=hours)
            again = run_sync(store, jira, projects=projects, now=now)
            assert again.run.requests <= pages + 10
    beyond = max(len(projects) - 4, 0)
    assert first.run.requests <= pages + math.ceil(230 / 100) + 1 + 10 + beyond


def test_of_many_projects_each_is_looked_at_every_few_syncs_and_all_of_them_after_a_day(store):
    world = seven_projects(2)
    with SampleJira(world) as jira:

        def looked_at(hours: float) -> set[str]:
            before = len(jira.requests)
            run_sync(store, jira, projects=SEVEN, now=NOW + timedelta(hours=hours))
            paths = (one.path.rpartition("/") for one in jira.requests[before:])
            return {last for path, _, last in paths if path.endswith("project")} - {"search"}

        assert looked_at(0) == set(SEVEN)
        turns = [looked_at(hours) for hours in (1, 2, 3, 4)]
        assert [len(turn) for turn in turns] == [2, 2, 2, 2]
        assert set().union(*turns) == set(SEVEN)
        assert looked_at(48) == set(SEVEN)


def test_one_of_many_projects_that_vanishes_is_noticed_at_once(store):
    world = seven_projects(2)
    world.create("ada", "P7", "Story", "There")
    with SampleJira(world) as jira:
        run_sync(store, jira, projects=SEVEN)
        world.projects["P7"] = replace(world.projects["P7"], archived=True)
        run_sync(store, jira, projects=SEVEN)
    assert issues_of(store)["P7-1"].state is State.UNSEEN


def test_histories_are_asked_for_in_the_largest_pages(store):
    with SampleJira(small_world(issues=2)) as jira:
        run_sync(store, jira)
        (asked,) = [one for one in jira.requests if "changelog/bulkfetch" in one.path]
    assert asked.body["maxResults"] == 10_000


# ---- another filter, another mapping, another site ------------------------------------------


@pytest.mark.parametrize("flavor", FLAVORS)
def test_another_filter_fetches_only_what_it_adds(flavor, store):
    world = small_world(issues=20)
    for number in range(1, 21):
        world.edit("ada", f"IO-{number}", labels=["a"] if number <= 12 else ["b"])
    with SampleJira(world, flavor) as jira:
        run_sync(store, jira, jql="labels = a")
        assert len(issues_of(store)) == 12
        world.now += timedelta(days=2)
        outcome = run_sync(store, jira, jql="labels in (a, b)")
        assert outcome.fetched == 8
        world.now += timedelta(days=2)
        world.edit("ada", "IO-1", summary="While it was out of scope")
        run_sync(store, jira, jql="labels = b")
        assert {i.key for i in issues_of(store).values() if i.state is State.PRESENT} == {
            f"IO-{number}" for number in range(13, 21)
        }
        run_sync(store, jira, jql="labels in (a, b)")
    assert issues_of(store)["IO-1"].summary == "While it was out of scope"
    assert {issue.state for issue in issues_of(store).values()} == {State.PRESENT}


@pytest.mark.parametrize("flavor", FLAVORS)
def test_another_mapping_of_fields_fetches_anew_and_so_does_the_way_back(flavor, store):
    with SampleJira(small_world(issues=4), flavor) as jira:
        assert run_sync(store, jira).fetched == 4
        assert run_sync(store, jira, points_fields=("customfield_10020",)).fetched == 4
        assert run_sync(store, jira).fetched == 4
        assert run_sync(store, jira).fetched == 0


@pytest.mark.parametrize("flavor", FLAVORS)
def test_another_site_is_refused_and_the_store_left_as_it_is(flavor, store):
    with SampleJira(small_world(issues=3), flavor) as one:
        run_sync(store, one)
        before = content_hash(store)
        with SampleJira(small_world(issues=9), flavor) as other:
            with pytest.raises(ConfigError, match="filled from") as refused:
                run_sync(store, other)
            config = Config(jira=Jira(url=other.url, projects=("IO",)))
            with pytest.raises(ConfigError, match="filled from"):
                plan(store, config, credentials_of(other))
            assert one.url in refused.value.line
            assert other.url in refused.value.line
            assert "cadence init" in refused.value.remedy
    assert content_hash(store) == before
    assert len(facts_of(store).syncs) == 1


@pytest.mark.parametrize("flavor", FLAVORS)
def test_the_same_site_under_another_address_goes_on_where_it_was(flavor, store):
    known = faults.edited(lambda body: {**body, "baseUrl": "https://jira.example.com/"})
    world = small_world(issues=3)
    for _ in range(2):
        with SampleJira(world, flavor) as jira:
            spoil(jira, lambda request: "serverInfo" in request.path, known)
            outcome = run_sync(store, jira)
    assert outcome.fetched == 0
