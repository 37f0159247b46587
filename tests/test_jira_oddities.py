"""Jira's odd answers: short histories, entries without an id, values that are none."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cadence.demo import faults
from cadence.demo.exchange import Answer, Request
from cadence.demo.server import SampleJira
from cadence.errors import StoreUnusable, SyncIncomplete
from cadence.model import HistoryState
from cadence.store.database import open_store
from cadence.store.runs import load_set_aside
from cadence.sync import Options
from tests.sites import post, small_world
from tests.syncing import FLAVORS, facts_of, issues_of, run_sync, spoil

Edit = Callable[[dict[str, Any]], Any]


def aside(store: Path) -> dict[str, str]:
    with open_store(store) as db:
        return {one.subject: one.reason for one in load_set_aside(db)}


def is_detail(request: Request) -> bool:
    """Tell a request that fetches issues in full."""
    return "summary" in ((request.body or {}).get("fields") or ())


def each_issue(edit: Edit) -> faults.Fault:
    """Replace every issue of an answer by what `edit` makes of it."""

    def edited(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "issues": [edit(issue) for issue in body["issues"]]}

    return faults.edited(edited)


def one_issue(key: str, edit: Edit) -> faults.Fault:
    """Replace one issue of an answer by what `edit` makes of it."""
    return each_issue(lambda issue: edit(issue) if issue["key"] == key else issue)


def with_fields(**fields: Any) -> Edit:
    return lambda issue: {**issue, "fields": {**issue["fields"], **fields}}


# ---- histories that are short ----------------------------------------------------------------


def renamed_world(times: int):
    world = small_world(issues=2)
    for number in range(times):
        world.edit("ada", "IO-1", summary=f"Summary {number}")
    return world


def newest(count: int) -> Edit:
    """Serve so many of an issue's histories, and the true total."""

    def cut(issue: dict[str, Any]) -> dict[str, Any]:
        log = issue["changelog"]
        return {**issue, "changelog": {**log, "histories": log["histories"][-count:]}}

    return cut


def serve_pages(jira: SampleJira, histories: list[Any], total: int) -> None:
    """Answer for one issue's own history with these."""
    body = {"values": histories, "total": total, "isLast": True, "startAt": 0, "maxResults": 100}
    spoil(jira, lambda r: r.path.endswith("/changelog"), lambda _: Answer(200, body))


def histories_of(jira: SampleJira) -> list[Any]:
    body = {"jql": "key = IO-1", "fields": ["id"], "expand": ["changelog"]}
    told = post(jira, "/rest/api/2/search", body).json()
    return told["issues"][0]["changelog"]["histories"]


@pytest.mark.parametrize("served", [0, 2])
def test_a_history_that_even_its_own_resource_serves_short_is_cut(store, served):
    world = renamed_world(5)
    with SampleJira(world, "datacenter") as jira:
        spoil(jira, is_detail, one_issue("IO-1", newest(2)))
        serve_pages(jira, histories_of(jira)[5 - served :], served)
        with pytest.raises(SyncIncomplete, match="history of 1"):
            run_sync(store, jira)
    assert issues_of(store)["IO-1"].history is HistoryState.CUT
    assert len(facts_of(store).changes[world.keys["IO-1"]]) == 2


def test_two_short_histories_that_make_a_whole_one_are_whole(store):
    world = renamed_world(5)
    with SampleJira(world, "datacenter") as jira:
        spoil(jira, is_detail, one_issue("IO-1", newest(2)))
        serve_pages(jira, histories_of(jira)[:4], 4)
        run_sync(store, jira)
    assert issues_of(store)["IO-1"].history is HistoryState.COMPLETE
    assert len(facts_of(store).changes[world.keys["IO-1"]]) == 5


