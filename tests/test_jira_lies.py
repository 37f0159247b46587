"""A Jira that lies or repeats itself: what is missing is found, or the run says that it is."""

import copy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cadence.demo import faults
from cadence.demo.exchange import Answer
from cadence.demo.server import SampleJira
from cadence.errors import CredentialsRefused, SyncIncomplete
from cadence.model import HistoryState, State
from tests.sites import small_world
from tests.syncing import FLAVORS, facts_of, issues_of, later, run_sync, spoil

IN_BULK = "changelog/bulkfetch"


def renamed_world(times: int, issues: int = 2):
    world = small_world(issues=issues)
    for number in range(times):
        world.edit("ada", "IO-1", summary=f"Summary {number}")
    return world


def in_bulk(request) -> bool:
    return IN_BULK in request.path


def each_log(edit) -> faults.Fault:
    """Replace each history of a bulk answer by what `edit` makes of it."""

    def edited(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "issueChangeLogs": [edit(log) for log in body["issueChangeLogs"]]}

    return faults.edited(edited)


# ---- what a search leaves out ----------------------------------------------------------------


@pytest.mark.parametrize("flavor", FLAVORS)
def test_a_site_that_counts_issues_and_lists_none_is_not_empty(flavor, store):
    none = faults.edited(lambda body: {**body, "issues": []})
    with SampleJira(small_world(issues=5), flavor) as jira:
        mend = spoil(jira, lambda r: r.path.endswith(("/search", "/search/jql")), none)
        with pytest.raises(SyncIncomplete, match="it showed 0 of"):
            run_sync(store, jira)
        mend()
        run_sync(store, jira)
    assert len(issues_of(store)) == 5


def test_the_total_of_data_center_is_met_to_the_last_issue(store):
    world = small_world(issues=300)
    last = world.keys["IO-300"]

    def without_last(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "issues": [one for one in body["issues"] if int(one["id"]) != last]}

    with SampleJira(world, "datacenter") as jira:
        mend = spoil(jira, lambda r: "/search" in r.path, faults.edited(without_last))
        with pytest.raises(SyncIncomplete, match="it showed 299 of 300 issues"):
            run_sync(store, jira)
        mend()
        run_sync(store, jira)
    assert len(issues_of(store)) == 300


@pytest.mark.parametrize("told", [True, 5, {"a": 1}, "Truncated", ["Truncated"]])
def test_a_warning_of_any_shape_is_one(told, store):
    warning = faults.edited(lambda body: {**body, "warnings": told})
    with SampleJira(small_world(issues=3), "datacenter") as jira:
        spoil(jira, lambda r: "/search" in r.path, warning)
        with pytest.raises(SyncIncomplete, match="Jira warns"):
            run_sync(store, jira)
    assert len(issues_of(store)) == 3


@pytest.mark.parametrize("count", [10**400, -3, True, "many", None], ids=lambda c: str(c)[:5])
def test_a_count_that_is_none_ends_no_sync(count, store):
    with SampleJira(small_world(issues=3)) as jira:
        spoil(jira, lambda r: "count" in r.path, faults.edited(lambda body: {"count": count}))
        run_sync(store, jira)
    assert len(issues_of(store)) == 3


def test_a_token_that_expires_time_and_again_is_no_mistake_of_the_configuration(store):
    refused = Answer(400, {"errorMessages": ["The token has expired"]})
    with SampleJira(small_world(issues=30)) as jira:
        jira.traits.page_caps = (10, 10, 10)
        follows = [0]

        def expire(told: Answer) -> Answer:
            follows[0] += 1
            return refused if follows[0] in (1, 3) else told

        spoil(jira, lambda r: "nextPageToken" in str(r.body) and "jql" in r.path, expire)
        with pytest.raises(SyncIncomplete, match="tokens expire"):
            run_sync(store, jira)


# ---- when an issue was updated ---------------------------------------------------------------


@pytest.mark.parametrize("flavor", FLAVORS)
def test_a_time_that_once_lay_ahead_hides_no_later_change(flavor, store):
    world = small_world(issues=3)
    number = str(world.keys["IO-1"])

    def ahead(body: dict[str, Any]) -> dict[str, Any]:
        for one in body["issues"]:
            if one["id"] == number and "updated" in one.get("fields", {}):
                one["fields"]["updated"] = "2150-01-01T00:00:00.000+0000"
        return body

    with SampleJira(world, flavor) as jira:
        mend = spoil(
            jira, lambda r: r.path.endswith(("bulkfetch", "/search")), _issues_alone(ahead)
        )
        run_sync(store, jira)
        assert issues_of(store)["IO-1"].updated.year == 2150
        mend()
        later(world, hours=1)
        world.edit("ada", "IO-1", summary="Changed since")
        later(world, days=2)
        run_sync(store, jira)
    assert issues_of(store)["IO-1"].summary == "Changed since"
    assert issues_of(store)["IO-1"].updated < world.now


