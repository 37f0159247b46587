"""What Jira told, saved and loaded: newest wins, nothing known is lost."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from cadence.errors import StoreUnusable
from cadence.model import (
    Change,
    HistoryState,
    Issue,
    IssueType,
    Note,
    Observation,
    Person,
    SetAside,
    State,
    SyncRun,
    Version,
)
from cadence.store import facts, runs
from cadence.store.database import open_store, writing
from cadence.store.instants import instant_of, instant_text
from cadence.store.journal import load_filed, save_note

T = datetime(2021, 2, 3, 18, 11, 12, 123000, tzinfo=UTC)
ISSUE = Issue(
    id=1,
    key="IO-1",
    project="IO",
    type_id="10001",
    level=0,
    summary="Ünïcode | pipe",
    status_id="3",
    category="indeterminate",
    created=T - timedelta(days=1),
    updated=T,
    assignee="ada",
    parent_id=7,
    due=date(2021, 3, 15),
    points=2.5,
    labels=("io", "cache"),
    components=("loader",),
    fix_versions=("10100",),
    described=True,
)
CHANGE = Change(1, 50, 0, T, "ada", "status", "1", "To Do", "3", "In Progress")


@pytest.fixture
def db(tmp_path):
    with open_store(tmp_path / "cadence.db") as db:
        yield db


def test_an_issue_comes_back_as_it_was_saved(db):
    full = replace(ISSUE, resolution="Done", resolved=T, history=HistoryState.CONTRADICTORY)
    with writing(db):
        facts.save_issues(db, [(full, [CHANGE]), (replace(full, id=2, labels=()), [])])
    loaded = facts.load_facts(db)
    assert loaded.issues == (full, replace(full, id=2, labels=()))
    assert loaded.changes == {1: (CHANGE,)}


def test_an_older_issue_never_overwrites_a_newer_one_nor_its_history(db):
    older = replace(ISSUE, summary="Old", updated=T - timedelta(seconds=1))
    facts.save_issues(db, [(ISSUE, [CHANGE])])
    assert facts.save_issues(db, [(older, [])]) == 0
    assert facts.load_facts(db).issues == (ISSUE,)
    assert facts.load_facts(db).changes == {1: (CHANGE,)}


def test_a_cut_history_only_adds_to_what_is_stored(db):
    later = CHANGE._replace(history_id=51, at=T + timedelta(hours=1))
    facts.save_issues(db, [(ISSUE, [CHANGE])])
    facts.save_issues(db, [(replace(ISSUE, history=HistoryState.CUT), [later])])
    assert facts.load_facts(db).changes == {1: (CHANGE, later)}


def test_a_whole_history_replaces_what_is_stored(db):
    facts.save_issues(db, [(ISSUE, [CHANGE, CHANGE._replace(item=1)])])
    facts.save_issues(db, [(ISSUE, [CHANGE])])
    assert facts.load_facts(db).changes == {1: (CHANGE,)}


def test_a_name_once_known_is_not_lost(db):
    facts.save_people(db, [Person("ada", "Ada Park", "apark")])
    facts.save_people(db, [Person("ada", "ada", None, active=False)])
    facts.save_names(db, [Person("ada", "Somebody"), Person("ben", "Ben Ito")])
    assert facts.load_people(db) == (
        Person("ada", "Ada Park", "apark", active=False),
        Person("ben", "Ben Ito"),
    )


def test_only_news_about_a_version_is_observed(db):
    version = Version("10100", "IO", "io 1.0", release_date=date(2021, 5, 1))
    for days, seen in enumerate((version, version, replace(version, released=True), version)):
        facts.save_versions(db, [seen], T + timedelta(days=days))
    told = [(o.seen, o.value) for o in facts.load_facts(db).observations if o.field == "released"]
    assert told == [(T, "0"), (T + timedelta(days=2), "1"), (T + timedelta(days=3), "0")]
    assert facts.load_facts(db).versions == (version,)


def test_who_leads_a_version_is_kept_until_jira_tells_otherwise(db):
    version = Version("10100", "IO", "io 1.0")
    facts.save_versions(db, [version], T)
    for days, who in enumerate((None, "ada", "ada", None)):
        facts.save_versions(db, [version], T + timedelta(days=days))
        facts.save_drivers(db, {"10100": who}, T + timedelta(days=days))
    told = [(o.seen, o.value) for o in facts.load_facts(db).observations if o.field == "driver"]
    assert told == [(T, None), (T + timedelta(days=1), "ada"), (T + timedelta(days=3), None)]
    assert facts.load_people(db) == (Person("ada", "ada"),)


def test_states_are_observed_from_the_first_one_that_is_not_present(db):
    facts.save_issues(db, [(ISSUE, [])])
    for days, state in enumerate((State.PRESENT, State.DELETED, State.DELETED, State.PRESENT)):
        facts.save_state(db, [1], state, T + timedelta(days=days))
    assert facts.load_facts(db).observations == (
        Observation("issue:1", "state", "deleted", T + timedelta(days=1)),
        Observation("issue:1", "state", "present", T + timedelta(days=3)),
    )


def test_what_stands_above_an_epic_is_of_level_two_and_so_is_its_type(db):
    facts.save_types(db, [IssueType("8", "Initiative", 0), IssueType("9", "Epic", 1)])
    goal = replace(ISSUE, id=3, type_id="8", parent_id=None)
    epic = replace(ISSUE, id=2, type_id="9", level=1, parent_id=3)
    facts.save_issues(db, [(goal, []), (epic, []), (replace(ISSUE, parent_id=2), [])])
    facts.raise_parents_of_epics(db)
    assert [issue.level for issue in facts.load_facts(db).issues] == [0, 1, 2]
    assert [kind.level for kind in facts.load_types(db)] == [2, 1]


def test_runs_and_cursors_come_back(db):
    number = runs.start_run(db, T)
    assert runs.load_syncs(db) == (SyncRun(T, None, False, 0, None),)
    done = SyncRun(T, T + timedelta(seconds=3), True, 12, None)
    runs.end_run(db, number, done)
    assert facts.load_facts(db).syncs == (done,)
    runs.save_cursor(db, "here", {"after": 7}, T)
    assert runs.load_cursor(db, "here") == {"after": 7}
    assert runs.load_cursor(db, "there") == {}


def test_what_is_set_aside_is_kept_until_it_is_whole(db):
    runs.save_set_aside(db, [SetAside("issue:1", "odd", T), SetAside("issue:2", "odd", T)])
    runs.clear_set_aside(db, ["issue:1"])
    assert runs.load_set_aside(db) == (SetAside("issue:2", "odd", T),)


def test_the_order_of_instants_as_text_is_that_of_time():
    assert instant_text(T) == "2021-02-03T18:11:12.123Z"
    whole = T.replace(microsecond=0)
    assert instant_text(whole) < instant_text(T) < instant_text(T + timedelta(milliseconds=1))
    assert instant_of(instant_text(T)) == T


@pytest.mark.parametrize("year", [1, 21, 999, 2021, 9999])
def test_every_year_has_four_digits(year):
    at = datetime(year, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert instant_text(at) == f"{year:04}-01-02T03:04:05.000Z"
    assert instant_of(instant_text(at)) == at


def test_a_value_that_was_left_out_is_no_record_that_was_and_goes_with_its_issue(db):
    odd = [SetAside("issue:1:values", "odd", T), SetAside("issue:12", "odd", T)]
    runs.save_set_aside(db, [*odd, SetAside("issue:1", "odd", T)])
    assert (runs.count_left_out(db), runs.odd_issues(db)) == (2, {1, 12})
    runs.clear_set_aside(db, ["issue:1"])
    assert runs.load_set_aside(db) == (odd[1],)


@pytest.mark.parametrize(
    ("damage", "load"),
    [
        ("DROP TABLE observations", facts.load_facts),
        ("UPDATE issues SET created = 'yesterday'", facts.load_facts),
        ("UPDATE issues SET labels = '[broken'", facts.load_facts),
        ("UPDATE issues SET labels = '7'", facts.load_facts),
        ("UPDATE issues SET state = 'gone'", facts.load_facts),
        ("UPDATE issues SET due = 'soon'", facts.load_facts),
        ("UPDATE issues SET summary = CAST(x'ff' AS TEXT)", facts.load_facts),
        ("UPDATE syncs SET started = '1-01-01T00:00:00.000Z'", runs.load_syncs),
        ("ALTER TABLE set_aside DROP COLUMN reason", runs.load_set_aside),
        ("DROP TABLE notes", load_filed),
        ("UPDATE notes SET day = 'soon'", load_filed),
        ("UPDATE notes SET filed = 'never'", load_filed),
    ],
)
def test_a_store_that_says_nonsense_is_told_as_damaged(db, damage, load):
    facts.save_issues(db, [(ISSUE, [])])
    runs.start_run(db, T)
    save_note(db, Note("principle", T.date(), "Text", T))
    load(db)
    db.conn.execute(damage)
    with pytest.raises(StoreUnusable, match=r"cadence\.db: The store is damaged \(.+\)\."):
        load(db)


@pytest.mark.parametrize("value", ["{", "", "[1, 2]", "7", "null"])
def test_a_cursor_that_cannot_be_read_is_none(db, value):
    runs.save_cursor(db, "here", {"after": 7}, T)
    db.conn.execute("UPDATE cursors SET value = ?", (value,))
    assert runs.load_cursor(db, "here") == {}