def test_a_short_answer_takes_nothing_from_a_stored_history(store):
    world = renamed_world(5)
    with SampleJira(world, "datacenter") as jira:
        run_sync(store, jira)
        world.now += timedelta(minutes=1)
        world.edit("ada", "IO-1", summary="Once more")
        spoil(jira, is_detail, one_issue("IO-1", newest(1)))
        serve_pages(jira, [], 0)
        with pytest.raises(SyncIncomplete):
            run_sync(store, jira)
    assert len(facts_of(store).changes[world.keys["IO-1"]]) == 6


@pytest.mark.parametrize("owner", [None, "1" * 30, -7])
def test_a_history_that_does_not_say_whose_it_is_is_asked_for_again(store, owner):
    world = renamed_world(3)

    def disowned(body: dict[str, Any]) -> dict[str, Any]:
        logs = [{**log, "issueId": owner} for log in body["issueChangeLogs"]]
        return {**body, "issueChangeLogs": logs}

    with SampleJira(world) as jira:
        spoil(jira, lambda r: "changelog/bulkfetch" in r.path, faults.edited(disowned))
        run_sync(store, jira)
    assert len(facts_of(store).changes[world.keys["IO-1"]]) == 3


# ---- entries without an id -------------------------------------------------------------------


@pytest.mark.parametrize("flavor", FLAVORS)
@pytest.mark.parametrize("number", ["no entry", None, "9" * 30, "-5"])
def test_an_entry_without_a_usable_id_is_set_aside_and_the_others_are_stored(flavor, store, number):
    def unnamed(issue: dict[str, Any]) -> Any:
        return None if number == "no entry" else {**issue, "id": number}

    world = small_world(issues=5)
    with SampleJira(world, flavor) as jira:
        mend = spoil(jira, is_detail, one_issue("IO-3", unnamed))
        with pytest.raises(SyncIncomplete, match="1 record"):
            run_sync(store, jira)
        assert set(aside(store)) == {f"issue:{world.keys['IO-3']}"}
        assert set(issues_of(store)) == {"IO-1", "IO-2", "IO-4", "IO-5"}
        mend()
        assert run_sync(store, jira).run.complete
    assert len(issues_of(store)) == 5


@pytest.mark.parametrize("flavor", FLAVORS)
def test_an_entry_too_many_without_an_id_takes_nothing_away(flavor, store):
    world = small_world(issues=5)
    with SampleJira(world, flavor) as jira:
        more = faults.edited(lambda body: {**body, "issues": [*body["issues"], None]})
        spoil(jira, is_detail, more)
        assert run_sync(store, jira).run.complete
    assert len(issues_of(store)) == 5


# ---- values that are none --------------------------------------------------------------------


@pytest.mark.parametrize("flavor", FLAVORS)
@pytest.mark.parametrize("status", [None, "Doing", {}, []])
def test_an_issue_whose_status_cannot_be_read_is_set_aside(flavor, store, status):
    world = small_world(issues=3)
    with SampleJira(world, flavor) as jira:
        spoil(jira, is_detail, one_issue("IO-2", with_fields(status=status)))
        with pytest.raises(SyncIncomplete, match="1 record"):
            run_sync(store, jira)
    assert set(issues_of(store)) == {"IO-1", "IO-3"}
    assert "no status" in aside(store)[f"issue:{world.keys['IO-2']}"]


@pytest.mark.parametrize("flavor", FLAVORS)
@pytest.mark.parametrize(
    "fields", [{"duedate": "soon"}, {"assignee": "bob"}, {"labels": "io"}, {"parent": {"id": "x"}}]
)
def test_a_value_that_cannot_be_read_is_set_aside_and_all_else_is_stored(flavor, store, fields):
    world = small_world(issues=3)
    with SampleJira(world, flavor) as jira:
        mend = spoil(jira, is_detail, one_issue("IO-2", with_fields(**fields)))
        with pytest.raises(SyncIncomplete, match="1 record"):
            run_sync(store, jira)
        assert len(issues_of(store)) == 3
        (name,) = fields
        assert name in aside(store)[f"issue:{world.keys['IO-2']}:values"]
        mend()
        assert run_sync(store, jira).fetched == 1
    assert aside(store) == {}


