"""The sync, end to end over HTTP against the sample Jira, in both flavors."""

import math
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from cadence.config import Config, Jira
from cadence.demo.server import SampleJira
from cadence.errors import ConfigError, DeletionRefused
from cadence.model import HistoryState, State
from cadence.sync import Options, plan
from tests.sites import small_world, utc
from tests.syncing import (
    FLAVORS,
    NOW,
    content_hash,
    credentials_of,
    facts_of,
    issues_of,
    later,
    run_sync,
)

pytestmark = [
    pytest.mark.parametrize("flavor", FLAVORS),
    pytest.mark.usefixtures("a_large_scope"),
]


def details(jira: SampleJira, since: int = 0) -> int:
    """Count the requests that fetched issues in full."""
    return sum(
        "bulkfetch" in one.path or "changelog" in (one.body or {}).get("expand", ())
        for one in jira.requests[since:]
    )


def test_a_first_sync_stores_what_jira_tells(flavor, store):
    world = small_world()
    epic = world.create("ada", "IO", "Epic", "Faster loader", due="2021-03-15")
    world.create(
        "ada", "IO", "Story", "Read ahead", parent="IO-1", labels=["io", "cache"], points=3
    )
    world.create("ben", "IO", "Sub-task", "Measure", parent="IO-2", assignee="ben")
    later(world, hours=1)
    world.transition("ben", "IO-2", "In Progress", assignee="ben")
    world.edit("ada", "IO-1", due="2021-05-15", description="Why and what")
    later(world, hours=1)
    world.transition("ben", "IO-2", "Done", resolution="Done")
    with SampleJira(world, flavor) as jira:
        outcome = run_sync(store, jira)
    issues, facts = issues_of(store), facts_of(store)
    assert outcome.run.complete
    assert [issue.level for issue in issues.values()] == [1, 0, -1]
    assert issues["IO-2"].parent_id == epic.id
    assert issues["IO-3"].parent_id == issues["IO-2"].id
    assert issues["IO-2"].points == 3
    assert issues["IO-2"].category == "done"
    assert issues["IO-2"].resolution == "Done"
    assert (issues["IO-1"].due.isoformat(), issues["IO-1"].described) == ("2021-05-15", True)
    ben = next(person for person in facts.people if person.name == "Ben Ito")
    assert issues["IO-2"].assignee == issues["IO-3"].assignee == ben.account
    told = [(c.field, c.from_text, c.to_text) for c in facts.changes[issues["IO-2"].id]]
    assert ("status", "To Do", "In Progress") in told
    assert ("assignee", None, "Ben Ito") in told
    due = next(c for c in facts.changes[epic.id] if c.field == "due")
    assert (due.from_id, due.to_id) == ("2021-03-15", "2021-05-15")
    assert {issue.history for issue in issues.values()} == {HistoryState.COMPLETE}


def test_an_unchanged_scope_costs_few_requests_and_no_details(flavor, store):
    with SampleJira(small_world(issues=230), flavor) as jira:
        first = run_sync(store, jira)
        before, begun = content_hash(store), len(jira.requests)
        again = run_sync(store, jira)
        assert details(jira, begun) == 0
        page = jira.traits.page_caps[1] if flavor == "cloud" else jira.traits.page_cap
    assert again.fetched == 0
    assert again.run.requests <= math.ceil(230 / page) + 10
    assert first.run.requests <= math.ceil(230 / page) + math.ceil(230 / 100) + 1 + 10 + 2
    assert content_hash(store) == before


def test_only_what_changed_is_fetched(flavor, store):
    world = small_world(issues=40)
    with SampleJira(world, flavor) as jira:
        run_sync(store, jira)
        later(world, days=3)
        world.edit("ada", "IO-7", summary="Renamed")
        world.create("ada", "IO", "Story", "New")
        outcome = run_sync(store, jira)
    assert outcome.fetched == 2
    assert issues_of(store)["IO-7"].summary == "Renamed"
    assert len(issues_of(store)) == 41


def test_a_moved_issue_keeps_its_row_and_history_and_an_issue_deleted_is_told(flavor, store):
    world = small_world(issues=9)
    later(world, minutes=1)
    world.transition("ada", "IO-3", "In Progress")
    with SampleJira(world, flavor) as jira:
        run_sync(store, jira, projects=("IO",))
        moved = issues_of(store)["IO-3"].id
        later(world, days=1)
        key = world.move("ada", "IO-3", "OPS")
        world.delete("IO-4")
        outcome = run_sync(store, jira, projects=("IO",))
    issues, facts = issues_of(store), facts_of(store)
    assert outcome.counts == {State.MOVED: 1, State.DELETED: 1}
    assert (issues[key].id, issues[key].project, issues[key].state) == (moved, "OPS", State.MOVED)
    assert "status" in {change.field for change in facts.changes[moved]}
    assert issues["IO-4"].state is State.DELETED
    told = {(o.subject, o.value) for o in facts.observations if o.field == "state"}
    assert told == {(f"issue:{moved}", "moved"), (f"issue:{issues['IO-4'].id}", "deleted")}


