"""A walk that Jira makes hard: pages it fails on, issues it cannot list, pages that shift."""

from datetime import timedelta
from pathlib import Path

import pytest

from cadence.demo import faults
from cadence.demo.exchange import Request
from cadence.demo.server import SampleJira
from cadence.errors import SyncIncomplete
from cadence.model import State
from cadence.store.database import open_store
from cadence.store.runs import load_cursor, load_set_aside
from tests.sites import small_world
from tests.syncing import FLAVORS, NOW, content_hash, issues_of, run_sync, spoil


def is_listing(request: Request) -> bool:
    body = request.body or {}
    return "search" in request.path and len(body.get("fields") or ()) == 1


def aside(store: Path) -> dict[str, str]:
    with open_store(store) as db:
        return {one.subject: one.reason for one in load_set_aside(db)}


@pytest.mark.parametrize("flavor", FLAVORS)
def test_a_page_that_jira_fails_on_is_asked_for_smaller(flavor, store):
    with SampleJira(small_world(issues=60), flavor) as jira:
        jira.traits.page_caps, jira.traits.page_cap = (40, 40, 40), 40
        large = lambda request: is_listing(request) and request.body["maxResults"] > 10  # noqa: E731
        spoil(jira, large, faults.status(500))
        assert run_sync(store, jira).run.complete
    assert len(issues_of(store)) == 60


def holding(number: int, jira: SampleJira):
    """Fail on every page of a walk that this issue would be on."""
    right = jira.answer

    def answer(request: Request):
        told = right(request)
        ids = (
            [int(one["id"]) for one in (told.body or {}).get("issues", ())]
            if is_listing(request)
            else []
        )
        return faults.status(500)(told) if number in ids else told

    def mend() -> None:
        jira.answer = right

    jira.answer = answer
    return mend


@pytest.mark.parametrize("flavor", FLAVORS)
@pytest.mark.parametrize("key", ["IO-1", "IO-17", "IO-30"])
def test_an_issue_that_jira_cannot_list_is_set_aside_and_hides_no_other(flavor, store, key):
    world = small_world(issues=30)
    number = world.keys[key]
    with SampleJira(world, flavor) as jira:
        jira.traits.page_caps, jira.traits.page_cap = (10, 10, 10), 10
        mend = holding(number, jira)
        with pytest.raises(SyncIncomplete, match="1 record"):
            run_sync(store, jira)
        assert len(issues_of(store)) == 29
        assert "fails to list it" in aside(store)[f"issue:{number}"]
        assert len(jira.requests) < 60
        mend()
        assert run_sync(store, jira).fetched == 1
        holding(number, jira)
        with pytest.raises(SyncIncomplete):
            run_sync(store, jira)
    assert {issue.state for issue in issues_of(store).values()} == {State.PRESENT}
    assert len(issues_of(store)) == 30


@pytest.mark.parametrize("flavor", FLAVORS)
def test_a_jira_that_can_list_nothing_ends_the_run_soon(flavor, store):
    with SampleJira(small_world(issues=30), flavor) as jira:
        spoil(jira, is_listing, faults.status(500))
        with pytest.raises(SyncIncomplete, match="500"):
            run_sync(store, jira)
        assert len(jira.requests) < 30


def test_where_pages_follow_what_happens_a_deletion_hides_no_other_issue(store, tmp_path):
    world = small_world(issues=40)
    with SampleJira(world) as jira:
        jira.traits.page_caps = (10, 10, 10)
        offsets: dict[str, int] = {}
        right = jira.answer

        def by_offset(request: Request):
            """Serve pages by offset of what is there now, as a careless search would."""
            if not is_listing(request):
                return right(request)
            token = request.body.pop("nextPageToken", None)
            start = offsets.get(token, 0)
            told = right(request)
            ids = [issue.id for issue, _ in world.visible()]
            page = [{"id": str(i)} for i in ids[start : start + 10]]
            told.body = {"issues": page, "isLast": start + 10 >= len(ids)}
            if start + 10 < len(ids):
                told.body["nextPageToken"] = f"t{len(offsets)}"
                offsets[told.body["nextPageToken"]] = start + 10
            if start == 10 and len(offsets) <= 3:
                world.delete("IO-3")
            return told

        jira.answer = by_offset
        assert run_sync(store, jira).run.complete
        jira.answer = right
        undisturbed = tmp_path / "other" / "cadence.db"
        run_sync(undisturbed, jira)
    assert set(issues_of(store)) - {"IO-3"} == set(issues_of(undisturbed))


