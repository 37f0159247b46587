"""What a lagging or truncated search must not do: stay a fault for ever, or hide a change."""

from datetime import timedelta
from pathlib import Path

import pytest

from cadence.demo import faults
from cadence.demo.server import SampleJira
from cadence.errors import SyncIncomplete
from cadence.model import State
from cadence.store.database import open_store
from cadence.store.runs import load_set_aside
from tests.sites import small_world
from tests.syncing import FLAVORS, issues_of, run_sync, spoil


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "data" / "cadence.db"


@pytest.fixture
def a_large_scope(monkeypatch):
    """Let a small site be synced as large ones are: by what changed since the watermark."""
    monkeypatch.setattr("cadence.sync.pull.SMALL_SCOPE", 0)


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
def test_an_issue_that_is_listed_but_not_served_is_asked_for_twice_and_is_no_problem(flavor, store):
    with SampleJira(small_world(issues=3), flavor) as jira:
        mend = spoil(jira, searching, faults.edited(with_ghost))
        assert run_sync(store, jira).run.complete
        asked = [
            one for one in jira.requests if "99999" in str(one.body) and "changelog" not in one.path
        ]
        assert 2 <= len(asked) <= 4
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