# ---- how many at once ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("granted", "details"), [(1000, [100, 100, 60]), (100, [100, 100, 60]), (37, [37] * 7 + [1])]
)
def test_data_center_is_asked_for_as_many_at_once_as_it_grants(store, granted, details):
    with SampleJira(small_world(issues=260), "datacenter") as jira:
        jira.traits.page_cap = granted
        run_sync(store, jira)
        asked = [r.body["jql"].count(",") + 1 for r in jira.requests if _is_logged_detail(r)]
        assert sorted(asked, reverse=True) == details
        assert len(jira.requests) <= -(-260 // granted) + -(-260 // min(granted, 100)) + 10
    assert len(issues_of(store)) == 260


def _is_logged_detail(request: Any) -> bool:
    return isinstance(request.body, dict) and bool(request.body.get("expand"))


# ---- a store that lacks what it should hold --------------------------------------------------


@pytest.mark.parametrize("table", ["issues", "cursors", "changes"])
def test_a_sync_into_a_store_without_a_table_tells_that_it_is_damaged(store, table):
    with SampleJira(small_world(issues=2)) as jira:
        run_sync(store, jira)
        with open_store(store) as db:
            db.conn.execute(f"DROP TABLE {table}")
        with pytest.raises(StoreUnusable, match=f"no such table: (main.)?{table}"):
            run_sync(store, jira, options=Options(full=True))


@pytest.mark.parametrize("value", ["{", "[1, 2]", '{"watermark": "yesterday"}'])
def test_a_cursor_that_cannot_be_read_costs_a_full_walk_and_nothing_else(store, value):
    with SampleJira(small_world(issues=3)) as jira:
        run_sync(store, jira)
        with open_store(store) as db:
            told = "json_patch(value, ?)" if value.endswith("}") else "?"
            db.conn.execute(f"UPDATE cursors SET value = {told}", (value,))
        assert run_sync(store, jira).fetched == 3
        assert run_sync(store, jira).fetched == 0


# ---- histories that one resource lacks -------------------------------------------------------


def started_world():
    world = small_world(issues=4)
    world.now += timedelta(hours=1)
    world.transition("ada", "IO-2", "In Progress")
    world.now += timedelta(hours=1)
    world.transition("ada", "IO-2", "Done")
    return world


def test_a_history_that_is_empty_in_bulk_is_looked_for_elsewhere(store):
    world = started_world()
    with SampleJira(world) as jira:
        jira.traits.silent_changelogs = {world.keys["IO-2"]}
        assert run_sync(store, jira).run.complete
        again = [one for one in jira.requests if "changelog" in (one.body or {}).get("expand", ())]
        assert [one.body["issueIdsOrKeys"] for one in again] == [[str(world.keys["IO-2"])]]
    assert issues_of(store)["IO-2"].history is HistoryState.COMPLETE
    assert len(facts_of(store).changes[world.keys["IO-2"]]) == 2


def test_a_history_that_lacks_an_entry_in_bulk_is_made_whole(store):
    world = started_world()

    def cut(body):
        for log in body["issueChangeLogs"]:
            log["changeHistories"] = log["changeHistories"][:1]
        return body

    with SampleJira(world) as jira:
        spoil(jira, lambda r: "changelog/bulkfetch" in r.path, faults.edited(cut))
        assert run_sync(store, jira).run.complete
    assert issues_of(store)["IO-2"].history is HistoryState.COMPLETE
    assert len(facts_of(store).changes[world.keys["IO-2"]]) == 2


def test_a_history_that_no_resource_makes_whole_is_contradictory_and_costs_no_more(store):
    world = started_world()
    del world.issue("IO-2").histories[1]
    with SampleJira(world) as jira:
        run_sync(store, jira)
        assert run_sync(store, jira).fetched == 0
    assert issues_of(store)["IO-2"].history is HistoryState.CONTRADICTORY


# ---- what is kept of an oddity, and what is told of drift ------------------------------------


def test_what_is_kept_of_an_odd_issue_shows_why_and_names_nobody(store):
    world = small_world()
    world.create("ada", "IO", "Story", "Odd", assignee="ada", description="A secret of somebody")
    with SampleJira(world) as jira:
        spoil(jira, is_detail, one_issue("IO-1", with_fields(duedate="soon")))
        with pytest.raises(SyncIncomplete):
            run_sync(store, jira)
        with open_store(store) as db:
            (kept,) = load_set_aside(db)
    assert '"duedate": "soon"' in kept.raw
    assert not any(word in kept.raw for word in ("Ada Park", "ada@", "avatar", "A secret"))


@pytest.mark.parametrize("flavor", FLAVORS)
@pytest.mark.parametrize(
    ("field", "sets"), [("duedate", {"due": "2021-03-01"}), ("labels", {"labels": ["io"]})]
)
def test_a_field_that_is_no_longer_served_is_told_once(flavor, store, field, sets):
    def without(issue):
        fields = {name: told for name, told in issue["fields"].items() if name != field}
        return {**issue, "fields": fields}

    world = small_world(issues=3)
    world.edit("ada", "IO-2", **sets)
    with SampleJira(world, flavor) as jira:
        run_sync(store, jira)
        world.now += timedelta(hours=3)
        world.edit("ada", "IO-2", summary="Renamed")
        world.edit("ada", "IO-3", summary="Renamed, too")
        spoil(jira, is_detail, each_issue(without))
        with pytest.raises(SyncIncomplete, match="1 record"):
            run_sync(store, jira)
        number = world.keys["IO-2"]
        assert aside(store) == {f"issue:{number}:values": f"{field} is no longer served"}
        assert run_sync(store, jira).run.complete
    assert aside(store) == {}


# ---- texts that no store holds ---------------------------------------------------------------


@pytest.mark.parametrize("flavor", FLAVORS)
@pytest.mark.parametrize(
    ("summary", "why"),
    [
        ("Lone \ud800 half", "held what no text may hold"),
        ("NUL \0 inside", "held what no text may hold"),
        (None, "missing"),
        ("x" * 40_000, "40000 characters"),
    ],
    ids=["surrogate", "nul", "null", "long"],
)
def test_a_text_that_had_to_be_changed_is_stored_and_told(flavor, store, summary, why):
    with SampleJira(small_world(issues=3), flavor) as jira:
        spoil(jira, is_detail, one_issue("IO-2", with_fields(summary=summary)))
        with pytest.raises(SyncIncomplete, match="1 record"):
            run_sync(store, jira)
    assert len(issues_of(store)) == 3
    assert len(issues_of(store)["IO-2"].summary) <= 2000
    (reason,) = aside(store).values()
    assert why in reason


# ---- what is nested deeper than it can be written out ----------------------------------------


@pytest.mark.parametrize("flavor", FLAVORS)
@pytest.mark.parametrize("name", ["summary", "status", "created", "labels", "assignee"])
@pytest.mark.parametrize("inside", [False, True], ids=["itself", "inside"])
def test_a_value_of_great_depth_ends_no_sync(flavor, name, inside, store):
    deep: Any = "so deep"
    for _ in range(600):
        deep = [deep]
    value = {"id": deep, "accountId": deep, "name": deep} if inside else deep
    with SampleJira(small_world(issues=6), flavor) as jira:
        spoil(jira, is_detail, one_issue("IO-1", with_fields(**{name: value})))
        with suppress(SyncIncomplete):
            run_sync(store, jira)
    assert {f"IO-{number}" for number in range(2, 7)} <= issues_of(store).keys()