def test_a_repeated_entry_that_tells_a_later_change_is_looked_at(store):
    world = small_world(issues=20)
    with SampleJira(world) as jira:
        run_sync(store, jira)
        world.now += timedelta(hours=1)
        world.edit("ada", "IO-7", summary="Renamed")

        def old_first(body):
            old = {"id": str(world.keys["IO-7"]), "fields": {"updated": "2021-01-04T09:00:00Z"}}
            return {**body, "issues": [old, *body["issues"]]}

        spoil(jira, is_listing, faults.edited(old_first))
        run_sync(store, jira)
    assert issues_of(store)["IO-7"].summary == "Renamed"


def test_the_page_that_is_granted_decides_how_changes_are_found(store):
    world = small_world(issues=1200)
    with SampleJira(world) as jira:
        jira.traits.page_caps = (5000, 5000, 100)
        world.now += timedelta(days=3)
        run_sync(store, jira)

        def asked(days: float) -> list[str]:
            before = len(jira.requests)
            world.now += timedelta(days=days)
            run_sync(store, jira, now=NOW + timedelta(days=days))
            searches = [one.body for one in jira.requests[before:] if "search/jql" in one.path]
            return [
                f"{one['fields'][0]}{' since' * ('updated >=' in one['jql'])}" for one in searches
            ]

        assert asked(0.1) == ["updated since", "id"]
        assert asked(2) == ["updated"]
        with open_store(store) as db:
            assert load_cursor(db, "granted") == {}  # one page told nothing of what is granted
        jira.traits.page_caps = (5000, 400, 100)
        assert asked(2) == ["updated"] * 3
        assert asked(0.1) == ["updated"] * 3


@pytest.mark.parametrize("total", [0, -1, 10, None, "many"])
def test_a_wrong_total_of_data_center_ends_no_walk(store, total):
    def lying(body):
        return {**body, "total": total} if "total" in body else body

    with SampleJira(small_world(issues=35), "datacenter") as jira:
        jira.traits.page_cap = 10
        spoil(jira, is_listing, faults.edited(lying))
        run_sync(store, jira)
    assert len(issues_of(store)) == 35


# ---- parents that are named by a key ---------------------------------------------------------


def later_epic():
    """Return a site whose epics came after the stories that belong to them."""
    world = small_world(issues=30)
    for number in range(3):
        world.create("ada", "IO", "Epic", f"Epic {number}")
    for number in range(1, 31):
        world.edit("ada", f"IO-{number}", parent=f"IO-{31 + number % 3}")
        # As in histories that begin after the link was made.
        world.issue(f"IO-{number}").histories.clear()
    return world


def test_an_epic_that_is_listed_after_its_stories_is_their_parent(store):
    with SampleJira(later_epic(), "datacenter") as jira:
        jira.traits.page_cap = 10
        assert run_sync(store, jira).run.complete
        assert not [one for one in jira.requests if one.path.endswith("/IO-31")]
    issues = issues_of(store)
    assert {issues[f"IO-{n}"].parent_id for n in range(1, 31)} == {
        issues[f"IO-{n}"].id for n in (31, 32, 33)
    }


def test_a_run_that_ends_before_the_epics_leaves_the_parents_to_the_next_one(store, tmp_path):
    with SampleJira(later_epic(), "datacenter") as jira:
        jira.traits.page_cap = 10
        late = lambda request: is_listing(request) and "id > 10029" in request.body["jql"]  # noqa: E731
        mend = spoil(jira, late, faults.status(403))
        with pytest.raises(Exception, match="403"):
            run_sync(store, jira)
        assert set(aside(store).values()) & {"its parent IO-31 is not known yet"}
        mend()
        assert run_sync(store, jira).run.complete
        undisturbed = tmp_path / "other" / "cadence.db"
        run_sync(undisturbed, jira)
    assert aside(store) == {}
    assert content_hash(store) == content_hash(undisturbed)
