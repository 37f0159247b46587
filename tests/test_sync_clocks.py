"""Clocks and zones that lie: no change may hide behind them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cadence.demo import faults
from cadence.demo.exchange import Answer
from cadence.demo.server import SampleJira
from cadence.store.database import open_store
from tests.sites import small_world
from tests.syncing import FLAVORS, facts_of, issues_of, run_sync, spoil

pytestmark = pytest.mark.usefixtures("a_large_scope")


@pytest.mark.parametrize("flavor", FLAVORS)
@pytest.mark.parametrize("with_time", [True, False])
def test_a_clock_that_was_once_far_ahead_hides_nothing(flavor, store, with_time, monkeypatch):
    right = SampleJira._add_headers

    def ahead(self, request, answer):
        right(self, request, answer)
        if self.wrong and not with_time and isinstance(answer.body, dict):
            answer.body.pop("serverTime", None)

    monkeypatch.setattr(SampleJira, "wrong", False, raising=False)
    monkeypatch.setattr(SampleJira, "_add_headers", ahead)
    world = small_world(issues=5)
    with SampleJira(world, flavor) as jira:
        run_sync(store, jira)
        world.now += timedelta(days=400)
        jira.wrong = True
        run_sync(store, jira)
        world.now -= timedelta(days=399)
        jira.wrong = False
        world.edit("ada", "IO-2", summary="Changed")
        world.now += timedelta(hours=5)
        run_sync(store, jira)
    assert issues_of(store)["IO-2"].summary == "Changed"


@pytest.mark.parametrize(
    "told",
    [
        "Mon, 01 Jan 99999999999 00:00:00 GMT",
        "",
        "yesterday",
    ],
)
def test_a_date_that_is_none_is_survived(store, told):
    with SampleJira(small_world(issues=3)) as jira:
        wrong = Answer(429, {}, {"Retry-After": told or "0"})
        jira.fault("search/jql", 1, lambda answer: wrong)
        assert run_sync(store, jira).run.complete
    assert len(issues_of(store)) == 3


def test_a_site_that_reads_the_time_in_another_zone_than_it_says_hides_nothing(store):
    world = small_world(issues=5)
    with SampleJira(world) as jira:
        world.now += timedelta(days=1)
        world.edit("ada", "IO-1", summary="Known")
        run_sync(store, jira)
        world.now += timedelta(hours=3)
        world.edit("ada", "IO-2", summary="Changed")

        def late(request) -> bool:
            return "updated >=" in str(request.body)

        spoil(jira, late, faults.edited(lambda body: {**body, "issues": [], "count": 0}))
        run_sync(store, jira)
    assert issues_of(store)["IO-2"].summary == "Changed"


def test_a_site_that_refuses_the_time_is_compared_whole(store):
    world = small_world(issues=5)
    with SampleJira(world) as jira:
        run_sync(store, jira)
        world.now += timedelta(days=1)
        world.edit("ada", "IO-2", summary="Changed")
        refused = Answer(400, {"errorMessages": ["Date value is invalid"]})
        spoil(jira, lambda request: "updated >=" in str(request.body), lambda _: refused)
        assert run_sync(store, jira).run.complete
    assert issues_of(store)["IO-2"].summary == "Changed"


def test_a_count_that_is_off_by_a_little_costs_no_comparison(store):
    world = small_world(issues=120)
    with SampleJira(world) as jira:
        run_sync(store, jira)
        spoil(
            jira,
            lambda request: "approximate-count" in request.path,
            faults.edited(lambda body: {"count": body["count"] + 1}),
        )
        before = len(jira.requests)
        run_sync(store, jira)
        asked = [one.body for one in jira.requests[before:] if "search/jql" in one.path]
    assert [body["fields"] for body in asked] == [["updated"], ["id"]]


# ---- what is stored of a history is not given up ---------------------------------------------


def test_a_history_that_is_once_not_served_takes_nothing_away_and_comes_back(store):
    world = small_world(issues=3)
    for number in range(3):
        world.now += timedelta(minutes=1)
        world.edit("ada", "IO-2", summary=f"Summary {number}")
    number = world.keys["IO-2"]
    with SampleJira(world) as jira:
        run_sync(store, jira)
        world.now += timedelta(days=1)
        world.edit("ada", "IO-2", summary="Last")
        jira.traits.silent_changelogs = {number}
        assert run_sync(store, jira).run.complete
        assert len(facts_of(store).changes[number]) == 4


def test_what_no_resource_serves_any_more_stays_stored_and_the_history_is_cut(store):
    world = small_world(issues=3)
    for number in range(3):
        world.now += timedelta(minutes=1)
        world.edit("ada", "IO-2", summary=f"Summary {number}")
    number = world.keys["IO-2"]
    with SampleJira(world) as jira:
        run_sync(store, jira)
        world.now += timedelta(days=1)
        world.edit("ada", "IO-2", summary="Last")
        del world.issue("IO-2").histories[0]
        with pytest.raises(Exception, match="whole history of 1"):
            run_sync(store, jira)
    assert len(facts_of(store).changes[number]) == 4
    with open_store(store) as db:
        assert db.conn.execute("SELECT history FROM issues WHERE id = ?", (number,)).fetchone() == (
            "cut",
        )


@pytest.mark.parametrize("entries", [40, 100])
def test_a_history_of_data_center_that_may_be_cut_unsaid_is_asked_for_in_pages(store, entries):
    world = small_world(issues=2)
    for number in range(entries + 30):
        world.now += timedelta(minutes=1)
        world.edit("ada", "IO-2", summary=f"Summary {number}")

    def unsaid(body):
        for issue in body.get("issues", ()):
            log = issue.get("changelog")
            if log:
                log["histories"] = log["histories"][-entries:]
                log["total"] = len(log["histories"])
        return body

    with SampleJira(world, "datacenter") as jira:
        jira.traits.issue_changelog = True
        spoil(jira, lambda request: request.path.endswith("/search"), faults.edited(unsaid))
        run_sync(store, jira)
    assert len(facts_of(store).changes[world.keys["IO-2"]]) == entries + 30


def test_one_id_that_a_bulk_fetch_refuses_stops_no_other(store):
    world = small_world(issues=40)
    number = str(world.keys["IO-7"])
    refused = Answer(400, {"errorMessages": ["Issue can not be read"]})
    with SampleJira(world) as jira:
        mend = spoil(
            jira,
            lambda request: (
                "issue/bulkfetch" in request.path and number in request.body["issueIdsOrKeys"]
            ),
            lambda _: refused,
        )
        with pytest.raises(Exception, match="1 record"):
            run_sync(store, jira)
        assert len(issues_of(store)) == 39
        mend()
        assert run_sync(store, jira).fetched == 1


@pytest.mark.parametrize(
    "fault", [faults.status(520), faults.status(408), faults.html()], ids=["520", "408", "html"]
)
def test_what_passes_in_the_midst_of_a_run_is_asked_again(store, fault):
    with SampleJira(small_world(issues=3)) as jira:
        jira.fault("search/jql", 1, fault)
        assert run_sync(store, jira).run.complete
        assert not jira.unfired()


@pytest.mark.parametrize("flavor", FLAVORS)
def test_a_key_that_changed_without_a_later_update_is_noticed_where_it_is_told(flavor, store):
    world = small_world(issues=5)
    with SampleJira(world, flavor) as jira:
        run_sync(store, jira, projects=("IO", "OPS"))
        before = world.issue("IO-2").states.values[-1].updated
        key = world.move("ada", "IO-2", "OPS")
        state = world.issue(key).states.values[-1]
        world.issue(key).states.values[-1] = replace(state, updated=before)
        world.now += timedelta(days=2)
        run_sync(store, jira, projects=("IO", "OPS"))
    assert key in issues_of(store)
    assert "IO-2" not in issues_of(store)


@pytest.mark.parametrize("flavor", FLAVORS)
def test_a_new_name_of_somebody_who_is_known_is_seen_within_a_day(flavor, store):
    world = small_world(issues=3)
    world.edit("ada", "IO-1", assignee="ben")
    with SampleJira(world, flavor) as jira:
        run_sync(store, jira)
        before = {person.account for person in facts_of(store).people}
        world.rename_person("ben", "Ben Tanaka")
        world.now += timedelta(days=2)
        run_sync(store, jira)
        assert "Ben Tanaka" in {person.name for person in facts_of(store).people}
        assert {person.account for person in facts_of(store).people} == before
        spoil(
            jira,
            lambda request: "/search" in request.path and "user" in request.path,
            faults.status(403),
        )
        world.now += timedelta(days=2)
        assert run_sync(store, jira).run.complete
