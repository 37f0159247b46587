import time

from sites import caller, get, post

from cadence.demo.crowd import crowd
from cadence.demo.server import SampleJira


def test_a_crowd_is_the_same_every_time_and_its_histories_lead_to_its_fields():
    world, again = crowd(50, 11, ("IO", "OPS")), crowd(50, 11, ("IO", "OPS"))
    told = [(issue.id, state, issue.histories) for issue, state in world.visible()]
    assert told == [(issue.id, state, issue.histories) for issue, state in again.visible()]
    assert [state.key for _, state, _ in told[:3]] == ["IO-1", "OPS-1", "IO-2"]
    for _, state, histories in told:
        assert len(histories) == 11
        last = {item.field: item.new for history in histories for item in history.items}
        assert (last["status"], last["assignee"]) == (state.status, state.assignee)
        assert state.updated == histories[-1].at


def test_a_crowd_lives_on_like_any_world():
    world = crowd(3, 2)
    world.edit("ada", "IO-2", summary="Edited")
    assert world.create("ben", "IO", "Story", "One more").states.values[-1].key == "IO-4"
    with SampleJira(world) as jira:
        found = get(jira, "/rest/api/3/search/jql", jql="updated >= 1609750800000 order by id")
        assert [issue["id"] for issue in found.json()["issues"]] == ["10001", "10003"]


def test_ten_thousand_issues_are_searched_in_no_time():
    world = crowd(10_000, 10)
    with SampleJira(world) as jira, caller(jira) as session:
        begun = time.perf_counter()
        for jql in (
            "project in (IO) order by id",
            f"project in (IO) and updated >= {world.instant - 10**9} order by id",
            "project in (IO) order by updated",
        ):
            body = {"jql": jql, "fields": ["id"], "maxResults": 5000}
            session.post(f"{jira.url}/rest/api/3/search/jql", json=body, timeout=5)
        assert time.perf_counter() - begun < 1  # about 0.1 s; machines are shared


def test_what_has_changed_since_the_last_search_is_found_by_the_next():
    world = crowd(100, 1)
    with SampleJira(world) as jira:

        def found(jql):
            answer = post(jira, "/rest/api/3/search/jql", {"jql": jql, "maxResults": 100})
            return len(answer.json()["issues"])

        assert found("status = 1") == 100
        world.transition("ada", "IO-7", "Done")
        world.delete("IO-1")
        world.hide("IO-8")
        world.create("ada", "IO", "Story", "New")
        assert found("project = IO") == 99
        assert found("status = 5") == 1
        world.instant -= 1
        assert found("project = IO") == 100
        world.instant += 1
        assert found("project = IO") == 99