def test_an_issue_that_moves_within_the_scope_stays_present(flavor, store):
    world = small_world(issues=3)
    with SampleJira(world, flavor) as jira:
        run_sync(store, jira, projects=("IO", "OPS"))
        later(world, days=1)
        key = world.move("ada", "IO-2", "OPS")
        run_sync(store, jira, projects=("IO", "OPS"))
    assert issues_of(store)[key].state is State.PRESENT
    assert len(issues_of(store)) == 3


def test_a_hidden_issue_that_comes_back_is_present_again(flavor, store):
    world = small_world(issues=9)
    with SampleJira(world, flavor) as jira:
        run_sync(store, jira)
        later(world, days=1)
        world.hide("IO-2")
        run_sync(store, jira, now=NOW + timedelta(days=1))
        assert issues_of(store)["IO-2"].state is State.DELETED
        later(world, days=1)
        world.hide("IO-2", hidden=False)
        run_sync(store, jira, now=NOW + timedelta(days=2))
    assert issues_of(store)["IO-2"].state is State.PRESENT
    assert [o.value for o in facts_of(store).observations if o.field == "state"] == [
        "deleted",
        "present",
    ]


def test_when_half_a_project_vanishes_nothing_is_deleted_unless_told(flavor, store):
    world = small_world(issues=8)
    with SampleJira(world, flavor) as jira:
        run_sync(store, jira)
        for number in range(1, 5):
            world.hide(f"IO-{number}")
        with pytest.raises(DeletionRefused, match="4 issues of IO"):
            run_sync(store, jira)
        assert {issue.state for issue in issues_of(store).values()} == {State.PRESENT}
        assert not facts_of(store).syncs[-1].complete
        outcome = run_sync(store, jira, options=Options(allow_deletions=True))
    assert outcome.counts == {State.DELETED: 4}


def test_a_new_parent_is_stored_with_its_history(flavor, store):
    world = small_world()
    world.create("ada", "IO", "Epic", "One")
    world.create("ada", "IO", "Epic", "Two")
    world.create("ada", "IO", "Story", "Child", parent="IO-1")
    with SampleJira(world, flavor) as jira:
        run_sync(store, jira)
        later(world, days=1)
        world.edit("ben", "IO-3", parent="IO-2")
        run_sync(store, jira)
    issues, facts = issues_of(store), facts_of(store)
    assert issues["IO-3"].parent_id == issues["IO-2"].id
    (change,) = (c for c in facts.changes[issues["IO-3"].id] if c.field == "parent")
    assert (change.from_id, change.to_id) == (str(issues["IO-1"].id), str(issues["IO-2"].id))


@pytest.mark.parametrize(
    "zone", ["America/Los_Angeles", "UTC", "Asia/Kathmandu", "Pacific/Kiritimati"]
)
@pytest.mark.parametrize("day", ["2021-03-14", "2021-11-07", "2021-06-15"])
def test_nothing_is_lost_whatever_the_callers_zone_and_the_time_of_year(flavor, store, zone, day):
    world = small_world(issues=3)
    with SampleJira(world, flavor) as jira:
        jira.traits.caller_zone = ZoneInfo(zone)
        jira.traits.site_zone = ZoneInfo("Europe/Zurich")
        for hour in range(7, 12):
            world.now = utc(f"{day} {hour:02}:40")
            world.edit("ada", "IO-1", summary=f"At {hour}")
            run_sync(store, jira, overlap_hours=0.02)
            assert issues_of(store)["IO-1"].summary == f"At {hour}"
            assert issues_of(store)["IO-1"].updated == world.now


@pytest.mark.parametrize("entries", [41, 101, 1000])
def test_long_histories_are_whole(flavor, store, entries):
    world = small_world(issues=2)
    for number in range(entries):
        later(world, minutes=1)
        world.edit("ada", "IO-2", summary=f"Summary {number}")
    with SampleJira(world, flavor) as jira:
        run_sync(store, jira)
    issue = issues_of(store)["IO-2"]
    assert len(facts_of(store).changes[issue.id]) == entries
    assert issue.history is HistoryState.COMPLETE


def test_a_change_that_is_indexed_late_is_found_within_the_overlap(flavor, store):
    world = small_world(issues=3)
    with SampleJira(world, flavor) as jira:
        jira.traits.index_lag_ms = 120_000
        later(world, hours=10)
        run_sync(store, jira)
        world.edit("ada", "IO-1", summary="Late")
        later(world, minutes=1)
        run_sync(store, jira)
        assert issues_of(store)["IO-1"].summary == "Story 1"
        later(world, minutes=5)
        run_sync(store, jira)
    assert issues_of(store)["IO-1"].summary == "Late"


def test_a_project_that_joins_is_loaded_and_the_others_are_not_loaded_again(flavor, store):
    world = small_world(issues=5)
    later(world, days=30)
    world.create("ada", "OPS", "Story", "Other")
    with SampleJira(world, flavor) as jira:
        run_sync(store, jira, projects=("IO",))
        outcome = run_sync(store, jira, projects=("IO", "OPS"))
    assert outcome.fetched == 1
    assert set(issues_of(store)) == {f"IO-{n}" for n in range(1, 6)} | {"OPS-1"}