def _issues_alone(edit) -> faults.Fault:
    """Edit answers that list issues, and no others."""
    fault = faults.edited(edit)
    return lambda told: fault(told) if "issues" in (told.body or {}) else told


# ---- histories that come in parts ------------------------------------------------------------


@pytest.mark.parametrize(
    "edit",
    [
        lambda log: {**log, "issueId": None},
        lambda log: {name: value for name, value in log.items() if name != "issueId"},
        lambda log: {**log, "changeHistories": None},
        lambda log: {**log, "issueId": "99"},
    ],
    ids=["null", "none", "no entries", "a stranger's"],
)
def test_a_part_of_a_history_that_nobody_owns_is_not_lost(edit, store):
    world = renamed_world(25)
    whole: list[Any] = []

    def halved(told: Answer) -> Answer:
        """Serve the first ten entries, and behind a token the others."""
        whole.append(told.body)
        body = copy.deepcopy(whole[0])
        for log in body["issueChangeLogs"]:
            some = slice(0, 10) if len(whole) == 1 else slice(10, None)
            log["changeHistories"] = log["changeHistories"][some]
        if len(whole) == 1:
            return replace(told, body={**body, "nextPageToken": "more"})
        return replace(
            told, status=200, body={"issueChangeLogs": [*map(edit, body["issueChangeLogs"])]}
        )

    with SampleJira(world) as jira:
        spoil(jira, in_bulk, halved)
        run_sync(store, jira)
    assert len(whole) == 2
    assert len(facts_of(store).changes[world.keys["IO-1"]]) == 25


def test_an_entry_that_comes_again_with_more_items_is_taken_whole(store):
    world = small_world(issues=1)
    world.edit("ada", "IO-1", summary="Another", labels=("x",), due="2021-07-01")

    def twice(log: dict[str, Any]) -> dict[str, Any]:
        first, *rest = log["changeHistories"]
        return {**log, "changeHistories": [{**first, "items": first["items"][:1]}, first, *rest]}

    with SampleJira(world) as jira:
        spoil(jira, in_bulk, each_log(twice))
        run_sync(store, jira)
    assert len(facts_of(store).changes[world.keys["IO-1"]]) == 3


def test_a_value_that_looks_like_a_history_stays_a_value(store):
    world = renamed_world(1)

    def odd(log: dict[str, Any]) -> dict[str, Any]:
        for history in log["changeHistories"]:
            history["items"][0]["to"] = {"changeHistories": [{"id": 1}]}
        return log

    with SampleJira(world) as jira:
        spoil(jira, in_bulk, each_log(odd))
        run_sync(store, jira)
    (change,) = facts_of(store).changes[world.keys["IO-1"]]
    assert change.to_id == "{'changeHistories': [{'id': 1}]}"


def test_histories_that_go_in_a_circle_end_the_run(store):
    with SampleJira(renamed_world(3)) as jira:
        fresh = iter(range(10**6))

        def more(told: Answer) -> Answer:
            body = {"issueChangeLogs": [], "nextPageToken": f"fresh{next(fresh)}"}
            return replace(told, status=200, body=body)

        spoil(jira, in_bulk, more)
        with pytest.raises(SyncIncomplete, match="go in a circle"):
            run_sync(store, jira)
        assert sum(in_bulk(request) for request in jira.requests) < 30


@pytest.mark.parametrize("total", [100, None])
def test_a_history_of_its_own_goes_on_until_the_last_page_whatever_its_total(total, store):
    world = renamed_world(230)
    with SampleJira(world) as jira:
        spoil(jira, in_bulk, lambda _: Answer(404, {}))
        wrong = faults.edited(lambda body: {**body, "total": total})
        spoil(jira, lambda r: r.path.endswith("IO-1/changelog") or _own(r, world), wrong)
        run_sync(store, jira)
    assert len(facts_of(store).changes[world.keys["IO-1"]]) == 230


def _own(request, world) -> bool:
    return request.path.endswith(f"/{world.keys['IO-1']}/changelog")


