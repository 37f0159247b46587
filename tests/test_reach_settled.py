"""What was settled long ago and is told again, or still: the part that is read has it."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from cadence.config import Config, Done, Goal, Match, Member, Signs, Stage, Team
from cadence.model import (
    Change,
    Gate,
    Issue,
    IssueType,
    Observation,
    SignOff,
    Status,
    SyncRun,
    Version,
)
from cadence.month import Month
from cadence.plain import plain
from cadence.reach import facts_of
from cadence.reports.content import month_content
from cadence.snapshot import snapshot_at
from cadence.store import facts, runs
from cadence.store.database import open_store, writing
from cadence.store.journal import load_filed, save_sign_off
from cadence.store.summary import mend_summary

MONTHS = [Month(2021, number) for number in range(1, 6)]
NOW = datetime(2021, 6, 9, tzinfo=UTC)
BEGUN, ENDED = datetime(2015, 3, 2, tzinfo=UTC), datetime(2015, 4, 2, tzinfo=UTC)


def config(**fields):
    return Config(team=Team(members=(Member("Ada", "ada"),)), **fields)


LABELS = Done(Signs(labels=("shipped",)), Signs(labels=("proven",)))
BY_SIGN = Done(Signs(labels=("shipped",)), Signs())
RELEASED = Done(Signs(versions=True), Signs(labels=("proven",)))
SIGNED = ("io", "proven", "shipped", "two")


@pytest.fixture
def db(tmp_path):
    with open_store(tmp_path / "cadence.db") as db:
        with writing(db):
            facts.save_statuses(db, [Status("1", "To Do", "new"), Status("4", "Done", "done")])
            facts.save_types(db, [IssueType("100", "Epic", 1), IssueType("101", "Story", 0)])
            run = runs.start_run(db, NOW)
            runs.end_run(db, run, SyncRun(NOW, NOW, True, 1))
        yield db


def save(db, number=10, labels=SIGNED, more=(), **fields):
    """An epic that was closed in 2015, and one child."""
    ended = Change(number, 1, 0, ENDED, "ada", "status", "1", "", "4", "")
    child = Issue(
        number + 1,
        f"A-{number + 1}",
        "A",
        "101",
        0,
        "",
        "4",
        "done",
        BEGUN,
        ENDED,
        parent_id=number,
    )
    epic = Issue(
        number, f"A-{number}", "A", "100", 1, "", "4", "done", BEGUN, ENDED, labels=labels, **fields
    )
    below = Change(number + 1, 1, 0, ENDED, "ada", "status", "1", "", "4", "")
    with writing(db):
        facts.save_issues(db, [(epic, [ended, *more]), (child, [below])])
        mend_summary(db)


def told(db, config):
    """The months' reports from their part of the store, after they were found to be the whole's."""
    full, filed = facts.load_facts(db), load_filed(db)
    found = []
    for month in MONTHS:
        part = facts_of(db, filed, config, [month], NOW)
        pages = [
            plain(month_content(snapshot_at(read, filed, config, month, NOW)))
            for read in (full, part)
        ]
        assert json.dumps(pages[0]) == json.dumps(pages[1])
        found.append(pages[1])
    return found


def test_a_milestone_that_was_delivered_and_then_dropped_is_retracted_for_good(db):
    later = ENDED + timedelta(days=400)
    dropped = Change(10, 2, 0, later, "ada", "resolution", None, "Done", None, "Won't Do")
    save(db, more=[dropped], resolution="Won't Do")
    assert all(page["done"]["retracted"] == ["A-10"] for page in told(db, config(done=LABELS)))


def test_a_milestone_that_was_only_dropped_is_passed_over(db):
    save(db, labels=(), resolution="Won't Do")
    closed = config(done=LABELS)
    assert all(page["done"]["milestones"] == [] for page in told(db, closed))


def test_a_goal_still_names_what_it_had_delivered(db):
    save(db)
    goal = Goal("io", "Reads", date(2021, 1, 1), date(2021, 6, 30), Match(labels=("io",)))
    pages = told(db, config(done=LABELS, goals=(goal,)))
    assert all(page["focus"]["goals"][0]["milestones"] == ["A-10"] for page in pages)
    assert len(facts_of(db, load_filed(db), config(done=LABELS), MONTHS, NOW).issues) == 0


def test_what_a_stage_asks_of_a_delivered_milestone_is_read(db):
    save(db)
    stages = (Stage("One", "io", 30, ("a plan",)), Stage("Two", "two", 30))
    told(db, config(done=LABELS, stages=stages))
    asked = facts_of(db, load_filed(db), config(done=LABELS, stages=stages), MONTHS, NOW)
    assert [issue.id for issue in asked.issues] == [10]


def test_a_sign_off_settles_a_milestone_until_it_is_withdrawn(db):
    save(db, labels=("shipped",))
    save(db, 20, labels=("shipped",))
    save(db, 30, labels=("shipped",))
    save(db, 40, labels=("shipped",))
    for number, day, withdrawn in (
        (10, date(2015, 5, 1), None),
        (20, date(2015, 5, 1), date(2021, 3, 4)),
        (30, date(2021, 4, 5), None),
    ):
        sign = SignOff(number, f"A-{number}", Gate.PROVEN, "https://x", None, day, NOW, withdrawn)
        save_sign_off(db, sign)
    pages = told(db, config(done=BY_SIGN))
    listed = [[one["key"] for one in page["done"]["milestones"]] for page in pages]
    assert listed == [
        ["A-30", "A-40"],
        ["A-30", "A-40"],
        ["A-20", "A-30", "A-40"],
        ["A-20", "A-30", "A-40"],
        ["A-20", "A-40"],
    ]
    assert [page["done"]["retracted"] for page in pages] == [[], [], ["A-20"], ["A-20"], ["A-20"]]


def test_a_version_settles_what_it_shipped_until_it_is_taken_back(db):
    save(db, labels=("proven",), fix_versions=("71",))
    save(db, 20, labels=("proven",), fix_versions=("72",))
    with writing(db):
        for number, flags in (("71", "1"), ("72", "101")):
            version = Version(number, "A", f"v{number}", True, date(2015, 5, 1))
            facts.save_versions(db, [version], BEGUN + timedelta(days=90))
            for flag, back in zip(flags[1:], (100, 60), strict=False):
                at = NOW - timedelta(days=back)
                facts.observe(db, Observation(f"version:{number}", "released", flag, at))
    pages = told(db, config(done=RELEASED))
    listed = [[one["key"] for one in page["done"]["milestones"]] for page in pages]
    assert listed == [[], [], ["A-20"], ["A-20"], []]


def test_a_version_that_was_renamed_is_still_the_one_that_a_goal_names(db):
    save(db, labels=("proven", "shipped"), fix_versions=("71",))
    version = Version("71", "A", "v71", True, date(2015, 5, 1))
    with writing(db):
        facts.save_versions(db, [version], BEGUN + timedelta(days=90))
        facts.save_versions(db, [replace(version, name="One")], datetime(2021, 3, 9, tzinfo=UTC))
    goal = Goal("io", "Reads", date(2021, 1, 1), date(2021, 6, 30), Match(fix_versions=("v71",)))
    pages = told(db, config(done=LABELS, goals=(goal,)))
    listed = [page["focus"]["goals"][0]["milestones"] for page in pages]
    assert listed == [["A-10"], ["A-10"], [], [], []]