def test_a_project_that_leaves_the_scope_is_unseen(flavor, store):
    world = small_world(issues=2)
    world.create("ada", "OPS", "Story", "Other")
    with SampleJira(world, flavor) as jira:
        run_sync(store, jira, projects=("IO", "OPS"))
        run_sync(store, jira, projects=("IO",))
    assert issues_of(store)["OPS-1"].state is State.UNSEEN


def test_a_filter_with_or_and_an_order_stays_within_the_projects(flavor, store):
    world = small_world()
    world.create("ada", "IO", "Story", "A", labels="io")
    world.create("ada", "IO", "Story", "B", labels="cache")
    world.create("ada", "IO", "Story", "C")
    world.create("ada", "OPS", "Story", "D", labels="cache")
    with SampleJira(world, flavor) as jira:
        own = "labels = io OR labels = cache ORDER BY created DESC"
        run_sync(store, jira, projects=("IO",), jql=own)
        assert set(issues_of(store)) == {"IO-1", "IO-2"}


def test_a_filter_alone_finds_its_projects_and_their_versions(flavor, store):
    world = small_world()
    world.create("ada", "IO", "Story", "A", labels="io")
    with SampleJira(world, flavor) as jira:
        run_sync(store, jira, projects=(), jql="labels = io")
    assert [version.name for version in facts_of(store).versions] == ["io 1.0"]
    assert [project.name for project in facts_of(store).projects] == ["Training I/O"]


def test_a_jql_that_jira_refuses_is_told_with_jiras_words(flavor, store):
    with (
        SampleJira(small_world(issues=1), flavor) as jira,
        pytest.raises(ConfigError, match="nonsense") as refused,
    ):
        run_sync(store, jira, jql="nonsense = 1")
    assert "nonsense = 1" in refused.value.line


def test_an_unknown_project_is_a_wrong_configuration(flavor, store):
    with (
        SampleJira(small_world(issues=1), flavor) as jira,
        pytest.raises(ConfigError, match="TYPO"),
    ):
        run_sync(store, jira, projects=("IO", "TYPO"))


def test_versions_are_observed_when_they_change(flavor, store):
    world = small_world(issues=1)
    with SampleJira(world, flavor) as jira:
        run_sync(store, jira, now=utc("2021-02-01 09:00"))
        run_sync(store, jira, now=utc("2021-02-02 09:00"))
        later(world, days=1)
        world.edit_version("io 1.0", released=True, release_date="2021-02-03")
        run_sync(store, jira, now=utc("2021-02-03 09:00"))
    told = [(o.field, o.value, o.seen.day) for o in facts_of(store).observations]
    assert sorted(told, key=str) == sorted(
        [
            ("name", "io 1.0", 1),
            ("released", "0", 1),
            ("release_date", None, 1),
            ("described", "0", 1),
            ("released", "1", 3),
            ("release_date", "2021-02-03", 3),
        ],
        key=str,
    )


def test_full_fetches_everything_and_changes_nothing(flavor, store):
    with SampleJira(small_world(issues=12), flavor) as jira:
        run_sync(store, jira)
        before = content_hash(store)
        outcome = run_sync(store, jira, options=Options(full=True))
    assert outcome.fetched == 12
    assert content_hash(store) == before


def test_a_plan_says_what_would_be_asked_and_writes_nothing(flavor, store):
    world = small_world(issues=2)
    with SampleJira(world, flavor) as jira:
        config = Config(jira=Jira(url=jira.url, projects=("IO",)))
        assert plan(store, config, credentials_of(jira)) == [
            f'All issues: project in ("IO") (2 issues, in about {3 if jira.cloud else 2} requests)'
        ]
        assert not store.exists()
        run_sync(store, jira)
        before = store.read_bytes()
        (line,) = plan(store, config, credentials_of(jira))
    assert line.startswith('All that changed: project in ("IO") (2 issues, compared with 2 stored')
    assert store.read_bytes() == before


def test_a_change_that_is_indexed_later_than_the_overlap_is_found_by_the_daily_look(
    flavor, store, monkeypatch
):
    # As if something had just changed: else the search reaches back to the last known change.
    monkeypatch.setattr("cadence.sync.pull.held.last_updated", lambda *told: None)
    world = small_world(issues=3)
    with SampleJira(world, flavor) as jira:
        later(world, days=1)
        run_sync(store, jira)
        jira.traits.index_lag_ms = 5 * 3600 * 1000
        later(world, minutes=1)
        world.edit("ada", "IO-1", summary="Very late")
        for _ in range(3):
            later(world, hours=3)
            run_sync(store, jira, overlap_hours=0.5)
        assert issues_of(store)["IO-1"].summary == "Story 1"
        later(world, days=7)
        run_sync(store, jira, overlap_hours=0.5)
    assert issues_of(store)["IO-1"].summary == "Very late"