def test_a_page_of_a_history_that_comes_again_for_ever_is_asked_for_twice(store):
    world = renamed_world(150)
    with SampleJira(world) as jira:
        spoil(jira, in_bulk, lambda _: Answer(404, {}))

        pages: list[Any] = []

        def again(told: Answer) -> Answer:
            pages.append(pages[0] if pages else told.body["values"][:50])
            return replace(told, body={"values": pages[0], "isLast": False})

        spoil(jira, lambda r: _own(r, world), again)
        with pytest.raises(SyncIncomplete, match="history of 1"):
            run_sync(store, jira)
    assert len(pages) < 10
    assert issues_of(store)["IO-1"].history is HistoryState.CUT


# ---- values beyond all measure, and what may not be seen -------------------------------------


@pytest.mark.parametrize("level", [10**30, -(10**30), True, "2"])
def test_a_level_that_is_none_ends_no_sync(level, store):
    def raised(body: Any) -> Any:
        for one in body if isinstance(body, list) else ():
            one["hierarchyLevel"] = level
        for one in body.get("issues", ()) if isinstance(body, dict) else ():
            if "issuetype" in one.get("fields", {}):
                one["fields"]["issuetype"]["hierarchyLevel"] = level
        return body

    with SampleJira(small_world(issues=3)) as jira:
        spoil(jira, lambda r: r.path.endswith(("issuetype", "bulkfetch")), faults.edited(raised))
        run_sync(store, jira)
    assert {issue.level for issue in issues_of(store).values()} <= {-1, 0, 1}


def test_a_parent_that_is_told_by_its_key_alone_is_found(store):
    world = small_world(issues=3)
    world.create("ada", "IO", "Story", "Below", parent="IO-1")

    def by_key(body: dict[str, Any]) -> dict[str, Any]:
        for one in body["issues"]:
            if above := one.get("fields", {}).get("parent"):
                one["fields"]["parent"] = {"key": above["key"]}
        return body

    with SampleJira(world) as jira:
        spoil(jira, lambda r: r.path.endswith("issue/bulkfetch"), faults.edited(by_key))
        run_sync(store, jira)
    assert issues_of(store)["IO-4"].parent_id == world.keys["IO-1"]


@pytest.mark.parametrize("flavor", FLAVORS)
def test_an_issue_that_one_may_no_longer_see_holds_up_no_other(flavor, store):
    world = small_world(issues=5)
    hidden = world.keys["IO-5"]
    with SampleJira(world, flavor) as jira:
        run_sync(store, jira)
        world.delete("IO-5")
        later(world, days=2)
        world.edit("ada", "IO-1", summary="Changed")
        may_not = Answer(403, {"errorMessages": ["You do not have the permission to see it"]})
        spoil(jira, lambda r: r.path.endswith(f"/issue/{hidden}"), lambda _: may_not)
        run_sync(store, jira)
    assert issues_of(store)["IO-1"].summary == "Changed"
    assert issues_of(store)["IO-5"].state is not State.PRESENT


def test_an_issue_that_is_seen_without_its_history_is_not_deleted(store):
    world = small_world(issues=6)
    number = world.keys["IO-3"]

    def unlisted(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "issues": [one for one in body["issues"] if one["id"] != str(number)]}

    with SampleJira(world) as jira:
        run_sync(store, jira)
        spoil(jira, lambda r: r.method == "POST", faults.edited(_listing(unlisted)))
        spoil(jira, lambda r: r.path.endswith(f"/{number}/changelog"), lambda _: Answer(403, {}))
        with pytest.raises(CredentialsRefused):
            run_sync(store, jira)
    assert issues_of(store)["IO-3"].state is State.PRESENT


def _listing(edit):
    return lambda body: edit(body) if "issues" in body else body


def test_who_may_see_nothing_any_more_is_told_so_and_nothing_is_deleted(store):
    world = small_world(issues=5)
    hidden = world.keys["IO-5"]
    with SampleJira(world) as jira:
        run_sync(store, jira)
        world.delete("IO-5")
        world.now += timedelta(days=2)
        shut = [False]

        def close(_: Answer) -> Answer:
            shut[0] = True
            return Answer(403, {})

        spoil(jira, lambda r: r.path.endswith(f"/issue/{hidden}"), close)
        spoil(jira, lambda r: shut[0], lambda _: Answer(403, {}))
        with pytest.raises(CredentialsRefused):
            run_sync(store, jira)
    assert {issue.state for issue in issues_of(store).values()} == {State.PRESENT}
