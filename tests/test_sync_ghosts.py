"""What a lagging or truncated search must not do: stay a fault for ever, or hide a change."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cadence.demo import faults
from cadence.demo.server import SampleJira
from cadence.errors import SyncIncomplete
from cadence.model import State
from cadence.store.database import open_store
from cadence.store.runs import load_set_aside
from cadence.sync import Options
from tests.sites import small_world
from tests.syncing import FLAVORS, facts_of, issues_of, run_sync, spoil


def aside(store: Path) -> list[str]:
    with open_store(store) as db:
        return [one.subject for one in load_set_aside(db)]


def searching(request) -> bool:
    jql = (request.body or {}).get("jql", "")
    return "search" in request.path and "id in" not in jql and "count" not in request.path


def with_ghost(body):
    ghost = {"id": "99999", "key": "IO-99", "fields": {"updated": "2021-01-04T09:00:00.000+0000"}}
    return {**body, "issues": [*body["issues"], ghost]}


@pytest.mark.parametrize("flavor", FLAVORS)
def test_an_issue_that_is_listed_but_is_not_there_is_asked_for_twice_and_is_no_problem(
    flavor, store
):
    with SampleJira(small_world(issues=3), flavor) as jira:
        mend = spoil(jira, searching, faults.edited(with_ghost))
        assert run_sync(store, jira).run.complete
        asked = [one for one in jira.requests if "99999" in f"{one.path} {one.body}"]
        assert len([one for one in asked if "changelog" not in one.path]) <= 4
        mend()
        assert run_sync(store, jira).run.complete
    assert set(issues_of(store)) == {"IO-1", "IO-2", "IO-3"}
    assert aside(store) == []


@pytest.mark.parametrize("flavor", FLAVORS)
def test_an_issue_that_could_never_be_read_and_is_then_deleted_is_forgotten(flavor, store):
    def unreadable(body):
        for issue in body["issues"]:
            if issue.get("key") == "IO-2":
                issue["fields"]["created"] = "51502-01-01T00:00:00.000+0000"
        return body

    def fetching(request):
        return "summary" in (request.body or {}).get("fields", ())

    world = small_world(issues=3)
    with SampleJira(world, flavor) as jira:
        spoil(jira, fetching, faults.edited(unreadable))
        for _ in range(2):
            with pytest.raises(SyncIncomplete, match="1 record"):
                run_sync(store, jira)
        assert len(aside(store)) == 1
        world.delete("IO-2")
        assert run_sync(store, jira).run.complete
    assert aside(store) == []


@pytest.mark.parametrize("flavor", FLAVORS)
def test_an_odd_stored_issue_that_is_then_deleted_is_deleted_and_forgotten(flavor, store):
    def odd(body):
        for issue in body["issues"]:
            if issue.get("key") == "IO-2" and "fields" in issue:
                issue["fields"]["duedate"] = "soon"
        return body

    world = small_world(issues=5)
    with SampleJira(world, flavor) as jira:
        spoil(
            jira,
            lambda request: request.method == "POST",
            faults.edited(lambda b: odd(b) if "issues" in b else b),
        )
        with pytest.raises(SyncIncomplete, match="1 record"):
            run_sync(store, jira)
        assert aside(store) == [f"issue:{issues_of(store)['IO-2'].id}:values"]
        world.delete("IO-2")
        assert run_sync(store, jira).run.complete
    assert issues_of(store)["IO-2"].state is State.DELETED
    assert aside(store) == []


@pytest.mark.usefixtures("a_large_scope")
def test_a_search_that_jira_calls_truncated_does_not_move_the_watermark(store):
    def truncated(body):
        return {"issues": [], "isLast": True, "warnings": [{"message": "Truncated"}]}

    world = small_world(issues=3)
    with SampleJira(world) as jira:
        world.now += timedelta(days=1)
        run_sync(store, jira)
        world.edit("ada", "IO-1", summary="Changed")
        world.now += timedelta(hours=1)
        mend = spoil(jira, lambda r: "updated >=" in str(r.body), faults.edited(truncated))
        with pytest.raises(SyncIncomplete, match="Truncated"):
            run_sync(store, jira, overlap_hours=0.1)
        mend()
        world.now += timedelta(days=1)
        assert run_sync(store, jira, overlap_hours=0.1).run.complete
    assert issues_of(store)["IO-1"].summary == "Changed"


@pytest.mark.usefixtures("a_large_scope")
@pytest.mark.parametrize("flavor", FLAVORS)
def test_a_search_for_changes_that_ends_early_is_noticed_and_all_are_compared(flavor, store):
    world = small_world(issues=3)
    with SampleJira(world, flavor) as jira:
        world.now += timedelta(days=1)
        run_sync(store, jira)
        world.now += timedelta(hours=1)
        world.edit("ada", "IO-1", summary="Changed")
        spoil(
            jira,
            lambda r: searching(r) and "updated >=" in str(r.body),
            faults.edited(lambda body: {**body, "issues": []}),
        )
        run_sync(store, jira, overlap_hours=0.1)
    assert issues_of(store)["IO-1"].summary == "Changed"


def without(number: int):
    """Leave an issue out of an answer, as an index does that has lost it."""

    def edit(body):
        if isinstance(body, dict) and "issues" in body:
            body["issues"] = [one for one in body["issues"] if int(one["id"]) != number]
            if "total" in body:
                body["total"] = len(body["issues"])
        return body

    return faults.edited(edit)


@pytest.mark.parametrize("flavor", FLAVORS)
def test_an_issue_that_is_there_but_never_served_in_bulk_is_stored_all_the_same(flavor, store):
    world = small_world(issues=6)
    world.edit("ada", "IO-3", summary="There")
    number = world.keys["IO-3"]

    def in_bulk(request) -> bool:
        return "bulkfetch" in request.path or "id in" in str(request.body)

    with SampleJira(world, flavor) as jira:
        spoil(jira, in_bulk, without(number))
        assert run_sync(store, jira).run.complete
        assert run_sync(store, jira).fetched == 0
    assert issues_of(store)["IO-3"].summary == "There"
    assert [c.field for c in facts_of(store).changes[number]] == ["summary"]


@pytest.mark.parametrize("flavor", FLAVORS)
def test_an_issue_that_every_search_has_lost_is_not_deleted_while_it_is_there(flavor, store):
    world = small_world(issues=6)
    number = world.keys["IO-3"]
    with SampleJira(world, flavor) as jira:
        run_sync(store, jira)
        spoil(jira, lambda r: r.method == "POST", without(number))
        outcome = run_sync(store, jira)
        assert outcome.counts == {}
        assert issues_of(store)["IO-3"].state is State.PRESENT
        world.delete("IO-3")
        run_sync(store, jira)
    assert issues_of(store)["IO-3"].state is State.DELETED


@pytest.mark.parametrize("flavor", FLAVORS)
def test_of_very_many_deleted_issues_each_is_looked_at_in_this_sync_or_a_later_one(
    flavor, store, monkeypatch
):
    monkeypatch.setattr("cadence.sync.run_state.MOST_LOOKS", 3)
    world = small_world(issues=30)
    with SampleJira(world, flavor) as jira:
        run_sync(store, jira)
        for number in range(1, 6):
            world.delete(f"IO-{number}")
        with pytest.raises(SyncIncomplete, match="2 vanished issues"):
            run_sync(store, jira)
        assert run_sync(store, jira).counts == {State.DELETED: 2}


def test_the_issues_of_an_archived_project_are_unseen_and_not_fetched_again(store):
    world = small_world()
    for number in range(4):
        world.create("ada", "OPS", "Story", f"Story {number}", labels=["io"])
        world.create("ada", "IO", "Story", f"Story {number}", labels=["io"])
    with SampleJira(world) as jira:
        run_sync(store, jira, projects=(), jql="labels = io")
        world.projects["OPS"] = replace(world.projects["OPS"], archived=True)
        before = len(jira.requests)
        run_sync(store, jira, projects=(), jql="labels = io")
        assert not [one for one in jira.requests[before:] if "bulkfetch" in one.path]
    states = [issue.state for issue in issues_of(store).values() if issue.project == "OPS"]
    assert states == [State.UNSEEN] * 4


def test_errors_of_a_bulk_fetch_are_asked_about_once_more_and_then_told(store):
    world = small_world(issues=3)
    number = world.keys["IO-2"]

    def failing(body):
        left = [one for one in body["issues"] if int(one["id"]) != number]
        return {"issues": left, "issueErrors": [{"id": str(number), "errorMessage": "no"}]}

    with SampleJira(world) as jira:
        jira.fault("issue/bulkfetch", 1, faults.edited(failing))
        assert run_sync(store, jira).run.complete
        spoil(jira, lambda r: "issue/bulkfetch" in r.path, faults.edited(failing))
        with pytest.raises(SyncIncomplete, match="1 record"):
            run_sync(store, jira, options=Options(full=True))
    assert len(issues_of(store)) == 3


@pytest.mark.parametrize("flavor", FLAVORS)
def test_a_listed_entry_without_a_usable_id_is_told_and_costs_nobody_else(flavor, store):
    with SampleJira(small_world(issues=3), flavor) as jira:
        nobody = faults.edited(
            lambda body: {**body, "issues": [*body["issues"], None, {"id": "x"}]}
        )
        mend = spoil(jira, searching, nobody)
        with pytest.raises(SyncIncomplete, match="without a usable id"):
            run_sync(store, jira)
        assert set(issues_of(store)) == {"IO-1", "IO-2", "IO-3"}
        mend()
        assert run_sync(store, jira).run.complete
